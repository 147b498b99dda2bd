"""Which move to use now: on the first turn or in the middle of a fight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, ParamSpec, TypeVar

from predictiondex.advisor.assumptions import DIFFER, basis_of, is_open, worst_case
from predictiondex.advisor.contributions import model_reasons
from predictiondex.advisor.engines import SIMULATION, SIMULATION_ONLY, Engines, Witness
from predictiondex.advisor.estimates import Comparison, Estimate, compare, ranked, runner_up
from predictiondex.advisor.exchange import Blow, blows_in
from predictiondex.advisor.explain import Explainer
from predictiondex.advisor.ids import new_id
from predictiondex.advisor.sides import Fighter, move_ref, warnings_of
from predictiondex.advisor.situation import RECHARGE, Situation, choice_name, situation
from predictiondex.advisor.values import by_model, opening_values, settled
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.wire import (
    Advice,
    BestMoveRequest,
    CaseMove,
    MoveAdvice,
    OpponentMoves,
    WorstCase,
)

P = ParamSpec("P")
T = TypeVar("T")

#: Battles of a forced move, where a model was asked.
_AT_ONCE: Final = 1000


class Question(NamedTuple):
    """A request as it was understood: how the fight stands, and whether the opponent's moves are a guess."""

    request: BestMoveRequest
    now: Situation
    is_open: bool


def best_move(
    request: BestMoveRequest, engines: Engines = SIMULATION_ONLY, witness: Witness | None = None
) -> Advice:
    """The chance to win with each move that can be chosen now, best first, and why.

    Moves of the opponent that are not named are assumed. ``witness`` is told the features of the recommended
    move. Raises :class:`~predictiondex.errors.UsageError` and its kinds for a request that cannot be.
    """
    question = _understood(request)
    return _answer(question, _values(question, engines), engines, witness)


def best_moves(
    requests: Sequence[BestMoveRequest], engines: Engines, witnesses: Sequence[Witness]
) -> list[Advice | Exception]:
    """:func:`best_move` of several requests, at which the model looks together: a tenth less work for each.

    What one of them raises stands in its place.
    """
    understood = [_caught(_understood, request) for request in requests]
    questions = {at: one for at, one in enumerate(understood) if isinstance(one, Question)}
    values: dict[int, Mapping[str, Estimate]] = {}
    if engines.model is not None:
        alone = {at: one.now for at, one in questions.items() if _battles(one, engines) == 0}
        values.update(zip(alone, by_model(list(alone.values()), engines.model), strict=True))

    def answer(at: int) -> Advice:
        said = values.get(at) or _values(questions[at], engines)
        return _answer(questions[at], said, engines, witnesses[at])

    return [one if isinstance(one, Exception) else _caught(answer, at) for at, one in enumerate(understood)]


def _caught(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Exception:
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return error


def _understood(request: BestMoveRequest) -> Question:
    now = situation(
        request.you, request.opponent, lang=request.lang, strict=request.strict, turn=request.turn
    )
    guessed = is_open(now.opponent, request.opponent)
    if guessed and request.assumes == "worst":
        now = worst_case(now, request.seed, warn=True)
    return Question(request, now, guessed)


def _values(question: Question, engines: Engines) -> Mapping[str, Estimate]:
    request = question.request
    battles = _battles(question, engines)
    return opening_values(question.now, request.engine, battles, request.seed, engines)


def _answer(
    question: Question, values: Mapping[str, Estimate], engines: Engines, witness: Witness | None
) -> Advice:
    request, now, open_question = question
    battles = _battles(question, engines)
    advised, blows = _advised(now, values, request)
    seen = values[advised[0].id].features
    if witness is not None and seen is not None:
        witness(seen, move=advised[0].id)
    lead = runner_up(values, [one.id for one in advised])
    other = (
        _other_case(now, request, advised, engines) if open_question and request.assumes == "both" else None
    )
    explanation = Explainer(now, request.lang).reasons(advised, blows, values, lead, other, battles=battles)
    if request.contributions and engines.model is not None and engines.asks_model(request.engine):
        slot = now.choices[advised[0].id]
        explanation += model_reasons(engines.model, *now.worlds(), slot, request.lang) if slot >= 0 else []
    return Advice(
        prediction_id=new_id(),
        model=engines.signature(request.engine) if now.has_choice else SIMULATION,
        recommended_move=advised[0].id,
        win_probability=advised[0].win_probability,
        confidence=max(advised[0].win_probability, 1 - advised[0].win_probability),
        certainty=lead.certainty if lead else 1.0,
        lead=lead.lead if lead else None,
        moves=advised,
        you=now.you.summary,
        opponent=now.opponent.summary,
        opponent_moves=_moves_of(now.opponent, request, open_question=open_question),
        worst_case=other,
        simulations=battles,
        explanation=explanation,
        warnings=engines.warnings(request.engine, request.lang) + warnings_of((now.you, now.opponent)),
    )


def _moves_of(opponent: Fighter, request: BestMoveRequest, *, open_question: bool) -> OpponentMoves:
    basis = basis_of(opponent, request.assumes, open_question=open_question)
    return opponent.known_moves(basis)


def _battles(question: Question, engines: Engines) -> int:
    """Battles played for each move: none by the model, which has none to tell apart where only one can be
    chosen. Those take the place of an answer at once, and are no more than it can wait for."""
    request = question.request
    if request.engine != "model" or engines.model is None:
        return request.simulations
    return 0 if question.now.has_choice else min(request.simulations, _AT_ONCE)


def _advised(
    now: Situation, values: Mapping[str, Estimate], request: BestMoveRequest
) -> tuple[list[MoveAdvice], dict[str, Blow]]:
    """What is said of each move, best first, and what each does by itself."""
    if RECHARGE in values:
        return [_recharging(values[RECHARGE], request.lang)], {}
    weighed = blows_in(now.start, [pokedex.moves[move] for move in values])
    blows = dict(zip(values, weighed, strict=True))
    order = ranked(values, {move: one.harm for move, one in blows.items()})
    if request.engine == "search":
        order = settled(now, values, order)
    best = values[order[0]]
    advised = [
        _advice(blows[move], values[move], compare(best, values[move]), request.lang) for move in order
    ]
    return advised, blows


def _advice(one: Blow, value: Estimate, against: Comparison, lang: Lang) -> MoveAdvice:
    move = one.move
    return MoveAdvice(
        id=move.id,
        name=move.names.in_(lang),
        win_probability=value.p,
        interval=value.interval,
        damage_percent=one.percent,
        ko_chance=one.ko_chance,
        type=move.type,
        category=move.category,
        power=move.power,
        accuracy=one.accuracy,
        priority=move.priority,
        type_multiplier=one.type_multiplier,
        stab=one.stab,
        equal_to_best=not against.clear,
    )


def _recharging(value: Estimate, lang: Lang) -> MoveAdvice:
    """The turn lost after Hyper Beam and its like, in the form of a move."""
    return MoveAdvice(
        id=RECHARGE,
        name=choice_name(RECHARGE).in_(lang),
        win_probability=value.p,
        interval=value.interval,
        damage_percent=(0.0, 0.0),
        ko_chance=0.0,
        type="Normal",
        category="Status",
        power=0,
        accuracy=None,
        priority=0,
        type_multiplier=1.0,
        stab=False,
        equal_to_best=True,
    )


def _other_case(
    now: Situation, request: BestMoveRequest, likely: list[MoveAdvice], engines: Engines
) -> WorstCase | None:
    """The answer for the moves that are worst for you, where it differs much from the likely one."""
    worst = worst_case(now, request.seed)
    values = opening_values(worst, request.engine, request.simulations, request.seed, engines)
    order = sorted(values, key=lambda move: -values[move].p)
    best, chance = order[0], values[order[0]].p
    agrees = not compare(values[best], values[likely[0].id]).clear
    if agrees and abs(likely[0].win_probability - chance) < DIFFER:
        return None
    if agrees:
        best = likely[0].id
    return WorstCase(
        moves=[move_ref(move, request.lang) for move in worst.opponent.moves],
        recommended_move=best,
        win_probability=values[best].p,
        same_advice=best == likely[0].id,
        values=[
            CaseMove(id=move, name=choice_name(move).in_(request.lang), win_probability=values[move].p)
            for move in order
        ],
    )
