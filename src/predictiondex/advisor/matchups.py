"""Team against team, and single pairs under named policies."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from predictiondex.advisor.engines import SIMULATION, engine_warning
from predictiondex.advisor.policies import policy
from predictiondex.advisor.sides import Fighter, fighter, warnings_of
from predictiondex.battle import Tally, simulate
from predictiondex.wire import (
    DuelAnswer,
    DuelRequest,
    MatchupRow,
    MatchupsAnswer,
    MatchupsRequest,
    Side,
)


def matchups(request: MatchupsRequest) -> MatchupsAnswer:
    """Win probabilities of every pair, greedy against greedy, and what they mean for the team.

    ``send_first`` has the best average, ``weakest`` the worst; of equals the first.
    """
    yours = _team(request.you, "you", request)
    theirs = _team(request.opponent, "opponent", request)
    rows = [_row(one, theirs, request) for one in yours]
    averages = [row.average for row in rows]
    return MatchupsAnswer(
        prediction_id=str(uuid.uuid4()),
        model=SIMULATION,
        opponents=[one.summary for one in theirs],
        matrix=rows,
        send_first=averages.index(max(averages)),
        weakest=averages.index(min(averages)),
        simulations=request.simulations,
        warnings=engine_warning(request.engine, request.lang) + warnings_of((*yours, *theirs)),
    )


def _team(sides: Sequence[Side], field: str, request: MatchupsRequest) -> list[Fighter]:
    return [
        fighter(side, f"{field}[{position}]", lang=request.lang, strict=request.strict)
        for position, side in enumerate(sides)
    ]


def _row(you: Fighter, theirs: Sequence[Fighter], request: MatchupsRequest) -> MatchupRow:
    tallies = [
        simulate(you.combatant, foe.combatant, n=request.simulations, seed=request.seed) for foe in theirs
    ]
    chances = [tally.p for tally in tallies]
    return MatchupRow(
        you=you.summary,
        win_probabilities=chances,
        intervals=[tally.interval for tally in tallies],
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
