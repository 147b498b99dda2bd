"""The end of a turn of a race: burn, poison, Leech Seed, binding, Yawn, and what has run its time."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import (
    BRN,
    DISABLE,
    ENCORE,
    LIGHT_SCREEN,
    MAX_HP,
    OK,
    PSN,
    REFLECT,
    SLP,
    TAUNT,
    TOX,
    A,
    B,
)
from predictiondex.battle.residual import disable_moves, tick
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race.bench import NEGLIGIBLE, SCENES
from predictiondex.ml.race.chances import add_shifted, total
from predictiondex.ml.race.outcomes import ASLEEP, DROWSY, POISON_TURNS, speed_of
from predictiondex.ml.race.plan import AWAKE
from predictiondex.ml.race.plights import MOST


@kernel
def end_turn(s, now, bench):
    """Burn, poison, Leech Seed and binding in every scene; the chance that A wins by them."""
    won = 0.0
    for number in range(2):
        if bench.known[number, ASLEEP] > 0.0 and bench.plan[AWAKE + number] == 0:
            bench.known[number, ASLEEP] -= 1.0
        bench.known[number, POISON_TURNS] = min(bench.known[number, POISON_TURNS] + 1.0, 15.0)
    for scene in range(SCENES):
        share = bench.mass[now, scene]
        if share <= NEGLIGIBLE:
            bench.mass[now, scene] = 0.0
            continue
        a_speed = speed_of(s, A, bench.tables[0], scene // MOST)
        b_speed = speed_of(s, B, bench.tables[1], scene % MOST)
        a_falls = hurt_side(s, A, 0, now, scene, scene // MOST, bench)
        b_falls = hurt_side(s, B, 1, now, scene, scene % MOST, bench)
        # Both at once: who falls last, the slower one, wins.
        won += share * b_falls * (1.0 - (a_falls if a_speed >= b_speed else 0.0))
        bench.mass[now, scene] = share * (1.0 - a_falls) * (1.0 - b_falls)
    for number in range(2):
        if bench.known[number, DROWSY] > 0.0:
            bench.known[number, DROWSY] -= 1.0
            if bench.known[number, DROWSY] == 0.0:
                fall_asleep(number, bench)
    return won


@kernel
def hurt_side(s, side, number, now, scene, plight, bench):
    """One side's damage at the end of the turn; its chances stay conditional. Chance to fall."""
    most = s[side + MAX_HP]
    chances, spare = bench.hp[now, number, scene], bench.spares[0]
    points = 0
    ailment = bench.tables[number, plight, pl.AILMENT]
    if ailment == BRN:
        points += max(most // 16, 1)
    elif ailment == PSN:
        points += max(most // 8, 1)
    elif ailment == TOX:
        points += max(most // 16, 1) * int(bench.known[number, POISON_TURNS])
    if bench.tables[number, plight, pl.BOUND] == 1:
        points += max(most // 8, 1)
    if bench.tables[number, plight, pl.SOWN] == 1:
        points += max(most // 8, 1)
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
    """Yawn takes effect."""
    for plight in range(bench.counts[number]):
        if bench.tables[number, plight, pl.AILMENT] == OK:
            bench.tables[number, plight, pl.AILMENT] = SLP
    bench.known[number, ASLEEP] = 2.0


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
        for condition in (DISABLE, ENCORE, TAUNT, REFLECT, LIGHT_SCREEN):
            if tick(s, side, condition):
                ended = True
                fall_down(bench, 0 if side == A else 1, condition)
        if ended:
            disable_moves(s, side)
    return ended
