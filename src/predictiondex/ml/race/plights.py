"""Plights: what a race remembers of a side besides its hp.

Status, stat stages, confusion, being bound, a charged move, the turn lost after Hyper Beam, a rampage. A race
meets only a few of them, so each side has a short table and plights are named by their row. Row 0 is how the
side starts. Where the table is full, a further change is left out: the race then goes on with the old plight.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has
from predictiondex.battle.layout import (
    CONDITIONS,
    CONFUSION,
    DIG,
    FLY,
    LEECH_SEED,
    LIGHT_SCREEN,
    LOCKED_ID,
    LOCKED_MOVE,
    MUST_RECHARGE,
    PARTIAL_TRAP,
    RAGE,
    REFLECT,
    STAGE,
    STATUS,
    TWO_TURN,
    TWO_TURN_ID,
)
from predictiondex.battle.moves import MOVE_NUMBER

DIG_MOVE: Final = MOVE_NUMBER["dig"]
FLY_MOVE: Final = MOVE_NUMBER["fly"]

_at = count()
AILMENT: Final = next(_at)  # status as the state counts it
CONFUSED: Final = next(_at)
BOUND: Final = next(_at)
RESTS: Final = next(_at)  # loses its next turn
CHARGED: Final = next(_at)  # 1 + number of the move that it has charged
RAMPAGE: Final = next(_at)  # turns of a rampage so far
RAGES_WITH: Final = next(_at)  # number of its move
FURIOUS: Final = next(_at)  # its last move was Rage: each hit on it raises its Attack
SOWN: Final = next(_at)  # Leech Seed
WALLS: Final = next(_at)  # 1 Reflect, 2 Light Screen
STAGES: Final = next(_at)  # seven stages
for _ in range(6):
    next(_at)
FIELDS: Final = next(_at)

#: How far a race follows the Defence that Skull Bash raises when it is charged; each stage takes two rows.
HIGHEST_GUARD: Final = 3

#: Plights of one side that a race can tell apart; one more row to try changes in.
MOST: Final = 8
TRIAL: Final = MOST


@kernel
def first_plight(s, side, table):
    """Row 0: how the state has it. Returns the number of rows."""
    row = table[0]
    row[AILMENT] = s[side + STATUS]
    row[CONFUSED] = 1 if has(s, side, CONFUSION) else 0
    row[BOUND] = 1 if has(s, side, PARTIAL_TRAP) else 0
    row[RESTS] = 1 if has(s, side, MUST_RECHARGE) else 0
    row[CHARGED] = 1 + s[side + TWO_TURN_ID] if has(s, side, TWO_TURN) else 0
    row[RAMPAGE] = 1 if has(s, side, LOCKED_MOVE) else 0  # nobody sees how many turns it still lasts
    row[RAGES_WITH] = s[side + LOCKED_ID] if has(s, side, LOCKED_MOVE) else 0
    row[FURIOUS] = 1 if has(s, side, RAGE) else 0
    row[SOWN] = 1 if has(s, side, LEECH_SEED) else 0
    row[WALLS] = (1 if has(s, side, REFLECT) else 0) + (2 if has(s, side, LIGHT_SCREEN) else 0)
    for stat in range(7):
        row[STAGES + stat] = s[side + STAGE + stat]
    return 1


@kernel
def propose(table, plight):
    """Begin a change from a plight in the trial row; :func:`enter` ends it."""
    for field in range(FIELDS):
        table[TRIAL, field] = table[plight, field]


@kernel
def enter(table, counts, side, plight):
    """The row of the proposed plight, a new one if there is room, else ``plight`` as it was."""
    n = counts[side]
    for row in range(n):
        same = True
        for field in range(FIELDS):
            if table[row, field] != table[TRIAL, field]:
                same = False
                break
        if same:
            return row
    if n == MOST:
        return plight
    for field in range(FIELDS):
        table[n, field] = table[TRIAL, field]
    counts[side] = n + 1
    return n


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
def shifted(table, counts, side, plight, strike, column):
    """The plight after the stage changes in a strike's columns from ``column``."""
    propose(table, plight)
    for stat in range(7):
        stage = table[TRIAL, STAGES + stat] + int(strike[column + stat])
        table[TRIAL, STAGES + stat] = min(max(stage, -6), 6)
    return enter(table, counts, side, plight)


@kernel
def with_field(table, counts, side, plight, field, value):
    """The plight with one field changed."""
    if table[plight, field] == value:
        return plight
    propose(table, plight)
    table[TRIAL, field] = value
    return enter(table, counts, side, plight)


@kernel
def charging(table, counts, side, plight, move, guards):
    """The plight after a move was charged; one that ``guards`` raises the Defence."""
    propose(table, plight)
    table[TRIAL, CHARGED] = move + 1
    if guards and table[plight, STAGES + 1] < HIGHEST_GUARD:
        table[TRIAL, STAGES + 1] += 1
    return enter(table, counts, side, plight)


@kernel
def interrupted(table, counts, side, plight):
    """The plight after a turn lost by flinching: what was charged is lost, a rest after a move is over."""
    rested = with_field(table, counts, side, plight, RESTS, 0)
    return with_field(table, counts, side, rested, CHARGED, 0)


@kernel
def angered(table, counts, side, plight, hits):
    """The plight after hits on one that is furious."""
    propose(table, plight)
    table[TRIAL, STAGES] = min(table[plight, STAGES] + hits, 6)
    return enter(table, counts, side, plight)


@kernel
def raging(table, counts, side, plight, turns, move):
    """The plight after so many turns of a rampage with a move; after 0 there is none."""
    if table[plight, RAMPAGE] == turns:
        return plight
    propose(table, plight)
    table[TRIAL, RAMPAGE] = turns
    table[TRIAL, RAGES_WITH] = move if turns > 0 else 0
    return enter(table, counts, side, plight)


@kernel
def cleared(table, counts, side, plight):
    """The plight with all stages back at 0."""
    propose(table, plight)
    for stat in range(7):
        table[TRIAL, STAGES + stat] = 0
    return enter(table, counts, side, plight)
