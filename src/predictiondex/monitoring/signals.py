"""Why a new model may be needed: what the log says about requests and answers of the champion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from predictiondex.advisor.values import modelled
from predictiondex.errors import ArtefactError
from predictiondex.ml.artefact import MODEL_NAME
from predictiondex.ml.drift import Drift
from predictiondex.ml.model import BattleModel
from predictiondex.ml.pipeline import champion_of
from predictiondex.ml.registry import Registry
from predictiondex.monitoring.looking import LIMITS, judge_answers, judge_drift, served
from predictiondex.monitoring.served import Served
from predictiondex.monitoring.shadow import Figures
from predictiondex.settings import Settings


@dataclass(frozen=True, slots=True)
class Signals:
    """What was found. ``answers``: the requests, oldest first; ``figures``: how true its champion is."""

    champion: str
    drift: Drift
    figures: Figures | None
    answers: list[Served]
    reasons: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """For records."""
        return {
            "champion": self.champion,
            "reasons": list(self.reasons),
            "drifted": self.drift.drifted,
            "requests": self.drift.rows,
            "figures": None if self.figures is None else figure_facts(self.figures),
        }


def figure_facts(found: Figures) -> dict[str, float]:
    """Figures for records."""
    return {
        "rows": found.rows,
        "mean_squared_error": found.mean_squared_error,
        "calibration_error": found.calibration_error,
        "regret": found.regret,
    }


def read_signals(settings: Settings, *, last: int, sample: int, seed: int, battles: int) -> Signals:
    """Judge the latest ``last`` requests, a ``sample`` of them by battles.

    Raises :class:`~predictiondex.errors.ArtefactError` where there is no champion or it cannot be used, and
    :class:`~predictiondex.errors.StoreError` when the database is away.
    """
    model = champion_of(Registry(settings.models))
    if model is None:
        raise ArtefactError("There is no model yet: run `train` first.")
    answers = served(settings, last)
    drift, _ = judge_drift(settings, answers)
    figures = how_true(model, answers, sample, seed=seed, battles=battles)
    reasons = [f"drift in {', '.join(drift.drifted)}"] if drift.detected else []
    reasons += LIMITS.broken(figures) if figures else []
    return Signals(model.version, drift, figures, answers, tuple(reasons))


def how_true(
    model: BattleModel, answers: list[Served], sample: int, *, seed: int, battles: int
) -> Figures | None:
    """How true a model is on requests that were really made; the same seed judges by the same battles."""
    return judge_answers(answers, sample, seed=seed, battles=battles, again=lambda one: _by(model, one, seed))


def _by(model: BattleModel, one: Served, seed: int) -> Served:
    """The answer that ``model`` would have given."""
    told = {move: value.p for move, value in modelled(one.now, 0, seed, model).items()}
    return replace(
        one, model=(MODEL_NAME, model.version), told=told, recommended=max(told, key=lambda m: told[m])
    )
