"""Team against team, and single pairs under named policies."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np

from predictiondex.advisor.engines import SIMULATION, SIMULATION_ONLY, Engines, model_chances
from predictiondex.advisor.policies import policy
from predictiondex.advisor.sides import Fighter, fighter, warnings_of
from predictiondex.battle import Tally, simulate
from predictiondex.battle.combatant import new_state
from predictiondex.battle.montecarlo import wilson
from predictiondex.ml.labels import greedy_slot_of
from predictiondex.wire import (
    DuelAnswer,
    DuelRequest,
    MatchupRow,
    MatchupsAnswer,
    MatchupsRequest,
    Side,
)


def matchups(request: MatchupsRequest, engines: Engines = SIMULATION_ONLY) -> MatchupsAnswer:
    """Win probabilities of every pair, greedy against greedy, and what they mean for the team.

    ``send_first`` has the best average, ``weakest`` the worst; of equals the first.
    """
    yours = _team(request.you, "you", request)
    theirs = _team(request.opponent, "opponent", request)
    told = _told(yours, theirs, request, engines)
    rows = [_row(one, theirs, request, engines, told[at]) for at, one in enumerate(yours)]
    averages = [row.average for row in rows]
    return MatchupsAnswer(
        prediction_id=str(uuid.uuid4()),
        model=engines.signature(request.engine),
        opponents=[one.summary for one in theirs],
        matrix=rows,
        send_first=averages.index(max(averages)),
        weakest=averages.index(min(averages)),
        simulations=0 if told[0] and request.engine == "model" else request.simulations,
        warnings=engines.warnings(request.engine, request.lang) + warnings_of((*yours, *theirs)),
    )


def _team(sides: Sequence[Side], field: str, request: MatchupsRequest) -> list[Fighter]:
    return [
        fighter(side, f"{field}[{position}]", lang=request.lang, strict=request.strict)
        for position, side in enumerate(sides)
    ]


def _told(
    yours: Sequence[Fighter], theirs: Sequence[Fighter], request: MatchupsRequest, engines: Engines
) -> list[list[float]]:
    """The model's chances of every pair, all in one go; empty rows where the model is not asked."""
    if engines.model is None or not engines.asks_model(request.engine):
        return [[] for _ in yours]
    states = [new_state(you.combatant, foe.combatant) for you in yours for foe in theirs]
    chances = model_chances(engines.model, states, [greedy_slot_of(state) for state in states])
    rows: list[list[float]] = np.asarray(chances).reshape(len(yours), len(theirs)).tolist()
    return rows


def _row(
    you: Fighter, theirs: Sequence[Fighter], request: MatchupsRequest, engines: Engines, told: list[float]
) -> MatchupRow:
    chances: list[float] = told
    intervals: list[tuple[float, float]] | None = None
    if not told or request.engine == "hybrid":
        n = request.simulations
        tallies = [simulate(you.combatant, foe.combatant, n=n, seed=request.seed) for foe in theirs]
        chances = [tally.p for tally in tallies]
        if told and engines.model is not None:
            blended = engines.model.blend(np.array(told), np.array(chances) * n, n)
            chances = [float(chance) for chance in blended]
        intervals = [wilson(chance, n) for chance in chances]
    return MatchupRow(
        you=you.summary,
        win_probabilities=chances,
        intervals=intervals,
        average=sum(chances) / len(chances),
        worst=min(chances),
    )


def duel(request: DuelRequest) -> DuelAnswer:
    """Play battles between two Pokémon under the policies of the request."""
    you = fighter(request.you, "you", lang=request.lang, strict=request.strict)
    opponent = fighter(request.opponent, "opponent", lang=request.lang, strict=request.strict)
    tally = simulate(
        you.combatant,
        opponent.combatant,
        n=request.simulations,
        seed=request.seed,
        policy_a=policy(request.policy_you, you.moves, "policy_you"),
        policy_b=policy(request.policy_opponent, opponent.moves, "policy_opponent"),
    )
    return _duel_answer(you, opponent, tally)


def _duel_answer(you: Fighter, opponent: Fighter, tally: Tally) -> DuelAnswer:
    return DuelAnswer(
        model=SIMULATION,
        you=you.summary,
        opponent=opponent.summary,
        opponent_moves=opponent.known_moves,
        n=tally.n,
        wins=tally.wins,
        losses=tally.losses,
        ties=tally.ties,
        win_probability=tally.p,
        interval=tally.interval,
        mean_turns=tally.mean_turns,
        warnings=warnings_of((you, opponent)),
    )
