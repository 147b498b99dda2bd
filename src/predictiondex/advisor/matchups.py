"""Team against team, and single pairs under named policies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from predictiondex.advisor.engines import SIMULATION, SIMULATION_ONLY, Engines, Witness, model_chances
from predictiondex.advisor.ids import new_id
from predictiondex.advisor.playout import tally
from predictiondex.advisor.policies import policy
from predictiondex.advisor.sides import Fighter, fighter, warnings_of
from predictiondex.advisor.situation import Situation, between, check_choice, choices_of
from predictiondex.battle import Tally
from predictiondex.battle.layout import A, B
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


def matchups(
    request: MatchupsRequest, engines: Engines = SIMULATION_ONLY, witness: Witness | None = None
) -> MatchupsAnswer:
    """Win probabilities of every pair, greedy against greedy, and what they mean for the team.

    ``send_first`` has the best average, ``weakest`` the worst; of equals the first. ``witness`` is told the
    features of every pair, the whole row of one of yours after the other.
    """
    yours = _team(request.you, "you", request)
    theirs = _team(request.opponent, "opponent", request)
    pairs = _pairs(yours, theirs, request)
    told = _told(pairs, request, engines, witness)
    rows = [_row(row, request, engines, told[at]) for at, row in enumerate(pairs)]
    averages = [row.average for row in rows]
    return MatchupsAnswer(
        prediction_id=new_id(),
        model=engines.signature(request.engine),
        opponents=[one.summary for one in theirs],
        matrix=rows,
        send_first=averages.index(max(averages)),
        weakest=averages.index(min(averages)),
        simulations=request.simulations if _played(request, told) else 0,
        warnings=engines.warnings(request.engine, request.lang) + warnings_of((*yours, *theirs)),
    )


def _team(sides: Sequence[Side], field: str, request: MatchupsRequest) -> list[Fighter]:
    return [
        fighter(side, f"{field}[{position}]", lang=request.lang, strict=request.strict)
        for position, side in enumerate(sides)
    ]


def _pairs(
    yours: Sequence[Fighter], theirs: Sequence[Fighter], request: MatchupsRequest
) -> list[list[Situation]]:
    """Every pair as both stand, a row for each of yours."""
    return [
        [
            between(you, foe, side, other, fields=(f"you[{row}]", f"opponent[{column}]"))
            for column, (foe, other) in enumerate(zip(theirs, request.opponent, strict=True))
        ]
        for row, (you, side) in enumerate(zip(yours, request.you, strict=True))
    ]


def _told(
    pairs: Sequence[Sequence[Situation]],
    request: MatchupsRequest,
    engines: Engines,
    witness: Witness | None,
) -> list[list[float | None]]:
    """The model's chances of every pair, all in one go; ``None`` where it cannot be asked: no model, or
    nothing for you to choose."""
    if engines.model is None or not engines.asks_model(request.engine):
        return [[None] * len(row) for row in pairs]
    worlds = [now.worlds() for row in pairs for now in row if now.has_choice]
    slots = [[greedy_slot_of(state) for state in states] for states, _ in worlds]
    chances = iter(model_chances(engines.model, worlds, slots, witness) if worlds else ())
    return [[float(next(chances)) if now.has_choice else None for now in row] for row in pairs]


def _played(request: MatchupsRequest, told: Sequence[Sequence[float | None]]) -> bool:
    """Whether battles were played for any of these pairs."""
    return request.engine != "model" or any(one is None for row in told for one in row)


def _row(
    row: Sequence[Situation], request: MatchupsRequest, engines: Engines, told: Sequence[float | None]
) -> MatchupRow:
    chances = [_chance(now, request, engines, one) for now, one in zip(row, told, strict=True)]
    by_model = request.engine == "model" and any(one is not None for one in told)
    intervals = None if by_model else [wilson(chance, request.simulations) for chance in chances]
    return MatchupRow(
        you=row[0].you.summary,
        win_probabilities=chances,
        intervals=intervals,
        average=sum(chances) / len(chances),
        worst=min(chances),
    )


def _chance(now: Situation, request: MatchupsRequest, engines: Engines, told: float | None) -> float:
    """By the model, by battles, or by both."""
    if told is not None and request.engine != "hybrid":
        return told
    n = request.simulations
    played = tally(now, n=n, seed=request.seed).p
    if told is None or engines.model is None:
        return played
    return float(engines.model.blend(np.array([told]), np.array([played * n]), n)[0])


def duel(request: DuelRequest) -> DuelAnswer:
    """Play battles between two Pokémon under the policies of the request."""
    you = fighter(request.you, "you", lang=request.lang, strict=request.strict)
    opponent = fighter(request.opponent, "opponent", lang=request.lang, strict=request.strict)
    policies = (
        policy(request.policy_you, you.moves, "policy_you"),
        policy(request.policy_opponent, opponent.moves, "policy_opponent"),
    )
    now = between(you, opponent, request.you, request.opponent)
    for name, side, field in ((policies[0], A, "policy_you"), (policies[1], B, "policy_opponent")):
        _, colon, move = name.partition(":")
        if colon:
            check_choice(move, list(choices_of(now.start, int(side))), field)
    played = tally(now, n=request.simulations, seed=request.seed, policy_a=policies[0], policy_b=policies[1])
    return _duel_answer(you, opponent, played)


def _duel_answer(you: Fighter, opponent: Fighter, played: Tally) -> DuelAnswer:
    return DuelAnswer(
        model=SIMULATION,
        you=you.summary,
        opponent=opponent.summary,
        opponent_moves=opponent.known_moves(),
        n=played.n,
        wins=played.wins,
        losses=played.losses,
        ties=played.ties,
        win_probability=played.p,
        interval=played.interval,
        mean_turns=played.mean_turns,
        warnings=warnings_of((you, opponent)),
    )
