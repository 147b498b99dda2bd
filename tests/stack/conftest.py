"""What the tests of the stack share: a Docker, and a word at the end of the run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stack import daemon

REQUIRED = os.environ.get("PDX_REQUIRE_REAL") == "1"


def _unavailable(error: daemon.Unavailable) -> None:
    """Skip, or fail where the real thing is asked for."""
    (pytest.fail if REQUIRED else pytest.skip)(f"no Docker: {error}")


@pytest.fixture(scope="session")
def docker_client() -> dict[str, str]:
    """Variables with which `docker compose` works; no daemon is needed."""
    if daemon.run("docker", "compose", "version").returncode == 0:
        return {}
    try:
        with daemon.alone():
            daemon.fetch_plugins()
    except daemon.Unavailable as error:
        _unavailable(error)
    return {"DOCKER_CONFIG": str(daemon.CACHE / "config")}


@pytest.fixture(scope="session")
def docker() -> daemon.Docker:
    """A Docker with a daemon; its variables are set for the rest of the session."""
    try:
        found = daemon.ready()
    except daemon.Unavailable as error:
        _unavailable(error)
        raise
    os.environ.update(found.environment)
    return found


@pytest.fixture(scope="session")
def older_compose() -> Path:
    """The program `docker-compose` 1.29; no daemon is needed."""
    try:
        with daemon.alone():
            return daemon.fetch_older_compose()
    except daemon.Unavailable as error:
        _unavailable(error)
        raise


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A line for the end of the run: what was done, what was seen."""

    def add(line: str) -> None:
        request.node.user_properties.append(("stack", line))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the tests of the stack saw."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [line for report in reports for name, line in report.user_properties if name == "stack"]
    if lines:
        terminalreporter.section("the nine services in Docker")
        for line in lines:
            terminalreporter.line(line)
