"""Opponents of the games: a bundled table, each row with the page that says so, and the player's own.

A row without a source does not get in. A Pokémon without moves means that the source does not name them:
they are then assumed like those of any other opponent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from predictiondex.advisor.sides import likely_moves, move_ref
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import LEVELS
from predictiondex.pokedex.names import key
from predictiondex.wire import Side, TrainerKind, TrainerList, TrainerPokemon, TrainerSummary

_BUNDLED: Final = Path(__file__).with_name("data") / "trainers.json"
#: Name of the player's own table in the home.
OWN: Final = "trainers.json"
_MOST_OWN: Final = 1000


def listed(home: Path, lang: Lang, *, kind: str | None = None, search: str | None = None) -> TrainerList:
    """The table, narrowed by kind and by part of a trainer's, place's or Pokémon's name.

    Raises :class:`~predictiondex.errors.UsageError` for an unknown kind, and for an own table that cannot be
    read, naming the row.
    """
    if kind is not None and kind not in get_args(TrainerKind):
        said = message("trainer.kind", kind=kind, known=get_args(TrainerKind))
        raise UsageError(said, field="kind")
    rows = [*_bundled(), *_own(home)]
    found = [_summary(row, lang) for row in rows if kind is None or row["kind"] == kind]
    if search:
        found = [one for one in found if key(search) in _words(one)]
    return TrainerList(total=len(found), items=found)


def _words(one: TrainerSummary) -> str:
    names = [one.id, one.name, one.place]
    for member in one.team:
        form = pokedex.forms[member.pokemon]
        names += [form.names.en, form.names.fr]
    return " ".join(key(name) for name in names)


def first_side(trainer: str, home: Path) -> Side:
    """The first Pokémon of a trainer as a side; ``trainer#2`` names the second. Raises ``UsageError``."""
    name, _, place = trainer.partition("#")
    rows = {row["id"]: row for row in [*_bundled(), *_own(home)]}
    if name not in rows:
        raise UsageError(message("trainer.unknown", name=name), field="trainer")
    team = rows[name]["team"]
    number = int(place) if place.isdecimal() else 1
    if (place and not place.isdecimal()) or not 1 <= number <= len(team):
        raise UsageError(message("trainer.which", name=name, count=len(team)), field="trainer")
    return _side(team[number - 1])


def _side(member: Mapping[str, Any]) -> Side:
    """The Pokémon as a side; moves that nobody names are filled up with the likeliest."""
    moves = list(member["moves"])
    if moves and not member["complete"]:
        likely = likely_moves(pokedex.forms[member["pokemon"]], member["level"])
        moves += [move.id for move in reversed(likely) if move.id not in moves]
    return Side(pokemon=member["pokemon"], level=member["level"], moves=moves[:4] or None, strict=False)


@cache
def _bundled() -> tuple[dict[str, Any], ...]:
    rows = json.loads(_BUNDLED.read_text(encoding="utf-8"))["trainers"]
    return tuple(_checked(row, f"trainers[{place}]", sourced=True) for place, row in enumerate(rows))


def _own(home: Path) -> tuple[dict[str, Any], ...]:
    path = home / OWN
    if not path.is_file():
        return ()
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(message("trainer.unreadable", path=path, error=error), field=OWN) from error
    if not isinstance(rows, list) or len(rows) > _MOST_OWN:
        raise UsageError(message("trainer.list", path=path, most=_MOST_OWN), field=OWN)
    return tuple(_checked(row, f"{OWN}[{place}]", sourced=False) for place, row in enumerate(rows))


def _checked(row: Any, where: str, *, sourced: bool) -> dict[str, Any]:
    """A row with names looked up; an own one is of kind ``own`` and needs no source."""
    if not isinstance(row, dict):
        raise UsageError(message("trainer.object"), field=where)
    for name in ("id", "name"):
        if not isinstance(row.get(name), (str, dict if sourced else str)) or not row[name]:
            raise UsageError(message("trainer.missing", name=name), field=f"{where}.{name}")
    team = row.get("team")
    if not isinstance(team, list) or not 1 <= len(team) <= 6:
        raise UsageError(message("trainer.team"), field=f"{where}.team")
    source = row.get("source", "")
    if sourced and not str(source).startswith("https://"):
        raise UsageError(message("trainer.source"), field=f"{where}.source")
    return {
        "id": row["id"],
        "name": row["name"],
        "kind": row["kind"] if sourced else "own",
        "place": row.get("place", "") if sourced else str(row.get("place", "")),
        "source": str(source) or "own",
        "team": [
            _member(member, f"{where}.team[{place}]", sourced=sourced) for place, member in enumerate(team)
        ],
    }


def _member(member: Any, where: str, *, sourced: bool) -> dict[str, Any]:
    if not isinstance(member, dict):
        raise UsageError(message("trainer.member"), field=where)
    level = member.get("level")
    if isinstance(level, bool) or not isinstance(level, int) or not LEVELS.low <= level <= LEVELS.high:
        raise UsageError(message("trainer.level"), field=f"{where}.level")
    moves = member.get("moves", [])
    if not isinstance(moves, list) or len(moves) > 4:
        raise UsageError(message("trainer.moves"), field=f"{where}.moves")
    return {
        "pokemon": pokedex.form(member.get("pokemon", ""), f"{where}.pokemon").id,
        "level": level,
        "moves": [pokedex.move(name, f"{where}.moves[{place}]").id for place, name in enumerate(moves)],
        "complete": bool(member.get("complete", not sourced)) or len(moves) == 4,
        "note": str(member.get("note", "")),
    }


def _in(text: str | Mapping[str, str], lang: Lang) -> str:
    """A text of the bundled table in a language; an own one is there in one."""
    return text if isinstance(text, str) else text[lang]


def _summary(row: Mapping[str, Any], lang: Lang) -> TrainerSummary:
    return TrainerSummary(
        id=row["id"],
        name=_in(row["name"], lang),
        kind=row["kind"],
        place=_in(row["place"], lang),
        source=row["source"],
        team=[
            TrainerPokemon(
                pokemon=member["pokemon"],
                name=pokedex.forms[member["pokemon"]].names.in_(lang),
                level=member["level"],
                moves=[move_ref(pokedex.moves[move], lang) for move in member["moves"]],
                complete=member["complete"],
                note=member["note"],
            )
            for member in row["team"]
        ],
    )
