"""What a session keeps of its two teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from predictiondex.messages.text import Lang
from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.state import remembered
from predictiondex.ui.team import Team
from predictiondex.wire import MatchupsAnswer, ParsedTeam, Problem

PAGE: Final = "teams"
_SESSION: Final = "pdx.teams"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that was to be a team, and what the service made of it, said in a language."""

    text: str
    found: ParsedTeam | Problem
    lang: Lang


@dataclass(slots=True)
class Bench:
    """Both teams, what was asked of them, and what was said about the text of a side."""

    teams: dict[SideName, Team] = field(default_factory=lambda: dict.fromkeys(SIDES, ()))
    question: dict[SideName, Team] | None = None
    answer: MatchupsAnswer | None = None
    answered: dict[str, Any] | None = None
    complaint: SideName | None = None
    readings: dict[SideName, Reading] = field(default_factory=dict)

    def ask(self) -> None:
        """Make the teams the question, or say what is missing."""
        self.complaint = next((side for side in SIDES if not self.teams[side]), None)
        if not self.complaint:
            self.question = dict(self.teams)


def bench() -> Bench:
    """What this session keeps."""
    return remembered(_SESSION, Bench)


def key(side: SideName, name: str) -> str:
    """Key of a widget of a side."""
    return f"{PAGE}.{side}.{name}"
