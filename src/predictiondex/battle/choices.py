"""What a side can choose: any slot with PP left, the one move it is locked into, or Struggle."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has
from predictiondex.battle.layout import (
    BIDE,
    CONDITIONS,
    DISABLED,
    LOCKED_ID,
    LOCKED_MOVE,
    MOVE,
    MUST_RECHARGE,
    NONE,
    PP,
    RECHARGE_TURN,
    TWO_TURN,
    TWO_TURN_ID,
)
from predictiondex.battle.moves import BIDE_MOVE, STRUGGLE


@kernel
def locked_move(s, side):
    """The move a side must use, ``RECHARGE_TURN``, or ``NONE`` where it may choose."""
    if s[side + CONDITIONS] == 0:
        return NONE
    if has(s, side, MUST_RECHARGE):
        return RECHARGE_TURN
    if has(s, side, TWO_TURN):
        return s[side + TWO_TURN_ID]
    if has(s, side, LOCKED_MOVE):
        return s[side + LOCKED_ID]
    if has(s, side, BIDE):
        return BIDE_MOVE
    return NONE


@kernel
def selectable(s, side):
    """Bits of the slots that can be chosen: filled, with PP left, not disabled."""
    slots = 0
    for slot in range(4):
        if s[side + MOVE + slot] != NONE and s[side + PP + slot] > 0:
            slots |= 1 << slot
    return slots & ~s[side + DISABLED]


@kernel
def chosen_move(s, side, slot):
    """The move that a choice of slot comes to."""
    lock = locked_move(s, side)
    if lock != NONE:
        return lock
    if selectable(s, side) == 0:
        return STRUGGLE
    return s[side + MOVE + slot]
