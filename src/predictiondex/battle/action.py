"""One side's move: what can stop it, what it costs, and Bide, which strikes before it would move."""

from __future__ import annotations

from predictiondex.battle import events as ev
from predictiondex.battle.choices import locked_move
from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import (
    change_stage,
    cure_status,
    discard,
    end,
    forget_choices,
    has,
    lose_hp,
    other,
)
from predictiondex.battle.damage import confusion_damage, effectiveness
from predictiondex.battle.effects import slot_of
from predictiondex.battle.events import emit
from predictiondex.battle.hits import deal, hit_substitute, remember_hit, use_move
from predictiondex.battle.layout import (
    ACTIONS,
    BIDE,
    BIDE_DAMAGE,
    CONDITIONS,
    CONFUSION,
    CONFUSION_TIME,
    DISABLE,
    DISABLE_ID,
    DURATION,
    ENCORE,
    ENCORE_ID,
    FLINCH,
    FRZ,
    HP,
    LAST_MOVE,
    LOCKED_MOVE,
    MUST_RECHARGE,
    NONE,
    OK,
    PAR,
    PP,
    RAGE,
    SLP,
    STATUS,
    STATUS_TIME,
    SUBSTITUTE,
    TAUNT,
    TWO_TURN,
)
from predictiondex.battle.moves import (
    BIDE_MOVE,
    CATEGORY,
    F_DEFROST,
    FLAGS,
    IMMUNE,
    NORMAL,
    STATUS_MOVE,
    STRUGGLE,
    trait,
)
from predictiondex.battle.rng import roll


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
