"""How long work tells where it is. The CLI draws it; everywhere else it stays silent."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the steps of a load. Calls may come from several threads."""

    def start(self, step: str, total: int) -> None:
        """A step of ``total`` units begins; the one before is over."""

    def advance(self, units: int = 1) -> None:
        """``units`` of the current step are done."""

    def note(self, text: str) -> None:
        """Something a person may want to know."""


class Silent:
    """Tells nothing."""

    def start(self, step: str, total: int) -> None:
        """Ignore."""

    def advance(self, units: int = 1) -> None:
        """Ignore."""

    def note(self, text: str) -> None:
        """Ignore."""
