"""A fight as it is followed, without a page."""

from __future__ import annotations

from predictiondex.ui.choice import SideChoice
from predictiondex.ui.fight import CONDITIONS, Fight, Moment, Standing
from predictiondex.wire import BestMoveRequest

YOU = SideChoice("starmie", ("surf", "thunderbolt"), hp=90)
FOE = SideChoice("gyarados", level=55)
LIKELY = ("waterfall", "crunch", "outrage", "hydropump")


def begun(**options: int) -> Fight:
    return Fight.begin(YOU, FOE, LIKELY, **options)


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
        Standing(40, "par", (0, 0, 0, 0, -1, 0, 0), ("confusion",), "thunderbolt"),
        Standing(70, "", conditions=("reflect",)),
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
        fight = fight.then(Moment(Standing(80, "tox"), Standing(90, "", conditions=("lightscreen",))))
    body = fight.request("model", "en")
    assert body["you"]["status_turns"] == 3
    assert body["opponent"]["conditions"] == [{"name": "lightscreen", "turns": 3}]
    fight = fight.then(Moment(Standing(80, "tox"), Standing(90)))
    fight = fight.then(Moment(Standing(80, "tox"), Standing(90, "", conditions=("lightscreen",))))
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
    both = Moment(Standing(conditions=("reflect", "mist")), Standing(conditions=("reflect",)))
    now = begun().then(both).without("you", "reflect").now
    assert (now.you.conditions, now.foe.conditions) == (("mist",), ("reflect",))


def test_the_address_holds_how_it_stands() -> None:
    fight = begun(first=4).then(Moment(Standing(33, "brn"), Standing(5), ("crunch",)))
    you, foe = fight.selection()
    assert fight.turn == 5
    assert (you.hp, you.status, you.moves) == (33, "brn", YOU.moves)
    assert (foe.hp, foe.level, foe.moves) == (5, 55, ("crunch",))
    again = Fight.begin(you, foe, LIKELY, fight.turn)
    assert again.request("model", "en")["opponent"] == fight.request("model", "en")["opponent"]


def test_every_condition_is_one_that_the_service_knows() -> None:
    moment = Moment(Standing(conditions=CONDITIONS), Standing(conditions=CONDITIONS))
    BestMoveRequest.model_validate(begun().then(moment).request("model", "en"))
