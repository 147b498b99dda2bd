"""``stack``: the nine services in Docker. The scripts in ``scripts/`` hand over to these commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.stack.compose import Compose
    from predictiondex.stack.envfile import Variables
    from predictiondex.stack.validate import Check

app = typer.Typer(help="The nine services in Docker.", no_args_is_help=True)

EnvFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Passwords and ports (default: .env of the checkout).")
]
Without = Annotated[
    list[str] | None,
    typer.Option(metavar="SERVICE", help="Leave a service out, such as grafana; told as not loaded."),
]
Build = Annotated[
    bool | None,
    typer.Option(
        "--build/--no-build",
        help="Build the images anew (default: where one is missing or of another commit).",
    ),
]
Seconds = Annotated[float, typer.Option(min=1, help="Seconds that the services get to become well.")]


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.add_typer(app, name="stack")
    program.command("mlflow-test", epilog="Example: predictiondex mlflow-test --url http://127.0.0.1:5000")(
        mlflow_test
    )


@app.command(epilog="Example: predictiondex stack build")
def build(env_file: EnvFile = None, as_json: common.Json = False) -> None:
    """Build the five images; what pip is configured with here goes in as build secrets."""
    from predictiondex.stack import compose as docker
    from predictiondex.stack import envfile, images, launch

    docker.demand_docker()
    launch.demand_space()
    variables, _ = envfile.ensure(_env_file(env_file))
    prefix, tag = _names(variables)
    seconds = images.build(_root(), prefix=prefix, tag=tag, logs=_logs(), tell=_narrate(as_json))
    sizes = images.sizes(prefix, tag)
    if as_json:
        common.echo_json(
            {name: {"seconds": round(seconds[name], 1), "bytes": sizes[name]} for name in seconds}
        )
        return
    for name in seconds:
        typer.echo(f"{prefix}/{name}:{tag}  {sizes[name] / 1e6:.0f} MB  {seconds[name]:.0f} s")


@app.command(epilog="Example: predictiondex stack start --without grafana")
def start(
    env_file: EnvFile = None,
    without: Without = None,
    build: Build = None,
    timeout: Seconds = 600.0,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Validate at the end.")] = True,
) -> None:
    """Write .env where it is missing, build, start, wait until all is well, validate, tell the addresses.

    Exit code 1: something is in the way or a check failed; what, why and what to do is told.
    """
    left_out = _known(without)
    compose, variables = prepare(env_file, left_out, build=build, tell=typer.echo)
    took = launch_all(compose, left_out, timeout=timeout, tell=typer.echo)
    typer.echo("Well after: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
    failed = check and not report(validate_all(compose, variables, left_out, patience=60), verbose=False)
    typer.echo(addresses(variables, left_out))
    if failed:
        raise typer.Exit(1)


@app.command(epilog="Example: predictiondex stack validate --verbose")
def validate(
    env_file: EnvFile = None,
    without: Without = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Every check, not only the failed.")
    ] = False,
    as_json: common.Json = False,
) -> None:
    """Ask every service of the running stack; each line says what was expected and what was found.

    Exit code 1 when any check fails.
    """
    from dataclasses import asdict

    from predictiondex.stack import envfile

    left_out = _known(without)
    variables = envfile.read(_env_file(env_file))
    checks = validate_all(_compose(variables), variables, left_out)
    if as_json:
        well = all(one.ok is not False for one in checks)
        common.echo_json({"ok": well, "checks": [asdict(one) for one in checks]})
    else:
        well = report(checks, verbose=verbose)
    if not well:
        raise typer.Exit(1)


@app.command(epilog="Example: predictiondex stack guide --yes")
def guide(
    env_file: EnvFile = None,
    without: Without = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before each step.")] = False,
    timeout: Seconds = 600.0,
) -> None:
    """Six steps with a word before each: Docker, build, start, validate, metrics, summary."""
    from predictiondex.cli.stackguide import Guide

    Guide(env_file, _known(without), yes=yes, timeout=timeout).run()


@app.command(epilog="Example: predictiondex stack backup backups/monday")
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for it.")],
    env_file: EnvFile = None,
) -> None:
    """Save both databases and the files of the models; the stack goes on meanwhile."""
    from predictiondex.stack import backup as backups
    from predictiondex.stack import envfile

    backups.save(_compose(envfile.read(_env_file(env_file))), folder, typer.echo)
    typer.echo(f"Written: {folder}")


@app.command(epilog="Example: predictiondex stack restore backups/monday --yes")
def restore(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `stack backup` wrote.")],
    env_file: EnvFile = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the place of what is there now; start the stack afterwards.

    The backup is verified first. Exit code 1: it is damaged, or a step failed.
    """
    from predictiondex.stack import backup as backups
    from predictiondex.stack import envfile

    compose = _compose(envfile.read(_env_file(env_file)))
    if not yes and not typer.confirm(f"Replace what the stack {compose.project!r} holds?", default=False):
        raise typer.Exit(1)
    backups.restore(compose, folder, typer.echo)
    typer.echo("Restored. Start the stack: python3 scripts/start_docker_stack.py")


def mlflow_test(
    url: Annotated[
        str,
        typer.Option(
            help="Address of the MLflow server (default: the stack's).", envvar="MLFLOW_TRACKING_URI"
        ),
    ] = "",
    env_file: EnvFile = None,
    as_json: common.Json = False,
) -> None:
    """Train a random forest on project data, log it to MLflow, read it back and compare.

    Exit code 1 when anything came back otherwise than it was given.
    """
    from dataclasses import asdict

    from predictiondex.stack import envfile, mlflow_check

    url = url or envfile.read(_env_file(env_file)).url("mlflow")
    checks = list(mlflow_check.run(url))
    if as_json:
        well = all(one.ok for one in checks)
        common.echo_json({"ok": well, "checks": [asdict(one) for one in checks]})
    else:
        well = report(checks, verbose=True)
    if not well:
        raise typer.Exit(1)


# --- shared by the commands -------------------------------------------------------------------------------


def prepare(
    env_file: Path | None,
    without: frozenset[str],
    *,
    build: bool | None,
    tell: Callable[[str], None],
) -> tuple[Compose, Variables]:
    """Everything before the start: Docker, `.env`, ports, images. Raises ``StartError``."""
    from predictiondex.stack import compose as docker
    from predictiondex.stack import envfile, images, launch

    docker.demand_docker()
    variables, fresh = envfile.ensure(_env_file(env_file))
    if fresh:
        tell(f"Wrote {variables.path} with random passwords.")
    compose = _compose(variables)
    launch.demand_ports(compose, variables, without)
    launch.pull(compose.root, without, tell)
    prefix, tag = _names(variables)
    if build is None:
        build = bool(images.outdated(compose.root, prefix, tag))
    if build:
        launch.demand_space()
        images.build(compose.root, prefix=prefix, tag=tag, logs=_logs(), tell=tell)
    launch.demand_processor(prefix, tag, without)
    return compose, variables


def launch_all(
    compose: Compose, without: frozenset[str], *, timeout: float, tell: Callable[[str], None]
) -> dict[str, float]:
    """Start and wait; seconds that each service took."""
    from predictiondex.stack import launch

    tell("Starting")
    launch.up(compose, without)
    return launch.wait(compose, without=without, seconds=timeout, tell=_once(tell))


def validate_all(
    compose: Compose, variables: Variables, without: frozenset[str], *, patience: float = 0
) -> list[Check]:
    """Every check; asked again for ``patience`` seconds while one fails: a first scrape takes its time."""
    from predictiondex.stack.validate import Stack

    stack = Stack(compose, variables, without)
    until = time.monotonic() + patience
    while True:
        checks = list(stack.checks())
        if time.monotonic() >= until or all(one.ok is not False for one in checks):
            return checks
        time.sleep(2)


def report(checks: list[Check], *, verbose: bool) -> bool:
    """Print the checks; whether all is well."""
    marks = {True: "ok", False: "NO", None: "--"}
    for one in checks:
        if verbose or not one.ok:
            told = f"{one.question}: expected {one.expected}, found {one.found}"
            typer.echo(f"{marks[one.ok]}  {one.service:<13} {told}")
    failed = [one for one in checks if one.ok is False]
    done = [one for one in checks if one.ok is not None]
    left_out = [one.service for one in checks if one.ok is None]
    more = f"; not loaded: {', '.join(left_out)}" if left_out else ""
    typer.echo(f"{len(done) - len(failed)} of {len(done)} checks passed{more}.")
    return not failed


def addresses(variables: Variables, without: Iterable[str]) -> str:
    """Where everything is, and what to do next."""
    pages = {
        "Page": ("streamlit", ""),
        "API": ("api", "/docs"),
        "Grafana": ("grafana", " (admin, GRAFANA_PASSWORD in .env)"),
        "Prometheus": ("prometheus", "/targets"),
        "MLflow": ("mlflow", ""),
        "Node exporter": ("node-exporter", "/metrics"),
    }
    lines = [
        f"  {title:<14} " + ("not loaded" if service in without else f"{variables.url(service)}{path}")
        for title, (service, path) in pages.items()
    ]
    commands = (
        "  docker compose ps                                 state",
        "  docker compose logs -f api                        log of a service",
        "  python3 scripts/validate_docker_stack.py -v       every check",
        "  python3 scripts/generate_monitoring_data.py       traffic for the dashboards",
        "  docker compose down                               stop; the data stays",
    )
    return "\n".join(["", *lines, "", *commands])


def _compose(variables: Variables) -> Compose:
    from predictiondex.stack.compose import Compose

    return Compose.find(_root(), variables.path, variables.project)


def _names(variables: Variables) -> tuple[str, str]:
    values = variables.values
    return values.get("IMAGE_PREFIX") or "predictiondex", values.get("IMAGE_TAG") or "latest"


def _root() -> Path:
    from predictiondex.errors import StartError
    from predictiondex.settings import checkout

    root = checkout()
    if root is None:
        raise StartError("The stack is started from a checkout: docker-compose.yml is not installed.")
    return root


def _env_file(given: Path | None) -> Path:
    return given.absolute() if given else _root() / ".env"


def _logs() -> Path:
    return common.settings_with().logs


def _known(without: list[str] | None) -> frozenset[str]:
    from predictiondex.errors import UsageError
    from predictiondex.stack.compose import SERVICES

    for service in without or ():
        if service not in SERVICES:
            raise UsageError(f"There is no service {service!r}: {', '.join(SERVICES)}.", field="--without")
    return frozenset(without or ())


def _narrate(quiet: bool) -> Callable[[str], None]:
    def tell(text: str) -> None:
        typer.echo(text, err=quiet)

    return tell


def _once(tell: Callable[[str], Any]) -> Callable[[str], None]:
    """``tell`` that leaves out a text it has just told."""
    last = ""

    def other(text: str) -> None:
        nonlocal last
        if text != last:
            tell(text)
        last = text

    return other
