"""What the model is to learn: the share of battles won after each opening, played by the real rules."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.batch import greedy_slots
from predictiondex.battle.choices import locked_move, selectable
from predictiondex.battle.layout import MOVE, NONE, SIDE, A
from predictiondex.battle.montecarlo import play
from predictiondex.battle.policies import FIRST_MOVE, GREEDY

_REPLY = (GREEDY, NONE)


def openings_of(state: NDArray[np.int64]) -> NDArray[np.int64]:
    """The slots that A can open with; none where it has no choice."""
    block = state[A : A + SIDE].tolist()  # plain numbers: the rules run interpreted here
    free = selectable(block, 0) if locked_move(block, 0) == NONE else 0
    return np.array([slot for slot in range(4) if free >> slot & 1], dtype=np.int64)


def greedy_slot_of(state: NDArray[np.int64]) -> int:
    """The slot that a greedy A opens with."""
    return int(greedy_slots(state[np.newaxis])[0, 0])


def label(state: NDArray[np.int64], slot: int, *, n: int, seed: int) -> float:
    """Share of ``n`` battles that A wins opening with ``slot``, both greedy from then on; ties count half."""
    opening = (FIRST_MOVE, int(state[MOVE + slot]))
    return play(state, n=n, seed=seed, policies=(opening, _REPLY)).p


def seed_of(seed: int, *parts: int | str) -> int:
    """A seed of its own for each thing a run draws."""
    text = " ".join(str(part) for part in (seed, *parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1
