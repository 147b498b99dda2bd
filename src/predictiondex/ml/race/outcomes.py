"""What may come of one side's move, from not being able to move to a hit with its secondary effect."""

from __future__ import annotations

from itertools import count
from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import staged
from predictiondex.battle.hits import struggle_cost
from predictiondex.battle.layout import ATK, BRN, FRZ, LEVEL, MAX_HP, OK, PAR, PSN, RAGE, SLP, SPE, A, B
from predictiondex.battle.moves import (
    E_CHARGE_GUARD,
    E_COUNTER,
    E_MIRROR_COAT,
    E_SUCKER_PUNCH,
    EFFECT,
    F_DEFROST,
    F_HITS_DIG,
    F_HITS_FLY,
    FLAGS,
    SELF_CONDITION,
    trait,
)
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.plan import SHIELD

_THAW: Final = 0.2
_HURTS_ITSELF: Final = 0.33
#: Chance that a turn ends confusion: of two to five attempts, on average.
_CLEARS: Final = 0.25
_GONE: Final = 0.02

# --- what a race knows of a side beyond its plight: the same in every scene -----------------------------
_at = count()
ASLEEP: Final = next(_at)  # attempts to move that sleep still costs
POISON_TURNS: Final = next(_at)
DROWSY: Final = next(_at)  # turns until Yawn puts it to sleep
DOLL: Final = next(_at)  # hp of its substitute, and the chance that it still stands
DOLL_STANDS: Final = next(_at)
FLEETING: Final = next(_at)  # 1: what greedy prefers depends on the hp left
KNOWN: Final = next(_at)

# --- what may come of one side's move -------------------------------------------------------------------
_at = count()
UNHIT: Final = next(_at)  # chance without a hit
STRUCK: Final = next(_at)  # chance with one
TARGET_PLIGHT: Final = next(_at)
USER_PLIGHT: Final = next(_at)
FLINCHED: Final = next(_at)
OWN: Final = next(_at)  # hp that the user gains or loses by it
OUTCOME: Final = next(_at)
OUTCOMES: Final = 12


@kernel
def speed_of(s, side, table, plight):
    """Speed in a plight."""
    speed = staged(s[side + SPE], table[plight, pl.STAGES + 4])
    return speed // 2 if table[plight, pl.AILMENT] == PAR else speed


@kernel
def confusion_mean(s, side, table, plight):
    """Mean damage of a confused Pokémon to itself (power 40, physical, no type)."""
    attack = staged(s[side + ATK], table[plight, pl.STAGES])
    defence = staged(s[side + ATK + 1], table[plight, pl.STAGES + 1])
    return max(((2 * s[side + LEVEL] // 5 + 2) * 40 * attack // defence // 50 + 2) * 37 // 40, 1)


@kernel
def add_outcome(outcomes, n, unhit, struck, target, user, flinched, own):
    """Add what may come of a move; what leads to the same is one."""
    if unhit + struck <= 0.0:
        return n
    for at in range(n):
        one = outcomes[at]
        if (
            one[TARGET_PLIGHT] == target
            and one[USER_PLIGHT] == user
            and one[FLINCHED] == flinched
            and one[OWN] == own
        ):
            one[UNHIT] += unhit
            one[STRUCK] += struck
            return n
    one = outcomes[n]
    one[UNHIT], one[STRUCK] = unhit, struck
    one[TARGET_PLIGHT], one[USER_PLIGHT] = target, user
    one[FLINCHED], one[OWN] = flinched, own
    return n + 1


@kernel
def out_of_reach(table, plight, move):
    """Whether a target in this plight digs or flies where the move does not reach."""
    hiding = table[plight, pl.CHARGED] - 1
    if hiding == pl.DIG_MOVE:
        return not trait(move, FLAGS) & F_HITS_DIG
    return hiding == pl.FLY_MOVE and not trait(move, FLAGS) & F_HITS_FLY


@kernel
def read_outcomes(s, number, scene, plight, target, before, dealt, share, bench, place):
    """What may come of side ``number``'s turn in a scene: fills ``bench.outcomes[place]``, returns how many.

    ``plight`` is its own and ``target`` the foe's; ``before``: the foe attacks later in this turn; ``dealt``:
    the damage to expect, for recoil and drain; ``share``: how much of the race this scene is.
    """
    mine = bench.tables[number]
    outcomes = bench.outcomes[place]
    if mine[plight, pl.RESTS] == 1:
        rested = pl.with_field(mine, bench.counts, number, plight, pl.RESTS, 0)
        return add_outcome(outcomes, 0, 1.0, 0.0, target, rested, 0, 0)
    n = 0
    able = 1.0
    stopped = pl.with_field(mine, bench.counts, number, plight, pl.CHARGED, 0)
    ailment = mine[plight, pl.AILMENT]
    if ailment == SLP:
        if bench.known[number, ASLEEP] > 0:
            calm = pl.raging(mine, bench.counts, number, stopped, 0, 0)
            return add_outcome(outcomes, 0, 1.0, 0.0, target, calm, 0, 0)
        plight = pl.with_field(mine, bench.counts, number, plight, pl.AILMENT, OK)
    elif ailment == FRZ:
        able = 1.0 if trait(int(bench.strikes[number, scene, k.ID]), FLAGS) & F_DEFROST else _THAW
        n = add_miss(number, stopped, target, 1.0 - able, 0, bench, place, n)
        plight = pl.with_field(mine, bench.counts, number, plight, pl.AILMENT, OK)
    if mine[plight, pl.CONFUSED] == 1:
        own = -confusion_mean(s, A if number == 0 else B, mine, plight)
        hurts = able * (1.0 - _CLEARS) * _HURTS_ITSELF
        n = add_miss(number, stopped, target, hurts, own, bench, place, n)
        clear = pl.with_field(mine, bench.counts, number, plight, pl.CONFUSED, 0)
        n = add_move(s, number, scene, clear, target, before, dealt, able * _CLEARS, share, bench, place, n)
        able = able * (1.0 - _CLEARS) - hurts
    return add_move(s, number, scene, plight, target, before, dealt, able, share, bench, place, n)


@kernel
def add_move(s, number, scene, plight, target, before, dealt, able, share, bench, place, n):
    """What may come of a move by one that is able to use it, with chance ``able``.

    The chance that it blows itself up is left out: it has no outcome but a lost race.
    """
    mine, theirs = bench.tables[number], bench.tables[1 - number]
    counts, outcomes = bench.counts, bench.outcomes[place]
    strike = bench.strikes[number, scene]
    move = int(strike[k.ID])
    if mine[plight, pl.AILMENT] == PAR:
        stopped = pl.with_field(mine, counts, number, plight, pl.CHARGED, 0)
        n = add_miss(number, stopped, target, able * 0.25, 0, bench, place, n)
        able *= 0.75
    able *= 1.0 - strike[k.BLOWS]
    if trait(move, SELF_CONDITION) != RAGE:
        plight = pl.with_field(mine, counts, number, plight, pl.FURIOUS, 0)
    if strike[k.CHARGES] > 0.0:
        if mine[plight, pl.CHARGED] == 0:
            guards = trait(move, EFFECT) == E_CHARGE_GUARD
            charged = pl.charging(mine, counts, number, plight, move, guards)
            return add_outcome(outcomes, n, able, 0.0, target, charged, 0, 0)
        plight = pl.with_field(mine, counts, number, plight, pl.CHARGED, 0)
    full = s[(A if number == 0 else B) + MAX_HP]
    crash = -(full // 2) if strike[k.CRASHES] > 0.0 else 0
    if number == 1 and bench.plan[SHIELD] == 1:
        return add_miss(number, plight, target, able, crash, bench, place, n)
    hit = able * strike[k.HIT]
    effect = trait(move, EFFECT)
    untimely = not before if effect == E_SUCKER_PUNCH else before and effect in (E_COUNTER, E_MIRROR_COAT)
    if strike[k.VALUES] == 0.0 or untimely or out_of_reach(theirs, target, move):
        return add_miss(number, plight, target, able, crash, bench, place, n)
    n = add_miss(number, plight, target, able - hit, crash, bench, place, n)
    own = round(strike[k.DRAINS] * dealt) - (struggle_cost(full) if strike[k.STRAINS] > 0.0 else 0)
    shield = bench.known[1 - number, DOLL_STANDS]
    if shield > 0.0:
        wear_doll(bench.known[1 - number], k.whole_damage(strike), share * hit)
        n = add_outcome(outcomes, n, hit * shield, 0.0, target, plight, 0, own)
        hit *= 1.0 - shield
    if trait(move, SELF_CONDITION) == RAGE:
        plight = pl.with_field(mine, counts, number, plight, pl.FURIOUS, 1)
    if strike[k.RECHARGES] > 0.0:
        plight = pl.with_field(mine, counts, number, plight, pl.RESTS, 1)
    if strike[k.SCREENS] > 0.0:
        walls = mine[plight, pl.WALLS] | int(strike[k.SCREENS])
        plight = pl.with_field(mine, counts, number, plight, pl.WALLS, walls)
    if strike[k.OWN_SHIFT] > 0.0:
        plight = pl.shifted(mine, counts, number, plight, strike, k.STAGES_OWN)
    if strike[k.RAMPAGES] > 0.0:
        raged = mine[plight, pl.RAMPAGE] + 1
        calm = pl.raging(mine, counts, number, plight, 0, 0)
        tired = pl.with_field(mine, counts, number, calm, pl.CONFUSED, 1)
        if raged == 2:  # two or three turns, either as likely
            n = add_effects(number, strike, tired, target, before, own, hit * 0.5, bench, place, n)
            hit *= 0.5
        plight = tired if raged == 3 else pl.raging(mine, counts, number, plight, raged, move)
    return add_effects(number, strike, plight, target, before, own, hit, bench, place, n)


@kernel
def add_miss(number, plight, target, chance, own, bench, place, n):
    """What may come of a turn without a hit. A rampage is over; its last turn confuses all the same."""
    mine, counts, outcomes = bench.tables[number], bench.counts, bench.outcomes[place]
    raged = mine[plight, pl.RAMPAGE] + 1
    if raged > 1:
        plight = pl.raging(mine, counts, number, plight, 0, 0)
        tired = pl.with_field(mine, counts, number, plight, pl.CONFUSED, 1)
        last = chance * 0.5 if raged == 2 else chance
        n = add_outcome(outcomes, n, last, 0.0, target, tired, 0, own)
        chance -= last
    return add_outcome(outcomes, n, chance, 0.0, target, plight, 0, own)


@kernel
def wear_doll(known, damage, hit):
    """A substitute takes a strike that comes with chance ``hit``."""
    if damage >= known[DOLL]:
        known[DOLL_STANDS] *= 1.0 - hit
        if known[DOLL_STANDS] < _GONE:
            known[DOLL_STANDS] = 0.0
    else:
        known[DOLL] -= damage * hit


@kernel
def add_effects(number, strike, plight, target, before, own, hit, bench, place, n):
    """What may come of a hit: each of its secondary effects, and none."""
    foe = 1 - number
    theirs, counts, outcomes = bench.tables[foe], bench.counts, bench.outcomes[place]
    if theirs[target, pl.FURIOUS] == 1:
        target = pl.angered(theirs, counts, foe, target, int(k.hits(strike)))
    if strike[k.TRAPS] > 0.0:
        target = pl.with_field(theirs, counts, foe, target, pl.BOUND, 1)
    if strike[k.SOWS] > 0.0:
        target = pl.with_field(theirs, counts, foe, target, pl.SOWN, 1)
    if strike[k.CLEARS] > 0.0:
        target = pl.cleared(theirs, counts, foe, target)
    plain = hit
    if theirs[target, pl.AILMENT] == FRZ and strike[k.THAWS] > 0.0:
        target = pl.with_field(theirs, counts, foe, target, pl.AILMENT, OK)
    elif theirs[target, pl.AILMENT] == OK:
        for ailment, at in ((BRN, k.BURNS), (PAR, k.PARALYSES), (FRZ, k.FREEZES), (PSN, k.POISONS)):
            if strike[at] > 0.0:
                ill = pl.with_field(theirs, counts, foe, target, pl.AILMENT, ailment)
                n = add_outcome(outcomes, n, 0.0, hit * strike[at], ill, plight, 0, own)
                plain -= hit * strike[at]
    if strike[k.CONFUSES] > 0.0:
        dazed = pl.with_field(theirs, counts, foe, target, pl.CONFUSED, 1)
        n = add_outcome(outcomes, n, 0.0, hit * strike[k.CONFUSES], dazed, plight, 0, own)
        plain -= hit * strike[k.CONFUSES]
    if strike[k.SHIFT] > 0.0:
        weakened = pl.shifted(theirs, counts, foe, target, strike, k.STAGES_FOE)
        n = add_outcome(outcomes, n, 0.0, hit * strike[k.SHIFT], weakened, plight, 0, own)
        plain -= hit * strike[k.SHIFT]
    if strike[k.FLINCHES] > 0.0 and before:
        n = add_outcome(outcomes, n, 0.0, hit * strike[k.FLINCHES], target, plight, 1, own)
        plain -= hit * strike[k.FLINCHES]
    return add_outcome(outcomes, n, 0.0, max(plain, 0.0), target, plight, 0, own)
