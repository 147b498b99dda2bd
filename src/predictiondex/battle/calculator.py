"""The damage calculator: all sixteen rolls of a move, and the chance to knock out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from predictiondex.battle import run
from predictiondex.battle.combatant import Combatant, new_state
from predictiondex.battle.layout import HP, MAX_HP, B
from predictiondex.battle.moves import HITS_MAX, HITS_MIN, MOVE_NUMBER, TABLE
from predictiondex.pokedex.model import Move

#: Chances of two, three, four and five hits.
_HITS = {2: 0.35, 3: 0.35, 4: 0.15, 5: 0.15}


@dataclass(frozen=True, slots=True)
class DamageRange:
    """What one use of a move can do to a target.

    ``rolls`` and ``crit_rolls`` are the damage of one hit for each of the sixteen rolls, lowest first; moves
    of fixed damage have one value sixteen times. Chances are from 0 to 1.
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
    if damage.hits == (1, 1):
        plain = sum(roll >= damage.defender_hp for roll in damage.rolls)
        critical = sum(roll >= damage.defender_hp for roll in damage.crit_rolls)
        return ((1 - damage.crit_chance) * plain + damage.crit_chance * critical) / 16
    one: Counter[int] = Counter()
    for roll, crit in zip(damage.rolls, damage.crit_rolls, strict=True):
        one[roll] += (1 - damage.crit_chance) / 16  # type: ignore[assignment]
        one[crit] += damage.crit_chance / 16  # type: ignore[assignment]
    low, high = damage.hits
    chances = {low: 1.0} if low == high else _HITS
    total: dict[int, float] = {0: 1.0}
    result = 0.0
    for hit in range(1, high + 1):
        following: dict[int, float] = {}
        for done, p in total.items():
            for points, q in one.items():
                value = min(done + points, damage.defender_hp)
                following[value] = following.get(value, 0.0) + p * q
        total = following
        result += chances.get(hit, 0.0) * total.get(damage.defender_hp, 0.0)
    return result


def damage_rolls(attacker: Combatant, defender: Combatant, move: Move) -> DamageRange:
    """All rolls of ``move`` used by ``attacker`` on ``defender`` as they stand."""
    number = MOVE_NUMBER[move.id]
    state = new_state(attacker, defender)
    rolls = np.zeros((2, 16), dtype=np.int64)
    facts = np.zeros(4, dtype=np.float64)
    run.damage_table(state, number, rolls, facts)
    return DamageRange(
        rolls=tuple(int(x) for x in rolls[0]),
        crit_rolls=tuple(int(x) for x in rolls[1]),
        defender_hp=int(state[B + HP]),
        defender_max_hp=int(state[B + MAX_HP]),
        type_multiplier=float(facts[0]),
        stab=bool(facts[1]),
        hits=(int(TABLE[number, HITS_MIN]), int(TABLE[number, HITS_MAX])),
        accuracy=float(facts[2]),
        crit_chance=float(facts[3]),
    )
