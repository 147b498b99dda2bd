"""How A's opening changes a race: a damaging one is its first strike, any other one is played for real.

An opening that does no damage itself (a status move, Metronome) is used on a copy of the state by the battle
kernel, :data:`TRIES` times with luck of its own, and the race is run from what came of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from predictiondex.battle.choices import locked_move
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has, update_speed
from predictiondex.battle.hits import use_move
from predictiondex.battle.layout import (
    ACTIONS,
    CONDITIONS,
    HP,
    LAST_MOVE,
    LOG_COUNT,
    MEGA,
    MUST_RECHARGE,
    NONE,
    PENDING,
    PROTECT,
    RNG_KIND,
    RNG_WORD,
    SPEED,
    STATE,
    A,
    B,
)
from predictiondex.battle.moves import ACCURACY, AT_SELF, CATEGORY, PRIORITY, STATUS_MOVE, TARGET, trait
from predictiondex.battle.policies import hit_chance
from predictiondex.battle.residual import disable_moves
from predictiondex.battle.rng import seed_fast
from predictiondex.battle.turn import evolve
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.bench import LENGTH, LOST_1, LOST_2, RESULTS, WON_1, WON_2, P
from predictiondex.ml.race.run import run_race

#: How often an opening without damage is tried out.
TRIES: Final = 6
_SEED = np.uint64(20)


@kernel
def copy(source, target):
    """Copy a state."""
    for at in range(STATE):
        target[at] = source[at]


@kernel
def alike(one, two):
    """Whether two states differ in nothing but their random numbers."""
    for at in range(STATE):  # noqa: SIM110 - compiled code has no generators
        if at not in (RNG_KIND, RNG_WORD) and one[at] != two[at]:
            return False
    return True


@kernel
def begin(state, s):
    """Copy a state as it will be when the first moves are made: Mega Evolutions done, speeds looked at."""
    copy(state, s)
    for side in (A, B):
        if s[side + MEGA] != 0 and locked_move(s, side) == NONE:
            evolve(s, side)
        update_speed(s, side)


@kernel
def order(s, opening, reply):
    """Chance that A's opening comes before B's reply."""
    mine = trait(opening, PRIORITY)
    theirs = trait(reply, PRIORITY) if reply >= 0 else 0
    if mine != theirs:
        return 1.0 if mine > theirs else 0.0
    if s[A + SPEED] == s[B + SPEED]:
        return 0.5
    return 1.0 if s[A + SPEED] > s[B + SPEED] else 0.0


@kernel
def try_out(s, later, opening, first, number, bench):
    """Use the opening on a copy of the state, before or after B's reply (the strike in scene 0)."""
    copy(s, later)
    later[A + ACTIONS] += 1
    reply = bench.strikes[1, 0]
    hurt = 0
    if first:
        later[B + PENDING] = 1
    else:
        later[B + LAST_MOVE] = int(reply[k.ID])
        later[B + ACTIONS] += 1
        # What heals finds the damage of the reply.
        hurt = min(int(reply[k.HIT] * k.whole_damage(reply)), s[A + HP] - 1)
        later[A + HP] -= hurt
    seed_fast(later, _SEED, np.uint64(number))
    use_move(later, opening, A)
    if later[A + HP] > 0:
        later[A + HP] += hurt
    later[LOG_COUNT] = 0


@kernel
def success(s, opening):
    """Chance that an opening without damage reaches its target."""
    if trait(opening, TARGET) == AT_SELF or trait(opening, ACCURACY) == 0:
        return 1.0
    return hit_chance(s, opening, A, B)


@kernel
def race_quietly(s, opening, bench, out):
    """A race whose opening does no damage itself."""
    k.fill_greedy(s, B, bench.strikes[1, 0])
    chance = order(s, opening, int(bench.strikes[1, 0, k.ID]))
    for at in range(RESULTS):
        out[at] = 0.0
    if chance > 0.0:
        race_ordered(s, opening, True, chance, bench, out)
    if chance < 1.0:
        race_ordered(s, opening, False, 1.0 - chance, bench, out)


@kernel
def race_ordered(s, opening, first, weight, bench, out):
    """Add the races after a quiet opening that comes first or second, with their weight."""
    start, later, last, failed = bench.states[1], bench.states[2], bench.states[3], bench.states[4]
    result = bench.results[1]
    copy(s, failed)
    failed[A + ACTIONS] += 1
    if first:
        failed[B + PENDING] = 1
    else:
        k.fill_greedy(s, B, bench.strikes[1, 0])
        failed[B + LAST_MOVE] = int(bench.strikes[1, 0, k.ID])
        failed[B + ACTIONS] += 1
    hits = success(s, opening)
    worked = 0
    for number in range(2 * TRIES):
        k.fill_greedy(s, B, bench.strikes[1, 0])
        try_out(s, later, opening, first, number, bench)
        if worked < TRIES and not alike(later, failed):
            if worked == 0 or not alike(later, last):
                copy(later, last)
                race_from(s, start, later, opening, first, bench, result)
            worked += 1
            for at in range(RESULTS):
                bench.results[2, at] = result[at] + (bench.results[2, at] if worked > 1 else 0.0)
    if worked == 0:
        hits = 0.0
    for at in range(RESULTS):
        if worked > 0:
            out[at] += weight * hits * bench.results[2, at] / worked
    if hits < 1.0:
        race_from(s, start, failed, opening, first, bench, result)
        for at in range(RESULTS):
            out[at] += weight * (1.0 - hits) * result[at]


@kernel
def race_from(s, start, later, opening, first, bench, result):
    """The race after a quiet opening that led to ``later``."""
    if later[A + HP] <= 0 or later[B + HP] <= 0:
        for at in range(RESULTS):
            result[at] = 0.0
        won = 1.0 if later[A + HP] > 0 else 0.0
        result[P], result[LENGTH] = won, 1.0
        result[WON_1] = result[WON_2] = won
        result[LOST_1] = result[LOST_2] = 1.0 - won
        return
    disable_moves(later, B)
    copy(later if first else s, start)
    if first and has(later, A, PROTECT):
        start[B + CONDITIONS] |= 1 << MUST_RECHARGE  # its strike comes to nothing
    run_race(start, later, opening, True, not first, bench, result)


@kernel
def race(s, opening, bench, out):
    """The race that follows an opening of A's, from a state made by :func:`begin`; results into ``out``."""
    if trait(opening, CATEGORY) == STATUS_MOVE:
        race_quietly(s, opening, bench, out)
        return
    copy(s, bench.states[1])
    run_race(bench.states[1], bench.states[1], opening, False, False, bench, out)
