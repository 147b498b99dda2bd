"""Which move to open with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from predictiondex.advisor.engines import SIMULATION, engine_warning
from predictiondex.advisor.exchange import Blow, blow
from predictiondex.advisor.explain import Explainer
from predictiondex.advisor.noise import distinguishable
from predictiondex.advisor.sides import Fighter, fighter, warnings_of
from predictiondex.battle import Tally, openings
from predictiondex.pokedex.model import Lang
from predictiondex.wire import Advice, BestMoveRequest, MoveAdvice


def best_move(request: BestMoveRequest) -> Advice:
    """The chance to win with each opening, best first, and why.

    Plays ``request.simulations`` battles for each move. Moves that are not named are assumed. Raises
    :class:`~predictiondex.errors.UsageError` and its kinds for a request that cannot be.
    """
    you = fighter(request.you, "you", lang=request.lang, strict=request.strict)
    opponent = fighter(request.opponent, "opponent", lang=request.lang, strict=request.strict)
    tallies = openings(you.combatant, opponent.combatant, n=request.simulations, seed=request.seed)
    blows = {move.id: blow(you.combatant, opponent.combatant, move) for move in you.moves}
    ranked = _ranked(tallies, blows)
    advised = [_advice(tallies, blows[move], ranked[0], request.lang) for move in ranked]
    equals = [blows[one.id].move for one in advised[1:] if one.equal_to_best]
    explainer = Explainer(you, opponent, request.lang)
    return Advice(
        prediction_id=str(uuid.uuid4()),
        model=SIMULATION,
        recommended_move=advised[0].id,
        win_probability=advised[0].win_probability,
        confidence=max(advised[0].win_probability, 1 - advised[0].win_probability),
        moves=advised,
        you=you.summary,
        opponent=opponent.summary,
        opponent_moves=opponent.known_moves,
        simulations=request.simulations,
        explanation=explainer.reasons(
            blows[ranked[0]], advised[0].win_probability, equals, request.simulations
        ),
        warnings=_warnings(request, you, opponent),
    )


def _warnings(request: BestMoveRequest, you: Fighter, opponent: Fighter) -> list[str]:
    return engine_warning(request.engine, request.lang) + warnings_of((you, opponent))


def _ranked(tallies: Mapping[str, Tally], blows: Mapping[str, Blow]) -> list[str]:
    """Move ids, best first. Where all win or all lose, the move that hurts most comes first."""
    return sorted(tallies, key=lambda move: (-tallies[move].p, -blows[move].harm))


def _advice(tallies: Mapping[str, Tally], one: Blow, best: str, lang: Lang) -> MoveAdvice:
    tally, move = tallies[one.move.id], one.move
    return MoveAdvice(
        id=move.id,
        name=move.names.in_(lang),
        win_probability=tally.p,
        interval=tally.interval,
        damage_percent=one.percent,
        ko_chance=one.ko_chance,
        type=move.type,
        category=move.category,
        power=move.power,
        accuracy=one.accuracy,
        priority=move.priority,
        type_multiplier=one.type_multiplier,
        stab=one.stab,
        equal_to_best=not distinguishable(tally.p, tallies[best].p, tally.n),
    )
