"""What each of your moves is worth right now: one interface, whatever engine works behind it.

``simulation`` plays the project's definition: the move, then both sides greedily. ``search`` lets you play on
with a look ahead every turn, so that sleep, healing and set-up moves find their worth. A model plugs in at
:func:`opening_values`: ``model`` answers from features, ``hybrid`` adds battles to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.engines import SIMULATION_ONLY, Engines
from predictiondex.advisor.noise import Z
from predictiondex.advisor.playout import play_opening
from predictiondex.advisor.situation import Situation
from predictiondex.battle import run
from predictiondex.battle.layout import NONE
from predictiondex.battle.montecarlo import play, read_policy, wilson
from predictiondex.battle.policies import GREEDY
from predictiondex.wire import AdviceEngine

if TYPE_CHECKING:
    from predictiondex.ml.model import BattleModel

Interval = tuple[float, float]

#: No number of battles makes surer than this.
_MOST_SURE: Final = 0.9999
#: From here on a search prefers another move to the greedy one.
_SURE_ENOUGH: Final = 0.95
#: Possible states that the model is asked about where lengths are hidden.
_STATES_ASKED: Final = 16


@dataclass(frozen=True, slots=True)
class Estimate:
    """The chance to win with one move, its interval (``None``: not from battles), and battles played.

    ``rows`` are results of single battles; the same row of two moves had the same luck. ``plain`` is the
    chance with greedy play after the move, where looking ahead made it better.
    """

    p: float
    interval: Interval | None
    n: int
    rows: NDArray[np.float64] | None = None
    plain: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far one move leads another, in win probability, and how sure it is that it leads at all."""

    lead: float
    certainty: float

    @property
    def clear(self) -> bool:
        """Whether chance alone does not explain the lead (95 %, two-sided)."""
        return self.certainty > 0.975


def opening_values(
    situation: Situation, engine: AdviceEngine, n: int, seed: int, engines: Engines = SIMULATION_ONLY
) -> Mapping[str, Estimate]:
    """The value of each move that can be chosen, by id.

    Engines that are not ready are answered by simulation; :mod:`predictiondex.advisor.engines` says so.
    """
    if engines.model is not None and engines.asks_model(engine) and -1 not in situation.choices.values():
        return modelled(situation, n if engine == "hybrid" else 0, seed, engines.model)
    if engine == "search":
        from predictiondex.advisor.search import search

        return search(situation, n, seed)
    return simulated(situation, n, seed)


def modelled(situation: Situation, n: int, seed: int, model: BattleModel) -> dict[str, Estimate]:
    """Each move as an opening by the model; with ``n`` battles each as evidence on top (the hybrid).

    Where something is hidden the model is asked about several possible states.
    """
    cases = situation.states(_STATES_ASKED, seed) if situation.hidden else situation.start[np.newaxis]
    slots = np.array(list(situation.choices.values()), dtype=np.int64)
    told = model.predict(np.repeat(cases, len(slots), axis=0), np.tile(slots, len(cases)))
    p = told.reshape(len(cases), len(slots)).mean(axis=0)
    worth = int(model.manifest.hybrid["strength"])
    if n == 0:
        return {
            move: Estimate(float(chance), None, worth)
            for move, chance in zip(situation.choices, p, strict=True)
        }
    played = simulated(situation, n, seed)
    wins = np.array([played[move].p * n for move in situation.choices])
    blended = model.blend(p, wins, n)
    return {
        move: Estimate(float(chance), wilson(float(chance), n), n + worth)
        for move, chance in zip(situation.choices, blended, strict=True)
    }


def simulated(situation: Situation, n: int, seed: int) -> dict[str, Estimate]:
    """Each move as an opening, greedy afterwards: ``n`` battles each."""
    if len(situation.choices) == 1 or situation.hidden:
        return {move: _from_rows(situation, slot, n, seed) for move, slot in situation.choices.items()}
    start, greedy = situation.start.copy(), read_policy("greedy")
    values = {}
    for move in situation.choices:
        tally = play(start, n=n, seed=seed, policies=(read_policy(f"first:{move}"), greedy))
        values[move] = Estimate(tally.p, tally.interval, n)
    return values


def _from_rows(situation: Situation, slot: int, n: int, seed: int) -> Estimate:
    rows = play_opening(situation.states(n, seed), slot).worth
    p = float(rows.mean())
    return Estimate(p, wilson(p, n), n, rows)


def compare(best: Estimate, other: Estimate) -> Comparison:
    """Hold two moves against each other; battle by battle where they shared their luck.

    A win and a loss are added to each side, so that a few battles never look like certainty.
    """
    lead = best.p - other.p
    spread = _paired_spread(best, other)
    if spread is None:
        spread = sqrt(sum(_shrunk_variance(one) for one in (best, other)))
    certainty = 0.5 * (1 + erf(lead / spread / sqrt(2)))
    return Comparison(lead, min(max(certainty, 1 - _MOST_SURE), _MOST_SURE))


def _paired_spread(best: Estimate, other: Estimate) -> float | None:
    if best.rows is None or other.rows is None:
        return None
    n = min(len(best.rows), len(other.rows))
    # Two battles that fell out against each other keep some doubt where all fell out alike.
    difference = np.append(best.rows[:n] - other.rows[:n], (1.0, -1.0))
    return float(difference.std(ddof=1)) / sqrt(len(difference))


def _shrunk_variance(one: Estimate) -> float:
    total = one.n + 2
    p = (one.p * one.n + 1) / total
    return p * (1 - p) / total


def interval_of(p: float, spread: float) -> Interval:
    """A 95 per cent interval around ``p``, kept within 0 and 1."""
    return max(0.0, p - Z * spread), min(1.0, p + Z * spread)


def ranked(values: Mapping[str, Estimate], harm: Mapping[str, float]) -> list[str]:
    """Move ids, best first. Where all win or all lose, the move that hurts most comes first."""
    return sorted(values, key=lambda move: (-values[move].p, -harm[move]))


def settled(situation: Situation, values: Mapping[str, Estimate], order: Sequence[str]) -> list[str]:
    """The order of a search with doubt settled in favour of the blow that a greedy player would strike.

    A move that puts things off (Dig, Protect, healing) is worth what follows it, so chance alone can make it
    look a little better than striking now, turn after turn, until there is nothing left to strike with.
    """
    greedy = greedy_choice(situation)
    if greedy not in values or compare(values[order[0]], values[greedy]).certainty > _SURE_ENOUGH:
        return list(order)
    return [greedy, *(move for move in order if move != greedy)]


def greedy_choice(situation: Situation) -> str:
    """What a greedy player would choose, by id."""
    slots = np.zeros((1, 2), dtype=np.int64)
    policy = np.array([GREEDY, NONE, GREEDY, NONE], dtype=np.int64)
    run.choose(situation.start.reshape(1, -1).copy(), policy, slots, np.zeros_like(situation.start))
    return next((move for move, slot in situation.choices.items() if slot == slots[0, 0]), "")


def runner_up(values: Mapping[str, Estimate], order: Sequence[str]) -> Comparison | None:
    """The best move held against the next best; ``None`` where there is no other."""
    return compare(values[order[0]], values[order[1]]) if len(order) > 1 else None
