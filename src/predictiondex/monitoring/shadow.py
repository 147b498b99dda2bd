"""Shadow scoring: served predictions held against many simulated battles of the same fight.

The simulation is the definition of what is predicted, so this is the truth and no proxy for it. Everything
is an average over a window of the latest scored predictions of one model version.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.engines import SIMULATION
from predictiondex.advisor.values import opening_values
from predictiondex.ml import scores
from predictiondex.monitoring.served import Served

#: Battles for each move and half: the one half chooses the best move, the other says what it was worth.
BATTLES: Final = 1000
#: Scored predictions that the figures look back on.
WINDOW: Final = 400
#: A told chance further than this from the simulated one is a miss.
MISS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Scored:
    """One prediction held against battles: per move what was told, what was seen, and ``n`` battles behind.

    ``regret``: win probability lost by the recommended move; ``miss``: the recommended move was told wrong.
    """

    prediction_id: str
    model: tuple[str, str]
    told: NDArray[np.float64]
    seen: NDArray[np.float64]
    n: int
    regret: float
    miss: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Averages of a window. ``mean_squared_error`` is without the noise of the battles themselves."""

    model: tuple[str, str]
    rows: int
    calibration_error: float
    mean_squared_error: float
    regret: float


def score(served: Served, *, seed: int, battles: int = BATTLES) -> Scored:
    """Play the fight of a prediction again, ``battles`` times for each move and half."""
    moves = sorted(served.told)
    halves = np.array(
        [
            [values[move].p for move in moves]
            for values in (opening_values(served.now, "simulation", battles, seed + half) for half in (0, 1))
        ]
    )
    told = np.array([served.told[move] for move in moves])
    seen = halves.mean(axis=0)
    chosen = moves.index(served.recommended)
    miss = abs(told[chosen] - seen[chosen]) > MISS
    return Scored(
        served.prediction_id, served.model, told, seen, 2 * battles, _regret(halves, chosen), bool(miss)
    )


def _regret(halves: NDArray[np.float64], chosen: int) -> float:
    """Each half once chooses the best move for the other to judge, so that luck does not look like regret."""
    lost = [
        other[int(np.argmax(one))] - other[chosen]
        for one, other in ((halves[0], halves[1]), (halves[1], halves[0]))
    ]
    return float(np.mean(lost))


def figures(scored: list[Scored]) -> Figures:
    """The figures of predictions of one model version, at least one."""
    told = np.concatenate([one.told for one in scored])
    seen = np.concatenate([one.seen for one in scored])
    n = np.concatenate([np.full(len(one.told), one.n, dtype=float) for one in scored])
    return Figures(
        model=scored[-1].model,
        rows=len(scored),
        calibration_error=scores.expected_calibration_error(told, seen),
        mean_squared_error=max(float(np.mean(scores.squared_error(told, seen, n))), 0.0),
        regret=max(float(np.mean([one.regret for one in scored])), 0.0),
    )


class Shadow:
    """The scored predictions of what serves now: a new version of a model begins a new window.

    ``samples`` and ``misses`` count since the start.
    """

    def __init__(self, window: int = WINDOW) -> None:
        self.samples = 0
        self.misses = 0
        self._size = window
        self._windows: dict[str, deque[Scored]] = {}

    def add(self, one: Scored) -> None:
        """Take a scored prediction in."""
        window = self._windows.setdefault(one.model[0], deque(maxlen=self._size))
        if window and window[-1].model != one.model:
            window.clear()
        window.append(one)
        self.samples += 1
        self.misses += one.miss

    @property
    def figures(self) -> Figures | None:
        """The figures of the model's window, else of plain simulation; ``None`` while nothing was scored."""
        names = sorted(self._windows, key=lambda name: name == SIMULATION.name)
        return figures(list(self._windows[names[0]])) if names else None
