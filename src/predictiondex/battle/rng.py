"""Randomness, injected: one small array says where the numbers come from.

Three sources behind the same two functions: the generation 5 linear congruential generator that the
reference uses (battles can be replayed seed for seed), a fast counter-based one for Monte Carlo, and a
script for tests, in which every roll is stated with its range and must be used up.

The array is ``uint64``: kind, state, script position, script fault, then pairs (range, value).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.compiled import kernel

KIND: Final = 0
WORD: Final = 1
POSITION: Final = 2
FAULT: Final = 3
SCRIPT: Final = 4

GEN5: Final = np.uint64(0)
FAST: Final = np.uint64(1)
SCRIPTED: Final = np.uint64(2)

_LCG_A = np.uint64(0x5D588B656C078965)
_LCG_C = np.uint64(0x269EC3)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_ONE = np.uint64(1)
_TWO = np.uint64(2)

#: A script fault: the script ran out, or the next stated range is not the one asked for.
NO_FAULT: Final = np.uint64(0)


@kernel
def mix(word: np.uint64) -> np.uint64:
    """Scramble 64 bits (the finaliser of SplitMix64)."""
    word = (word ^ (word >> _30)) * _MIX1
    word = (word ^ (word >> _27)) * _MIX2
    return word ^ (word >> _31)


@kernel
def seed_battle(rng, seed, index):  # type: ignore[no-untyped-def]
    """Start the fast source for one battle: a stream of its own for each (seed, index)."""
    rng[KIND] = FAST
    rng[WORD] = mix(mix(seed + _GOLDEN) ^ (index * _LCG_A + _GOLDEN))


@kernel
def roll(rng, n):  # type: ignore[no-untyped-def]
    """A whole number from 0 to n - 1."""
    kind = rng[KIND]
    if kind == FAST:
        word = rng[WORD] + _GOLDEN
        rng[WORD] = word
        word = mix(word)
    elif kind == GEN5:
        word = rng[WORD] * _LCG_A + _LCG_C
        rng[WORD] = word
    else:
        return _scripted(rng, n)
    return np.int64(((word >> _32) * np.uint64(n)) >> _32)


@kernel
def _scripted(rng, n):  # type: ignore[no-untyped-def]
    at = np.int64(SCRIPT) + np.int64(rng[POSITION] * _TWO)
    rng[POSITION] += _ONE
    if rng[FAULT] == NO_FAULT and (at + 1 >= rng.shape[0] or rng[at] != np.uint64(n)):
        rng[FAULT] = rng[POSITION]
    if rng[FAULT] != NO_FAULT:
        return np.int64(0)
    return np.int64(rng[at + 1])


@kernel
def between(rng, low, high):  # type: ignore[no-untyped-def]
    """A whole number from low to high - 1."""
    return low + roll(rng, high - low)


def gen5(seed: Sequence[int]) -> NDArray[np.uint64]:
    """The reference's generator from its seed: four 16-bit words, most significant first."""
    word = 0
    for part in seed:
        word = word << 16 | part & 0xFFFF
    return np.array([GEN5, word, 0, 0], dtype=np.uint64)


def fast(seed: int = 0, index: int = 0) -> NDArray[np.uint64]:
    """The fast source for battle number ``index`` of a run with ``seed``."""
    rng = np.zeros(SCRIPT, dtype=np.uint64)
    with np.errstate(over="ignore"):
        seed_battle(rng, np.uint64(seed & 0xFFFFFFFFFFFFFFFF), np.uint64(index))
    return rng


def scripted(rolls: Iterable[tuple[int, int]]) -> NDArray[np.uint64]:
    """A source that gives exactly these rolls: pairs (range, value), value below range."""
    flat = [number for pair in rolls for number in pair]
    return np.array([SCRIPTED, 0, 0, 0, *flat], dtype=np.uint64)


def script_left(rng: NDArray[np.uint64]) -> int:
    """Rolls of a script that were not used; a fault (wrong range, or too few rolls) gives -1."""
    if rng[FAULT]:
        return -1
    return (len(rng) - SCRIPT) // 2 - int(rng[POSITION])
