"""A race from its start to its end."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.layout import ACTIONS, CONDITIONS, HP, MAX_HP, NONE, ROOST, TURN, A, B
from predictiondex.ml.race.bench import (
    LEFT_A,
    LEFT_B,
    LENGTH,
    LOST_1,
    LOST_2,
    NEGLIGIBLE,
    OPEN,
    RESULTS,
    TURNS,
    UNDECIDED,
    WON_1,
    WON_2,
    P,
)
from predictiondex.ml.race.chances import mean
from predictiondex.ml.race.endings import end_turn, tick_conditions
from predictiondex.ml.race.outcomes import FLEETING
from predictiondex.ml.race.plan import MOVES, PLAN
from predictiondex.ml.race.plights import MOST
from predictiondex.ml.race.scenes import catch_up, clear, forget_strikes, need, spend_pp, start, undecided
from predictiondex.ml.race.turns import play_scene


@kernel
def run_race(s, later, late, bench, out):
    """Race from state ``s`` by ``bench.plan``, then both are greedy; results into ``out``. Changes ``s``.

    With ``late`` the quiet moves of the first turn have turned the state into ``later`` by its end.
    """
    for at in range(RESULTS):
        out[at] = 0.0
    start(s, bench)
    had = (s[A + HP], s[B + HP])
    now = 0
    joint = 1.0
    win = 0.0
    used_up = False
    for turn in range(1, TURNS + 1):
        renewed = turn <= 2  # what was planned for the first turn is over with it
        if turn > 1:
            s[TURN] = 2
            for side in (A, B):
                s[side + CONDITIONS] &= ~(1 << ROOST)
            s[A + ACTIONS] = max(s[A + ACTIONS], 1)
            s[B + ACTIONS] = max(s[B + ACTIONS], 1)
            if tick_conditions(s, bench) or used_up:
                renewed = True
        if renewed or bench.known[0, FLEETING] + bench.known[1, FLEETING] > 0.0:
            forget_strikes(bench)
        before = joint
        won = 0.0
        clear(1 - now, bench)
        need(now, bench)
        known, known_of_b = bench.counts[0], bench.counts[1]  # more come up while they are played
        for mine in range(known):
            for theirs in range(known_of_b):
                if bench.mass[now, mine * MOST + theirs] > NEGLIGIBLE:
                    won += play_scene(s, now, mine * MOST + theirs, joint, bench)
        used_up = spend_pp(s, now, bench)
        now = 1 - now
        win += won
        if late and turn == 1:
            catch_up(s, later, now, bench)
        win += end_turn(s, now, bench)
        for at in range(PLAN):
            bench.plan[at] = NONE if at in (MOVES, MOVES + 1) else 0
        joint = undecided(now, bench)
        out[LENGTH] += before
        if turn == 1:
            out[WON_1], out[LOST_1] = win, max(1.0 - joint - win, 0.0)
            out[LEFT_A], out[LEFT_B] = left(s, now, joint, 0, bench), left(s, now, joint, 1, bench)
        if turn <= 2:  # a race that ends in its first turn has ended within two
            out[WON_2], out[LOST_2] = win, max(1.0 - joint - win, 0.0)
        if joint <= UNDECIDED:
            break
    out[OPEN] = joint
    out[P] = min(max(win + joint * ahead(s, now, joint, had, bench), 0.0), 1.0)


@kernel
def ahead(s, now, joint, had, bench):
    """Chance that A wins what is left open: 1 if at this pace B falls first; ``had``: hp of both at first."""
    a, b = left(s, now, joint, 0, bench) * s[A + MAX_HP], left(s, now, joint, 1, bench) * s[B + MAX_HP]
    mine, theirs = a * max(had[1] - b, 0.0), b * max(had[0] - a, 0.0)
    return 0.5 if mine == theirs else (1.0 if mine > theirs else 0.0)


@kernel
def left(s, now, joint, number, bench):
    """Expected share of its hp that a side has left."""
    most = s[(A if number == 0 else B) + MAX_HP]
    result = 0.0
    for mine in range(bench.counts[0]):
        for theirs in range(bench.counts[1]):
            scene = mine * MOST + theirs
            if bench.mass[now, scene] > NEGLIGIBLE:
                result += bench.mass[now, scene] * mean(bench.hp[now, number, scene], 1, most)
    return result / (joint * most) if joint > 0.0 else 0.0
