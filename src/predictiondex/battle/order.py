"""Sorting as the reference sorts: what ties is shuffled, and every shuffle costs draws."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import KEYS, TIED, VALUES
from predictiondex.battle.rng import between


@kernel
def put(s, n, key, value):
    """Add to the list of things to sort; returns its new length."""
    s[KEYS + n] = key
    s[VALUES + n] = value
    return n + 1


@kernel
def sort_with_ties(s, n):
    """Sort the list by key, lowest first, as the reference does: groups of equals are shuffled.

    Its selection sort swaps what it passes over, so the order before the shuffle matters too.
    """
    done = 0
    while done + 1 < n:
        s[TIED] = done
        count = 1
        for at in range(done + 1, n):
            lowest = s[KEYS + s[TIED]]
            if s[KEYS + at] < lowest:
                s[TIED] = at
                count = 1
            elif s[KEYS + at] == lowest:
                s[TIED + count] = at
                count += 1
        for k in range(count):
            swap(s, done + k, s[TIED + k])
        start, stop = done, done + count
        while start < stop - 1:
            swap(s, start, between(s, start, stop))
            start += 1
        done += count


@kernel
def swap(s, one, two):
    """Exchange two places of the list."""
    s[KEYS + one], s[KEYS + two] = s[KEYS + two], s[KEYS + one]
    s[VALUES + one], s[VALUES + two] = s[VALUES + two], s[VALUES + one]
