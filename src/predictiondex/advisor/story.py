"""A typical battle told turn by turn, and how many battles went that way.

Battles go the same way when the same side wins in the same number of turns. Of the way that came up most
among wins or losses, whichever are more, the battle is told that leaves the winner a middling amount of hp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.engines import SIMULATION
from predictiondex.advisor.playout import Outcomes, play_opening
from predictiondex.advisor.sides import warnings_of
from predictiondex.advisor.situation import RECHARGE, Situation, check_choice, situation
from predictiondex.battle import Battle
from predictiondex.battle.montecarlo import wilson
from predictiondex.battle.narration import Words
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.wire import ReplayAnswer, ReplayRequest, ToldTurn

_WINNERS: dict[str | None, Literal["you", "opponent", "tie"]] = {"A": "you", "B": "opponent", "tie": "tie"}
#: Turns of a battle in which the policy ``search`` looks ahead: all of them.
_ALWAYS = 1000


@dataclass(frozen=True, slots=True)
class _Way:
    """Which battle to tell, and the share of those like it."""

    index: int
    share: float
    share_winner: float


def replay(request: ReplayRequest) -> ReplayAnswer:
    """Play ``request.simulations`` battles from the situation and tell one of them.

    Raises :class:`~predictiondex.errors.UsageError` naming the field, ``opening`` for a move that cannot be
    chosen now.
    """
    now = situation(
        request.you, request.opponent, lang=request.lang, strict=request.strict, turn=request.turn
    )
    slot = _opening_slot(now, request)
    if request.index is not None and request.index >= request.simulations:
        raise UsageError(message("ask.index"), field="index")
    searching = _ALWAYS if request.policy_you == "search" else 0
    states = now.states(request.simulations, request.seed)
    outcomes = play_opening(states.copy(), slot, searching=searching)
    way = _way(outcomes, request.index)
    return _tell(now, request, states[way.index], slot, outcomes, way)


def _opening_slot(now: Situation, request: ReplayRequest) -> int | None:
    if request.opening is None:
        return None
    wanted = request.opening
    if wanted != RECHARGE:
        wanted = pokedex.move(wanted, "opening").id
    check_choice(wanted, list(now.choices), "opening")
    return now.choices[wanted]


def _way(outcomes: Outcomes, index: int | None) -> _Way:
    ways = np.stack([outcomes.worth, outcomes.turns.astype(np.float64)], axis=1)
    if index is None:
        index = _typical(outcomes, ways)
    same = (ways == ways[index]).all(axis=1)
    winner = outcomes.worth == outcomes.worth[index]
    return _Way(index, float(same.mean()), float(winner.mean()))


def _typical(outcomes: Outcomes, ways: NDArray[np.float64]) -> int:
    results, counts = np.unique(outcomes.worth, return_counts=True)
    likeliest = results[counts.argmax()]
    members = np.flatnonzero(outcomes.worth == likeliest)
    found, counts = np.unique(ways[members], axis=0, return_counts=True)
    way = found[counts.argmax()]
    alike = members[(ways[members] == way).all(axis=1)]
    left = outcomes.hp[alike].sum(axis=1)
    return int(alike[np.abs(left - np.median(left)).argmin()])


def _tell(
    now: Situation,
    request: ReplayRequest,
    state: NDArray[np.int64],
    slot: int | None,
    outcomes: Outcomes,
    way: _Way,
) -> ReplayAnswer:
    battle = Battle.from_state(state)
    words = Words(now.you.combatant, now.opponent.combatant, request.lang)
    policy = "search" if request.policy_you == "search" else "greedy"
    turns: list[ToldTurn] = []
    while not battle.over:
        number, (hp_a, hp_b) = battle.turn, battle.hp
        move_a, move_b = battle.pick(policy, "greedy")
        if not turns and slot is not None:
            move_a = next(move for move, place in now.choices.items() if place == slot)
        battle.step(move_a, move_b)
        shown = request.turn + number - 1
        turns.append(
            ToldTurn(
                number=shown,
                hp_you=hp_a,
                hp_opponent=hp_b,
                move_you=move_a,
                move_opponent=move_b,
                lines=[words.heading(shown, hp_a, hp_b), *words.lines(battle.events)],
                events=[event.as_dict() for event in battle.events],
            )
        )
    ending = words.ending(battle.winner or "tie")
    hp_you, hp_opponent = battle.hp
    p = float(outcomes.worth.mean())
    return ReplayAnswer(
        model=SIMULATION,
        you=now.you.summary,
        opponent=now.opponent.summary,
        opponent_moves=now.opponent.known_moves(),
        seed=request.seed,
        index=way.index,
        winner=_WINNERS[battle.winner],
        turns=turns,
        hp_you=hp_you,
        hp_opponent=hp_opponent,
        ending=ending,
        lines=[line for turn in turns for line in turn.lines] + [ending],
        share=way.share,
        share_winner=way.share_winner,
        battles=request.simulations,
        win_probability=p,
        interval=wilson(p, request.simulations),
        warnings=warnings_of((now.you, now.opponent)),
    )
