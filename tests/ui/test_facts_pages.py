"""The pages of facts (Pokédex, moves, types), run in this process against a running API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from math import cos, pi

import pytest
import streamlit as st

from predictiondex.client import Client
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import STATS, TYPES
from predictiondex.settings import get_settings
from predictiondex.ui import radar, state, views
from predictiondex.ui.texts import LANGS, Words
from predictiondex.ui.views.moveentry import TARGETS, particulars
from predictiondex.ui.views.typechart import SIGNS
from tests.ui.driving import address_of, clicked, gone, html, opened, ran, told
from tests.ui.serving import free_port

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("asking")]


@pytest.fixture
def client(asking: str) -> Iterator[Client]:
    with Client(asking) as client:
        yield client


def cards(shown: str) -> list[str]:
    """Names on the cards of Pokémon."""
    return re.findall(r"<b>([^<]+)</b><span class=\"pdx-chips\">", shown)


def rows(shown: str) -> list[str]:
    """Names of moves in the tables."""
    return re.findall(r'<th scope="row"><a class="pdx-to"[^>]*>([^<]+)</a>', shown)


class TestPokedex:
    def test_everybody_is_there(self) -> None:
        shown = html(opened("pokedex"))
        assert len(cards(shown)) == len(pokedex.forms)
        assert f"Forms: {len(pokedex.forms)} of {len(pokedex.forms)}" in shown

    def test_a_name_in_either_language_a_type_and_a_kind_narrow_the_list(self) -> None:
        page = opened("pokedex")
        page.text_input("pokedex.q").set_value("dracaufeu")
        assert cards(html(ran(page)))[0] == "Charizard"
        page.text_input("pokedex.q").set_value("")
        page.selectbox("pokedex.type").set_value("Ice")
        page.selectbox("pokedex.kind").set_value("alola")
        found = cards(html(ran(page)))
        wanted = [form for form in pokedex.forms.values() if form.kind == "alola" and "Ice" in form.types]
        assert found == [form.names.en for form in wanted]
        assert address_of(page) == {"type": "Ice", "kind": "alola"}
        page.text_input("pokedex.q").set_value("zzzzqq")
        assert "Nobody fits" in html(ran(page))

    def test_an_entry_has_all_that_is_known(self, client: Client) -> None:
        shown = html(opened("pokedex", pokemon="Dracaufeu"))
        form = client.pokemon("charizard")
        for stat in STATS:
            assert f"<td>{form.base_stats[stat]}</td>" in shown
        assert f"<td>{sum(form.base_stats.values())}</td>" in shown
        groups = dict(re.findall(r"<b>×([\d.]+)</b>[^<]*</dt><dd class=\"pdx-chips\">(.*?)</dd>", shown))
        for name, multiplier in client.weaknesses("charizard").multipliers.items():
            if multiplier != 1:
                assert f">{name}<" in groups[f"{multiplier:g}"]
        assert set(rows(shown)) == {one.move.names.en for one in client.pokemon_moves("charizard").items}
        assert cards(shown) == ["Charmeleon", "Mega Charizard X", "Mega Charizard Y"]
        assert 'href="./?you=charizard"' in shown
        assert 'href="./?foe=charizard"' in shown

    def test_levels_stand_beside_the_moves(self) -> None:
        shown = html(opened("pokedex", pokemon="charizard", lang="fr"))
        assert re.search(r'<td class="pdx-num">62</td><th scope="row"><a[^>]*>Lame d&#x27;Air</a>', shown)
        machines = [name for name in rows(shown) if name in ("Éboulement", "Façade")]
        assert machines == ["Éboulement", "Façade"], "letters with accents stand with those without"
        assert re.search(r'<td class="pdx-num">évolution</td><th scope="row"><a[^>]*>Cru-Aile</a>', shown)

    def test_an_earlier_stage_gives_moves_of_its_own(self) -> None:
        heirs = [
            form for form in pokedex.forms.values() if {one.move for one in form.learnset} < form.movepool
        ]
        heir = next(form for form in heirs if form.kind == "base")
        shown = html(opened("pokedex", pokemon=heir.id))
        assert "From an earlier stage" in shown
        assert set(rows(shown)) == {pokedex.moves[move].names.en for move in heir.movepool}

    @pytest.mark.parametrize(("text", "nearest"), [("zzz", ""), ("pikachoo", "Pikachu")])
    def test_nonsense_in_the_address_gives_a_hint_and_the_list(self, text: str, nearest: str) -> None:
        page = opened("pokedex", pokemon=text, kind="huge", type="Fire")
        shown = html(page)
        assert f"no Pokémon is called “{text}”" in shown
        assert nearest in shown
        assert "“huge” is not possible here" in shown
        assert all("Fire" in pokedex.form(name).types for name in cards(shown))

    def test_a_visit_elsewhere_loses_nothing(self) -> None:
        page = opened("pokedex", kind="mega", pokemon="mewtwo")
        page = gone(gone(page, "types"), "pokedex")
        assert address_of(page) == {"kind": "mega", "pokemon": "mewtwo"}
        assert "pdx-radar" in html(page)
        back = gone(page, "pokedex", pokemon="")
        assert len(cards(html(back))) == len([form for form in pokedex.forms.values() if form.kind == "mega"])

    def test_back_closes_the_entry_and_keeps_the_filters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        page = gone(opened("pokedex", kind="mega"), "pokedex", kind="mega", pokemon="mewtwo")
        assert "pdx-radar" in html(page)
        monkeypatch.setattr(state, "by_history", lambda: True)
        page = told(page, "pokedex", kind="mega")
        assert len(cards(html(page))) == len([form for form in pokedex.forms.values() if form.kind == "mega"])
        assert address_of(page) == {"kind": "mega"}

    @pytest.mark.parametrize("back", [True, False], ids=["back then forward", "forward then back"])
    @pytest.mark.parametrize("step", ["read", "title"])
    def test_back_and_forward_count_however_quickly_they_come(
        self, step: str, back: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second cuts the run of the first short, which takes its address in or has just done that."""
        entry = {"kind": "mega", "pokemon": "mewtwo"}
        lists = {"kind": "mega"}
        page = gone(opened("pokedex", **lists), "pokedex", **entry)
        monkeypatch.setattr(state, "by_history", lambda: True)
        if not back:
            page = told(page, "pokedex", **lists)
        first, second = (lists, entry) if back else (entry, lists)
        with monkeypatch.context() as cut_short:
            cut_short.setattr(views.pokedex, step, lambda *_: st.stop())
            told(page, "pokedex", **first)
        page = told(page, "pokedex", **second)
        assert ("pdx-radar" in html(page)) is back
        assert address_of(page) == second

    def test_what_leads_here_counts_though_its_run_is_cut_short(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = opened("pokedex", kind="mega")
        with monkeypatch.context() as cut_short:
            cut_short.setattr(views.pokedex, "read", lambda *_: st.stop())
            gone(page, "pokedex", kind="mega", pokemon="mewtwo")
        assert "pdx-radar" in html(told(page, "pokedex", kind="mega", pokemon="mewtwo"))

    @pytest.mark.parametrize("late", [{}, {"kind": "mega"}, {"foe": "gyarados", "ask": "1"}, {"q": "surf"}])
    def test_an_address_that_is_late_changes_nothing(self, late: dict[str, str]) -> None:
        """However late it is, and whichever page it was of: nobody meant it."""
        page = gone(gone(opened("pokedex", kind="mega", pokemon="mewtwo"), "types"), "pokedex")
        page = told(page, "pokedex", **late)
        assert "pdx-radar" in html(page)
        assert address_of(page) == {"kind": "mega", "pokemon": "mewtwo"}

    def test_neither_does_that_of_a_choice_before(self) -> None:
        """Two choices in quick succession: the browser still tells the first one's address."""
        page = opened("pokedex")
        for name in ("Fire", "Water"):
            page.selectbox("pokedex.type").set_value(name)
            ran(page)
        assert told(page, "pokedex", type="Fire").selectbox("pokedex.type").value == "Water"
        assert address_of(page) == {"type": "Water"}


class TestRadar:
    def test_a_value_as_large_as_the_ring_is_on_the_corner(self) -> None:
        x, y = radar.corner(1, 6, 1.0)
        assert (x, y) == pytest.approx((100 + 96 * cos(pi / 6), 100 - 96 / 2))
        assert radar.corner(4, 6, 0.0) == (100, 100)

    @pytest.mark.parametrize(("most", "ring"), [(45, 150), (150, 150), (151, 200), (250, 250)])
    def test_nothing_is_beyond_the_outermost_ring(self, most: int, ring: int) -> None:
        assert radar.outermost([most, 30]) == ring

    def test_it_is_said_in_words(self) -> None:
        shown = radar.radar([1, 2, 3, 4, 5, 6], list("abcdef"), 'a & "b"')
        assert 'role="img" aria-label="a &amp; &quot;b&quot;"' in shown


class TestMoves:
    def test_all_of_them_in_either_language(self) -> None:
        assert len(rows(html(opened("moves")))) == len(pokedex.moves)
        french = rows(html(opened("moves", lang="fr")))
        assert "Tonnerre" in french

    def test_filters_and_order(self) -> None:
        page = opened("moves")
        page.selectbox("moves.type").set_value("Water")
        page.selectbox("moves.category").set_value("Special")
        page.number_input("moves.power").set_value(60)
        page.selectbox("moves.sort").set_value("power")
        found = rows(html(ran(page)))
        wanted = [
            move
            for move in pokedex.moves.values()
            if move.type == "Water" and move.category == "Special" and move.power >= 60
        ]
        assert sorted(found) == sorted(move.names.en for move in wanted)
        powers = [pokedex.move(name).power for name in found]
        assert powers == sorted(powers, reverse=True)
        kept = address_of(page)
        assert kept == {"type": "Water", "category": "Special", "power": "60", "sort": "power"}
        assert rows(html(opened("moves", **kept))) == found

    def test_a_text_finds_with_typos_and_best_first(self) -> None:
        page = opened("moves", lang="fr")
        page.text_input("moves.q").set_value("tonere")
        assert "Tonnerre" in rows(html(ran(page)))[:3]
        page.text_input("moves.q").set_value("zzzzzzzz")
        assert "Aucune capacité ne correspond" in html(ran(page))

    def test_one_move_with_its_particulars_and_who_can_have_it(self, client: Client) -> None:
        shown = html(opened("moves", move="Méga-Sangsue"))
        move = client.move("megadrain")
        assert "gets back 50% of the damage" in shown
        assert cards(shown) == [pokedex.forms[form].names.en for form in move.learned_by]
        assert 'href="./?you=bulbasaur&amp;you.moves=megadrain"' in shown

    def test_pp_are_told_without_pp_ups_and_with_them(self, client: Client) -> None:
        """The game shows the former until somebody uses the latter; battles begin with the latter."""
        assert client.move("megadrain").pp == 16
        assert "<dd>10, at most 16 with PP Ups</dd>" in html(opened("moves", move="megadrain"))
        assert "<dd>10, au plus 16 avec des PP Plus</dd>" in html(
            opened("moves", move="megadrain", lang="fr")
        )
        assert "<dt>PP</dt><dd>1</dd>" in html(opened("moves", move="struggle"))
        listed = html(opened("moves", q="megadrain"))
        assert 'PP<span class="pdx-wide"> (with PP Ups)</span>' in listed
        assert '<td class="pdx-num">10<span class="pdx-wide"> (16)</span></td>' in listed

    def test_every_move_can_be_told(self, client: Client) -> None:
        for move in pokedex.moves:
            found = client.move(move)
            assert found.target in TARGETS
            for lang in LANGS:
                assert "{" not in particulars(found, Words(lang))

    def test_what_comes_with_a_hit_is_told(self, client: Client) -> None:
        def told(move: str, lang: Lang = "en") -> str:
            return unescape(particulars(client.move(move), Words(lang)).replace("\N{NO-BREAK SPACE}", " "))

        assert "Added effect (10%): paralysed." in told("thunderbolt")
        assert "Effet ajouté (20 %) : brûlé, paralysé ou gelé." in told("triattack", "fr")
        assert "Added effect (100%): flinching." in told("fakeout")
        assert "Added effect (10%): Sp. Def −1." in told("psychic")
        assert "Its user faints." in told("explosion")
        assert "Elle modifie les stats de son lanceur : Attaque −1, Défense −1." in told("superpower", "fr")
        assert "It changes the target's stats: Attack −1." in told("growl")
        assert "It leaves the target: trapped." in told("wrap")
        assert "It puts up Reflect." in told("baddybad")
        assert "puts up" not in told("reflect")
        assert "A hit knocks out at once" in told("fissure")
        assert "loses half of its full HP" in told("highjumpkick")
        assert "two or three turns" in told("outrage")
        assert "critical hit every time" in told("zippyzap")
        assert told("watergun") == ""

    def test_nonsense_in_the_address_gives_a_hint(self) -> None:
        shown = html(opened("moves", move="Tonere", category="Strong", power="much"))
        assert "no move is called “Tonere”" in shown
        assert "Tonnerre" in shown
        assert "“Strong” is not possible here" in shown
        assert len(rows(shown)) == len(pokedex.moves)


class TestTypes:
    def test_the_matrix_is_the_chart_of_the_games(self) -> None:
        body = re.search(r"<tbody>(.*?)</tbody>", html(opened("types")))
        assert body
        found = [re.findall(r"<td[^>]*>([^<]+)</td>", row) for row in body.group(1).split("</tr>")[:-1]]
        assert found == [[SIGNS[value] for value in row] for row in pokedex.type_chart]

    def test_two_types_multiply(self) -> None:
        page = opened("types")
        for name, value in (("attacker", "Fire"), ("defender", "Grass"), ("second", "Ice")):
            page.selectbox(f"types.{name}").set_value(value)
        shown = html(ran(page))
        assert "×4" in shown
        assert "2 × 2 = 4" in shown
        assert "extremely effective" in shown
        kept = address_of(page)
        assert html(opened("types", **kept)) == shown

    def test_a_pair_in_the_address_and_who_has_it(self) -> None:
        page = opened("types", defender="eau,Vol", lang="fr")
        assert page.selectbox("types.second").value == "Flying"
        shown = html(page)
        assert "Ce que les attaques font à Eau / Vol" in shown
        assert cards(shown) == ["Léviator"]

    def test_roles_can_be_swapped(self) -> None:
        page = clicked(opened("types", attacker="Ghost", defender="Normal"), "types.turn")
        assert page.selectbox("types.attacker").value == "Normal"
        assert page.selectbox("types.defender").value == "Ghost"
        assert "×0" in html(page)
        page = clicked(opened("types", attacker="Ghost", second="Normal"), "types.turn")
        assert address_of(page) == {"attacker": "Normal", "defender": "Ghost"}

    def test_two_types_cannot_attack_at_once(self) -> None:
        page = opened("types", attacker="Ghost", defender="Normal,Flying", lang="fr")
        assert page.button("types.turn").disabled
        assert page.button("types.turn").help == "Une attaque n'a qu'un type."
        page.selectbox("types.second").set_value("")
        assert not ran(page).button("types.turn").disabled

    def test_every_type_is_said_whole(self) -> None:
        shown = html(opened("types", attacker="Normal"))
        groups = re.findall(r"<dd class=\"pdx-chips\">(.*?)</dd>", shown)
        names = re.findall(r">([A-Z][a-z]+)</span>", "".join(groups))
        assert sorted(names) == sorted(TYPES)

    def test_nonsense_in_the_address_gives_a_hint(self) -> None:
        page = opened("types", attacker="Feuer", defender="Wasser,Fire")
        shown = html(page)
        assert "“Feuer”" in shown
        assert "“Wasser”" in shown
        assert page.selectbox("types.second").value == "Fire"


@pytest.mark.parametrize("path", ["pokedex", "moves", "types"])
def test_without_the_api_the_page_says_so_and_keeps_the_filters(
    path: str, asking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "attacker" if path == "types" else "type"
    page = opened(path)
    page.selectbox(f"{path}.{name}").set_value("Fire")
    ran(page)
    monkeypatch.setenv("PDX_API_URL", f"http://127.0.0.1:{free_port()}")
    get_settings.cache_clear()
    assert "does not answer" in html(ran(page))
    monkeypatch.setenv("PDX_API_URL", asking)
    get_settings.cache_clear()
    assert ran(page).selectbox(f"{path}.{name}").value == "Fire"
    assert address_of(page) == {name: "Fire"}
