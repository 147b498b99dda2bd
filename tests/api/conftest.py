"""One server for all tests of the API, with a database that holds the facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from predictiondex import etl
from predictiondex.settings import Settings
from tests.api.serving import serving, wait_until_ready


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home with a loaded database."""
    home: Path = tmp_path_factory.mktemp("api")
    settings = Settings(home=home)
    etl.ensure_loaded(settings)
    return settings


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
