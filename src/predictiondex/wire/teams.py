"""Sets and teams as text in Showdown's format, and back."""

from __future__ import annotations

from pydantic import Field

from predictiondex.wire.answers import _Answer
from predictiondex.wire.requests import Side, _Request

#: A team of six takes about 1,500 characters.
MAX_TEAM_TEXT = 20_000


class TeamText(_Request):
    """A set or a team of up to six, as Showdown exports it."""

    text: str = Field(min_length=1, max_length=MAX_TEAM_TEXT)
    lang: str = Field(default="en", pattern="^(en|fr)$")
    strict: bool = Field(default=True, description="Refuse moves that the form cannot have in these games.")


class ParsedTeam(_Answer):
    """The sides, ready to be put into any request, and what was read but means nothing in these games."""

    team: list[Side]
    nicknames: list[str | None]
    warnings: list[str]


class TeamSides(_Request):
    """One to six sides."""

    team: list[Side] = Field(min_length=1, max_length=6)
    nicknames: list[str | None] = Field(default_factory=list, max_length=6)


class ExportedTeam(_Answer):
    """Text in Showdown's format: names in English, as it wants them."""

    text: str
