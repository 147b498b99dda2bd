"""How far a plan is: the steps it tells, added up to a share of the whole."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from threading import Lock
from typing import Final

from predictiondex.wire import PlanProgress, PlanRequest, PlanStep

#: Steps in the order they come, with the time they usually take in hundredths: of each species, then of the
#: best. Any may be left out; directions are weighed for the first of the steps that need them.
_SETS: Final[tuple[tuple[PlanStep, float], ...]] = (
    ("one_move", 0.5), ("two_moves", 10), ("again", 11), ("three_moves", 8), ("again", 11),
    ("four_moves", 10), ("again", 11), ("last_time", 22),
)  # fmt: skip
_TRAINING: Final[tuple[tuple[PlanStep, float], ...]] = (
    ("lowest_level", 3), ("directions", 1), ("fewest_avs", 3), ("lowest_level_with_avs", 4),
    ("directions", 1), ("level_and_avs", 8), ("best", 1), ("worst_case", 3),
)  # fmt: skip


class Progress:
    """Hears of a plan's steps and says how far it is. Any thread may tell and ask.

    What a left-out step would have taken counts as done: the share never gets less.
    """

    def __init__(self, request: PlanRequest) -> None:
        species = len(request.pokemon) if isinstance(request.pokemon, list) else 1
        course = [*_SETS * species, *_TRAINING]
        self._steps = [step for step, _ in course]
        self._until = list(accumulate((hundredths for _, hundredths in course), initial=0.0))
        self._place = -1
        self._step: PlanStep = "waiting"
        self._done, self._total = 0, 1
        self._lock = Lock()

    def __call__(self, step: PlanStep, total: int) -> Callable[[], None]:
        """A step begins; what comes back is called after each of its parts."""
        with self._lock:
            self._place = self._steps.index(step, self._place + 1)
            self._step, self._done, self._total = step, 0, total
        return self._tick

    def _tick(self) -> None:
        with self._lock:
            self._done = min(self._done + 1, self._total)

    @property
    def now(self) -> PlanProgress:
        """How far it is."""
        with self._lock:
            step, place, done, total = self._step, self._place, self._done, self._total
        share = 0.0
        if place >= 0:
            begun, over = self._until[place : place + 2]
            share = (begun + (over - begun) * done / total) / self._until[-1]
        return PlanProgress(step=step, done=done, total=total, share=round(share, 3))
