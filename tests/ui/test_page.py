"""The battle page, run in this process against a running API."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from predictiondex.client import ApiUnavailable, Client
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.names import key as compared
from predictiondex.settings import Settings, get_settings
from predictiondex.stack import processes
from predictiondex.stack.embedded import api_service
from predictiondex.ui import figures, views, ways
from predictiondex.ui.choice import SIDES
from predictiondex.ui.state import key
from predictiondex.ui.views.battle import EXAMPLE
from predictiondex.ui.ways import BATTLE, href
from tests.ui.driving import address_of, clicked, gone, html, opened, ran, typed_in, visit
from tests.ui.serving import free_port, started

pytestmark = pytest.mark.timeout(900)

KEY = secrets.token_urlsafe(32)
DUEL = {"you": "pikachu", "you.moves": "thunderbolt,quickattack", "foe": "dracaufeu"}


def unfolded(page: AppTest) -> AppTest:
    """What is folded away on both sides is on the screen."""
    for side in SIDES:
        page.session_state[key(side, "more")] = True
    return ran(page)


@pytest.mark.usefixtures("asking")
class TestChoosing:
    def test_the_first_visit_is_empty_and_says_what_to_do(self) -> None:
        page = opened()
        assert page.selectbox("you.pokemon").value is None
        met = [form for form in pokedex.forms.values() if form.kind != "mega"]
        assert page.selectbox("foe.pokemon").options == [form.names.en for form in met]
        clicked(page, "ask")
        assert "Choose your Pokémon first." in html(page)
        page.selectbox("you.pokemon").set_value("pikachu")
        clicked(ran(page), "ask")
        assert "Choose your opponent first." in html(page)
        assert page.selectbox("you.pokemon").value == "pikachu"

    def test_an_address_counts_once_the_service_is_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The page's server keeps the names of all, and asks for what it does not know of one yet."""

        def away(*_: object) -> NoReturn:
            raise ApiUnavailable("nobody")

        with monkeypatch.context() as gone_away:
            gone_away.setattr(views.sides, "pool", away)
            page = opened(**DUEL, **{"foe.level": "500"})
            assert "does not answer" in html(page)
        clicked(page, "retry")
        assert page.multiselect("you.moves").value == ["thunderbolt", "quickattack"]
        assert page.selectbox("foe.pokemon").value == "charizard"
        assert address_of(page) == DUEL | {"foe": "charizard"}
        assert html(page).count("foe.level") == 1

    def test_a_chosen_pokemon_has_its_likeliest_moves_and_its_picture(self) -> None:
        page = opened()
        page.selectbox("you.pokemon").set_value("charizard")
        ran(page)
        assert len(page.multiselect("you.moves").value) == 4
        assert html(page).count('class="pdx-badge"') == 1
        assert ">Fire</span>" in html(page)

    @pytest.mark.parametrize(
        ("typed", "meant", "told"),
        [("salameche", "charmander", False), ("pikachoo", "pikachu", True), ("evo", "eevee", False)],
    )
    def test_a_typed_name_needs_no_accents_and_forgives_typos(
        self, typed: str, meant: str, told: bool
    ) -> None:
        page = typed_in(opened(lang="fr"), "you.pokemon", typed)
        assert page.selectbox("you.pokemon").value == meant
        assert any(typed in caption.value for caption in page.caption) is told

    def test_what_a_typed_name_was_taken_for_is_told_in_the_language_of_the_page(self) -> None:
        page = typed_in(opened(), "foe.pokemon", "charizrad")
        assert "“charizrad” was read as Charizard." in [caption.value for caption in page.caption]
        page.segmented_control("lang").set_value("fr")
        told = [caption.value.replace("\N{NO-BREAK SPACE}", " ") for caption in ran(page).caption]
        assert "« charizrad » a été compris comme Dracaufeu." in told

    def test_a_typed_name_of_nobody_leaves_things_as_they_were(self) -> None:
        page = typed_in(opened(**DUEL), "foe.pokemon", "zzzzqqq")
        assert page.selectbox("foe.pokemon").value == "charizard"
        assert any("zzzzqqq" in caption.value for caption in page.caption)

    def test_a_typed_move_becomes_the_one_it_means(self) -> None:
        page = opened(**DUEL)
        page.multiselect("you.moves").set_value(["thunderbolt", "cage eclair", "surf"])
        ran(page)
        assert page.multiselect("you.moves").value == ["thunderbolt", "thunderwave"]

    def test_proposed_moves_follow_the_level_and_chosen_ones_do_not(self) -> None:
        page = opened(you="charizard", foe="mew")
        page.selectbox("you.pokemon").set_value("squirtle")
        ran(page)
        proposed = list(page.multiselect("you.moves").value)
        page.number_input("you.level").set_value(10)
        ran(page)
        lower = list(page.multiselect("you.moves").value)
        assert lower != proposed
        page.multiselect("you.moves").set_value(lower[:1])
        ran(page)
        page.number_input("you.level").set_value(90)
        ran(page)
        assert page.multiselect("you.moves").value == lower[:1]

    def test_another_pokemon_gets_moves_it_can_have(self) -> None:
        page = opened(**DUEL)
        page.selectbox("you.pokemon").set_value("magikarp")
        ran(page)
        assert "thunderbolt" not in page.multiselect("you.moves").value
        assert page.multiselect("you.moves").value

    def test_what_is_missing_is_said_until_it_is_there(self) -> None:
        page = clicked(opened(foe="eevee"), "ask")
        assert "Choose your Pokémon first." in html(page)
        page = typed_in(page, "you.pokemon", "mew")
        assert "Choose your Pokémon first." not in html(page)

    def test_sides_can_be_swapped(self) -> None:
        page = clicked(opened(**DUEL), "swap")
        assert page.selectbox("you.pokemon").value == "charizard"
        assert page.selectbox("foe.pokemon").value == "pikachu"
        assert page.multiselect("foe.moves").value == ["thunderbolt", "quickattack"]
        assert len(page.multiselect("you.moves").value) == 4

    def test_who_was_chosen_just_now_is_swapped_as_well(self) -> None:
        """Whoever is quick is heard together with the button."""
        page = opened(**DUEL)
        page.selectbox("foe.pokemon").set_value("mew")
        clicked(page, "swap")
        assert [page.selectbox(f"{side}.pokemon").value for side in SIDES] == ["mew", "pikachu"]

    def test_who_was_chosen_in_the_moment_of_leaving_stays(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A link ends the run that would have taken it in."""
        page = opened(**DUEL)
        page.selectbox("foe.pokemon").set_value("mew")
        links = iter([href(BATTLE, you="starmie")])
        monkeypatch.setattr(ways, "_follower", lambda **_: SimpleNamespace(go=next(links, None)))
        ran(page)
        assert [page.selectbox(f"{side}.pokemon").value for side in SIDES] == ["starmie", "mew"]

    def test_what_is_folded_away_is_swapped_as_well(self) -> None:
        page = clicked(opened(**DUEL, **{"foe.mega": "x", "you.avs": "1,2,3,4,5,6"}), "swap")
        assert visit(page).choice.you.mega == "x"
        assert visit(page).choice.foe.avs == (1, 2, 3, 4, 5, 6)
        assert visit(page).choice.foe.mega == ""

    def test_a_mega_does_not_stay_with_another_pokemon(self) -> None:
        page = opened(**DUEL, **{"foe.mega": "x"})
        page.selectbox("foe.pokemon").set_value("mew")
        assert visit(ran(page)).choice.foe.mega == ""

    def test_moves_are_shown_with_type_power_and_accuracy(self) -> None:
        options = opened(**DUEL).multiselect("you.moves").options
        assert "Thunderbolt · Electric · 90 · 100%" in options
        assert "Thunder Wave · Electric · status · 90%" in options
        assert "Agility · Psychic · status · —" in options

    def test_lists_are_in_the_order_of_their_language(self) -> None:
        """Letters with accents stand with those without."""
        page = opened(you="charizard", lang="fr")
        page.session_state[key("you", "more")] = True
        page = ran(page)
        for options in (page.multiselect("you.moves").options, page.selectbox("you.nature").options):
            names = [compared(re.split(r"[·(]", text)[0]) for text in options]
            assert names == sorted(names)
        assert page.multiselect("you.moves").options[-1].startswith("Vol")

    def test_assumed_moves_are_named(self) -> None:
        assert any(caption.value.startswith("Assumed: ") for caption in opened(**DUEL).caption)


class TestAnswer:
    def test_the_answer_is_that_of_the_api(self, asking: str) -> None:
        page = clicked(opened(**DUEL), "ask")
        with Client(asking) as client:
            request = {"pokemon": "pikachu", "moves": ["thunderbolt", "quickattack"]}
            advice = client.best_move({"you": request, "opponent": {"pokemon": "charizard"}, "seed": 1})
        shown = html(page)
        assert f'<p class="pdx-move">{advice.moves[0].name} ' in shown
        assert f"<strong>{figures.share(advice.win_probability, 'en')}</strong>" in shown
        names = re.findall(r'class="pdx-name">([^<]+)<', shown)
        assert names == [move.name for move in advice.moves]
        assert [reason.text for reason in advice.explanation] == re.findall(
            r"<li>([^<]+)</li>", shown.replace("&#x27;", "'").replace("&gt;", ">")
        )[: len(advice.explanation)]

    def test_everything_that_is_folded_away_reaches_the_question(self, asking: str) -> None:
        page = unfolded(opened(**DUEL))
        page.selectbox("you.nature").set_value("timid")
        page.number_input("you.avs.spe").set_value(200)
        page.number_input("you.ivs.atk").set_value(0)
        page.number_input("you.boosts.spa").set_value(2)
        page.number_input("you.hp").set_value(60)
        page.selectbox("foe.mega").set_value("y")
        page.selectbox("foe.status").set_value("par")
        page.number_input("foe.level").set_value(70)
        page.selectbox("battles").set_value(200)
        page.number_input("seed").set_value(7)
        clicked(ran(page), "ask")
        raised = {"nature": "Timid", "avs": {"spe": 200}, "ivs": {"atk": 0}}
        state = {"boosts": {"spa": 2}, "hp_percent": 60.0}
        you = {"pokemon": "pikachu", "moves": ["thunderbolt", "quickattack"], **raised, **state}
        foe = {"pokemon": "charizard", "mega": "y", "status": "par", "level": 70}
        with Client(asking) as client:
            expected = client.best_move({"you": you, "opponent": foe, "simulations": 200, "seed": 7})
        advice = visit(page).advice
        assert advice
        assert advice.moves == expected.moves
        assert advice.opponent == expected.opponent

    @pytest.mark.usefixtures("asking")
    def test_folding_away_loses_nothing(self) -> None:
        page = unfolded(opened(**DUEL))
        page.number_input("you.avs.spe").set_value(120)
        ran(page)
        page.session_state[key("you", "more")] = False
        ran(page)
        assert "you.avs.spe" not in [field.key for field in page.number_input]
        page.number_input("you.level").set_value(70)
        assert address_of(ran(page))["you.avs"] == "0,0,0,0,0,120"
        assert unfolded(page).number_input("you.avs.spe").value == 120

    @pytest.mark.usefixtures("asking")
    def test_the_example_answers_at_once(self) -> None:
        page = clicked(opened(), "example")
        assert visit(page).question == EXAMPLE
        assert 'class="pdx-answer"' in html(page)

    @pytest.mark.usefixtures("asking")
    def test_a_changed_selection_is_pointed_out_and_the_answer_stays(self) -> None:
        page = clicked(opened(**DUEL), "ask")
        page.number_input("you.level").set_value(80)
        ran(page)
        assert [info.value for info in page.info] == ["You have changed the selection since: ask again."]
        assert "Pikachu (level 50)" in html(page)
        clicked(page, "ask")
        assert list(page.info) == []
        assert "Pikachu (level 80)" in html(page)

    @pytest.mark.usefixtures("asking")
    def test_the_same_pokemon_twice_is_a_question_like_others(self) -> None:
        page = clicked(opened(you="mew", **{"you.moves": "psychic"}, foe="mew"), "ask")
        assert "Mew (level 50) against Mew (level 50)" in html(page)


@pytest.mark.usefixtures("asking")
class TestAddress:
    def test_it_holds_the_selection_and_asks_again(self) -> None:
        first = opened(**DUEL)
        first.number_input("foe.level").set_value(61)
        clicked(ran(first), "ask")
        kept = address_of(first)
        assert kept == {**DUEL, "foe": "charizard", "foe.level": "61", "ask": "1"}
        second = opened(**kept)
        assert visit(second).choice == visit(first).choice
        assert visit(second).advice
        assert html(second) == html(first)

    def test_names_alone_are_enough(self) -> None:
        page = opened(you="Bulbizarre", foe="25", ask="1")
        assert len(page.multiselect("you.moves").value) == 4
        assert 'class="pdx-answer"' in html(page)

    def test_nonsense_is_survived_with_a_hint(self) -> None:
        page = opened(you="pikachoo", foe="mew", **{"foe.level": "1e3", "lang": "xx", "zzz": "<script>"})
        shown = html(page)
        assert "no Pokémon is called “pikachoo”" in shown
        assert "Pikachu" in shown
        assert "“1e3” is not a whole number from 1 to 100" in shown
        assert "there is no language “xx”" in shown
        assert page.selectbox("foe.pokemon").value == "mew"
        assert page.number_input("foe.level").value == 50

    def test_markup_in_it_is_shown_as_text(self) -> None:
        shown = html(opened(you="<img src=x onerror=alert(1)>"))
        assert "<img src=x" not in shown
        assert "&lt;img src=x" in shown


@pytest.mark.usefixtures("asking")
class TestLanguages:
    def test_the_address_decides(self) -> None:
        page = opened(lang="fr", **DUEL)
        assert page.button("ask").label.startswith("Quelle capacité choisir")
        assert "Dracaufeu" in html(page)

    def test_the_switch_keeps_everything_and_says_the_answer_anew(self) -> None:
        page = clicked(opened(**DUEL), "ask")
        page.segmented_control("lang").set_value("fr")
        ran(page)
        assert page.selectbox("you.pokemon").value == "pikachu"
        assert page.multiselect("you.moves").value == ["thunderbolt", "quickattack"]
        assert "Tonnerre · Électrik · 90 · 100\N{NO-BREAK SPACE}%" in page.multiselect("you.moves").options
        shown = html(page)
        assert "Commencez par" in shown
        assert "est plus rapide" in shown
        assert address_of(page)["lang"] == "fr"
        page.segmented_control("lang").set_value("en")
        assert "Open with" in html(ran(page))

    @pytest.mark.parametrize("parameters", [{"lang": "fr"}, {}])
    def test_a_browser_that_has_no_switch_yet_changes_nothing(self, parameters: dict[str, str]) -> None:
        """It says that no language is chosen when something else is clicked meanwhile."""
        page = opened("teams", **parameters)
        before = html(page)
        page.segmented_control("lang").set_value(None)
        assert html(ran(page)) == before
        assert page.segmented_control("lang").value == parameters.get("lang", "en")
        assert address_of(page).get("lang") == parameters.get("lang")


@pytest.mark.usefixtures("asking")
class TestOtherPages:
    def test_a_visit_to_another_page_loses_nothing(self) -> None:
        page = clicked(opened(**DUEL), "ask")
        page = unfolded(page)
        page.number_input("you.avs.spe").set_value(120)
        page.number_input("foe.level").set_value(61)
        page = gone(gone(ran(page), "types"), "battle")
        assert page.selectbox("you.pokemon").value == "pikachu"
        assert page.number_input("foe.level").value == 61
        assert address_of(page)["you.avs"] == "0,0,0,0,0,120"
        assert unfolded(page).number_input("you.avs.spe").value == 120
        assert 'class="pdx-answer"' in html(page)

    def test_the_sides_are_the_same_on_the_coach_s_page(self) -> None:
        page = gone(opened(**DUEL), "coach")
        assert page.selectbox("foe.pokemon").value == "charizard"
        assert page.multiselect("you.moves").value == ["thunderbolt", "quickattack"]


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page asks at an address where nobody answers."""
    url = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("PDX_API_URL", url)
    get_settings.cache_clear()
    yield url
    get_settings.cache_clear()


class TestAKeyThatIsRefused:
    @pytest.mark.slow
    def test_the_page_says_what_to_do(
        self, nobody: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = int(nobody.rsplit(":", 1)[1])
        strict = {"port": port, "home": tmp_path, "auth": "on", "api_key": KEY}
        service = api_service(settings.model_copy(update=strict))
        environment = {**service.environment, "PDX_DATABASE_URL": settings.database_url}
        child = started(replace(service, environment=environment), f"{nobody}/livez")
        try:
            page = opened(**DUEL)
            assert "does not accept this page" in html(page)
            assert "predictiondex keys create page" in html(page)
            monkeypatch.setenv("PDX_API_KEY", KEY)
            get_settings.cache_clear()
            page = clicked(page, "retry")
            assert page.selectbox("foe.pokemon").value == "charizard"
        finally:
            processes.kill(processes.tree(child.pid, child.created))
            processes.stop([child], timeout=5)


class TestWithoutTheApi:
    def test_the_page_says_where_it_asked_and_what_to_do(self, nobody: str) -> None:
        page = opened(lang="fr", **DUEL)
        shown = html(page)
        assert "Le service de PredictionDex ne répond pas" in shown
        assert nobody in shown
        assert "python3 pdx.py up" in shown
        assert f"Pas de réponse de {nobody}" in shown
        assert clicked(page, "retry")

    @pytest.mark.slow
    def test_what_was_asked_meanwhile_is_answered_when_it_is_back(
        self, nobody: str, settings: Settings, tmp_path: Path
    ) -> None:
        """First away, then warming up: facts are there, answers are not."""
        page = opened(**DUEL)
        assert "does not answer" in html(page)
        port = int(nobody.rsplit(":", 1)[1])
        service = api_service(settings.model_copy(update={"port": port, "home": tmp_path}))
        # An empty cache of compiled rules: it stays in the state of warming up for a while.
        cold = {**service.environment, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        cold["PDX_DATABASE_URL"] = settings.database_url
        child = started(replace(service, environment=cold), f"{nobody}/livez")
        try:
            clicked(page, "retry")
            assert page.selectbox("foe.pokemon").value == "charizard"
            clicked(page, "ask")
            assert "PredictionDex is warming up" in html(page)
            assert page.multiselect("you.moves").value == ["thunderbolt", "quickattack"]
        finally:
            processes.kill(processes.tree(child.pid, child.created))
            processes.stop([child], timeout=5)
