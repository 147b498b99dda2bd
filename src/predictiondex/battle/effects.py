"""What moves do beyond their row in the table, one function for each moment of a move.

Each function looks at the move's ``EFFECT`` and names the moves concerned. The moments, in the order in
which a move passes them: :func:`charges`, :func:`fails_at_once`, :func:`prepare`, :func:`target_immune`,
:func:`refuses_hit`, :func:`on_hit`. Power and fixed damage stand in :mod:`predictiondex.battle.damage`;
Metronome and Mirror Move, which call other moves, in :mod:`predictiondex.battle.hits`.
"""

from __future__ import annotations

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import (
    change_stage,
    clear_stages,
    discard,
    force_status,
    forget_choices,
    gain_hp,
    has,
    has_type,
    immune_to_status,
    lose_hp,
    other,
    place,
)  # fmt: skip
from predictiondex.battle.events import emit
from predictiondex.battle.layout import (
    ACTIONS,
    ATK,
    AV_SPE,
    BASE_SPE,
    BOND,
    CHARGING,
    CHOSEN,
    COUNTER,
    COUNTER_DAMAGE,
    DIG,
    DISABLE,
    DISABLE_ID,
    DURATION,
    ENCORE,
    ENCORE_ID,
    FAINTING,
    FLY,
    FOCUS_ENERGY,
    FORM,
    HP,
    IV_SPE,
    LAST_MOVE,
    LEECH_SEED,
    LEVEL,
    LIGHT_SCREEN,
    MAX_HP,
    MIRROR_COAT,
    MIRROR_COAT_DAMAGE,
    MOVE,
    MUST_RECHARGE,
    NATURE_SPE,
    NONE,
    OK,
    PARTIAL_TRAP,
    PENDING,
    PP,
    REFLECT,
    SLP,
    SPEED,
    STAGE,
    STALL,
    STALL_COUNTER,
    STATUS,
    STATUS_TIME,
    SUBSTITUTE,
    SUBSTITUTE_HP,
    SURE_TOXIC,
    TRANSFORMED,
    TWO_TURN,
    TWO_TURN_ID,
    TYPE1,
    TYPE2,
    WEIGHT,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    BASE_PP,
    CATEGORY,
    E_BREAK_SCREENS,
    E_CHARGE,
    E_CHARGE_GUARD,
    E_CLEAR_ALL,
    E_CLEAR_TARGET,
    E_CONVERSION,
    E_COUNTER,
    E_DIG,
    E_DISABLE,
    E_DREAM_EATER,
    E_FAKE_OUT,
    E_FLY,
    E_LEECH_SEED,
    E_MIMIC,
    E_MIRROR_COAT,
    E_NO_SWITCH,
    E_PROTECT,
    E_REST,
    E_SEED_TARGET,
    E_SUBSTITUTE,
    E_SUCKER_PUNCH,
    E_SURE_TOXIC,
    E_TRANSFORM,
    E_YAWN,
    EFFECT,
    F_FAIL_ENCORE,
    F_FAIL_MIMIC,
    F_POWDER,
    FLAGS,
    GRASS,
    POISON,
    STATUS_MOVE,
    STRUGGLE,
    TYPE,
    trait,
)  # fmt: skip
from predictiondex.battle.rng import roll
from predictiondex.battle.stats import other_stat

#: How long conditions last, in ends of turn; 0: until something removes them.
_MAX_STALL = 729


@kernel
def slot_of(s, side, move):
    """The first slot that holds a move, or ``NONE``."""
    for slot in range(4):
        if s[side + MOVE + slot] == move:
            return slot
    return NONE


# --- charging ----------------------------------------------------------------------------------------


@kernel
def charges(s, move, user):
    """Dig, Fly, Solar Beam and their like: True on the first turn, which only prepares."""
    effect = trait(move, EFFECT)
    if effect == E_DIG:
        hidden = DIG
    elif effect == E_FLY:
        hidden = FLY
    elif effect in (E_CHARGE, E_CHARGE_GUARD):
        hidden = CHARGING
    else:
        return False
    if has(s, user, hidden):
        discard(s, user, hidden)
        return False
    emit(s, ev.PREPARE, user, move, 0)
    if effect == E_CHARGE_GUARD:
        change_stage(s, user, 1, 1)
    if not has(s, user, TWO_TURN):
        s[user + TWO_TURN_ID] = move
        place(s, user, TWO_TURN, 2)
        place(s, user, hidden, 0 if hidden == CHARGING else 2)
    return True


# --- before anything hits ----------------------------------------------------------------------------


@kernel
def fails_at_once(s, move, user):
    """Conditions under which the move fails before it looks at the target."""
    effect = trait(move, EFFECT)
    foe = other(user)
    if effect == E_FAKE_OUT:
        return s[user + ACTIONS] > 1
    if effect == E_REST:
        return s[user + STATUS] == SLP or s[user + HP] == s[user + MAX_HP]
    if effect == E_COUNTER:
        return not has(s, user, COUNTER) or s[user + COUNTER_DAMAGE] == NONE
    if effect == E_MIRROR_COAT:
        return not has(s, user, MIRROR_COAT) or s[user + MIRROR_COAT_DAMAGE] == NONE
    if effect == E_SUCKER_PUNCH:
        ready = s[foe + PENDING] == 1 and s[foe + CHOSEN] >= 0 and not has(s, foe, MUST_RECHARGE)
        return not ready or trait(s[foe + CHOSEN], CATEGORY) == STATUS_MOVE
    return effect == E_NO_SWITCH


@kernel
def prepare(s, move, user):
    """The moment before a hit; False where it already fails (Protect too late or too often)."""
    effect = trait(move, EFFECT)
    if effect == E_PROTECT:
        return s[other(user) + PENDING] == 1 and stalls(s, user)
    if effect == E_SURE_TOXIC and has_type(s, user, POISON) and not has(s, user, SURE_TOXIC):
        place(s, user, SURE_TOXIC, 1)
    return True


@kernel
def stalls(s, user):
    """Protect in a row works one time in 3, 9, 27...; a failure starts the count again."""
    if not has(s, user, STALL):
        return True
    if roll(s, s[user + STALL_COUNTER]) == 0:
        return True
    discard(s, user, STALL)
    return False


@kernel
def target_immune(s, move, user, target):
    """Immunities that are not of the type chart."""
    if target != user and trait(move, FLAGS) & F_POWDER and has_type(s, target, GRASS):
        return True
    effect = trait(move, EFFECT)
    if effect == E_DREAM_EATER:
        return s[target + STATUS] != SLP
    return effect == E_LEECH_SEED and has_type(s, target, GRASS)


@kernel
def refuses_hit(s, move, user, target):
    """The last look before the hit: some moves fail here, Brick Break breaks screens."""
    effect = trait(move, EFFECT)
    if effect == 0:
        return False
    if effect == E_BREAK_SCREENS:
        discard(s, target, REFLECT)
        discard(s, target, LIGHT_SCREEN)
    elif effect == E_SUBSTITUTE:
        return has(s, user, SUBSTITUTE) or s[user + HP] * 4 <= s[user + MAX_HP]
    elif effect == E_DISABLE:
        return s[target + LAST_MOVE] == NONE or s[target + LAST_MOVE] == STRUGGLE
    elif effect == E_YAWN:
        return s[target + STATUS] != OK or immune_to_status(s, target, SLP)
    return False


# --- conditions that moves begin -----------------------------------------------------------------------


@kernel
def begin_disable(s, target):
    """Disable: the last move, for four turns, the current one included if it is still to come."""
    last = s[target + LAST_MOVE]
    if last == NONE:
        return False
    slot = slot_of(s, target, last)
    if slot != NONE and s[target + PP + slot] == 0:
        return False
    place(s, target, DISABLE, 4 if s[target + PENDING] == 1 else 5)
    s[target + DISABLE_ID] = last
    return True


@kernel
def begin_encore(s, target):
    """Encore: three turns of the last move."""
    last = s[target + LAST_MOVE]
    if last == NONE or trait(last, FLAGS) & F_FAIL_ENCORE:
        return False
    slot = slot_of(s, target, last)
    if slot == NONE or s[target + PP + slot] == 0:
        return False
    place(s, target, ENCORE, 3 if s[target + PENDING] == 1 else 4)
    s[target + ENCORE_ID] = last
    return True


@kernel
def begin_substitute(s, user):
    """Substitute: a doll with a quarter of the maximum hp; frees from a partial trap."""
    place(s, user, SUBSTITUTE, 0)
    s[user + SUBSTITUTE_HP] = s[user + MAX_HP] // 4 * 100
    discard(s, user, PARTIAL_TRAP)


# --- when it hits --------------------------------------------------------------------------------------


@kernel
def on_hit(s, move, user, target):
    """What a landed move does beyond its columns; False where it turns out to do nothing."""
    effect = trait(move, EFFECT)
    if effect == 0:
        return True
    if effect == E_PROTECT:
        extend_stall(s, user)
    elif effect == E_REST:
        force_status(s, user, SLP)
        s[user + STATUS_TIME] = 3
        gain_hp(s, user, s[user + MAX_HP], ev.BY_MOVE)
    elif effect == E_SUBSTITUTE:
        lose_hp(s, user, s[user + MAX_HP] // 4, ev.BY_SUBSTITUTE)
    elif effect == E_CLEAR_TARGET:
        clear_stages(s, target)
    elif effect == E_CLEAR_ALL:
        clear_stages(s, A)
        clear_stages(s, B)
    elif effect == E_SEED_TARGET:
        if not has_type(s, target, GRASS) and s[target + HP] > 0 and not has(s, target, LEECH_SEED):
            place(s, target, LEECH_SEED, 0)
    elif effect == E_CONVERSION:
        return convert(s, user)
    elif effect == E_MIMIC:
        return mimic(s, move, user, target)
    elif effect == E_TRANSFORM:
        return transform(s, user, target)
    return True


@kernel
def extend_stall(s, user):
    """Protect makes the next Protect a third as likely."""
    if has(s, user, STALL):
        s[user + STALL_COUNTER] = min(s[user + STALL_COUNTER] * 3, _MAX_STALL)
        refresh(s, user, STALL, 2)
    else:
        place(s, user, STALL, 2)
        s[user + STALL_COUNTER] = 3


@kernel
def refresh(s, side, condition, duration):
    """Make a running condition last anew."""
    s[side + DURATION + condition] = duration


@kernel
def convert(s, user):
    """Conversion: become the type of the first move."""
    new = trait(s[user + MOVE], TYPE)
    if has_type(s, user, new):
        return False
    s[user + TYPE1] = new
    s[user + TYPE2] = NONE
    forget_choices(s)
    emit(s, ev.TYPE_CHANGE, user, new, 0)
    return True


@kernel
def mimic(s, move, user, target):
    """Mimic: take the target's last move into Mimic's slot, with that move's own PP."""
    last = s[target + LAST_MOVE]
    if s[user + TRANSFORMED] == 1 or last == NONE or trait(last, FLAGS) & F_FAIL_MIMIC:
        return False
    slot = slot_of(s, user, move)
    if slot == NONE or slot_of(s, user, last) != NONE:
        return False
    s[user + MOVE + slot] = last
    s[user + PP + slot] = trait(last, BASE_PP)
    forget_choices(s)
    emit(s, ev.LEARN, user, last, 0)
    return True


@kernel
def transform(s, user, target):
    """Transform: species, stats, types, stages and moves (5 PP each) of the target, not its hp."""
    if s[target + FAINTING] == 1 or has(s, target, SUBSTITUTE):
        return False
    if s[target + TRANSFORMED] == 1 or s[user + TRANSFORMED] == 1:
        return False
    s[user + TRANSFORMED] = 1
    s[user + FORM] = s[target + FORM]
    s[user + WEIGHT] = s[target + WEIGHT]
    s[user + BASE_SPE] = s[target + BASE_SPE]
    # The reference looks at the speed the user itself would have as that species until the turn ends.
    s[user + SPEED] = other_stat(
        s[user + BASE_SPE],
        s[user + IV_SPE],
        s[user + LEVEL],
        s[user + NATURE_SPE],
        s[user + BOND],
        s[user + AV_SPE],
    )
    s[user + TYPE1] = s[target + TYPE1]
    s[user + TYPE2] = s[target + TYPE2]
    for stat in range(5):
        s[user + ATK + stat] = s[target + ATK + stat]
    for stat in range(7):
        s[user + STAGE + stat] = s[target + STAGE + stat]
    for slot in range(4):
        known = s[target + MOVE + slot]
        s[user + MOVE + slot] = known
        s[user + PP + slot] = min(5, trait(known, BASE_PP)) if known != NONE else 0
    discard(s, user, FOCUS_ENERGY)
    if has(s, target, FOCUS_ENERGY):
        place(s, user, FOCUS_ENERGY, 0)
    forget_choices(s)
    emit(s, ev.TRANSFORM, user, s[user + FORM], 0)
    return True
