"""What a move does besides damage, in a sentence each: status, stages, healing, screens."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.situation import Situation
from predictiondex.advisor.words import Kind, stages
from predictiondex.battle import events as ev
from predictiondex.battle import run
from predictiondex.battle.accuracy import reaches
from predictiondex.battle.batch import greedy_slots
from predictiondex.battle.conditions import immune_to_status
from predictiondex.battle.damage import immune
from predictiondex.battle.effects import target_immune
from predictiondex.battle.hits import hides
from predictiondex.battle.layout import NONE, OK, STATUS, STATUS_NAMES, A, B
from predictiondex.battle.log import entries, recording
from predictiondex.battle.moves import MOVE_NUMBER
from predictiondex.messages.text import Lang
from predictiondex.pokedex.model import Move

_INFLICTS: Final[dict[str, Kind]] = {
    "slp": "inflicts_slp",
    "par": "inflicts_par",
    "psn": "inflicts_psn",
    "tox": "inflicts_tox",
    "brn": "inflicts_brn",
}
_CONDITION: Final[dict[str, Kind]] = {
    "confusion": "confuses",
    "leechseed": "seeds",
    "yawn": "drowsy",
}
#: Showdown's names of whom a move is aimed at, where that is the foe.
_AT_FOE: Final = frozenset({"normal", "any", "allAdjacentFoes", "randomNormal", "allAdjacent"})
#: Status moves that become others, which may do anything.
_OTHERS: Final = frozenset({"metronome", "mimic", "mirrormove", "transform"})
#: Moves that do nothing, always.
_IDLE: Final = frozenset({"celebrate", "splash"})
#: Turns that are tried out, each with luck of its own: enough that a foe which may thaw, or lose its turn,
#: does so in one of them.
_TRIES: Final = 32
#: Events that say that a move did nothing.
_FAULTS: Final = frozenset({ev.FAIL, ev.IMMUNE, ev.MISS, ev.PROTECTED})


def effect_of(move: Move, lang: Lang) -> tuple[Kind, dict[str, str]] | None:
    """The sentence that says what a status move is for, with its words; ``None`` for a rare one."""
    if move.status in _INFLICTS:
        return _INFLICTS[move.status], {}
    if move.volatile in _CONDITION:
        return _CONDITION[move.volatile], {}
    if move.side_condition in ("reflect", "lightscreen"):
        return ("screens_physical" if move.side_condition == "reflect" else "screens_special"), {}
    if move.id == "rest":
        return "rests", {}
    if move.heal:
        return "heals", {}
    if move.boosts:
        own = move.target in ("self", "allySide", "allies")
        rises: Kind = "raises" if min(dict(move.boosts).values()) > 0 else "changes"  # as Shell Smash
        return (rises if own else "lowers"), {"stats": stages(dict(move.boosts), lang)}
    if move.self_boosts:
        return "raises", {"stats": stages(dict(move.self_boosts), lang)}
    return None


def at_foe(move: Move) -> bool:
    """Whether a move is aimed at the foe."""
    return move.target in _AT_FOE


def in_vain(now: Situation, move: Move) -> bool:
    """Whether a status move of yours does nothing this turn, as both stand and whatever the luck.

    A few turns are played with it against a greedy foe. One in which it never comes tells nothing, nor does
    a miss, unless the foe is out of reach.
    """
    number = MOVE_NUMBER[move.id]
    if move.id in _IDLE or (at_foe(move) and hides(now.start, number, A, B)):
        return True
    telling = {ev.FAIL, ev.IMMUNE}
    if at_foe(move) and not reaches(now.start, number, A, B):
        telling.add(ev.MISS)
    slot = max(now.choices[move.id], 0)  # of a forced one any will do
    outcomes = _outcomes(now.states(1, seed=1), slot)  # nearly always this tells already
    if ev.MOVE not in outcomes:
        outcomes |= _outcomes(now.states(_TRIES, seed=1)[1:], slot)
    return ev.MOVE not in outcomes and not outcomes.isdisjoint(telling)


def _outcomes(states: NDArray[np.int64], slot: int) -> set[int]:
    """What came of A's move in a turn of each state; see :func:`_outcome`."""
    slots = greedy_slots(states)
    slots[:, 0] = slot
    played = recording(states)
    run.step(played, slots)
    return {_outcome(entries(state)) for state in played}


def _outcome(turn: list[list[int]]) -> int:
    """What came of A's move in a turn: code of the event that told why nothing did, ``MOVE`` where nothing
    told so; ``NONE`` where it never came."""
    found = NONE
    for code, side, _, _ in turn:
        if code == ev.MOVE:
            if found != NONE:
                break
            found = code if side == 0 else NONE
        elif found != NONE and code in _FAULTS:
            return code
    return found


def may_harm(start: NDArray[np.int64], move: Move) -> bool:
    """Whether a status move of B's may cost A hp, on its target or by what it becomes."""
    if move.id in _OTHERS:
        return True
    number = MOVE_NUMBER[move.id]
    if immune(start, number, A) or target_immune(start, number, B, A):
        return False
    if move.status in ("psn", "tox", "brn"):
        return bool(start[A + STATUS] == OK) and not immune_to_status(
            start, A, STATUS_NAMES.index(move.status)
        )
    return move.volatile == "leechseed"
