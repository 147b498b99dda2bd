"""What a race works with: arrays made once and used again, and the names of what comes out of it.

A scene's number is ``plight of A * MOST + plight of B``. Where an array has two buffers, one is this turn's
and the other the next one's.
"""

from __future__ import annotations

from itertools import count
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.layout import VECTOR
from predictiondex.ml.race.outcomes import KNOWN, OUTCOME, OUTCOMES
from predictiondex.ml.race.plan import PLAN
from predictiondex.ml.race.plights import FIELDS, MOST
from predictiondex.ml.race.strikes import STRIKE

#: Room for hp: no Pokémon of these games comes to 900. No power of two: rows a multiple of 4,096 bytes apart
#: would get into each other's way in the processor's cache.
ROOM: Final = 904
SCENES: Final = MOST * MOST
#: Turns after which a race is left undecided.
TURNS: Final = 60
#: A way through the battle that is less likely than this is not followed.
NEGLIGIBLE: Final = 1e-4
#: A race ends when all but this is decided.
UNDECIDED: Final = 1e-3

_at = count()
P: Final = next(_at)  # chance that A wins
LENGTH: Final = next(_at)  # expected turns
WON_1: Final = next(_at)  # won, lost within the first turn, then within two
LOST_1: Final = next(_at)
WON_2: Final = next(_at)
LOST_2: Final = next(_at)
LEFT_A: Final = next(_at)  # expected share of hp after the first turn, of those that stand
LEFT_B: Final = next(_at)
OPEN: Final = next(_at)  # chance that the race came to no end
RESULTS: Final = next(_at)


class Bench(NamedTuple):
    """The arrays of a race; one for each thread."""

    #: Chances over hp: buffer, side, scene, points.
    hp: NDArray[np.float64]
    #: Twelve arrays over hp to work in.
    spares: NDArray[np.float64]
    #: Chances over the hp of each side's substitute while it stands: now, and after the strike at hand.
    dolls: NDArray[np.float64]
    #: How likely each scene is: buffer, scene.
    mass: NDArray[np.float64]
    #: Plights of each side, see ``plights``; and how many there are.
    tables: NDArray[np.int64]
    counts: NDArray[np.int64]
    #: Which plights may come about in this turn or the next.
    needed: NDArray[np.int64]
    #: What holds for a side in every scene, see ``outcomes``.
    known: NDArray[np.float64]
    #: Strikes by side and scene (one more to work in), and which of them have been worked out.
    strikes: NDArray[np.float64]
    filled: NDArray[np.int64]
    #: What may come of the first and of the second side's move.
    outcomes: NDArray[np.float64]
    #: What is done in the first turn.
    plan: NDArray[np.int64]
    #: Battle states to work in, and results to add up.
    states: NDArray[np.int64]
    results: NDArray[np.float64]


def new_bench() -> Bench:
    """A bench; about 8 megabytes, of which a race touches little."""
    return Bench(
        hp=np.zeros((2, 2, SCENES, ROOM)),
        spares=np.zeros((12, ROOM)),
        dolls=np.zeros((2, 2, ROOM)),
        mass=np.zeros((2, SCENES)),
        tables=np.zeros((2, MOST + 1, FIELDS), dtype=np.int64),
        counts=np.zeros(2, dtype=np.int64),
        needed=np.zeros((2, MOST), dtype=np.int64),
        known=np.zeros((2, KNOWN)),
        strikes=np.zeros((2, SCENES + 1, STRIKE)),
        filled=np.zeros((2, SCENES), dtype=np.int64),
        outcomes=np.zeros((2, OUTCOMES, OUTCOME)),
        plan=np.zeros(PLAN, dtype=np.int64),
        states=np.zeros((6, VECTOR), dtype=np.int64),
        results=np.zeros((3, RESULTS)),
    )
