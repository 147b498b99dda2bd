"""What a matchup is held back for: decided by its species alone, so that nothing leaks between the parts.

A few species are held back altogether: every matchup with one of them is in ``species``. Of the others each
unordered pair belongs to one part, whatever the forms, moves and levels.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

#: Parts in the order of their numbers: to learn from, to tune on, to test on unseen pairs, on unseen species.
SPLITS: Final = ("train", "valid", "test", "species")
TRAIN, VALID, TEST, SPECIES = range(4)

_HELD_BACK_SPECIES = 6
_TEST = 10
_VALID = 10


def _percent(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) % 100


@cache
def held_back(dex: int) -> bool:
    """Whether a species is never seen in training."""
    return _percent(f"species {dex}") < _HELD_BACK_SPECIES


@cache
def split_of(one: int, other: int) -> int:
    """The part of a matchup between two species (Pokédex numbers); the order does not matter."""
    if held_back(one) or held_back(other):
        return SPECIES
    place = _percent(f"pair {min(one, other)} {max(one, other)}")
    if place < _TEST:
        return TEST
    return VALID if place < _TEST + _VALID else TRAIN
