"""What one use of a move does on average: the chances of each amount of damage, and of what comes with it.

A *strike* is a move as one side would use it in a given state: damage values with their chances (critical
hits counted), chance to hit, number of hits, recoil, drain, secondary effects. Everything is asked of the
battle kernel, so that no rule stands here a second time.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from predictiondex.battle.choices import selectable
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has, has_type, immune_to_status, other
from predictiondex.battle.damage import (
    BY_POWER,
    after_roll,
    before_roll,
    critical_range,
    effectiveness,
    immune,
    power,
)
from predictiondex.battle.effects import target_immune
from predictiondex.battle.layout import (
    ACTIONS,
    BRN,
    CONDITIONS,
    CONFUSION,
    FLINCH,
    FRZ,
    HP,
    LEECH_SEED,
    LEVEL,
    LIGHT_SCREEN,
    LOCKED_MOVE,
    MAX_HP,
    MIST,
    MOVE,
    NONE,
    OK,
    PAR,
    PARTIAL_TRAP,
    PSN,
    REFLECT,
    SLP,
    STATUS,
    TOX,
)  # fmt: skip
from predictiondex.battle.moves import (
    AT_SELF,
    BIDE_MOVE,
    BOOST,
    CHANCE,
    CHANCE_BOOST,
    CHANCE_CONDITION,
    CHANCE_HAS_BOOST,
    CHANCE_STATUS,
    CONDITION,
    DRAIN,
    E_BREAK_SCREENS,
    E_CLEAR_ALL,
    E_CLEAR_TARGET,
    E_COUNTER,
    E_DREAM_EATER,
    E_FAKE_OUT,
    E_MIRROR_COAT,
    E_PSYWAVE,
    E_SEED_TARGET,
    E_SUPER_FANG,
    EFFECT,
    F_CHARGE,
    F_CRASH,
    F_OHKO,
    F_RECHARGE,
    F_SELF_DESTRUCT,
    F_STRUGGLE_RECOIL,
    F_THAWS,
    FIRE,
    FIXED,
    FIXED_LEVEL,
    FLAGS,
    GRASS,
    HAS_BOOST,
    HEAL,
    HITS_MAX,
    HITS_MIN,
    IMMUNE,
    NORMAL,
    PRIORITY,
    RANDOM_STATUS,
    RECOIL,
    RECOIL_OF,
    SELF_BOOST,
    SELF_BOOSTS,
    SELF_CONDITION,
    SELF_KIND,
    SELF_SCREEN,
    SIDE_CONDITION,
    STRUGGLE,
    TARGET,
    TYPE,
    trait,
)  # fmt: skip
from predictiondex.battle.moves import STATUS as INFLICTS
from predictiondex.battle.policies import expected_damage, first_slot, hit_chance
from predictiondex.ml.race.plan import is_quiet

#: Damage values of one hit: sixteen rolls, plain and critical.
ROLLS: Final = 32

_at = count()
# --- columns of a strike ------------------------------------------------------------------------------
ID: Final = next(_at)  # move number, ``NONE`` for a turn without a move
HIT: Final = next(_at)  # chance that it hits, 0 to 1
LOW_HITS: Final = next(_at)
HIGH_HITS: Final = next(_at)
DRAINS: Final = next(_at)  # share of the damage that the user regains; negative: recoil
CRASHES: Final = next(_at)  # 1: a miss costs its user half of its hp
STRAINS: Final = next(_at)  # 1: a hit costs its user a quarter of its full hp, as Struggle does
CHARGES: Final = next(_at)  # 1: needs a turn before the strike
RECHARGES: Final = next(_at)  # 1: costs the turn after it
DIES: Final = next(_at)  # 1: the user faints by it
FIRST: Final = next(_at)  # priority
FLINCHES: Final = next(_at)  # chance that a foe who has not moved yet loses its move
BURNS: Final = next(_at)  # chances of a status on the foe, types counted
PARALYSES: Final = next(_at)
FREEZES: Final = next(_at)
POISONS: Final = next(_at)
SLEEPS: Final = next(_at)
THAWS: Final = next(_at)  # 1: a frozen foe that is hit thaws
CLEARS: Final = next(_at)  # 1: resets the foe's stages
HALVES: Final = next(_at)  # 1: takes half of the hp left, whatever the damage values say
HEALS: Final = next(_at)  # share of the most hp that its user regains
SOWS: Final = next(_at)  # 1: a hit plants Leech Seed
SCREENS: Final = next(_at)  # 1 Reflect, 2 Light Screen for the user of a hit
CONFUSES: Final = next(_at)
RAMPAGES: Final = next(_at)  # 1: locks its user in for two or three turns, then confuses it
TRAPS: Final = next(_at)  # 1: binds the foe, an eighth a turn
SHIFT: Final = next(_at)  # chance of the stage changes that follow: seven of the foe
STAGES_FOE: Final = next(_at)
for _ in range(6):
    next(_at)
OWN_SHIFT: Final = next(_at)  # 1: a hit changes the user's own seven stages
STAGES_OWN: Final = next(_at)
for _ in range(6):
    next(_at)
MEAN: Final = next(_at)  # expected damage of one hit
BLAST: Final = next(_at)  # foe's hp up to which a greedy user would rather blow itself up; 0: never
BLOWS: Final = next(_at)  # chance that the user, if able to move, blows itself up in the turn at hand
VALUES: Final = next(_at)  # how many damage values follow
DAMAGE: Final = next(_at)  # the values, ascending
for _ in range(ROLLS - 1):
    next(_at)
CHANCES: Final = next(_at)  # and the chance of each, given a hit
for _ in range(ROLLS - 1):
    next(_at)
STRIKE: Final = next(_at)  # length


@kernel
def no_strike(strike):
    """A turn in which nothing is done."""
    for at in range(STRIKE):
        strike[at] = 0.0
    strike[ID] = NONE


@kernel
def _add(strike, damage, chance):
    """Count a damage value in, keeping the values sorted and each only once."""
    n = int(strike[VALUES])
    at = n
    while at > 0 and strike[DAMAGE + at - 1] >= damage:
        at -= 1
    if at < n and strike[DAMAGE + at] == damage:
        strike[CHANCES + at] += chance
        return
    for later in range(n, at, -1):
        strike[DAMAGE + later] = strike[DAMAGE + later - 1]
        strike[CHANCES + later] = strike[CHANCES + later - 1]
    strike[DAMAGE + at] = damage
    strike[CHANCES + at] = chance
    strike[VALUES] = n + 1


@kernel
def _fixed_damage(s, move, user, foe):
    """Points of a move that names its damage, else ``BY_POWER``; Psywave by its mean."""
    effect = trait(move, EFFECT)
    if trait(move, FLAGS) & F_OHKO:
        return s[foe + MAX_HP]
    if effect == E_SUPER_FANG:
        return max(s[foe + HP] // 2, 1)
    if effect in (E_COUNTER, E_MIRROR_COAT):
        return 1
    if effect == E_PSYWAVE or trait(move, FIXED) == FIXED_LEVEL:
        return s[user + LEVEL]
    return trait(move, FIXED) if trait(move, FIXED) > 0 else BY_POWER


@kernel
def _fill_damage(s, move, user, foe, strike):
    points = _fixed_damage(s, move, user, foe)
    covered = s[foe + CONDITIONS]
    if trait(move, EFFECT) == E_BREAK_SCREENS:  # before it hits
        s[foe + CONDITIONS] &= ~(1 << REFLECT | 1 << LIGHT_SCREEN)
    if trait(move, EFFECT) == E_PSYWAVE:
        for step in range(ROLLS):  # 50 to 150 per cent of the level, evenly
            _add(
                strike, float((50 * ROLLS + 101 * step + 50) * s[user + LEVEL] // (100 * ROLLS)), 1.0 / ROLLS
            )
    elif points != BY_POWER:
        _add(strike, float(points), 1.0)
    elif power(s, move, user, foe) > 0:
        one_in = critical_range(s, move, user)
        critical_chance = 1.0 if one_in == 0 else 1.0 / one_in
        for critical in range(2):
            chance = critical_chance if critical == 1 else 1.0 - critical_chance
            if chance == 0.0:
                continue
            base = before_roll(s, move, user, foe, critical == 1)
            for percent in range(85, 101):
                damage = after_roll(s, move, user, foe, critical == 1, base * percent // 100)
                _add(strike, float(damage), chance / 16.0)
    mean = 0.0
    for at in range(int(strike[VALUES])):
        mean += strike[DAMAGE + at] * strike[CHANCES + at]
    strike[MEAN] = mean
    s[foe + CONDITIONS] = covered


@kernel
def _fill_effects(s, move, foe, strike):
    chance = 1.0 - (1.0 - trait(move, CHANCE) / 100.0) ** trait(move, HITS_MIN)  # with each hit
    status = trait(move, CHANCE_STATUS)
    for at, kind in ((BURNS, BRN), (PARALYSES, PAR), (FREEZES, FRZ)):
        if status == kind and not immune_to_status(s, foe, kind):
            strike[at] = chance
        elif status == RANDOM_STATUS and not immune_to_status(s, foe, kind):
            strike[at] = chance / 3.0
    if status in (PSN, TOX) and not immune_to_status(s, foe, status):
        strike[POISONS] = chance
    strike[FLINCHES] = chance if trait(move, CHANCE_CONDITION) == FLINCH else 0.0
    strike[THAWS] = 1.0 if trait(move, TYPE) == FIRE or trait(move, FLAGS) & F_THAWS else 0.0
    strike[CLEARS] = 1.0 if trait(move, EFFECT) in (E_CLEAR_TARGET, E_CLEAR_ALL) else 0.0
    strike[HALVES] = 1.0 if trait(move, EFFECT) == E_SUPER_FANG else 0.0
    sows = trait(move, EFFECT) == E_SEED_TARGET and not has_type(s, foe, GRASS)
    strike[SOWS] = 1.0 if sows else 0.0
    if trait(move, SELF_KIND) == SELF_SCREEN:
        strike[SCREENS] = 1.0 if trait(move, SELF_CONDITION) == REFLECT else 2.0
    strike[CONFUSES] = chance if trait(move, CHANCE_CONDITION) == CONFUSION else 0.0
    strike[RAMPAGES] = 1.0 if trait(move, SELF_CONDITION) == LOCKED_MOVE else 0.0
    strike[TRAPS] = 1.0 if trait(move, CONDITION) == PARTIAL_TRAP else 0.0
    strike[SHIFT] = chance if trait(move, CHANCE_HAS_BOOST) == 1 and not has(s, foe, MIST) else 0.0
    strike[OWN_SHIFT] = 1.0 if trait(move, SELF_KIND) == SELF_BOOSTS else 0.0
    for stat in range(7):
        strike[STAGES_FOE + stat] = trait(move, CHANCE_BOOST + stat)
        strike[STAGES_OWN + stat] = trait(move, SELF_BOOST + stat)


@kernel
def _fill_quiet(s, move, foe, strike):
    """What a status move that greedy falls back on does: a blow of no damage that brings something with it.

    What needs more than that (Substitute, Protect, Rest, Transform and their like) is left out.
    """
    status = trait(move, INFLICTS)
    does = 0.0
    if status != OK and not immune_to_status(s, foe, status):
        column = POISONS
        for at, kind in ((BURNS, BRN), (PARALYSES, PAR), (SLEEPS, SLP)):
            column = at if status == kind else column
        strike[column] = does = 1.0
    strike[HEALS] = trait(move, HEAL) / 100.0
    strike[CONFUSES] = 1.0 if trait(move, CONDITION) == CONFUSION else 0.0
    strike[SOWS] = 1.0 if trait(move, CONDITION) == LEECH_SEED else 0.0
    if trait(move, SIDE_CONDITION) in (REFLECT, LIGHT_SCREEN):
        strike[SCREENS] = 1.0 if trait(move, SIDE_CONDITION) == REFLECT else 2.0
    at_self = trait(move, TARGET) == AT_SELF
    strike[OWN_SHIFT if at_self else SHIFT] = trait(move, HAS_BOOST)
    for stat in range(7):
        strike[(STAGES_OWN if at_self else STAGES_FOE) + stat] = trait(move, BOOST + stat)
    if has(s, foe, MIST):
        strike[SHIFT] = 0.0
    for at in (HEALS, CONFUSES, SOWS, SCREENS, SHIFT, OWN_SHIFT):
        does += strike[at]
    if does > 0.0:
        _add(strike, 0.0, 1.0)


@kernel
def fill_strike(s, move, user, strike):
    """What ``move`` used by ``user`` would do in state ``s``, into ``strike`` (``STRIKE`` numbers).

    One that is frozen has thawed when it strikes.
    """
    status = s[user + STATUS]
    if status == FRZ:
        s[user + STATUS] = OK
    _fill_awake(s, move, user, strike)
    s[user + STATUS] = status


@kernel
def _fill_awake(s, move, user, strike):
    no_strike(strike)
    foe = other(user)
    strike[ID] = move
    strike[FIRST] = trait(move, PRIORITY)
    flags = trait(move, FLAGS)
    strike[DIES] = 1.0 if flags & F_SELF_DESTRUCT else 0.0
    strike[CRASHES] = 1.0 if flags & F_CRASH else 0.0
    strike[CHARGES] = 1.0 if flags & F_CHARGE else 0.0
    strike[RECHARGES] = 1.0 if flags & F_RECHARGE else 0.0
    strike[LOW_HITS] = trait(move, HITS_MIN)
    strike[HIGH_HITS] = trait(move, HITS_MAX)
    sleeper = trait(move, EFFECT) == E_DREAM_EATER and s[foe + STATUS] != SLP
    if (
        sleeper
        or immune(s, move, foe)
        or target_immune(s, move, user, foe)
        or (trait(move, EFFECT) == E_FAKE_OUT and s[user + ACTIONS] > 0)
        or (flags & F_OHKO and s[foe + LEVEL] > s[user + LEVEL])
    ):
        return
    strike[HIT] = hit_chance(s, move, user, foe)
    if is_quiet(move):
        _fill_quiet(s, move, foe, strike)
        return
    strike[DRAINS] = trait(move, DRAIN) / 100.0 - trait(move, RECOIL) / trait(move, RECOIL_OF)
    strike[STRAINS] = 1.0 if flags & F_STRUGGLE_RECOIL else 0.0
    _fill_damage(s, move, user, foe, strike)
    _fill_effects(s, move, foe, strike)


@kernel
def fill_greedy(s, user, strike):
    """The strike that a greedy ``user`` would choose in state ``s``; Struggle where nothing is left.

    A self-destruct, which greedy uses only to finish the foe, is set apart: ``BLAST`` says from which hp on.
    """
    foe = other(user)
    slots = selectable(s, user)
    if slots == 0:
        fill_strike(s, STRUGGLE, user, strike)
        return
    chosen = NONE
    best = -1.0
    blast = 0.0
    slot_of_best = slot_of_blast = 4
    hp = s[foe + HP]
    for slot in range(4):
        if not slots >> slot & 1:
            continue
        move = s[user + MOVE + slot]
        if trait(move, FLAGS) & F_SELF_DESTRUCT:
            s[foe + HP] = 1
            value = expected_damage(s, move, user, False)
            if value > blast:
                blast, slot_of_blast = value, slot
            s[foe + HP] = hp
            continue
        value = expected_damage(s, move, user, False)
        if value > best:
            chosen, best, slot_of_best = move, value, slot
    if chosen == NONE:
        chosen = s[user + MOVE + first_slot(slots)]
    fill_strike(s, chosen, user, strike)
    first = slot_of_blast < slot_of_best  # of equals
    strike[BLAST] = blast if blast > best or (blast == best and first) else 0.0


@kernel
def fill_bide(strike):
    """A turn of Bide before it strikes."""
    no_strike(strike)
    strike[ID] = BIDE_MOVE
    strike[FIRST] = trait(BIDE_MOVE, PRIORITY)


@kernel
def fill_release(s, user, most, left, strike):
    """Bide lets go of twice what its user lost: it has ``left`` (chances over hp) of what was ``most``.

    Neighbouring amounts are one value, as there is room for :data:`ROLLS`.
    """
    fill_bide(strike)
    if effectiveness(s, NORMAL, other(user)) == IMMUNE:
        return
    strike[HIT] = strike[LOW_HITS] = strike[HIGH_HITS] = 1.0
    width = most // ROLLS + 1
    for value in range(ROLLS):
        chance = damage = 0.0
        for lost in range(value * width, min((value + 1) * width, most)):
            chance += left[most - lost]
            damage += left[most - lost] * 2.0 * lost
        if chance > 0.0:
            _add(strike, float(round(damage / chance)), chance)
            strike[MEAN] += damage


@kernel
def hits(strike):
    """Expected number of hits."""
    return strike[LOW_HITS] if strike[LOW_HITS] == strike[HIGH_HITS] else 3.0


@kernel
def whole_damage(strike):
    """Expected damage of all hits of a strike."""
    return strike[MEAN] * hits(strike)
