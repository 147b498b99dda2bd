"""Whole journeys of a player in a real browser: a battle told, a fight coached, a plan, a pasted team."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from predictiondex.settings import Settings
from predictiondex.stack import processes
from predictiondex.stack.embedded import ui_service
from tests.api.observed import value
from tests.api.processes import wait_for
from tests.ui.browsing import fits, serious_faults, settled, still, visitor
from tests.ui.serving import Api, free_port, started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

DUEL = "?you=starmie&you.moves=surf,thunderbolt,icebeam,recover&foe=gyarados"

#: How faint any part of the page gets within a second.
FAINTEST = """() => new Promise(done => {
  let faintest = 1;
  const began = performance.now();
  const look = () => {
    for (const part of document.querySelectorAll("[data-testid=stElementContainer]"))
      faintest = Math.min(faintest, Number(getComputedStyle(part).opacity));
    if (performance.now() - began > 1000) done(faintest);
    else requestAnimationFrame(look);
  };
  look();
})"""


def press(page: Page, name: str) -> None:
    """Press a button and wait for what it does."""
    still(page)
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def pick(group: Locator, name: str) -> None:
    """Tap one of a few moves, unless it is chosen already; a page that still moves would miss the tap."""
    settled(group.page)
    choice = group.get_by_role("radio", name=name, exact=True)
    if not choice.is_checked():
        choice.click()
        settled(group.page)
    expect(choice).to_be_checked()


def slide(slider: Locator, to: str) -> None:
    """Move a slider with the keyboard to one of its ends."""
    slider.focus()
    slider.press(to)
    settled(slider.page)


def test_a_battle_is_told_and_reported(browser: Browser, page_url: str) -> None:
    page = visitor(browser)
    page.goto(f"{page_url}/{DUEL}&ask=1")
    expect(page.locator(".pdx-answer")).to_contain_text("Open with")
    page.get_by_text(re.compile("^Damage of ")).first.click()
    expect(page.locator("details[open] dl").first).to_contain_text("of full HP")

    press(page, "Watch a typical battle")
    story = page.locator(".st-key-story")
    expect(story).to_contain_text("Before the first turn")
    bars = story.locator(".pdx-hp")
    expect(bars).to_have_count(2)
    press(page, "Next turn")
    expect(story.get_by_role("heading", name="Turn 1")).to_be_visible()
    expect(story.locator(".pdx-lines").first).to_contain_text(re.compile("uses .+!"))
    slide(page.get_by_role("slider", name="Turn"), "End")
    expect(story).to_contain_text(re.compile("wins the battle!|tie"))
    expect(story).to_contain_text(re.compile(r"So it went in >?\d+% of 1,000 battles"))

    press(page, "I won")
    expect(page.get_by_role("status").filter(has_text="Well done!")).to_be_visible()


def test_a_fight_is_coached_to_its_end(browser: Browser, page_url: str, api: Api) -> None:
    """On a phone, in French, by keyboard and taps; the service crashes in the middle and comes back."""
    page = visitor(browser, width=380, lang="fr-FR")
    page.goto(f"{page_url}/coach{DUEL}")
    press(page, "Commencer le combat")
    answer = page.locator(".pdx-answer")
    expect(answer).to_contain_text("Commencez par")

    mine = page.get_by_role("slider", name="PV de Staross maintenant")
    theirs = page.get_by_role("slider", name="PV de Léviator maintenant")
    for _ in range(3):
        slide(theirs, "PageDown")
    left = int(theirs.input_value())
    assert left < 100
    press(page, "Tour suivant")
    expect(page.get_by_role("heading", name="Tour 2", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name=f"Léviator: {left} % des PV")).to_be_visible()
    expect(answer).to_contain_text("Utilisez")

    api.kill()
    slide(mine, "ArrowLeft")
    press(page, "Tour suivant")
    alert = page.get_by_role("alert").filter(has_text="ne répond pas")
    expect(alert).to_be_visible()
    expect(page.get_by_role("heading", name="Tour 3", exact=True)).to_be_visible()
    slide(mine, "ArrowLeft")
    api.back()
    expect(answer).to_contain_text("Utilisez")
    expect(alert).to_have_count(0)
    expect(mine).to_have_value("98")

    slide(theirs, "Home")
    press(page, "Tour suivant")
    expect(page.get_by_role("status").filter(has_text="Bravo")).to_be_visible()
    turns = page.get_by_role("table").filter(has_text="Tours joués").locator("tbody tr")
    expect(turns).to_have_count(3)


def test_a_fight_with_dig_and_hyper_beam_outlives_a_reload(browser: Browser, page_url: str) -> None:
    """On a phone: what the moves bind to is followed, and a reload in the middle keeps table and undo."""
    page = visitor(browser, width=380)
    page.goto(f"{page_url}/coach?you=snorlax&you.moves=hyperbeam,bodyslam&foe=dugtrio&foe.moves=dig,slash")
    press(page, "Start the fight")
    mine, theirs = (page.get_by_role("radiogroup", name=f"{who} used") for who in ("You", "Dugtrio"))
    hp = page.get_by_role("slider", name="HP of Dugtrio now")
    answer = page.locator(".pdx-answer")
    expect(answer).to_contain_text("Open with")
    box = theirs.get_by_role("radio", name="Nothing").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] < 380  # the last of five is in sight
    pick(mine, "Hyper Beam")
    pick(theirs, "Dig")
    slide(hp, "PageDown")
    left = hp.input_value()
    press(page, "Next turn")

    fight = page.locator(".pdx-fight")
    expect(fight).to_contain_text("Must recharge")
    expect(fight).to_contain_text("Charging: Dig")
    expect(answer).to_contain_text("Recharge")
    expect(mine.get_by_role("radio")).to_have_text(["Recharge", "Nothing"])
    expect(theirs.get_by_role("radio")).to_have_text(["Dig", "Nothing"])
    page.get_by_text("PP left", exact=True).click()
    expect(page.get_by_role("spinbutton", name="Hyper Beam (at most 8)")).to_have_value("7")
    expect(page.get_by_role("spinbutton", name="Dig (at most 16)")).to_have_value("15")

    page.reload()
    shared = page.url
    expect(answer).to_contain_text("Recharge")
    turns = page.get_by_role("table").filter(has_text="Turns so far").locator("tbody tr")
    expect(turns).to_have_text([re.compile(rf"^1.+Hyper Beam ?Dig ?100% ?{left}%$")])
    expect(fight).to_contain_text("Charging: Dig")
    fits(page, 380)

    press(page, "No longer: Must recharge (Snorlax)")
    expect(mine.get_by_role("radio")).to_have_text(["Hyper Beam", "Body Slam", "Nothing"])
    expect(answer).not_to_contain_text("Recharge")
    press(page, "Undo")
    expect(page.get_by_role("heading", name="Turn 1", exact=True)).to_be_visible()
    settled(page)  # while fields move, those of the former run are there as well
    expect(hp).to_have_count(1)
    expect(hp).to_have_value(left)
    expect(mine.get_by_role("radio", name="Hyper Beam")).to_be_checked()

    other = visitor(browser, lang="fr-FR")
    other.goto(shared.replace("lang=en", ""))
    expect(other.get_by_role("table").filter(has_text="Tours joués")).to_contain_text("Ultralaser")


def test_a_restart_of_the_page_loses_no_turn(browser: Browser, api: Api, settings: Settings) -> None:
    own = settings.model_copy(update={"ui_port": free_port()})
    assert api.url == own.local_api_url
    child = started(ui_service(own))
    try:
        page = visitor(browser)
        page.goto(f"{own.ui_url}/coach{DUEL}")
        press(page, "Start the fight")
        expect(page.locator(".pdx-answer")).to_contain_text("Open with")
        slide(page.get_by_role("slider", name="HP of Gyarados now"), "PageDown")
        press(page, "Next turn")
        turns = page.get_by_role("table").filter(has_text="Turns so far").locator("tbody tr")
        told = turns.inner_text()
        processes.stop([child], timeout=10)
        child = started(ui_service(own))
        page.reload()
        expect(turns).to_have_text(told.replace("\t", ""))
    finally:
        processes.stop([child], timeout=10)


def test_a_plan_is_made_while_other_pages_are_looked_at(browser: Browser, page_url: str) -> None:
    page = visitor(browser)
    page.goto(f"{page_url}/planner?pokemon=weedle&level=10&versus=foe&foe=magikarp&foe.level=10")
    press(page, "Make a plan")
    expect(page).to_have_url(re.compile("ask=1"))  # it was heard
    page.get_by_role("link", name="Teams", exact=True).click()
    expect(page.get_by_role("button", name="Compare the teams")).to_be_visible()
    page.get_by_role("link", name="Planner", exact=True).click()
    expect(page.get_by_role("heading", name="The best four moves")).to_be_visible()
    expect(page.get_by_role("region", name="Ways to train").locator("tbody tr").first).to_contain_text("%")
    page.get_by_text("Français", exact=True).click()
    expect(page.locator("[data-tag]")).to_have_text(["Aspicot"])  # what was chosen, in the new language
    page.get_by_text("English", exact=True).click()
    expect(page.locator("[data-tag]")).to_have_text(["Weedle"])
    page.get_by_role("link", name="Look at this battle").click()
    expect(page.locator(".pdx-answer")).to_contain_text("Weedle (level 10) against Magikarp (level 10)")


@pytest.mark.parametrize("width", [1600, 380])
def test_a_plan_tells_how_far_it_is_and_can_be_ended(
    browser: Browser, page_url: str, api: Api, width: int, tmp_path: Path
) -> None:
    page = visitor(browser, width=width)
    page.goto(f"{page_url}/planner?pokemon=mew,chansey&level=60")
    press(page, "Make a plan")
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_contain_text(re.compile(r"Trying .*: \d+ of \d+ \(\d+ s\)"))
    filled = bar.get_by_role("progressbar")
    expect(filled).to_have_attribute("aria-valuenow", re.compile(r"[1-9]\d*"))
    fits(page, width)
    assert page.evaluate(FAINTEST) == 1  # whoever wants less motion sees no flicker at each renewal
    assert serious_faults(page) == []
    page.screenshot(path=tmp_path / f"planning-{width}.png")
    page.get_by_role("button", name="Cancel").click()
    expect(bar).to_have_count(0)
    with httpx.Client(base_url=api.url) as http:
        wait_for("the service has given it up", lambda: value(http, "api_requests_in_progress") == 1)


def test_a_team_is_pasted_with_a_fault_first(browser: Browser, page_url: str) -> None:
    page = visitor(browser)
    page.goto(f"{page_url}/teams?foe.1=gyarados&foe.2=golem")
    page.get_by_text("Paste or copy as text (Showdown)").first.click()
    box = page.get_by_role("textbox", name="Team as Showdown writes it")
    box.fill("Pikachu\nLevel: 50\nEVs: 252 Spe\n- Thunderbolt\n\nMew\n- Surf")
    press(page, "Read the text")
    fault = page.get_by_role("alert").filter(has_text="could not be read")
    expect(fault).to_contain_text("Line 3, “EVs: 252 Spe”")
    expect(box).to_have_value(re.compile("252 Spe"))
    box.fill("Pikachu\nLevel: 50\nEVs: 52 Spe\n- Thunderbolt\n\nMew\n- Surf")
    press(page, "Read the text")
    expect(fault).to_have_count(0)
    expect(page.locator(".st-key-team-you")).to_contain_text("Mew (level 100)")
    expect(page.locator(".st-key-team-you code")).to_contain_text("EVs: 52 Spe")

    press(page, "Compare the teams")
    table = page.get_by_role("region", name="Your chance to win, one against one").get_by_role("table")
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(table.get_by_role("rowheader", name="Mew")).to_be_visible()
    expect(page.locator(".pdx-answer")).to_contain_text("Send first")
    press(page, "Remove Mew")
    expect(page.locator(".st-key-team-you")).not_to_contain_text("Mew (level")
    page.reload()
    expect(page.locator(".st-key-team-you")).to_contain_text("Pikachu (level 50)")
