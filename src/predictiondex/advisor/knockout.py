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

#: Chance of each damage of one hit.
Hit = dict[int, float]
#: Chance of each pair of hp left: of the target's substitute, and of the target.
Spread = dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class KnockOut:
    """Chances (0 to 1) that ``uses`` uses knock out.

    ``rolls``: all hit, none is critical, as calculators of players reckon. ``overall``: accuracy and critical
    hits counted.
    """

    uses: int
    rolls: float
    overall: float


def knock_outs(
    damage: DamageRange, residual: tuple[int, ...] = (), uses: int = USES, *, doll: int = 0
) -> list[KnockOut]:
    """One entry for each number of uses. ``residual`` is what the ends of turns take from the target before
    each use, the first one included; ``doll`` the hp of a substitute, which takes every hit while it stands,
    and the whole of it."""
    plain = _chances(damage, _one_hit(damage, critical=0.0), 1.0, residual, uses, doll)
    real = _chances(
        damage, _one_hit(damage, critical=damage.crit_chance), damage.accuracy, residual, uses, doll
    )
    return [
        KnockOut(number, *chances) for number, chances in enumerate(zip(plain, real, strict=True), start=1)
    ]


def at_once(damage: DamageRange, *, doll: int = 0) -> float:
    """Chance that one use knocks out; only more hits than one get past a substitute."""
    return knock_outs(damage, uses=1, doll=doll)[0].overall if doll else damage.ko_chance


def _chances(
    damage: DamageRange, hit: Hit, accuracy: float, residual: tuple[int, ...], uses: int, doll: int
) -> list[float]:
    """The chance that nothing is left after one use, two uses, ..."""
    left: Spread = {(doll, damage.defender_hp): 1.0}
    found = []
    for use in range(uses):
        left = _lost(left, residual[use]) if use < len(residual) else left
        then: Spread = defaultdict(float)
        _mix(then, _used(left, damage, hit), accuracy)
        _mix(then, left, 1 - accuracy)
        fallen = sum(chance for (_, hp), chance in then.items() if hp == 0)
        found.append(round(min(1.0, fallen), 9))
        left = then
    return found


def _one_hit(damage: DamageRange, *, critical: float) -> Hit:
    hit: Hit = defaultdict(float)
    share = 1 / len(damage.rolls)
    for roll, crit in zip(damage.rolls, damage.crit_rolls, strict=True):
        hit[roll] += (1 - critical) * share
        if critical:
            hit[crit] += critical * share
    return hit


def _used(left: Spread, damage: DamageRange, hit: Hit) -> Spread:
    """What one use that hits leaves, all its hits together."""
    low, high = damage.hits
    numbers = {low: 1.0} if low == high else _HITS
    then: Spread = defaultdict(float)
    for number in range(1, high + 1):
        left = _struck(left, hit, halves=damage.halves)
        _mix(then, left, numbers.get(number, 0.0))
    return then


def _struck(left: Spread, hit: Hit, *, halves: bool) -> Spread:
    then: Spread = defaultdict(float)
    for (doll, hp), chance in left.items():
        for points, share in ({max(hp // 2, 1): 1.0} if halves else hit).items():
            then[_after(doll, hp, points)] += chance * share
    return then


def _after(doll: int, hp: int, points: int) -> tuple[int, int]:
    """What a hit leaves of a substitute or, where none stands, of the target."""
    return (max(doll - points, 0), hp) if doll > 0 else (0, max(hp - points, 0))


def _lost(left: Spread, points: int) -> Spread:
    """After the end of a turn, which no substitute covers."""
    then: Spread = defaultdict(float)
    for (doll, hp), chance in left.items():
        then[doll, max(hp - points, 0)] += chance
    return then


def _mix(into: Spread, more: Spread, share: float) -> None:
    if share:
        for left, chance in more.items():
            into[left] += share * chance


def least_and_most_uses(
    damage: DamageRange, residual: tuple[int, ...] = (), *, doll: int = 0
) -> tuple[int, int] | None:
    """Uses needed with the best and with the worst rolls; ``None`` where it does no damage or takes over
    a hundred."""
    best = _uses(damage, damage.rolls[-1], damage.hits[1], residual, doll)
    worst = _uses(damage, damage.rolls[0], damage.hits[0], residual, doll)
    return None if best is None or worst is None else (best, worst)


def _uses(damage: DamageRange, roll: int, hits: int, residual: tuple[int, ...], doll: int) -> int | None:
    """Uses needed if every hit does ``roll``. A target that falls between uses has fallen at the next."""
    hp = damage.defender_hp
    for use in range(100):
        hp = max(hp - residual[use], 0) if use < len(residual) else hp
        for _ in range(hits):
            doll, hp = _after(doll, hp, max(hp // 2, 1) if damage.halves else roll)
        if hp == 0:
            return use + 1
    return None
