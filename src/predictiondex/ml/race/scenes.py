"""The scenes of a race: how it starts, what strikes there are in each, and what an opening changes late."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has
from predictiondex.battle.layout import (
    CONFUSION,
    DURATION,
    HP,
    LEECH_SEED,
    LIGHT_SCREEN,
    MAX_HP,
    MOVE,
    NONE,
    PP,
    RECHARGE_TURN,
    REFLECT,
    SLP,
    STAGE,
    STATE,
    STATUS,
    STATUS_TIME,
    SUBSTITUTE,
    SUBSTITUTE_HP,
    TOX,
    YAWN,
    A,
    B,
)
from predictiondex.battle.moves import (
    CATEGORY,
    E_COUNTER,
    E_MIRROR_COAT,
    EFFECT,
    F_FLEETING,
    FLAGS,
    PHYSICAL,
    PRIORITY,
    SPECIAL,
    trait,
)
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.bench import ROOM, SCENES
from predictiondex.ml.race.outcomes import ASLEEP, DOLL, DOLL_STANDS, DROWSY, FLEETING, POISON_TURNS
from predictiondex.ml.race.plan import MOVES, QUIET
from predictiondex.ml.race.plights import MOST


@kernel
def start(s, bench):
    """One scene, certain: the state as it is."""
    for buffer in range(2):
        for scene in range(SCENES):
            bench.mass[buffer, scene] = 0.0
    bench.mass[0, 0] = 1.0
    for number in range(2):
        side = A if number == 0 else B
        bench.counts[number] = pl.first_plight(s, side, bench.tables[number])
        points = min(s[side + HP], ROOM - 1)
        highest = min(s[side + MAX_HP], ROOM - 1)
        for at in range(highest + 1):
            bench.hp[0, number, 0, at] = 0.0
        bench.hp[0, number, 0, points] = 1.0
        read_known(s, side, bench.known[number])


@kernel
def read_known(s, side, known):
    """What holds for a side in every scene."""
    known[ASLEEP] = max(s[side + STATUS_TIME] - 1, 0) if s[side + STATUS] == SLP else 0
    known[POISON_TURNS] = s[side + STATUS_TIME] if s[side + STATUS] == TOX else 0
    known[DROWSY] = float(s[side + DURATION + YAWN]) if has(s, side, YAWN) else 0.0
    known[DOLL] = s[side + SUBSTITUTE_HP] / 100.0 if has(s, side, SUBSTITUTE) else 0.0
    known[DOLL_STANDS] = 1.0 if known[DOLL] > 0.0 else 0.0
    known[FLEETING] = 0.0
    for slot in range(4):
        move = s[side + MOVE + slot]
        if move != NONE and s[side + PP + slot] > 0 and trait(move, FLAGS) & F_FLEETING:
            known[FLEETING] = 1.0


@kernel
def work_out(s, number, scene, bench):
    """Work out the strike of a side in a scene unless it is there already."""
    if bench.filled[number, scene] == 1:
        return
    bench.filled[number, scene] = 1
    strike = bench.strikes[number, scene]
    mine = scene // MOST if number == 0 else scene % MOST
    pl.impose(s, A, bench.tables[0], scene // MOST)
    pl.impose(s, B, bench.tables[1], scene % MOST)
    side = A if number == 0 else B
    charged = bench.tables[number, mine, pl.CHARGED]
    planned = bench.plan[MOVES + number]
    if charged > 0:
        k.fill_strike(s, charged - 1, side, strike)
    elif bench.tables[number, mine, pl.RAMPAGE] > 0:
        k.fill_strike(s, bench.tables[number, mine, pl.RAGES_WITH], side, strike)
    elif planned == NONE:
        k.fill_greedy(s, side, strike)
    elif planned == RECHARGE_TURN:
        k.no_strike(strike)
    elif bench.plan[QUIET + number] == 1:
        k.no_strike(strike)
        strike[k.ID] = planned
        strike[k.FIRST] = trait(planned, PRIORITY)
    else:
        k.fill_strike(s, planned, side, strike)
    give_back(s, number, scene, bench)


@kernel
def give_back(s, number, scene, bench):
    """Counter and Mirror Coat do twice what the foe's strike of their kind does."""
    mine, theirs = bench.strikes[number, scene], bench.strikes[1 - number, scene]
    move = int(mine[k.ID])
    effect = trait(move, EFFECT) if move >= 0 else 0
    if mine[k.VALUES] == 0.0 or effect not in (E_COUNTER, E_MIRROR_COAT):
        return
    if bench.filled[1 - number, scene] == 0:
        fill_plainly(s, 1 - number, bench, theirs)
    reply = int(theirs[k.ID])
    wanted = PHYSICAL if effect == E_COUNTER else SPECIAL
    mine[k.VALUES] = 0.0
    if reply < 0 or trait(reply, CATEGORY) != wanted or theirs[k.CHARGES] > 0.0:
        return
    mine[k.HIT] = theirs[k.HIT]
    mine[k.VALUES] = theirs[k.VALUES]
    mine[k.MEAN] = 2.0 * theirs[k.MEAN]
    for at in range(int(theirs[k.VALUES])):
        mine[k.DAMAGE + at] = 2.0 * theirs[k.DAMAGE + at]
        mine[k.CHANCES + at] = theirs[k.CHANCES + at]


@kernel
def fill_plainly(s, number, bench, strike):
    """A side's planned or greedy strike in the plights that are in force; not remembered."""
    planned = bench.plan[MOVES + number]
    if planned == NONE:
        k.fill_greedy(s, A if number == 0 else B, strike)
    elif planned == RECHARGE_TURN or bench.plan[QUIET + number] == 1:
        k.no_strike(strike)
    else:
        k.fill_strike(s, planned, A if number == 0 else B, strike)


@kernel
def work_out_as(s, number, scene, move, bench):
    """A strike with a move chosen before the scene came about, into the place to work in."""
    pl.impose(s, A, bench.tables[0], scene // MOST)
    pl.impose(s, B, bench.tables[1], scene % MOST)
    k.fill_strike(s, move, A if number == 0 else B, bench.strikes[number, SCENES])


@kernel
def spend_pp(s, now, bench):
    """Both sides' moves in the likeliest scene of a turn cost a PP; True where one has none left."""
    scene = 0
    for one in range(1, SCENES):
        if bench.mass[now, one] > bench.mass[now, scene]:
            scene = one
    used_up = False
    for number in range(2):
        side = A if number == 0 else B
        row = bench.tables[number, scene // MOST if number == 0 else scene % MOST]
        asleep = row[pl.AILMENT] == SLP and bench.known[number, ASLEEP] > 0
        if asleep or row[pl.RESTS] == 1 or row[pl.CHARGED] > 0 or row[pl.RAMPAGE] > 0:
            continue
        for slot in range(4):
            if s[side + MOVE + slot] == int(bench.strikes[number, scene, k.ID]) and s[side + PP + slot] > 0:
                s[side + PP + slot] -= 1
                used_up = used_up or s[side + PP + slot] == 0
    return used_up


@kernel
def catch_up(s, later, now, bench):
    """What an opening has changed by the end of the first turn, where its user moved second."""
    for number in range(2):
        side = A if number == 0 else B
        row = bench.tables[number, 0]
        status = later[side + STATUS]
        turned = status != row[pl.AILMENT]
        dazed = has(later, side, CONFUSION)
        sown = has(later, side, LEECH_SEED)
        walls = (1 if has(later, side, REFLECT) else 0) + (2 if has(later, side, LIGHT_SCREEN) else 0)
        gone = bench.tables[number, 0, pl.WALLS] & ~walls
        gained = later[side + HP] - s[side + HP]
        changes = bench.spares[0]
        for stat in range(7):
            changes[stat] = later[side + STAGE + stat] - row[pl.STAGES + stat]
        for plight in range(bench.counts[number]):
            if turned:
                bench.tables[number, plight, pl.AILMENT] = status
            if sown:
                bench.tables[number, plight, pl.SOWN] = 1
            bench.tables[number, plight, pl.WALLS] |= walls
            bench.tables[number, plight, pl.WALLS] &= ~gone
            if dazed:
                bench.tables[number, plight, pl.CONFUSED] = 1
            for stat in range(7):
                bench.tables[number, plight, pl.STAGES + stat] += int(changes[stat])
        if gained != 0:
            for scene in range(SCENES):
                if bench.mass[now, scene] > 0.0:
                    move_all(bench.hp[now, number, scene], bench.spares[1], gained, s[side + MAX_HP])
    for at in range(STATE):
        s[at] = later[at]
    for number in range(2):
        read_known(s, A if number == 0 else B, bench.known[number])


@kernel
def move_all(chances, spare, points, most):
    """Add hp to everything; who would fall by it keeps one point (Substitute is not made then)."""
    for at in range(most + 1):
        spare[at] = chances[at]
        chances[at] = 0.0
    for at in range(1, most + 1):
        chances[max(1, min(at + points, most))] += spare[at]
