"""Plights: what a race remembers of a side besides its hp.

Status, stat stages, confusion, being bound, a charged move, the turn lost after Hyper Beam, a rampage, Bide,
a substitute. A race meets only a few of them, so each side has a short table and plights are named by their
row. Row 0 is how the side starts. Where the table is full of plights that may still come about, a further one
is taken for the one most like it.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has
from predictiondex.battle.layout import (
    BIDE,
    BIDE_DAMAGE,
    CONDITIONS,
    CONFUSION,
    CONFUSION_TIME,
    DIG,
    DURATION,
    FLY,
    HP,
    LEECH_SEED,
    LIGHT_SCREEN,
    LOCKED_ID,
    LOCKED_MOVE,
    LOCKED_TURNS,
    MUST_RECHARGE,
    NONE,
    PARTIAL_TRAP,
    RAGE,
    REFLECT,
    STAGE,
    STATUS,
    SUBSTITUTE,
    TWO_TURN,
    TWO_TURN_ID,
)
from predictiondex.battle.moves import MOVE_NUMBER

DIG_MOVE: Final = MOVE_NUMBER["dig"]
FLY_MOVE: Final = MOVE_NUMBER["fly"]

_at = count()
AILMENT: Final = next(_at)  # status as the state counts it
CONFUSED: Final = next(_at)  # ``SINCE_BEFORE`` the race, for a known time; ``FROM_NOW`` and attempts to move
BRUISES: Final = next(_at)  # how often it hit itself: those have dealt less to the foe
BOUND: Final = next(_at)  # ``SINCE_BEFORE`` the race or ``FROM_NOW``
RESTS: Final = next(_at)  # loses its next turn
LAGS: Final = next(_at)  # attempts to move by which it is behind those who fell asleep with it
CHARGED: Final = next(_at)  # 1 + number of the move that it has charged
RAMPAGE: Final = next(_at)  # turns of a rampage so far; negative: that it still lasts
RAGES_WITH: Final = next(_at)  # number of its move
FURIOUS: Final = next(_at)  # its last move was Rage: each hit on it raises its Attack
SOWN: Final = next(_at)  # Leech Seed
WALLS: Final = next(_at)  # 1 Reflect, 2 Light Screen
BIDES: Final = next(_at)  # turns until Bide strikes, this one counted
BIDE_FROM: Final = next(_at)  # hp and what Bide has stored, together
DOLLED: Final = next(_at)  # 1: behind a substitute
STAGES: Final = next(_at)  # seven stages
for _ in range(6):
    next(_at)
FIELDS: Final = next(_at)

SINCE_BEFORE: Final = 1
FROM_NOW: Final = 2

#: How far a race follows the Defence that Skull Bash raises when it is charged; each stage takes two rows.
HIGHEST_GUARD: Final = 3

#: How far apart plights are by a field that differs, where a stage is 2: what hurts or hinders; what is done.
_LIGHT: Final = 20
_GRAVE: Final = 200
_SOFT: Final = (AILMENT, CONFUSED, BOUND, LAGS, SOWN, WALLS)

#: How many bruises are told apart.
MOST_BRUISES: Final = 2

#: Plights of one side that a race can tell apart; one more row to try changes in.
MOST: Final = 16
TRIAL: Final = MOST


@kernel
def first_plight(s, side, table):
    """Row 0: how the state has it. Returns the number of rows."""
    row = table[0]
    row[AILMENT] = s[side + STATUS]
    row[CONFUSED] = 0
    if has(s, side, CONFUSION):
        row[CONFUSED] = SINCE_BEFORE if s[side + CONFUSION_TIME] > 0 else FROM_NOW
    row[BRUISES] = row[LAGS] = 0
    row[BOUND] = SINCE_BEFORE if has(s, side, PARTIAL_TRAP) else 0
    row[RESTS] = 1 if has(s, side, MUST_RECHARGE) else 0
    row[CHARGED] = 1 + s[side + TWO_TURN_ID] if has(s, side, TWO_TURN) else 0
    row[RAMPAGE] = -s[side + LOCKED_TURNS] if has(s, side, LOCKED_MOVE) else 0
    row[RAGES_WITH] = s[side + LOCKED_ID] if has(s, side, LOCKED_MOVE) else 0
    row[FURIOUS] = 1 if has(s, side, RAGE) else 0
    row[SOWN] = 1 if has(s, side, LEECH_SEED) else 0
    row[WALLS] = (1 if has(s, side, REFLECT) else 0) + (2 if has(s, side, LIGHT_SCREEN) else 0)
    row[BIDES] = s[side + DURATION + BIDE] if has(s, side, BIDE) else 0
    row[BIDE_FROM] = s[side + HP] + s[side + BIDE_DAMAGE] if has(s, side, BIDE) else 0
    row[DOLLED] = 1 if has(s, side, SUBSTITUTE) else 0
    for stat in range(7):
        row[STAGES + stat] = s[side + STAGE + stat]
    return 1


@kernel
def propose(bench, number, plight):
    """Begin a change from a side's plight in the trial row; :func:`enter` ends it."""
    table = bench.tables[number]
    for field in range(FIELDS):
        table[TRIAL, field] = table[plight, field]


@kernel
def enter(bench, number):
    """The row of the proposed plight: one like it, a new one, one no longer needed, else the nearest."""
    table = bench.tables[number]
    n = bench.counts[number]
    free = n if n < MOST else NONE
    for row in range(n):
        same = True
        for field in range(FIELDS):
            if table[row, field] != table[TRIAL, field]:
                same = False
                break
        if same:
            bench.needed[number, row] = 1
            return row
        if free == NONE and bench.needed[number, row] == 0:
            free = row
    if free == NONE:
        return nearest(table)
    for field in range(FIELDS):
        table[free, field] = table[TRIAL, field]
    bench.needed[number, free] = 1
    bench.counts[number] = max(n, free + 1)
    for other in range(MOST):  # strikes of the row's former plight
        scene = free * MOST + other if number == 0 else other * MOST + free
        bench.filled[0, scene] = bench.filled[1, scene] = 0
    return free


@kernel
def nearest(table):
    """The row of a full table that is most like the proposed plight, what is about to be done above all."""
    best, least = 0, 1 << 30
    for row in range(MOST):
        apart = 0
        for field in range(FIELDS):
            gap = abs(table[row, field] - table[TRIAL, field])
            if field >= STAGES:
                apart += 2 * gap
            elif field == BRUISES or (field == CONFUSED and table[row, field] > 0 < table[TRIAL, field]):
                apart += gap
            elif gap > 0:
                apart += _LIGHT if field in _SOFT else _GRAVE
        if apart < least:
            best, least = row, apart
    return best


@kernel
def impose(s, side, table, plight):
    """Write a plight's status, stages, screens and hiding place into the state."""
    s[side + STATUS] = table[plight, AILMENT]
    for stat in range(7):
        s[side + STAGE + stat] = table[plight, STAGES + stat]
    hiding = table[plight, CHARGED] - 1
    s[side + CONDITIONS] &= ~(1 << DIG | 1 << FLY | 1 << REFLECT | 1 << LIGHT_SCREEN)
    if table[plight, WALLS] & 1:
        s[side + CONDITIONS] |= 1 << REFLECT
    if table[plight, WALLS] & 2:
        s[side + CONDITIONS] |= 1 << LIGHT_SCREEN
    if hiding == DIG_MOVE:
        s[side + CONDITIONS] |= 1 << DIG
    elif hiding == FLY_MOVE:
        s[side + CONDITIONS] |= 1 << FLY


@kernel
def shift(stages, strike, column):
    """Add the stage changes in a strike's columns from ``column`` to seven stages."""
    for stat in range(7):
        stages[stat] = min(max(stages[stat] + int(strike[column + stat]), -6), 6)


@kernel
def shifted(bench, number, plight, strike, column):
    """The plight after the stage changes in a strike's columns from ``column``."""
    propose(bench, number, plight)
    shift(bench.tables[number, TRIAL, STAGES:], strike, column)
    return enter(bench, number)


@kernel
def with_field(bench, number, plight, field, value):
    """The plight with one field changed."""
    if bench.tables[number, plight, field] == value:
        return plight
    propose(bench, number, plight)
    bench.tables[number, TRIAL, field] = value
    return enter(bench, number)


@kernel
def charging(bench, number, plight, move, guards):
    """The plight after a move was charged; one that ``guards`` raises the Defence."""
    propose(bench, number, plight)
    row = bench.tables[number, TRIAL]
    row[CHARGED] = move + 1
    row[FURIOUS] = 0
    if guards and row[STAGES + 1] < HIGHEST_GUARD:
        row[STAGES + 1] += 1
    return enter(bench, number)


@kernel
def stopped(bench, number, plight):
    """The plight of one that could not move: what was charged is lost, Bide and fury are over."""
    row = bench.tables[number, plight]
    if row[RESTS] | row[CHARGED] | row[BIDES] | row[FURIOUS] == 0:
        return plight
    propose(bench, number, plight)
    row = bench.tables[number, TRIAL]
    row[RESTS] = row[CHARGED] = row[BIDES] = row[FURIOUS] = 0
    return enter(bench, number)


@kernel
def dazed_on(bench, number, plight):
    """The plight of a confused one after an attempt to move."""
    confused = bench.tables[number, plight, CONFUSED]
    if confused < FROM_NOW:
        return plight
    return with_field(bench, number, plight, CONFUSED, min(confused + 1, FROM_NOW + 4))


@kernel
def bruised(bench, number, plight):
    """The plight of a confused one that hit itself."""
    bruises = min(bench.tables[number, plight, BRUISES] + 1, MOST_BRUISES)
    return with_field(bench, number, dazed_on(bench, number, plight), BRUISES, bruises)


@kernel
def angered(bench, number, plight, hits):
    """The plight after hits on one that is furious."""
    propose(bench, number, plight)
    row = bench.tables[number, TRIAL]
    row[STAGES] = min(row[STAGES] + hits, 6)
    return enter(bench, number)


@kernel
def calm(bench, number, plight, tired):
    """The plight after a rampage; who is ``tired`` by its last turn is confused."""
    propose(bench, number, plight)
    row = bench.tables[number, TRIAL]
    row[RAMPAGE] = row[RAGES_WITH] = 0
    if tired and row[CONFUSED] == 0:
        row[CONFUSED] = FROM_NOW
    return enter(bench, number)


@kernel
def raging(bench, number, plight, move):
    """The plight after one more turn of a rampage with a move."""
    propose(bench, number, plight)
    row = bench.tables[number, TRIAL]
    row[RAMPAGE] += 1
    row[RAGES_WITH] = move
    return enter(bench, number)


@kernel
def rampage_ends(turns):
    """Chance that a rampage ends with this turn, by ``RAMPAGE``; of unknown length it lasts two or three."""
    if turns < 0:
        return 1.0 if turns == -1 else 0.0
    return 0.5 * min(turns, 2)


@kernel
def cleared(bench, number, plight):
    """The plight with all stages back at 0."""
    propose(bench, number, plight)
    for stat in range(7):
        bench.tables[number, TRIAL, STAGES + stat] = 0
    return enter(bench, number)
