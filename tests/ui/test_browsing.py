"""Through several pages in a real browser: from the Pokédex into a battle, and a quiz by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from predictiondex.ui import keyboard
from tests.ui.browsing import choose, settled, visitor
from tests.ui.pages import paths

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_from_the_pokedex_to_a_move_to_a_battle(browser: Browser, page_url: str) -> None:
    """By links alone; what was chosen for the battle before is still there."""
    page = visitor(browser)
    page.goto(page_url)
    choose(page, "Opponent", "gyarados")
    page.get_by_role("link", name="Pokédex", exact=True).click()
    expect(page.locator(".pdx-cards li")).to_have_count(188)
    search = page.get_by_role("textbox", name="Name or number")
    search.fill("dracaufeu")
    search.press("Enter")
    expect(page.locator(".pdx-cards li")).to_have_count(3)
    page.locator(".pdx-card").filter(has_text="No. 6").first.click()
    expect(page.get_by_role("heading", name="Charizard", exact=True)).to_be_visible()
    assert "pokemon=charizard" in page.url
    page.go_back()
    expect(search).to_be_visible()
    settled(page)  # the entry is there as well until then
    page.go_forward()
    expect(page.get_by_role("heading", name="Charizard", exact=True)).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Flare Blitz", exact=True).first.click()
    expect(page.get_by_role("heading", name="Flare Blitz")).to_be_visible()
    page.get_by_role("link", name="A battle of Charizard with this move").click()
    expect(page.get_by_role("combobox", name="Your Pokémon", exact=True)).to_have_value("Charizard")
    expect(page.get_by_role("combobox", name="Opponent", exact=True)).to_have_value("Gyarados")
    page.get_by_role("button", name="Which move should I use?").click()
    expect(page.locator(".pdx-answer")).to_contain_text("Flare Blitz")
    page.get_by_role("link", name="Pokédex", exact=True).click()
    expect(page.get_by_role("heading", name="Charizard", exact=True)).to_be_visible()


def test_back_leads_where_a_link_led_before(browser: Browser, page_url: str) -> None:
    """Each press a step, whatever the pages wrote to their addresses meanwhile; and each address is that of
    its page: the quiz's number is nothing that a battle was asked with."""
    page = visitor(browser)
    page.goto(f"{page_url}/?lang=fr")
    bar = page.get_by_test_id("stTopNavLink")
    opponent = page.get_by_role("combobox", name="Adversaire", exact=True)
    card = page.locator(".pdx-card").filter(has_text="Bulbizarre").first
    choose(page, "Adversaire", "Léviator")
    expect(page).to_have_url(f"{page_url}/?foe=gyarados&lang=fr")
    bar.filter(has_text="Quiz").click()
    expect(page.locator(".pdx-ask")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/quiz\?seed=\d+&lang=fr$"))
    bar.filter(has_text="Pokédex").click()
    expect(page).to_have_url(f"{page_url}/pokedex?lang=fr")
    card.click()
    expect(page.get_by_role("heading", name="Bulbizarre", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{page_url}/pokedex?pokemon=bulbasaur&lang=fr")
    for address, there in (
        (r"/pokedex\?lang=fr$", card),
        (r"/quiz\?seed=\d+&lang=fr$", page.locator(".pdx-ask")),
        (r"/\?foe=gyarados&lang=fr$", opponent),
    ):
        settled(page)
        page.go_back()
        expect(there).to_be_visible()
        expect(page).to_have_url(re.compile(address))
    expect(opponent).to_have_value("Léviator")


def test_a_link_opens_elsewhere_too(browser: Browser, page_url: str) -> None:
    """It is an ordinary link: its address alone leads to the same place."""
    page = visitor(browser, lang="fr-FR")
    page.goto(f"{page_url}/moves?q=surf")
    link = page.get_by_role("link", name="Surf", exact=True)
    expect(link).to_be_visible()
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    expect(opened.value.get_by_role("heading", name="Surf")).to_be_visible()
    expect(opened.value.get_by_text("Capacités", exact=True).first).to_be_visible()
    page.get_by_text("English", exact=True).click()
    expect(page).to_have_url(re.compile("lang=en"))
    with page.context.expect_page() as other:
        link.click(modifiers=["Control"])
    expect(other.value.get_by_text("Moves", exact=True).first).to_be_visible()  # though the browser is French


def test_a_quiz_by_keyboard(browser: Browser, page_url: str) -> None:
    page = visitor(browser, lang="fr-FR", width=380)
    page.goto(f"{page_url}/quiz?seed=7")
    score = page.locator(".pdx-tiles dd").first
    for number in range(1, 4):
        expect(page.get_by_text(f"Question {number}", exact=True)).to_be_visible()
        page.keyboard.press("1")
        expect(page.locator(".pdx-note")).to_be_visible()
        expect(score).to_contain_text(f"sur {number}")
        page.keyboard.press("n")
    page.get_by_text("English", exact=True).click()
    expect(score).to_contain_text("of 3")


@pytest.mark.parametrize("level", ["easy", "hard"])
@pytest.mark.parametrize("pause", [0, 150])
def test_every_key_counts_however_quickly_it_comes(
    level: str, pause: int, browser: Browser, page_url: str
) -> None:
    """Answer and next, again and again, while the page is still busy with the keys before; ``pause`` in
    milliseconds is what lies between two of them."""
    page = visitor(browser)
    page.goto(f"{page_url}/quiz?seed=7&level={level}")
    expect(page.get_by_text("Question 1", exact=True)).to_be_visible()
    for _ in range(5):
        for key in ("1", "n"):
            page.keyboard.press(key, delay=pause)
    # Nothing of it is lost, and nothing counts twice.
    expect(page.get_by_text("Question 6", exact=True)).to_be_visible()
    score = page.locator(".pdx-tiles dd").first
    expect(score).to_contain_text("of 5")
    page.keyboard.press("n")  # there is no answer to go on from
    page.keyboard.press("2")
    page.keyboard.press("1")  # the first answer stands
    expect(score).to_contain_text("of 6")
    settled(page)
    expect(page.get_by_text("Question 6", exact=True)).to_be_visible()
    expect(score).to_contain_text("of 6")


def test_keys_are_the_quizs_on_its_page_alone(browser: Browser, page_url: str) -> None:
    """Not while something is typed, nor with a key of the system, nor on another page. What was pressed
    before is not pressed again when the visitor comes back."""
    page = visitor(browser)
    page.goto(f"{page_url}/quiz?seed=7")
    expect(page.get_by_text("Question 1", exact=True)).to_be_visible()
    settled(page)
    page.keyboard.press("Control+1")
    page.keyboard.press("Shift+2")  # where digits need it
    score = page.locator(".pdx-tiles dd").first
    expect(score).to_contain_text("of 1")
    page.get_by_role("link", name="Pokédex", exact=True).click()
    search = page.get_by_role("textbox", name="Name or number")
    search.press_sequentially("n1n1")
    search.press("Enter")
    expect(search).to_have_value("n1n1")
    settled(page)
    page.get_by_role("link", name="Quiz", exact=True).click()
    expect(score).to_contain_text("of 1")
    settled(page)
    expect(page.get_by_text("Question 1", exact=True)).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("Question 2", exact=True)).to_be_visible()
    page.keyboard.press("1")
    expect(score).to_contain_text("of 2")


@pytest.mark.parametrize("order", [("listener", "teller"), ("teller", "listener")])
def test_who_listens_and_who_tells_may_come_in_either_order(order: tuple[str, str], browser: Browser) -> None:
    """Streamlit puts them on the screen in steps of their own, and now and then the later one first."""
    given = '{"session": "s", "keys": ["1", "n"], "most": 64}'
    listener = keyboard._LISTENER.partition("<script>")[2].partition("</script>")[0].replace("GIVEN", given)
    teller = keyboard._TELLER.strip().removeprefix("export default ")
    scripts = {
        "listener": listener,
        "teller": f"window.heard = []; ({teller})({{ setStateValue: (_, told) => heard.push(told.count) }});",
    }
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_content('<span class="pdx-keyboard" hidden></span>')
    for name in order:
        page.add_script_tag(content=scripts[name])
    for key in ("1", "x", "n"):
        page.keyboard.press(key)
    assert page.evaluate("window.heard") == [1, 2]
    assert faults == []
    page.close()


def test_monitoring_refreshes_itself_until_it_is_told_to_stop(browser: Browser, page_url: str) -> None:
    page = visitor(browser)
    page.goto(f"{page_url}/monitoring")
    summary = page.locator(".pdx-note")
    expect(summary).to_contain_text("As of")
    first = summary.inner_text()
    expect(summary).not_to_have_text(first, use_inner_text=True)
    page.get_by_text("Refresh by itself", exact=True).click()
    settled(page)
    page.get_by_role("link", name="Types", exact=True).click()
    expect(page.locator(".pdx-matrix")).to_be_visible()
    page.get_by_role("link", name="Monitoring", exact=True).click()
    expect(page.get_by_role("switch", name="Refresh by itself")).not_to_be_checked()


def test_every_page_changes_its_language_and_keeps_its_address(browser: Browser, page_url: str) -> None:
    """One visitor through the whole navigation, at a phone's width and back."""
    page = visitor(browser)
    page.goto(page_url)
    bar = page.get_by_test_id("stTopNavLink")
    expect(bar.first).to_be_visible()
    titles = {lang: navigation(page, lang) for lang in ("Français", "English")}
    assert all(len(set(names)) == len(paths()) for names in titles.values())
    for place, path in enumerate(paths()):
        bar.nth(place).click()
        page.wait_for_url(re.compile(rf"/{path}(\?|$)" if place else r"/(\?|$)"))
        settled(page)
        page.get_by_text("Français", exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        settled(page)
        page.get_by_text("English", exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        settled(page)


@pytest.mark.parametrize(
    ("locale", "chosen", "lang"), [("en-US", "Français", "fr"), ("fr-FR", "English", "en")]
)
def test_links_between_pages_keep_the_language(
    locale: str, chosen: str, lang: str, browser: Browser, page_url: str
) -> None:
    """Also against the browser's own, and after a reload."""
    page = visitor(browser, lang=locale)
    page.goto(f"{page_url}/pokedex?pokemon=pikachu")
    settled(page)
    page.get_by_text(chosen, exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", lang)
    settled(page)
    page.locator("a.pdx-to[href*='foe=pikachu']").first.click()
    page.wait_for_url(re.compile(r"/\?.*foe=pikachu"))
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    page.wait_for_url(re.compile(rf"[?&]lang={lang}"))
    page.reload()
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", lang)


@pytest.mark.parametrize("width", [1600, 380])
def test_the_keyboard_is_always_somewhere_to_be_seen(width: int, browser: Browser, page_url: str) -> None:
    """From the top to the page's own first control; a phone's menu counts only where it is open."""
    page = visitor(browser, width=width)
    page.goto(f"{page_url}/types")
    expect(page.locator(".pdx-matrix")).to_be_visible()
    settled(page)
    first = page.get_by_role("combobox", name="Attack of type")
    for _ in range(20):
        page.keyboard.press("Tab")
        place = page.locator(":focus")
        if place.evaluate("(one, first) => one === first", first.element_handle()):
            break
        box = place.bounding_box()
        assert box
        assert box["x"] + box["width"] > 0, place.inner_text()
        if place.get_attribute("data-testid") == "stTopNavLink":
            assert place.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    expect(first).to_be_focused()
    if width == 380:
        page.get_by_test_id("stExpandSidebarButton").click()
        link = page.get_by_test_id("stSidebarNavLink").first
        expect(link).to_be_visible()
        link.click()
        page.wait_for_url(re.compile(r"/(\?|$)"))


def navigation(page: Page, lang: str) -> list[str]:
    """Titles of the pages in a language."""
    page.get_by_text(lang, exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", lang[:2].lower())
    settled(page)
    return page.get_by_test_id("stTopNavLink").all_inner_texts()
