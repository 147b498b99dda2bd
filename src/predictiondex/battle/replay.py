"""Replay recorded battles: with the same seed and choices the kernel must say what the reference said.

A trace is one line: ``{"a", "b" (sets), "seed" (four 16-bit words), "turns": [[hpA, hpB, moveA, moveB], ...],
"end": [hpA, hpB], "winner": "A" | "B" | ""}``; hp at the start of each turn, and the moves chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import run
from predictiondex.battle.choices import chosen_move
from predictiondex.battle.combatant import new_state
from predictiondex.battle.jobs import read_set
from predictiondex.battle.layout import ENDED, HP, MOVE, NONE, RECHARGE_TURN, WINNER, A, B
from predictiondex.battle.moves import MOVE_IDS, MOVE_NUMBER
from predictiondex.battle.rng import use_gen5
from predictiondex.errors import UsageError

_WINNERS = ("A", "B", "")
#: Choices that name no slot: nothing else could be chosen.
_FORCED = {"recharge": RECHARGE_TURN, "struggle": MOVE_NUMBER["struggle"]}


@dataclass(frozen=True, slots=True)
class Trace:
    """One recorded battle, checked."""

    start: NDArray[np.int64]
    turns: tuple[tuple[int, int, str, str], ...]
    end: tuple[int, int]
    winner: str


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first difference within a battle; ``turn`` 0 stands for the end."""

    turn: int
    what: str
    expected: Any
    found: Any


def read_trace(given: Mapping[str, Any]) -> Trace:
    """A trace from a line's object; raises ``UsageError`` naming the field."""
    a, b = read_set(given.get("a"), "a"), read_set(given.get("b"), "b")
    seed = given.get("seed")
    if not isinstance(seed, list) or len(seed) != 4 or not all(_is_word(word) for word in seed):
        raise UsageError("seed is four numbers from 0 to 65535.", field="seed")
    turns = given.get("turns")
    if not isinstance(turns, list):
        raise UsageError("turns is a list of [hpA, hpB, moveA, moveB].", field="turns")
    start = new_state(a, b)
    use_gen5(start, seed)
    end, winner = given.get("end"), given.get("winner")
    if not isinstance(end, list) or len(end) != 2 or not all(_is_hp(hp) for hp in end):
        raise UsageError("end is [hpA, hpB].", field="end")
    if winner not in _WINNERS:
        raise UsageError('winner is "A", "B" or "".', field="winner")
    rows = tuple(_row(row, f"turns[{number}]") for number, row in enumerate(turns))
    return Trace(start, rows, (end[0], end[1]), winner)


def _is_word(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFF


def _is_hp(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _row(row: object, field: str) -> tuple[int, int, str, str]:
    if not isinstance(row, list) or len(row) != 4 or not (_is_hp(row[0]) and _is_hp(row[1])):
        raise UsageError("A turn is [hpA, hpB, moveA, moveB].", field=field)
    for move in row[2:]:
        if move not in MOVE_NUMBER and move not in _FORCED:
            raise UsageError(f"Unknown move: {move!r}.", field=field)
    return row[0], row[1], row[2], row[3]


def replay(trace: Trace) -> Divergence | None:
    """Play a trace; ``None`` where everything agrees."""
    states = trace.start.reshape(1, -1).copy()
    run.begin(states)
    state = states[0]
    slots = np.zeros((1, 2), dtype=np.int64)
    for number, (hp_a, hp_b, *chosen) in enumerate(trace.turns, start=1):
        found = _hp(state)
        if state[ENDED] or found != (hp_a, hp_b):
            return Divergence(number, "over" if state[ENDED] else "hp", (hp_a, hp_b), found)
        for place, (side, move) in enumerate(zip((int(A), int(B)), chosen, strict=True)):
            slots[0, place] = _slot(state, side, move)
            got = int(chosen_move(state, side, slots[0, place]))
            if got != _FORCED.get(move, MOVE_NUMBER.get(move)):
                return Divergence(number, "choice", move, "recharge" if got < 0 else MOVE_IDS[got])
        run.step(states, slots)
    winner = _WINNERS[int(state[WINNER])] if state[ENDED] else ""
    if _hp(state) != trace.end or winner != trace.winner:
        return Divergence(0, "end", (*trace.end, trace.winner), (*_hp(state), winner))
    return None


def _hp(state: NDArray[np.int64]) -> tuple[int, int]:
    return int(state[A + HP]), int(state[B + HP])


def _slot(state: NDArray[np.int64], side: int, move: str) -> int:
    number = MOVE_NUMBER.get(move, NONE)
    for slot in range(4):
        if state[side + MOVE + slot] == number:
            return slot
    return 0
