"""Advice where something holds one of the two: what is said is what the rules do then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictiondex.advisor import best_move, damage
from predictiondex.advisor.assumptions import is_open
from predictiondex.advisor.situation import Situation, situation
from predictiondex.advisor.values import greedy_choice, simulated
from predictiondex.battle import layout as at
from predictiondex.battle.hits import use_move
from predictiondex.battle.moves import MOVE_NUMBER
from predictiondex.ml.features import RACE, matrix
from predictiondex.wire import Advice, BestMoveRequest, DamageRequest, Reason, Side


def side(pokemon: str, *moves: str, **state: Any) -> dict[str, Any]:
    return {"pokemon": pokemon, **({"moves": list(moves)} if moves else {}), **state}


def advise(you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> Advice:
    body = {"you": you, "opponent": opponent, "simulations": 400, "strict": False, **options}
    return best_move(BestMoveRequest.model_validate(body))


def reasons(advice: Advice) -> dict[str, Reason]:
    return {one.kind: one for one in advice.explanation}


def here(you: dict[str, Any], opponent: dict[str, Any], turn: int = 2) -> Situation:
    sides = Side.model_validate(you), Side.model_validate(opponent)
    return situation(*sides, lang="en", strict=False, turn=turn)


DROWSY_SNORLAX = side("snorlax", "bodyslam", "rest", hp_percent=60, conditions=["yawn"])
STARMIE = side("starmie", "surf", hp_percent=80)
TIRED_DRAGONITE = side("dragonite", "hyperbeam", "outrage", conditions=["mustrecharge"])


@pytest.mark.parametrize(
    ("you", "opponent"),
    [
        (DROWSY_SNORLAX, STARMIE),
        (side("starmie", "surf", hp_percent=60), DROWSY_SNORLAX),
        (side("machamp", "brickbreak", hp_percent=80), side("snorlax", "bodyslam", conditions=["reflect"])),
        (side("starmie", "icebeam", "recover", hp_percent=40), TIRED_DRAGONITE),
        (side("gengar", "shadowball", "hypnosis", hp_percent=50), TIRED_DRAGONITE),
    ],
)
def test_the_race_knows_what_holds_them(you: dict[str, Any], opponent: dict[str, Any]) -> None:
    now = here(you, opponent)
    slots = np.array(list(now.choices.values()))
    race = matrix(np.repeat(now.start[np.newaxis], len(slots), axis=0), slots)[:, RACE]
    played = simulated(now, 4000, 1)
    assert race == pytest.approx([played[move].p for move in now.choices], abs=0.06)


def test_what_holds_an_unknown_opponent_leaves_it_its_worst_moves() -> None:
    held = advise(side("gyarados", "waterfall"), side("alakazam", conditions=["taunt"]), assume="worst")
    free = advise(side("gyarados", "waterfall"), side("alakazam"), assume="worst")
    assert held.win_probability < free.win_probability + 0.25


def test_other_moves_of_an_opponent_are_held_as_the_first_were() -> None:
    now = here(side("gyarados", "waterfall"), side("alakazam", "psychic", "recover", conditions=["taunt"]))
    other = here(side("gyarados", "waterfall"), side("alakazam", "reflect", "psychic", conditions=["taunt"]))
    changed = now.with_opponent(other.opponent).start
    assert (now.start[at.B + at.DISABLED], changed[at.B + at.DISABLED]) == (0b10, 0b01)


def test_a_mega_is_hit_as_what_it_is_by_then() -> None:
    advice = advise(side("golem", "rockslide"), side("charizard", "flamethrower", mega="x"))
    assert advice.moves[0].type_multiplier == 2
    assert advice.moves[0].ko_chance < 0.1
    body = {"attacker": side("charizard", mega="x"), "defender": side("golem"), "move": "flamethrower"}
    figures = damage(DamageRequest.model_validate({**body, "strict": False}))
    assert reasons(advice)["threat"].values["percent"] == pytest.approx(
        [100 * roll / figures.defender_max_hp for roll in (figures.rolls[0], figures.rolls[-1])], abs=0.06
    )
    later = advise(side("golem", "rockslide"), side("charizard", "flamethrower", mega="x"), turn=3)
    assert later.opponent.name == "Mega Charizard X"


@pytest.mark.parametrize(
    ("you", "opponent", "kind", "said"),
    [
        (STARMIE, TIRED_DRAGONITE, "foe_recharging", "Dragonite must recharge this turn and does nothing."),
        (
            side("nidoking", "icebeam"),
            side("sandslash", "slash", "dig", conditions=[{"name": "twoturnmove", "move": "dig"}]),
            "threat_knock_out", "Sandslash can knock you out at once with Dig",
        ),
        (
            side("starmie", "surf"), side("raticate", "hyperfang", "tackle", pp={"hyperfang": 0}),
            "threat", "Raticate answers with Tackle",
        ),
        (
            side("gengar", "shadowball"), side("snorlax", "bodyslam", pp={"bodyslam": 0}),
            "threat", "Snorlax answers with Struggle",
        ),
        (
            side("alakazam", "psychic"), side("raticate", "quickattack"),
            "priority_foe", "Raticate answers with Quick Attack, which goes first",
        ),
        (side("machamp", "counter"), side("snorlax", "bodyslam"), "late", "Counter goes last"),
        (
            side("snorlax", "crunch"), side("alakazam", "psychic", hp_percent=40, conditions=["substitute"]),
            "shielded", "The substitute of Alakazam takes Crunch first.",
        ),
        (
            side("alakazam", "psychic", conditions=["substitute"]), side("snorlax", "bodyslam"),
            "threat_shielded", "Your substitute takes Body Slam of Snorlax first.",
        ),
        (
            side("pikachu", "thunderwave"), side("golem", "earthquake"),
            "immune", "Thunder Wave does nothing to Golem.",
        ),
        (
            side("chansey", "toxic"), side("snorlax", "bodyslam", status="par"),
            "immune", "Toxic does nothing to Snorlax.",
        ),
        (
            side("dugtrio", "fissure", level=40), side("snorlax", "bodyslam"),
            "immune", "Fissure does nothing to Snorlax.",
        ),
    ],
)  # fmt: skip
def test_what_is_said_is_what_can_happen_this_turn(
    you: dict[str, Any], opponent: dict[str, Any], kind: str, said: str
) -> None:
    found = reasons(advise(you, opponent, turn=2))
    assert found[kind].text.startswith(said)
    if kind in ("shielded", "immune"):
        assert not found.keys() & {"knock_out", "maybe_knock_out", "damage", "inflicts_par", "inflicts_tox"}


def test_a_mega_that_can_only_struggle_stays_as_it_is() -> None:
    spent = side("kangaskhan", "tackle", mega=True, pp={"tackle": 0})
    plain = {**spent, "mega": False}
    mine, theirs = (
        [one.moves[0].damage_percent for one in (advise(*pair, turn=1), advise(*reversed(pair), turn=1))]
        for pair in ((STARMIE, spent), (STARMIE, plain))
    )
    assert mine == theirs
    told = [reasons(advise(STARMIE, foe))["moves_first"].values for foe in (spent, plain)]
    assert told[0] == told[1]


def test_facade_comes_once_the_ice_is_gone() -> None:
    frozen, well, burned = (side("snorlax", "facade", status=status) for status in ("frz", None, "brn"))
    shares = [advise(you, STARMIE).moves[0].damage_percent for you in (frozen, well, burned)]
    assert shares[0] == shares[1]
    assert shares[2][0] > 1.9 * shares[1][0]
    rolls = [
        damage(DamageRequest.model_validate({"attacker": you, "move": "facade", "defender": STARMIE})).rolls
        for you in (frozen, well)
    ]
    assert rolls[0] == rolls[1]


def test_a_stomp_never_misses_who_is_minimised() -> None:
    small = side("chansey", "splash", boosts={"evasion": 2}, conditions=["minimize"])
    stomp, tackle = (advise(side("rhydon", move), small) for move in ("stomp", "tackle"))
    assert stomp.moves[0].accuracy == 1
    assert "accuracy" not in reasons(stomp)
    assert tackle.moves[0].accuracy == 0.6
    request = {"attacker": side("rhydon"), "move": "stomp", "defender": small, "strict": False}
    assert damage(DamageRequest.model_validate(request)).accuracy == 1


def test_accuracy_is_rolled_for_in_whole_per_cents() -> None:
    blinded = side("electrode", "thunder", boosts={"accuracy": -1})
    assert advise(blinded, STARMIE).moves[0].accuracy == 0.52, "70 x 3 / 4, rounded down"


def test_a_move_that_is_charged_needs_no_turn_to_charge() -> None:
    loaded = [{"name": "twoturnmove", "move": "solarbeam"}]
    charged = side("venusaur", "solarbeam", "sludgebomb", conditions=loaded)
    assert "charge" not in reasons(advise(charged, side("golem", "earthquake"), turn=2))
    fresh = side("venusaur", "solarbeam")
    assert "charge" in reasons(advise(fresh, side("golem", "earthquake")))


def test_what_a_greedy_opponent_answers_with_is_what_it_does() -> None:
    weezing = side("weezing", "shadowball", "explosion")
    assert greedy_choice(here(side("starmie", "surf"), weezing), int(at.B)) == "shadowball"
    said = reasons(advise(side("starmie", "surf"), weezing))
    assert next(one for kind, one in said.items() if kind.startswith("threat")).values["move"] == "shadowball"


def test_equal_moves_are_equal_by_the_battles_that_were_played() -> None:
    weak = side("gastly", "lick", hp_percent=1)
    twins = advise(side("starmie", "surf", "psychic"), weak, simulations=150)
    assert reasons(twins)["equal"].values["n"] == 150


@pytest.mark.parametrize(("conditions", "status"), [([], at.OK), (["substitute"], at.FRZ)])
def test_scald_thaws_nobody_behind_a_substitute(conditions: list[str], status: int) -> None:
    foe = side("kabuto", "scratch", status="frz", conditions=conditions)
    state = here(side("poliwag", "scald", level=5), foe).start.copy()
    with np.errstate(over="ignore"):
        use_move(state, MOVE_NUMBER["scald"], at.A)
    assert state[at.B + at.STATUS] == status


@pytest.mark.parametrize(
    ("turns", "left"), [(None, {1, 2, 3, 4, 5}), (0, {2, 3, 4, 5}), (3, {1, 2, 3}), (5, {1}), (9, {1})]
)
def test_confusion_lasts_what_it_still_may(turns: int | None, left: set[int]) -> None:
    """Turns that were lost by sleep or ice do not count it down, so nothing is too long."""
    told = {"name": "confusion", **({} if turns is None else {"turns": turns})}
    now = here(side("starmie", "surf", conditions=[told]), STARMIE)
    place = at.A + at.CONFUSION_TIME
    assert set(now.hidden.get(place, (int(now.start[place]),))) == left


@pytest.mark.parametrize(
    ("known", "open_"),
    [
        ({}, True),
        ({"conditions": ["taunt", "confusion"]}, True),
        ({"moves": ["psychic"]}, False),
        ({"last_move": "psychic"}, False),
        ({"conditions": ["taunt", {"name": "disable", "move": "recover"}]}, False),
    ],
)
def test_moves_are_an_open_question_until_one_is_known(known: dict[str, Any], open_: bool) -> None:
    """Advice and the scoring of what was served ask the same question."""
    foe = Side.model_validate({"pokemon": "alakazam", **known})
    now = situation(Side(pokemon="gyarados", moves=["waterfall"]), foe, lang="en", strict=False, turn=2)
    assert is_open(now.opponent, foe) is open_
