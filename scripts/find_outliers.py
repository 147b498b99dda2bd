"""Where the race is furthest from the battles it stands for: what to look at when it is worked on.

    python scripts/find_outliers.py                       8,000 matchups of the training mix
    python scripts/find_outliers.py --seed 5 --worst 50   others, and more of them

Every matchup is raced and played, greedy against greedy. A line for each of the worst: the race's chance, the
share of battles won, who against whom, with level, hp, status and moves. A fault that is mended belongs into
``test_the_race_comes_close_to_the_battles``.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from predictiondex.battle import Combatant, simulate
from predictiondex.battle.combatant import new_state
from predictiondex.ml.features import RACE, matrix
from predictiondex.ml.labels import greedy_slot_of
from predictiondex.ml.sampling import Matchup, draw

#: How far off a matchup is to be called an outlier.
FAR = 0.1


def main(arguments: list[str] | None = None) -> int:
    """Race, play, and print the worst."""
    options = read(arguments)
    matchups = [draw(options.seed, number) for number in range(options.matchups)]
    states = np.stack([new_state(one.a, one.b) for one in matchups])
    race = matrix(states, np.array([greedy_slot_of(state) for state in states]))[:, RACE]

    def play(one: Matchup) -> float:
        return simulate(one.a, one.b, n=options.battles, seed=options.seed).p

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        played = np.array(list(pool.map(play, matchups)))
    off = np.abs(race - played)
    squares = off**2
    far = off > FAR
    print(
        f"{options.matchups} matchups, {options.battles} battles each: RMSE {np.sqrt(squares.mean()):.4f}; "
        f"{far.sum()} off by more than {FAR}, with {squares[far].sum() / squares.sum():.0%} of the squares"
    )
    for number in np.argsort(-off)[: options.worst]:
        one = matchups[number]
        print(f"{race[number]:.3f} {played[number]:.3f}  {told(one.a)}  against  {told(one.b)}")
    return 0


def told(one: Combatant) -> str:
    """A side in a line."""
    boosts = f" {one.boosts}" if any(one.boosts) else ""
    moves = ", ".join(move.id for move in one.moves)
    return f"{one.form.id} {one.level} {one.hp_percent:.0f}% {one.status or ''}{boosts}({moves})"


def read(arguments: list[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--matchups", type=int, default=8000)
    parser.add_argument("--battles", type=int, default=1000, help="for each matchup")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=20, help="how many are shown")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
