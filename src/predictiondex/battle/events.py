"""What the kernel writes down when asked: a battle as a list of small events.

A recording state is longer than a plain one; each event takes four numbers: code, side (0 A, 1 B), and two
values that depend on the code. Plain states have no room for a log and pay one comparison.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import LOG, LOG_CAPACITY, LOG_COUNT, SIDE

WIDTH: Final = 4

_code = count(1)
TURN: Final = next(_code)  # turn number
MOVE: Final = next(_code)  # move, called by move or NONE
MISS: Final = next(_code)
FAIL: Final = next(_code)
IMMUNE: Final = next(_code)
PROTECTED: Final = next(_code)
CRITICAL: Final = next(_code)
EFFECTIVE: Final = next(_code)  # exponent of two
DAMAGE: Final = next(_code)  # points, cause
HEAL: Final = next(_code)  # points, cause
HITS: Final = next(_code)  # number of hits
FAINT: Final = next(_code)
STATUS: Final = next(_code)  # status
CURE: Final = next(_code)  # status
STAGE: Final = next(_code)  # stat, change
BEGIN: Final = next(_code)  # condition
END: Final = next(_code)  # condition
CANNOT: Final = next(_code)  # reason, move
PREPARE: Final = next(_code)  # move
SUBSTITUTE_HIT: Final = next(_code)
MEGA: Final = next(_code)  # form
TRANSFORM: Final = next(_code)  # form
TYPE_CHANGE: Final = next(_code)  # type
RESET_STAGES: Final = next(_code)
LEARN: Final = next(_code)  # move, by Mimic
BIDE_STORES: Final = next(_code)
BIDE_RELEASES: Final = next(_code)
CONFUSED: Final = next(_code)
WIN: Final = next(_code)  # winner

# Causes of damage and healing, and reasons not to move.
BY_MOVE: Final = 0
BY_RECOIL: Final = 1
BY_CRASH: Final = 2
BY_BURN: Final = 3
BY_POISON: Final = 4
BY_SEED: Final = 5
BY_TRAP: Final = 6
BY_CONFUSION: Final = 7
BY_SUBSTITUTE: Final = 8
BY_DRAIN: Final = 9

ASLEEP: Final = 1
FROZEN: Final = 2
PARALYSED: Final = 3
FLINCHED: Final = 4
RECHARGING: Final = 5
DISABLED: Final = 6
TAUNTED: Final = 7
NO_PP: Final = 8


@kernel
def emit(s, code, side, first, second):
    """Append an event if the state keeps a log with room left."""
    n = s[LOG_COUNT]
    if n < s[LOG_CAPACITY]:
        at = LOG + n * WIDTH
        s[at] = code
        s[at + 1] = side // SIDE
        s[at + 2] = first
        s[at + 3] = second
        s[LOG_COUNT] = n + 1
