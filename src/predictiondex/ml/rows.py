"""Rows of features, filled by compiled code: the race, a few battles, the strikes that count, both sides.

What each column means is said in :mod:`predictiondex.ml.features`, in the same order.
"""

from __future__ import annotations

from typing import Final

from predictiondex.battle.choices import selectable
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import other
from predictiondex.battle.hits import hides
from predictiondex.battle.layout import (
    ACTIONS,
    HP,
    LEVEL,
    MAX_HP,
    MEGA,
    MOVE,
    NONE,
    SPEED,
    STAGE,
    STATUS,
    STATUS_TIME,
    TURN,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    BOOST,
    CONDITION,
    EFFECT,
    HEAL,
    SIDE_CONDITION,
    TARGET,
    trait,
)
from predictiondex.battle.moves import STATUS as INFLICTS
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.bench import RESULTS, P
from predictiondex.ml.race.chances import take_strike, total
from predictiondex.ml.race.compiled import entry
from predictiondex.ml.race.evidence import weigh_trial
from predictiondex.ml.race.openings import begin, copy, order, race
from predictiondex.ml.race.plan import is_blow, is_quiet

TRIAL_COLUMNS: Final = 2
STRIKE_COLUMNS: Final = 14
QUIET_COLUMNS: Final = 12
SIDE_COLUMNS: Final = 11
#: Length of a row.
COLUMNS: Final = RESULTS + TRIAL_COLUMNS + 3 * STRIKE_COLUMNS + QUIET_COLUMNS + 2 * SIDE_COLUMNS + 1


@kernel
def knock_out(s, foe, strike, bench):
    """Chance that one use of a strike knocks the foe out, accuracy counted; behind a substitute none."""
    hp = s[foe + HP]
    if hides(s, int(strike[k.ID]), other(foe), foe):
        return 0.0
    before = bench.spares[0]
    for points in range(hp + 1):
        before[points] = 0.0
    before[hp] = 1.0
    take_strike(before, bench.spares[1], bench.spares[2:4], strike, hp)
    return strike[k.HIT] * max(1.0 - total(bench.spares[1], 1, hp), 0.0)


@kernel
def write_strike(row, at, s, user, strike, bench):
    """The columns of a strike; returns where the next block begins."""
    foe = other(user)
    row[at] = min(k.whole_damage(strike) / s[foe + HP], 4.0)
    row[at + 1] = knock_out(s, foe, strike, bench) if strike[k.VALUES] > 0.0 else 0.0
    row[at + 2] = strike[k.HIT]
    row[at + 3] = strike[k.FIRST]
    row[at + 4] = strike[k.DRAINS]
    row[at + 5] = strike[k.CHARGES]
    row[at + 6] = strike[k.RECHARGES]
    row[at + 7] = strike[k.DIES]
    row[at + 8] = strike[k.BLAST] / s[foe + MAX_HP]
    row[at + 9] = strike[k.FLINCHES]
    row[at + 10] = strike[k.BURNS] + strike[k.PARALYSES] + strike[k.FREEZES] + strike[k.POISONS]
    row[at + 11] = strike[k.CONFUSES] + strike[k.SHIFT]
    row[at + 12] = strike[k.HIGH_HITS]
    row[at + 13] = strike[k.TRAPS] + 2.0 * strike[k.RAMPAGES]
    return at + STRIKE_COLUMNS


@kernel
def write_quiet(row, at, move):
    """What an opening does besides damage; returns where the next block begins."""
    row[at] = 1.0 if is_quiet(move) else 0.0
    row[at + 1] = trait(move, INFLICTS)
    row[at + 2] = trait(move, HEAL) / 100.0
    row[at + 3] = trait(move, TARGET)
    row[at + 4] = trait(move, BOOST) + trait(move, BOOST + 2)
    row[at + 5] = trait(move, BOOST + 1) + trait(move, BOOST + 3)
    row[at + 6] = trait(move, BOOST + 4)
    row[at + 7] = trait(move, BOOST + 5)
    row[at + 8] = trait(move, BOOST + 6)
    row[at + 9] = trait(move, CONDITION)
    row[at + 10] = trait(move, SIDE_CONDITION)
    row[at + 11] = trait(move, EFFECT)
    return at + QUIET_COLUMNS


@kernel
def write_side(row, at, state, s, side):
    """One side as it stands; returns where the next block begins."""
    attacks = 0
    slots = selectable(s, side)
    for slot in range(4):
        if slots >> slot & 1 and is_blow(s[side + MOVE + slot]):
            attacks += 1
    row[at] = s[side + LEVEL]
    row[at + 1] = s[side + HP] / s[side + MAX_HP]
    row[at + 2] = s[side + MAX_HP]
    row[at + 3] = s[side + SPEED] / max(s[A + SPEED] + s[B + SPEED], 1)
    row[at + 4] = s[side + STATUS]
    row[at + 5] = s[side + STATUS_TIME]
    row[at + 6] = s[side + STAGE] + s[side + STAGE + 2]
    row[at + 7] = s[side + STAGE + 1] + s[side + STAGE + 3]
    row[at + 8] = s[side + STAGE + 5] + s[side + STAGE + 6]
    row[at + 9] = 1.0 if state[side + MEGA] != 0 else 0.0
    row[at + 10] = attacks
    return at + SIDE_COLUMNS


@kernel
def write_row(state, slot, row, bench):
    """One row: A's opening with ``slot`` from a state, then greedy; B greedy throughout."""
    s = bench.states[0]
    reply = begin(state, s)
    opening = s[A + MOVE + slot]
    race(s, opening, reply, bench, row)
    row[RESULTS], row[RESULTS + 1] = weigh_trial(state, opening, row[P], bench)
    strike = bench.strikes[0, 0]
    if reply >= 0:
        k.fill_strike(s, reply, B, strike)
    else:
        k.no_strike(strike)
    first = order(s, opening, reply)
    at = write_strike(row, RESULTS + TRIAL_COLUMNS, s, B, strike, bench)
    k.fill_strike(s, opening, A, strike)
    at = write_strike(row, at, s, A, strike, bench)
    at = write_quiet(row, at, opening)
    at = write_side(row, at, state, s, A)
    at = write_side(row, at, state, s, B)
    row[at] = first
    later = bench.states[1]
    copy(s, later)
    later[TURN] = 2
    later[A + ACTIONS] = 1
    k.fill_greedy(later, A, strike)
    write_strike(row, at + 1, later, A, strike, bench)


@entry
def fill_rows(states, slots, rows, bench):
    """Rows for many states ``(n, VECTOR)`` and opening slots ``(n,)``, into ``rows`` ``(n, COLUMNS)``.

    False where a slot holds no move: it ends there.
    """
    for at in range(states.shape[0]):
        slot = slots[at]
        if slot < 0 or slot > 3 or states[at, A + MOVE + slot] == NONE:
            return False
        write_row(states[at], slot, rows[at], bench)
    return True
