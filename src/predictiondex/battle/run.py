"""The compiled entry points: everything Python calls in the kernel."""

from __future__ import annotations

import numpy as np

from predictiondex.battle.choices import locked_move
from predictiondex.battle.compiled import entry
from predictiondex.battle.conditions import has_type, update_speed
from predictiondex.battle.damage import (
    BY_POWER,
    HUNDREDTHS,
    after_roll,
    before_roll,
    critical_range,
    direct_damage,
    effectiveness,
    immune,
    power,
)  # fmt: skip
from predictiondex.battle.effects import target_immune
from predictiondex.battle.faints import tie_of_speed
from predictiondex.battle.layout import ENDED, NONE, STATE, TURN, WINNER, A, B
from predictiondex.battle.moves import CATEGORY, IMMUNE, STATUS_MOVE, TYPE, TYPELESS, trait
from predictiondex.battle.policies import choose_slot, greedy_slot, hit_chance, play_out
from predictiondex.battle.rng import seed_fast
from predictiondex.battle.turn import play_turn


@entry
def run_battles(start, first, count, seed, policy, tally, work):
    """Play battles ``first`` to ``first + count - 1`` of a run from one state, by simple policies.

    ``policy`` holds kind and move of A, then of B; ``tally`` gets wins, losses, ties and turns added.
    ``work`` is a vector to play in.
    """
    for side in (A, B):
        if locked_move(start, side) == NONE:
            greedy_slot(start, side, False)  # remembered: the same first choice in every battle
    for index in range(first, first + count):
        for at in range(STATE):
            work[at] = start[at]
        seed_fast(work, seed, np.uint64(index))
        play_out(work, policy[0], policy[1], policy[2], policy[3])
        tally[work[WINNER]] += 1
        tally[3] += work[TURN]


@entry
def run_searching(start, first, count, seed, policy, tally, work):
    """As :func:`run_battles` where a side searches; ``work`` holds two vectors."""
    s, scratch = work[0], work[1]
    for index in range(first, first + count):
        for at in range(STATE):
            s[at] = start[at]
        seed_fast(s, seed, np.uint64(index))
        while s[ENDED] == 0:
            a = choose_slot(s, A, policy[0], policy[1], scratch)
            b = choose_slot(s, B, policy[2], policy[3], scratch)
            play_turn(s, a, b)
        tally[s[WINNER]] += 1
        tally[3] += s[TURN]


@entry
def step(states, slots):
    """Play one turn of many battles: states ``(n, VECTOR or more)``, slots ``(n, 2)``.

    Battles that have ended stay as they are.
    """
    for at in range(states.shape[0]):
        if states[at, ENDED] == 0:
            play_turn(states[at], slots[at, 0], slots[at, 1])


@entry
def choose(states, policy, slots, scratch):
    """Both sides' choices by policy in many battles, into ``slots`` ``(n, 2)``."""
    for at in range(states.shape[0]):
        if states[at, ENDED] == 0:
            slots[at, 0] = choose_slot(states[at], A, policy[0], policy[1], scratch)
            slots[at, 1] = choose_slot(states[at], B, policy[2], policy[3], scratch)


@entry
def begin(states):
    """The start of battles as the reference plays it: equal speeds cost three draws."""
    for at in range(states.shape[0]):
        s = states[at]
        update_speed(s, A)
        update_speed(s, B)
        for _ in range(3):
            tie_of_speed(s)


@entry
def damage_table(s, move, rolls, facts):
    """All rolls of side A's move on side B.

    ``rolls`` ``(2, 16)`` gets plain and critical damage, ``facts`` type multiplier, same-type bonus (0 or 1),
    accuracy and chance of a critical hit.
    """
    kind = trait(move, TYPE)
    exponent = effectiveness(s, kind, B)
    blocked = immune(s, move, B) or target_immune(s, move, A, B)
    facts[0] = 0.0 if blocked else (1.0 if exponent == IMMUNE else 2.0**exponent)
    facts[1] = 1.0 if kind != TYPELESS and has_type(s, A, kind) else 0.0
    facts[2] = hit_chance(s, move, A, B)
    chance = critical_range(s, move, A)
    facts[3] = 1.0 if chance == 0 else 1.0 / chance
    hundredths = direct_damage(s, move, A, B)
    if hundredths != BY_POWER or power(s, move, A, B) == 0:
        facts[3] = 0.0
    for critical in range(2):
        for number in range(16):
            if blocked or trait(move, CATEGORY) == STATUS_MOVE:
                rolls[critical, number] = 0
            elif hundredths != BY_POWER:
                rolls[critical, number] = max(hundredths // HUNDREDTHS, 1)
            elif power(s, move, A, B) == 0:
                rolls[critical, number] = 0
            else:
                damage = before_roll(s, move, A, B, critical == 1) * (85 + number) // 100
                rolls[critical, number] = after_roll(s, move, A, B, critical == 1, damage)
