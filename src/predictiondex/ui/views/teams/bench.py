"""What a session keeps of its two teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.state import remembered
from predictiondex.ui.team import Team
from predictiondex.wire import MatchupsAnswer, Problem

PAGE: Final = "teams"
_SESSION: Final = "pdx.teams"


@dataclass(slots=True)
class Bench:
    """Both teams, what was asked of them, and what was said about the text of a side.

    ``faults``: why a text could not be read, with the text; ``remarks``: what was read but means nothing.
    """

    teams: dict[SideName, Team] = field(default_factory=lambda: dict.fromkeys(SIDES, ()))
    question: dict[SideName, Team] | None = None
    answer: MatchupsAnswer | None = None
    answered: dict[str, Any] | None = None
    complaint: str = ""
    faults: dict[SideName, tuple[Problem, str]] = field(default_factory=dict)
    remarks: dict[SideName, list[str]] = field(default_factory=dict)

    def ask(self) -> None:
        """Make the teams the question, or say what is missing."""
        self.complaint = next((side for side in SIDES if not self.teams[side]), "")
        if not self.complaint:
            self.question = dict(self.teams)


def bench() -> Bench:
    """What this session keeps."""
    return remembered(_SESSION, Bench)


def key(side: SideName, name: str) -> str:
    """Key of a widget of a side."""
    return f"{PAGE}.{side}.{name}"
