"""One turn: choices in, the order of actions, each action, the end of the turn."""

from __future__ import annotations

import numpy as np

from predictiondex.battle import events as ev
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import (
    change_stage,
    cure_status,
    discard,
    end,
    forget_choices,
    gain_hp,
    has,
    lose_hp,
    other,
    place,
    set_status,
    update_speed,
)  # fmt: skip
from predictiondex.battle.damage import confusion_damage, effectiveness, tie_rolls
from predictiondex.battle.effects import slot_of
from predictiondex.battle.events import emit
from predictiondex.battle.hits import (
    deal,
    hit_substitute,
    remember_hit,
    settle_faints,
    tie_of_speed,
    use_move,
)  # fmt: skip
from predictiondex.battle.layout import (
    ACTIONS,
    ATK,
    BASE_SPE,
    BIDE,
    BIDE_DAMAGE,
    BRN,
    CHARGING,
    CHOSEN,
    CONDITION_COUNT,
    CONDITION_ORDER,
    CONDITIONS,
    CONFUSION,
    CONFUSION_TIME,
    COUNTER,
    COUNTER_DAMAGE,
    DISABLE,
    DISABLE_ID,
    DISABLED,
    DURATION,
    ENCORE,
    ENCORE_ID,
    ENDED,
    FAINTED,
    FLINCH,
    FORM,
    FRZ,
    HP,
    KEYS,
    LAST_MOVE,
    LEECH_SEED,
    LIGHT_SCREEN,
    LOCKED_ID,
    LOCKED_MOVE,
    LOCKED_TURNS,
    MAX_HP,
    MAX_TURNS,
    MEGA,
    MEGA_BASE_SPE,
    MEGA_FORM,
    MEGA_PLAIN,
    MEGA_STATS,
    MEGA_TYPE1,
    MEGA_TYPE2,
    MEGA_WEIGHT,
    MIRROR_COAT,
    MIRROR_COAT_DAMAGE,
    MIST,
    MOVE,
    MUST_RECHARGE,
    NONE,
    OK,
    PAR,
    PARTIAL_TRAP,
    PENDING,
    PP,
    PSN,
    RAGE,
    RECHARGE_TURN,
    REFLECT,
    ROOST,
    SIDE,
    SLP,
    SPE,
    SPEED,
    STATUS,
    STATUS_TIME,
    STEALTH_ROCK,
    SUBSTITUTE,
    SURE_TOXIC,
    TAUNT,
    TIE,
    TIED,
    TOX,
    TURN,
    TWO_TURN,
    TWO_TURN_ID,
    TYPE1,
    TYPE2,
    VALUES,
    WEIGHT,
    WINNER,
    YAWN,
    A,
    B,
)  # fmt: skip
from predictiondex.battle.moves import (
    BIDE_MOVE,
    CATEGORY,
    E_COUNTER,
    E_MIRROR_COAT,
    EFFECT,
    F_DEFROST,
    FLAGS,
    IMMUNE,
    NORMAL,
    PRIORITY,
    STATUS_MOVE,
    STRUGGLE,
    trait,
)  # fmt: skip
from predictiondex.battle.rng import between, roll

# Places of actions within a turn.
_BEFORE_MOVES = 5
_MEGA = 104
_MOVES = 200
# Places of effects at the end of a turn; what has none comes last.
_SEED, _POISON, _BURN, _TRAP, _TAUNT, _ENCORE, _DISABLE, _YAWN, _ROOST, _SIDE, _LAST = (
    8, 9, 10, 13, 15, 16, 17, 23, 25, 26, 1000,
)  # fmt: skip
#: Conditions looked at when a turn ends.
_RESIDUAL_MASK = (
    sum(1 << bit for bit in range(SUBSTITUTE)) - (1 << CONFUSION) - (1 << CHARGING)
    + (1 << ROOST) + (1 << SURE_TOXIC) + (1 << REFLECT) + (1 << LIGHT_SCREEN) + (1 << MIST)
)  # fmt: skip
#: How a status is marked among the effects at the end of a turn.
_STATUS_HANDLER = 99


# --- what can be chosen ---------------------------------------------------------------------------------


@kernel
def locked_move(s, side):
    """The move a side must use, ``RECHARGE_TURN``, or ``NONE`` where it may choose."""
    if s[side + CONDITIONS] == 0:
        return NONE
    if has(s, side, MUST_RECHARGE):
        return RECHARGE_TURN
    if has(s, side, TWO_TURN):
        return s[side + TWO_TURN_ID]
    if has(s, side, LOCKED_MOVE):
        return s[side + LOCKED_ID]
    if has(s, side, BIDE):
        return BIDE_MOVE
    return NONE


@kernel
def selectable(s, side):
    """Bits of the slots that can be chosen: filled, with PP left, not disabled."""
    slots = 0
    for slot in range(4):
        if s[side + MOVE + slot] != NONE and s[side + PP + slot] > 0:
            slots |= 1 << slot
    return slots & ~s[side + DISABLED]


@kernel
def chosen_move(s, side, slot):
    """The move that a choice of slot comes to."""
    lock = locked_move(s, side)
    if lock != NONE:
        return lock
    if selectable(s, side) == 0:
        return STRUGGLE
    return s[side + MOVE + slot]


# --- order ------------------------------------------------------------------------------------------------


@kernel
def put(s, n, key, value):
    """Add to the list of things to sort; returns its new length."""
    s[KEYS + n] = key
    s[VALUES + n] = value
    return n + 1


@kernel
def sort_with_ties(s, n):
    """Sort the list by key, lowest first, as the reference does: groups of equals are shuffled.

    Its selection sort swaps what it passes over, so the order before the shuffle matters too.
    """
    done = 0
    while done + 1 < n:
        s[TIED] = done
        count = 1
        for at in range(done + 1, n):
            lowest = s[KEYS + s[TIED]]
            if s[KEYS + at] < lowest:
                s[TIED] = at
                count = 1
            elif s[KEYS + at] == lowest:
                s[TIED + count] = at
                count += 1
        for k in range(count):
            swap(s, done + k, s[TIED + k])
        start, stop = done, done + count
        while start < stop - 1:
            swap(s, start, between(s, start, stop))
            start += 1
        done += count


@kernel
def swap(s, one, two):
    """Exchange two places of the list."""
    s[KEYS + one], s[KEYS + two] = s[KEYS + two], s[KEYS + one]
    s[VALUES + one], s[VALUES + two] = s[VALUES + two], s[VALUES + one]


@kernel
def action_key(order, priority, speed):
    """Earlier actions have the lower key."""
    return (order << 32) + ((16 - priority) << 16) + (0x8000 - speed)


@kernel
def move_key(s, side):
    """Key of a side's chosen move."""
    move = s[side + CHOSEN]
    priority = trait(move, PRIORITY) if move >= 0 else 0
    return action_key(_MOVES, priority, s[side + SPEED])


@kernel
def first_mover(s):
    """Who moves first when both only move."""
    a, b = move_key(s, A), move_key(s, B)
    if a == b:
        return A if roll(s, 2) == 0 else B
    return A if a < b else B


@kernel
def needs_preparation(s, side):
    """Whether a side does something before the moves: Mega Evolution, Counter, Mirror Coat."""
    move = s[side + CHOSEN]
    return move >= 0 and (s[side + MEGA] != 0 or trait(move, EFFECT) in (E_COUNTER, E_MIRROR_COAT))


# --- the turn ---------------------------------------------------------------------------------------------


@kernel
def play_turn(s, slot_a, slot_b):
    """Play one whole turn with both sides' chosen slots."""
    emit(s, ev.TURN, A, s[TURN], 0)
    update_speed(s, A)
    update_speed(s, B)
    s[A + CHOSEN] = chosen_move(s, A, slot_a)
    s[B + CHOSEN] = chosen_move(s, B, slot_b)
    s[A + PENDING] = 1
    s[B + PENDING] = 1
    if needs_preparation(s, A) or needs_preparation(s, B):
        first = prepare_moves(s)
    else:
        first = first_mover(s)
        tie_of_speed(s)
        tie_of_speed(s)
    side = first
    for _ in range(2):
        take_action(s, side)
        if s[ENDED] == 1:
            return
        side = other(side)
    end_turn(s)


@kernel
def take_action(s, side):
    """A side's move and what follows it."""
    s[side + PENDING] = 0
    run_move(s, s[side + CHOSEN], side)
    settle_faints(s, True)
    if s[ENDED] == 0:
        tie_of_speed(s)


@kernel
def prepare_moves(s):
    """The turn's actions in full where there are more than two moves; returns who moves first."""
    n = 0
    for side in (A, B):
        evolves = s[side + MEGA] != 0 and locked_move(s, side) == NONE and s[side + CHOSEN] != STRUGGLE
        if evolves:
            n = put(s, n, action_key(_MEGA, 0, s[side + SPEED]), _MEGA + side * 1000)
        move = s[side + CHOSEN]
        if move >= 0 and trait(move, EFFECT) in (E_COUNTER, E_MIRROR_COAT):
            n = put(s, n, action_key(_BEFORE_MOVES, 0, s[side + SPEED]), _BEFORE_MOVES + side * 1000)
        # The reference looks at priority and speed of a plain Mega's move only once it has evolved.
        deferred = evolves and s[side + MEGA] == MEGA_PLAIN
        key = action_key(_MOVES, 0, 0) if deferred else move_key(s, side)
        n = put(s, n, key, _MOVES + side * 1000)
    sort_with_ties(s, n)
    tie_of_speed(s)
    tie_of_speed(s)
    first = np.uint32(s[VALUES + n - 2] // 1000)
    first_key, second_key = s[KEYS + n - 2], s[KEYS + n - 1]
    for at in range(n - 2):
        side = np.uint32(s[VALUES + at] // 1000)
        if s[VALUES + at] % 1000 == _BEFORE_MOVES:
            brace(s, side)
            tie_of_speed(s)
            continue
        evolve(s, side)
        tie_of_speed(s)
        update_speed(s, side)
        mine = move_key(s, side)
        theirs = second_key if first == side else first_key
        if mine == theirs:
            # Megas still to come stand before the moves in the queue.
            waiting = n - 3 - at
            goes_first = between(s, waiting, waiting + 2) == waiting
        else:
            goes_first = mine < theirs
        first = side if goes_first else other(side)
        first_key, second_key = (mine, theirs) if goes_first else (theirs, mine)
    return first


@kernel
def brace(s, side):
    """Counter and Mirror Coat watch from before the first move."""
    if trait(s[side + CHOSEN], EFFECT) == E_COUNTER:
        place(s, side, COUNTER, 1)
        s[side + COUNTER_DAMAGE] = NONE
    else:
        place(s, side, MIRROR_COAT, 1)
        s[side + MIRROR_COAT_DAMAGE] = NONE


@kernel
def evolve(s, side):
    """Mega Evolution: new stats, types and weight; hp stays."""
    for stat in range(5):
        s[side + ATK + stat] = s[side + MEGA_STATS + stat]
    s[side + TYPE1] = s[side + MEGA_TYPE1]
    s[side + TYPE2] = s[side + MEGA_TYPE2]
    s[side + WEIGHT] = s[side + MEGA_WEIGHT]
    s[side + FORM] = s[side + MEGA_FORM]
    s[side + BASE_SPE] = s[side + MEGA_BASE_SPE]
    s[side + SPEED] = s[side + SPE]
    s[side + MEGA] = 0
    forget_choices(s)
    emit(s, ev.MEGA, side, s[side + FORM], 0)


# --- a move -------------------------------------------------------------------------------------------------


@kernel
def run_move(s, move, user):
    """One side's move with all that can stop it before."""
    s[user + ACTIONS] += 1
    if move != STRUGGLE and has(s, user, ENCORE):
        move = s[user + ENCORE_ID]
    stopped = (s[user + CONDITIONS] != 0 or s[user + STATUS] != OK) and not can_move(s, move, user)
    if stopped:
        end(s, user, TWO_TURN)
        end(s, user, BIDE)
        return
    if has(s, user, BIDE):
        emit(s, ev.BIDE_STORES, user, 0, 0)
        return
    if locked_move(s, user) == NONE and move != STRUGGLE and not spend_pp(s, user, move):
        emit(s, ev.CANNOT, user, ev.NO_PP, move)
        return
    s[user + LAST_MOVE] = move
    use_move(s, move, user)
    if has(s, user, LOCKED_MOVE) and s[user + DURATION + LOCKED_MOVE] == 1:
        end(s, user, LOCKED_MOVE)


@kernel
def spend_pp(s, user, move):
    """Take a PP from the move; False where none is left."""
    slot = slot_of(s, user, move)
    if slot == NONE or s[user + PP + slot] <= 0:
        return False
    s[user + PP + slot] -= 1
    if s[user + PP + slot] == 0:
        forget_choices(s)
    return True


@kernel
def can_move(s, move, user):
    """What may stop a Pokémon before its move, in order: recharge, sleep or ice, flinch, Disable, Taunt,
    confusion, paralysis; a Bide that is due is released here."""
    end(s, user, RAGE)
    if has(s, user, MUST_RECHARGE):
        discard(s, user, MUST_RECHARGE)
        emit(s, ev.CANNOT, user, ev.RECHARGING, NONE)
        return False
    if not awake_and_thawed(s, move, user):
        return False
    if has(s, user, FLINCH):
        emit(s, ev.CANNOT, user, ev.FLINCHED, NONE)
        return False
    if has(s, user, DISABLE) and move == s[user + DISABLE_ID]:
        emit(s, ev.CANNOT, user, ev.DISABLED, move)
        return False
    if has(s, user, TAUNT) and trait(move, CATEGORY) == STATUS_MOVE:
        emit(s, ev.CANNOT, user, ev.TAUNTED, move)
        return False
    if has(s, user, CONFUSION) and hits_itself(s, user):
        return False
    if s[user + STATUS] == PAR and roll(s, 4) == 0:
        emit(s, ev.CANNOT, user, ev.PARALYSED, NONE)
        return False
    if has(s, user, BIDE) and s[user + DURATION + BIDE] == 1:
        release_bide(s, user)
        return False
    return True


@kernel
def awake_and_thawed(s, move, user):
    """Sleep counts down; ice thaws one time in five, or at once for a move that burns it away."""
    if s[user + STATUS] == SLP:
        s[user + STATUS_TIME] -= 1
        if s[user + STATUS_TIME] > 0:
            emit(s, ev.CANNOT, user, ev.ASLEEP, NONE)
            return False
        cure_status(s, user)
    elif s[user + STATUS] == FRZ and not (move >= 0 and trait(move, FLAGS) & F_DEFROST):
        if roll(s, 5) != 0:
            emit(s, ev.CANNOT, user, ev.FROZEN, NONE)
            return False
        cure_status(s, user)
    return True


@kernel
def hits_itself(s, user):
    """Confusion: ends when its time is up, else one time in three the user hits itself."""
    s[user + CONFUSION_TIME] -= 1
    if s[user + CONFUSION_TIME] == 0:
        end(s, user, CONFUSION)
        return False
    emit(s, ev.CONFUSED, user, 0, 0)
    if roll(s, 100) >= 33:
        return False
    lose_hp(s, user, confusion_damage(s, user), ev.BY_CONFUSION)
    return True


@kernel
def release_bide(s, user):
    """Bide strikes with twice what it took; no accuracy, no Protect, but types and substitutes count."""
    foe = other(user)
    stored = s[user + BIDE_DAMAGE]
    emit(s, ev.BIDE_RELEASES, user, stored, 0)
    if stored == 0 or effectiveness(s, NORMAL, foe) == IMMUNE:
        emit(s, ev.FAIL, user, 0, 0)
    elif has(s, foe, SUBSTITUTE):
        hit_substitute(s, BIDE_MOVE, user, foe, stored * 200)
    else:
        dealt = deal(s, foe, stored * 200)
        if has(s, foe, RAGE) and s[foe + HP] > 0:
            change_stage(s, foe, 0, 1)
        remember_hit(s, BIDE_MOVE, foe, dealt)


# --- the end of a turn ------------------------------------------------------------------------------------


@kernel
def end_turn(s):
    """Effects at the end of the turn, then the next turn's disabled moves."""
    update_speed(s, A)
    update_speed(s, B)
    present = (s[A + CONDITIONS] | s[B + CONDITIONS]) & _RESIDUAL_MASK
    if present != 0 or _hurts(s[A + STATUS]) or _hurts(s[B + STATUS]):
        run_residuals(s)
        if s[ENDED] == 1:
            return
    tie_of_speed(s)
    s[TURN] += 1
    disable_moves(s, A)
    disable_moves(s, B)
    if s[TURN] > MAX_TURNS:
        s[ENDED] = 1
        s[WINNER] = TIE


@kernel
def _hurts(status):
    return status in (BRN, PSN, TOX)


@kernel
def disable_moves(s, side):
    """Which slots Disable, Encore and Taunt take away next turn."""
    s[side + DISABLED] = 0
    if s[side + CONDITIONS] & (1 << DISABLE | 1 << ENCORE | 1 << TAUNT) == 0:
        return
    count = 0
    for condition in (DISABLE, ENCORE, TAUNT):
        count += 1 if has(s, side, condition) else 0
    tie_rolls(s, count, 0)
    forget_choices(s)
    encored = has(s, side, ENCORE) and slot_of(s, side, s[side + ENCORE_ID]) != NONE
    for slot in range(4):
        move = s[side + MOVE + slot]
        if move == NONE:
            continue
        if (
            (has(s, side, DISABLE) and move == s[side + DISABLE_ID])
            or (encored and move != s[side + ENCORE_ID])
            or (has(s, side, TAUNT) and trait(move, CATEGORY) == STATUS_MOVE)
        ):
            s[side + DISABLED] |= 1 << slot


@kernel
def residual_order(condition):
    """Place of a condition at the end of a turn."""
    if condition == LEECH_SEED:
        return _SEED
    if condition == PARTIAL_TRAP:
        return _TRAP
    if condition == TAUNT:
        return _TAUNT
    if condition == ENCORE:
        return _ENCORE
    if condition == DISABLE:
        return _DISABLE
    if condition == YAWN:
        return _YAWN
    if condition == ROOST:
        return _ROOST
    return _SIDE if condition >= REFLECT else _LAST


@kernel
def residual_key(order, speed, sub_order):
    """Earlier effects have the lower key."""
    return (order << 32) + ((0x8000 - speed) << 8) + sub_order


@kernel
def run_residuals(s):
    """Every effect at the end of the turn, in the reference's order."""
    n = collect_residuals(s, 0, A)
    n = collect_residuals(s, n, B)
    sort_with_ties(s, n)
    for at in range(n):
        side, handler = np.uint32(s[VALUES + at] // 100 * SIDE), s[VALUES + at] % 100
        if handler >= REFLECT and handler != _STATUS_HANDLER:
            tick(s, side, handler)
            continue
        if s[side + FAINTED] == 1:
            continue
        run_residual(s, side, handler)
        settle_faints(s, True)
        if s[ENDED] == 1:
            return


@kernel
def collect_residuals(s, n, side):
    """List one side's effects: its side's, its status, its own in the order they began."""
    mark = side // SIDE * 100
    for at in range(s[side + CONDITION_COUNT]):
        condition = s[side + CONDITION_ORDER + at]
        if condition >= REFLECT and condition != STEALTH_ROCK:
            sub_order = 1 if condition == REFLECT else (2 if condition == LIGHT_SCREEN else 4)
            n = put(s, n, residual_key(_SIDE, 0, sub_order), mark + condition)
    speed = s[side + SPEED]
    if _hurts(s[side + STATUS]):
        order = _BURN if s[side + STATUS] == BRN else _POISON
        n = put(s, n, residual_key(order, speed, 0), mark + _STATUS_HANDLER)
    for at in range(s[side + CONDITION_COUNT]):
        condition = s[side + CONDITION_ORDER + at]
        if condition < REFLECT and _RESIDUAL_MASK >> condition & 1:
            n = put(s, n, residual_key(residual_order(condition), speed, 2), mark + condition)
    return n


@kernel
def tick(s, side, condition):
    """Count a condition's duration down; True if it ended by that."""
    if not has(s, side, condition) or s[side + DURATION + condition] == 0:
        return False
    s[side + DURATION + condition] -= 1
    if s[side + DURATION + condition] > 0:
        return False
    if condition >= REFLECT:
        discard(s, side, condition)
        return True
    end(s, side, condition)
    if condition == YAWN:
        set_status(s, side, SLP)
    return True


@kernel
def run_residual(s, side, handler):
    """One effect at the end of the turn."""
    if handler == _STATUS_HANDLER:
        suffer_status(s, side)
        return
    if tick(s, side, handler) or not has(s, side, handler):
        return
    if handler == LEECH_SEED:
        foe = other(side)
        if s[foe + HP] > 0:
            taken = lose_hp(s, side, s[side + MAX_HP] // 8, ev.BY_SEED)
            gain_hp(s, foe, taken, ev.BY_SEED)
    elif handler == PARTIAL_TRAP:
        if s[other(side) + HP] > 0:
            lose_hp(s, side, s[side + MAX_HP] // 8, ev.BY_TRAP)
        else:
            discard(s, side, PARTIAL_TRAP)
    elif handler == ENCORE:
        slot = slot_of(s, side, s[side + ENCORE_ID])
        if slot == NONE or s[side + PP + slot] <= 0:
            discard(s, side, ENCORE)
    elif handler == LOCKED_MOVE:
        if s[side + STATUS] == SLP:
            discard(s, side, LOCKED_MOVE)
        s[side + LOCKED_TURNS] -= 1


@kernel
def suffer_status(s, side):
    """Burn 1/16, poison 1/8, bad poison n/16 of the maximum."""
    status = s[side + STATUS]
    if status == BRN:
        lose_hp(s, side, s[side + MAX_HP] // 16, ev.BY_BURN)
    elif status == PSN:
        lose_hp(s, side, s[side + MAX_HP] // 8, ev.BY_POISON)
    elif status == TOX:
        s[side + STATUS_TIME] = min(s[side + STATUS_TIME] + 1, 15)
        lose_hp(s, side, max(s[side + MAX_HP] // 16, 1) * s[side + STATUS_TIME], ev.BY_POISON)
