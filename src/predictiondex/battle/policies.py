"""Who chooses what: the players of a simulated battle.

``greedy``     the selectable move of highest expected damage now: accuracy, critical hits, number of hits,
               charge and recharge counted (half), a self-destruct only if it should finish the foe. First of
               equals. Sees the whole state; never uses a status move while another does damage.
``greedycap``  the same with expected damage capped at the foe's hp.
``random``     any selectable move, all equally likely.
``fixed:M``    move M whenever it can be chosen, otherwise the first selectable one.
``first:M``    move M on turn 1, then greedy: the value of an opening.
``search``     looks one move ahead: plays each selectable move a few times to the end (both greedy from
               then on) and takes the one that wins most; it finds the use of status moves, which greedy
               never does.

A policy is a kind and a move number (``NONE`` where it needs none).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from predictiondex.battle.choices import locked_move, selectable
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has, other
from predictiondex.battle.damage import after_roll, before_roll, immune, power
from predictiondex.battle.effects import slot_of
from predictiondex.battle.layout import (
    ACTIONS,
    ENDED,
    FOCUS_ENERGY,
    GREEDY_CHOICE,
    HP,
    LEVEL,
    LOG_CAPACITY,
    MOVE,
    NONE,
    RNG_KIND,
    RNG_WORD,
    SLP,
    STAGE_ACC,
    STAGE_EVA,
    STATE,
    STATUS,
    TIE,
    TURN,
    WINNER,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    ACCURACY,
    BIDE_MOVE,
    CATEGORY,
    CRIT,
    E_COUNTER,
    E_DREAM_EATER,
    E_FAKE_OUT,
    E_MIRROR_COAT,
    E_PSYWAVE,
    E_SUPER_FANG,
    EFFECT,
    F_CHARGE,
    F_FLEETING,
    F_OHKO,
    F_RECHARGE,
    F_SELF_DESTRUCT,
    FIXED,
    FIXED_LEVEL,
    FLAGS,
    HITS_MAX,
    HITS_MIN,
    STATUS_MOVE,
    SURE_CRIT,
    trait,
)  # fmt: skip
from predictiondex.battle.rng import FAST, mix, roll, seed_fast
from predictiondex.battle.turn import play_turn

GREEDY: Final = 0
GREEDY_CAP: Final = 1
RANDOM: Final = 2
FIXED_MOVE: Final = 3
FIRST_MOVE: Final = 4
SEARCH: Final = 5

NAMES: Final = ("greedy", "greedycap", "random", "fixed", "first", "search")

#: The roll that stands for the random factor: 93 of 85 to 100 per cent.
_MIDDLE = 93
_STAGE_FACTOR = np.array([1.0, 4 / 3, 5 / 3, 2.0, 7 / 3, 8 / 3, 3.0])
_CRITICAL_CHANCE = np.array([0.0, 1 / 24, 1 / 8, 1 / 2, 1.0])
_ONE = np.uint64(1)
_SALT = np.uint64(0xD1342543DE82EF95)
#: Battles that ``search`` plays for each selectable move.
ROLLOUTS: Final = 24


@kernel
def expected_damage(s, move, user, capped):
    """Expected damage of a move in points, as the reference's greedy player reckons it."""
    foe = other(user)
    effect = trait(move, EFFECT)
    if trait(move, CATEGORY) == STATUS_MOVE or immune(s, move, foe):
        return 0.0
    if effect == E_FAKE_OUT and s[user + ACTIONS] > 0:
        return 0.0
    if effect == E_DREAM_EATER and s[foe + STATUS] != SLP:
        return 0.0
    if move == BIDE_MOVE or effect in (E_COUNTER, E_MIRROR_COAT):
        return 0.0
    flags = trait(move, FLAGS)
    if flags & F_OHKO:
        value = 0.0 if s[foe + LEVEL] > s[user + LEVEL] else float(s[foe + HP])
    else:
        value = _expected_hit(s, move, user, foe)
    if trait(move, HITS_MAX) > 1:
        value *= 3.1 if trait(move, HITS_MIN) != trait(move, HITS_MAX) else float(trait(move, HITS_MAX))
    if capped:
        value = min(value, float(s[foe + HP]))
    value *= hit_chance(s, move, user, foe)
    if flags & (F_CHARGE | F_RECHARGE):
        value /= 2.0
    if flags & F_SELF_DESTRUCT and value < s[foe + HP]:
        value *= 0.01
    return value


@kernel
def _expected_hit(s, move, user, foe):
    fixed = trait(move, FIXED)
    effect = trait(move, EFFECT)
    if effect == E_SUPER_FANG:
        return float(max(s[foe + HP] // 2, 1))
    if effect == E_PSYWAVE or fixed == FIXED_LEVEL:
        return float(s[user + LEVEL])
    if fixed > 0:
        return float(fixed)
    if power(s, move, user, foe) == 0:
        return 0.0
    sure = trait(move, CRIT) == SURE_CRIT
    damage = before_roll(s, move, user, foe, sure) * _MIDDLE // 100
    value = float(after_roll(s, move, user, foe, sure, damage))
    if not sure:
        stage = min(4, trait(move, CRIT) + (2 if has(s, user, FOCUS_ENERGY) else 0))
        value *= 1.0 + 0.5 * _CRITICAL_CHANCE[stage]
    return value


@kernel
def hit_chance(s, move, user, foe):
    """Chance that a move hits, from 0 to 1, by accuracy and evasion."""
    accuracy = float(trait(move, ACCURACY))
    if trait(move, FLAGS) & F_OHKO:
        accuracy = float(30 + s[user + LEVEL] - s[foe + LEVEL])
    elif accuracy == 0.0:
        return 1.0
    else:
        stage = min(max(s[user + STAGE_ACC] - s[foe + STAGE_EVA], -6), 6)
        accuracy = accuracy * _STAGE_FACTOR[stage] if stage >= 0 else accuracy / _STAGE_FACTOR[-stage]
    return min(100.0, accuracy) / 100.0


@kernel
def first_slot(slots):
    """The lowest slot of a set of slots."""
    slot = 0
    while slot < 3 and not slots >> slot & 1:
        slot += 1
    return slot


@kernel
def greedy_slot(s, user, capped):
    """Slot of the highest expected damage; remembered while nothing that counts has changed."""
    remembered = s[user + GREEDY_CHOICE]
    if remembered != NONE and not capped:
        return remembered
    slots = selectable(s, user)
    best = first_slot(slots)
    best_value = -1.0
    lasting = not capped
    for slot in range(4):
        if not slots >> slot & 1:
            continue
        move = s[user + MOVE + slot]
        value = expected_damage(s, move, user, capped)
        if value > best_value:
            best, best_value = slot, value
        if trait(move, FLAGS) & F_FLEETING:
            lasting = False
    if lasting:
        s[user + GREEDY_CHOICE] = best
    return best


@kernel
def random_slot(s, user):
    """Any selectable slot."""
    slots = selectable(s, user)
    count = 0
    for slot in range(4):
        count += slots >> slot & 1
    pick = roll(s, max(count, 1))
    for slot in range(4):
        if slots >> slot & 1:
            if pick == 0:
                return slot
            pick -= 1
    return 0


@kernel
def simple_slot(s, user, kind, move):
    """The choice of every policy but search."""
    if kind in (GREEDY, GREEDY_CAP):
        return greedy_slot(s, user, kind == GREEDY_CAP)
    if kind == RANDOM:
        return random_slot(s, user)
    slot = slot_of(s, user, move)
    free = slot != NONE and selectable(s, user) >> slot & 1 == 1
    if kind == FIRST_MOVE:
        return slot if s[TURN] == 1 and free else greedy_slot(s, user, False)
    return slot if free else first_slot(selectable(s, user))


@kernel
def play_out(s, kind_a, move_a, kind_b, move_b):
    """Play to the end by simple policies."""
    while s[ENDED] == 0:
        a = simple_slot(s, A, kind_a, move_a)
        b = simple_slot(s, B, kind_b, move_b)
        play_turn(s, a, b)


@kernel
def settle_first_choices(start):
    """Note what a greedy player of each side, where it can choose, does first: the same in every battle."""
    for side in (A, B):
        if locked_move(start, side) == NONE:
            greedy_slot(start, side, False)


@kernel
def play_one(start, s, seed, number, kind_a, move_a, kind_b, move_b):
    """Battle ``number`` of a run from ``start``, played to its end in ``s`` by simple policies."""
    for at in range(STATE):
        s[at] = start[at]
    seed_fast(s, seed, np.uint64(number))
    play_out(s, kind_a, move_a, kind_b, move_b)


@kernel
def imagine(s, scratch, rollout):
    """Give a rollout luck of its own, the same for every slot: nobody knows the coming rolls."""
    word = np.uint64(s[RNG_WORD]) ^ np.uint64(s[TURN])
    scratch[RNG_KIND] = FAST
    scratch[RNG_WORD] = np.int64(mix(word + (np.uint64(rollout) + _ONE) * _SALT))
    scratch[LOG_CAPACITY] = 0


@kernel
def search_slot(s, user, scratch):
    """The slot that wins most of a few battles played out from here against a greedy foe."""
    slots = selectable(s, user)
    if locked_move(s, user) != NONE or slots & (slots - 1) == 0:
        return first_slot(slots)
    foe = other(user)
    mine = 0 if user == A else 1
    best = first_slot(slots)
    best_score = -1
    for slot in range(4):
        if not slots >> slot & 1:
            continue
        score = 0
        for rollout in range(ROLLOUTS):
            for at in range(STATE):
                scratch[at] = s[at]
            imagine(s, scratch, rollout)
            reply = greedy_slot(scratch, foe, False)
            if user == A:
                play_turn(scratch, slot, reply)
            else:
                play_turn(scratch, reply, slot)
            play_out(scratch, GREEDY, NONE, GREEDY, NONE)
            score += 2 if scratch[WINNER] == mine else (1 if scratch[WINNER] == TIE else 0)
        if score > best_score:
            best, best_score = slot, score
    return best


@kernel
def choose_slot(s, user, kind, move, scratch):
    """A policy's choice."""
    if kind == SEARCH:
        return search_slot(s, user, scratch)
    return simple_slot(s, user, kind, move)
