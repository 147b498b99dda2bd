"""``stack``: the nine services in Docker. The scripts in ``scripts/`` hand over to these commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from predictiondex.cli import common, stackguide, stacksteps

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
    from predictiondex.stack import envfile, images

    docker.demand_docker()
    variables, _ = envfile.ensure(stacksteps.path_of(env_file))
    seconds = stacksteps.build_images(variables, _narrate(as_json))
    prefix, tag = stacksteps.image_names(variables)
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
    compose, variables = stacksteps.prepare(env_file, left_out, build=build, tell=typer.echo)
    took = stacksteps.launch_all(compose, left_out, timeout=timeout, tell=typer.echo)
    typer.echo("Well after: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
    failed = False
    if check:
        checks = stacksteps.validate_all(compose, variables, left_out, patience=60)
        failed = not stacksteps.report(checks, verbose=False)
    typer.echo(stacksteps.addresses(variables, left_out))
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

    left_out = _known(without)
    variables = stacksteps.variables_of(env_file)
    checks = stacksteps.validate_all(stacksteps.compose_of(variables), variables, left_out)
    if as_json:
        well = all(one.ok is not False for one in checks)
        common.echo_json({"ok": well, "checks": [asdict(one) for one in checks]})
    else:
        well = stacksteps.report(checks, verbose=verbose)
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
    stackguide.Guide(env_file, _known(without), yes=yes, timeout=timeout).run()


@app.command(epilog="Example: predictiondex stack backup backups/monday")
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for it.")],
    env_file: EnvFile = None,
) -> None:
    """Save both databases and the files of the models; the stack goes on meanwhile."""
    from predictiondex.stack import backup as backups

    backups.save(stacksteps.compose_of(stacksteps.variables_of(env_file)), folder, typer.echo)
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

    compose = stacksteps.compose_of(stacksteps.variables_of(env_file))
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

    from predictiondex.stack import mlflow_check

    url = url or stacksteps.variables_of(env_file).url("mlflow")
    checks = list(mlflow_check.run(url))
    if as_json:
        well = all(one.ok for one in checks)
        common.echo_json({"ok": well, "checks": [asdict(one) for one in checks]})
    else:
        well = stacksteps.report(checks, verbose=True)
    if not well:
        raise typer.Exit(1)


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
