"""The teams page, run in this process against a running API."""

from __future__ import annotations

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from predictiondex.client import Client
from predictiondex.ui import team
from predictiondex.ui.views.teams.bench import Bench
from tests.ui.driving import address_of, clicked, gone, html, opened, ran, typed_in

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("asking")]

TEXT = """Zap (Pikachu) (M) @ Light Ball
Level: 50
Happiness: 200
EVs: 52 Spe
Timid Nature
IVs: 0 Atk
- Thunderbolt
- Vive-Attaque

Mega Charizard X
Level: 60
- Fly
"""


def bench(page: AppTest) -> Bench:
    remembered: Bench = page.session_state["pdx.teams"]
    return remembered


def unfolded(page: AppTest, side: str = "you") -> AppTest:
    """The field for text is on the screen."""
    page.session_state[f"teams.{side}.text"] = True
    return ran(page)


def pasted(page: AppTest, text: str, side: str = "you") -> AppTest:
    page.text_area(f"teams.{side}.paste").set_value(text)
    return clicked(page, f"teams.{side}.read")


def names(page: AppTest, side: str = "you") -> list[str | None]:
    return [member.side.pokemon for member in bench(page).teams[side]]  # type: ignore[index]


def test_an_empty_team_is_pointed_out() -> None:
    page = clicked(opened("teams"), "teams.ask")
    assert "Choose your Pokémon first." in html(page)
    page.selectbox("teams.you.join").set_value("mew")
    page = clicked(ran(page), "teams.ask")
    assert "Choose your opponent first." in html(page)
    assert names(page) == ["mew"]


def test_who_is_chosen_joins_and_can_leave() -> None:
    page = opened("teams")
    for one in ("mew", "mew", "eevee"):
        page.selectbox("teams.you.join").set_value(one)
        page = ran(page)
        assert page.selectbox("teams.you.join").value is None
    assert names(page) == ["mew", "mew", "eevee"]
    assert names(clicked(page, "teams.you.leave1")) == ["mew", "eevee"]


def test_a_typed_name_is_understood_or_told() -> None:
    page = typed_in(opened("teams", lang="fr"), "teams.foe.join", "salameche")
    assert names(page, "foe") == ["charmander"]
    page = typed_in(page, "teams.foe.join", "zzzzqqq")
    assert names(page, "foe") == ["charmander"]
    assert any("zzzzqqq" in caption.value for caption in page.caption)


def test_the_table_is_that_of_the_service(asking: str) -> None:
    page = clicked(opened("teams"), "teams.example")
    mine = bench(page)
    assert mine.question
    assert mine.answer
    with Client(asking, timeout=60) as client:
        expected = client.matchups(team.matchups(mine.question["you"], mine.question["foe"], "en"))
    assert mine.answer.matrix == expected.matrix
    shown = html(page)
    assert shown.count('<td class="pdx-shade') == 36
    first, weakest = expected.matrix[expected.send_first], expected.matrix[expected.weakest]
    assert f'<p class="pdx-move">{first.you.name}</p>' in shown
    assert f"Weakest link: {weakest.you.name}" in shown


def test_seven_do_not_fit() -> None:
    page = clicked(opened("teams"), "teams.example")
    assert [box.key for box in page.selectbox] == []


def test_a_text_is_read_with_everything_in_it() -> None:
    page = pasted(unfolded(opened("teams")), TEXT)
    zap, dragon = bench(page).teams["you"]
    assert zap.nickname == "Zap"
    assert (zap.side.pokemon, zap.side.level, zap.side.nature) == ("pikachu", 50, "timid")
    assert zap.side.moves == ("thunderbolt", "quickattack")
    assert (zap.side.friendship, zap.side.avs[-1], zap.side.ivs[1]) == (200, 52, 0)
    assert (dragon.side.pokemon, dragon.side.mega) == ("charizard", "x")
    assert any("Light Ball" in caption.value for caption in page.caption)


def test_what_was_read_can_be_copied_and_read_again() -> None:
    page = pasted(unfolded(opened("teams")), TEXT)
    written = page.code[0].value
    again = pasted(unfolded(opened("teams")), written)
    assert bench(again).teams == bench(page).teams


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Pikachu\nEVs: 252 Spe", "Line 2, “EVs: 252 Spe”: The awakening value of Speed is a whole number"),
        ("Pikachoo\n- Surf", "Line 1, “Pikachoo”: Unknown Pokémon"),
        ("Pikachu\n- Recover", "Line 2, “- Recover”"),
        ("Pikachu\n<b>fat</b>", "&lt;b&gt;fat&lt;/b&gt;"),
    ],
)
def test_a_faulty_line_is_shown_with_the_reason_and_nothing_is_lost(text: str, told: str) -> None:
    page = pasted(unfolded(opened("teams", **{"you.1": "mew"})), text)
    assert told in html(page)
    assert names(page) == ["mew"]
    assert page.text_area("teams.you.paste").value == text
    page = pasted(page, "Pikachu")
    assert told not in html(page)
    assert names(page) == ["pikachu"]


def test_a_faulty_line_is_told_in_the_language_of_the_page() -> None:
    page = pasted(unfolded(opened("teams", lang="fr")), "Pikachu\nEVs: 252 Spe")
    told = "Ligne 2, « EVs: 252 Spe » : Valeur d'éveil de Vitesse : un nombre"
    assert told in unescape(html(page)).replace("\N{NO-BREAK SPACE}", " ")
    page.segmented_control("lang").set_value("en")
    page = unfolded(ran(page))
    assert "Line 2, “EVs: 252 Spe”: The awakening value of Speed is a whole number" in html(page)
    assert "un nombre" not in html(page)


def test_what_means_nothing_is_told_in_the_language_of_the_page() -> None:
    page = pasted(unfolded(opened("teams", lang="fr")), "Pikachu @ Light Ball\n- Surf")
    assert "Pikachu ne peut pas avoir Surf dans ces jeux" in html(page)
    page = pasted(page, TEXT)
    assert "Ligne 1\N{NO-BREAK SPACE}: il n'y a pas d'objets tenus" in page.caption[0].value
    page.segmented_control("lang").set_value("en")
    assert "Line 1: there are no held items" in unfolded(ran(page)).caption[0].value


def test_no_text_is_no_fault() -> None:
    page = pasted(unfolded(opened("teams")), "  \n ")
    assert [info.value for info in page.info] == ["Paste a text first."]


def test_the_address_holds_both_teams() -> None:
    page = pasted(unfolded(opened("teams", **{"foe.1": "Évoli", "foe.1.level": "70"})), TEXT)
    page = clicked(page, "teams.ask")
    kept = address_of(page)
    assert kept["foe.1"] == "eevee"
    again = opened("teams", **kept)
    sides = [[member.side for member in bench(one).teams["you"]] for one in (page, again)]
    assert sides[0] == sides[1]
    former, now = bench(page).answer, bench(again).answer
    assert former
    assert now
    assert now.matrix == former.matrix


def test_nonsense_in_the_address_is_survived_with_a_hint() -> None:
    page = opened("teams", **{"you.1": "pikachoo", "you.2": "mew", "foe.1": "eevee", "foe.1.level": "5000"})
    assert "you.1: no Pokémon is called “pikachoo”" in html(page)
    assert "“5000” is not a whole number" in html(page)
    assert names(page) == ["mew"]


def test_another_page_in_between_loses_nothing() -> None:
    page = clicked(opened("teams"), "teams.example")
    page = unfolded(page)
    page.text_area("teams.you.paste").set_value("half a te")
    page = unfolded(gone(gone(ran(page), "coach"), "teams"))
    assert len(names(page)) == 6
    assert page.text_area("teams.you.paste").value == "half a te"
    assert html(page).count('<td class="pdx-shade') == 36


def test_a_changed_team_is_pointed_out_and_the_table_stays() -> None:
    page = clicked(clicked(opened("teams"), "teams.example"), "teams.foe.leave0")
    assert [info.value for info in page.info] == ["You have changed the selection since: ask again."]
    assert html(page).count('<td class="pdx-shade') == 36
    assert html(clicked(page, "teams.ask")).count('<td class="pdx-shade') == 30
