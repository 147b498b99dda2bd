"""Using a move: from its announcement to everything its hits do.

The steps and their order, and with them the order of random draws, are the reference's. A hit ends in
``MISSED`` (it failed), ``BLOCKED`` (a substitute stopped a status move) or the damage in points.
"""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import (
    change_stage,
    change_stages,
    confuse,
    cure_status,
    discard,
    gain_hp,
    has,
    lose_hp,
    other,
    place,
    queue_faint,
    set_status,
)  # fmt: skip
from predictiondex.battle.damage import (
    HUNDREDTHS,
    immune,
    roll_damage,
)  # fmt: skip
from predictiondex.battle.effects import (
    begin_disable,
    begin_encore,
    begin_substitute,
    charges,
    fails_at_once,
    on_hit,
    prepare,
    refresh,
    refuses_hit,
    target_immune,
)  # fmt: skip
from predictiondex.battle.events import emit
from predictiondex.battle.layout import (
    BIDE,
    BIDE_DAMAGE,
    BRN,
    CONDITIONS,
    CONFUSION,
    COUNTER,
    COUNTER_DAMAGE,
    DIG,
    DISABLE,
    DURATION,
    ENCORE,
    ENDED,
    FAINT_COUNT,
    FAINT_QUEUE,
    FAINTED,
    FLINCH,
    FLY,
    FRZ,
    HP,
    LAST_MOVE,
    LEVEL,
    LOCKED_ID,
    LOCKED_MOVE,
    LOCKED_TURNS,
    MAX_HP,
    MINIMIZE,
    MIRROR_COAT,
    MIRROR_COAT_DAMAGE,
    MUST_RECHARGE,
    NONE,
    OK,
    PAR,
    PARTIAL_TRAP,
    PENDING,
    PROTECT,
    RAGE,
    ROOST,
    SLP,
    SPEED,
    STAGE_ACC,
    STAGE_EVA,
    STALL,
    STATUS,
    STEALTH_ROCK,
    SUBSTITUTE,
    SUBSTITUTE_HP,
    SURE_TOXIC,
    TAUNT,
    WINNER,
    YAWN,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    ACCURACY,
    AT_ALL,
    AT_ALLY,
    AT_FOE_SIDE,
    AT_OWN_SIDE,
    AT_SELF,
    BOOST,
    CATEGORY,
    CHANCE,
    CHANCE_BOOST,
    CHANCE_CONDITION,
    CHANCE_HAS_BOOST,
    CHANCE_STATUS,
    CONDITION,
    DRAIN,
    E_BIDE,
    E_METRONOME,
    E_MIRROR_MOVE,
    EFFECT,
    F_BREAKS_PROTECT,
    F_BYPASS_SUB,
    F_CRASH,
    F_DEFROST,
    F_FORCES_OUT,
    F_HITS_DIG,
    F_HITS_FLY,
    F_MINIMIZE,
    F_MIRROR,
    F_OHKO,
    F_PROTECT,
    F_SELF_DESTRUCT,
    F_STRUGGLE_RECOIL,
    F_THAWS,
    FIRE,
    FLAGS,
    HAS_BOOST,
    HEAL,
    HITS_MAX,
    HITS_MIN,
    METRONOME_POOL,
    PHYSICAL,
    RANDOM_STATUS,
    RECOIL,
    RECOIL_OF,
    SELF_BOOST,
    SELF_BOOSTS,
    SELF_CONDITION,
    SELF_CURE,
    SELF_KIND,
    SELF_NOTHING,
    SELF_SCREEN,
    SIDE_CONDITION,
    SPECIAL,
    STATUS_MOVE,
    TARGET,
    TYPE,
    trait,
)  # fmt: skip
from predictiondex.battle.moves import (
    STATUS as INFLICTS,
)
from predictiondex.battle.rng import between, roll

MISSED = -1
BLOCKED = -2

# What using a move came to.
FAILED = 0
DONE = 1
#: Charging up: neither done nor failed, so nothing crashes.
CHARGED = 2


# --- fainting -------------------------------------------------------------------------------------------


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


# --- using a move ------------------------------------------------------------------------------------


@kernel
def use_move(s, move, user):
    """Use a move, or the move that it calls."""
    caller = NONE
    effect = trait(move, EFFECT)
    if effect in (E_METRONOME, E_MIRROR_MOVE):
        emit(s, ev.MOVE, user, move, NONE)
        caller = move
        move = called_move(s, move, user)
        if move == NONE:
            emit(s, ev.FAIL, user, 0, 0)
            return
    use_plain_move(s, move, user, caller)
    if effect == E_METRONOME:  # calling a move was a hit of its own
        tie_of_speed(s)
        settle_faints(s, s[user + HP] <= 0)
        tie_of_speed(s)


@kernel
def called_move(s, move, user):
    """The move that Metronome or Mirror Move calls; ``NONE`` where there is none."""
    if trait(move, EFFECT) == E_METRONOME:
        return METRONOME_POOL[roll(s, METRONOME_POOL.shape[0])]
    return mirrored(s, move, user)


@kernel
def mirrored(s, move, user):
    """Mirror Move: the target's last move if it can be mirrored, else ``NONE``."""
    foe = other(user)
    if not reaches(s, move, user, foe):
        return NONE
    accuracy_ties(s, user, foe)
    last = s[foe + LAST_MOVE]
    if last == NONE or not trait(last, FLAGS) & F_MIRROR:
        return NONE
    return last


@kernel
def use_plain_move(s, move, user, caller):
    """Use a move that calls no other."""
    emit(s, ev.MOVE, user, move, caller)
    flags = trait(move, FLAGS)
    if s[user + STATUS] == FRZ and flags & F_DEFROST:
        cure_status(s, user)
    aim = trait(move, TARGET)
    if aim == AT_ALLY:
        emit(s, ev.FAIL, user, 0, 0)
        return
    if trait(move, EFFECT) != 0 and charges(s, move, user):
        return
    if flags & F_SELF_DESTRUCT:
        queue_faint(s, user)
    if aim in (AT_OWN_SIDE, AT_FOE_SIDE, AT_ALL):
        done = use_on_field(s, move, user)
    else:
        done = use_on_target(s, move, user, user if aim == AT_SELF else other(user))
    if s[user + HP] <= 0:
        queue_faint(s, user)
    if not done and flags & F_CRASH:
        lose_hp(s, user, s[user + MAX_HP] // 2, ev.BY_CRASH)


@kernel
def use_on_field(s, move, user):
    """Moves that set a side condition or reset the field."""
    condition = trait(move, SIDE_CONDITION)
    if condition == NONE:
        return on_hit(s, move, user, user)
    side = other(user) if trait(move, TARGET) == AT_FOE_SIDE else user
    if begin_on_side(s, side, condition):
        return True
    emit(s, ev.FAIL, user, 0, 0)
    return False


@kernel
def begin_on_side(s, side, condition):
    """Screens and Mist last five turns, Stealth Rock for good; none can begin twice."""
    if has(s, side, condition):
        return False
    place(s, side, condition, 0 if condition == STEALTH_ROCK else 5)
    return True


@kernel
def use_on_target(s, move, user, target):
    """A move at one Pokémon; True if it did something."""
    special = trait(move, EFFECT) != 0
    if special and (fails_at_once(s, move, user) or not prepare(s, move, user)):
        emit(s, ev.FAIL, user, 0, 0)
        return False
    flags = trait(move, FLAGS)
    if s[target + CONDITIONS] != 0:
        if not reaches(s, move, user, target):
            emit(s, ev.MISS, user, 0, 0)
            return False
        if flags & F_PROTECT and has(s, target, PROTECT):
            emit(s, ev.PROTECTED, target, 0, 0)
            if has(s, user, LOCKED_MOVE) and s[user + DURATION + LOCKED_MOVE] == 2:
                discard(s, user, LOCKED_MOVE)
            return False
    if immune(s, move, target) or target_immune(s, move, user, target):
        emit(s, ev.IMMUNE, target, 0, 0)
        return False
    if not is_accurate(s, move, user, target):
        emit(s, ev.MISS, user, 0, 0)
        return False
    if flags & F_BREAKS_PROTECT and has(s, target, PROTECT):
        discard(s, target, PROTECT)
        discard(s, target, STALL)
    return hit_target(s, move, user, target)


@kernel
def reaches(s, move, user, target):
    """Whether a target that digs or flies can be hit."""
    flags = trait(move, FLAGS)
    if has(s, user, SURE_TOXIC):
        return True
    if has(s, target, DIG) and not flags & F_HITS_DIG:
        return False
    return not has(s, target, FLY) or flags & F_HITS_FLY != 0


# --- accuracy ---------------------------------------------------------------------------------------------


@kernel
def accuracy_ties(s, user, target):
    """Minimize of the target and Toxic of the user are asked in order of speed."""
    if has(s, target, MINIMIZE) and has(s, user, SURE_TOXIC) and s[A + SPEED] == s[B + SPEED]:
        roll(s, 2)


@kernel
def is_accurate(s, move, user, target):
    """Roll for accuracy; moves that never miss draw nothing."""
    accuracy = trait(move, ACCURACY)
    if trait(move, FLAGS) & F_OHKO:
        if s[user + LEVEL] < s[target + LEVEL]:
            return False
        accuracy = 30 + s[user + LEVEL] - s[target + LEVEL]
    elif accuracy != 0:
        accuracy = staged_accuracy(accuracy, s[user + STAGE_ACC], s[target + STAGE_EVA])
    if trait(move, TARGET) == AT_SELF and trait(move, CATEGORY) == STATUS_MOVE:
        return True
    accuracy_ties(s, user, target)
    if accuracy == 0 and trait(move, ACCURACY) == 0:
        return True
    if has(s, user, SURE_TOXIC) or (has(s, target, MINIMIZE) and trait(move, FLAGS) & F_MINIMIZE):
        return True
    return roll(s, 100) < accuracy


@kernel
def staged_accuracy(accuracy, accuracy_stage, evasion_stage):
    """Accuracy in per cent after both stages, rounded down."""
    stage = min(max(accuracy_stage - evasion_stage, -6), 6)
    return accuracy * (3 + stage) // 3 if stage >= 0 else accuracy * 3 // (3 - stage)


# --- hitting ----------------------------------------------------------------------------------------------


@kernel
def number_of_hits(s, move):
    """Two to five hits: 35, 35, 15 and 15 per cent."""
    low, high = trait(move, HITS_MIN), trait(move, HITS_MAX)
    if low == high:
        return low
    draw = roll(s, 20)
    if draw < 14:
        return 2 + draw // 7
    return 4 + (draw - 14) // 3


@kernel
def hit_target(s, move, user, target):
    """Every hit of a move, then what comes after the last; True if any landed."""
    planned = number_of_hits(s, move)
    landed = 0
    total = 0
    while landed < planned:
        if landed > 0 and s[user + STATUS] == SLP:
            break
        if s[target + HP] <= 0:
            break
        result = hit_once(s, move, user, target)
        if result == MISSED:
            break
        landed += 1
        total += max(result, 0)
        tie_of_speed(s)
        if s[user + HP] <= 0:
            break
    if landed == 0:
        emit(s, ev.FAIL, user, 0, 0)
        return False
    settle_faints(s, s[user + HP] <= 0)
    if planned > 1 or trait(move, HITS_MAX) > 1:
        emit(s, ev.HITS, target, landed, 0)
    if total > 0:
        take_recoil(s, move, user, total)
    tie_of_speed(s)
    if trait(move, FLAGS) & F_THAWS and s[target + STATUS] == FRZ:
        cure_status(s, target)
    return True


@kernel
def take_recoil(s, move, user, dealt):
    """Recoil from damage dealt in points, halves rounded up; Struggle costs a quarter of the maximum."""
    if trait(move, FLAGS) & F_STRUGGLE_RECOIL:
        lose_hp(s, user, (s[user + MAX_HP] + 2) // 4, ev.BY_RECOIL)
    elif trait(move, RECOIL) > 0:
        of = trait(move, RECOIL_OF)
        lose_hp(s, user, (dealt * trait(move, RECOIL) * 2 + of) // (2 * of), ev.BY_RECOIL)


@kernel
def hit_once(s, move, user, target):
    """One hit with all its effects; ``MISSED``, ``BLOCKED`` or damage in points."""
    if trait(move, EFFECT) != 0 and refuses_hit(s, move, user, target):
        return MISSED
    behind = target != user and has(s, target, SUBSTITUTE) and not trait(move, FLAGS) & F_BYPASS_SUB
    if trait(move, CATEGORY) == STATUS_MOVE or trait(move, EFFECT) == E_BIDE:
        if behind:
            return BLOCKED
        if not apply_status_move(s, move, user, target):
            return MISSED
        affect_user(s, move, user)
        return 0
    hundredths = roll_damage(s, move, user, target)
    if behind:
        hit_substitute(s, move, user, target, hundredths)
        affect_user(s, move, user)
        if trait(move, CHANCE) != 0:
            roll_secondary(s, move, user, target, True)
        return 0
    dealt = deal(s, target, hundredths)
    if trait(move, DRAIN) > 0 and dealt > 0:
        gain_hp(s, user, (dealt * trait(move, DRAIN) + 50) // 100, ev.BY_DRAIN)
    apply_side_effects(s, move, user, target)
    if trait(move, SELF_KIND) != SELF_NOTHING:
        affect_user(s, move, user)
    if trait(move, CHANCE) != 0:
        roll_secondary(s, move, user, target, False)
    remember_hit(s, move, target, dealt)
    return dealt


@kernel
def deal(s, target, hundredths):
    """Take damage from the target; a Bide in progress stores it."""
    points = max(hundredths // HUNDREDTHS, 1)
    if has(s, target, BIDE) and s[target + HP] > 0:
        s[target + BIDE_DAMAGE] += points
    return lose_hp(s, target, points, ev.BY_MOVE)


@kernel
def hit_substitute(s, move, user, target, hundredths):
    """The doll takes the damage; recoil and drain follow from what it took."""
    taken = min(hundredths, s[target + SUBSTITUTE_HP])
    s[target + SUBSTITUTE_HP] -= taken
    emit(s, ev.SUBSTITUTE_HIT, target, taken // HUNDREDTHS, 0)
    if s[target + SUBSTITUTE_HP] <= 0:
        discard(s, target, SUBSTITUTE)
    if taken > 0:
        take_recoil(s, move, user, taken // HUNDREDTHS)
    if trait(move, DRAIN) > 0:
        gain_hp(
            s, user, (taken * trait(move, DRAIN) + 100 * HUNDREDTHS - 1) // (100 * HUNDREDTHS), ev.BY_DRAIN
        )


@kernel
def remember_hit(s, move, target, dealt):
    """Counter and Mirror Coat remember the damage; fire thaws."""
    if trait(move, TYPE) == FIRE and s[target + STATUS] == FRZ:
        cure_status(s, target)
    if s[target + CONDITIONS] == 0:
        return
    if has(s, target, COUNTER) and trait(move, CATEGORY) == PHYSICAL:
        s[target + COUNTER_DAMAGE] = 2 * dealt
    if has(s, target, MIRROR_COAT) and trait(move, CATEGORY) == SPECIAL:
        s[target + MIRROR_COAT_DAMAGE] = 2 * dealt


# --- effects on the target --------------------------------------------------------------------------------


@kernel
def apply_status_move(s, move, user, target):
    """A status move that reached its target; False if nothing came of it."""
    if trait(move, FLAGS) & F_FORCES_OUT:
        return False
    if trait(move, HEAL) > 0:
        return gain_hp(s, target, (s[target + MAX_HP] * trait(move, HEAL) + 50) // 100, ev.BY_MOVE)
    if trait(move, INFLICTS) != OK:
        return set_status(s, target, trait(move, INFLICTS))
    done = True
    if trait(move, HAS_BOOST) == 1:
        done = change_stages(s, target, user, move, BOOST)
    condition = trait(move, CONDITION)
    if condition != NONE:
        begun = begin(s, target, condition)
        done = begun or (done and trait(move, HAS_BOOST) == 1)
    return done and on_hit(s, move, user, target)


@kernel
def apply_side_effects(s, move, user, target):
    """What a damaging hit does to its target besides damage, for certain."""
    condition = trait(move, CONDITION)
    if condition != NONE:
        begin(s, target, condition)
    if trait(move, EFFECT) != 0:
        on_hit(s, move, user, target)
    if has(s, target, RAGE) and s[target + HP] > 0:
        change_stage(s, target, 0, 1)


@kernel
def begin(s, target, condition):
    """Begin a condition on the target; False if it cannot."""
    if s[target + HP] <= 0 or has(s, target, condition):
        return False
    if condition == CONFUSION:
        return confuse(s, target)
    if condition == DISABLE:
        return begin_disable(s, target)
    if condition == ENCORE:
        return begin_encore(s, target)
    if condition == SUBSTITUTE:
        begin_substitute(s, target)
        return True
    duration = 0
    if condition == PARTIAL_TRAP:
        duration = between(s, 5, 7)
    elif condition == TAUNT:
        duration = 3 if s[target + PENDING] == 1 else 4
    elif condition == YAWN:
        duration = 2
    elif condition in (FLINCH, PROTECT):
        duration = 1
    elif condition == BIDE:
        duration = 3
        s[target + BIDE_DAMAGE] = 0
    place(s, target, condition, duration)
    return True


@kernel
def roll_secondary(s, move, user, target, behind):
    """The chance effect: always drawn, lost on a substitute."""
    chance = trait(move, CHANCE)
    if roll(s, 100) >= chance or behind:
        return
    if trait(move, CHANCE_HAS_BOOST) == 1:
        change_stages(s, target, user, move, CHANCE_BOOST)
    status = trait(move, CHANCE_STATUS)
    if status == RANDOM_STATUS:
        drawn = roll(s, 3)
        status = BRN if drawn == 0 else (PAR if drawn == 1 else FRZ)
    if status != OK:
        set_status(s, target, status)
    condition = trait(move, CHANCE_CONDITION)
    if condition != NONE:
        begin(s, target, condition)


# --- effects on the user ----------------------------------------------------------------------------------


@kernel
def affect_user(s, move, user):
    """What a landed hit does to its user."""
    kind = trait(move, SELF_KIND)
    if kind == SELF_NOTHING:
        return
    if kind == SELF_BOOSTS:
        roll(s, 100)  # the reference draws although the drop is certain
        change_stages(s, user, user, move, SELF_BOOST)
    elif kind == SELF_SCREEN:
        begin_on_side(s, user, trait(move, SELF_CONDITION))
    elif kind == SELF_CURE:
        cure_status(s, user)
    elif s[user + HP] > 0:
        begin_on_user(s, move, user, trait(move, SELF_CONDITION))


@kernel
def begin_on_user(s, move, user, condition):
    """Recharge, a rampage of two or three turns, Rage, Roost."""
    if condition == LOCKED_MOVE:
        if has(s, user, LOCKED_MOVE):
            if s[user + LOCKED_TURNS] >= 2:
                refresh(s, user, LOCKED_MOVE, 2)
            return
        place(s, user, LOCKED_MOVE, 2)
        s[user + LOCKED_TURNS] = between(s, 2, 4)
        s[user + LOCKED_ID] = move
        return
    if has(s, user, condition):
        return
    duration = 0
    if condition == MUST_RECHARGE:
        duration = 2
    elif condition == ROOST:
        duration = 1
    place(s, user, condition, duration)
