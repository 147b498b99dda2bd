"""``dataset``, ``train``, ``evaluate``: how a model comes about and how good it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common
from predictiondex.cli.models import known_version
from predictiondex.cli.progress import on_terminal_or_lines

if TYPE_CHECKING:
    from predictiondex.ml.pipeline import Outcome
    from predictiondex.ml.registry import Registry

Profile = Annotated[
    Literal["quick", "full"], typer.Option(help="quick: a first model within minutes; full: the best one.")
]
Seed = Annotated[int, typer.Option(min=0, help="Chooses the matchups; same seed, same data.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes of this machine.")]
Dask = Annotated[str | None, typer.Option(metavar="ADDRESS", help="An existing Dask cluster instead.")]

CORES = os.cpu_count() or 1

#: The variable that names an MLflow server.
SERVER = "MLFLOW_TRACKING_URI"

dataset_app = typer.Typer(help="Data that models are trained on.", no_args_is_help=True)
evaluate_app = typer.Typer(help="How good the engines are.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(dataset_app, name="dataset")
    app.command(epilog="Example: predictiondex train --profile quick")(train)
    app.add_typer(evaluate_app, name="evaluate")


def _registry() -> Registry:
    from predictiondex.ml.registry import Registry

    return Registry(common.settings_with().models)


def _warm_up() -> None:
    """Compile once, before workers would all do it."""
    from predictiondex.battle import warm_up
    from predictiondex.ml import features

    warm_up()
    features.warm_up()


@dataset_app.command(epilog="Example: predictiondex dataset build --profile quick --seed 1")
def build(
    profile: Profile = "quick",
    seed: Seed = 1,
    workers: Workers = CORES,
    dask: Dask = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to (default: datasets/ in the home).")
    ] = None,
    as_json: common.Json = False,
) -> None:
    """Draw matchups, play every opening many times and describe it. Goes on where it was interrupted."""
    from predictiondex.ml import cluster
    from predictiondex.ml import dataset as data

    recipe = data.recipe(profile, seed)
    folder = out or common.settings_with().datasets / f"{profile}-{seed}"
    _warm_up()
    with on_terminal_or_lines() as progress, cluster.workers(workers, dask) as mapper:
        manifest = data.build(recipe, folder, mapper=mapper, progress=progress)
    figures = {"folder": str(folder), "rows": manifest["rows"], "hash": manifest["hash"]}
    if as_json:
        common.echo_json(figures)
    else:
        typer.echo(f"{manifest['rows']} rows in {folder}\nhash {manifest['hash']}")


def train(
    profile: Profile = "quick",
    seed: Seed = 1,
    workers: Workers = CORES,
    dask: Dask = None,
    missing: Annotated[
        bool,
        typer.Option(
            "--missing",
            help="Only where there is no champion that fits this program, here or on MLFLOW_TRACKING_URI.",
        ),
    ] = False,
    track: Annotated[bool, typer.Option("--track/--no-track", help="Record the run in MLflow.")] = True,
    background: Annotated[bool, typer.Option("--background", help="Let other programs go first.")] = False,
    as_json: common.Json = False,
) -> None:
    """Train a model, evaluate it on matchups it has not seen, and let the gate decide whether it serves.

    Builds the dataset first where it is missing. Exit code 1: trained, but refused by the gate.
    """
    from predictiondex.ml import dataset as data
    from predictiondex.ml import pipeline

    settings = common.settings_with()
    if missing and (champion := _fitting_champion()):
        typer.echo(f"Version {champion} is the champion and fits this program: nothing to train.")
        if track:
            _give_champion()
        return
    if background:
        _step_back()
    if not missing:
        take_over(_registry())
    _warm_up()
    with on_terminal_or_lines() as progress:
        outcome = pipeline.train(
            data.recipe(profile, seed),
            settings.datasets,
            _registry(),
            progress=progress,
            count=workers,
            dask=dask,
        )
    if track:
        _track(outcome)
    _tell_outcome(outcome, as_json)
    if not outcome.decision.accepted:
        raise typer.Exit(1)


def _fitting_champion() -> str | None:
    """Version of a champion that fits this program; a server that is named is asked for its own first."""
    from predictiondex.errors import PredictionDexError
    from predictiondex.ml.model import BattleModel

    registry = _registry()
    take_over(registry)
    try:
        folder = registry.champion()
        return BattleModel.load(folder).version if folder else None
    except PredictionDexError as error:
        typer.echo(f"No champion that can be used: {error.message}", err=True)
        return None


def _give_champion() -> None:
    """A server that is named and has no champion gets the one here: those who follow it wait for it."""
    from predictiondex.errors import TrackingError
    from predictiondex.ml import mlflow_integration

    if not os.environ.get(SERVER, "").startswith("http"):
        return
    try:
        for run in mlflow_integration.give_champion(common.settings_with()):
            typer.echo(run.text)
    except TrackingError as error:
        typer.echo(f"The champion is not on the server: {error.message}", err=True)


def take_over(registry: Registry) -> None:
    """Make the champion of the MLflow server that is named the champion here: it is the one to beat. What is
    in the way (the server is away, its champion does not fit, it has not heard of a later decision) is told.
    """
    from predictiondex.errors import PredictionDexError
    from predictiondex.ml.following import Follower
    from predictiondex.ml.tracking import shown

    server = os.environ.get(SERVER, "")
    if not server.startswith("http"):
        return
    try:
        Follower(server, registry).look(keep_later=True)
    except PredictionDexError as error:
        typer.echo(f"The champion of {shown(server)} was not taken over: {error.message}", err=True)


def _step_back() -> None:
    """Lower this process's priority, and so its workers'."""
    import psutil

    # On Windows priorities are classes, elsewhere numbers.
    psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 15))


def _track(outcome: Outcome) -> None:
    from predictiondex.ml.mlflow_integration import log_training

    run = log_training(
        outcome.folder,
        report=outcome.report,
        dataset_manifest=outcome.dataset,
        plots=sorted(outcome.folder.glob("*.png")),
        settings=common.settings_with(),
    )
    typer.echo(run.text, err=True)


def _tell_outcome(outcome: Outcome, as_json: bool) -> None:
    from predictiondex.ml.evaluation import figures_of

    figures = figures_of(outcome.report)
    if as_json:
        common.echo_json({"version": outcome.version, **outcome.decision.facts(), "figures": figures})
        return
    _table(figures)
    verdict = "is the champion now" if outcome.decision.accepted else "was refused"
    typer.echo(f"Version {outcome.version} {verdict}: {'; '.join(outcome.decision.reasons[:3])}")
    typer.echo(f"Report: {outcome.folder / 'report.md'}")


@evaluate_app.command(epilog="Example: predictiondex evaluate winrates winrates.jsonl.gz --engine model")
def winrates(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Results of the reference engine (.gz too).")],
    engine: Annotated[Literal["model", "simulation", "hybrid"], typer.Option()] = "model",
    n: Annotated[
        int | None, typer.Option("--n", min=1, help="Battles for each line (simulation 1000, hybrid 64).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    version: Annotated[str | None, typer.Option(help="Model version (default: the champion).")] = None,
    as_json: common.Json = False,
) -> None:
    """Hold an engine against win rates of the reference battle engine.

    Lines under other policies than greedy play or an opening are left out and counted.
    """
    from predictiondex.cli import jobs
    from predictiondex.errors import UsageError
    from predictiondex.ml import winrates as rates

    cases, left_out = rates.read_cases(jobs.objects(file, "FILE"))
    if not cases:
        why = "all have other policies" if left_out else "there is none"
        raise UsageError(f"No line can be answered: {why}.", field="FILE")
    model = _model(version) if engine != "simulation" else None
    battles = n or rates.BATTLES[engine]
    with on_terminal_or_lines() as progress:
        progress.start("Judging", len(cases))
        p = rates.answer(cases, engine, model, n=battles, seed=seed, told=progress.advance)
    report = {
        "engine": engine,
        "battles": battles,
        "model": model.version if model else None,
        "left_out": left_out,
        **rates.report(cases, p),
    }
    if as_json:
        common.echo_json(report)
        return
    _sets_table({**report["sets"], "all": report["all"]})
    if report["opening_regret"]:
        regret = report["opening_regret"]
        typer.echo(f"Opening regret: {regret['mean']:.4f} on {regret['matchups']} matchups.")
    if left_out:
        typer.echo(f"{left_out} lines under other policies were left out.")


def _model(version: str | None) -> Any:
    from predictiondex.errors import RegistryError
    from predictiondex.ml.model import BattleModel

    registry = _registry()
    named = None if version is None else known_version(registry, version, "--version")
    folder = registry.champion() if named is None else registry.path(named)
    if folder is None:
        raise RegistryError("There is no model yet: run `train` first.")
    return BattleModel.load(folder)


@evaluate_app.command(epilog="Example: predictiondex evaluate card --out docs/MODEL_CARD.md")
def card(
    version: Annotated[str | None, typer.Option(help="Model version (default: the champion).")] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="FILE", help="Win rates of the reference engine to hold it against.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here, pictures beside it.")] = None,
) -> None:
    """The model card: what a model is, how it was made, how good it is and where it is not."""
    from predictiondex.cli import jobs
    from predictiondex.ml import modelcard
    from predictiondex.ml import winrates as rates

    registry = _registry()
    model = _model(version)
    figures: dict[str, Any] | None = None
    if reference is not None:
        cases, _ = rates.read_cases(jobs.objects(reference, "--reference"))
        figures = {
            engine: rates.report(
                cases,
                rates.answer(cases, engine, model, n=rates.BATTLES[engine], seed=1, told=lambda: None),
            )
            for engine in rates.BATTLES
        }
    text = modelcard.write(model.manifest, registry.path(model.version), figures)
    if out is None:
        typer.echo(text)
    else:
        modelcard.save(out, text, registry.path(model.version))
        typer.echo(f"Written: {out}")


def _table(figures: dict[str, float]) -> None:
    from rich.table import Table

    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:.5f}")
    common.console().print(table)


def _sets_table(sets: dict[str, dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("set", "n", "Brier", "floor", "excess", "RMSE", "accuracy, decided", "ECE")
    for name, one in sets.items():
        accuracy = one["decided_accuracy"]
        table.add_row(
            name, str(one["rows"]), f"{one['brier']:.4f}", f"{one['floor']:.4f}", f"{one['excess']:.6f}",
            f"{one['rmse']:.4f}", "-" if accuracy is None else f"{100 * accuracy:.2f} %", f"{one['ece']:.4f}",
        )  # fmt: skip
    common.console().print(table)
