"""Telling a better move from a luckier one."""

from __future__ import annotations

from math import sqrt

#: 95 % of a normal distribution lie within so many standard deviations.
Z = 1.96


def distinguishable(p: float, q: float, n: int) -> bool:
    """Whether two win rates over ``n`` battles each differ by more than chance explains (95 %).

    One win and one loss are added to each side (Agresti and Caffo, 2000), so that rates of 0 and 1 keep
    some doubt at small ``n``.
    """
    total = n + 2
    p, q = (p * n + 1) / total, (q * n + 1) / total
    spread = sqrt((p * (1 - p) + q * (1 - q)) / total)
    return abs(p - q) > Z * spread
