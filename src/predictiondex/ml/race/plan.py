"""What is planned for the first turn of a race; from the second turn on both sides are greedy.

Columns of ``Bench.plan``; where there is one for each side, it is A's, and B's is the next.
"""

from __future__ import annotations

from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.battle.moves import CATEGORY, STATUS_MOVE, trait

MOVES: Final = 0  # move numbers; ``NONE``: greedy; ``RECHARGE_TURN``: none
QUIET: Final = 2  # 1: the move does no damage itself
AWAKE: Final = 4  # 1: cannot have slept through this turn
SHIELD: Final = 6  # 1: protects itself
BLOW: Final = 8  # whether B's move hits
PLAN: Final = 9

# --- of ``BLOW``
BY_CHANCE: Final = 0
HITS: Final = 1
MISSES: Final = 2


@kernel
def is_quiet(move):
    """Whether a move, if there is one, does no damage itself."""
    return move >= 0 and trait(move, CATEGORY) == STATUS_MOVE


@kernel
def is_blow(move):
    """Whether a move, if there is one, is meant to do damage."""
    return move >= 0 and not is_quiet(move)
