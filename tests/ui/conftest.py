"""One API for all tests of the page, and the page in this process or in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from predictiondex import etl
from predictiondex.settings import Settings, get_settings
from tests.ui.serving import Api, free_port


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where screenshots go besides the temporary folder."""
    parser.addoption("--screenshots", type=Path, help="also keep the page's screenshots in this folder")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home with a loaded database and free ports."""
    settings = Settings(home=tmp_path_factory.mktemp("ui"), port=free_port(), ui_port=free_port())
    etl.ensure_loaded(settings)
    return settings


@pytest.fixture(scope="session")
def api(settings: Settings) -> Iterator[Api]:
    """A running API that is ready."""
    api = Api(settings)
    yield api
    api.stop()


@pytest.fixture
def asking(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page in this process asks the running API; gives its address."""
    monkeypatch.setenv("PDX_API_URL", api.url)
    get_settings.cache_clear()
    yield api.url
    get_settings.cache_clear()
