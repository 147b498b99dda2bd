"""A fight as it is followed, without a page."""

from __future__ import annotations

from dataclasses import replace

from predictiondex.ui import locks
from predictiondex.ui.choice import SIDES, SideChoice
from predictiondex.ui.fight import CONDITIONS, Fight, Moment, Standing
from predictiondex.wire import BestMoveRequest

YOU = SideChoice("starmie", ("surf", "thunderbolt"), hp=90)
FOE = SideChoice("gyarados", level=55)
LIKELY = ("waterfall", "crunch", "outrage", "hydropump")


def begun(**options: int) -> Fight:
    return Fight.begin(YOU, FOE, LIKELY, **options)


def held(*names: str) -> dict[str, str]:
    """Conditions that concern no move."""
    return dict.fromkeys(names, "")


def test_it_begins_as_chosen() -> None:
    fight = begun()
    assert (fight.turn, fight.ending) == (1, "")
    body = fight.request("model", "fr")
    request = BestMoveRequest.model_validate(body)
    assert (request.turn, request.lang, request.engine) == (1, "fr", "model")
    assert request.you.hp_percent == 90
    assert request.opponent.moves is None  # nobody has seen any: the service assumes, and says so


def test_every_turn_is_told_as_it_stands() -> None:
    after = Moment(
        Standing(40, "par", (0, 0, 0, 0, -1, 0, 0), held("confusion"), "thunderbolt"),
        Standing(70, "", conditions=held("reflect")),
        ("crunch",),
    )
    body = begun().then(after).request("search", "en")
    assert body["turn"] == 2
    assert body["you"]["status"] == "par"
    assert body["you"]["boosts"]["spe"] == -1
    assert body["you"]["conditions"] == [{"name": "confusion", "turns": 1}]
    assert body["you"]["last_move"] == "thunderbolt"
    assert body["opponent"]["hp_percent"] == 70
    assert body["opponent"]["moves"] == ["crunch", "hydropump", "outrage", "waterfall"]
    BestMoveRequest.model_validate(body)


def test_turns_of_conditions_and_of_bad_poison_are_counted() -> None:
    fight = begun()
    for _ in range(3):
        fight = fight.then(Moment(Standing(80, "tox"), Standing(90, "", conditions=held("lightscreen"))))
    body = fight.request("model", "en")
    assert body["you"]["status_turns"] == 3
    assert body["opponent"]["conditions"] == [{"name": "lightscreen", "turns": 3}]
    fight = fight.then(Moment(Standing(80, "tox"), Standing(90)))
    fight = fight.then(Moment(Standing(80, "tox"), Standing(90, "", conditions=held("lightscreen"))))
    assert fight.request("model", "en")["opponent"]["conditions"] == [{"name": "lightscreen", "turns": 1}]


def test_poison_from_before_the_fight_has_hurt_once_less() -> None:
    fight = Fight.begin(SideChoice("starmie", ("surf",), status="tox"), FOE, LIKELY)
    assert fight.request("model", "en")["you"]["status_turns"] == 0
    fight = fight.then(Moment(Standing(80, "tox"), Standing(90)))
    assert fight.request("model", "en")["you"]["status_turns"] == 1


def test_whoever_has_no_hp_left_has_lost() -> None:
    assert begun().then(Moment(Standing(10), Standing(0))).ending == "win"
    assert begun().then(Moment(Standing(0), Standing(10))).ending == "loss"
    assert begun().then(Moment(Standing(0), Standing(0))).ending == "tie"
    assert begun().then(Moment(Standing(1), Standing(1))).ending == ""


def test_a_turn_can_be_taken_back_but_not_the_beginning() -> None:
    fight = begun().then(Moment(Standing(0), Standing(10)))
    assert fight.back() == begun()
    assert begun().back() == begun()


def test_a_condition_that_is_over_is_taken_off_on_its_side_alone() -> None:
    both = Moment(Standing(conditions=held("reflect", "mist")), Standing(conditions=held("reflect")))
    now = begun().then(both).without("you", "reflect").now
    assert (now.you.conditions, now.foe.conditions) == (held("mist"), held("reflect"))


def test_the_address_holds_how_it_stands() -> None:
    fight = begun(first=4).then(Moment(Standing(33, "brn"), Standing(5), ("crunch",)))
    you, foe = fight.selection()
    assert fight.turn == 5
    assert (you.hp, you.status, you.moves) == (33, "brn", YOU.moves)
    assert (foe.hp, foe.level, foe.moves) == (5, 55, ("crunch",))
    again = Fight.begin(you, foe, LIKELY, fight.turn)
    assert again.request("model", "en")["opponent"] == fight.request("model", "en")["opponent"]


def test_every_condition_is_one_that_the_service_knows() -> None:
    everything = {name: locks.concerned(name, YOU.moves)[0] for name in CONDITIONS}
    moment = Moment(Standing(conditions=everything), Standing(conditions=everything))
    body = begun().then(moment).request("model", "en")
    BestMoveRequest.model_validate(body)
    told = {one["name"]: one for one in body["opponent"]["conditions"]}
    assert told["encore"] == {"name": "encore", "turns": 1, "move": "surf"}
    assert told["substitute"] == {"name": "substitute", "turns": 1, "hp_percent": 100.0}


def after(fight: Fight, you: str, foe: str = "", *, hp: int = 0, foe_hp: int = 0) -> Fight:
    """One turn in which both used these and nothing else was said; HP as before where none is named."""
    told = fight.now
    for side, used, left in (("you", you, hp), ("foe", foe, foe_hp)):
        told = told.putting(side, replace(told.side(side), last=used, hp=left or told.side(side).hp))
    for side in SIDES:
        told = told.putting(side, replace(told.side(side), conditions=fight.held_after(side, told)))
    return fight.then(told)


def test_every_use_costs_a_pp_and_only_what_is_not_full_is_told() -> None:
    fight = after(after(begun(), "surf", "crunch"), "surf", "crunch")
    body = fight.request("model", "en")
    assert (body["you"]["pp"], body["opponent"]["pp"]) == ({"surf": 22}, {"crunch": 22})
    assert fight.left("you", "thunderbolt") == 24
    assert fight.now.seen == ("crunch",)
    assert body["you"]["last_move"] == "surf"
    assert fight.with_pp("you", "surf", 24).request("model", "en")["you"]["pp"] == {}
    assert fight.back().now.you.pp == {"surf": 23}


def test_what_has_no_pp_left_cannot_be_used() -> None:
    fight = begun().with_pp("you", "surf", 0)
    assert fight.usable("you") == ("thunderbolt",)
    assert fight.with_pp("you", "thunderbolt", 0).usable("you") == ("struggle",)
    assert after(fight, "surf").left("you", "surf") == 0


def test_a_turn_without_a_move_leaves_the_last_one_last() -> None:
    fight = after(after(begun(), "surf", "rest"), "", "")
    body = fight.request("model", "en")
    assert (body["you"]["last_move"], body["opponent"]["last_move"]) == ("surf", "rest")


def test_a_move_in_two_turns_costs_once_and_leaves_no_choice_between() -> None:
    you = SideChoice("dragonite", ("fly", "hyperbeam", "outrage"))
    charging = after(Fight.begin(you, FOE, LIKELY), "fly")
    assert charging.now.you.conditions == {"twoturnmove": "fly"}
    assert charging.usable("you") == ("fly",)
    struck = after(charging, "fly", foe_hp=50)
    assert (struck.now.you.conditions, struck.left("you", "fly")) == ({}, locks.full("fly") - 1)


def test_hyper_beam_that_hit_costs_the_next_turn() -> None:
    you = SideChoice("dragonite", ("fly", "hyperbeam", "outrage"))
    fight = Fight.begin(you, FOE, LIKELY)
    assert after(fight, "hyperbeam").now.you.conditions == {}  # it missed
    hit = after(fight, "hyperbeam", foe_hp=40)
    assert hit.usable("you") == ("recharge",)
    body = after(hit, "recharge").request("model", "en")
    assert (body["you"]["last_move"], body["you"]["conditions"]) == ("hyperbeam", [])


def test_a_rampage_ends_in_confusion_after_three_turns_at_the_latest() -> None:
    fight = Fight.begin(SideChoice("dragonite", ("outrage",)), FOE, LIKELY)
    for left in (70, 40):
        fight = after(fight, "outrage", foe_hp=left)
        assert fight.now.you.conditions == {"lockedmove": "outrage"}
    over = after(fight, "outrage", foe_hp=10)
    assert (over.now.you.conditions, over.left("you", "outrage")) == ({"confusion": ""}, 15)
    assert after(fight, "", foe_hp=10).now.you.conditions == {}  # paralysed in the middle of it


def test_the_opponent_is_bound_as_well_and_the_player_may_know_better() -> None:
    fight = after(begun(), "surf", "outrage", hp=60)
    assert fight.usable("foe") == ("outrage",)
    free = fight.without("foe", "lockedmove")
    assert free.usable("foe") == ("outrage", "hydropump", "crunch", "waterfall")
