"""A fight as an address tells it (:mod:`predictiondex.ui.chronicle` wrote it), played turn by turn.

Anything may stand there: what cannot be is left out with a hint, and the rest holds.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui import locks
from predictiondex.ui.address import Reader, whole_number
from predictiondex.ui.choice import MAX_MOVES, SIDES, STATUSES, SideName
from predictiondex.ui.chronicle import (
    ASKED,
    BEFORE,
    ENDED,
    LAST_TURN,
    LONGEST,
    LONGEST_ASKED,
    MOST_AGE,
    PART_SIGN,
    SIDE_SIGN,
    STAGES,
    TURN_SIGN,
    TURNS,
    WITH_SIGN,
    Noted,
)
from predictiondex.ui.fight import CONDITIONS, Ending, Fight, Moment

_ENDINGS: Final[tuple[Ending, ...]] = ("", "win", "loss")
#: What can be said of the start of the first turn, and of a turn.
_AT_FIRST: Final = "cdpg"
_LATER: Final = {"you": "hsbcdp", "foe": "hsbcdpv"}
#: A prediction's id in an address.
_ID: Final = 22


@dataclass(slots=True)
class _Told:
    """What is said of one side: what it used, what stands otherwise (by name of the field), and all else.

    ``conditions`` and ``seen`` are ``None`` where nothing is said of them.
    """

    used: str = ""
    otherwise: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, str] | None = None
    seen: list[str] | None = None
    pp: dict[str, int] = field(default_factory=dict)
    ages: dict[str, int] = field(default_factory=dict)


def read(reader: Reader, fight: Fight) -> tuple[Fight, dict[int, Noted]]:
    """A fight that has just begun, with everything that the address tells of it, and what was advised by
    place of the turn. Hints are among those of ``reader``."""
    fight = _begun(reader, fight)
    for text in _entries(reader, TURNS, LONGEST):
        if fight.ending or fight.turn >= LAST_TURN:
            reader.hint("address.option", TURNS, text)
            break
        fight = _played(reader, fight, text)
    fight = fight.ended(fight.ending or reader.one_of(ENDED, _ENDINGS, ""))
    return fight, _asked(reader, fight)


def _entries(reader: Reader, name: str, longest: int) -> list[str]:
    """The turns of a parameter."""
    text = _cut(reader, name, longest)
    return text.split(TURN_SIGN) if text else []


def _cut(reader: Reader, name: str, longest: int) -> str:
    """A parameter; what is longer than the page writes is cut."""
    text = reader.text(name)
    if len(text) > longest:
        reader.hint("address.option", name, text)
    return text[:longest]


def _begun(reader: Reader, fight: Fight) -> Fight:
    """How both stood at first besides what their own parameters say."""
    for side, told in _sides(reader, fight, BEFORE, _cut(reader, BEFORE, LONGEST)).items():
        now, held = fight.now.side(side), told.conditions or {}
        ages = {name: age for name, age in told.ages.items() if name in (*held, now.status)}
        standing = replace(now, last=told.used, conditions=held, ages=ages, **told.otherwise)
        fight = _with_pp(fight.standing(side, standing), side, told)
    idle = fight.now.putting("foe", replace(fight.now.foe, last=""))
    seen = fight.seen_after(idle)
    return replace(fight, foe=replace(fight.foe, moves=seen)).showing(seen)


def _played(reader: Reader, fight: Fight, text: str) -> Fight:
    """One turn later: PP are counted and locks concluded as when it was entered."""
    sides = _sides(reader, fight, TURNS, text)
    moment = fight.now
    for side, told in sides.items():
        moment = moment.putting(side, replace(moment.side(side), last=told.used, **told.otherwise))
    moment = _held(fight, moment, sides)
    if (seen := sides["foe"].seen) is not None:
        moment = replace(moment, seen=tuple(dict.fromkeys(seen))[:MAX_MOVES])
    fight = fight.then(moment)
    for side, told in sides.items():
        fight = _with_pp(fight, side, told)
    return fight


def _held(fight: Fight, moment: Moment, sides: dict[SideName, _Told]) -> Moment:
    """With the conditions that are told, or follow."""
    for side, told in sides.items():
        held = fight.held_after(side, moment) if told.conditions is None else told.conditions
        moment = moment.putting(side, replace(moment.side(side), conditions=held))
    return moment


def _with_pp(fight: Fight, side: SideName, told: _Told) -> Fight:
    for move, left in told.pp.items():
        fight = fight.with_pp(side, move, left)
    return fight


def _sides(reader: Reader, fight: Fight, name: str, text: str) -> dict[SideName, _Told]:
    """What is said of both sides."""
    texts = text.split(SIDE_SIGN)
    for unknown in texts[len(SIDES) :]:
        _leave_out(reader, fight, name, unknown)
    found: dict[SideName, _Told] = {}
    for place, side in enumerate(SIDES):
        allowed = _AT_FIRST if name == BEFORE else _LATER[side]
        found[side] = told = _Told()
        used, *parts = (texts[place] if place < len(texts) else "").split(PART_SIGN)
        moves = fight.you.moves if side == "you" else reader.lookup.pool(fight.foe.pokemon or "")
        forced = locks.forced(fight.now.side(side).conditions)
        # What was used before the turns that are told may have been forced by what is over by now.
        usable = pokedex.moves if name == BEFORE else ("", forced, locks.STRUGGLE, locks.RECHARGE, *moves)
        if not used or used in usable:
            told.used = used
        else:
            _leave_out(reader, fight, name, used)
        for part in parts:
            sign, rest = part[:1], part[1:]
            if not (sign and sign in allowed and _READ[sign](told, rest, moves)):
                _leave_out(reader, fight, name, part)
    return found


def _leave_out(reader: Reader, fight: Fight, name: str, text: str) -> None:
    reader.hint("address.turn", name, text, turn=str(fight.turn))


# --- what is said of a side: each takes its text and says whether it can be -------------------------------


def _field(told: _Told, text: str, moves: Collection[str], *, name: str, least: int) -> bool:  # noqa: ARG001
    value = _between(text, least, 100)
    if value is not None:
        told.otherwise[name] = value
    return value is not None


def _status(told: _Told, text: str, moves: Collection[str]) -> bool:  # noqa: ARG001
    if text in STATUSES:
        told.otherwise["status"] = text
    return text in STATUSES


def _boosts(told: _Told, text: str, moves: Collection[str]) -> bool:  # noqa: ARG001
    stages = tuple(STAGES.find(letter) - 6 for letter in text)
    possible = len(stages) == len(BOOSTS) and min(stages) >= -6
    if possible:
        told.otherwise["boosts"] = stages
    return possible


def _condition(told: _Told, text: str, moves: Collection[str]) -> bool:
    name, _, move = text.partition(WITH_SIGN)
    possible = name in CONDITIONS and move in locks.concerned(name, moves)
    if possible or not text:
        told.conditions = told.conditions or {}
    if possible and told.conditions is not None:
        told.conditions[name] = move
    return possible or not text


def _pp(told: _Told, text: str, moves: Collection[str]) -> bool:
    move, _, number = text.partition(WITH_SIGN)
    left = _between(number, 0, locks.full(move)) if move in moves else None
    if left is not None:
        told.pp[move] = left
    return left is not None


def _age(told: _Told, text: str, moves: Collection[str]) -> bool:  # noqa: ARG001
    name, _, number = text.partition(WITH_SIGN)
    turns = _between(number, 1, MOST_AGE) if name in (*CONDITIONS, "tox") else None
    if turns is not None:
        told.ages[name] = turns
    return turns is not None


def _shown(told: _Told, text: str, moves: Collection[str]) -> bool:
    if not text or text in moves:
        told.seen = [*(told.seen or ()), *filter(None, (text,))]
    return not text or text in moves


_READ: Final[Mapping[str, Callable[[_Told, str, Collection[str]], bool]]] = {
    "h": partial(_field, name="hp", least=0),
    "d": partial(_field, name="decoy", least=1),
    "s": _status,
    "b": _boosts,
    "c": _condition,
    "p": _pp,
    "g": _age,
    "v": _shown,
}


def _between(text: str, least: int, most: int) -> int | None:
    value = whole_number(text)
    return value if value is not None and least <= value <= most else None


# --- what was advised --------------------------------------------------------------------------------


def _asked(reader: Reader, fight: Fight) -> dict[int, Noted]:
    """What was advised; entries belong to the last turns that were played."""
    entries = _entries(reader, ASKED, LONGEST_ASKED)
    first = len(fight.moments) - 1 - len(entries)
    found: dict[int, Noted] = {}
    for place, entry in enumerate(entries, first):
        if not entry:
            continue
        move, _, text = entry.partition(PART_SIGN)
        prediction = _prediction(text)
        if place < 0 or prediction is None or (move and move not in (locks.RECHARGE, *fight.you.moves)):
            reader.hint("address.option", ASKED, entry)
            continue
        found[place] = Noted(move or fight.moments[place + 1].you.last, prediction)
    return found


def _prediction(text: str) -> str | None:
    """The id of a prediction."""
    if len(text) != _ID or not text.isascii():
        return None
    try:
        return str(UUID(bytes=urlsafe_b64decode(text + "==")))
    except ValueError:
        return None
