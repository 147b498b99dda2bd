"""The end of a turn: damage, healing and durations, in the reference's order; then what is disabled next."""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import (
    discard,
    end,
    forget_choices,
    gain_hp,
    has,
    lose_hp,
    other,
    set_status,
    update_speed,
)
from predictiondex.battle.damage import tie_rolls
from predictiondex.battle.effects import slot_of
from predictiondex.battle.faints import settle_faints, tie_of_speed
from predictiondex.battle.layout import (
    BRN,
    CHARGING,
    CONDITION_COUNT,
    CONDITION_ORDER,
    CONDITIONS,
    CONFUSION,
    DISABLE,
    DISABLE_ID,
    DISABLED,
    DURATION,
    ENCORE,
    ENCORE_ID,
    ENDED,
    FAINTED,
    HP,
    LEECH_SEED,
    LIGHT_SCREEN,
    LOCKED_MOVE,
    LOCKED_TURNS,
    MAX_HP,
    MAX_TURNS,
    MIST,
    MOVE,
    NONE,
    PARTIAL_TRAP,
    PP,
    PSN,
    REFLECT,
    ROOST,
    SIDE,
    SLP,
    SPEED,
    STATUS,
    STATUS_TIME,
    STEALTH_ROCK,
    SUBSTITUTE,
    SURE_TOXIC,
    TAUNT,
    TIE,
    TOX,
    TURN,
    VALUES,
    WINNER,
    YAWN,
    A,
    B,
)
from predictiondex.battle.moves import CATEGORY, STATUS_MOVE, trait
from predictiondex.battle.order import put, sort_with_ties

# Places of effects at the end of a turn; what has none comes last.
_SEED, _POISON, _BURN, _TRAP, _TAUNT, _ENCORE, _DISABLE, _YAWN, _ROOST, _SIDE, _LAST = (
    8, 9, 10, 13, 15, 16, 17, 23, 25, 26, 1000,
)  # fmt: skip
#: Conditions looked at when a turn ends.
_RESIDUAL_MASK = (
    sum(1 << bit for bit in range(SUBSTITUTE)) - (1 << CONFUSION) - (1 << CHARGING)
    + (1 << ROOST) + (1 << SURE_TOXIC) + (1 << REFLECT) + (1 << LIGHT_SCREEN) + (1 << MIST)
)  # fmt: skip
#: How a status is marked among the effects at the end of a turn.
_STATUS_HANDLER = 99


@kernel
def end_turn(s):
    """Effects at the end of the turn, then the next turn's disabled moves."""
    update_speed(s, A)
    update_speed(s, B)
    present = (s[A + CONDITIONS] | s[B + CONDITIONS]) & _RESIDUAL_MASK
    if present != 0 or _hurts(s[A + STATUS]) or _hurts(s[B + STATUS]):
        run_residuals(s)
        if s[ENDED] == 1:
            return
    tie_of_speed(s)
    s[TURN] += 1
    disable_moves(s, A)
    disable_moves(s, B)
    if s[TURN] > MAX_TURNS:
        s[ENDED] = 1
        s[WINNER] = TIE


@kernel
def _hurts(status):
    return status in (BRN, PSN, TOX)


@kernel
def disable_moves(s, side):
    """Which slots Disable, Encore and Taunt take away next turn."""
    s[side + DISABLED] = 0
    if s[side + CONDITIONS] & (1 << DISABLE | 1 << ENCORE | 1 << TAUNT) == 0:
        return
    count = 0
    for condition in (DISABLE, ENCORE, TAUNT):
        count += 1 if has(s, side, condition) else 0
    tie_rolls(s, count, 0)
    forget_choices(s)
    encored = has(s, side, ENCORE) and slot_of(s, side, s[side + ENCORE_ID]) != NONE
    for slot in range(4):
        move = s[side + MOVE + slot]
        if move == NONE:
            continue
        if (
            (has(s, side, DISABLE) and move == s[side + DISABLE_ID])
            or (encored and move != s[side + ENCORE_ID])
            or (has(s, side, TAUNT) and trait(move, CATEGORY) == STATUS_MOVE)
        ):
            s[side + DISABLED] |= 1 << slot


@kernel
def residual_order(condition):
    """Place of a condition at the end of a turn."""
    if condition == LEECH_SEED:
        return _SEED
    if condition == PARTIAL_TRAP:
        return _TRAP
    if condition == TAUNT:
        return _TAUNT
    if condition == ENCORE:
        return _ENCORE
    if condition == DISABLE:
        return _DISABLE
    if condition == YAWN:
        return _YAWN
    if condition == ROOST:
        return _ROOST
    return _SIDE if condition >= REFLECT else _LAST


@kernel
def status_order(status):
    """Place of burn or poison at the end of a turn."""
    return _BURN if status == BRN else _POISON


@kernel
def residual_key(order, speed, sub_order):
    """Earlier effects have the lower key."""
    return (order << 32) + ((0x8000 - speed) << 8) + sub_order


@kernel
def run_residuals(s):
    """Every effect at the end of the turn, in the reference's order."""
    n = collect_residuals(s, 0, A)
    n = collect_residuals(s, n, B)
    sort_with_ties(s, n)
    for at in range(n):
        side, handler = np.uint32(s[VALUES + at] // 100 * SIDE), s[VALUES + at] % 100
        if handler >= REFLECT and handler != _STATUS_HANDLER:
            tick(s, side, handler)
            continue
        if s[side + FAINTED] == 1:
            continue
        run_residual(s, side, handler)
        settle_faints(s, True)
        if s[ENDED] == 1:
            return


@kernel
def collect_residuals(s, n, side):
    """List one side's effects: its side's, its status, its own in the order they began."""
    mark = side // SIDE * 100
    for at in range(s[side + CONDITION_COUNT]):
        condition = s[side + CONDITION_ORDER + at]
        if condition >= REFLECT and condition != STEALTH_ROCK:
            sub_order = 1 if condition == REFLECT else (2 if condition == LIGHT_SCREEN else 4)
            n = put(s, n, residual_key(_SIDE, 0, sub_order), mark + condition)
    speed = s[side + SPEED]
    if _hurts(s[side + STATUS]):
        n = put(s, n, residual_key(status_order(s[side + STATUS]), speed, 0), mark + _STATUS_HANDLER)
    for at in range(s[side + CONDITION_COUNT]):
        condition = s[side + CONDITION_ORDER + at]
        if condition < REFLECT and _RESIDUAL_MASK >> condition & 1:
            n = put(s, n, residual_key(residual_order(condition), speed, 2), mark + condition)
    return n


@kernel
def tick(s, side, condition):
    """Count a condition's duration down; True if it ended by that."""
    if not has(s, side, condition) or s[side + DURATION + condition] == 0:
        return False
    s[side + DURATION + condition] -= 1
    if s[side + DURATION + condition] > 0:
        return False
    if condition >= REFLECT:
        discard(s, side, condition)
        return True
    end(s, side, condition)
    if condition == YAWN:
        set_status(s, side, SLP)
    return True


@kernel
def run_residual(s, side, handler):
    """One effect at the end of the turn."""
    if handler == _STATUS_HANDLER:
        suffer_status(s, side)
        return
    if tick(s, side, handler) or not has(s, side, handler):
        return
    if handler == LEECH_SEED:
        foe = other(side)
        if s[foe + HP] > 0:
            taken = lose_hp(s, side, s[side + MAX_HP] // 8, ev.BY_SEED)
            gain_hp(s, foe, taken, ev.BY_SEED)
    elif handler == PARTIAL_TRAP:
        if s[other(side) + HP] > 0:
            lose_hp(s, side, s[side + MAX_HP] // 8, ev.BY_TRAP)
        else:
            discard(s, side, PARTIAL_TRAP)
    elif handler == ENCORE:
        slot = slot_of(s, side, s[side + ENCORE_ID])
        if slot == NONE or s[side + PP + slot] <= 0:
            discard(s, side, ENCORE)
    elif handler == LOCKED_MOVE:
        if s[side + STATUS] == SLP:
            discard(s, side, LOCKED_MOVE)
        s[side + LOCKED_TURNS] -= 1


@kernel
def suffer_status(s, side):
    """Burn 1/16, poison 1/8, bad poison n/16 of the maximum."""
    status = s[side + STATUS]
    if status == BRN:
        lose_hp(s, side, s[side + MAX_HP] // 16, ev.BY_BURN)
    elif status == PSN:
        lose_hp(s, side, s[side + MAX_HP] // 8, ev.BY_POISON)
    elif status == TOX:
        s[side + STATUS_TIME] = min(s[side + STATUS_TIME] + 1, 15)
        lose_hp(s, side, max(s[side + MAX_HP] // 16, 1) * s[side + STATUS_TIME], ev.BY_POISON)
