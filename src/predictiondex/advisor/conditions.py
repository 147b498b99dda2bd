"""Conditions of live advice, from what the player saw to the numbers that the rules keep.

Lengths are those of the rules (:mod:`predictiondex.battle.aftermath`, :mod:`predictiondex.battle.effects`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.words import CONDITIONS
from predictiondex.battle import layout as at
from predictiondex.battle.moves import CATEGORY as CATEGORY_COLUMN
from predictiondex.battle.moves import MOVE_NUMBER, STATUS_MOVE, TABLE
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Move
from predictiondex.wire import Condition, Side

#: Ends of turn that a condition lasts in all, for each that is counted; several: one of them, equally likely.
_LENGTHS: Final[dict[str, tuple[int, ...]]] = {
    "reflect": (5,),
    "lightscreen": (5,),
    "mist": (5,),
    "taunt": (3, 4),
    "encore": (3, 4),
    "disable": (4, 5),
    "yawn": (2,),
    "partiallytrapped": (5, 6),
    "twoturnmove": (2,),
    "mustrecharge": (2,),
    "bide": (3,),
}
#: Attempts to move that confusion lasts; turns of a rampage.
_CONFUSION: Final = (2, 3, 4, 5)
_RAMPAGE: Final = (2, 3)
#: Conditions that concern a move, and where its number is kept.
_MOVE_OF: Final = {
    "disable": at.DISABLE_ID,
    "encore": at.ENCORE_ID,
    "lockedmove": at.LOCKED_ID,
    "twoturnmove": at.TWO_TURN_ID,
}
#: Two-turn moves that hide their user; the others charge in the open.
_HIDING: Final = {"dig": at.DIG, "fly": at.FLY}

#: What chooses in its victim's place: never two of them at once.
_LOCKS: Final = frozenset({"bide", "lockedmove", "mustrecharge", "twoturnmove"})

_MOST_STALL: Final = 729

Hidden = dict[int, tuple[int, ...]]


def write_conditions(s: NDArray[np.int64], side: Side, field: str) -> Hidden:
    """Write a side's conditions into its block and find out what is disabled.

    Returns the places whose value the player cannot see, with the values that are possible.
    """
    if not side.conditions:
        return {}
    hidden: Hidden = {}
    names: list[str] = []
    for number, given in enumerate(side.conditions):
        condition = Condition(name=given) if isinstance(given, str) else given
        where = f"{field}.conditions[{number}]"
        bit = at.CONDITION_NAMES.index(condition.name)
        if s[at.CONDITIONS] >> bit & 1:
            said = message("condition.twice", name=CONDITIONS[condition.name])
            raise UsageError(said, field=f"{where}.name")
        hidden |= _write(s, bit, condition, where)
        names.append(condition.name)
    _check_locks(s, names, field)
    disable(s)
    return hidden


def _check_locks(s: NDArray[np.int64], names: Sequence[str], field: str) -> None:
    """Raise where two of the conditions want different moves: one would have ended the other."""
    locks = [name for name in names if name in _LOCKS]
    called = {name: s[place] for name, place in _MOVE_OF.items()} | {"bide": MOVE_NUMBER["bide"]}
    if "encore" in names and any(called.get(name, called["encore"]) != called["encore"] for name in locks):
        locks.append("encore")
    if len(locks) > 1:
        late = max(locks, key=names.index)
        other = next(name for name in locks if name != late)
        said = message("condition.both", one=CONDITIONS[other], other=CONDITIONS[late])
        raise UsageError(said, field=f"{field}.conditions[{names.index(late)}].name")


def _write(s: NDArray[np.int64], bit: int, condition: Condition, where: str) -> Hidden:
    name = condition.name
    if condition.hp_percent is not None and name != "substitute":
        raise UsageError(message("condition.hp"), field=f"{where}.hp_percent")
    elapsed = 1 if condition.turns is None else condition.turns
    _place(s, bit)
    if name in _MOVE_OF:
        _write_move(s, condition, where)
    elif condition.move is not None:
        raise UsageError(message("condition.no_move", name=CONDITIONS[name]), field=f"{where}.move")
    if name == "confusion":
        return _confused(s, elapsed)
    if name == "lockedmove":
        s[at.DURATION + bit] = 1
        return _counted(s, at.LOCKED_TURNS, _RAMPAGE, max(1, elapsed), where)
    if name == "substitute":
        share = 100.0 if condition.hp_percent is None else condition.hp_percent
        s[at.SUBSTITUTE_HP] = max(1, round(s[at.MAX_HP] // 4 * share / 100)) * 100
    if name == "stall":  # here the turns are uses in a row: the next works one time in 3, 9, 27...
        s[at.STALL_COUNTER] = min(3 ** max(1, elapsed), _MOST_STALL)
        s[at.DURATION + bit] = 1
    if name in _LENGTHS:
        return _counted(s, at.DURATION + bit, _LENGTHS[name], elapsed, where)
    return {}


def _place(s: NDArray[np.int64], bit: int) -> None:
    s[at.CONDITIONS] |= 1 << bit
    s[at.CONDITION_ORDER + s[at.CONDITION_COUNT]] = bit
    s[at.CONDITION_COUNT] += 1


def _confused(s: NDArray[np.int64], elapsed: int) -> Hidden:
    """Attempts to move that confusion still lasts.

    So many turns ended are as many attempts, or one less where it began after its victim had moved; turns
    that were lost otherwise (sleep, ice, flinching) do not count, so no number of turns is too many.
    """
    most = max(_CONFUSION)
    made = {max(0, min(elapsed, most) - late) for late in (0, 1)}
    left = tuple(sorted(length - one for length in _CONFUSION for one in made if length > one))
    s[at.CONFUSION_TIME] = left[len(left) // 2]
    return {at.CONFUSION_TIME: left} if len(set(left)) > 1 else {}


def _counted(s: NDArray[np.int64], place: int, lengths: tuple[int, ...], elapsed: int, where: str) -> Hidden:
    left = tuple(length - elapsed for length in lengths if length > elapsed)
    if not left:
        raise UsageError(message("condition.over", turns=max(lengths)), field=f"{where}.turns")
    s[place] = left[len(left) // 2]
    return {place: left} if len(left) > 1 else {}


def _write_move(s: NDArray[np.int64], condition: Condition, where: str) -> None:
    field = f"{where}.move"
    if condition.move is None:
        said = message("condition.which_move", name=CONDITIONS[condition.name])
        raise UsageError(said, field=field)
    move = pokedex.move(condition.move, field)
    number = MOVE_NUMBER[move.id]
    if condition.name in ("disable", "encore") and number not in s[at.MOVE : at.MOVE + 4]:
        raise UsageError(message("side.not_its_move", move=move.names), field=field)
    _check_kind(condition.name, move, field)
    s[_MOVE_OF[condition.name]] = number
    if condition.name in ("disable", "encore", "lockedmove"):
        s[at.LAST_MOVE] = number
    if condition.name == "twoturnmove":
        hiding = _HIDING.get(move.id)
        _place(s, at.CHARGING if hiding is None else hiding)
        if hiding is not None:
            s[at.DURATION + hiding] = 1


def _check_kind(name: str, move: Move, field: str) -> None:
    if name == "twoturnmove" and "charge" not in move.flags:
        raise UsageError(message("condition.no_second_turn", move=move.names), field=field)
    if name == "lockedmove" and move.self_volatile != "lockedmove":
        raise UsageError(message("condition.no_rampage", move=move.names), field=field)


def disable(s: NDArray[np.int64]) -> None:
    """Which slots Disable, Encore and Taunt take away this turn (``residual.disable_moves``)."""
    present = int(s[at.CONDITIONS])
    if not present:
        return
    for slot in range(4):
        move = int(s[at.MOVE + slot])
        if move == at.NONE:
            continue
        if (
            (present >> at.DISABLE & 1 and move == s[at.DISABLE_ID])
            or (present >> at.ENCORE & 1 and move != s[at.ENCORE_ID])
            or (present >> at.TAUNT & 1 and TABLE[move, CATEGORY_COLUMN] == STATUS_MOVE)
        ):
            s[at.DISABLED] |= 1 << slot
