"""The scenes of a race: how it starts, what strikes there are in each, and what an opening changes late."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has
from predictiondex.battle.damage import HUNDREDTHS
from predictiondex.battle.layout import (
    CONFUSION,
    CONFUSION_TIME,
    DURATION,
    HP,
    LEECH_SEED,
    LIGHT_SCREEN,
    MAX_HP,
    MOVE,
    NONE,
    PARTIAL_TRAP,
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
from predictiondex.ml.race.bench import NEGLIGIBLE, ROOM, SCENES
from predictiondex.ml.race.outcomes import (
    ASLEEP,
    DAZED,
    DROWSY,
    FLEETING,
    POISON_TURNS,
    SLEPT,
    TRAPPED,
    WAKEFUL,
    shields,
    sleeps_on,
)
from predictiondex.ml.race.plan import BLOW, BY_CHANCE, HITS, MOVES, QUIET
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
        place_doll(s, side, bench.dolls[number, 0])


@kernel
def place_doll(s, side, doll):
    """The substitute of a side as the state has it."""
    for points in range(s[side + MAX_HP] // 4 + 1):
        doll[points] = 0.0
    if has(s, side, SUBSTITUTE):
        doll[-(-s[side + SUBSTITUTE_HP] // HUNDREDTHS)] = 1.0


@kernel
def read_known(s, side, known):
    """What holds for a side in every scene."""
    known[ASLEEP] = max(s[side + STATUS_TIME] - 1, 0) if s[side + STATUS] == SLP else 0
    known[POISON_TURNS] = s[side + STATUS_TIME] if s[side + STATUS] == TOX else 0
    known[DROWSY] = float(s[side + DURATION + YAWN]) if has(s, side, YAWN) else 0.0
    known[SLEPT] = 0.0 if s[side + STATUS] == SLP and s[side + STATUS_TIME] == 0 else WAKEFUL
    known[DAZED] = s[side + CONFUSION_TIME] if has(s, side, CONFUSION) else 0.0
    known[TRAPPED] = s[side + DURATION + PARTIAL_TRAP] if has(s, side, PARTIAL_TRAP) else 0.0
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
    elif bench.tables[number, mine, pl.RAMPAGE] != 0:
        k.fill_strike(s, bench.tables[number, mine, pl.RAGES_WITH], side, strike)
    elif bench.tables[number, mine, pl.BIDES] > 0:
        k.fill_bide(strike)
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
    if number == 1 and bench.plan[BLOW] != BY_CHANCE and strike[k.VALUES] > 0.0:
        strike[k.HIT] = 1.0 if bench.plan[BLOW] == HITS else 0.0
    give_back(s, number, scene, bench)


@kernel
def give_back(s, number, scene, bench):
    """Counter and Mirror Coat do twice what the foe's strike of their kind does to their user itself."""
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
    own, plight = (scene // MOST, scene % MOST) if number == 0 else (scene % MOST, scene // MOST)
    charges = theirs[k.CHARGES] > 0.0 and bench.tables[1 - number, plight, pl.CHARGED] == 0
    if reply < 0 or trait(reply, CATEGORY) != wanted or charges or shields(bench.tables[number], own, reply):
        return
    mine[k.HIT] *= theirs[k.HIT]
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
def need(now, bench):
    """Note which plights there are at the start of a turn."""
    for number in range(2):
        for plight in range(MOST):
            bench.needed[number, plight] = 0
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            if bench.mass[now, mine * MOST + theirs] > NEGLIGIBLE:
                bench.needed[0, mine] = bench.needed[1, theirs] = 1


@kernel
def clear(buffer, bench):
    """No scene is likely in a buffer."""
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            bench.mass[buffer, mine * MOST + theirs] = 0.0


@kernel
def forget_strikes(bench):
    """Strikes have to be worked out anew."""
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            bench.filled[0, mine * MOST + theirs] = bench.filled[1, mine * MOST + theirs] = 0


@kernel
def undecided(now, bench):
    """How likely it is that the race goes on."""
    joint = 0.0
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            joint += bench.mass[now, mine * MOST + theirs]
    return joint


@kernel
def likeliest(now, bench):
    """The likeliest scene of a turn."""
    scene = 0
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            if bench.mass[now, mine * MOST + theirs] > bench.mass[now, scene]:
                scene = mine * MOST + theirs
    return scene


@kernel
def spend_pp(s, now, bench):
    """Both sides' moves in the likeliest scene of a turn cost a PP; True where one has none left."""
    scene = likeliest(now, bench)
    used_up = False
    for number in range(2):
        side = A if number == 0 else B
        row = bench.tables[number, scene // MOST if number == 0 else scene % MOST]
        asleep = row[pl.AILMENT] == SLP and sleeps_on(bench.known[number], row[pl.LAGS]) >= 0.5
        locked = row[pl.CHARGED] > 0 or row[pl.RAMPAGE] != 0 or row[pl.BIDES] > 0
        if asleep or locked or row[pl.RESTS] == 1:
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
        hides = has(later, side, SUBSTITUTE) and not has(s, side, SUBSTITUTE)
        if hides:
            place_doll(later, side, bench.dolls[number, 0])
        changes = bench.spares[0]
        for stat in range(7):
            changes[stat] = later[side + STAGE + stat] - row[pl.STAGES + stat]
        for plight in range(bench.counts[number]):
            if turned:
                bench.tables[number, plight, pl.AILMENT] = status
            if sown:
                bench.tables[number, plight, pl.SOWN] = 1
            if hides:
                bench.tables[number, plight, pl.DOLLED] = 1
                bench.tables[number, plight, pl.BOUND] = 0
            bench.tables[number, plight, pl.WALLS] |= walls
            bench.tables[number, plight, pl.WALLS] &= ~gone
            if dazed and bench.tables[number, plight, pl.CONFUSED] == 0:
                bench.tables[number, plight, pl.CONFUSED] = pl.FROM_NOW
            for stat in range(7):
                bench.tables[number, plight, pl.STAGES + stat] += int(changes[stat])
        if gained != 0:
            for mine in range(bench.counts[0]):
                for theirs in range(bench.counts[1]):
                    scene = mine * MOST + theirs
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
