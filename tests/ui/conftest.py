"""One API for all tests of the page, and the page in this process or in a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.components.v2 import manifest_scanner

from predictiondex import etl
from predictiondex.client import Client
from predictiondex.ml.registry import CHAMPION, Registry
from predictiondex.settings import Settings, get_settings
from predictiondex.stack import processes
from predictiondex.stack.embedded import ui_service
from predictiondex.ui.address import Lookup
from predictiondex.ui.facts import Facts
from tests.components import require
from tests.ui.browsing import FLAGS
from tests.ui.serving import Api, free_port, started, train_small, wait_for_engine

SCAN = "scan_component_manifests"
#: What Streamlit logs before the reason.
UNCAUGHT = "Traceback"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where screenshots go."""
    parser.addoption("--screenshots", type=Path, help="renew the pictures of the documents in this folder")


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit looks through every installed package for components, for every page that a test opens: most
    of such a test's time. What it finds is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, SCAN, cache(getattr(manifest_scanner, SCAN)))
        yield


@pytest.fixture(autouse=True)
def _main_stays_main() -> Iterator[None]:
    """Streamlit makes each page the main module; processes that later tests start would run it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home with a loaded database and free ports."""
    home = tmp_path_factory.mktemp("ui")
    # Nobody watches the answers: that costs as much again as giving them.
    settings = Settings(home=home, port=free_port(), ui_port=free_port(), shadow_budget=0)
    etl.ensure_loaded(settings)
    return settings


@pytest.fixture(scope="package")
def api(settings: Settings) -> Iterator[Api]:
    """A running API that is ready."""
    api = Api(settings)
    yield api
    api.stop()


@pytest.fixture(scope="package")
def lookup(api: Api) -> Lookup:
    """All names and learnsets, from the running API; each form is asked for once."""
    client = Client(api.url)
    details = {form: client.pokemon(form) for form in ("pikachu", "charizard", "charizardmegax", "mew")}
    pools = {form: [e.move.id for e in client.pokemon_moves(form).items] for form in details}
    known = Facts(client)
    client.close()
    return Lookup(known, details.__getitem__, pools.__getitem__)


@pytest.fixture(scope="module")
def trained(api: Api, settings: Settings) -> Iterator[str]:
    """The running API serves a small real model while a module is tested; gives its version."""
    registry = Registry(settings.models)
    version = next(iter(registry.versions()), "") or train_small(settings, registry)
    if registry.aliases().get(CHAMPION) != version:
        registry.set_alias(CHAMPION, version, reason="tests need a model", by="test")
    wait_for_engine(api.url, "model")
    yield version
    registry.set_alias(CHAMPION, None, reason="other tests need none", by="test")
    wait_for_engine(api.url, "simulation")


@pytest.fixture
def asking(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page in this process asks the running API; gives its address."""
    monkeypatch.setenv("PDX_API_URL", api.url)
    get_settings.cache_clear()
    yield api.url
    get_settings.cache_clear()


@pytest.fixture(scope="package")
def page_url(api: Api, settings: Settings) -> Iterator[str]:
    """The page as `up` serves it, asking the running API."""
    assert api.url == settings.local_api_url
    child = started(ui_service(settings))
    yield settings.ui_url
    processes.stop([child], timeout=10)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium, the build that has no window at all: it takes a fifth less work than the other.

    Gone when the last test of the page is: what drives it keeps an event loop running in this thread.
    """
    chromium = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _visitors_leave(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that stays open asks for news for as long as all tests last."""
    if "browser" not in request.fixturenames:
        yield
        return
    browser: Browser = request.getfixturevalue("browser")
    longer = list(browser.contexts)
    yield
    for context in browser.contexts:
        if context not in longer:
            context.close()


@pytest.fixture(autouse=True)
def _the_page_has_no_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    """A visitor is told of a fault without its reason: that stands in the log of the page."""
    if "page_url" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("page_url")
    log = ui_service(request.getfixturevalue("settings")).log
    before = log.stat().st_size
    yield
    told = log.read_bytes()[before:].decode(errors="replace")
    assert UNCAUGHT not in told, told
