"""Changes to one side: hp, status, stat stages, and the conditions that come and go.

Everything here takes the state ``s`` and a side as the offset of its block. Anything that could change a
greedy player's mind clears the remembered choice.
"""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.events import emit
from predictiondex.battle.layout import (
    CHARGING,
    CONDITION_COUNT,
    CONDITION_ORDER,
    CONDITIONS,
    CONFUSION,
    CONFUSION_TIME,
    DIG,
    DURATION,
    FAINT_COUNT,
    FAINT_QUEUE,
    FAINTING,
    FLY,
    GREEDY_CHOICE,
    HP,
    LOCKED_MOVE,
    LOCKED_TURNS,
    MAX_HP,
    MIST,
    NONE,
    OK,
    PAR,
    ROOST,
    SIDE,
    SLP,
    SPE,
    SPEED,
    STAGE,
    STAGE_SPE,
    STATUS,
    STATUS_TIME,
    TWO_TURN,
    TYPE1,
    TYPE2,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import FLYING, NORMAL, STATUS_IMMUNITY, trait
from predictiondex.battle.rng import between


@kernel
def other(side):
    """The other side's block."""
    return np.uint32(SIDE - side)


@kernel
def forget_choices(s):
    """Something that a greedy player looks at has changed."""
    s[A + GREEDY_CHOICE] = NONE
    s[B + GREEDY_CHOICE] = NONE


# --- types -------------------------------------------------------------------------------------------


@kernel
def types(s, side):
    """The two types in force (the second ``NONE``): Roost takes Flying away for the turn."""
    first, second = s[side + TYPE1], s[side + TYPE2]
    if has(s, side, ROOST):
        if second == FLYING:
            second = NONE
        if first == FLYING:
            first, second = second, NONE
        if first == NONE:
            first = NORMAL
    return first, second


@kernel
def has_type(s, side, which):
    """Whether the side has a type now."""
    first, second = types(s, side)
    return which in (first, second)


# --- conditions -------------------------------------------------------------------------------------


@kernel
def has(s, side, condition):
    """Whether a condition is in force on a side."""
    return s[side + CONDITIONS] >> condition & 1 == 1


@kernel
def place(s, side, condition, duration):
    """Put a condition on a side, last in its order; the caller has checked that it can begin."""
    s[side + CONDITIONS] |= 1 << condition
    s[side + CONDITION_ORDER + s[side + CONDITION_COUNT]] = condition
    s[side + CONDITION_COUNT] += 1
    s[side + DURATION + condition] = duration
    forget_choices(s)
    emit(s, ev.BEGIN, side, condition, 0)


@kernel
def discard(s, side, condition):
    """Take a condition off without its ending effects."""
    if not has(s, side, condition):
        return
    s[side + CONDITIONS] &= ~(1 << condition)
    last = s[side + CONDITION_COUNT] - 1
    s[side + CONDITION_COUNT] = last
    at = 0
    while s[side + CONDITION_ORDER + at] != condition:
        at += 1
    while at < last:
        s[side + CONDITION_ORDER + at] = s[side + CONDITION_ORDER + at + 1]
        at += 1
    forget_choices(s)
    emit(s, ev.END, side, condition, 0)


@kernel
def confuse(s, side):
    """Begin confusion of 2 to 5 attempts to move; False if it cannot."""
    if s[side + HP] <= 0 or has(s, side, CONFUSION):
        return False
    place(s, side, CONFUSION, 0)
    s[side + CONFUSION_TIME] = between(s, 2, 6)
    return True


@kernel
def end(s, side, condition):
    """End a Pokémon's condition with what its ending does; the fainted keep theirs."""
    if s[side + HP] <= 0 or not has(s, side, condition):
        return
    if condition == LOCKED_MOVE and s[side + LOCKED_TURNS] <= 1:
        confuse(s, side)
    elif condition == TWO_TURN:
        discard(s, side, DIG)
        discard(s, side, FLY)
        discard(s, side, CHARGING)
    discard(s, side, condition)


# --- hp ------------------------------------------------------------------------------------------------


@kernel
def queue_faint(s, side):
    """Down to 0 hp: leaves the field when the queue is next looked at."""
    if s[side + FAINTING] == 0:
        s[side + HP] = 0
        s[side + FAINTING] = 1
        s[FAINT_QUEUE + s[FAINT_COUNT]] = side
        s[FAINT_COUNT] += 1


@kernel
def lose_hp(s, side, points, cause):
    """Lose whole points (at least one); returns how many were there to lose."""
    if s[side + HP] <= 0:
        return 0
    points = min(max(points, 1), s[side + HP])
    s[side + HP] -= points
    emit(s, ev.DAMAGE, side, points, cause)
    if s[side + HP] == 0:
        queue_faint(s, side)
    return points


@kernel
def gain_hp(s, side, points, cause):
    """Regain points; False where there is nothing to heal."""
    if s[side + HP] <= 0 or s[side + HP] >= s[side + MAX_HP] or points <= 0:
        return False
    points = min(points, s[side + MAX_HP] - s[side + HP])
    s[side + HP] += points
    emit(s, ev.HEAL, side, points, cause)
    return True


# --- status ----------------------------------------------------------------------------------------


@kernel
def immune_to_status(s, side, status):
    """Whether the side's types keep a status away."""
    first, second = types(s, side)
    mask = STATUS_IMMUNITY[status]
    return (mask >> first & 1) == 1 or (second != NONE and (mask >> second & 1) == 1)


@kernel
def set_status(s, side, status):
    """Inflict a status on a side that has none; False if it cannot take hold."""
    if s[side + HP] <= 0 or s[side + STATUS] != OK or immune_to_status(s, side, status):
        return False
    force_status(s, side, status)
    return True


@kernel
def force_status(s, side, status):
    """Inflict a status whatever was there before (Rest)."""
    s[side + STATUS] = status
    s[side + STATUS_TIME] = between(s, 2, 5) if status == SLP else 0
    forget_choices(s)
    emit(s, ev.STATUS, side, status, 0)


@kernel
def cure_status(s, side):
    """Heal the side's status, if it stands and has one."""
    if s[side + HP] > 0 and s[side + STATUS] != OK:
        emit(s, ev.CURE, side, s[side + STATUS], 0)
        s[side + STATUS] = OK
        s[side + STATUS_TIME] = 0
        forget_choices(s)


# --- stat stages and speed -----------------------------------------------------------------------------


@kernel
def change_stages(s, side, source, move, column):
    """Add the seven stage changes in a move's columns from ``column``; True if any stage moved.

    Mist keeps drops by the other side away.
    """
    if s[side + HP] <= 0:
        return False
    misty = side != source and has(s, side, MIST)
    moved = False
    for stat in range(7):
        change = trait(move, column + stat)
        if change == 0 or (misty and change < 0):
            continue
        moved = change_stage(s, side, stat, change) or moved
    return moved


@kernel
def change_stage(s, side, stat, change):
    """Add to one stage within -6 and 6; True if it moved."""
    before = s[side + STAGE + stat]
    after = min(max(before + change, -6), 6)
    s[side + STAGE + stat] = after
    if after == before:
        return False
    forget_choices(s)
    emit(s, ev.STAGE, side, stat, after - before)
    return True


@kernel
def clear_stages(s, side):
    """Set all stages back to 0."""
    for stat in range(7):
        s[side + STAGE + stat] = 0
    forget_choices(s)
    emit(s, ev.RESET_STAGES, side, 0, 0)


@kernel
def staged(stat, stage):
    """A stat at a stage: x (2 + n) / 2 or x 2 / (2 + n), rounded down."""
    return stat * (2 + stage) // 2 if stage >= 0 else stat * 2 // (2 - stage)


@kernel
def update_speed(s, side):
    """Look at a side's speed: stages, then halved by paralysis."""
    speed = staged(s[side + SPE], s[side + STAGE_SPE])
    if s[side + STATUS] == PAR:
        speed = speed * 50 // 100
    s[side + SPEED] = speed & 0x1FFF
