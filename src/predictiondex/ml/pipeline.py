"""From nothing to a registered model: dataset, training, evaluation, artefact, registry, gate."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import ENGINE_VERSION
from predictiondex.errors import ArtefactError, DatasetError, RegistryError
from predictiondex.ml import dataset, evaluation, observed, reporting, scores, training
from predictiondex.ml.artefact import Manifest
from predictiondex.ml.baselines import forest, toy_formula
from predictiondex.ml.cluster import workers
from predictiondex.ml.dataset import Progress, Recipe
from predictiondex.ml.features import FEATURE_VERSION, NAMES, RACE, START
from predictiondex.ml.mix import FILE as MIX_FILE
from predictiondex.ml.mix import Mix
from predictiondex.ml.model import BattleModel, blend
from predictiondex.ml.parquet import Rows
from predictiondex.ml.promotion import Decision, first, gate, promote
from predictiondex.ml.registry import CHALLENGER, CHAMPION, Registry
from predictiondex.ml.sampling import draw
from predictiondex.ml.splits import TRAIN
from predictiondex.pokedex import pokedex

#: Packages that a model needs to be read and used, with the versions it was made with.
_PACKAGES: Final = ("xgboost-cpu", "numpy", "numba")
#: Seed of the matchups that opening regret is measured on: no training draws it.
_REGRET_SEED: Final = 20_260_101
_TOY_ROWS: Final = 4000
#: Battles that a simulated or blended answer is tried with in the report.
_TRIED: Final = (16, 64, 256)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to."""

    version: str
    decision: Decision
    report: dict[str, Any]
    folder: Path
    dataset: dict[str, Any]


def train(
    recipe: Recipe,
    datasets: Path,
    registry: Registry,
    *,
    progress: Progress,
    count: int,
    dask: str | None = None,
    by: str = "train",
) -> Outcome:
    """Build the dataset where it is missing, train, evaluate, register as challenger and ask the gate.

    ``count`` processes of this machine, or the Dask cluster at the address ``dask``.
    """
    folder = datasets / recipe.name
    with workers(count, dask) as mapper:
        manifest = dataset.build(recipe, folder, mapper=mapper, progress=progress)
    rows, _ = dataset.load(folder)
    fitted = training.fit(
        rows, profile=recipe.profile, seed=recipe.seed, threads=count, progress=progress, dask=dask
    )
    cases = regret_cases(recipe.profile, progress)
    report, losses = evaluate(fitted, rows, recipe, cases, progress=progress, threads=count)
    number = register(fitted, rows, manifest, report, registry, extra=made_for(recipe, fitted.predict))
    registry.set_alias(CHALLENGER, number, reason="trained", by=by)
    decision = _twin(registry, number) or decide(registry, losses, report, rows, cases)
    promote(registry, number, decision, by=by)
    return Outcome(number, decision, report, registry.path(number), manifest)


def _twin(registry: Registry, version: str) -> Decision | None:
    """The refusal of a model that is the champion itself, trained once more on the same matchups."""
    champion = registry.aliases().get(CHAMPION)
    if champion is None:
        return None
    try:
        same = registry.manifest(champion).model_sha256 == registry.manifest(version).model_sha256
    except (ArtefactError, RegistryError):
        return None
    reason = f"the same model as the champion, version {champion}: train with another seed"
    return Decision(False, (reason,), against=champion) if same else None


Cases = list[tuple[NDArray[np.float32], NDArray[np.float64]]]


def regret_cases(profile: str, progress: Progress) -> Cases:
    """Openings of unseen matchups with their simulated values."""
    matchups, battles = evaluation.REGRET[profile if profile in evaluation.REGRET else "quick"]
    progress.start("Playing openings", matchups)
    numbers = evaluation.regret_matchups(_REGRET_SEED, matchups)
    return evaluation.opening_values(_REGRET_SEED, numbers, battles, progress)


def evaluate(
    fitted: training.Fitted,
    rows: Rows,
    recipe: Recipe,
    cases: Cases,
    *,
    progress: Progress,
    threads: int,
) -> tuple[dict[str, Any], evaluation.Losses]:
    """The report of a fresh model, and its losses for the gate."""
    progress.start("Evaluating", 3)
    test = evaluation.held_out(rows)
    p = fitted.predict(test.features)
    progress.advance()
    lost = evaluation.regrets(cases, fitted.predict)
    progress.advance()
    _, battles = evaluation.REGRET[recipe.profile if recipe.profile in evaluation.REGRET else "quick"]
    report = {
        "slices": evaluation.by_slice(test, p),
        "baselines": baselines(rows, test, recipe, p, threads=threads),
        "regret": {
            "matchups": len(lost),
            "battles": battles,
            "mean": float(np.mean(lost)),
            "standard_error": float(np.std(lost) / np.sqrt(len(lost))),
            "p95": float(np.percentile(lost, 95)),
            "lead_battles": evaluation.lead_battles(cases, fitted.predict),
        },
        "hybrid": blends(p, test, fitted.hybrid, seed=recipe.seed),
    }
    progress.advance()
    return report, evaluation.losses(test, p, lost)


def baselines(
    rows: Rows, test: Rows, recipe: Recipe, p: NDArray[np.float64], *, threads: int
) -> dict[str, dict[str, Any]]:
    """The model beside simpler answers on the same rows (the toy formula on the greedy ones among them)."""
    y, n = test.p, test.n
    found = {
        "model": scores.summary(p, y, n),
        "the race alone": scores.summary(test.features[:, RACE].astype(float), y, n),
        "the race and its battles": scores.summary(test.features[:, START].astype(float), y, n),
    }
    train_rows = rows.where(rows.about["split"] == TRAIN)
    grown = forest(train_rows, test, profile=recipe.profile, seed=recipe.seed, threads=threads)
    found["random forest"] = scores.summary(grown, y, n)
    fresh = np.flatnonzero(test.about["greedy"] & ~test.about["mid_battle"])[:_TOY_ROWS]
    if len(fresh):
        told = np.array([_toy(recipe, int(number)) for number in test.about["matchup"][fresh]])
        found["toy formula, as they came in"] = scores.summary(told, y[fresh], n[fresh])
        found["model, the same rows"] = scores.summary(p[fresh], y[fresh], n[fresh])
    return found


def _toy(recipe: Recipe, number: int) -> float:
    matchup = draw(recipe.seed, number, recipe.mix)
    return toy_formula(matchup.a, matchup.b)


def blends(
    p: NDArray[np.float64], test: Rows, hybrid: Mapping[str, float], *, seed: int
) -> list[dict[str, float]]:
    """RMSE of model, simulation and hybrid by the battles behind an answer.

    The battles are some of those behind each row's label, and what is said is held against the others.
    """
    chance = np.random.default_rng(seed)
    found = []
    for battles in training.affordable(_TRIED, test):
        wins, y, n = scores.dealt(test.p, test.n, battles, chance)
        answers = {"model": p, "simulation": wins / battles, "hybrid": blend(p, wins, battles, hybrid)}
        errors = {
            name: float(np.sqrt(np.mean(scores.squared_error(told, y, n)).clip(0)))
            for name, told in answers.items()
        }
        found.append({"battles": battles, **errors})
    return found


def register(
    fitted: training.Fitted,
    rows: Rows,
    manifest: Mapping[str, Any],
    report: Mapping[str, Any],
    registry: Registry,
    *,
    extra: Mapping[str, bytes],
) -> str:
    """Write the artefact with its report, pictures and ``extra`` files; returns the version."""
    test = evaluation.held_out(rows)
    gains = fitted.booster.get_score(importance_type="total_gain")
    files = {
        **extra,
        "report.json": json.dumps(report, indent=1).encode(),
        "report.md": reporting.markdown(report).encode(),
        "reliability.png": reporting.reliability_png(fitted.predict(test.features), test.p),
        "importance.png": reporting.importance_png(
            list(NAMES), np.array([gains.get(name, 0.0) for name in NAMES], dtype=float)
        ),
        "dataset.json": json.dumps(
            {**manifest, "partitions": len(manifest["partitions"])}, indent=1
        ).encode(),
    }
    return registry.add(
        fitted.content,
        Manifest(
            features=NAMES,
            engine_version=ENGINE_VERSION,
            pokedex_checksum=pokedex.checksum,
            dataset={
                "hash": manifest["hash"],
                "profile": manifest["recipe"]["profile"],
                "seed": manifest["recipe"]["seed"],
                "rows": manifest["rows"],
                **({"mix": manifest["recipe"]["mix"]} if "mix" in manifest["recipe"] else {}),
            },
            parameters={**fitted.parameters, "feature_version": FEATURE_VERSION},
            metrics=evaluation.figures_of(report),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            hybrid=fitted.hybrid,
            calibration=fitted.calibration,
            git_revision=git_revision(),
            requirements=tuple(f"{package}=={version(package)}" for package in _PACKAGES),
        ),
        extra=files,
    )


def made_for(recipe: Recipe, predict: evaluation.Predict) -> dict[str, bytes]:
    """Files that tell what a model was made for: the reference that drift is judged by, and its mix.

    The reference of a mix is the crowd alone, because that is who will ask.
    """
    mix = replace(recipe.mix, share=1.0) if recipe.mix else None
    matchups = [draw(recipe.seed, number, mix) for number in range(observed.REFERENCE_ROWS)]
    told = observed.reference(matchups, predict, seen=len(mix.pairs) if mix else None)
    files = {observed.REFERENCE_FILE: json.dumps(told).encode()}
    return files | ({MIX_FILE: recipe.mix.content()} if recipe.mix else {})


def git_revision() -> str | None:
    """The commit of this checkout, with ``-dirty`` where it has changes; ``None`` outside of one."""
    here = Path(__file__).parent
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "-C", str(here), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=10).stdout.strip()  # noqa: S603
    return None


def decide(
    registry: Registry,
    challenger: evaluation.Losses,
    report: Mapping[str, Any],
    rows: Rows,
    cases: Cases,
) -> Decision:
    """Ask the gate: against the champion on the same rows, or for sanity where there is none that serves."""
    against = registry.aliases().get(CHAMPION)
    sane = replace(first(evaluation.figures_of(report)), against=against)
    if against is None:
        return sane
    try:
        champion = BattleModel.load(registry.path(against))
    except (ArtefactError, RegistryError) as error:
        return replace(sane, reasons=(f"the champion cannot be used: {error}", *sane.reasons))
    return replace(gate(losses_of(champion, rows, cases), challenger), against=against)


def promote_version(
    registry: Registry, version: str, datasets: Path, *, progress: Progress, by: str
) -> Decision:
    """Ask the gate about a registered version and carry its decision out.

    Both models are judged on the held-out rows of the version's own dataset, built again where it is gone.
    """
    manifest = registry.manifest(version)
    if registry.aliases().get(CHAMPION) == version:
        raise RegistryError(f"Version {version} is the champion already.")
    if manifest.dataset.get("profile") not in dataset.PROFILES:
        raise DatasetError(f"The dataset of version {version} is of no profile and cannot be built again.")
    model = BattleModel.load(registry.path(version))  # one that is refused here costs no long work
    mix = Mix.read(registry.path(version) / MIX_FILE) if "mix" in manifest.dataset else None
    recipe = dataset.recipe(str(manifest.dataset["profile"]), int(manifest.dataset["seed"]), mix)
    folder = datasets / recipe.name
    dataset.build(recipe, folder, progress=progress)
    rows, _ = dataset.load(folder)
    cases = regret_cases(recipe.profile, progress)
    report = figures_on(model, rows, cases)
    decision = decide(registry, losses_of(model, rows, cases), report, rows, cases)
    promote(registry, version, decision, by=by)
    return decision


def figures_on(model: BattleModel, rows: Rows, cases: Cases) -> dict[str, Any]:
    """The part of a report that the gate needs, of a registered model."""
    test = evaluation.held_out(rows)
    lost = evaluation.regrets(cases, model.from_features)
    return {
        "slices": evaluation.by_slice(test, model.from_features(test.features)),
        "regret": {
            "mean": float(np.mean(lost)),
            "lead_battles": evaluation.lead_battles(cases, model.from_features),
        },
    }


def losses_of(model: BattleModel, rows: Rows, cases: Cases) -> evaluation.Losses:
    """A registered model's losses on a dataset's held-out rows."""
    test = evaluation.held_out(rows)
    return evaluation.losses(
        test, model.from_features(test.features), evaluation.regrets(cases, model.from_features)
    )


def champion_of(registry: Registry) -> BattleModel | None:
    """The champion, loaded; ``None`` where there is none."""
    folder = registry.champion()
    return None if folder is None else BattleModel.load(folder)
