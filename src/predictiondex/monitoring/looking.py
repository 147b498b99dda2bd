"""One look at the log of a home: the drift of its latest requests, the truth about its latest answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from predictiondex import store
from predictiondex.advisor.engines import SIMULATION
from predictiondex.errors import ArtefactError
from predictiondex.ml import drift, observed
from predictiondex.ml.registry import Registry
from predictiondex.monitoring.served import Served, read_all
from predictiondex.monitoring.shadow import Figures, figures, score
from predictiondex.monitoring.watch import reference_of
from predictiondex.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """From here on the champion is no longer good enough; the alerts watch the same limits.

    Of 20,000 windows of 200 predictions by a quickly trained model the worst has a squared error of 0.0007.
    The limit leaves room for crowds that are harder than the training's mix, and for callers who have ten
    battles played and no more (0.003), which nobody should be woken for.
    """

    mean_squared_error: float = 0.01
    calibration_error: float = 0.05
    regret: float = 0.02
    least_rows: int = 200

    def can_judge(self, found: Figures) -> bool:
        """Whether there are rows enough for a verdict."""
        return found.rows >= self.least_rows

    def broken(self, found: Figures) -> list[str]:
        """What is beyond its limit, in words; nothing on too few rows."""
        if not self.can_judge(found):
            return []
        return [
            f"{name.replace('_', ' ')} is {value:.4f} (limit {limit:g})"
            for name, value, limit in (
                ("mean_squared_error", found.mean_squared_error, self.mean_squared_error),
                ("calibration_error", found.calibration_error, self.calibration_error),
                ("regret", found.regret, self.regret),
            )
            if value > limit
        ]


LIMITS = Limits()


def served(settings: Settings, last: int, model: tuple[str, str] | None = None) -> list[Served]:
    """The latest ``last`` answers of the log that can be understood, oldest first; of one model if named.

    Raises :class:`~predictiondex.errors.StoreError` when the database is away or was never set up.
    """
    with store.prediction_log(settings.database_url) as log:
        return read_all(reversed(log.recent(last, model=model)))


def of_latest_model(answers: list[Served]) -> list[Served]:
    """Those of the model version that answered last, whoever else did; of simulation where no model did.

    As :class:`~predictiondex.monitoring.shadow.Shadow` has it: callers may ask for simulation at any time,
    and that says nothing about what serves.
    """
    models = [one.model for one in answers if one.model[0] != SIMULATION.name]
    latest = models[-1] if models else None
    return [one for one in answers if latest in (None, one.model)]


def judge_drift(settings: Settings, answers: list[Served]) -> tuple[drift.Drift, dict[str, object]]:
    """Answers against what the champion was made for, and that reference.

    Raises :class:`~predictiondex.errors.ArtefactError` where there is no champion.
    """
    reference = reference_of(Registry(settings.models))
    if reference is None:
        raise ArtefactError("There is no model yet, so nothing to drift away from: run `train` first.")
    if not answers:
        return drift.Drift(0, (), None), reference
    return drift.compare(reference, observed.columns([one.row for one in answers])), reference


def judge_answers(
    answers: list[Served],
    most: int,
    *,
    seed: int,
    battles: int,
    again: Callable[[Served], Served] = lambda one: one,
    told: Callable[[], None] = lambda: None,
) -> Figures | None:
    """At most ``most`` answers, drawn at random, played again; ``None`` where there are none.

    ``again``: the answer to judge in place of the one that was served. ``told`` is called after each.
    """
    if not answers:
        return None
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    scored = []
    for one in chance.sample(answers, min(most, len(answers))):
        scored.append(score(again(one), seed=chance.getrandbits(62), battles=battles))
        told()
    return figures(scored)
