"""Sources outside the bundled snapshot, behind one small interface."""

from __future__ import annotations

from typing import Protocol

from predictiondex.etl.claims import Claims
from predictiondex.etl.progress import Progress
from predictiondex.pokedex import Pokedex


class Source(Protocol):
    """Something that can be asked about the facts of the games."""

    @property
    def name(self) -> str:
        """Its name in reports and rows."""

    def collect(self, pokedex: Pokedex, progress: Progress) -> Claims:
        """All it says about what ``pokedex`` holds. Never raises for a source that is away or wrong:
        what it could not say is in :attr:`Claims.gaps`, why it stopped in :attr:`Claims.down`.
        """
