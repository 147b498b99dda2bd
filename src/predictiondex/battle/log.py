"""What happened in a battle, as typed events read from the kernel's log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import events as ev
from predictiondex.battle import layout as at
from predictiondex.battle.combatant import FORM_IDS
from predictiondex.battle.moves import MOVE_IDS
from predictiondex.pokedex.model import BOOSTS, TYPES

#: Events that one turn may log; no turn comes near it.
ROOM: Final = 256
Side = Literal["A", "B"]

CAUSES: Final = (
    "move", "recoil", "crash", "burn", "poison", "leechseed", "trap", "confusion", "substitute", "drain",
)  # fmt: skip
REASONS: Final = (
    "", "asleep", "frozen", "paralysed", "flinched", "recharging", "disabled", "taunted", "nopp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``kind`` says which fields are set; the others are ``None``.

    ``side`` is whom it concerns (``turn`` concerns nobody): the user of a move, whoever loses hp, the
    winner. ``number`` is the turn of ``turn``, the hits of ``hits`` and the exponent of two of ``effective``;
    ``by`` is the move that called another; ``cause``, ``reason`` and ``condition`` are short ids (``CAUSES``,
    ``REASONS``, ``layout.CONDITION_NAMES``).
    """

    kind: str
    side: Side | None = None
    move: str | None = None
    by: str | None = None
    points: int | None = None
    cause: str | None = None
    number: int | None = None
    status: str | None = None
    stat: str | None = None
    change: int | None = None
    condition: str | None = None
    reason: str | None = None
    form: str | None = None
    type: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fields that are set, for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def _move(number: int) -> str | None:
    return MOVE_IDS[number] if number >= 0 else None


def _amount(first: int, second: int) -> dict[str, Any]:
    return {"points": first, "cause": CAUSES[second]}


def _number(first: int, _second: int) -> dict[str, Any]:
    return {"number": first}


def _known_move(first: int, _second: int) -> dict[str, Any]:
    return {"move": _move(first)}


def _status(first: int, _second: int) -> dict[str, Any]:
    return {"status": at.STATUS_NAMES[first]}


def _condition(first: int, _second: int) -> dict[str, Any]:
    return {"condition": at.CONDITION_NAMES[first]}


def _form(first: int, _second: int) -> dict[str, Any]:
    return {"form": FORM_IDS[first]}


def _points(first: int, _second: int) -> dict[str, Any]:
    return {"points": first}


def _nothing(_first: int, _second: int) -> dict[str, Any]:
    return {}


#: Name of each event code, and how its two values read.
_KINDS: Final[dict[int, tuple[str, Callable[[int, int], dict[str, Any]]]]] = {
    ev.TURN: ("turn", _number),
    ev.MOVE: ("move", lambda first, second: {"move": _move(first), "by": _move(second)}),
    ev.MISS: ("miss", _nothing),
    ev.FAIL: ("fail", _nothing),
    ev.IMMUNE: ("immune", _nothing),
    ev.PROTECTED: ("protected", _nothing),
    ev.CRITICAL: ("critical", _nothing),
    ev.EFFECTIVE: ("effective", _number),
    ev.DAMAGE: ("damage", _amount),
    ev.HEAL: ("heal", _amount),
    ev.HITS: ("hits", _number),
    ev.FAINT: ("faint", _nothing),
    ev.STATUS: ("status", _status),
    ev.CURE: ("cure", _status),
    ev.STAGE: ("stage", lambda first, second: {"stat": BOOSTS[first], "change": second}),
    ev.BEGIN: ("begin", _condition),
    ev.END: ("end", _condition),
    ev.CANNOT: ("cannot", lambda first, second: {"reason": REASONS[first], "move": _move(second)}),
    ev.PREPARE: ("prepare", _known_move),
    ev.SUBSTITUTE_HIT: ("substitutehit", _points),
    ev.MEGA: ("mega", _form),
    ev.TRANSFORM: ("transform", _form),
    ev.TYPE_CHANGE: ("type", lambda first, _second: {"type": TYPES[first]}),
    ev.RESET_STAGES: ("resetstages", _nothing),
    ev.LEARN: ("learn", _known_move),
    ev.BIDE_STORES: ("bidestores", _nothing),
    ev.BIDE_RELEASES: ("bidereleases", _points),
    ev.CONFUSED: ("confused", _nothing),
    ev.WIN: ("win", _nothing),
}
KINDS: Final = tuple(name for name, _ in _KINDS.values())


def read_log(state: NDArray[np.int64]) -> tuple[Event, ...]:
    """The events that a recording state holds, oldest first."""
    return tuple(_event(*row) for row in entries(state))


def entries(state: NDArray[np.int64]) -> list[list[int]]:
    """The same as the kernel wrote it down: code, side (0 A, 1 B) and two values each."""
    log = state[at.LOG : at.LOG + int(state[at.LOG_COUNT]) * ev.WIDTH]
    rows: list[list[int]] = log.reshape(-1, ev.WIDTH).tolist()
    return rows


def recording(states: NDArray[np.int64]) -> NDArray[np.int64]:
    """Copies of states ``(n, at least STATE)`` with room for what happens in a turn."""
    copies = np.zeros((len(states), at.VECTOR + ROOM * ev.WIDTH), dtype=np.int64)
    copies[:, : at.STATE] = states[:, : at.STATE]
    copies[:, at.LOG_CAPACITY] = ROOM
    copies[:, at.LOG_COUNT] = 0
    return copies


def _event(code: int, side: int, first: int, second: int) -> Event:
    kind, read = _KINDS[code]
    whose: Side | None = None if code == ev.TURN else ("B" if side else "A")
    return Event(kind, whose, **read(first, second))
