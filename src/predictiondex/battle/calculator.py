"""The damage calculator: all rolls of a move, and the chance to knock out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import run
from predictiondex.battle.combatant import Combatant, new_state
from predictiondex.battle.layout import ACTIONS, HP, LEVEL, MAX_HP, VECTOR, A, B
from predictiondex.battle.moves import (
    E_FAKE_OUT,
    E_PSYWAVE,
    E_SUPER_FANG,
    EFFECT,
    HITS_MAX,
    HITS_MIN,
    MOVE_NUMBER,
    TABLE,
)
from predictiondex.pokedex.model import Move

#: Chances of one to five hits, where two to five are possible.
_TWO_TO_FIVE: Final = np.array([0.0, 0.35, 0.35, 0.15, 0.15])
#: Place of the accuracy among a move's facts.
_ACCURACY: Final = 2


def _with_effect(effect: int) -> frozenset[str]:
    return frozenset(move for move, number in MOVE_NUMBER.items() if TABLE[number, EFFECT] == effect)


#: Moves that draw their damage by no roll; that halve; that work on their user's first turn only.
_DRAWN: Final = _with_effect(E_PSYWAVE)
_HALVING: Final = _with_effect(E_SUPER_FANG)
_FIRST_TURN: Final = _with_effect(E_FAKE_OUT)
_HITS: Final = {
    move: (int(TABLE[number, HITS_MIN]), int(TABLE[number, HITS_MAX])) for move, number in MOVE_NUMBER.items()
}


class DamageRange(NamedTuple):
    """What one use of a move can do to a target.

    ``rolls`` and ``crit_rolls`` are the damage of one hit for each roll, all alike likely, lowest first:
    sixteen of them, and Psywave's 101. Moves of fixed damage have one value sixteen times. Chances are from 0
    to 1.
    """

    rolls: tuple[int, ...]
    crit_rolls: tuple[int, ...]
    defender_hp: int
    defender_max_hp: int
    type_multiplier: float
    stab: bool
    hits: tuple[int, int]
    accuracy: float
    crit_chance: float
    #: Each use takes half of the hp left, at least one point.
    halves: bool = False

    @property
    def percent(self) -> tuple[float, float]:
        """Least and most damage without critical hits, in per cent of the defender's maximum hp."""
        low, high = self.rolls[0] * self.hits[0], self.rolls[-1] * self.hits[1]
        return 100 * low / self.defender_max_hp, 100 * high / self.defender_max_hp

    @property
    def ko_chance(self) -> float:
        """Chance that one use knocks out, accuracy and critical hits counted."""
        return round(self.accuracy * _ko(self), 12)  # sums of sixteenths leave dust


def _ko(damage: DamageRange) -> float:
    low, high = damage.hits
    if high == 1:
        number = len(damage.rolls)
        plain = number - bisect_left(damage.rolls, damage.defender_hp)
        critical = number - bisect_left(damage.crit_rolls, damage.defender_hp)
        return ((1 - damage.crit_chance) * plain + damage.crit_chance * critical) / number
    rolls = np.array([damage.rolls, damage.crit_rolls], dtype=np.int64)
    shares = _TWO_TO_FIVE if low < high else np.eye(high)[-1]
    room = np.zeros((2, damage.defender_hp + 1))
    return float(run.chance_of_hits(rolls, damage.crit_chance, damage.defender_hp, shares, room))


def damage_rolls(attacker: Combatant, defender: Combatant, move: Move) -> DamageRange:
    """All rolls of ``move`` used by ``attacker`` on ``defender`` as they stand."""
    return damages(new_state(attacker, defender), (move,))[0]


def damages(state: NDArray[np.int64], moves: Sequence[Move], user: int = int(A)) -> list[DamageRange]:
    """All rolls of each of ``moves`` used by a side of ``state`` on the other; the state stays as it is."""
    numbers = np.array([MOVE_NUMBER[move.id] for move in moves], dtype=np.int64)
    rolls = np.zeros((len(moves), 2, 16), dtype=np.int64)
    facts = np.zeros((len(moves), 4))
    run.damage_tables(state, user, numbers, np.zeros(VECTOR, dtype=np.int64), rolls, facts)
    target = int(A + B) - user
    hp, most = int(state[target + HP]), int(state[target + MAX_HP])
    for number, own in enumerate(moves):
        if _must_fail(state, user, target, own):
            rolls[number], facts[number, _ACCURACY] = 0, 0.0
    every = rolls.tolist()
    for number, own in enumerate(moves):
        if own.id in _DRAWN and every[number][0][0]:
            every[number] = [_drawn(int(state[user + LEVEL]))] * 2
    return [
        DamageRange(
            rolls=tuple(plain),
            crit_rolls=tuple(critical),
            defender_hp=hp,
            defender_max_hp=most,
            type_multiplier=multiplier,
            stab=stab == 1,
            hits=_HITS[move.id],
            accuracy=accuracy,
            crit_chance=crit_chance,
            halves=move.id in _HALVING,
        )
        for move, (plain, critical), (multiplier, stab, accuracy, crit_chance) in zip(
            moves, every, facts.tolist(), strict=True
        )
    ]


def _must_fail(state: NDArray[np.int64], user: int, target: int, move: Move) -> bool:
    """Moves that cannot work now, which the rolls of a single use do not show."""
    if move.ohko:
        return bool(state[target + LEVEL] > state[user + LEVEL])
    return move.id in _FIRST_TURN and bool(state[user + ACTIONS] > 0)


def _drawn(level: int) -> list[int]:
    """All that Psywave may do: 50 to 150 per cent of the level, evenly."""
    return [max(share * level // 100, 1) for share in range(50, 151)]
