"""The live coach, run in this process against a running API."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from predictiondex.client import Client
from predictiondex.pokedex import pokedex
from predictiondex.ui import locks
from predictiondex.ui.fight import Fight
from predictiondex.ui.views.coach.corner import Corner
from tests.ui.driving import address_of, clicked, gone, html, opened, ran, visit

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("asking")]

DUEL = {"you": "starmie", "you.moves": "surf,thunderbolt,icebeam,recover", "foe": "gyarados"}


def begun(**parameters: str) -> AppTest:
    """In the first turn of a fight."""
    return clicked(opened("coach", **DUEL, **parameters), "coach.begin")


def played(page: AppTest, you: int, foe: int, **fields: object) -> AppTest:
    """One turn that left both with so much hp."""
    page.slider("coach.you.hp").set_value(you)
    page.slider("coach.foe.hp").set_value(foe)
    for name, value in fields.items():
        page.multiselect(f"coach.{name.replace('_', '.')}").set_value(value)
    return clicked(page, "coach.next")


def unfolded(page: AppTest) -> AppTest:
    """What is folded away is on the screen."""
    page.session_state["coach.folded"] = True
    return ran(page)


def history(page: AppTest) -> str:
    """The table of the turns."""
    return next(part for part in html(page).split("<div") if "<table" in part)


def corner(page: AppTest) -> Corner:
    remembered: Corner = page.session_state["pdx.coach"]
    return remembered


def test_both_sides_are_needed_first() -> None:
    page = clicked(opened("coach"), "coach.begin")
    assert "Choose your Pokémon first." in html(page)
    assert corner(page).fight is None


def test_advice_comes_at_once_and_follows_the_fight() -> None:
    page = begun()
    assert "Open with" in html(page)
    assert "Turn 1" in html(page)
    page = played(page, 60, 80, seen=["crunch"])
    shown = html(page)
    assert "Turn 2" in shown
    assert "Use now" in shown
    assert "60% HP" in shown
    assert "80% HP" in shown
    fight = corner(page).fight
    assert fight
    assert fight.now.seen == ("crunch",)
    assert fight.now.you.last == corner(page).advice[0][1].recommended_move
    assert "Turns so far" in shown


def test_the_advice_is_that_of_the_service_for_this_turn(asking: str) -> None:
    page = played(begun(), 30, 50)
    fight = corner(page).fight
    assert fight
    with Client(asking, timeout=60) as client:
        expected = client.best_move(fight.request("model", "en"))
    assert corner(page).advice[1][1].moves == expected.moves


def test_thinking_ahead_is_asked_for_once_and_stays() -> None:
    page = begun()
    page.toggle("coach.ahead").set_value(True)
    page = ran(page)
    assert corner(page).advice[0][0]["engine"] == "search"
    page = played(page, 90, 90)
    assert corner(page).advice[1][0]["engine"] == "search"
    kept = address_of(page)
    again = opened("coach", **kept)
    assert again.toggle("coach.ahead").value
    assert corner(again).advice[1][0] == corner(page).advice[1][0]
    assert address_of(again) == kept
    again.toggle("coach.ahead").set_value(False)
    again = ran(again)
    assert corner(again).advice[1][0]["engine"] == "model"
    assert kept.items() - address_of(again).items() == {("ahead", "1")}


@pytest.mark.parametrize(("lang", "told"), [("en", "in doubt, the blow"), ("fr", "dans le doute")])
def test_a_best_move_with_less_than_another_is_explained(lang: str, told: str) -> None:
    """Only a search settles doubt so."""
    page = clicked(opened("coach", **{**DUEL, "foe": "snorlax", "lang": lang}), "coach.begin")
    assert told not in html(page)
    page.toggle("coach.ahead").set_value(True)
    page = ran(page)
    best, *others = corner(page).advice[0][1].moves
    assert max(move.win_probability for move in others) > best.win_probability + 0.01
    assert html(page).count(told) == 1


def test_a_turn_is_taken_back_with_what_was_entered() -> None:
    page = played(begun(), 25, 75, seen=["crunch"])
    page = clicked(page, "coach.undo")
    fight = corner(page).fight
    assert fight
    assert fight.turn == 1
    assert page.slider("coach.you.hp").value == 25
    assert page.multiselect("coach.seen").value == ["crunch"]


def test_the_end_is_told_for_every_turn(asking: str) -> None:
    page = played(played(begun(), 60, 40), 60, 0)
    mine = corner(page)
    assert mine.fight
    assert mine.fight.ending == "win"
    assert [success.value for success in page.success] == [
        "Well done! Your win is noted, and helps to check the forecasts."
    ]
    with Client(asking, timeout=60) as client:
        for _, advice in mine.advice.values():
            assert client.tell_outcome(advice.prediction_id, "win", move=advice.recommended_move).repeated


def test_a_button_ends_it_as_well_and_can_be_taken_back() -> None:
    page = clicked(begun(), "coach.loss")
    assert "It is noted" in page.success[0].value
    page = clicked(page, "coach.undo")
    assert corner(page).fight
    assert "Turn 1" in html(page)
    assert page.button("coach.win")


def test_the_next_opponent_meets_me_as_i_am() -> None:
    page = played(begun(), 35, 0)
    left = going(page).now.you.pp
    page = clicked(page, "coach.onward")
    assert visit(page).choice.you.hp == 35
    assert page.selectbox("you.pokemon").value == "starmie"
    assert page.selectbox("foe.pokemon").value is None
    page.selectbox("foe.pokemon").set_value("golem")
    page = clicked(ran(page), "coach.begin")
    assert left
    assert corner(page).advice[0][0]["you"]["pp"] == left
    fresh = clicked(clicked(opened("coach", **DUEL), "coach.begin"), "coach.win")
    assert visit(clicked(fresh, "coach.again")).choice.you.hp == 100


def test_the_address_goes_on_where_the_page_was_closed() -> None:
    page = played(played(begun(), 45, 70, seen=["crunch"]), 40, 50)
    again = opened("coach", **address_of(page))
    fight, former = corner(again).fight, corner(page).fight
    assert fight
    assert fight == former
    assert (fight.turn, fight.now.you.hp, fight.now.foe.hp, fight.now.seen) == (3, 40, 50, ("crunch",))
    assert history(again) == history(page)
    assert visit(again).choice.you.hp == 100  # a new fight begins healthy
    again = clicked(again, "coach.undo")
    assert again.slider("coach.foe.hp").value == 50
    assert again.multiselect("coach.seen").value == ["crunch"]


def test_an_address_that_names_a_turn_alone_begins_there() -> None:
    page = opened("coach", **DUEL, turn="4", **{"you.hp": "30"})
    fight = corner(page).fight
    assert fight
    assert (fight.turn, fight.now.you.hp, len(fight.moments)) == (4, 30, 1)


def test_the_end_is_told_for_turns_before_the_page_was_closed(asking: str) -> None:
    page = played(begun(), 45, 70)
    given = corner(page).advice[0][1]
    page = opened("coach", **address_of(page))
    page = clicked(page, "coach.win")
    with Client(asking, timeout=60) as client:
        assert client.tell_outcome(given.prediction_id, "win", move=given.recommended_move).repeated
    closed = opened("coach", **address_of(page))
    assert "Well done!" in closed.success[0].value


@pytest.mark.parametrize(
    ("name", "text"),
    [("turns", "<b>x_~.h999_.c~" * 40), ("before", "_.cencore"), ("asked", "~~~x"), ("ended", "never")],
)
def test_a_damaged_address_gives_a_hint_and_a_fight(name: str, text: str) -> None:
    page = opened("coach", **DUEL, turn="2", **{name: text})
    assert "Part of the page&#x27;s address could not be used" in html(page)
    assert "<b>x" not in html(page)
    assert corner(page).fight
    assert 'class="pdx-answer"' in html(page)


def test_nonsense_in_the_address_is_survived_with_a_hint() -> None:
    page = opened("coach", **DUEL, turn="soon")
    assert "“soon” is not a whole number" in html(page)
    assert corner(page).fight


def test_a_condition_that_must_be_over_is_taken_off_and_told() -> None:
    page = unfolded(begun())
    page = played(page, 90, 90, foe_conditions=["reflect"])
    told = []
    for _ in range(5):
        page = played(page, 90, 90)
        told += [info.value for info in page.info]
    assert told == ["It must be over by now, and was taken off: Reflect (Gyarados)."]
    fight = corner(page).fight
    assert fight
    assert fight.now.foe.conditions == {}
    assert page.multiselect("coach.foe.conditions").value == []
    assert 'class="pdx-answer"' in html(page)


def test_what_cannot_be_is_refused_and_nothing_is_lost() -> None:
    page = opened("coach", you="mew", foe="mew", **{"you.moves": "psychic"})
    page = unfolded(clicked(page, "coach.begin"))
    page = played(page, 50, 50, foe_conditions=["substitute"], you_conditions=["mustrecharge"])
    # The same on both sides: told apart by whose they are.
    assert {"Mew (yours)", "Mew (theirs)"} <= set(re.findall(r"Mew \(\w+\)", html(page)))
    assert page.slider("coach.foe.hp").label == "HP of Mew (theirs) now"
    assert page.slider("coach.you.hp").value == 50


def test_another_pair_is_followed_from_the_battle_page() -> None:
    page = played(begun(), 50, 40)
    page = gone(page, "battle", you="starmie", foe="gyarados", ask="1")
    (link,) = re.findall(r'href="(coach\?[^"]+)"', html(page))
    same = gone(page, "coach", **dict(parse_qsl(unescape(link).partition("?")[2])))
    fight = corner(same).fight
    assert fight
    assert fight.turn == 2
    page = gone(same, "battle", you="starmie", foe="onix", ask="1")
    (link,) = re.findall(r'href="(coach\?[^"]+)"', html(page))
    other = gone(page, "coach", **dict(parse_qsl(unescape(link).partition("?")[2])))
    assert corner(other).fight is None
    assert other.selectbox("foe.pokemon").value == "onix"
    page = clicked(clicked(other, "coach.begin"), "coach.loss")
    again = gone(page, "coach", you="starmie", foe="onix")
    assert corner(again).fight is None  # that one is over


def test_the_language_can_change_in_the_middle() -> None:
    page = played(begun(), 50, 50)
    page.segmented_control("lang").set_value("fr")
    page = ran(page)
    shown = html(page)
    assert "Tour 2" in shown
    assert "Staross" in shown
    assert "Utilisez" in shown


def test_another_page_in_between_loses_nothing() -> None:
    page = played(begun(), 50, 40)
    page.slider("coach.you.hp").set_value(20)
    page = gone(ran(page), "types")
    page = gone(page, "coach")
    fight = corner(page).fight
    assert fight
    assert fight.turn == 2
    assert page.slider("coach.you.hp").value == 20
    assert "Turn 2" in html(page)


BEAM = {"you": "snorlax", "you.moves": "hyperbeam,bodyslam,rest", "foe": "dugtrio", "foe.moves": "dig,slash"}


def beaming(**parameters: str) -> AppTest:
    """In the first turn of a fight with moves that bind."""
    return clicked(opened("coach", **BEAM, **parameters), "coach.begin")


def offered(page: AppTest, side: str = "coach.used") -> list[str]:
    """What is offered as used; names, as they are shown."""
    return list(pills(page, side).options)


def going(page: AppTest) -> Fight:
    """The fight that is going on."""
    fight = corner(page).fight
    assert fight
    return fight


def pills(page: AppTest, side: str) -> ButtonGroup[str]:
    found = [group for group in page.pills if group.key == side]
    return found[0]


def test_hyper_beam_costs_the_next_turn_and_the_page_knows() -> None:
    page = beaming()
    pills(page, "coach.used").set_value("hyperbeam")
    page = played(page, 90, 40)
    assert "Must recharge" in html(page)
    assert offered(page) == ["Recharge", "Nothing"]
    assert corner(page).advice[1][1].recommended_move == "recharge"
    page = played(page, 80, 40)
    assert "Must recharge" not in html(page)
    assert offered(page) == ["Hyper Beam", "Body Slam", "Rest", "Nothing"]
    assert "<td>Recharge</td>" in history(page)


def test_what_the_page_concluded_can_be_taken_off() -> None:
    page = beaming()
    pills(page, "coach.used").set_value("hyperbeam")
    page = played(page, 90, 40)
    assert "No longer: Must recharge (Snorlax)" in page.button("coach.you.free.mustrecharge").label
    page = clicked(page, "coach.you.free.mustrecharge")
    assert "Must recharge" not in html(page)
    assert len(offered(page)) == 4
    assert corner(page).advice[1][1].recommended_move != "recharge"
    again = opened("coach", **address_of(page))
    assert corner(again).fight == corner(page).fight


def test_a_conclusion_waits_in_the_fields_and_the_visitor_has_the_last_word() -> None:
    page = beaming()
    pills(page, "coach.used").set_value("hyperbeam")
    page.slider("coach.foe.hp").set_value(40)
    page = unfolded(page)
    assert page.multiselect("coach.you.conditions").value == ["mustrecharge"]
    page.slider("coach.foe.hp").set_value(100)
    page = ran(page)
    assert page.multiselect("coach.you.conditions").value == []  # it missed
    page.slider("coach.foe.hp").set_value(30)
    page = ran(page)
    page.multiselect("coach.you.conditions").set_value([])
    page = clicked(ran(page), "coach.next")
    assert going(page).now.you.conditions == {}
    page = clicked(clicked(page, "coach.undo"), "coach.next")
    assert going(page).now.you.conditions == {}  # what was said stays said


def test_the_opponent_s_dig_is_followed_and_costs_once() -> None:
    page = beaming()
    pills(page, "coach.foe.used").set_value("dig")
    page = played(page, 100, 100)
    assert "Charging: Dig" in html(page)
    assert offered(page, "coach.foe.used") == ["Dig", "Nothing"]
    assert pills(page, "coach.foe.used").value == "dig"
    assert {"name": "twoturnmove", "turns": 1, "move": "dig"} in corner(page).advice[1][0]["opponent"][
        "conditions"
    ]
    page = played(page, 70, 100)
    assert "Charging" not in html(page)
    assert corner(page).advice[2][0]["opponent"]["pp"] == {"dig": 15}


def test_a_move_that_is_added_is_what_it_used_and_a_likely_one_is_added_by_using_it() -> None:
    page = begun()
    page.multiselect("coach.seen").set_value(["crunch"])
    page = ran(page)
    assert pills(page, "coach.foe.used").value == "crunch"
    page = played(page, 90, 90)
    pills(page, "coach.foe.used").set_value(going(page).usable("foe")[1])
    page = played(page, 80, 80)
    assert len(page.multiselect("coach.seen").value) == 2
    assert corner(page).advice[2][0]["opponent"]["pp"]["crunch"] == 23


def test_pp_are_counted_shown_and_corrected() -> None:
    page = played(begun(), 90, 90)
    used = going(page).now.you.last
    page.session_state["coach.stock"] = True
    page = ran(page)
    field = page.number_input(f"coach.you.pp.{used}")
    full = locks.full(used)
    assert (field.value, field.label) == (full - 1, f"{known(used)} (at most {full})")
    assert "No move seen yet" in [caption.value for caption in page.caption]
    field.set_value(0)
    page = ran(page)
    assert f"{known(used)}: no PP left" in html(page)
    request, advice = corner(page).advice[1]
    assert request["you"]["pp"] == {used: 0}
    assert used not in {move.id for move in advice.moves}
    assert known(used) not in offered(page)


def known(move: str) -> str:
    return pokedex.moves[move].names.en


def test_without_any_pp_there_is_struggle() -> None:
    page = opened("coach", **DUEL, turn="2", before=".psurf-0.pthunderbolt-0.picebeam-0.precover-0_")
    assert corner(page).advice[0][1].recommended_move == "struggle"
    assert offered(page) == ["Struggle", "Nothing"]
    page = played(page, 50, 50)
    assert "<td>Struggle</td>" in history(page)


def test_encore_and_disable_name_their_move() -> None:
    page = unfolded(begun())
    pills(page, "coach.used").set_value("icebeam")
    page.multiselect("coach.you.conditions").set_value(["encore"])
    page.multiselect("coach.foe.conditions").set_value(["disable"])
    page = ran(page)
    assert page.selectbox("coach.you.about.encore").value == "icebeam"
    page.selectbox("coach.you.about.encore").set_value("surf")
    page.selectbox("coach.foe.about.disable").set_value(going(page).moves("foe")[2])
    page = clicked(ran(page), "coach.next")
    assert "Encore: Surf" in html(page)
    request, advice = corner(page).advice[1]
    assert [move.id for move in advice.moves] == ["surf"]
    assert request["opponent"]["conditions"][0]["move"] == request["opponent"]["moves"][0]


def test_what_is_left_of_a_substitute_is_told() -> None:
    page = unfolded(begun())
    page.multiselect("coach.foe.conditions").set_value(["substitute"])
    page = ran(page)
    page.slider("coach.foe.decoy").set_value(40)
    page = clicked(ran(page), "coach.next")
    told = corner(page).advice[1][0]["opponent"]["conditions"]
    assert told == [{"name": "substitute", "turns": 1, "hp_percent": 40.0}]
    assert 'class="pdx-answer"' in html(page)


def test_undo_brings_back_the_move_that_was_used_though_another_was_advised() -> None:
    page = begun()
    other = next(move.id for move in corner(page).advice[0][1].moves[1:])
    pills(page, "coach.used").set_value(other)
    page = clicked(played(page, 60, 60), "coach.undo")
    assert pills(page, "coach.used").value == other


def test_locks_and_pp_are_said_in_french() -> None:
    page = beaming(lang="fr")
    pills(page, "coach.used").set_value("hyperbeam")
    pills(page, "coach.foe.used").set_value("dig")
    page = played(page, 90, 40)
    assert "Doit se reposer" in html(page)
    assert "Prépare\N{NO-BREAK SPACE}: Tunnel" in html(page)
    assert offered(page) == ["Tour de repos", "Rien"]
    assert "Utilisé par Ronflex" in history(page)


def test_whoever_could_not_move_has_spent_nothing() -> None:
    page = begun()
    pills(page, "coach.used").set_value("")
    page = played(page, 60, 100)
    assert going(page).now.you.pp == {}
    assert "<td>\N{EM DASH}</td>" in history(page)
