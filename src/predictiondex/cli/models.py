"""``promote``, ``rollback``, ``models``: which version serves, and what MLflow is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from predictiondex.cli import common
from predictiondex.cli.progress import on_terminal_or_lines
from predictiondex.cli.tables import Column, fitting

if TYPE_CHECKING:
    from predictiondex.ml.registry import Registry
    from predictiondex.settings import Settings

app = typer.Typer(help="The registered models.", no_args_is_help=True)


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command(epilog="Example: predictiondex promote 3")(promote)
    program.command(epilog="Example: predictiondex rollback --to 2")(rollback)
    program.add_typer(app, name="models")


def _registry() -> Registry:
    from predictiondex.ml.registry import Registry

    return Registry(common.settings_with().models)


def known_version(registry: Registry, version: str, field: str) -> str:
    """A version that is there, or bad usage."""
    from predictiondex.errors import UsageError

    versions = registry.versions()
    if version not in versions:
        known = ", ".join(versions) or "none yet"
        raise UsageError(f"There is no model version {version!r} (there are: {known}).", field=field)
    return version


def promote(
    version: Annotated[str | None, typer.Argument(help="Model version (default: the challenger).")] = None,
    as_json: common.Json = False,
) -> None:
    """Ask the gate whether a version may become champion, on matchups neither has seen.

    Where the champion of an MLflow server is followed (PDX_MODEL_SOURCE), the server is told as well.
    Exit code 1: it was refused (the reasons are told and recorded), or the server could not be told.
    """
    from predictiondex.errors import RegistryError
    from predictiondex.ml import pipeline
    from predictiondex.ml.registry import CHALLENGER

    registry = _registry()
    chosen = (
        registry.aliases().get(CHALLENGER) if version is None else known_version(registry, version, "VERSION")
    )
    if chosen is None:
        raise RegistryError("There is no challenger: name a version or train one.")
    with on_terminal_or_lines() as progress:
        decision = pipeline.promote_version(
            registry, chosen, common.settings_with().datasets, progress=progress, by="promote"
        )
    if as_json:
        common.echo_json({"version": chosen, **decision.facts()})
    else:
        typer.echo(f"Version {chosen} {'is the champion now' if decision.accepted else 'was refused'}:")
        for reason in decision.reasons:
            typer.echo(f"  {reason}")
    if not decision.accepted:
        _mirror()
        raise typer.Exit(1)
    _tell_servers(registry, chosen, "; ".join(decision.reasons[:3]))


def rollback(
    to: Annotated[
        str | None, typer.Option(help="A former champion (default: the one before this one).")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    as_json: common.Json = False,
) -> None:
    """Make an earlier champion champion again; running services pick it up within seconds.

    Where the champion of an MLflow server is followed (PDX_MODEL_SOURCE), the server is told as well: without
    that, the next look at it would undo the rollback. Exit code 1: it could not be told.
    """
    from predictiondex.ml.promotion import rollback as roll_back

    registry = _registry()
    version = roll_back(
        registry, None if to is None else known_version(registry, to, "--to"), by="rollback", reason=reason
    )
    if as_json:
        common.echo_json({"champion": version})
    else:
        typer.echo(f"Version {version} is the champion again.")
    _tell_servers(registry, version, reason or "rolled back")


def _tell_servers(registry: Registry, version: str, reason: str) -> None:
    """Tell of a new champion: the server that is followed, which would undo it otherwise, and MLflow.

    Ends with exit code 1 where the former could not be told.
    """
    from predictiondex.errors import TrackingError
    from predictiondex.ml.following import Follower

    source = common.settings_with().model_source
    try:
        if source:
            Follower(source, registry).name_champion(version, reason)
    except TrackingError as error:
        typer.echo(f"{error.message} Its champion is followed again within seconds.", err=True)
        raise typer.Exit(1) from error
    finally:  # later, because that server is looked at every few seconds
        _mirror()


def _mirror() -> None:
    """Tell MLflow, where it was ever told anything; a server that is away is told later (`models sync`)."""
    from importlib.util import find_spec

    from predictiondex.ml.tracking import is_used

    settings = common.settings_with()
    if not is_used(settings) or find_spec("mlflow") is None:
        return
    from predictiondex.ml.mlflow_integration import mirror

    problem = mirror(settings)
    if problem:
        typer.echo(f"MLflow was not told: {problem} `models sync` does it later.", err=True)


@app.command(epilog="Example: predictiondex models sync")
def sync(as_json: common.Json = False) -> None:
    """Upload to MLflow what could not be uploaded before, and bring its aliases up to date.

    Exit code 1: the server is away, or a version could not be uploaded.
    """
    from dataclasses import asdict

    from predictiondex.ml import mlflow_integration

    settings = common.settings_with()
    with _naming_the_server(settings):
        runs = mlflow_integration.sync(settings)
    uploaded = [run for run in runs if run.run_id]
    if as_json:
        common.echo_json({"uploaded": len(uploaded), "runs": [asdict(run) for run in runs]})
    else:
        for run in runs:
            typer.echo(run.text)
        typer.echo(f"{len(uploaded)} uploaded; aliases are up to date.")
    if len(uploaded) < len(runs):
        raise typer.Exit(1)


@app.command(epilog="Example: MLFLOW_TRACKING_URI=http://mlflow:5000 predictiondex models pull")
def pull(as_json: common.Json = False) -> None:
    """Make the champion of the MLflow server the champion here, once it is downloaded, verified and tried."""
    from predictiondex.ml import mlflow_integration

    settings = common.settings_with()
    with _naming_the_server(settings):
        version = mlflow_integration.pull(settings)
    if as_json:
        common.echo_json({"champion": version, "new": version is not None})
    else:
        typer.echo("Nothing new." if version is None else f"Version {version} is the champion now.")


@contextmanager
def _naming_the_server(settings: Settings) -> Iterator[None]:
    """What goes wrong with a server is told of "it", for sentences that name it: here they do."""
    from predictiondex.errors import TrackingError
    from predictiondex.ml.tracking import shown, tracking_uri

    try:
        yield
    except TrackingError as error:
        raise TrackingError(f"MLflow at {shown(tracking_uri(settings))}: {error.message}") from error


@app.command("list", epilog="Example: predictiondex models list")
def list_models(as_json: common.Json = False) -> None:
    """All versions with their figures, and which are champion and challenger."""
    registry = _registry()
    names = {version: alias for alias, version in registry.aliases().items()}
    found = [_row(registry, version, names.get(version, "")) for version in registry.versions()]
    if as_json:
        common.echo_json(found)
    elif not found:
        typer.echo("No model yet: run `train`.")
    else:
        _list_table(found)


def _row(registry: Registry, version: str, alias: str) -> dict[str, Any]:
    from predictiondex.errors import ArtefactError

    try:
        manifest = registry.manifest(version)
    except ArtefactError as error:
        return {"version": version, "alias": alias, "problem": error.message}
    return {
        "version": version,
        "alias": alias,
        "created": manifest.created,
        "profile": manifest.dataset.get("profile"),
        "rows": manifest.dataset.get("rows"),
        **manifest.metrics,
    }


@app.command(epilog="Example: predictiondex models show 2")
def show(
    version: Annotated[str | None, typer.Argument(help="Model version (default: the champion).")] = None,
    as_json: common.Json = False,
) -> None:
    """Verify a version and tell what it is: data, parameters, figures, where it lies, what became of it."""
    from dataclasses import asdict

    from predictiondex.errors import RegistryError
    from predictiondex.ml.artefact import read_artefact
    from predictiondex.ml.registry import CHAMPION

    registry = _registry()
    chosen = (
        registry.aliases().get(CHAMPION) if version is None else known_version(registry, version, "VERSION")
    )
    if chosen is None:
        raise RegistryError("There is no champion yet: name a version or train one.")
    manifest, _ = read_artefact(registry.path(chosen))
    story = [line for line in registry.history() if chosen in (line["after"], line["facts"].get("version"))]
    about = {**asdict(manifest), "folder": str(registry.path(chosen)), "history": story}
    if as_json:
        common.echo_json(about)
        return
    for name, value in {**about, "features": f"{len(manifest.features)} of them"}.items():
        if name != "history":
            typer.echo(f"{name:<18} {_plain(value)}")
    for line in story:
        typer.echo(_told(line))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        value = [
            f"{name} {of:.6g}" if isinstance(of, float) else f"{name} {of}" for name, of in value.items()
        ]
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@app.command(epilog="Example: predictiondex models history")
def history(as_json: common.Json = False) -> None:
    """Every promotion, refusal and rollback, oldest first; with --json a line each."""
    for line in _registry().history():
        if as_json:
            common.echo_json(line)
        else:
            typer.echo(_told(line))


def _told(line: dict[str, Any]) -> str:
    moved = f"{line['before'] or '-'} -> {line['after'] or '-'}"
    return f"{line['time']}  {line['alias']:<10} {moved:<10} {line['by']}: {line['reason']}"


def _list_table(found: list[dict[str, Any]]) -> None:
    from rich import box

    columns = [
        Column("version"),
        Column("alias"),
        Column("created", spare=3),
        Column("profile", spare=5),
        Column("rows", spare=4),
        Column("RMSE"),
        Column("ECE", spare=1),
        Column("regret", spare=2),
    ]
    console = common.console()
    console.print(fitting(console, columns, [_cells(one) for one in found], box=box.SIMPLE, pad_edge=False))


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    if "problem" in one:
        return (one["version"], one["alias"], "", "", "", "damaged", "", "")
    figures = (_figure(one.get(name)) for name in ("rmse", "ece", "opening_regret"))
    return (
        one["version"],
        one["alias"],
        one["created"][:10],
        str(one["profile"]),
        str(one["rows"]),
        *figures,
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
