"""What may come of one side's move, from not being able to move to a hit with its secondary effect."""

from __future__ import annotations

from itertools import count
from typing import Final

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has, staged
from predictiondex.battle.hits import struggle_cost
from predictiondex.battle.layout import (
    ATK,
    BRN,
    DISABLE,
    DISABLE_ID,
    FRZ,
    LEVEL,
    MAX_HP,
    OK,
    PAR,
    PSN,
    RAGE,
    SLP,
    SPE,
    A,
    B,
)
from predictiondex.battle.moves import (
    AT_SELF,
    BIDE_MOVE,
    E_CHARGE_GUARD,
    E_COUNTER,
    E_MIRROR_COAT,
    E_SUCKER_PUNCH,
    EFFECT,
    F_BYPASS_SUB,
    F_DEFROST,
    F_HITS_DIG,
    F_HITS_FLY,
    FLAGS,
    SELF_CONDITION,
    TARGET,
    trait,
)
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.chances import mean
from predictiondex.ml.race.plan import QUIET, SHIELD

_THAW: Final = 0.2
_HURTS_ITSELF: Final = 0.33
#: Chance that confusion is over with an attempt to move, the first, the second...: it lasts two to five.
_CLEARS: Final = (0.0, 1 / 4, 1 / 3, 1 / 2, 1.0)
#: There is no sleep of unknown length.
WAKEFUL: Final = -9.0
#: Chance that sleep of unknown length (one to three attempts to move) costs the first attempt, the second...
_SLEEPS_ON: Final = (1.0, 2 / 3, 1 / 2, 0.0)

# --- what a race knows of a side beyond its plight: the same in every scene -----------------------------
_at = count()
ASLEEP: Final = next(_at)  # attempts to move that sleep still costs, where that is known
SLEPT: Final = next(_at)  # attempts that sleep of unknown length has cost, or ``WAKEFUL``
POISON_TURNS: Final = next(_at)
DROWSY: Final = next(_at)  # turns until Yawn puts it to sleep
TRAPPED: Final = next(_at)  # turns until what has bound it since before the race lets go
DAZED: Final = next(
    _at
)  # attempts to move that confusion from before the race lasts, the last one is free of it
HP_NOW: Final = next(_at)  # its hp, where it is about to begin Bide
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
    if trait(move, TARGET) == AT_SELF:
        return False
    if hiding == pl.DIG_MOVE:
        return not trait(move, FLAGS) & F_HITS_DIG
    return hiding == pl.FLY_MOVE and not trait(move, FLAGS) & F_HITS_FLY


@kernel
def sleeps_on(known, lags):
    """Chance that one that is asleep, and ``lags`` attempts behind, does not wake up for its next move."""
    if known[ASLEEP] > 0.0:
        return 1.0
    return _SLEEPS_ON[min(max(int(known[SLEPT]) - lags, 0), 3)] if known[SLEPT] > WAKEFUL else 0.0


@kernel
def lull(known, before):
    """A side falls asleep, nobody knows for how long, with or without its move of this turn still to come.

    There is one count for all scenes: the first to sleep begins it.
    """
    if known[SLEPT] == WAKEFUL or known[SLEPT] >= len(_SLEEPS_ON) - 1:
        known[SLEPT] = 0.0 if before else -1.0


@kernel
def comes_to(confused, known):
    """Chance that one that is confused comes to its senses for its next move."""
    if confused >= pl.FROM_NOW:
        return _CLEARS[min(confused - pl.FROM_NOW, 4)]
    return 1.0 if known[DAZED] <= 1.0 else 0.0


@kernel
def read_outcomes(s, number, scene, plight, target, before, dealt, kept_off, share, bench, place):
    """What may come of side ``number``'s turn in a scene: fills ``bench.outcomes[place]``, returns how many.

    ``plight`` is its own and ``target`` the foe's; ``before``: the foe attacks later in this turn; ``dealt``:
    the damage to expect, for recoil and drain; ``kept_off``: the chance that the foe's substitute outlasts a
    hit; ``share``: how much of the race this scene is.
    """
    mine = bench.tables[number]
    outcomes = bench.outcomes[place]
    if mine[plight, pl.RESTS] == 1:
        rested = pl.with_field(bench, number, plight, pl.RESTS, 0)
        return add_outcome(outcomes, 0, 1.0, 0.0, target, rested, 0, 0)
    n = 0
    able = 1.0
    stopped = pl.stopped(bench, number, plight)
    ailment = mine[plight, pl.AILMENT]
    if number == 0 and bench.plan[QUIET] == 1 and ailment in (SLP, FRZ):  # its opening has been tried out
        return add_outcome(outcomes, 0, 1.0, 0.0, target, plight, 0, 0)
    if ailment == SLP:
        sleeps = sleeps_on(bench.known[number], mine[plight, pl.LAGS])
        if sleeps > 0.0:
            calm = pl.calm(bench, number, stopped, False)
            n = add_outcome(outcomes, n, sleeps, 0.0, target, calm, 0, 0)
            able -= sleeps
        if able <= 0.0:
            return n
        plight = pl.with_field(bench, number, plight, pl.AILMENT, OK)
    elif ailment == FRZ:
        able = 1.0 if trait(int(bench.strikes[number, scene, k.ID]), FLAGS) & F_DEFROST else _THAW
        n = add_miss(number, stopped, target, 1.0 - able, 0, bench, place, n)
        plight = pl.with_field(bench, number, plight, pl.AILMENT, OK)
    side = A if number == 0 else B
    if has(s, side, DISABLE) and s[side + DISABLE_ID] == int(bench.strikes[number, scene, k.ID]):
        return add_miss(number, stopped, target, able, 0, bench, place, n)
    if mine[plight, pl.CONFUSED] > 0:
        clears = able * comes_to(mine[plight, pl.CONFUSED], bench.known[number])
        hurts = (able - clears) * _HURTS_ITSELF
        own = -confusion_mean(s, side, mine, plight)
        if hurts > 0.0:
            bruised = pl.bruised(bench, number, stopped)
            n = add_miss(number, bruised, target, hurts, own, bench, place, n)
        able -= clears + hurts
        if clears > 0.0:
            clear = pl.with_field(bench, number, plight, pl.CONFUSED, 0)
            n = add_move(
                s, number, scene, clear, target, before, dealt, kept_off, clears, share, bench, place, n
            )
        if able <= 0.0:
            return n
        plight = pl.dazed_on(bench, number, plight)
    return add_move(s, number, scene, plight, target, before, dealt, kept_off, able, share, bench, place, n)


@kernel
def add_move(s, number, scene, plight, target, before, dealt, kept_off, able, share, bench, place, n):
    """What may come of a move by one that is able to use it, with chance ``able``.

    The chance that it blows itself up is left out: it has no outcome but a lost race.
    """
    mine, theirs = bench.tables[number], bench.tables[1 - number]
    outcomes = bench.outcomes[place]
    strike = bench.strikes[number, scene]
    move = int(strike[k.ID])
    if mine[plight, pl.AILMENT] == PAR:
        stopped = pl.stopped(bench, number, plight)
        n = add_miss(number, stopped, target, able * 0.25, 0, bench, place, n)
        able *= 0.75
    able *= 1.0 - strike[k.BLOWS]
    if strike[k.CHARGES] > 0.0 and mine[plight, pl.CHARGED] == 0:
        guards = trait(move, EFFECT) == E_CHARGE_GUARD
        charged = pl.charging(bench, number, plight, move, guards)
        return add_outcome(outcomes, n, able, 0.0, target, charged, 0, 0)
    idle = after_move(number, plight, strike, False, bench)
    full = s[(A if number == 0 else B) + MAX_HP]
    crash = -(full // 2) if strike[k.CRASHES] > 0.0 else 0
    if bench.plan[SHIELD + 1 - number] == 1 and trait(move, TARGET) != AT_SELF:
        return add_miss(number, idle, target, able, crash, bench, place, n)
    hit = able * strike[k.HIT]
    effect = trait(move, EFFECT)
    untimely = not before if effect == E_SUCKER_PUNCH else before and effect in (E_COUNTER, E_MIRROR_COAT)
    if strike[k.VALUES] == 0.0 or untimely or out_of_reach(theirs, target, move):
        return add_miss(number, idle, target, able, crash, bench, place, n)
    n = add_miss(number, idle, target, able - hit, crash, bench, place, n)
    strained = struggle_cost(full) if strike[k.STRAINS] > 0.0 else 0
    own = round(strike[k.DRAINS] * dealt) - strained + int(strike[k.HEALS] * full)
    if shields(theirs, target, move):
        doll = bench.dolls[1 - number, 0]
        own = round(strike[k.DRAINS] * min(k.whole_damage(strike), mean(doll, 1, full_doll(s, 1 - number))))
        own -= strained
        wear_doll(s, 1 - number, share, hit, kept_off, bench)
    active = after_move(number, plight, strike, True, bench)
    if strike[k.RAMPAGES] > 0.0:
        last = hit * pl.rampage_ends(mine[active, pl.RAMPAGE])
        if last > 0.0:
            tired = pl.calm(bench, number, active, True)
            n = add_hit(number, strike, tired, target, before, own, last, kept_off, bench, place, n)
            hit -= last
        if hit <= 0.0:
            return n
        active = pl.raging(bench, number, active, move)
    return add_hit(number, strike, active, target, before, own, hit, kept_off, bench, place, n)


@kernel
def after_move(number, plight, strike, landed, bench):
    """The plight of one that has made its move, as far as that is the same however a rampage goes on."""
    move = int(strike[k.ID])
    row = bench.tables[number, plight]
    changes = landed and strike[k.RECHARGES] + strike[k.SCREENS] + strike[k.OWN_SHIFT] > 0.0
    special = move == BIDE_MOVE or trait(move, SELF_CONDITION) == RAGE
    if not changes and not special and row[pl.CHARGED] | row[pl.FURIOUS] == 0:
        return plight
    pl.propose(bench, number, plight)
    row = bench.tables[number, pl.TRIAL]
    row[pl.CHARGED] = 0
    row[pl.FURIOUS] = 1 if landed and trait(move, SELF_CONDITION) == RAGE else 0
    if move == BIDE_MOVE:
        if row[pl.BIDES] == 0:
            row[pl.BIDES], row[pl.BIDE_FROM] = 3, round(bench.known[number, HP_NOW])
        row[pl.BIDES] -= 1
        if row[pl.BIDES] == 0:
            row[pl.BIDE_FROM] = 0
    if landed:
        row[pl.RESTS] = 1 if strike[k.RECHARGES] > 0.0 else 0
        row[pl.WALLS] |= int(strike[k.SCREENS])
        if strike[k.OWN_SHIFT] > 0.0:
            pl.shift(row[pl.STAGES :], strike, k.STAGES_OWN)
    return pl.enter(bench, number)


@kernel
def add_hit(number, strike, plight, target, before, own, hit, kept_off, bench, place, n):
    """What may come of a hit, on a substitute where there is one; whose strike breaks it does no more."""
    theirs = bench.tables[1 - number]
    if not shields(theirs, target, int(strike[k.ID])):
        return add_effects(number, strike, plight, target, before, own, hit, bench, place, n)
    bare = pl.with_field(bench, 1 - number, target, pl.DOLLED, 0)
    outcomes = bench.outcomes[place]
    n = add_outcome(outcomes, n, hit * kept_off, 0.0, target, plight, 0, own)
    return add_outcome(outcomes, n, 0.0, hit * (1.0 - kept_off), bare, plight, 0, own)


@kernel
def shields(table, plight, move):
    """Whether a substitute takes the move in this plight."""
    if table[plight, pl.DOLLED] == 0 or move < 0 or trait(move, FLAGS) & F_BYPASS_SUB:
        return False
    return trait(move, TARGET) != AT_SELF or move == BIDE_MOVE  # which strikes in the end


@kernel
def full_doll(s, number):
    """The most hp that a side's substitute can have."""
    return s[(A if number == 0 else B) + MAX_HP] // 4


@kernel
def add_miss(number, plight, target, chance, own, bench, place, n):
    """What may come of a turn without a hit. A rampage is over; its last turn confuses all the same."""
    outcomes = bench.outcomes[place]
    raged = bench.tables[number, plight, pl.RAMPAGE]
    if raged != 0 and chance > 0.0:
        last = chance * pl.rampage_ends(raged)
        if last > 0.0:
            tired = pl.calm(bench, number, plight, True)
            n = add_outcome(outcomes, n, last, 0.0, target, tired, 0, own)
        chance -= last
        plight = pl.calm(bench, number, plight, False)
    return add_outcome(outcomes, n, chance, 0.0, target, plight, 0, own)


@kernel
def wear_doll(s, number, share, hit, kept_off, bench):
    """What a side's substitute is known to have, if it stands, after a strike that hits with chance ``hit``.

    There is one for all scenes: each counts by its share of the race.
    """
    if kept_off <= 0.0:
        return
    now, later = bench.dolls[number, 0], bench.dolls[number, 1]
    weight = min(share, 1.0) * hit * kept_off / (1.0 - hit + hit * kept_off)
    for points in range(full_doll(s, number) + 1):
        now[points] += weight * (later[points] / kept_off - now[points])


@kernel
def add_effects(number, strike, plight, target, before, own, hit, bench, place, n):
    """What may come of a hit: each of its secondary effects, and none."""
    foe = 1 - number
    theirs, outcomes = bench.tables[foe], bench.outcomes[place]
    if theirs[target, pl.FURIOUS] == 1:
        target = pl.angered(bench, foe, target, int(k.hits(strike)))
    if strike[k.TRAPS] > 0.0 and theirs[target, pl.BOUND] == 0:
        target = pl.with_field(bench, foe, target, pl.BOUND, pl.FROM_NOW)
    if strike[k.SOWS] > 0.0:
        target = pl.with_field(bench, foe, target, pl.SOWN, 1)
    if strike[k.CLEARS] > 0.0:
        target = pl.cleared(bench, foe, target)
    plain = hit
    if theirs[target, pl.AILMENT] == FRZ and strike[k.THAWS] > 0.0:
        target = pl.with_field(bench, foe, target, pl.AILMENT, OK)
    elif theirs[target, pl.AILMENT] == OK:
        for ailment, at in (
            (BRN, k.BURNS), (PAR, k.PARALYSES), (FRZ, k.FREEZES), (PSN, k.POISONS), (SLP, k.SLEEPS),
        ):  # fmt: skip
            if strike[at] > 0.0:
                if ailment == SLP:
                    lull(bench.known[foe], before)
                ill = pl.with_field(bench, foe, target, pl.AILMENT, ailment)
                n = add_outcome(outcomes, n, 0.0, hit * strike[at], ill, plight, 0, own)
                plain -= hit * strike[at]
    if strike[k.CONFUSES] > 0.0 and theirs[target, pl.CONFUSED] == 0:
        dazed = pl.with_field(bench, foe, target, pl.CONFUSED, pl.FROM_NOW)
        n = add_outcome(outcomes, n, 0.0, hit * strike[k.CONFUSES], dazed, plight, 0, own)
        plain -= hit * strike[k.CONFUSES]
    if strike[k.SHIFT] > 0.0:
        weakened = pl.shifted(bench, foe, target, strike, k.STAGES_FOE)
        n = add_outcome(outcomes, n, 0.0, hit * strike[k.SHIFT], weakened, plight, 0, own)
        plain -= hit * strike[k.SHIFT]
    if strike[k.FLINCHES] > 0.0 and before:
        n = add_outcome(outcomes, n, 0.0, hit * strike[k.FLINCHES], target, plight, 1, own)
        plain -= hit * strike[k.FLINCHES]
    return add_outcome(outcomes, n, 0.0, max(plain, 0.0), target, plight, 0, own)
