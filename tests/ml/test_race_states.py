"""The race in the middle of a fight, held against battles: what lasts, what hides, what is given back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictiondex.advisor.situation import Situation, situation
from predictiondex.advisor.values import simulated
from predictiondex.ml.features import NAMES, RACE, matrix
from predictiondex.ml.labels import openings_of
from predictiondex.ml.sampling import draw, state_of
from predictiondex.wire import BestMoveRequest

BATTLES = 6_000
NEAR = 0.025


def side(pokemon: str, *moves: str, hp: int = 100, held: Any = (), **more: Any) -> dict[str, Any]:
    return {"pokemon": pokemon, "moves": list(moves), "hp_percent": hp, "conditions": list(held), **more}


def seen(you: dict[str, Any], opponent: dict[str, Any], turn: int = 3) -> Situation:
    asked = BestMoveRequest.model_validate({"you": you, "opponent": opponent, "turn": turn, "strict": False})
    return situation(asked.you, asked.opponent, lang="en", strict=False, turn=turn)


def raced(one: Situation, slot: int) -> float:
    """The race's chance of an opening, over what cannot be seen."""
    states = one.states(500, 1) if one.hidden else one.start[np.newaxis]
    return float(matrix(states, np.full(len(states), slot))[:, RACE].mean())


TAUROS = ("bodyslam", "earthquake")


@pytest.mark.parametrize(
    ("you", "opponent"),
    [
        # A substitute: broken by one hit, by several, with what is left of several; its user's own moves.
        (
            side("jynx", "icepunch", hp=16, held=["substitute"]),
            side("psyduck", "furyswipes", "psybeam", hp=78),
        ),
        (side("growlithe", "bite", "leer", held=["substitute"]), side("lickitung", "slam", "hyperbeam")),
        (side("venonat", "psybeam", "toxic", held=["substitute"]), side("jigglypuff", "bodyslam")),
        (
            side("kingler", "hyperbeam", "bubble", hp=78),
            side("pidgey", "airslash", hp=83, held=["substitute"]),
        ),
        (side("kabutops", "aquajet", hp=66), side("pidgeot", "uturn", hp=13, held=["substitute"])),
        (side("nidoranf", "superfang", "bite"), side("rattata", "tackle", held=["substitute"])),
        (side("lickitung", "rest", "slam", held=["substitute"]), side("diglett", "slash")),  # nothing to heal
        # Bide: stored, let go, immune; what poison takes is not stored; a blow in time is.
        (
            side("jynx", "icepunch", "seismictoss", hp=40),
            side("psyduck", "bide", "psybeam", hp=78, held=["bide"]),
        ),
        (
            side("growlithe", "bite", "toxic"),
            side("lickitung", "bide", "slam", held=["bide"], last_move="bide"),
        ),
        (side("gengar", "sludgebomb"), side("snorlax", "bide", "bodyslam", held=["bide"])),
        (side("diglett", "suckerpunch", hp=10), side("slowbro", "bide", "stomp", hp=27, held=["bide"])),
        # Drowsy, bound, furious, out of breath, in the air, disabled, in a rampage.
        (side("kingler", "bubble", hp=78, held=["yawn"]), side("pidgey", "airslash", "headbutt", hp=83)),
        (side("growlithe", "bite"), side("lickitung", "slam", "hyperbeam", held=["yawn"])),
        (side("starmie", "waterfall", held=["partiallytrapped"]), side("vaporeon", "watergun", "headbutt")),
        (side("ponyta", "fireblast", hp=56), side("nidoranm", "headbutt", "dig", hp=86, held=["rage"])),
        (side("tauros", *TAUROS), side("persian", "hyperbeam", "slash", held=["mustrecharge"])),
        (side("tauros", *TAUROS), side("pidgeot", "fly", held=[{"name": "twoturnmove", "move": "fly"}])),
        (side("slowbro", "disable", "surf"), side("exeggcute", "solarbeam", "psybeam", hp=70)),
        (side("muk", "disable", "darkpulse"), side("tauros", "thrash", "fireblast", last_move="thrash",
            held=[{"name": "lockedmove", "move": "thrash"}])),
        # Counter and Mirror Coat need a blow; Sucker Punch needs somebody who means to strike.
        (side("voltorb", "mirrorcoat", "screech"), side("pidgey", "airslash", "razorwind")),
        (side("hitmonchan", "counter", "megapunch"), side("persian", "slash", status="slp", status_turns=1)),
        (side("abra", "thunderpunch", hp=60), side("diglett", "suckerpunch", hp=83)),
        # Who flinches ends its rampage; a substitute's hits are not given back, nor is what misses; nobody
        # who recharges is ambushed; of equal blows greedy strikes the first, though it be its last.
        (
            side("meowthalola", "fakeout", "darkpulse"),
            side("kadabra", "icepunch", hp=60, held=[{"name": "lockedmove", "move": "petaldance"}]),
        ),
        (side("seadra", "headbutt"), side("exeggutoralola", "outrage", "selfdestruct")),
        (
            side("hitmonchan", "thunderpunch", "counter", hp=60, held=["substitute"]),
            side("graveleralola", "rockthrow", "headbutt", hp=60),
        ),
        (side("chansey", "triattack", hp=60, boosts={"evasion": 2}), side("sandshrewalola", "mirrorcoat")),
        (side("machamp", "headbutt", hp=60), side("hitmonlee", "counter", boosts={"accuracy": -2})),
        (side("exeggutor", "hyperbeam"), side("raticatealola", "suckerpunch")),
        (side("mewtwo", "selfdestruct", "foulplay"), side("kabutops", "scratch", hp=60)),
        # Chosen before it dug; healed after the blow, or too early; a type lost for a turn; Protect.
        (side("sandslash", "dig"), side("golem", "earthquake", "explosion")),
        (side("slowpoke", "rest", "psychic"), side("horsea", "hydropump")),
        (side("pidgeot", "roost", "airslash", hp=76), side("machamp", "dig", "flamethrower", hp=40)),
        # What greedy falls back on where it has nothing better, turn after turn.
        (side("ninetales", "hypnosis", "dreameater"), side("oddish", "razorleaf")),
        (side("mukalola", "moonblast", "disable"), side("ninetalesalola", "icebeam", "confuseray")),
        (side("electabuzz", "brickbreak", "facade"), side("ditto", "transform")),
        # Frozen with a blow that counts it; both fall at the end of a turn, poison before burn.
        (side("farfetchd", "slash", hp=73), side("drowzee", "facade", "headbutt", hp=76, status="frz")),
        (
            side("kingler", "xscissor", hp=53, status="brn"),
            side("victreebel", "powerwhip", hp=31, status="psn"),
        ),
    ],
    ids=lambda one: "-".join([one["pokemon"], *one["moves"], *map(str, one["conditions"])])[:60],
)  # fmt: skip
def test_the_race_comes_close_in_the_middle_of_a_fight(you: dict[str, Any], opponent: dict[str, Any]) -> None:
    one = seen(you, opponent)
    true = simulated(one, BATTLES, 3)
    for name, slot in one.choices.items():
        assert raced(one, slot) == pytest.approx(true[name].p, abs=NEAR), name


@pytest.mark.parametrize(
    ("form", "move"),
    [("gengar", "hypnosis"), ("jynx", "lovelykiss"), ("jigglypuff", "sing"), ("parasect", "spore")],
)
def test_sleep_lasts_each_of_its_lengths(form: str, move: str) -> None:
    one = seen(side(form, move, "bodyslam"), side("dragonite", "outrage", hp=40), turn=1)
    assert raced(one, 0) == pytest.approx(simulated(one, BATTLES, 3)[move].p, abs=NEAR)


def test_a_knock_out_is_none_behind_a_substitute() -> None:
    free, hidden = (
        seen(side("tauros", "earthquake"), side("magnemite", "tackle", held=held))
        for held in ([], ["substitute"])
    )
    column = NAMES.index("opening_ko")
    told = [float(matrix(one.start[np.newaxis], np.array([0]))[0, column]) for one in (free, hidden)]
    assert told[0] > 0.9
    assert told[1] == 0.0


def test_matchups_that_were_played_on_stand_in_the_middle_of_a_fight() -> None:
    drawn = [draw(4, number) for number in range(400)]
    played = [one for one in drawn if one.turns]
    assert 40 < len(played) < 110  # about a sixth
    assert all(one.mid_battle for one in played)
    states = [state_of(one) for one in played]
    assert all((state == state_of(one)).all() for state, one in zip(states, played, strict=True))
    rows = [(state, slot) for state in states for slot in openings_of(state)]
    features = matrix(np.stack([state for state, _ in rows]), np.array([slot for _, slot in rows]))
    assert np.isfinite(features).all()
    assert len({row.tobytes() for row in features}) > 100


def test_the_race_of_matchups_that_were_played_on_is_near_the_battles() -> None:
    from predictiondex.ml.labels import label

    squares = []
    for number in range(300):
        one = draw(8, number)
        if not one.turns:
            continue
        state = state_of(one)
        for slot in openings_of(state):
            p = label(state, int(slot), n=400, seed=number)
            told = float(matrix(state[np.newaxis], np.array([slot]))[0, RACE])
            squares.append((told - p) ** 2)
    assert np.sqrt(np.mean(squares)) < 0.03  # 400 battles alone make about 0.012 of it
