"""One turn of a race: every scene is played in its order of moves and poured into the scenes after it."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import HP, MAX_HP, A, B
from predictiondex.battle.moves import (
    BIDE_MOVE,
    E_COUNTER,
    E_MIRROR_COAT,
    EFFECT,
    trait,
)
from predictiondex.battle.policies import hit_chance
from predictiondex.ml.race import plights as pl
from predictiondex.ml.race import strikes as k
from predictiondex.ml.race.bench import NEGLIGIBLE, SCENES
from predictiondex.ml.race.chances import add_shifted, mean, strike_doll, take_strike, total
from predictiondex.ml.race.outcomes import (
    FLEETING,
    FLINCHED,
    HP_NOW,
    OWN,
    STRUCK,
    TARGET_PLIGHT,
    UNHIT,
    USER_PLIGHT,
    add_miss,
    full_doll,
    read_outcomes,
    shields,
    speed_of,
)
from predictiondex.ml.race.plan import is_blow
from predictiondex.ml.race.plights import MOST
from predictiondex.ml.race.scenes import work_out, work_out_as


@kernel
def play_scene(s, now, scene, joint, bench):
    """One turn of one scene, both orders where speeds tie; the chance that A wins in it."""
    if bench.known[0, FLEETING] + bench.known[1, FLEETING] > 0.0:
        s[A + HP] = max(1, round(mean(bench.hp[now, 0, scene], 1, s[A + MAX_HP])))
        s[B + HP] = max(1, round(mean(bench.hp[now, 1, scene], 1, s[B + MAX_HP])))
    work_out(s, 0, scene, bench)
    mine = bench.strikes[0, scene]
    work_out(s, 1, scene, bench)
    theirs = bench.strikes[1, scene]
    for number in range(2):
        plight = scene // MOST if number == 0 else scene % MOST
        bide(s, number, plight, scene, bench.hp[now, number, scene], bench)
    share = bench.mass[now, scene]
    if mine[k.FIRST] != theirs[k.FIRST]:
        first = 1.0 if mine[k.FIRST] > theirs[k.FIRST] else 0.0
    else:
        a = speed_of(s, A, bench.tables[0], scene // MOST)
        b = speed_of(s, B, bench.tables[1], scene % MOST)
        first = 1.0 if a > b else (0.5 if a == b else 0.0)
    won = 0.0
    if first > 0.0:
        won += play_order(s, now, scene, 0, share * first, joint, bench)
    if first < 1.0:
        won += play_order(s, now, scene, 1, share * (1.0 - first), joint, bench)
    return won


@kernel
def bide(s, number, plight, place, hp, bench):
    """A side's Bide, if it uses one: what it has to begin with, or the strike that ends it."""
    strike = bench.strikes[number, place]
    if int(strike[k.ID]) != BIDE_MOVE:
        return
    side = A if number == 0 else B
    left = bench.tables[number, plight, pl.BIDES]
    if left == 0:
        bench.known[number, HP_NOW] = mean(hp, 1, s[side + MAX_HP])
    elif left == 1:
        k.fill_release(s, side, bench.tables[number, plight, pl.BIDE_FROM], hp, strike)


@kernel
def returns(strike):
    """Whether a strike gives back damage of this turn."""
    move = int(strike[k.ID])
    return move >= 0 and trait(move, EFFECT) in (E_COUNTER, E_MIRROR_COAT)


@kernel
def hit_target(s, number, plight, strike, before, after, bench):
    """Chances over the hp of side ``number`` after a strike that hits it, from ``before`` into ``after``.

    Where its substitute stands they are those of one whose substitute the strike breaks; returns the chance
    that it does not.
    """
    most = s[(A if number == 0 else B) + MAX_HP]
    if not shields(bench.tables[number], plight, int(strike[k.ID])):
        take_strike(before, after, bench.spares[4:6], strike, most)
        return 0.0
    doll, kept = bench.dolls[number, 0], bench.dolls[number, 1]
    size = full_doll(s, number)
    return strike_doll(doll, kept, before, after, bench.spares[9:12], strike, size, most)


@kernel
def blast_chance(chances, most, strike):
    """Chance that a side that can move blows itself up: greedy does when it should finish the foe."""
    if strike[k.DIES] > 0.0:
        return 1.0
    if strike[k.BLAST] <= 0.0:
        return 0.0
    return total(chances, 1, min(most, int(strike[k.BLAST])))


@kernel
def blown(strike, outcomes, n):
    """How much of a turn ends with its user blown up: what is missing in its ``n`` outcomes."""
    if strike[k.BLOWS] == 0.0:
        return 0.0
    left = 1.0
    for at in range(n):
        left -= outcomes[at, UNHIT] + outcomes[at, STRUCK]
    return max(left, 0.0)


@kernel
def split(chances, limit, most, low, high):
    """Part chances over hp: up to ``limit`` into ``low`` (may be the same), above it into ``high``."""
    for points in range(most + 1):
        high[points] = chances[points] if points > limit else 0.0
        low[points] = chances[points] - high[points]


@kernel
def scale(chances, most, factor):
    """Multiply chances by a factor."""
    for points in range(most + 1):
        chances[points] *= factor


@kernel
def play_order(s, now, scene, number, share, joint, bench):
    """One turn of one scene with side ``number`` moving first; the chance that A wins in it.

    Where it would blow itself up at some of the foe's hp and not at others, each part is played by itself.
    """
    last = 1 - number
    most = s[(B if number == 0 else A) + MAX_HP]
    their_hp = bench.hp[now, last, scene]
    work_out(s, number, scene, bench)
    strike = bench.strikes[number, scene]
    blows = blast_chance(their_hp, most, strike)
    if blows < NEGLIGIBLE or blows > 1.0 - NEGLIGIBLE:
        return play_part(s, now, scene, number, share, joint, their_hp, bench)
    low, high = bench.spares[6], bench.spares[7]
    split(their_hp, int(strike[k.BLAST]), most, low, high)
    scale(low, most, 1.0 / blows)
    scale(high, most, 1.0 / (1.0 - blows))
    won = play_part(s, now, scene, number, share * blows, joint, low, bench)
    return won + play_part(s, now, scene, number, share * (1.0 - blows), joint, high, bench)


@kernel
def play_part(s, now, scene, number, share, joint, their_hp, bench):
    """:func:`play_order` with these chances over the hp of the side that moves last."""
    last = 1 - number
    first_side, last_side = (A, B) if number == 0 else (B, A)
    most_first, most_last = s[first_side + MAX_HP], s[last_side + MAX_HP]
    my_plight = scene // MOST if number == 0 else scene % MOST
    their_plight = scene % MOST if number == 0 else scene // MOST
    my_hp = bench.hp[now, number, scene]
    strike = bench.strikes[number, scene]
    won = 0.0  # by the side that moves first
    lost = 0.0
    strike[k.BLOWS] = blast_chance(their_hp, most_last, strike)
    work_out(s, last, scene, bench)
    their_strike = bench.strikes[last, scene]
    attacks = is_blow(int(their_strike[k.ID])) and bench.tables[last, their_plight, pl.RESTS] == 0
    dealt = min(k.whole_damage(strike), mean(their_hp, 1, most_last))
    hurt, own_hp, left_hp = bench.spares[0], bench.spares[1], bench.spares[3]
    standing = 1.0
    kept_off = 0.0
    if strike[k.VALUES] > 0.0:
        kept_off = hit_target(s, last, their_plight, strike, their_hp, hurt, bench)
        standing = total(hurt, 1, most_last)
    portion = share / joint
    n = read_outcomes(s, number, scene, my_plight, their_plight, attacks, dealt, kept_off, portion, bench, 0)
    lost += share * blown(strike, bench.outcomes[0], n)
    for at in range(n):
        one = bench.outcomes[0, at]
        unhit, struck = one[UNHIT], one[STRUCK]
        won += share * struck * (1.0 - standing)
        alive = unhit + struck * standing
        met = struck * standing / alive if alive > 0.0 else 0.0
        if share * alive <= NEGLIGIBLE:
            continue
        for points in range(most_last + 1):
            left_hp[points] = (unhit * their_hp[points] + struck * hurt[points]) / alive
        for points in range(most_first + 1):
            own_hp[points] = 0.0
        fallen = add_shifted(my_hp, own_hp, 1.0, int(one[OWN]), most_first, most_first)
        lost += share * alive * fallen
        alive *= share
        my_next, their_next = int(one[USER_PLIGHT]), int(one[TARGET_PLIGHT])
        following = my_next * MOST + their_next if number == 0 else their_next * MOST + my_next
        if one[FLINCHED] == 1.0:
            won += flinch(s, now, number, alive, my_next, their_next, own_hp, bench)
            continue
        work_out(s, last, following, bench)
        place = following
        chosen = int(their_strike[k.ID])
        if returns(their_strike):
            place = scene  # it gives back what was dealt in this one, where it was
            their_strike[k.HIT] = met * hit_chance(s, chosen, last_side, first_side)
        elif int(bench.strikes[last, following, k.ID]) != chosen and chosen >= 0:
            # Chosen before the first move: greedy would decide otherwise now.
            work_out_as(s, last, following, chosen, bench)
            place = SCENES
        bide(s, last, their_next, place, left_hp, bench)
        answer = bench.strikes[last, place]
        answer[k.BLAST] = their_strike[k.BLAST]
        blows = blast_chance(own_hp, most_first, answer)
        if answer[k.DIES] == 0.0 and 0.0 < blows < total(own_hp, 1, most_first):
            high = bench.spares[8]
            split(own_hp, int(answer[k.BLAST]), most_first, own_hp, high)
            answer[k.BLOWS] = 0.0
            win, loss = respond(s, now, number, alive, place, my_next, their_next, high, joint, bench)
            won, lost = won + win, lost + loss
        answer[k.BLOWS] = 1.0 if blows > 0.0 else 0.0
        win, loss = respond(s, now, number, alive, place, my_next, their_next, own_hp, joint, bench)
        won, lost = won + win, lost + loss
    return won if number == 0 else lost


@kernel
def flinch(s, now, number, alive, my_plight, their_plight, hp, bench):
    """The side that moves last does nothing, and what it was in the middle of is over.

    ``hp``: chances over the hp of the one that moved first, which wins with the chance that is returned.
    """
    last = 1 - number
    first_side, last_side = (A, B) if number == 0 else (B, A)
    most_first, most_last = s[first_side + MAX_HP], s[last_side + MAX_HP]
    there = total(hp, 1, most_first)
    n = add_miss(last, pl.stopped(bench, last, their_plight), my_plight, 1.0, 0, bench, 1, 0)
    won = 0.0
    for at in range(n):
        outcome = bench.outcomes[1, at]
        won += conclude(
            now, number, alive, outcome[UNHIT] * there, outcome, hp, bench.spares[2], bench.spares[3],
            most_first, most_last, bench,
        )  # fmt: skip
    return won


@kernel
def respond(s, now, number, alive, place, my_plight, their_plight, hp, joint, bench):
    """What the side that moves last does, by its strike in ``place``, with chance ``alive``.

    ``hp``: chances over the hp of the one that moved first; their sum may be less than 1. Returns its chances
    to win and to lose in this turn.
    """
    last = 1 - number
    first_side, last_side = (A, B) if number == 0 else (B, A)
    most_first, most_last = s[first_side + MAX_HP], s[last_side + MAX_HP]
    conv, left_hp = bench.spares[2], bench.spares[3]
    answer = bench.strikes[last, place]
    there = total(hp, 1, most_first)
    if there <= 0.0:
        return 0.0, 0.0
    dealt = min(k.whole_damage(answer), mean(hp, 1, most_first) / there)
    share = alive * there / joint
    standing = there
    kept_off = 0.0
    if answer[k.VALUES] > 0.0:
        kept_off = hit_target(s, number, my_plight, answer, hp, conv, bench)
        standing = total(conv, 1, most_first)
    m = read_outcomes(s, last, place, their_plight, my_plight, False, dealt, kept_off, share, bench, 1)
    won = alive * there * blown(answer, bench.outcomes[1], m)
    lost = 0.0
    for to in range(m):
        two = bench.outcomes[1, to]
        lost += alive * two[STRUCK] * (there - standing)
        stay = two[UNHIT] * there + two[STRUCK] * standing
        won += conclude(now, number, alive, stay, two, hp, conv, left_hp, most_first, most_last, bench)
    return won, lost


@kernel
def conclude(now, number, alive, stay, outcome, own_hp, conv, left_hp, most_first, most_last, bench):
    """Bring one way through the turn into the next turn's scenes; returns the chance that the side that moved
    last fell by its own move. ``stay``: the chance that the first one still stands."""
    last = 1 - number
    unhit, struck = outcome[UNHIT], outcome[STRUCK]
    my_plight, their_plight = int(outcome[TARGET_PLIGHT]), int(outcome[USER_PLIGHT])
    scene = my_plight * MOST + their_plight if number == 0 else their_plight * MOST + my_plight
    weight = alive * stay
    if weight <= 0.0:
        return 0.0
    mine, theirs = bench.hp[1 - now, number, scene], bench.hp[1 - now, last, scene]
    if bench.mass[1 - now, scene] == 0.0:
        for points in range(most_first + 1):
            mine[points] = 0.0
        for points in range(most_last + 1):
            theirs[points] = 0.0
    fallen = add_shifted(left_hp, theirs, weight, int(outcome[OWN]), most_last, most_last)
    kept = (weight - fallen) / weight
    for points in range(1, most_first + 1):
        mine[points] += alive * kept * unhit * own_hp[points]
    if struck > 0.0:
        for points in range(1, most_first + 1):
            mine[points] += alive * kept * struck * conv[points]
    bench.mass[1 - now, scene] += weight - fallen
    return fallen
