"""The end of a turn of a race: burn, poison, Leech Seed, binding, Yawn, and what has run its time."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import (
    BRN,
    DISABLE,
    ENCORE,
    FRZ,
    LEECH_SEED,
    LIGHT_SCREEN,
    MAX_HP,
    MIST,
    OK,
    PARTIAL_TRAP,
    PSN,
    REFLECT,
    SLP,
    TAUNT,
    TOX,
    A,
    B,
)
from predictiondex.battle.residual import disable_moves, residual_order, status_order, tick
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race.bench import NEGLIGIBLE
from predictiondex.ml.race.chances import add_shifted, total
from predictiondex.ml.race.outcomes import (
    ASLEEP,
    DAZED,
    DROWSY,
    POISON_TURNS,
    SLEPT,
    TRAPPED,
    WAKEFUL,
    speed_of,
)
from predictiondex.ml.race.plan import AWAKE
from predictiondex.ml.race.plights import MOST
from predictiondex.ml.race.scenes import likeliest


@kernel
def end_turn(s, now, bench):
    """Burn, poison, Leech Seed and binding in every scene; the chance that A wins by them."""
    won = 0.0
    for number in range(2):
        if bench.known[number, ASLEEP] > 0.0 and bench.plan[AWAKE + number] == 0:
            bench.known[number, ASLEEP] -= 1.0
        if bench.known[number, SLEPT] > WAKEFUL and bench.plan[AWAKE + number] == 0:
            bench.known[number, SLEPT] += 1.0
        if bench.known[number, TRAPPED] > 0.0:
            bench.known[number, TRAPPED] -= 1.0
            if bench.known[number, TRAPPED] == 0.0:
                let_go(number, bench)
        bench.known[number, POISON_TURNS] = min(bench.known[number, POISON_TURNS] + 1.0, 15.0)
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            won += end_scene(s, now, mine, theirs, bench)
    for number in range(2):
        spare_bide(s, number, bench)
        scene = likeliest(now, bench)
        ailment = bench.tables[number, scene // MOST if number == 0 else scene % MOST, pl.AILMENT]
        if bench.known[number, DAZED] > 1.0 and ailment not in (SLP, FRZ):
            bench.known[number, DAZED] -= 1.0
        if bench.known[number, DROWSY] > 0.0:
            bench.known[number, DROWSY] -= 1.0
            if bench.known[number, DROWSY] == 0.0:
                fall_asleep(number, bench)
    return won


@kernel
def end_scene(s, now, mine, theirs, bench):
    """The end of a turn in one scene; the chance that A wins by it."""
    scene = mine * MOST + theirs
    share = bench.mass[now, scene]
    if share <= NEGLIGIBLE:
        bench.mass[now, scene] = 0.0
        return 0.0
    a_speed, b_speed = speed_of(s, A, bench.tables[0], mine), speed_of(s, B, bench.tables[1], theirs)
    a_falls = hurt_side(s, A, 0, now, scene, mine, bench)
    b_falls = hurt_side(s, B, 1, now, scene, theirs, bench)
    bench.mass[now, scene] = share * (1.0 - a_falls) * (1.0 - b_falls)
    # Both at once: who falls last wins, first by the order of what hurts, then by speed.
    a_place, b_place = place_of(0, mine, bench), place_of(1, theirs, bench)
    a_first = a_place < b_place or (a_place == b_place and a_speed >= b_speed)
    return share * b_falls * (1.0 - (a_falls if a_first else 0.0))


@kernel
def place_of(number, plight, bench):
    """Where in the order of a turn's end the last of what hurts a plight has its place."""
    row = bench.tables[number, plight]
    if row[pl.BOUND] > 0:
        return residual_order(PARTIAL_TRAP)
    if row[pl.AILMENT] != OK:
        return status_order(row[pl.AILMENT])
    return residual_order(LEECH_SEED)


@kernel
def suffering(number, plight, most, bench):
    """Points that a plight costs a side with ``most`` hp at the end of the turn."""
    row = bench.tables[number, plight]
    points = 0
    if row[pl.AILMENT] == BRN:
        points += max(most // 16, 1)
    elif row[pl.AILMENT] == PSN:
        points += max(most // 8, 1)
    elif row[pl.AILMENT] == TOX:
        points += max(most // 16, 1) * int(bench.known[number, POISON_TURNS])
    if row[pl.BOUND] > 0:
        points += max(most // 8, 1)
    if row[pl.SOWN] == 1:
        points += max(most // 8, 1)
    return points


@kernel
def hurt_side(s, side, number, now, scene, plight, bench):
    """One side's damage at the end of the turn; its chances stay conditional. Chance to fall."""
    most = s[side + MAX_HP]
    chances, spare = bench.hp[now, number, scene], bench.spares[0]
    points = suffering(number, plight, most, bench)
    theirs = scene % MOST if number == 0 else scene // MOST
    if bench.tables[1 - number, theirs, pl.SOWN] == 1:
        points -= max(s[(B if number == 0 else A) + MAX_HP] // 8, 1)
    fallen = 0.0
    if points != 0:
        for at in range(most + 1):
            spare[at] = chances[at]
            chances[at] = 0.0
        fallen = add_shifted(spare, chances, 1.0, -points, most, most)
    standing = total(chances, 1, most)
    if standing > 0.0:
        for at in range(most + 1):
            chances[at] /= standing
    whole = standing + fallen
    return fallen / whole if whole > 0.0 else 0.0


@kernel
def fall_asleep(number, bench):
    """Yawn takes effect, nobody knows for how long. A turn to recharge comes before the first attempt."""
    for plight in range(bench.counts[number]):
        if bench.tables[number, plight, pl.AILMENT] == OK:
            bench.tables[number, plight, pl.AILMENT] = SLP
            bench.tables[number, plight, pl.LAGS] = bench.tables[number, plight, pl.RESTS]
            bench.known[number, SLEPT] = 0.0


@kernel
def spare_bide(s, number, bench):
    """Bide does not store what the end of a turn costs."""
    most = s[(A if number == 0 else B) + MAX_HP]
    for plight in range(bench.counts[number]):
        if bench.tables[number, plight, pl.BIDES] > 0:
            bench.tables[number, plight, pl.BIDE_FROM] -= suffering(number, plight, most, bench)


@kernel
def let_go(number, bench):
    """What bound a side before the race has run its time."""
    for plight in range(bench.counts[number]):
        if bench.tables[number, plight, pl.BOUND] == pl.SINCE_BEFORE:
            bench.tables[number, plight, pl.BOUND] = 0


@kernel
def fall_down(bench, number, condition):
    """A screen has run its time."""
    wall = 1 if condition == REFLECT else (2 if condition == LIGHT_SCREEN else 0)
    for plight in range(bench.counts[number]):
        bench.tables[number, plight, pl.WALLS] &= ~wall


@kernel
def tick_conditions(s, bench):
    """Count down what lasts a few turns; True if something ended that strikes depend on."""
    ended = False
    for side in (A, B):
        for condition in (DISABLE, ENCORE, TAUNT, REFLECT, LIGHT_SCREEN, MIST):
            if tick(s, side, condition):
                ended = True
                fall_down(bench, 0 if side == A else 1, condition)
        if ended:
            disable_moves(s, side)
    return ended
