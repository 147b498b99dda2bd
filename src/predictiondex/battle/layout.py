"""Where everything stands in a battle's state: one flat ``int64`` vector.

A state is ``state[0:SIDE]`` for side A, ``state[SIDE:2 * SIDE]`` for side B and a short common part.
Kernel functions name a side by the offset of its block (``A`` or ``B``), so that a field reads
``state[me + HP]``; the other side is ``other(me)``. States are plain arrays: copying one is copying a
battle, and many battles are a two-dimensional array.

A vector that is played is ``VECTOR`` long: behind the state proper (``STATE``) it has room for sorting, and
an event log or a script of rolls may follow.
"""

from __future__ import annotations

from itertools import count
from typing import Final

import numpy as np

_at = count()

# --- one side -------------------------------------------------------------------------------------
HP: Final = next(_at)
MAX_HP: Final = next(_at)
#: Unboosted stats in battle; ``ATK + i`` follows the order of ``pokedex.model.STATS`` without hp.
ATK: Final = next(_at)
DEF: Final = next(_at)
SPA: Final = next(_at)
SPD: Final = next(_at)
SPE: Final = next(_at)
LEVEL: Final = next(_at)
#: Type indices; ``TYPE2`` is ``NONE`` for one type.
TYPE1: Final = next(_at)
TYPE2: Final = next(_at)
WEIGHT: Final = next(_at)  # tenths of a kilogram
FRIENDSHIP: Final = next(_at)
FORM: Final = next(_at)  # index of the form it looks like now
STATUS: Final = next(_at)
STATUS_TIME: Final = next(_at)  # asleep: turns left; badly poisoned: stage
#: Stat stages in the order of ``pokedex.model.BOOSTS``.
STAGE: Final = next(_at)
STAGE_SPE: Final = STAGE + 4
STAGE_ACC: Final = STAGE + 5
STAGE_EVA: Final = STAGE + 6
for _ in range(6):
    next(_at)
MOVE: Final = next(_at)  # four slots; ``NONE`` where empty
for _ in range(3):
    next(_at)
PP: Final = next(_at)
for _ in range(3):
    next(_at)
DISABLED: Final = next(_at)  # bit per slot: cannot be chosen this turn
LAST_MOVE: Final = next(_at)
ACTIONS: Final = next(_at)  # moves tried since it came in
SPEED: Final = next(_at)  # speed as last looked at: what ties are judged by
FAINTED: Final = next(_at)
FAINTING: Final = next(_at)  # at 0 hp, not yet taken off the field
PENDING: Final = next(_at)  # its move is still to come this turn
CHOSEN: Final = next(_at)  # move id chosen this turn
TRANSFORMED: Final = next(_at)
#: What its speed would be as another species, for Transform: base, IV, nature in per cent, AV, friendship in
#: per cent.
BASE_SPE: Final = next(_at)
IV_SPE: Final = next(_at)
NATURE_SPE: Final = next(_at)
AV_SPE: Final = next(_at)
BOND: Final = next(_at)
#: Mega Evolution still to come: 0 no, ``MEGA_PLAIN``, ``MEGA_XY``; then what it becomes.
MEGA: Final = next(_at)
MEGA_STATS: Final = next(_at)  # atk, def, spa, spd, spe
for _ in range(4):
    next(_at)
MEGA_TYPE1: Final = next(_at)
MEGA_TYPE2: Final = next(_at)
MEGA_WEIGHT: Final = next(_at)
MEGA_FORM: Final = next(_at)
MEGA_BASE_SPE: Final = next(_at)
#: Conditions: a bit each, the order in which they began, and a duration each (0 = until removed).
CONDITIONS: Final = next(_at)
CONDITION_COUNT: Final = next(_at)
MAX_CONDITIONS: Final = 30  # as many as there are
CONDITION_ORDER: Final = next(_at)
for _ in range(MAX_CONDITIONS - 1):
    next(_at)

# --- conditions (bit numbers) -----------------------------------------------------------------------
CONFUSION: Final = 0
FLINCH: Final = 1
PARTIAL_TRAP: Final = 2
LOCKED_MOVE: Final = 3
TWO_TURN: Final = 4
DIG: Final = 5
FLY: Final = 6
CHARGING: Final = 7
MUST_RECHARGE: Final = 8
STALL: Final = 9
PROTECT: Final = 10
BIDE: Final = 11
COUNTER: Final = 12
MIRROR_COAT: Final = 13
DISABLE: Final = 14
ENCORE: Final = 15
TAUNT: Final = 16
YAWN: Final = 17
LEECH_SEED: Final = 18
SUBSTITUTE: Final = 19
FOCUS_ENERGY: Final = 20
MINIMIZE: Final = 21
DEFENSE_CURL: Final = 22
RAGE: Final = 23
ROOST: Final = 24
SURE_TOXIC: Final = 25  # a Poison type that uses Toxic cannot miss this turn
REFLECT: Final = 26
LIGHT_SCREEN: Final = 27
MIST: Final = 28
STEALTH_ROCK: Final = 29
N_CONDITIONS: Final = 30

CONDITION_NAMES: Final = (
    "confusion", "flinch", "partiallytrapped", "lockedmove", "twoturnmove", "dig", "fly", "charging",
    "mustrecharge", "stall", "protect", "bide", "counter", "mirrorcoat", "disable", "encore", "taunt", "yawn",
    "leechseed", "substitute", "focusenergy", "minimize", "defensecurl", "rage", "roost", "suretoxic",
    "reflect", "lightscreen", "mist", "stealthrock",
)  # fmt: skip

DURATION: Final = next(_at)
for _ in range(N_CONDITIONS - 1):
    next(_at)
#: What some conditions remember.
CONFUSION_TIME: Final = next(_at)
LOCKED_ID: Final = next(_at)
LOCKED_TURNS: Final = next(_at)
TWO_TURN_ID: Final = next(_at)
STALL_COUNTER: Final = next(_at)
BIDE_DAMAGE: Final = next(_at)
COUNTER_DAMAGE: Final = next(_at)  # ``NONE`` until it was hit
MIRROR_COAT_DAMAGE: Final = next(_at)
DISABLE_ID: Final = next(_at)
ENCORE_ID: Final = next(_at)
SUBSTITUTE_HP: Final = next(_at)  # hundredths of a point: Psywave deals fractions to it
#: The move that the greedy policy would choose, while nothing that matters has changed.
GREEDY_CHOICE: Final = next(_at)

SIDE: Final = next(_at)
#: The blocks of the two sides. Unsigned, so that compiled code need not ask whether an index is negative.
A: Final = np.uint32(0)
B: Final = np.uint32(SIDE)

# --- common part -------------------------------------------------------------------------------------
_at = count(2 * SIDE)
TURN: Final = next(_at)
ENDED: Final = next(_at)
WINNER: Final = next(_at)
FAINT_QUEUE: Final = next(_at)
next(_at)
FAINT_COUNT: Final = next(_at)
CRITICAL: Final = next(_at)  # the last damage roll was a critical hit
#: Where random numbers come from (see :mod:`predictiondex.battle.rng`).
RNG_KIND: Final = next(_at)
RNG_WORD: Final = next(_at)
SCRIPT_AT: Final = next(_at)  # next pair of a script
SCRIPT_END: Final = next(_at)
SCRIPT_FAULT: Final = next(_at)
LOG_CAPACITY: Final = next(_at)
LOG_COUNT: Final = next(_at)
#: Length of the state proper: what a copy of a battle must copy.
STATE: Final = next(_at)

# --- behind the state: room to work in, then an event log where one is kept --------------------------
MAX_SORTED: Final = 2 * MAX_CONDITIONS + 2
KEYS: Final = STATE
VALUES: Final = KEYS + MAX_SORTED
TIED: Final = VALUES + MAX_SORTED
#: Length of a vector that can be played.
VECTOR: Final = TIED + MAX_SORTED
#: First field of the event log in a recording vector.
LOG: Final = VECTOR

# --- values -----------------------------------------------------------------------------------------
NONE: Final = -1
#: Move id of the turn lost after Hyper Beam.
RECHARGE_TURN: Final = -2

TIE: Final = 2

OK: Final = 0
PAR: Final = 1
BRN: Final = 2
PSN: Final = 3
TOX: Final = 4
SLP: Final = 5
FRZ: Final = 6
STATUS_NAMES: Final = ("", "par", "brn", "psn", "tox", "slp", "frz")

MEGA_PLAIN: Final = 1
MEGA_XY: Final = 2

MAX_TURNS: Final = 1000
