"""How A's opening changes a race: a damaging one is its first strike, any other one is played for real.

An opening that does no damage itself (a status move, Metronome) is used on a copy of the state by the battle
kernel, :data:`TRIES` times with luck of its own, and the race is run from what came of it. How long sleep and
confusion last is left open there: the race knows all their lengths at once.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from predictiondex.battle.choices import chosen_move, locked_move
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has, has_type, other, update_speed
from predictiondex.battle.hits import hides, use_move
from predictiondex.battle.layout import (
    ACTIONS,
    CONDITIONS,
    CONFUSION,
    CONFUSION_TIME,
    DIG,
    FLY,
    FRZ,
    HP,
    LAST_MOVE,
    LOG_COUNT,
    MEGA,
    NONE,
    OK,
    PAR,
    PENDING,
    PROTECT,
    RNG_KIND,
    RNG_WORD,
    SLP,
    SPEED,
    STATE,
    STATUS,
    STATUS_TIME,
    TWO_TURN,
    A,
    B,
)
from predictiondex.battle.moves import (
    ACCURACY,
    AT_SELF,
    E_REST,
    E_SUBSTITUTE,
    E_SUCKER_PUNCH,
    E_SURE_TOXIC,
    EFFECT,
    HEAL,
    POISON,
    PRIORITY,
    TARGET,
    trait,
)
from predictiondex.battle.policies import greedy_slot, hit_chance
from predictiondex.battle.residual import disable_moves
from predictiondex.battle.rng import seed_fast
from predictiondex.battle.turn import evolve
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.bench import LENGTH, LOST_1, LOST_2, RESULTS, SCENES, WON_1, WON_2, P
from predictiondex.ml.race.plan import (
    AWAKE,
    BLOW,
    BY_CHANCE,
    HITS,
    MISSES,
    MOVES,
    QUIET,
    SHIELD,
    is_blow,
    is_quiet,
)
from predictiondex.ml.race.run import run_race

#: How often an opening without damage is tried out.
TRIES: Final = 6
_SEED = np.uint64(23)


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
    """Copy a state as it will be when the first moves are made; returns B's move, chosen before that.

    Mega Evolutions are done then and speeds looked at; B's greedy choice knows nothing of A's Mega yet.
    """
    copy(state, s)
    reply = chosen_move(s, B, greedy_slot(s, B, False))
    copy(state, s)
    for side in (A, B):
        if s[side + MEGA] != 0 and locked_move(s, side) == NONE:
            evolve(s, side)
        update_speed(s, side)
    return reply


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
def plan(s, start, opening, reply, blow, bench):
    """Write the plan of the first turn for a race from ``start``; ``s`` is the state before any move."""
    bench.plan[MOVES], bench.plan[MOVES + 1] = opening, reply
    bench.plan[QUIET] = 1 if is_quiet(opening) else 0
    bench.plan[QUIET + 1] = 1 if is_quiet(reply) else 0
    bench.plan[AWAKE] = 1 if (s if is_quiet(opening) else start)[A + STATUS] != SLP else 0
    # In a turn to recharge no sleep is slept off.
    bench.plan[AWAKE + 1] = 1 if start[B + STATUS] != SLP or reply < 0 else 0
    bench.plan[SHIELD] = 1 if has(start, A, PROTECT) else 0
    bench.plan[SHIELD + 1] = 1 if has(start, B, PROTECT) else 0
    bench.plan[BLOW] = blow


@kernel
def answer(later, reply):
    """Use B's reply if it is quiet and B can move; in a turn to recharge there is none."""
    later[B + ACTIONS] += 1
    if reply < 0:
        return
    if is_quiet(reply) and later[B + STATUS] not in (SLP, FRZ) and later[B + HP] > 0 and later[A + HP] > 0:
        use(later, reply, B)
    later[B + LAST_MOVE] = reply


@kernel
def use(s, move, user):
    """Use a move, awake by now; how long the foe will sleep or be confused by it stays open: a time of 0."""
    foe = other(user)
    if s[user + STATUS] in (SLP, FRZ):
        s[user + STATUS] = OK
    slept, dazed = s[foe + STATUS] == SLP, has(s, foe, CONFUSION)
    use_move(s, move, user)
    if s[foe + STATUS] == SLP and not slept:
        s[foe + STATUS_TIME] = 0
    if has(s, foe, CONFUSION) and not dazed:
        s[foe + CONFUSION_TIME] = 0


@kernel
def success(s, opening):
    """Chance that a quiet opening comes about and reaches its target."""
    able = 1.0
    if s[A + STATUS] == PAR:
        able = 0.75
    elif s[A + STATUS] == FRZ:
        able = 0.2
    elif s[A + STATUS] == SLP and s[A + STATUS_TIME] > 1:
        return 0.0
    if trait(opening, TARGET) == AT_SELF or trait(opening, ACCURACY) == 0:
        return able
    return able * hit_chance(s, opening, A, B)


@kernel
def evades(s, opening, reply):
    """Whether a quiet opening that comes second finds its target underground or in the air."""
    sure = trait(opening, EFFECT) == E_SURE_TOXIC and has_type(s, A, POISON)
    if trait(opening, TARGET) == AT_SELF or sure or has(s, B, TWO_TURN):
        return False
    return reply in (pl.DIG_MOVE, pl.FLY_MOVE) and s[B + STATUS] not in (SLP, FRZ)


@kernel
def damage_of(s, move, user, bench):
    """Expected damage of a move that hits to the foe itself, in points."""
    if move < 0 or is_quiet(move) or hides(s, move, user, other(user)):
        return 0
    if trait(move, EFFECT) == E_SUCKER_PUNCH:  # against a quiet opening
        return 0
    if s[user + STATUS] == FRZ or (s[user + STATUS] == SLP and s[user + STATUS_TIME] > 1):
        return 0
    strike = bench.strikes[1, SCENES]
    k.fill_strike(s, move, user, strike)
    strikes = strike[k.HIT] > 0.0 and (strike[k.CHARGES] == 0.0 or has(s, user, TWO_TURN))
    return int(k.whole_damage(strike)) if strikes else 0


@kernel
def try_out(s, start, later, opening, reply, first, blow, works, number, bench):
    """Use A's quiet opening, if it works, before or after B's reply; the race begins with ``start``."""
    copy(s, later)
    later[A + ACTIONS] += 1
    seed_fast(later, _SEED, np.uint64(number))
    if first:
        later[B + PENDING] = 1
        if works:
            use(later, opening, A)
        copy(later, start)
        answer(later, reply)
    else:
        copy(s, start)
        answer(later, reply)
        later[B + CONDITIONS] &= ~(1 << DIG | 1 << FLY)  # who comes up again can be reached
        # What heals finds the damage of the reply.
        hurt = 0 if blow == MISSES else min(damage_of(s, reply, B, bench), s[A + HP] - 1)
        later[A + HP] -= hurt
        if works:
            use(later, opening, A)
        if later[A + HP] > 0:
            later[A + HP] += hurt
    start[LOG_COUNT] = 0
    later[LOG_COUNT] = 0


@kernel
def race_quietly(s, opening, reply, first, blow, weight, bench, out):
    """Add to ``out`` the races after a quiet opening that comes first or second, with their weight.

    ``blow``: whether B's reply hits.
    """
    start, later, last, failed = bench.states[1], bench.states[2], bench.states[3], bench.states[4]
    result, sums = bench.results[1], bench.results[2]
    for at in range(RESULTS):
        sums[at] = 0.0
    try_out(s, start, failed, opening, reply, first, blow, False, 0, bench)
    works = 0.0 if not first and evades(s, opening, reply) else success(s, opening)
    worked = 0
    for number in range(2 * TRIES):
        if worked == TRIES or works == 0.0:
            break
        try_out(s, start, later, opening, reply, first, blow, True, number, bench)
        if alike(later, failed):
            continue
        if worked == 0 or not alike(later, last):
            copy(later, last)
            race_from(s, start, later, opening, reply, first, blow, bench, result)
        worked += 1
        for at in range(RESULTS):
            sums[at] += result[at]
    if worked == 0:
        works = 0.0
    for at in range(RESULTS):
        out[at] += weight * works * sums[at] / max(worked, 1)
    if works < 1.0:
        try_out(s, start, failed, opening, reply, first, blow, False, 0, bench)
        race_from(s, start, failed, opening, reply, first, blow, bench, result)
        for at in range(RESULTS):
            out[at] += weight * (1.0 - works) * result[at]


@kernel
def race_from(s, start, later, opening, reply, first, blow, bench, result):
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
    plan(s, start, opening, reply, blow, bench)
    run_race(start, later, not first or is_quiet(reply), bench, result)


@kernel
def race(s, opening, reply, bench, out):
    """The race that follows an opening of A's and B's reply, from a state of :func:`begin`; into ``out``."""
    for at in range(RESULTS):
        out[at] = 0.0
    if is_quiet(opening):
        chance = order(s, opening, reply)
        if chance > 0.0:
            race_quietly(s, opening, reply, True, BY_CHANCE, chance, bench, out)
        if chance < 1.0:
            race_after(s, opening, reply, 1.0 - chance, bench, out)
        return
    chance = order(s, opening, reply) if is_quiet(reply) else 1.0
    if chance > 0.0:
        race_striking(s, opening, reply, True, chance, bench, out)
    if chance < 1.0:
        race_striking(s, opening, reply, False, 1.0 - chance, bench, out)


@kernel
def race_after(s, opening, reply, weight, bench, out):
    """Add to ``out`` the races after a quiet opening that comes after B's reply.

    What depends on the hp left goes its own way after a hit and after a miss.
    """
    hit = hit_chance(s, reply, B, A) if is_blow(reply) else 0.0
    minds = trait(opening, HEAL) > 0 or trait(opening, EFFECT) in (E_REST, E_SUBSTITUTE)
    if not minds or hit <= 0.0 or hit >= 1.0:
        race_quietly(s, opening, reply, False, BY_CHANCE, weight, bench, out)
        return
    race_quietly(s, opening, reply, False, HITS, weight * hit, bench, out)
    race_quietly(s, opening, reply, False, MISSES, weight * (1.0 - hit), bench, out)


@kernel
def race_striking(s, opening, reply, first, weight, bench, out):
    """Add to ``out`` the race after an opening that does damage, before or after a quiet reply of B's."""
    start, later, result = bench.states[1], bench.states[2], bench.results[1]
    copy(s, start)
    copy(s, later)
    late = is_quiet(reply)
    if late:
        seed_fast(later, _SEED, np.uint64(0))
        answer(later, reply)
        later[LOG_COUNT] = 0
        late = later[A + HP] > 0 and later[B + HP] > 0
    if late and not first:
        copy(later, start)
        late = False
    plan(s, start, opening, reply, BY_CHANCE, bench)
    run_race(start, later, late, bench, result)
    for at in range(RESULTS):
        out[at] += weight * result[at]
