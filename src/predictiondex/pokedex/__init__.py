"""The facts of the games: forms, moves, types, learnsets and names, typed and immutable.

``from predictiondex.pokedex import pokedex`` gives the one :class:`Pokedex` of the process. It is read on
first use, so that importing this package for its types alone costs nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from predictiondex.pokedex.model import (
    BOOSTS,
    STATS,
    TYPES,
    Form,
    Learn,
    Move,
    Names,
    Nature,
    Secondary,
    Species,
)

if TYPE_CHECKING:
    from predictiondex.pokedex.dex import Pokedex

    pokedex: Pokedex

__all__ = [
    "BOOSTS", "STATS", "TYPES", "Form", "Learn", "Move", "Names", "Nature", "Pokedex", "Secondary", "Species",
    "pokedex",
]  # fmt: skip


@cache
def _bundled() -> Pokedex:
    from predictiondex.pokedex.load import load

    return load()


def __getattr__(name: str) -> object:
    if name == "pokedex":
        return _bundled()
    if name == "Pokedex":
        from predictiondex.pokedex.dex import Pokedex

        return Pokedex
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
