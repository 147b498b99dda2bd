"""What a few battles say of a chance that was worked out.

The race errs where a rule is at work that it does not play (a fight that lasts until PP run out, Transform,
who falls back on which status move); no arithmetic tells where that is, but battles do. A handful is played
out from each state: where they agree with the race they change next to nothing, where they contradict it they
speak.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import Final

import numpy as np

from predictiondex.battle.choices import locked_move
from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import LOG_CAPACITY, NONE, STATE, TIE, WINNER, A, B
from predictiondex.battle.policies import FIRST_MOVE, GREEDY, greedy_slot, play_out
from predictiondex.battle.rng import seed_fast
from predictiondex.ml.race.compiled import entry

#: Battles played out for a row. Each costs about a microsecond; twice as many gain a fifth.
BATTLES: Final = 16
#: How far the race is trusted against them: so many battles' worth, and the chance that it knows nothing.
#: What fitted best on 278,000 held-out openings.
STRENGTH: Final = 300.0
DOUBT: Final = 0.003
#: The luck of those battles: the same for every opening, so that openings differ by no luck. Too large for a
#: seed that a simulation or a label draws from.
_SEED: Final = np.uint64(0xFE57_ED0F_BA77_1E5D)


@kernel
def trial(state, opening, bench):
    """Share of battles from a state that A wins by an opening, both greedy from then on; ties count half."""
    start, s = bench.states[1], bench.states[2]
    for at in range(STATE):
        start[at] = state[at]
    start[LOG_CAPACITY] = 0
    for side in (A, B):
        if locked_move(start, side) == NONE:
            greedy_slot(start, side, False)  # remembered: the same first choice in every battle
    won = 0.0
    for number in range(BATTLES):
        for at in range(STATE):
            s[at] = start[at]
        seed_fast(s, _SEED, np.uint64(number))
        play_out(s, FIRST_MOVE, opening, GREEDY, NONE)
        won += 0.5 if s[WINNER] == TIE else (1.0 if s[WINNER] == 0 else 0.0)
    return won / BATTLES


@kernel
def log_beta(a, b):
    """Logarithm of Euler's beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


@kernel
def posterior(p, wins, n, strength, doubt):
    """Mean chance to win after ``wins`` of ``n`` battles, ties counted half.

    What was known before is a mixture: ``p`` is right (a beta distribution around it worth ``strength``
    battles), or, with chance ``doubt``, nothing is known (Jeffreys' prior). Battles that contradict ``p`` so
    make it step aside instead of being averaged with it.
    """
    a, b = max(strength * p, 1e-3), max(strength * (1.0 - p), 1e-3)
    trusted = log1p(-doubt) + log_beta(a + wins, b + n - wins) - log_beta(a, b)
    ignorant = log(doubt) + log_beta(0.5 + wins, 0.5 + n - wins) - log_beta(0.5, 0.5)
    weight = 1.0 / (1.0 + exp(min(ignorant - trusted, 700.0)))
    return weight * (a + wins) / (a + b + n) + (1.0 - weight) * (0.5 + wins) / (1.0 + n)


@entry
def weigh(p, wins, n, strength, doubt, out):
    """:func:`posterior` of many chances ``(m,)`` and their battles won ``(m,)``, into ``out`` ``(m,)``."""
    for at in range(p.shape[0]):
        out[at] = posterior(p[at], wins[at], n, strength, doubt)
