"""One turn: choices in, the order of actions, each action, the end of the turn."""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.action import run_move
from predictiondex.battle.choices import chosen_move, locked_move
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import forget_choices, other, place, update_speed
from predictiondex.battle.events import emit
from predictiondex.battle.faints import settle_faints, tie_of_speed
from predictiondex.battle.layout import (
    ATK,
    BASE_SPE,
    CHOSEN,
    COUNTER,
    COUNTER_DAMAGE,
    ENDED,
    FORM,
    KEYS,
    MEGA,
    MEGA_BASE_SPE,
    MEGA_FORM,
    MEGA_PLAIN,
    MEGA_STATS,
    MEGA_TYPE1,
    MEGA_TYPE2,
    MEGA_WEIGHT,
    MIRROR_COAT,
    MIRROR_COAT_DAMAGE,
    NONE,
    PENDING,
    SPE,
    SPEED,
    TURN,
    TYPE1,
    TYPE2,
    VALUES,
    WEIGHT,
    A,
    B,
)
from predictiondex.battle.moves import E_COUNTER, E_MIRROR_COAT, EFFECT, PRIORITY, STRUGGLE, trait
from predictiondex.battle.order import put, sort_with_ties
from predictiondex.battle.residual import end_turn
from predictiondex.battle.rng import between, roll

# Places of actions within a turn.
_BEFORE_MOVES = 5
_MEGA = 104
_MOVES = 200


@kernel
def action_key(order, priority, speed):
    """Earlier actions have the lower key."""
    return (order << 32) + ((16 - priority) << 16) + (0x8000 - speed)


@kernel
def move_key(s, side):
    """Key of a side's chosen move."""
    move = s[side + CHOSEN]
    priority = trait(move, PRIORITY) if move >= 0 else 0
    return action_key(_MOVES, priority, s[side + SPEED])


@kernel
def first_mover(s):
    """Who moves first when both only move."""
    a, b = move_key(s, A), move_key(s, B)
    if a == b:
        return A if roll(s, 2) == 0 else B
    return A if a < b else B


@kernel
def needs_preparation(s, side):
    """Whether a side does something before the moves: Mega Evolution, Counter, Mirror Coat."""
    move = s[side + CHOSEN]
    return move >= 0 and (s[side + MEGA] != 0 or trait(move, EFFECT) in (E_COUNTER, E_MIRROR_COAT))


@kernel
def play_turn(s, slot_a, slot_b):
    """Play one whole turn with both sides' chosen slots."""
    emit(s, ev.TURN, A, s[TURN], 0)
    update_speed(s, A)
    update_speed(s, B)
    s[A + CHOSEN] = chosen_move(s, A, slot_a)
    s[B + CHOSEN] = chosen_move(s, B, slot_b)
    s[A + PENDING] = 1
    s[B + PENDING] = 1
    if needs_preparation(s, A) or needs_preparation(s, B):
        first = prepare_moves(s)
    else:
        first = first_mover(s)
        tie_of_speed(s)
        tie_of_speed(s)
    side = first
    for _ in range(2):
        take_action(s, side)
        if s[ENDED] == 1:
            return
        side = other(side)
    end_turn(s)


@kernel
def take_action(s, side):
    """A side's move and what follows it."""
    s[side + PENDING] = 0
    run_move(s, s[side + CHOSEN], side)
    settle_faints(s, True)
    if s[ENDED] == 0:
        tie_of_speed(s)


@kernel
def prepare_moves(s):
    """The turn's actions in full where there are more than two moves; returns who moves first."""
    n = 0
    for side in (A, B):
        evolves = s[side + MEGA] != 0 and locked_move(s, side) == NONE and s[side + CHOSEN] != STRUGGLE
        if evolves:
            n = put(s, n, action_key(_MEGA, 0, s[side + SPEED]), _MEGA + side * 1000)
        move = s[side + CHOSEN]
        if move >= 0 and trait(move, EFFECT) in (E_COUNTER, E_MIRROR_COAT):
            n = put(s, n, action_key(_BEFORE_MOVES, 0, s[side + SPEED]), _BEFORE_MOVES + side * 1000)
        # The reference looks at priority and speed of a plain Mega's move only once it has evolved.
        deferred = evolves and s[side + MEGA] == MEGA_PLAIN
        key = action_key(_MOVES, 0, 0) if deferred else move_key(s, side)
        n = put(s, n, key, _MOVES + side * 1000)
    sort_with_ties(s, n)
    tie_of_speed(s)
    tie_of_speed(s)
    first = np.uint32(s[VALUES + n - 2] // 1000)
    first_key, second_key = s[KEYS + n - 2], s[KEYS + n - 1]
    for at in range(n - 2):
        side = np.uint32(s[VALUES + at] // 1000)
        if s[VALUES + at] % 1000 == _BEFORE_MOVES:
            brace(s, side)
            tie_of_speed(s)
            continue
        evolve(s, side)
        tie_of_speed(s)
        update_speed(s, side)
        mine = move_key(s, side)
        theirs = second_key if first == side else first_key
        if mine == theirs:
            # Megas still to come stand before the moves in the queue.
            waiting = n - 3 - at
            goes_first = between(s, waiting, waiting + 2) == waiting
        else:
            goes_first = mine < theirs
        first = side if goes_first else other(side)
        first_key, second_key = (mine, theirs) if goes_first else (theirs, mine)
    return first


@kernel
def brace(s, side):
    """Counter and Mirror Coat watch from before the first move."""
    if trait(s[side + CHOSEN], EFFECT) == E_COUNTER:
        place(s, side, COUNTER, 1)
        s[side + COUNTER_DAMAGE] = NONE
    else:
        place(s, side, MIRROR_COAT, 1)
        s[side + MIRROR_COAT_DAMAGE] = NONE


@kernel
def evolve(s, side):
    """Mega Evolution: new stats, types and weight; hp stays."""
    for stat in range(5):
        s[side + ATK + stat] = s[side + MEGA_STATS + stat]
    s[side + TYPE1] = s[side + MEGA_TYPE1]
    s[side + TYPE2] = s[side + MEGA_TYPE2]
    s[side + WEIGHT] = s[side + MEGA_WEIGHT]
    s[side + FORM] = s[side + MEGA_FORM]
    s[side + BASE_SPE] = s[side + MEGA_BASE_SPE]
    s[side + SPEED] = s[side + SPE]
    s[side + MEGA] = 0
    forget_choices(s)
    emit(s, ev.MEGA, side, s[side + FORM], 0)
