"""Chances over hp: arrays whose place is a number of hit points and whose value is how likely it is."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.ml.race import strikes as k


@kernel
def hit_once(chances, strike, low, high):
    """Everything takes one hit; the fallen drop out. Damage only lowers hp, so one pass upwards does."""
    values = int(strike[k.VALUES])
    for points in range(low, high + 1):
        here = chances[points]
        if here == 0.0:
            continue
        chances[points] = 0.0
        if strike[k.HALVES] > 0.0:
            if points > 1:
                chances[points - points // 2] += here
            continue
        for at in range(values):
            rest = points - int(strike[k.DAMAGE + at])
            if rest <= 0:
                break
            chances[rest] += here * strike[k.CHANCES + at]


@kernel
def total(chances, low, high):
    """The sum of chances."""
    result = 0.0
    for points in range(low, high + 1):
        result += chances[points]
    return result


@kernel
def mean(chances, low, high):
    """Expected hp."""
    result = 0.0
    for points in range(low, high + 1):
        result += chances[points] * points
    return result


@kernel
def pour(source, target, share, low, high):
    """Move a share of the chances into another array."""
    for points in range(low, high + 1):
        part = source[points] * share
        target[points] += part
        source[points] -= part


@kernel
def take_strike(before, after, spare, strike, high):
    """Chances after a whole strike that hits, all its hits, into ``after``."""
    for points in range(high + 1):
        after[points] = 0.0
        spare[points] = before[points]
    low = 1
    few, many = int(strike[k.LOW_HITS]), int(strike[k.HIGH_HITS])
    if few == many:
        for _ in range(few):
            hit_once(spare, strike, low, high)
        pour(spare, after, 1.0, low, high)
        return
    # Two to five hits with 35, 35, 15 and 15 per cent.
    hit_once(spare, strike, low, high)
    hit_once(spare, strike, low, high)
    pour(spare, after, 0.35, low, high)
    hit_once(spare, strike, low, high)
    pour(spare, after, 0.35 / 0.65, low, high)
    hit_once(spare, strike, low, high)
    pour(spare, after, 0.5, low, high)
    hit_once(spare, strike, low, high)
    pour(spare, after, 1.0, low, high)


@kernel
def add_shifted(source, target, weight, points, most, high):
    """Add chances, their hp changed by ``points``, times ``weight``; returns what falls by it."""
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
