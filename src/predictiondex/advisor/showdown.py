"""Sets and teams in Showdown's text format.

::

    Nickname (Snorlax) (M)
    Level: 70
    Happiness: 70
    EVs: 120 HP / 30 Atk
    Adamant Nature
    IVs: 0 SpA
    - Body Slam

Names are taken in English or French. ``EVs:`` are awakening values here, as in Showdown's own Let's Go
formats; ``AVs:`` is understood too. A set without a level is level 100, as there; without happiness it has
the usual 70. Items, abilities and looks mean nothing in these games: they are told and left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from predictiondex.advisor.sides import fighter
from predictiondex.advisor.words import STAT_NAMES
from predictiondex.errors import UsageError
from predictiondex.messages import Message, Said, message
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import AVS, FRIENDSHIP, IVS, LEVELS, STATS
from predictiondex.wire import ExportedTeam, ParsedTeam, Side, TeamSides, TeamText

MAX_TEAM: Final = 6
_SHOWDOWN_LEVEL: Final = LEVELS.high
_SHORT: Final = dict(zip(STATS, ("HP", "Atk", "Def", "SpA", "SpD", "Spe"), strict=True))
#: What a stat may be called in a text, in small letters and without dots, and what it is.
_STATS_CALLED: Final[dict[str, str]] = {
    **{short.lower(): stat for stat, short in _SHORT.items()},
    **{name.lower().replace(".", ""): stat for stat, names in STAT_NAMES.items() for name in names},
    "spatk": "spa", "spdef": "spd", "special attack": "spa", "special defense": "spd",
    "atq": "atk", "déf": "def", "vit": "spe", "atq spé": "spa", "déf spé": "spd",
    "attaque spéciale": "spa", "défense spéciale": "spd",
}  # fmt: skip
#: Lines that mean nothing in these games.
_IGNORED: Final = ("ability", "trait", "shiny", "pokeball", "hidden power", "tera type", "gigantamax",
                   "dynamax level")  # fmt: skip
_HEADER: Final = re.compile(r"^===.*===$")
_GENDER: Final = re.compile(r"\s+\((M|F|N)\)$")
#: ``Nickname (Species)``.
_NAMED: Final = re.compile(r"(.*?)\s*\(([^()]+)\)")
_NUMBERS: Final = {"evs": ("avs", AVS), "avs": ("avs", AVS), "ivs": ("ivs", IVS)}


class TeamTextError(UsageError):
    """A line that cannot be read; ``line`` counts from 1."""

    def __init__(self, line: int, reason: Said, *, field: str = "") -> None:
        super().__init__(_at(line, reason), field=field or f"text.line[{line}]")
        self.line = line


def _at(line: int, reason: Said) -> Message:
    return message("team.line", number=line, reason=reason)


@dataclass(slots=True)
class _Set:
    """One set while it is read; ``lines`` tells where its parts stood."""

    side: dict[str, Any]
    nickname: str | None
    line: int
    lines: dict[str, int] = field(default_factory=dict)


def parse_team(request: TeamText) -> ParsedTeam:
    """Read a set or a team of up to six. Raises :class:`TeamTextError` naming line and reason."""
    lang: Lang = "fr" if request.lang == "fr" else "en"
    warnings: list[Message] = []
    sets: list[_Set] = []
    current: _Set | None = None
    for number, raw in enumerate(request.text.splitlines(), start=1):
        line = raw.strip()
        if not line or line == "---":
            current = None
        elif _HEADER.match(line):
            continue
        elif current is None:
            if len(sets) == MAX_TEAM:
                raise TeamTextError(number, message("team.most", most=MAX_TEAM))
            current = _first_line(line, number, warnings)
            sets.append(current)
        else:
            _further_line(current, line, number, warnings)
    if not sets:
        raise TeamTextError(1, message("team.nobody"))
    sides = [_checked(one, place, lang, strict=request.strict) for place, one in enumerate(sets)]
    return ParsedTeam(
        team=sides, nicknames=[one.nickname for one in sets], warnings=[one.in_(lang) for one in warnings]
    )


def _first_line(line: str, number: int, warnings: list[Message]) -> _Set:
    """``Nickname (Species) (M) @ Item``."""
    line, item = _without_item(line)
    if item and item.strip().lower() not in ("", "no item", "(no item)"):
        warnings.append(_at(number, message("team.item", item=item.strip())))
    line = re.sub(_GENDER, "", line.strip())
    nickname = None
    match = _NAMED.fullmatch(line)
    # Pikachu (partenaire) is a name as it stands; Alola (Raichu) is a Raichu called Alola.
    if match and (_is_form(match[2]) or not _is_form(line)):
        nickname, line = match[1].strip() or None, match[2].strip()
    try:
        form = pokedex.form(line, f"text.line[{number}]")
    except UsageError as error:
        raise TeamTextError(number, error.said) from error
    side: dict[str, Any] = {"pokemon": form.mega_of or form.id, "level": _SHOWDOWN_LEVEL, "moves": []}
    if form.mega_key:
        side["mega"] = form.mega_key
    return _Set(side, nickname, number)


def _without_item(line: str) -> tuple[str, str]:
    """A first line and its item; a nickname may hold the sign before an item, too."""
    rest, _, item = line.rpartition(" @ ")
    match = _NAMED.fullmatch(re.sub(_GENDER, "", item))
    return (rest, item) if rest and not (match and _is_form(match[2])) else (line, "")


def _is_form(name: str) -> bool:
    try:
        pokedex.form(name)
    except UsageError:
        return False
    return True


def _further_line(one: _Set, line: str, number: int, warnings: list[Message]) -> None:
    name, colon, value = (part.strip() for part in line.partition(":"))
    key = name.lower()
    if line.startswith(("-", "–")):
        _move_line(one, line[1:].strip(), number)
    elif nature := re.fullmatch(r"(?:(.+?)\s+Nature|Nature\s*:?\s*(.+))", line, re.IGNORECASE):
        _nature_line(one, (nature[1] or nature[2]).strip(), number)
    elif not colon:
        raise TeamTextError(number, message("team.no_line", line=line[:60]))
    elif key in _NUMBERS:
        _numbers_line(one, key, value, number)
    elif key in ("level", "niveau"):
        one.side["level"] = _whole(value, *LEVELS, message("team.level"), number)
    elif key in ("happiness", "friendship", "bonheur"):
        one.side["friendship"] = _whole(value, *FRIENDSHIP, message("team.happiness"), number)
    elif key in _IGNORED:
        if value and value.lower() not in ("no ability", "none", "no"):
            warnings.append(_at(number, message("team.meaningless", name=name)))
    else:
        raise TeamTextError(number, message("team.unknown_field", name=name[:40]))


def _move_line(one: _Set, text: str, number: int) -> None:
    if not text:
        return  # an empty slot
    moves: list[str] = one.side["moves"]
    if len(moves) == 4:
        raise TeamTextError(number, message("team.four_moves"))
    try:
        move = pokedex.move(text, f"text.line[{number}]")
    except UsageError as error:
        raise TeamTextError(number, error.said) from error
    if move.id in moves:
        raise TeamTextError(number, message("team.move_twice", move=move.names))
    one.lines[f"moves[{len(moves)}]"] = number
    moves.append(move.id)


def _nature_line(one: _Set, text: str, number: int) -> None:
    try:
        one.side["nature"] = pokedex.nature(text, f"text.line[{number}]").id
    except UsageError as error:
        raise TeamTextError(number, error.said) from error


def _numbers_line(one: _Set, key: str, text: str, number: int) -> None:
    name, bounds = _NUMBERS[key]
    values: dict[str, int] = {}
    for part in text.split("/"):
        match = re.fullmatch(r"(-?[0-9]+)\s+(\S.*)", part.strip())
        stat = _STATS_CALLED.get(match[2].lower().replace(".", "")) if match else None
        if match is None or stat is None:
            raise TeamTextError(number, message("team.stat", part=part.strip()[:40]))
        kind = STAT_NAMES[stat]
        what = message("team.avs", stat=kind) if name == "avs" else message("team.ivs", stat=kind)
        values[stat] = _whole(match[1], *bounds, what, number)
    one.side[name] = values


def _whole(text: str, low: int, high: int, what: Message, number: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or not low <= int(text) <= high:
        said = message("team.whole", what=what, low=low, high=high, text=text[:40])
        raise TeamTextError(number, said)
    return int(text)


def _checked(one: _Set, place: int, lang: Lang, *, strict: bool) -> Side:
    """The set as a side, its moves legal; a fault is told with the line that it came from."""
    if not one.side["moves"]:
        one.side.pop("moves")
    side = Side.model_validate(one.side)
    try:
        fighter(side, "set", lang=lang, strict=strict)
    except UsageError as error:
        inside = error.field.removeprefix("set.")
        line = one.lines.get(inside, one.line)
        raise TeamTextError(line, error.said, field=f"team[{place}].{inside}") from error
    return side


# --- export -------------------------------------------------------------------------------------------------


def export_team(request: TeamSides) -> ExportedTeam:
    """The team as Showdown reads it; unknown moves are left out. Raises ``UsageError`` naming the field."""
    names = [*request.nicknames, *[None] * MAX_TEAM]
    sets = [
        export_set(side, f"team[{place}]", nickname=name)
        for place, (side, name) in enumerate(zip(request.team, names, strict=False))
    ]
    return ExportedTeam(text="\n".join(sets))


def export_set(side: Side, field: str = "team[0]", *, nickname: str | None = None) -> str:
    """One set in Showdown's format, ending with a line break."""
    who = fighter(side, field, lang="en", strict=False)
    combatant = who.combatant
    mega = pokedex.mega_form(who.form, combatant.mega) if combatant.mega else None
    species = (mega or who.form).name
    lines = [f"{nickname} ({species})" if nickname else species]
    if combatant.level != _SHOWDOWN_LEVEL:
        lines.append(f"Level: {combatant.level}")
    lines.append(f"Happiness: {combatant.friendship}")
    avs = _listed(combatant.avs, usual=0)
    if avs:
        lines.append(f"EVs: {avs}")
    lines.append(f"{pokedex.natures[combatant.nature].names.en} Nature")
    ivs = _listed(combatant.ivs, usual=IVS.high)
    if ivs:
        lines.append(f"IVs: {ivs}")
    if side.moves is not None:
        lines += [f"- {move.names.en}" for move in who.moves]
    return "\n".join(lines) + "\n"


def _listed(values: Sequence[int], usual: int) -> str:
    pairs = zip(values, _SHORT.values(), strict=True)
    return " / ".join(f"{value} {short}" for value, short in pairs if value != usual)
