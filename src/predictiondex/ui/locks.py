"""What using a move costs and binds its user to, as far as a player's report tells it.

The rules are those of the service (``battle/action.py``, ``battle/aftermath.py``). No ability exists in these
games, so that every use costs one PP. A condition is kept by its name with the move that it concerns, empty
where it concerns none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from predictiondex.pokedex import pokedex

#: "Used" in the turn lost after Hyper Beam and its like, as the service names it.
RECHARGE: Final = "recharge"
STRUGGLE: Final = "struggle"
#: Conditions that follow from the moves used, and that therefore begin and end by themselves.
LOCKS: Final = ("twoturnmove", "lockedmove", "mustrecharge", "bide", "rage", "stall")
#: Those that leave no choice, and make the next use cost no PP.
_BINDING: Final = ("mustrecharge", "twoturnmove", "lockedmove", "bide")
#: Conditions that concern a move which has to be named.
NAMED: Final = ("encore", "disable", "twoturnmove", "lockedmove")
CHARGING: Final = tuple(move.id for move in pokedex.moves.values() if "charge" in move.flags)
RAMPAGES: Final = tuple(move.id for move in pokedex.moves.values() if move.self_volatile == "lockedmove")
#: Uses of a rampage at most, and turns of Bide before the one that strikes.
_LONGEST_RAMPAGE: Final = 3
_BIDING: Final = 2


def full(move: str) -> int:
    """The most PP of a move that was never used: three PP Ups are counted, as the service counts them."""
    return pokedex.moves[move].pp


def base(move: str) -> int:
    """PP of a move without PP Ups, of which each adds a fifth. Struggle takes none."""
    return full(move) if move == STRUGGLE else full(move) * 5 // 8


def is_own(used: str) -> bool:
    """Whether something used is a move of its user: neither nothing, nor a turn of rest, nor Struggle."""
    return used in pokedex.moves and used != STRUGGLE


def heals(used: str) -> bool:
    """Whether what was used may have hidden that a hit cost HP."""
    move = pokedex.moves.get(used)
    return move is not None and bool(move.heal or move.drain or move.id == "rest")


def concerned(condition: str, moves: Collection[str]) -> tuple[str, ...]:
    """What a condition may concern of somebody with these ``moves``, its own first; ``("",)``: nothing."""
    if condition not in NAMED:
        return ("",)
    if condition in ("encore", "disable"):
        return tuple(moves)
    kind = CHARGING if condition == "twoturnmove" else RAMPAGES
    return tuple(sorted(kind, key=lambda move: move not in moves))


def forced(conditions: Mapping[str, str]) -> str:
    """What has to be used now; empty where there is a choice."""
    if "mustrecharge" in conditions:
        return RECHARGE
    bound = conditions.get("twoturnmove") or conditions.get("lockedmove")
    return bound or ("bide" if "bide" in conditions else "")


def spent(pp: Mapping[str, int], conditions: Mapping[str, str], used: str) -> dict[str, int]:
    """PP left after a use, of the moves that are no longer full."""
    if not is_own(used) or any(name in conditions for name in _BINDING):
        return dict(pp)
    return {**pp, used: max(0, pp.get(used, full(used)) - 1)}


def bound_by(
    used: str, conditions: Mapping[str, str], since: Callable[[str], int], *, landed: bool, tired: bool
) -> dict[str, str]:
    """The locks after a use, with the confusion that ends the longest rampage.

    ``conditions`` are those before it and ``since`` tells how long they have been there; ``landed``: it did
    something to its target; ``tired``: its user has just become confused, which ends a rampage.
    """
    move = pokedex.moves.get(used)
    if move is None:
        return {}
    if "charge" in move.flags:
        return {} if conditions.get("twoturnmove") == used else {"twoturnmove": used}
    if move.self_volatile == "lockedmove":
        uses = since("lockedmove") + 1 if conditions.get("lockedmove") == used else 1
        if uses >= _LONGEST_RAMPAGE:
            return {"confusion": ""}
        return {"lockedmove": used} if landed and not (tired and uses > 1) else {}
    if move.self_volatile in ("mustrecharge", "rage"):
        return {move.self_volatile: ""} if landed else {}
    if move.volatile == "bide":
        strikes = "bide" in conditions and since("bide") >= _BIDING
        return {} if strikes else {"bide": ""}
    return {"stall": ""} if move.volatile == "protect" else {}
