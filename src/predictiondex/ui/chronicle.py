"""The turns of a fight in the address, so that all of them outlive a reload, and can be shared.

``turns=surf.h80_crunch.h65~thunderbolt_.h30.spar``: turns with ``~`` between them, in each what you did,
``_``, and what the opponent did; of each the move used, then what it did not bring about by itself (PP, locks
and the moves seen follow from the moves used, see :class:`~predictiondex.ui.fight.Fight`)::

    h80           hit points, in per cent           s, spar       status: none, or which
    bGGGHGGG      stages, a letter each, G for 0    c, cyawn      conditions: none, or each of them
    cencore-surf  a condition with its move         d50           HP of the substitute, in per cent
    psurf-3       PP left of a move                 v, vcrunch    all moves that the opponent has shown

``before`` holds the same of the start of the first turn, where a side does not say it, with ``greflect-2``
for how long something has been there. ``asked`` tells what was advised in those turns: the move where another
was used, and the prediction. Anything may be in an address: what cannot be understood is left out with a hint
(:mod:`predictiondex.ui.retold` reads).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from predictiondex.ui import locks
from predictiondex.ui.address import write_side
from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.fight import Fight, Moment, Standing

#: Parameters of the address: the turn that the sides stand at, the turns from there on, what stood there
#: besides, what was advised, and how the fight ended where somebody said so.
TURN: Final = "turn"
TURNS: Final = "turns"
BEFORE: Final = "before"
ASKED: Final = "asked"
ENDED: Final = "ended"
#: The last turn that the service advises on.
LAST_TURN: Final = 1000
#: Characters of turns and of advice that an address holds: beyond that, the earliest are left out.
LONGEST: Final = 1500
LONGEST_ASKED: Final = 1000

#: What stands between turns, between sides, between what is said of one, and within that.
TURN_SIGN, SIDE_SIGN, PART_SIGN, WITH_SIGN = "~", "_", ".", "-"
#: Stages from -6 to 6.
STAGES: Final = "ABCDEFGHIJKLM"
MOST_AGE: Final = 99


@dataclass(frozen=True, slots=True)
class Noted:
    """What was advised in a turn, and the prediction that said so."""

    move: str
    prediction_id: str


def write(fight: Fight, noted: Mapping[int, Noted]) -> dict[str, str]:
    """The fight as parameters; ``noted`` is what was advised, by place of the turn."""
    start, told = _told(fight)
    parameters: dict[str, str] = {}
    for side, chosen in zip(SIDES, fight.selection(start), strict=True):
        parameters.update(write_side(side, chosen))
    parameters[TURN] = str(fight.first + start)
    before = SIDE_SIGN.join(_standing(fight.until(start), side) for side in SIDES)
    asked = _asked(fight, start, noted)
    ended = fight.ending if fight.now.you.hp and fight.now.foe.hp else ""
    rest = ((BEFORE, before.strip(SIDE_SIGN) and before), (TURNS, told), (ASKED, asked), (ENDED, ended))
    return parameters | {name: text for name, text in rest if text}


def _told(fight: Fight) -> tuple[int, str]:
    """As many of the last turns as an address holds, and the place of the first of them."""
    told: list[str] = []
    place, length = len(fight.moments) - 1, 0
    while place:
        text = _turn(fight.until(place - 1), fight.moments[place])
        length += len(text) + len(TURN_SIGN)
        if length > LONGEST and told:
            break
        told.append(text)
        place -= 1
    return place, TURN_SIGN.join(reversed(told))


def _turn(before: Fight, after: Moment) -> str:
    """What a turn brought."""
    plain = replace(after, seen=before.now.seen)
    parts = {side: _changes(before, side, after) for side in SIDES}
    if after.seen != before.seen_after(plain):
        parts["foe"] += [f"v{move}" for move in after.seen or ("",)]
    return SIDE_SIGN.join(PART_SIGN.join(parts[side]) for side in SIDES)


def _changes(before: Fight, side: SideName, after: Moment) -> list[str]:
    former, now = before.now.side(side), after.side(side)
    expected = locks.spent(former.pp, former.conditions, now.last)
    parts = [now.last]
    if now.hp != former.hp:
        parts.append(f"h{now.hp}")
    if now.status != former.status:
        parts.append(f"s{now.status}")
    if now.boosts != former.boosts:
        parts.append("b" + "".join(STAGES[stage + 6] for stage in now.boosts))
    if now.conditions != before.held_after(side, after):
        parts += _conditions(now) or ["c"]
    if now.decoy != former.decoy:
        parts.append(f"d{now.decoy}")
    changed = {*now.pp, *expected}
    parts += [_pp(move, now) for move in sorted(changed) if _left(now.pp, move) != _left(expected, move)]
    return parts


def _standing(fight: Fight, side: SideName) -> str:
    """What is not among a side's own parameters."""
    now = fight.now.side(side)
    parts = [fight.last(side), *_conditions(now)]
    if now.decoy != Standing().decoy:
        parts.append(f"d{now.decoy}")
    parts += [_pp(move, now) for move in sorted(now.pp)]
    parts += [f"g{name}{WITH_SIGN}{min(age, MOST_AGE)}" for name, age in fight.ages(side).items() if age]
    return PART_SIGN.join(parts)


def _conditions(now: Standing) -> list[str]:
    return [f"c{name}{WITH_SIGN}{move}" if move else f"c{name}" for name, move in now.conditions.items()]


def _pp(move: str, now: Standing) -> str:
    return f"p{move}{WITH_SIGN}{_left(now.pp, move)}"


def _left(pp: Mapping[str, int], move: str) -> int:
    return pp.get(move, locks.full(move))


def _asked(fight: Fight, start: int, noted: Mapping[int, Noted]) -> str:
    """What was advised, as far as an address holds it: the last turns, aligned to their end."""
    entries: list[str] = []
    length = 0
    for place in range(len(fight.moments) - 2, start - 1, -1):
        entry = _noted(noted.get(place), fight.moments[place + 1].you.last)
        length += len(entry) + len(TURN_SIGN)
        if length > LONGEST_ASKED:
            break
        entries.append(entry)
    return TURN_SIGN.join(reversed(entries)) if any(entries) else ""


def _noted(note: Noted | None, used: str) -> str:
    if note is None:
        return ""
    try:
        prediction = urlsafe_b64encode(UUID(note.prediction_id).bytes).decode().rstrip("=")
    except ValueError:  # a service that numbers its predictions otherwise
        return ""
    return f"{'' if note.move == used else note.move}{PART_SIGN}{prediction}"
