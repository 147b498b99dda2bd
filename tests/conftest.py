"""What every test shares: a home of its own, so that no test touches the user's data."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main

pytest_plugins = ["tests.databases", "tests.network", "tests.order", "tests.speed"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Finding the tests makes a million objects that stay: they are looked through for garbage neither while
    they are made nor afterwards."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The long checks are asked for by name."""
    parser.addoption("--nightly", action="store_true", help="also run the tests that take many minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the nightly tests out unless they were asked for."""
    if config.getoption("--nightly"):
        return
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def _home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Point ``PDX_HOME`` at a temporary folder and drop every other ``PDX_`` setting of the shell."""
    home = tmp_path_factory.mktemp("pdx-home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("PDX_") and n != "PDX_REQUIRE_REAL"]:
            patch.delenv(name)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setenv("PDX_HOME", str(home))
        patch.setenv("PDX_TRAIN_ON_START", "false")  # a minute of work that few tests are about
        yield home


@pytest.fixture(scope="session", autouse=True)
def _commands_made_once() -> Iterator[None]:
    """Typer makes all commands anew for each that a test runs, which takes longer than most of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
        yield
