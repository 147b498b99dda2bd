"""What a few battles say of a chance that was worked out.

The race errs where a rule is at work that it does not play (a fight that lasts until PP run out, Transform,
who falls back on which status move); no arithmetic tells where that is, but battles do. A handful is played
out from each state: where they agree with the race they change next to nothing; where they contradict it more
are played, and they speak.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import Final

import numpy as np

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import LOG_CAPACITY, NONE, STATE, TIE, WINNER
from predictiondex.battle.policies import FIRST_MOVE, GREEDY, play_one, settle_first_choices
from predictiondex.ml.race.compiled import entry

#: Battles played out for a row. Each costs about a microsecond; twice as many for all would gain a fifth.
BATTLES: Final = 16
#: And where those leave more doubt than there was: one opening in a hundred.
MOST: Final = 64
#: How far the race is trusted against them: so many battles' worth, and the chance that it knows nothing.
#: What fitted best on 278,000 held-out openings.
STRENGTH: Final = 300.0
DOUBT: Final = 0.003
#: The luck of those battles: the same for every opening, so that openings differ by no luck. Too large for a
#: seed that a simulation or a label draws from.
_SEED: Final = np.uint64(0xFE57_ED0F_BA77_1E5D)


@kernel
def weigh_trial(state, opening, p, bench):
    """Battles from a state that A begins with an opening, both greedy from then on: the share that A wins,
    ties counted half, and what they make of a race's chance ``p``."""
    start, s = bench.states[1], bench.states[2]
    for at in range(STATE):
        start[at] = state[at]
    start[LOG_CAPACITY] = 0
    settle_first_choices(start)
    n = BATTLES
    wins = count_wins(start, s, opening, 0, BATTLES)
    if trusted(p, wins, n, STRENGTH, DOUBT) < 1.0 - DOUBT:
        n = MOST
        wins += count_wins(start, s, opening, BATTLES, MOST)
    return wins / n, posterior(p, wins, n, STRENGTH, DOUBT)


@kernel
def count_wins(start, s, opening, first, last):
    """Battles ``first`` to ``last - 1`` that A wins; ties count half. ``s`` is a vector to play in."""
    wins = 0.0
    for number in range(first, last):
        play_one(start, s, _SEED, number, FIRST_MOVE, opening, GREEDY, NONE)
        wins += 0.5 if s[WINNER] == TIE else (1.0 if s[WINNER] == 0 else 0.0)
    return wins


@kernel
def log_beta(a, b):
    """Logarithm of Euler's beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


@kernel
def beliefs(p, strength):
    """The beta distribution around a chance that is worth so many battles."""
    return max(strength * p, 1e-3), max(strength * (1.0 - p), 1e-3)


@kernel
def trusted(p, wins, n, strength, doubt):
    """How likely it is after ``wins`` of ``n`` battles that ``p`` is right; ``1 - doubt`` before them."""
    a, b = beliefs(p, strength)
    right = log1p(-doubt) + log_beta(a + wins, b + n - wins) - log_beta(a, b)
    ignorant = log(doubt) + log_beta(0.5 + wins, 0.5 + n - wins) - log_beta(0.5, 0.5)
    return 1.0 / (1.0 + exp(min(ignorant - right, 700.0)))


@kernel
def posterior(p, wins, n, strength, doubt):
    """Mean chance to win after ``wins`` of ``n`` battles, ties counted half.

    What was known before is a mixture: ``p`` is right (a beta distribution around it worth ``strength``
    battles), or, with chance ``doubt``, nothing is known (Jeffreys' prior). Battles that contradict ``p`` so
    make it step aside instead of being averaged with it.
    """
    a, b = beliefs(p, strength)
    weight = trusted(p, wins, n, strength, doubt)
    return weight * (a + wins) / (a + b + n) + (1.0 - weight) * (0.5 + wins) / (1.0 + n)


@entry
def weigh(p, wins, n, strength, doubt, out):
    """:func:`posterior` of many chances ``(m,)`` and their battles won ``(m,)``, into ``out`` ``(m,)``."""
    for at in range(p.shape[0]):
        out[at] = posterior(p[at], wins[at], n, strength, doubt)
