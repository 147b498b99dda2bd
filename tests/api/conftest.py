"""One server for all tests of the API, with a database that holds the facts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from predictiondex import etl
from predictiondex.settings import Settings
from tests.api.serving import serving, wait_until_ready

#: Its name in every home.
DATABASE = "predictiondex.db"


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the facts, to be copied.

    It is never opened again: reading a file of SQLite that this process has open would take the locks of
    those connections away, and the next process to close it would delete the log from under them.
    """
    settings = Settings(home=tmp_path_factory.mktemp("loaded"))
    etl.ensure_loaded(settings)
    assert [one.name for one in settings.home.iterdir()] == [DATABASE]
    return settings.home / DATABASE


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Settings:
    """Settings of a home with a loaded database, which the servers in this process share."""
    return _home(tmp_path_factory.mktemp("api"), loaded)


@pytest.fixture
def own(tmp_path: Path, loaded: Path) -> Settings:
    """Settings of a home with a loaded database that no other test uses."""
    return _home(tmp_path, loaded)


def _home(folder: Path, loaded: Path) -> Settings:
    shutil.copyfile(loaded, folder / DATABASE)
    return Settings(home=folder)


@pytest.fixture(scope="session")
def address(settings: Settings) -> Iterator[str]:
    """Address of a running server; the engine may still be warming up."""
    with serving(settings) as address:
        yield address


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    """A plain HTTP client of the running server."""
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def ready(http: httpx.Client) -> httpx.Client:
    """The same client once the server answers predictions."""
    wait_until_ready(http)
    return http
