"""The chance to knock out in one, two, three uses of a move, from its damage rolls."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from predictiondex.battle import DamageRange

#: Chances of two, three, four and five hits.
_HITS: Final = {2: 0.35, 3: 0.35, 4: 0.15, 5: 0.15}
#: Uses that are worked out roll by roll.
USES: Final = 3

Spread = dict[int, float]


@dataclass(frozen=True, slots=True)
class KnockOut:
    """Chances (0 to 1) that ``uses`` uses knock out.

    ``rolls``: all hit, none is critical, as calculators of players reckon. ``overall``: accuracy and critical
    hits counted.
    """

    uses: int
    rolls: float
    overall: float


def knock_outs(damage: DamageRange, residual: tuple[int, ...] = (), uses: int = USES) -> list[KnockOut]:
    """One entry for each number of uses. ``residual`` is what the target loses after each use, by turn."""
    if damage.halves:
        return [
            KnockOut(
                number,
                _halving(damage, 1.0, number, residual),
                _halving(damage, damage.accuracy, number, residual),
            )
            for number in range(1, uses + 1)
        ]
    plain = one_use(damage, critical=0.0)
    found = []
    real = one_use(damage, critical=damage.crit_chance)
    real = {points: chance * damage.accuracy for points, chance in real.items()}
    real[0] = real.get(0, 0.0) + 1 - damage.accuracy
    for number in range(1, uses + 1):
        rolls, overall = (_chance(one, damage.defender_hp, number, residual) for one in (plain, real))
        found.append(KnockOut(number, rolls, overall))
    return found


def one_use(damage: DamageRange, *, critical: float) -> Spread:
    """Chance of each damage of one use that hits, all its hits together."""
    hit: Spread = defaultdict(float)
    for roll, crit in zip(damage.rolls, damage.crit_rolls, strict=True):
        hit[roll] += (1 - critical) / 16
        hit[crit] += critical / 16
    low, high = damage.hits
    numbers = {low: 1.0} if low == high else _HITS
    total: Spread = {0: 1.0}
    spread: Spread = defaultdict(float)
    for number in range(1, high + 1):
        total = _add(total, hit, damage.defender_hp)
        for points, chance in total.items():
            spread[points] += numbers.get(number, 0.0) * chance
    return {points: chance for points, chance in spread.items() if chance}


def _add(total: Spread, more: Spread, most: int) -> Spread:
    """Damage upon damage; everything beyond ``most`` counts as it."""
    result: Spread = defaultdict(float)
    for done, first in total.items():
        for points, second in more.items():
            result[min(done + points, most)] += first * second
    return result


def _halving(damage: DamageRange, accuracy: float, uses: int, residual: tuple[int, ...]) -> float:
    """Chance to knock out by a move that takes half of what is left."""
    left: Spread = {damage.defender_hp: 1.0}
    for use in range(uses):
        then: Spread = defaultdict(float)
        for hp, chance in left.items():
            then[hp - max(hp // 2, 1) if hp else 0] += chance * accuracy
            then[hp] += chance * (1 - accuracy)
        loss = residual[use] if use < uses - 1 and use < len(residual) else 0
        left = defaultdict(float)
        for hp, chance in then.items():
            left[max(hp - loss, 0)] += chance
    return round(left.get(0, 0.0), 9)


def _chance(one: Spread, hp: int, uses: int, residual: tuple[int, ...]) -> float:
    total: Spread = {0: 1.0}
    for use in range(uses):
        total = _add(total, one, hp)
        if use < uses - 1 and use < len(residual):
            total = _add(total, {residual[use]: 1.0}, hp)
    return round(min(1.0, total.get(hp, 0.0)), 9)


def least_and_most_uses(damage: DamageRange, residual: tuple[int, ...] = ()) -> tuple[int, int] | None:
    """Uses needed with the best and with the worst rolls; ``None`` where it does no damage or takes over
    a hundred."""
    low, high = damage.rolls[0] * damage.hits[0], damage.rolls[-1] * damage.hits[1]
    found = []
    for points in (high, low):
        left, uses = damage.defender_hp, 0
        while left > 0 and uses < 100:
            left -= max(left // 2, 1) if damage.halves else points
            uses += 1
            if left > 0 and uses <= len(residual):
                left -= residual[uses - 1]
                uses += left <= 0  # counted between uses: the next one finds it fallen
        if left > 0:
            return None
        found.append(uses)
    return found[0], found[1]
