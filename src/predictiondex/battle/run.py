"""The compiled entry points: everything Python calls in the kernel."""

from __future__ import annotations

import numpy as np

from predictiondex.battle.compiled import entry, kernel
from predictiondex.battle.conditions import has_type, other, update_speed
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
from predictiondex.battle.layout import (
    CONDITIONS,
    ENDED,
    LIGHT_SCREEN,
    REFLECT,
    STATE,
    TURN,
    WINNER,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    CATEGORY,
    E_BREAK_SCREENS,
    EFFECT,
    IMMUNE,
    STATUS_MOVE,
    TYPE,
    TYPELESS,
    trait,
)  # fmt: skip
from predictiondex.battle.policies import choose_slot, hit_chance, play_one, settle_first_choices
from predictiondex.battle.rng import seed_fast
from predictiondex.battle.turn import play_turn


@entry
def run_battles(start, first, count, seed, policy, tally, work):
    """Play battles ``first`` to ``first + count - 1`` of a run from one state, by simple policies.

    ``policy`` holds kind and move of A, then of B; ``tally`` gets wins, losses, ties and turns added.
    ``work`` is a vector to play in.
    """
    settle_first_choices(start)
    for index in range(first, first + count):
        play_one(start, work, seed, index, policy[0], policy[1], policy[2], policy[3])
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
def damage_tables(s, user, moves, work, rolls, facts):
    """All rolls of several moves ``(n,)`` of one side on the other, as both stand; ``s`` stays as it is.

    ``rolls`` ``(n, 2, 16)`` gets plain and critical damage, ``facts`` ``(n, 4)`` type multiplier, same-type
    bonus (0 or 1), accuracy and chance of a critical hit. ``work`` is a vector to work in.
    """
    target = other(user)
    for number in range(moves.shape[0]):
        for at in range(STATE):
            work[at] = s[at]
        if trait(moves[number], EFFECT) == E_BREAK_SCREENS:  # before it hits
            work[target + CONDITIONS] &= ~(1 << REFLECT | 1 << LIGHT_SCREEN)
        fill_table(work, moves[number], user, target, rolls[number], facts[number])


@kernel
def fill_table(s, move, user, target, rolls, facts):
    """The rolls and facts of one move; a move that draws its damage draws from the luck of ``s``."""
    kind = trait(move, TYPE)
    exponent = effectiveness(s, kind, target)
    blocked = immune(s, move, target) or target_immune(s, move, user, target)
    facts[0] = 0.0 if blocked else (1.0 if exponent == IMMUNE else 2.0**exponent)
    facts[1] = 1.0 if kind != TYPELESS and has_type(s, user, kind) else 0.0
    facts[2] = hit_chance(s, move, user, target)
    chance = critical_range(s, move, user)
    facts[3] = 1.0 if chance == 0 else 1.0 / chance
    hundredths = direct_damage(s, move, user, target)
    if hundredths != BY_POWER or power(s, move, user, target) == 0:
        facts[3] = 0.0
    for critical in range(2):
        for number in range(16):
            if blocked or trait(move, CATEGORY) == STATUS_MOVE:
                rolls[critical, number] = 0
            elif hundredths != BY_POWER:
                rolls[critical, number] = max(hundredths // HUNDREDTHS, 1)
            elif power(s, move, user, target) == 0:
                rolls[critical, number] = 0
            else:
                damage = before_roll(s, move, user, target, critical == 1) * (85 + number) // 100
                rolls[critical, number] = after_roll(s, move, user, target, critical == 1, damage)


@entry
def chance_of_hits(rolls, critical_chance, hp, shares, chances):
    """Chance that several hits, rolled each for itself, come to ``hp``.

    ``rolls`` ``(2, 16)``, plain and critical; ``shares`` ``(n,)``: how likely it is that there are 1 to ``n``
    hits; ``chances`` ``(2, hp + 1)`` to work in.
    """
    for points in range(hp + 1):
        chances[0, points] = 0.0
    chances[0, 0] = 1.0
    result = 0.0
    for hit in range(shares.shape[0]):
        now, then = chances[hit % 2], chances[1 - hit % 2]
        for points in range(hp + 1):
            then[points] = 0.0
        for points in range(hp + 1):
            if now[points] == 0.0:
                continue
            for critical in range(2):
                share = now[points] * (critical_chance if critical == 1 else 1.0 - critical_chance) / 16.0
                for number in range(16):
                    then[min(points + rolls[critical, number], hp)] += share
        result += shares[hit] * then[hp]
    return result
