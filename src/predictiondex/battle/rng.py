"""Randomness, injected: the battle's own state says where its numbers come from.

Three sources behind the same two functions. ``GEN5`` is the linear congruential generator of the fifth
generation that the reference uses: battles can be replayed seed for seed. ``FAST`` is a counter-based one
for Monte Carlo. ``SCRIPTED`` is for tests: every roll is stated with its range, and must be used up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import (
    RNG_KIND,
    RNG_WORD,
    SCRIPT_AT,
    SCRIPT_END,
    SCRIPT_FAULT,
)  # fmt: skip

GEN5: Final = 0
FAST: Final = 1
SCRIPTED: Final = 2

_LCG_A = np.uint64(0x5D588B656C078965)
_LCG_C = np.uint64(0x269EC3)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)


@kernel
def mix(word):
    """Scramble 64 bits (the finaliser of SplitMix64)."""
    word = (word ^ (word >> _30)) * _MIX1
    word = (word ^ (word >> _27)) * _MIX2
    return word ^ (word >> _31)


@kernel
def seed_fast(s, seed, index):
    """Give a battle its own fast stream, derived from the run's seed and the battle's number (``uint64``)."""
    s[RNG_KIND] = FAST
    s[RNG_WORD] = np.int64(mix(mix(seed + _GOLDEN) ^ (index * _LCG_A + _GOLDEN)))


@kernel
def roll(s, n):
    """A whole number from 0 to n - 1."""
    kind = s[RNG_KIND]
    word = np.uint64(s[RNG_WORD])
    if kind == FAST:
        word += _GOLDEN
        s[RNG_WORD] = np.int64(word)
        word = mix(word)
    elif kind == GEN5:
        word = word * _LCG_A + _LCG_C
        s[RNG_WORD] = np.int64(word)
    else:
        return _scripted(s, n)
    return np.int64(((word >> _32) * np.uint64(n)) >> _32)


@kernel
def _scripted(s, n):
    at = s[SCRIPT_AT]
    s[SCRIPT_AT] = at + 2
    if s[SCRIPT_FAULT] == 0 and (at + 1 >= s[SCRIPT_END] or s[at] != n):
        s[SCRIPT_FAULT] = n
    return np.int64(0) if s[SCRIPT_FAULT] != 0 else s[at + 1]


@kernel
def between(s, low, high):
    """A whole number from low to high - 1."""
    return low + roll(s, high - low)


def use_gen5(state: NDArray[np.int64], seed: Sequence[int]) -> None:
    """Draw from the reference's generator; the seed is four 16-bit words, most significant first."""
    word = 0
    for part in seed:
        word = word << 16 | part & 0xFFFF
    state[RNG_KIND] = GEN5
    state[RNG_WORD] = word - (1 << 64) if word >> 63 else word


def use_fast(state: NDArray[np.int64], seed: int, index: int = 0) -> None:
    """Draw from the fast source, as battle ``index`` of a run with ``seed`` does."""
    with np.errstate(over="ignore"):
        seed_fast(state, np.uint64(seed & 0xFFFFFFFFFFFFFFFF), np.uint64(index))


def with_script(state: NDArray[np.int64], rolls: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """A copy of a state that draws exactly these rolls: pairs (range, value), value below range."""
    flat = np.array([number for pair in rolls for number in pair], dtype=np.int64)
    scripted = np.concatenate([state, flat])
    scripted[RNG_KIND] = SCRIPTED
    scripted[SCRIPT_AT] = len(state)
    scripted[SCRIPT_END] = len(scripted)
    scripted[SCRIPT_FAULT] = 0
    return scripted


def script_left(state: NDArray[np.int64]) -> int:
    """Rolls of a script not used yet; -1 after a fault: a roll of another range, or none left."""
    if state[SCRIPT_FAULT] != 0:
        return -1
    return int(state[SCRIPT_END] - state[SCRIPT_AT]) // 2
