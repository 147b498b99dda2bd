"""Chances to win as they were found: an estimate, its interval, and two of them held against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import erf, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.noise import Z

Interval = tuple[float, float]

#: No number of battles makes surer than this.
_MOST_SURE: Final = 0.9999


class Estimate(NamedTuple):
    """The chance to win with one move, its interval (``None``: not from battles), and battles played.

    ``rows`` are results of single battles; the same row of two moves had the same luck. ``plain`` is the
    chance with greedy play after the move, where looking ahead made it better. ``features`` is what a model
    looked at, if one was asked.
    """

    p: float
    interval: Interval | None
    n: int
    rows: NDArray[np.float64] | None = None
    plain: float | None = None
    features: NDArray[np.float32] | None = None


class Comparison(NamedTuple):
    """How far one move leads another, in win probability, and how sure it is that it leads at all."""

    lead: float
    certainty: float

    @property
    def clear(self) -> bool:
        """Whether chance alone does not explain the lead (95 %, two-sided)."""
        return self.certainty > 0.975


def compare(best: Estimate, other: Estimate) -> Comparison:
    """Hold two moves against each other; battle by battle where they shared their luck.

    A win and a loss are added to each side, so that a few battles never look like certainty.
    """
    lead = best.p - other.p
    spread = _paired_spread(best, other)
    if spread is None:
        spread = sqrt(_shrunk_variance(best) + _shrunk_variance(other))
    certainty = 0.5 * (1 + erf(lead / spread / sqrt(2)))
    return Comparison(lead, min(max(certainty, 1 - _MOST_SURE), _MOST_SURE))


def _paired_spread(best: Estimate, other: Estimate) -> float | None:
    if best.rows is None or other.rows is None:
        return None
    n = min(len(best.rows), len(other.rows))
    # Two battles that fell out against each other keep some doubt where all fell out alike.
    difference = np.append(best.rows[:n] - other.rows[:n], (1.0, -1.0))
    return float(difference.std(ddof=1)) / sqrt(len(difference))


def _shrunk_variance(one: Estimate) -> float:
    total = one.n + 2
    p = (one.p * one.n + 1) / total
    return p * (1 - p) / total


def interval_of(p: float, spread: float) -> Interval:
    """A 95 per cent interval around ``p``, kept within 0 and 1."""
    return max(0.0, p - Z * spread), min(1.0, p + Z * spread)


def ranked(values: Mapping[str, Estimate], harm: Mapping[str, float]) -> list[str]:
    """Move ids, best first. Where all win or all lose, the move that hurts most comes first."""
    return sorted(values, key=lambda move: (-values[move].p, -harm[move]))


def runner_up(values: Mapping[str, Estimate], order: Sequence[str]) -> Comparison | None:
    """The best move held against the next best; ``None`` where there is no other."""
    return compare(values[order[0]], values[order[1]]) if len(order) > 1 else None
