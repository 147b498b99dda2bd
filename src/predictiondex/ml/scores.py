"""Figures of merit for chances to win, where the truth is known from ``n`` battles only.

All take ``p`` (predicted), ``y`` (share of battles won) and ``n`` (battles behind it), arrays ``(rows,)``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: A matchup counts as decided where the truth is at least this far on one side.
DECIDED: Final = 0.9
_BINS: Final = 20


def squared_error(p: Array, y: Array, n: Array) -> Array:
    """Squared error of each row against the true chance; what ``n`` battles miss of it is taken off."""
    error: Array = (p - y) ** 2 - y * (1 - y) / np.maximum(n - 1, 1)
    return error


def dealt(y: Array, n: Array, battles: int, chance: np.random.Generator) -> tuple[Array, Array, Array]:
    """The battles behind each row in two hands, by chance: wins among ``battles`` of them, the share won of
    the rest, and how many that are. What is said from the first can be held against the second, whose luck
    is another's."""
    won = np.rint(y * n).astype(np.int64)
    wins = chance.hypergeometric(won, n.astype(np.int64) - won, battles).astype(float)
    rest = n - battles
    return wins, np.clip((y * n - wins) / rest, 0.0, 1.0), rest


def floor(y: Array, n: Array) -> float:
    """The Brier score of one who knows every true chance: what luck alone costs."""
    return float(np.mean(y * (1 - y) * n / np.maximum(n - 1, 1)))


def brier(p: Array, y: Array) -> float:
    """Brier score over all battles."""
    return float(np.mean((p - y) ** 2 + y * (1 - y)))


def log_loss(p: Array, y: Array) -> Array:
    """Log loss of each row, battles averaged."""
    q = np.clip(p, 1e-6, 1 - 1e-6)
    loss: Array = -(y * np.log(q) + (1 - y) * np.log(1 - q))
    return loss


def calibration(p: Array, y: Array) -> tuple[Array, Array, Array]:
    """Reliability: in each of twenty bins of ``p`` the mean prediction, the mean truth, the share of rows."""
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    count = np.bincount(bins, minlength=_BINS).astype(float)
    filled = np.maximum(count, 1)
    told = np.bincount(bins, weights=p, minlength=_BINS) / filled
    seen = np.bincount(bins, weights=y, minlength=_BINS) / filled
    return told, seen, count / max(len(p), 1)


def expected_calibration_error(p: Array, y: Array) -> float:
    """Mean distance between told and seen, weighted by rows."""
    told, seen, share = calibration(p, y)
    return float(np.sum(np.abs(told - seen) * share))


def calibration_loss(p: Array, y: Array, mask: NDArray[np.bool_]) -> Array:
    """What each row has to do with the expected calibration error of the rows of ``mask``, whose mean over
    them it is: how far the row is off, in the direction in which its bin is off."""
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    off = np.bincount(bins[mask], weights=(p - y)[mask], minlength=_BINS)
    loss: Array = np.where(off[bins] > 0, 1.0, -1.0) * (p - y)
    return loss


def decided_accuracy(p: Array, y: Array) -> float | None:
    """Share of decided rows whose winner is named right; ``None`` where none is decided."""
    decided = (y >= DECIDED) | (y <= 1 - DECIDED)
    if not decided.any():
        return None
    return float(np.mean((p[decided] > 0.5) == (y[decided] > 0.5)))


def summary(p: Array, y: Array, n: Array) -> dict[str, float | int | None]:
    """All figures of a set of rows."""
    excess = float(np.mean(squared_error(p, y, n)))
    return {
        "rows": len(p),
        "brier": brier(p, y),
        "floor": floor(y, n),
        "excess": excess,
        "rmse": float(np.sqrt(max(excess, 0.0))),
        "log_loss": float(np.mean(log_loss(p, y))),
        "ece": expected_calibration_error(p, y),
        "decided_accuracy": decided_accuracy(p, y),
        "largest": float(np.max(np.abs(p - y))),
    }
