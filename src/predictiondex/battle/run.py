"""The compiled entry points: everything Python calls in the kernel."""

from __future__ import annotations

import numpy as np

from predictiondex.battle.compiled import entry
from predictiondex.battle.layout import A, B, ENDED, HP, NONE, STATE, TIE, TURN, WINNER
from predictiondex.battle.policies import choose_slot, play_out
from predictiondex.battle.rng import SCRIPT, roll, seed_battle
from predictiondex.battle.turn import chosen_move, play_turn, update_speed
from predictiondex.battle.hits import tie_of_speed


@entry
def run_battles(start, moves, first, count, seed, policy, tally, work, rng):  # type: ignore[no-untyped-def]
    """Play battles ``first`` to ``first + count - 1`` of a run from one state, by simple policies.

    ``policy`` holds kind and move of A, then of B; ``tally`` gets wins, losses, ties and turns added.
    ``work`` is a vector to play in, ``rng`` a source to seed.
    """
    s = work
    for index in range(first, first + count):
        for at in range(STATE):
            s[at] = start[at]
        seed_battle(rng, seed, np.uint64(index))
        play_out(s, moves, rng, policy[0], policy[1], policy[2], policy[3])
        tally[s[WINNER]] += 1
        tally[3] += s[TURN]


@entry
def step(states, moves, rngs, slots):  # type: ignore[no-untyped-def]
    """Play one turn of many battles: states ``(n, STATE)``, rngs ``(n, ...)``, slots ``(n, 2)``.

    Battles that have ended stay as they are.
    """
    for at in range(states.shape[0]):
        if states[at, ENDED] == 0:
            play_turn(states[at], moves, rngs[at], slots[at, 0], slots[at, 1])


@entry
def choices(states, moves, rngs, policy, out, scratch):  # type: ignore[no-untyped-def]
    """Both sides' choices by policy in many battles, into ``out`` ``(n, 2)``."""
    for at in range(states.shape[0]):
        if states[at, ENDED] == 0:
            out[at, 0] = choose_slot(states[at], moves, rngs[at], A, policy[0], policy[1], scratch)
            out[at, 1] = choose_slot(states[at], moves, rngs[at], B, policy[2], policy[3], scratch)


@entry
def begin(states, rngs):  # type: ignore[no-untyped-def]
    """The start of battles as the reference plays it: equal speeds cost three draws."""
    for at in range(states.shape[0]):
        s, rng = states[at], rngs[at]
        update_speed(s, A)
        update_speed(s, B)
        for _ in range(3):
            tie_of_speed(s, rng)
