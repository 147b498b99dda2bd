"""Teams as they were put together: by name, or read from a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from predictiondex.ui.address import Reader, write_side
from predictiondex.ui.choice import SIDES, SideChoice, SideName
from predictiondex.wire import ParsedTeam, Side

MOST: Final = 6
#: Battles for each pair: the whole table takes well under a second.
BATTLES: Final = 500


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team."""

    side: SideChoice
    nickname: str | None = None


Team = tuple[Member, ...]


def parsed(answer: ParsedTeam) -> Team:
    """A team that the service has read."""
    return tuple(Member(chosen(side), name) for side, name in zip(answer.team, answer.nicknames, strict=True))


def chosen(side: Side) -> SideChoice:
    """A side of the wire as the page keeps it."""
    return SideChoice(
        pokemon=str(side.pokemon),
        moves=tuple(side.moves or ()),
        level=side.level,
        nature=side.nature,
        ivs=side.ivs.values(),
        avs=side.avs.values(),
        mega=side.mega if isinstance(side.mega, str) else "mega" if side.mega else "",
        friendship=side.friendship,
    )


def matchups(you: Team, foe: Team, lang: str) -> dict[str, Any]:
    """As ``POST /predict/matchups`` takes two teams."""
    return {
        "you": [member.side.request() for member in you],
        "opponent": [member.side.request() for member in foe],
        "engine": "hybrid",
        "simulations": BATTLES,
        "lang": lang,
    }


def export(team: Team) -> dict[str, Any]:
    """As ``POST /teams/export`` takes a team."""
    return {
        "team": [member.side.request() for member in team],
        "nicknames": [member.nickname for member in team],
    }


def write(teams: Mapping[SideName, Team]) -> dict[str, str]:
    """Both teams as parameters of an address: ``you.1``, ``you.1.level`` and so on."""
    parameters: dict[str, str] = {}
    for side in SIDES:
        for number, member in enumerate(teams[side], start=1):
            parameters |= write_side(f"{side}.{number}", member.side)
    return parameters


def read(reader: Reader) -> dict[SideName, Team]:
    """The teams that an address stands for."""
    return {side: _known(reader.side(f"{side}.{number}") for number in range(1, MOST + 1)) for side in SIDES}


def simple(forms: Sequence[str], level: int = SideChoice().level) -> Team:
    """A team of which only the names are known."""
    return tuple(Member(SideChoice(form, level=level)) for form in forms)


def _known(sides: Iterable[SideChoice]) -> Team:
    return tuple(Member(side) for side in sides if side.pokemon)
