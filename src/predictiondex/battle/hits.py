"""Using a move: from its announcement to everything its hits do.

The steps and their order, and with them the order of random draws, are the reference's. A hit ends in
``MISSED`` (it failed), ``BLOCKED`` (a substitute stopped a status move) or the damage in points.
"""

from __future__ import annotations

from predictiondex.battle import events as ev
from predictiondex.battle.accuracy import accuracy_ties, is_accurate, reaches
from predictiondex.battle.aftermath import (
    affect_user,
    apply_side_effects,
    apply_status_move,
    begin_on_side,
    roll_secondary,
)
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import cure_status, discard, gain_hp, has, lose_hp, other, queue_faint
from predictiondex.battle.damage import HUNDREDTHS, immune, roll_damage
from predictiondex.battle.effects import charges, fails_at_once, on_hit, prepare, refuses_hit, target_immune
from predictiondex.battle.events import emit
from predictiondex.battle.faints import settle_faints, tie_of_speed
from predictiondex.battle.layout import (
    BIDE,
    BIDE_DAMAGE,
    CONDITIONS,
    COUNTER,
    COUNTER_DAMAGE,
    DURATION,
    FRZ,
    HP,
    LAST_MOVE,
    LOCKED_MOVE,
    MAX_HP,
    MIRROR_COAT,
    MIRROR_COAT_DAMAGE,
    NONE,
    PROTECT,
    SLP,
    STALL,
    STATUS,
    SUBSTITUTE,
    SUBSTITUTE_HP,
)
from predictiondex.battle.moves import (
    AT_ALL,
    AT_ALLY,
    AT_FOE_SIDE,
    AT_OWN_SIDE,
    AT_SELF,
    CATEGORY,
    CHANCE,
    DRAIN,
    E_BIDE,
    E_METRONOME,
    E_MIRROR_MOVE,
    EFFECT,
    F_BREAKS_PROTECT,
    F_BYPASS_SUB,
    F_CRASH,
    F_DEFROST,
    F_MIRROR,
    F_PROTECT,
    F_SELF_DESTRUCT,
    F_STRUGGLE_RECOIL,
    F_THAWS,
    FIRE,
    FLAGS,
    HITS_MAX,
    HITS_MIN,
    METRONOME_POOL,
    PHYSICAL,
    RECOIL,
    RECOIL_OF,
    SELF_KIND,
    SELF_NOTHING,
    SIDE_CONDITION,
    SPECIAL,
    STATUS_MOVE,
    TARGET,
    TYPE,
    trait,
)
from predictiondex.battle.rng import roll

MISSED = -1
BLOCKED = -2


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
    reached = True
    while landed < planned:
        if landed > 0 and s[user + STATUS] == SLP:
            break
        if s[target + HP] <= 0:
            break
        reached = not hides(s, move, user, target)
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
    if reached and trait(move, FLAGS) & F_THAWS and s[target + STATUS] == FRZ:
        cure_status(s, target)
    return True


@kernel
def struggle_cost(full):
    """What Struggle costs its user: a quarter of its ``full`` hp, halves rounded up."""
    return (full + 2) // 4


@kernel
def take_recoil(s, move, user, dealt):
    """Recoil from damage dealt in points, halves rounded up; Struggle has its own."""
    if trait(move, FLAGS) & F_STRUGGLE_RECOIL:
        lose_hp(s, user, struggle_cost(s[user + MAX_HP]), ev.BY_RECOIL)
    elif trait(move, RECOIL) > 0:
        of = trait(move, RECOIL_OF)
        lose_hp(s, user, (dealt * trait(move, RECOIL) * 2 + of) // (2 * of), ev.BY_RECOIL)


@kernel
def hides(s, move, user, target):
    """Whether the target's substitute takes a move."""
    return target != user and has(s, target, SUBSTITUTE) and not trait(move, FLAGS) & F_BYPASS_SUB


@kernel
def hit_once(s, move, user, target):
    """One hit with all its effects; ``MISSED``, ``BLOCKED`` or damage in points."""
    if trait(move, EFFECT) != 0 and refuses_hit(s, move, user, target):
        return MISSED
    behind = hides(s, move, user, target)
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
