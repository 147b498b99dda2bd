"""Every page in both themes and at both widths: it fits, anybody can use it, nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.ui.browsing import cut_off, fits, foreign, reaching_out, serious_faults, settled, visitor
from tests.ui.pages import SHOWN, paths

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

#: In pixels: a small phone and a large screen.
WIDTHS = (1600, 380)
#: Its tables are pushed aside.
TOO_MANY_COLUMNS = ("monitoring", 380)
#: Theme -> the language of who prefers it.
LANGUAGES = {"light": "en-US", "dark": "fr-FR"}
#: Those in the documents, which ``--screenshots`` renews; each no higher than this, in pixels.
PICTURES = {
    "battle-1600-light", "battle-1600-dark", "battle-380-dark", "coach-380-light", "teams-1600-light",
    "pokedex-1600-light", "types-380-dark", "quiz-380-light", "monitoring-1600-light",
}  # fmt: skip
HIGHEST = 1500


@pytest.fixture(scope="module")
def visitors(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """One visitor with each theme, who looks at every page: what all pages share is loaded once."""
    there = {theme: visitor(browser, theme=theme, lang=lang).context for theme, lang in LANGUAGES.items()}
    yield there
    for context in there.values():
        context.close()


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("theme", LANGUAGES)
@pytest.mark.parametrize("path", paths())
def test_it_fits_and_anybody_can_use_it(
    path: str,
    theme: str,
    visitors: dict[str, BrowserContext],
    page_url: str,
    request: pytest.FixtureRequest,
) -> None:
    pictures: Path | None = request.config.getoption("--screenshots")
    page = visitors[theme].new_page()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if foreign(request.url) else None)
    state = SHOWN[path]
    page.goto(f"{page_url}/{state.address}")
    expect(page.locator(state.sign).first).to_be_visible()
    settled(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        fits(page, width)
        assert cut_off(page) == []
        if (path, width) != TOO_MANY_COLUMNS:
            assert reaching_out(page) == []
        assert serious_faults(page) == []
        name = f"{path}-{width}-{theme}"
        if pictures and name in PICTURES:
            keep(page, pictures / f"{name}.png")
    assert elsewhere == []
    page.close()


def keep(page: Page, path: Path) -> None:
    """Take a picture from the page's top."""
    path.parent.mkdir(parents=True, exist_ok=True)
    main = page.get_by_test_id("stMain")
    width = page.evaluate("window.innerWidth")
    height = min(HIGHEST, main.evaluate("element => element.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=path, animations="disabled")


def test_every_page_is_among_them() -> None:
    assert set(paths()) == set(SHOWN)
