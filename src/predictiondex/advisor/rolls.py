"""Damage rolls in any state of a battle: screens, conditions and stages count as they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import DamageRange, run
from predictiondex.battle import layout as at
from predictiondex.battle.moves import HITS_MAX, HITS_MIN, MOVE_NUMBER, TABLE
from predictiondex.pokedex.model import Move


def rolls_in(state: NDArray[np.int64], move: Move) -> DamageRange:
    """All rolls of ``move`` used by side A of ``state`` on side B; the state stays as it is."""
    number = MOVE_NUMBER[move.id]
    rolls, facts = np.zeros((2, 16), dtype=np.int64), np.zeros(4)
    now = state.copy()
    if move.id == "brickbreak":  # it breaks the screens before it hits
        now[at.B + at.CONDITIONS] &= ~(1 << at.REFLECT | 1 << at.LIGHT_SCREEN)
    run.damage_table(now, number, rolls, facts)
    return DamageRange(
        rolls=tuple(rolls[0].tolist()),
        crit_rolls=tuple(rolls[1].tolist()),
        defender_hp=int(state[at.B + at.HP]),
        defender_max_hp=int(state[at.B + at.MAX_HP]),
        type_multiplier=float(facts[0]),
        stab=bool(facts[1]),
        hits=(int(TABLE[number, HITS_MIN]), int(TABLE[number, HITS_MAX])),
        accuracy=float(facts[2]),
        crit_chance=float(facts[3]),
    )


def swapped(state: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same state seen from the other side: B's block first."""
    turned: NDArray[np.int64] = state.copy()
    turned[: at.SIDE], turned[at.SIDE : 2 * at.SIDE] = (
        state[at.SIDE : 2 * at.SIDE],
        state[: at.SIDE].copy(),
    )
    return turned
