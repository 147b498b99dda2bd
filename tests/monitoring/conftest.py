"""One server for the tests of monitoring, with a database that holds the facts."""

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
    home: Path = tmp_path_factory.mktemp("monitoring")
    settings = Settings(home=home)
    etl.ensure_loaded(settings)
    return settings


@pytest.fixture(scope="session")
def api(settings: Settings) -> Iterator[str]:
    """Address of a server that answers predictions."""
    with serving(settings) as address:
        with httpx.Client(base_url=address, timeout=30) as client:
            wait_until_ready(client)
        yield address
