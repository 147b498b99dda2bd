"""The loop: drift or untrue answers -> a dataset with the crowd that came -> challenger -> gate -> champion.

Afterwards the new champion is judged on the very requests that raised the alarm; where it is no better than
the one before, that one comes back. Every run is recorded in the home and in MLflow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from predictiondex.errors import RegistryError, TrackingError
from predictiondex.locking import alone
from predictiondex.ml import dataset, pipeline
from predictiondex.ml.dataset import Progress, Recipe
from predictiondex.ml.drift import LEAST_ROWS
from predictiondex.ml.mix import Mix, mix_of
from predictiondex.ml.model import BattleModel
from predictiondex.ml.promotion import rollback
from predictiondex.ml.registry import ANY, CHAMPION, Registry
from predictiondex.monitoring.looking import LIMITS
from predictiondex.monitoring.shadow import Figures
from predictiondex.monitoring.signals import Signals, figure_facts, how_true, read_signals
from predictiondex.settings import Settings

Action = Literal["none", "cool-down", "dry-run", "promoted", "refused", "rolled back", "superseded"]

#: In the record: a training began, whatever became of it.
BEGUN: Final = "begun"
#: Whose decisions these are, in the history of the registry.
BY: Final = "retrain"
#: Share of the new dataset that comes from the crowd; the rest keeps the model good at everything else.
CROWD_SHARE: Final = 0.5
#: A champion beyond a limit stays if its error is at most this share of the error of the one before.
_CLEARLY_BETTER: Final = 0.8


@dataclass(frozen=True, slots=True)
class Plan:
    """How to go about it. ``recipe``: instead of that of the champion's profile (a fresh seed either way)."""

    last: int = 1000
    sample: int = 200
    battles: int = 1000
    seed: int = 1
    workers: int = 1
    cool_down: timedelta = timedelta(hours=6)
    dry_run: bool = False
    only_if_needed: bool = True
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was done and why. ``after``: the new champion on the same requests."""

    action: Action
    signals: Signals
    reasons: tuple[str, ...]
    version: str = ""
    after: Figures | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """For records."""
        return {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "action": self.action,
            "reasons": list(self.reasons),
            "version": self.version,
            "before": self.signals.facts(),
            "after": None if self.after is None else figure_facts(self.after),
            **self.details,
        }


def run(settings: Settings, plan: Plan, *, progress: Progress) -> Result:
    """One turn of the loop.

    Raises :class:`~predictiondex.errors.RegistryError` when another one is running, and what reading the log,
    building the dataset and training raise.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    held = RegistryError("Another `retrain` is running.")
    with alone(settings.home / "retrain.lock", seconds=0, otherwise=held):
        return _run(settings, plan, progress)


def _run(settings: Settings, plan: Plan, progress: Progress) -> Result:
    signals = read_signals(settings, last=plan.last, sample=plan.sample, seed=plan.seed, battles=plan.battles)
    if plan.only_if_needed and not signals.reasons:
        return Result("none", signals, (_quiet(signals),))
    wait = _still_cooling(settings, plan.cool_down)
    if plan.only_if_needed and wait:
        return Result("cool-down", signals, (f"the last retraining was at {wait}",))
    if not signals.answers:
        return Result("none", signals, ("there are no requests in the log to learn from",))
    if plan.dry_run:
        return Result(
            "dry-run", signals, signals.reasons or ("asked for",), details=_intent(settings, plan, signals)
        )
    # Recorded before as well: one that fails every time must not begin anew every time.
    _append(settings, {"time": datetime.now(UTC).isoformat(timespec="seconds"), "action": BEGUN})
    result = _train(settings, plan, signals, progress)
    _append(settings, result.facts())
    return result


def _intent(settings: Settings, plan: Plan, signals: Signals) -> dict[str, Any]:
    """What would be trained, and whether anything but being asked for speaks for it."""
    recipe = plan.recipe or _recipe(Registry(settings.models), signals)
    return {
        "profile": recipe.profile,
        "champion": signals.champion,
        "requests": len(signals.answers),
        "signs": "" if signals.reasons else _quiet(signals),
    }


def _quiet(signals: Signals) -> str:
    """Why there is no reason to train; what could not be judged is not called well."""
    if signals.drift.detected is None:
        return f"{signals.drift.rows} requests in the log are too few to judge (from {LEAST_ROWS} on)"
    return "no drift, and all figures within their limits"


def _train(settings: Settings, plan: Plan, signals: Signals, progress: Progress) -> Result:
    registry = Registry(settings.models)
    recipe = replace(plan.recipe or _recipe(registry, signals), mix=crowd(signals))
    outcome = pipeline.train(
        recipe, settings.datasets, registry, progress=progress, count=plan.workers, by=BY
    )
    details = {"dataset": outcome.dataset["hash"], "crowd": len(recipe.mix.pairs) if recipe.mix else 0}
    if not outcome.decision.accepted:
        return Result("refused", signals, outcome.decision.reasons, outcome.version, details=details)
    model = BattleModel.load(registry.path(outcome.version))
    after = how_true(model, signals.answers, plan.sample, seed=plan.seed, battles=plan.battles)
    worse = _why_not(signals.figures, after)
    if worse:
        now = registry.aliases().get(CHAMPION)
        if now != outcome.version:  # promoted meanwhile by somebody: it was not judged here
            reasons = (worse, f"version {now} is the champion by now")
            return Result("superseded", signals, reasons, outcome.version, after, details)
        against = outcome.decision.against
        before = signals.champion if against in (None, ANY) else against
        rollback(registry, before, by=BY, reason=worse, expected=outcome.version)
        return Result("rolled back", signals, (worse,), outcome.version, after, details)
    return Result("promoted", signals, signals.reasons or ("asked for",), outcome.version, after, details)


def _recipe(registry: Registry, signals: Signals) -> Recipe:
    """The champion's profile, with a seed that no version had."""
    profile = str(registry.manifest(signals.champion).dataset.get("profile"))
    return dataset.recipe(profile if profile in dataset.PROFILES else "quick", fresh_seed(registry))


def fresh_seed(registry: Registry) -> int:
    """A seed of matchups that no version was trained on."""
    return 1000 + len(registry.versions())


def crowd(signals: Signals) -> Mix:
    """The latest requests as a mix to draw from."""
    latest = reversed(signals.answers)
    return mix_of(((one.now.you.combatant, one.now.opponent.combatant) for one in latest), CROWD_SHARE)


def _why_not(before: Figures | None, after: Figures | None) -> str:
    """Why the new champion may not stay; nothing where it may."""
    if before is None or after is None:
        return ""
    broken = LIMITS.broken(after)
    if after.mean_squared_error > max(before.mean_squared_error, LIMITS.mean_squared_error):
        errors = after.mean_squared_error, before.mean_squared_error
        return "it answers the same requests worse: mean squared error {:.4f}, before {:.4f}".format(*errors)
    if broken and after.mean_squared_error > _CLEARLY_BETTER * before.mean_squared_error:
        return f"figures did not recover: {'; '.join(broken)}"
    return ""


# --- records ----------------------------------------------------------------------------------------------


def trail(settings: Settings) -> Path:
    """The record of this home: one JSON object a line."""
    return settings.home / "monitoring" / "retrain.jsonl"


def history(settings: Settings) -> list[dict[str, Any]]:
    """Every retraining of this home, oldest first. A line cut short (a program was killed), or without a time
    that can be read, is left out."""
    try:
        lines = trail(settings).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        with suppress(ValueError, TypeError, KeyError):
            found.append(_recorded(line))
    return found


def _recorded(line: str) -> dict[str, Any]:
    """A line of the record. Raises ``ValueError``, ``TypeError`` or ``KeyError`` for what is none."""
    found: dict[str, Any] = json.loads(line)
    if datetime.fromisoformat(found["time"]).tzinfo is None:
        raise ValueError(line)
    return found


def _still_cooling(settings: Settings, cool_down: timedelta) -> str:
    """When the last retraining was, if that is not long enough ago; else nothing."""
    for line in reversed(history(settings)):
        when = datetime.fromisoformat(line["time"])
        # One in the future is by a clock that was wrong: nobody waits until then.
        return str(line["time"]) if abs(datetime.now(UTC) - when) < cool_down else ""
    return ""


def _append(settings: Settings, line: Mapping[str, Any]) -> None:
    path = trail(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        whole = file.tell() == 0 or path.read_bytes().endswith(b"\n")
        file.write((b"" if whole else b"\n") + json.dumps(line, ensure_ascii=False).encode() + b"\n")


def track(settings: Settings, result: Result) -> str:
    """Record a retraining in MLflow: the model as every training, and the decision as a run of its own.

    Returns what to tell; a server that is away holds nothing up.
    """
    from predictiondex.ml.mlflow_integration import log_training

    folder = Registry(settings.models).path(result.version)
    report = json.loads((folder / "report.json").read_bytes())
    manifest = json.loads((folder / "dataset.json").read_bytes())
    told = log_training(
        folder,
        report=report,
        dataset_manifest=manifest,
        plots=sorted(folder.glob("*.png")),
        settings=settings,
    )
    try:
        run_id = _track_decision(settings, result)
    except TrackingError as error:
        return f"{told.text} The decision is in {trail(settings)} only: {error.message}"
    return f"{told.text} Decision: run {run_id}."


def _track_decision(settings: Settings, result: Result) -> str:
    from predictiondex.ml.tracking import connected

    facts = result.facts()
    with connected(settings) as connection:
        client = connection.client
        run = client.create_run(connection.experiment, run_name=f"retrain-{result.version}")
        run_id = str(run.info.run_id)
        tags = {
            "kind": BY,
            "action": result.action,
            "reasons": "; ".join(result.reasons)[:500],
            "local_version": result.version,
            "champion_before": result.signals.champion,
        }
        for tag, text in tags.items():
            client.set_tag(run_id, tag, text)
        for when, figures in (("before", result.signals.figures), ("after", result.after)):
            for name, value in figure_facts(figures).items() if figures else ():
                client.log_metric(run_id, f"{when}_{name}", float(value))
        columns = {one.feature: asdict(one) for one in result.signals.drift.columns}
        client.log_dict(run_id, {**facts, "drift": columns}, "retrain.json")
        client.set_terminated(run_id)
    return run_id
