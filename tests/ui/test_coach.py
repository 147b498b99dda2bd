"""The live coach, run in this process against a running API."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from predictiondex.client import Client
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
    page = clicked(played(begun(), 35, 0), "coach.onward")
    assert visit(page).choice.you.hp == 35
    assert page.selectbox("you.pokemon").value == "starmie"
    assert page.selectbox("foe.pokemon").value is None
    fresh = clicked(clicked(opened("coach", **DUEL), "coach.begin"), "coach.win")
    assert visit(clicked(fresh, "coach.again")).choice.you.hp == 100


def test_the_address_goes_on_where_the_page_was_closed() -> None:
    page = played(begun(), 45, 70, seen=["crunch"])
    kept = address_of(page)
    assert kept["turn"] == "2"
    again = opened("coach", **kept)
    fight, former = corner(again).fight, corner(page).fight
    assert fight
    assert former
    assert (fight.turn, fight.now.you.hp, fight.now.foe.hp) == (2, 45, 70)
    assert fight.now.seen == former.now.seen
    assert visit(again).choice.you.hp == 100  # a new fight begins healthy


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
    assert fight.now.foe.conditions == ()
    assert page.multiselect("coach.foe.conditions").value == []
    assert 'class="pdx-answer"' in html(page)


def test_what_cannot_be_is_refused_and_nothing_is_lost() -> None:
    page = opened("coach", you="mew", foe="mew", **{"you.moves": "psychic"})
    page = unfolded(clicked(page, "coach.begin"))
    page = played(page, 50, 50, foe_conditions=["substitute"], you_conditions=["mustrecharge"])
    shown = html(page)
    assert "Your Pokémon" in shown  # the same on both sides: told apart by whose they are
    assert page.slider("coach.you.hp").value == 50


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
