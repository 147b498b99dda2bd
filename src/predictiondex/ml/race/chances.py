"""Chances over hp: arrays whose place is a number of hit points and whose value is how likely it is."""

from __future__ import annotations

from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.ml.race import strikes as k

#: Chances of two, three, four and five hits, by the number of hits.
_HITS: Final = (0.0, 0.0, 0.35, 0.35, 0.15, 0.15)


@kernel
def hit_once(before, after, strike, high):
    """Everything takes one hit, from ``before`` into ``after``; the fallen drop out.

    One damage value after the other, so that the loop inside runs through neighbouring places.
    """
    for points in range(high + 1):
        after[points] = 0.0
    if strike[k.HALVES] > 0.0:
        for points in range(2, high + 1):
            after[points - points // 2] += before[points]
        return
    low, top = 1, high
    while low <= top and before[low] == 0.0:
        low += 1
    while top >= low and before[top] == 0.0:
        top -= 1
    for at in range(int(strike[k.VALUES])):
        damage, chance = int(strike[k.DAMAGE + at]), strike[k.CHANCES + at]
        start = max(low, damage + 1)
        if start > top:
            return
        source = before[start : top + 1]
        target = after[start - damage : top + 1 - damage]
        for place in range(source.shape[0]):
            target[place] += source[place] * chance


@kernel
def total(chances, low, high):
    """The sum of chances. Four sums beside each other do not wait for one another."""
    part = chances[low : high + 1]
    n = part.shape[0]
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    for at in range(n // 4):
        one += part[4 * at]
        two += part[4 * at + 1]
        three += part[4 * at + 2]
        four += part[4 * at + 3]
    for at in range(n - n % 4, n):
        one += part[at]
    return (one + two) + (three + four)


@kernel
def mean(chances, low, high):
    """Expected hp."""
    part = chances[low : high + 1]
    n = part.shape[0]
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    for at in range(n // 4):
        points = low + 4 * at
        one += part[4 * at] * points
        two += part[4 * at + 1] * (points + 1)
        three += part[4 * at + 2] * (points + 2)
        four += part[4 * at + 3] * (points + 3)
    for at in range(n - n % 4, n):
        one += part[at] * (low + at)
    return (one + two) + (three + four)


@kernel
def take_strike(before, after, spares, strike, high):
    """Chances after a whole strike that hits, all its hits, into ``after``.

    ``spares`` ``(2, hp)`` to work in.
    """
    many = int(strike[k.HIGH_HITS])
    if many == 1:
        hit_once(before, after, strike, high)
        return
    for points in range(high + 1):
        after[points] = 0.0
        spares[0, points] = before[points]
    for number in range(1, many + 1):
        now = spares[number % 2]
        hit_once(spares[1 - number % 2], now, strike, high)
        share = chance_of_hits(strike, number)
        for points in range(1, high + 1):
            after[points] += now[points] * share


@kernel
def chance_of_hits(strike, number):
    """Chance that a strike has this many hits."""
    if strike[k.LOW_HITS] != strike[k.HIGH_HITS]:
        return _HITS[number]
    return 1.0 if number == int(strike[k.HIGH_HITS]) else 0.0


@kernel
def strike_doll(doll, kept, before, after, spares, strike, most, high):
    """A whole strike that hits a substitute; returns the chance that the substitute still stands then.

    ``doll``: chances over its hp, up to ``most``; ``kept``: the same after the strike, their sum is what is
    returned. What is left of the hit that breaks it is lost, later hits strike who was behind: ``after`` gets
    the chances over hp, up to ``high``, where it broke. ``spares`` ``(3, hp)`` to work in.
    """
    many = int(strike[k.HIGH_HITS])
    breaks = spares[2]
    for points in range(most + 1):
        kept[points] = 0.0
        spares[0, points] = doll[points]
    whole = total(doll, 1, most)
    for number in range(1, many + 1):
        now = spares[number % 2]
        hit_doll(spares[1 - number % 2], now, before, strike, most, high)
        left = total(now, 1, most)
        breaks[number] = whole - left
        whole = left
        share = chance_of_hits(strike, number)
        for points in range(1, most + 1):
            kept[points] += now[points] * share
    stands = total(kept, 1, most)
    for points in range(high + 1):
        after[points] = 0.0
        spares[0, points] = before[points]
    if stands >= 1.0:
        return 1.0
    for spent in range(many):
        now = spares[spent % 2]
        if spent > 0:
            hit_once(spares[1 - spent % 2], now, strike, high)
        share = 0.0
        for number in range(spent + 1, many + 1):
            share += chance_of_hits(strike, number) * breaks[number - spent]
        for points in range(1, high + 1):
            after[points] += now[points] * share / (1.0 - stands)
    return stands


@kernel
def hit_doll(doll, after, before, strike, most, high):
    """One hit on a substitute; one that takes half of the hp takes half of those behind it, ``before``."""
    if strike[k.HALVES] == 0.0:
        hit_once(doll, after, strike, most)
        return
    damage = max(int(mean(before, 1, high)) // 2, 1)
    for points in range(most + 1):
        after[points] = doll[points + damage] if points > 0 and points + damage <= most else 0.0


@kernel
def add_shifted(source, target, weight, points, most, high):
    """Add chances, their hp changed by ``points``, times ``weight``; returns what falls by it."""
    if points == 0 and high <= most:
        for at in range(1, high + 1):
            target[at] += source[at] * weight
        return 0.0
    fallen = 0.0
    for at in range(1, high + 1):
        here = source[at]
        if here == 0.0:
            continue
        to = min(at + points, most)
        if to <= 0:
            fallen += here * weight
        else:
            target[to] += here * weight
    return fallen
