"""How much a hit takes away: the games' formula in whole numbers, every division truncating.

:func:`before_roll` and :func:`after_roll` are the two halves around the random factor, so that playing a
turn, a policy's expectation and the calculator's sixteen rolls are one rule.
"""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has, has_type, staged, types
from predictiondex.battle.events import emit
from predictiondex.battle.layout import (
    ATK,
    BRN,
    CONDITIONS,
    COUNTER_DAMAGE,
    CRITICAL,
    DIG,
    FLY,
    FOCUS_ENERGY,
    FRIENDSHIP,
    HP,
    LEVEL,
    LIGHT_SCREEN,
    MAX_HP,
    MINIMIZE,
    MIRROR_COAT_DAMAGE,
    NONE,
    OK,
    REFLECT,
    SLP,
    STAGE,
    STATUS,
    WEIGHT,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    CATEGORY,
    CRIT,
    E_COUNTER,
    E_FACADE,
    E_FRIEND_POWER,
    E_MIRROR_COAT,
    E_PSYWAVE,
    E_SUPER_FANG,
    E_WEIGHT_POWER,
    EFFECT,
    F_IGNORE_IMMUNITY,
    F_MINIMIZE,
    F_OHKO,
    F_STRONG_ON_DIG,
    F_STRONG_ON_FLY,
    F_TARGET_ATTACK,
    FIXED,
    FIXED_LEVEL,
    FLAGS,
    IMMUNE,
    PHYSICAL,
    POWER,
    SPECIAL,
    SURE_CRIT,
    TYPE,
    TYPE_CHART,
    TYPELESS,
    trait,
)  # fmt: skip
from predictiondex.battle.rng import between, roll

#: Damage is counted in hundredths of a point where a fraction can arise (Psywave); see :func:`direct_damage`.
HUNDREDTHS = 100
#: What :func:`direct_damage` says of a move whose damage follows from its power.
BY_POWER = -1


@kernel
def half(value):
    """x 0.5 as the games do it: 2048 / 4096, halves rounded down."""
    return (value * 2048 + 2047) >> 12


@kernel
def effectiveness(s, move_type, target):
    """Exponent of two of the type multiplier, or ``IMMUNE``."""
    if move_type == TYPELESS:
        return np.int64(0)
    first, second = types(s, target)
    one = np.int64(TYPE_CHART[move_type, first])
    two = np.int64(TYPE_CHART[move_type, second]) if second != NONE else np.int64(0)
    if one == IMMUNE or two == IMMUNE:
        return np.int64(IMMUNE)
    return one + two


@kernel
def immune(s, move, target):
    """Whether the target's types make the move fail."""
    if trait(move, FLAGS) & F_IGNORE_IMMUNITY:
        return False
    return effectiveness(s, trait(move, TYPE), target) == IMMUNE


@kernel
def power(s, move, user, target):
    """The move's power now."""
    base = trait(move, POWER)
    effect = trait(move, EFFECT)
    if effect == 0:
        return base
    if effect == E_FACADE and s[user + STATUS] not in (OK, SLP):
        return base * 2
    if effect == E_FRIEND_POWER:
        return max(s[user + FRIENDSHIP] * 10 // 25, 1)
    if effect == E_WEIGHT_POWER:
        return weight_power(s[target + WEIGHT])
    return base


@kernel
def weight_power(weight):
    """Low Kick: power by the target's weight in tenths of a kilogram."""
    if weight >= 2000:
        return 120
    if weight >= 1000:
        return 100
    if weight >= 500:
        return 80
    if weight >= 250:
        return 60
    return 40 if weight >= 100 else 20


@kernel
def critical_range(s, move, user):
    """One in how many hits is critical; 0 for always."""
    stage = trait(move, CRIT)
    if stage == SURE_CRIT:
        return 0
    if has(s, user, FOCUS_ENERGY):
        stage += 2
    if stage <= 1:
        return 24
    if stage == 2:
        return 8
    return 2 if stage == 3 else 1


@kernel
def before_roll(s, move, user, target, critical):
    """Damage before the random factor; 0 power gives 0."""
    base = power(s, move, user, target)
    if base == 0:
        return 0
    physical = trait(move, CATEGORY) == PHYSICAL
    attacker = target if trait(move, FLAGS) & F_TARGET_ATTACK else user
    attack_at = 0 if physical else 2
    defence_at = 1 if physical else 3
    attack_stage = s[attacker + STAGE + attack_at]
    defence_stage = s[target + STAGE + defence_at]
    if critical:
        attack_stage = max(attack_stage, 0)
        defence_stage = min(defence_stage, 0)
    attack = staged(s[attacker + ATK + attack_at], attack_stage)
    defence = staged(s[target + ATK + defence_at], defence_stage)
    damage = (2 * s[user + LEVEL] // 5 + 2) * base * attack // defence // 50 + 2
    return damage * 3 // 2 if critical else damage


@kernel
def after_roll(s, move, user, target, critical, damage):
    """What becomes of rolled damage: same type, type chart, burn, screens; at least 1."""
    move_type = trait(move, TYPE)
    if move_type != TYPELESS and has_type(s, user, move_type):
        damage = (damage * 6144 + 2047) >> 12
    exponent = effectiveness(s, move_type, target)
    if exponent == IMMUNE:  # only for a move that ignores immunity: neutral
        exponent = 0
    if exponent > 0:
        damage <<= exponent
    while exponent < 0:
        damage //= 2
        exponent += 1
    physical = trait(move, CATEGORY) == PHYSICAL
    if physical and s[user + STATUS] == BRN and trait(move, EFFECT) != E_FACADE:
        damage = half(damage)
    flags = trait(move, FLAGS)
    doublings = 0  # multiplied with each other first: a half and a double leave the damage as it is
    if not critical and (
        (physical and has(s, target, REFLECT))
        or (trait(move, CATEGORY) == SPECIAL and has(s, target, LIGHT_SCREEN))
    ):
        doublings -= 1
    if (flags & F_STRONG_ON_DIG and has(s, target, DIG)) or (flags & F_STRONG_ON_FLY and has(s, target, FLY)):
        doublings += 1
    if flags & F_MINIMIZE and has(s, target, MINIMIZE):
        doublings += 1
    damage = half(damage) if doublings < 0 else damage << doublings
    return max(damage, 1) & 0xFFFF


@kernel
def tie_rolls(s, group, first):
    """Draws for an order that changes nothing: a shuffle of ``group`` things from place ``first``."""
    for place in range(first, first + group - 1):
        between(s, place, first + group)


@kernel
def modifier_ties(s, target):
    """The reference orders the effects that change damage by speed; those that tie cost draws."""
    if (s[A + CONDITIONS] | s[B + CONDITIONS]) == 0:
        return
    hiding = 0
    for condition in (DIG, FLY, MINIMIZE):
        hiding += 1 if has(s, target, condition) else 0
    screens = 0
    for condition in (REFLECT, LIGHT_SCREEN):
        screens += 1 if has(s, A, condition) else 0
        screens += 1 if has(s, B, condition) else 0
    tie_rolls(s, hiding, 0)
    tie_rolls(s, screens, hiding)


@kernel
def direct_damage(s, move, user, target):
    """Hundredths of a point of a move that names its damage, else ``BY_POWER``."""
    if trait(move, FLAGS) & F_OHKO:
        return s[target + MAX_HP] * HUNDREDTHS
    effect = trait(move, EFFECT)
    if effect == E_COUNTER:
        return max(s[user + COUNTER_DAMAGE], 1) * HUNDREDTHS
    if effect == E_MIRROR_COAT:
        return max(s[user + MIRROR_COAT_DAMAGE], 1) * HUNDREDTHS
    if effect == E_PSYWAVE:
        return between(s, 50, 151) * s[user + LEVEL]
    if effect == E_SUPER_FANG:
        return max(s[target + HP] // 2, 1) * HUNDREDTHS
    fixed = trait(move, FIXED)
    if fixed == FIXED_LEVEL:
        return s[user + LEVEL] * HUNDREDTHS
    return fixed * HUNDREDTHS if fixed else BY_POWER


@kernel
def roll_damage(s, move, user, target):
    """Damage of one hit in hundredths of a point, drawn as the reference draws: critical, then roll.

    0 for a move without power. Immunity is the caller's to check.
    """
    s[CRITICAL] = 0
    hundredths = direct_damage(s, move, user, target)
    if hundredths != BY_POWER:
        return hundredths
    if power(s, move, user, target) == 0:
        return 0
    chance = critical_range(s, move, user)
    critical = chance == 0 or roll(s, chance) == 0
    damage = before_roll(s, move, user, target, critical)
    damage = damage * (100 - roll(s, 16)) // 100
    modifier_ties(s, target)
    damage = after_roll(s, move, user, target, critical, damage)
    if critical:
        s[CRITICAL] = 1
        emit(s, ev.CRITICAL, target, 0, 0)
    exponent = effectiveness(s, trait(move, TYPE), target)
    if exponent != 0:
        emit(s, ev.EFFECTIVE, target, exponent, 0)
    return damage * HUNDREDTHS


@kernel
def confusion_damage(s, user):
    """A confused Pokémon hits itself: 40 power, physical, without type or critical hit."""
    attack = staged(s[user + ATK], s[user + STAGE])
    defence = staged(s[user + ATK + 1], s[user + STAGE + 1])
    damage = (2 * s[user + LEVEL] // 5 + 2) * 40 * attack // defence // 50 + 2
    return max((damage & 0xFFFF) * (100 - roll(s, 16)) // 100, 1)
