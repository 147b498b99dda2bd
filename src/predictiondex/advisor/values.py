"""What each of your moves is worth right now: one interface, whatever engine works behind it.

``simulation`` plays the project's definition: the move, then both sides greedily. ``search`` lets you play on
with a look ahead every turn, so that sleep, healing and set-up moves find their worth. A model plugs in at
:func:`opening_values`: ``model`` answers from features, ``hybrid`` adds battles to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.engines import SIMULATION_ONLY, Engines, model_chances
from predictiondex.advisor.estimates import Estimate, compare
from predictiondex.advisor.playout import play_opening
from predictiondex.advisor.search import search
from predictiondex.advisor.situation import Situation, choices_of
from predictiondex.battle.batch import greedy_slots
from predictiondex.battle.layout import A
from predictiondex.battle.montecarlo import play, read_policy, wilson
from predictiondex.pokedex import pokedex
from predictiondex.wire import AdviceEngine

if TYPE_CHECKING:
    from predictiondex.ml.model import BattleModel

#: From here on a search prefers another move to the greedy one.
_SURE_ENOUGH: Final = 0.95


def opening_values(
    situation: Situation, engine: AdviceEngine, n: int, seed: int, engines: Engines = SIMULATION_ONLY
) -> Mapping[str, Estimate]:
    """The value of each move that can be chosen, by id.

    Engines that are not ready are answered by simulation; :mod:`predictiondex.advisor.engines` says so.
    """
    if engines.model is not None and engines.asks_model(engine) and situation.has_choice:
        return modelled(situation, n if engine == "hybrid" else 0, seed, engines.model)
    if engine == "search":
        return search(situation, n, seed)
    return simulated(situation, n, seed)


def modelled(situation: Situation, n: int, seed: int, model: BattleModel) -> dict[str, Estimate]:
    """Each move as an opening by the model; with ``n`` battles each as evidence on top (the hybrid)."""
    said = by_model([situation], model)[0]
    if n == 0:
        return said
    played = simulated(situation, n, seed)
    p, wins = np.array([(one.p, played[move].p * n) for move, one in said.items()]).T
    return {
        move: Estimate(chance, wilson(chance, n), n + one.n, features=one.features)
        for (move, one), chance in zip(said.items(), model.blend(p, wins, n).tolist(), strict=True)
    }


def by_model(situations: Sequence[Situation], model: BattleModel) -> list[dict[str, Estimate]]:
    """Each move of each situation as an opening by the model, which looks at all of them together.

    Where something is hidden it looks at every state that this may be, each counting for as much as it is
    likely; the features told are those of the likeliest.
    """
    worlds = [one.worlds() for one in situations]
    openings = [
        (states, slot)
        for states, one in zip(worlds, situations, strict=True)
        for slot in one.choices.values()
    ]
    if not openings:
        return []
    seen: list[NDArray[np.float32]] = []
    chances = model_chances(
        model,
        [states for states, _ in openings],
        [[slot] * len(weights) for (_, weights), slot in openings],
        lambda features, **_: seen.extend(features),
    )
    told = zip(chances.tolist(), seen, strict=True)
    return [
        {
            move: Estimate(chance, None, model.lead_battles, features=row)
            for move, (chance, row) in zip(one.choices, told, strict=False)
        }
        for one in situations
    ]


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


def settled(situation: Situation, values: Mapping[str, Estimate], order: Sequence[str]) -> list[str]:
    """The order of a search with doubt settled in favour of the blow that a greedy player would strike.

    A move that puts things off (Dig, Protect, healing) is worth what follows it, so chance alone can make it
    look a little better than striking now, turn after turn, until there is nothing left to strike with.
    """
    greedy = greedy_choice(situation)
    if greedy not in values or pokedex.moves[greedy].category == "Status":
        return list(order)  # who cannot strike is told the first of the status moves: no reason to
    if compare(values[order[0]], values[greedy]).certainty > _SURE_ENOUGH:
        return list(order)
    return [greedy, *(move for move in order if move != greedy)]


def greedy_choice(situation: Situation, side: int = int(A), choices: Mapping[str, int] | None = None) -> str:
    """What a greedy player of a side would choose, by id, of its ``choices`` (looked up if not given); the
    only one where there is one."""
    choices = choices_of(situation.start, side) if choices is None else choices
    if len(choices) == 1:
        return next(iter(choices))
    chosen = greedy_slots(situation.start[np.newaxis])[0, 0 if side == A else 1]
    return next((move for move, slot in choices.items() if slot == chosen), "")
