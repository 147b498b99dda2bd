"""Who faints when, who wins, and the draw that equal speeds cost."""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.events import emit
from predictiondex.battle.layout import ENDED, FAINT_COUNT, FAINT_QUEUE, FAINTED, SPEED, WINNER, A, B
from predictiondex.battle.rng import roll


@kernel
def settle_faints(s, decide):
    """Take the fainted off the field; with ``decide`` see whether that ends the battle.

    With both down the last to faint wins.
    """
    last = A
    for place_in_queue in range(s[FAINT_COUNT]):
        last = np.uint32(s[FAINT_QUEUE + place_in_queue])
        s[last + FAINTED] = 1
        emit(s, ev.FAINT, last, 0, 0)
    s[FAINT_COUNT] = 0
    if decide:
        decide_winner(s, last)


@kernel
def decide_winner(s, last_fainted):
    """End the battle if a side is down."""
    if s[ENDED] == 1 or s[A + FAINTED] + s[B + FAINTED] == 0:
        return
    winner = last_fainted if s[A + FAINTED] + s[B + FAINTED] == 2 else (B if s[A + FAINTED] == 1 else A)
    s[ENDED] = 1
    s[WINNER] = 0 if winner == A else 1
    emit(s, ev.WIN, winner, 0, 0)


@kernel
def tie_of_speed(s):
    """The reference visits both sides in order of speed many times a turn; equal speeds cost a draw."""
    if s[A + SPEED] == s[B + SPEED] and s[A + FAINTED] == 0 and s[B + FAINTED] == 0:
        roll(s, 2)
