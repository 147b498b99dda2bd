"""The ``search`` engine: every move played out with your own later moves improved, too.

First each move is tried many times with greedy play on both sides. Then it is tried with you looking ahead
on every later turn (the rules' policy ``search``: each move played out 24 times, the best one taken), the
foe greedy. Moves that fall clearly behind are dropped, the rest get twice the battles. The same battle
number has the same luck for every move and for both ways to play on, so that differences are seen with few
battles.

A move is worth what the better way to play on makes of it: a look ahead by few battles is at times worse
than plain greed, and nobody has to follow it.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.estimates import Estimate, compare, interval_of
from predictiondex.advisor.playout import Outcomes, play_opening
from predictiondex.advisor.situation import Situation
from predictiondex.battle.montecarlo import wilson
from predictiondex.battle.policies import ROLLOUTS

#: Turns after the opening in which you look ahead; from then on greedy.
HORIZON: Final = 12
#: Battles with a look ahead for each move, in the first round and at most.
FIRST, MOST = 32, 256
#: Turns that the look ahead may imagine in all, for each move: what one answer may cost.
BUDGET: Final = 1_500_000
#: Moves that are surer than this to be behind are dropped.
_DROP: Final = 0.999


def search(situation: Situation, n: int, seed: int) -> dict[str, Estimate]:
    """The value of each move that can be chosen; ``n`` battles in the first stage.

    The second stage plays up to a quarter of ``n`` (at most 256) battles for each move, fewer where
    battles are long.
    """
    choices = situation.choices
    greedy = {move: play_opening(situation.states(n, seed), slot) for move, slot in choices.items()}
    if len(choices) == 1:
        return {move: _plain(outcome.worth) for move, outcome in greedy.items()}
    horizon, most = _affordable(greedy, min(n, max(FIRST, min(MOST, n // 4))))
    if most == 0:
        return {move: _plain(outcome.worth) for move, outcome in greedy.items()}
    deep: dict[str, NDArray[np.float64]] = {move: np.zeros(0) for move in choices}
    racing, wanted = list(choices), min(FIRST, most)
    while True:
        for move in racing:
            # Rows of a seed do not depend on how many there are: only the new ones are played.
            states = np.ascontiguousarray(situation.states(wanted, seed)[len(deep[move]) :])
            found = play_opening(states, choices[move], searching=horizon).worth
            deep[move] = np.concatenate([deep[move], found])
        values = {move: _better(greedy[move].worth, deep[move]) for move in choices}
        best = max(racing, key=lambda move: values[move].p)
        racing = [move for move in racing if compare(values[best], values[move]).certainty < _DROP]
        if wanted >= most or len(racing) < 2:
            return values
        wanted = min(2 * wanted, most)


def _affordable(greedy: dict[str, Outcomes], most: int) -> tuple[int, int]:
    """Turns to look ahead in and battles for each move that the budget allows; 0 battles: none."""
    length = float(np.mean([outcome.turns.mean() for outcome in greedy.values()]))
    one_look = len(greedy) * ROLLOUTS * max(length, 1.0)
    for horizon in (HORIZON, 4, 2):
        affordable = int(BUDGET / (one_look * min(horizon, 2 * length)))
        if affordable >= 16:
            return horizon, min(most, affordable)
    return 0, 0


def _plain(worth: NDArray[np.float64]) -> Estimate:
    p = float(worth.mean())
    return Estimate(p, wilson(p, len(worth)), len(worth), worth)


def _better(greedy: NDArray[np.float64], deep: NDArray[np.float64]) -> Estimate:
    """The better way to play on. The gain of looking ahead is added to the greedy value, which many battles
    have settled."""
    gain = deep - greedy[: len(deep)]
    if gain.mean() <= 0:
        return _plain(greedy)
    p = min(1.0, float(greedy.mean() + gain.mean()))
    spread = sqrt(float(greedy.var()) / len(greedy) + float(gain.var()) / len(gain))
    low, high = wilson(float(deep.mean()), len(deep))
    least = interval_of(p, spread)
    if spread == 0.0:  # all alike: what Wilson says of as many battles
        least = min(p, low), max(p, high)
    return Estimate(p, least, len(deep), deep, float(greedy.mean()))
