"""The steps of the stack that its commands and its guide share: prepare, start, validate, tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.stack.compose import Compose
    from predictiondex.stack.envfile import Variables
    from predictiondex.stack.validate import Check


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
    variables, fresh = envfile.ensure(path_of(env_file))
    if fresh:
        tell(f"Wrote {variables.path} with random passwords.")
    compose = compose_of(variables)
    launch.demand_ports(compose, variables, without)
    launch.pull(compose.root, without, tell)
    prefix, tag = image_names(variables)
    if build is None:
        build = bool(images.outdated(compose.root, prefix, tag))
    if build:
        build_images(variables, tell)
    launch.demand_processor(prefix, tag, without)
    return compose, variables


def build_images(variables: Variables, tell: Callable[[str], None]) -> dict[str, float]:
    """Build the five images; seconds that each took. Raises ``StartError``, also for a disk too full."""
    from predictiondex.stack import images, launch

    launch.demand_space()
    prefix, tag = image_names(variables)
    logs = common.settings_with().logs
    return images.build(root(), prefix=prefix, tag=tag, logs=logs, tell=tell)


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


def variables_of(env_file: Path | None) -> Variables:
    """What the stack is configured with. Raises ``StartError`` where that is missing or weak."""
    from predictiondex.stack import envfile

    return envfile.read(path_of(env_file))


def compose_of(variables: Variables) -> Compose:
    """Docker Compose for the stack of these variables."""
    from predictiondex.stack.compose import Compose

    return Compose.find(root(), variables.path, variables.project)


def image_names(variables: Variables) -> tuple[str, str]:
    """Prefix and tag of the five images."""
    values = variables.values
    return values.get("IMAGE_PREFIX") or "predictiondex", values.get("IMAGE_TAG") or "latest"


def root() -> Path:
    """The checkout. Raises ``StartError`` where the package is installed without one."""
    from predictiondex.errors import StartError
    from predictiondex.settings import checkout

    folder = checkout()
    if folder is None:
        raise StartError("The stack is started from a checkout: docker-compose.yml is not installed.")
    return folder


def path_of(env_file: Path | None) -> Path:
    """Where the passwords and ports are: the file that was given, or the checkout's own."""
    return env_file.absolute() if env_file else root() / ".env"


def _once(tell: Callable[[str], Any]) -> Callable[[str], None]:
    """``tell`` that leaves out a text it has just told."""
    last = ""

    def other(text: str) -> None:
        nonlocal last
        if text != last:
            tell(text)
        last = text

    return other
