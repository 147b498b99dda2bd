"""A visitor in a real browser: what journeys through the page share."""

from __future__ import annotations

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # Pages are looked at for seconds: optimising their scripts costs more than it gains.
    "--js-flags=--no-opt --no-maglev",
)  # fmt: skip
#: The page while a run is going on.
BUSY = "[data-testid=stApp]:not([data-test-script-state=notRunning])"
#: Milliseconds for anything on a busy machine.
LONG = 60_000
expect.set_options(timeout=LONG)


def visitor(browser: Browser, *, width: int = 1600, lang: str = "en-US", theme: str = "light") -> Page:
    """A new visitor's empty page."""
    scheme = "dark" if theme == "dark" else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=lang, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(LONG)
    page = context.new_page()
    # A click goes nowhere where what it meant is shown anew under it: each waits until no run is going on.
    page.add_locator_handler(page.locator(BUSY), lambda: None)
    return page


def settled(page: Page) -> None:
    """Until the run that is going on has ended, and nothing of the former one is left."""
    whole = "[data-testid=stApp][data-test-script-state=notRunning]:not(:has([data-stale=true]))"
    page.wait_for_selector(whole, state="attached")


def still(page: Page) -> None:
    """Until nothing moves any more: a click goes nowhere where the button moves away under it."""
    ended = "animation => animation.effect.getComputedTiming().endTime === Infinity || animation.finished"
    page.evaluate(f"() => Promise.allSettled(document.getAnimations().map({ended}))")


def choose(page: Page, label: str, name: str) -> None:
    """Type a name into a list and press Enter."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.press_sequentially(name)
    box.press("Enter")
    settled(page)


def fits(page: Page, width: int) -> None:
    """Until nothing is wider than the page, which is laid out anew some time after a change of its width."""
    narrow = "width => document.querySelector('[data-testid=stMain]').scrollWidth <= width"
    page.wait_for_function(narrow, arg=width)


def foreign(url: str) -> bool:
    """Whether an address is on another machine."""
    return httpx.URL(url).scheme in ("http", "https") and httpx.URL(url).host != "127.0.0.1"


def serious_faults(page: Page) -> list[tuple[str, str]]:
    """What axe finds that keeps somebody from using the page: the rule and the first element at fault."""
    found = Axe().run(page).response["violations"]
    return [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


def cut_off(page: Page) -> list[str]:
    """Texts of ours and of the chosen moves that do not fit where they stand."""
    return page.eval_on_selector_all(
        ".pdx-chip, .pdx-tag, .pdx-name, .pdx-p, [data-tag] span",
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display"
        " !== 'inline').map(one => one.textContent)",
    )


def reaching_out(page: Page) -> list[str]:
    """Cells of tables that are to be seen only by pushing the table aside."""
    return page.eval_on_selector_all(
        ".pdx-scroll .pdx-table :is(th, td)",
        "all => all.filter(one => one.getBoundingClientRect().right >"
        " one.closest('.pdx-scroll').getBoundingClientRect().right + 1).map(one => one.textContent)",
    )
