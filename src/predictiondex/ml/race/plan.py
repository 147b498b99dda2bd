"""What is planned for the first turn of a race; from the second turn on both sides are greedy.

Columns of ``Bench.plan``; where there is one for each side, it is A's, and B's is the next.
"""

from typing import Final

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
