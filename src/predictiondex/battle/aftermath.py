"""What a move that landed leaves behind, on its target and on its user."""

from __future__ import annotations

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import (
    change_stage,
    change_stages,
    confuse,
    cure_status,
    gain_hp,
    has,
    place,
    set_status,
)
from predictiondex.battle.effects import begin_disable, begin_encore, begin_substitute, on_hit, refresh
from predictiondex.battle.layout import (
    BIDE,
    BIDE_DAMAGE,
    BRN,
    CONFUSION,
    DISABLE,
    ENCORE,
    FLINCH,
    FRZ,
    HP,
    LOCKED_ID,
    LOCKED_MOVE,
    LOCKED_TURNS,
    MAX_HP,
    MUST_RECHARGE,
    NONE,
    OK,
    PAR,
    PARTIAL_TRAP,
    PENDING,
    PROTECT,
    RAGE,
    ROOST,
    STEALTH_ROCK,
    SUBSTITUTE,
    TAUNT,
    YAWN,
)
from predictiondex.battle.moves import (
    BOOST,
    CHANCE,
    CHANCE_BOOST,
    CHANCE_CONDITION,
    CHANCE_HAS_BOOST,
    CHANCE_STATUS,
    CONDITION,
    EFFECT,
    F_FORCES_OUT,
    FLAGS,
    HAS_BOOST,
    HEAL,
    RANDOM_STATUS,
    SELF_BOOST,
    SELF_BOOSTS,
    SELF_CONDITION,
    SELF_CURE,
    SELF_KIND,
    SELF_NOTHING,
    SELF_SCREEN,
    trait,
)
from predictiondex.battle.moves import STATUS as INFLICTS
from predictiondex.battle.rng import between, roll


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


@kernel
def begin_on_side(s, side, condition):
    """Screens and Mist last five turns, Stealth Rock for good; none can begin twice."""
    if has(s, side, condition):
        return False
    place(s, side, condition, 0 if condition == STEALTH_ROCK else 5)
    return True


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
