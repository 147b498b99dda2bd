"""The planner: which four moves beat this opponent, at what level, with how many awakening values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from predictiondex.advisor.assumptions import basis_of, worst_moves
from predictiondex.advisor.engines import SIMULATION
from predictiondex.advisor.ids import new_id
from predictiondex.advisor.plan_progress import Progress
from predictiondex.advisor.plan_sets import Found, Told, best_sets
from predictiondex.advisor.plan_training import Option, Training, options
from predictiondex.advisor.scoring import Scorer, Worth, with_set
from predictiondex.advisor.sides import Fighter, fighter, likely_moves, move_ref, warnings_of
from predictiondex.advisor.situation import between
from predictiondex.advisor.words import awakening, listing, number, percent, say
from predictiondex.battle import Combatant
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import STATS, Form, Move
from predictiondex.wire import (
    PlanAnswer,
    PlanCandidate,
    PlanOption,
    PlanProgress,
    PlanRequest,
    PlanSet,
    PlanStep,
    PlanWorstCase,
    Reason,
    Side,
    SideSummary,
)

#: Battles against the moves that are worst for the best set.
_AGAINST_WORST: Final = 2000


#: What only the middle of a fight has; plans are for its beginning.
_MIDDLE: Final = ("status_turns", "conditions", "pp", "last_move")
#: Yours, whom it meets, and the moves to keep.
_Brief = tuple[Fighter, Fighter, tuple[Move, ...]]


def _silent(step: PlanStep, total: int) -> Callable[[], None]:
    """Progress that nobody looks at."""
    del step, total
    return lambda: None


@dataclass(frozen=True, slots=True)
class _Planned:
    """What came out for one of your species."""

    you: Combatant
    foe: Fighter
    scorer: Scorer
    found: list[Found]

    @property
    def best(self) -> Found:
        return self.found[0]


def plan(request: PlanRequest, told: Told = _silent) -> PlanAnswer:
    """Search sets, then ways to train the best one. ``told`` hears of each stage and its steps.

    Raises :class:`~predictiondex.errors.UsageError` naming the field. A wish that nothing fulfils is an
    answer: ``reached`` is false and the last option is the best there is.
    """
    return _worked_out(request, _briefs(request), told)


class Planning:
    """The work on a plan, done when it is called. Raises ``UsageError`` when made, as :func:`plan` does."""

    def __init__(self, request: PlanRequest) -> None:
        self._request = request
        self._briefs = _briefs(request)
        self._progress = Progress(request)

    def __call__(self) -> PlanAnswer:
        return _worked_out(self._request, self._briefs, self._progress)

    @property
    def progress(self) -> PlanProgress:
        """How far it is; any thread may ask."""
        return self._progress.now


def _briefs(request: PlanRequest) -> list[_Brief]:
    """Everything that a request may have wrong is looked at here."""
    if request.highest_level < request.level:
        said = message("ask.highest", highest=request.highest_level, level=request.level)
        raise UsageError(said, field="highest_level")
    names = request.pokemon if isinstance(request.pokemon, list) else [request.pokemon]
    single = not isinstance(request.pokemon, list)
    fields = ["pokemon" if single else f"pokemon[{place}]" for place in range(len(names))]
    return [_brief(request, name, field) for name, field in zip(names, fields, strict=True)]


def _worked_out(request: PlanRequest, briefs: Sequence[_Brief], told: Told) -> PlanAnswer:
    planned = [_planned(request, *brief, told) for brief in briefs]
    planned.sort(key=lambda one: -one.best.best.p)
    chosen, best = planned[0], planned[0].best
    training = Training(
        with_set(chosen.you, best.moves), best.best, chosen.scorer,
        want=request.want, most=request.most_avs, seed=request.seed, told=told,
    )  # fmt: skip
    ways = options(training, request.level, request.highest_level)
    return _answer(request, planned, ways, _worst(chosen, request, told))


def _brief(request: PlanRequest, name: str | int, field: str) -> _Brief:
    form = pokedex.form(name, field)
    you = fighter(_own_side(request, form), field, lang=request.lang, strict=False)
    return you, _foe(request, form), _kept(request, you.form)


def _planned(
    request: PlanRequest, you: Fighter, foe: Fighter, keep: tuple[Move, ...], told: Told
) -> _Planned:
    pool = [pokedex.moves[move] for move in sorted(you.form.movepool)]
    pool = [move for move in pool if move not in keep]
    if request.assume == "worst" and foe.assumed:
        foe = _worst_foe(you, foe, request.seed)
    scorer = Scorer(foe.combatant)
    found = best_sets(you.combatant, pool, keep, scorer, seed=request.seed, told=told)
    return _Planned(you.combatant, foe, scorer, found)


def _own_side(request: PlanRequest, form: Form) -> Side:
    return Side(
        pokemon=form.id,
        level=request.level,
        nature=request.nature,
        ivs=request.ivs,
        friendship=request.friendship,
        mega=form.mega_key or False,
    )


def _foe(request: PlanRequest, form: Form) -> Fighter:
    if request.opponent == "mirror":
        mirror = Side(pokemon=form.mega_of or form.id, level=request.level)
        return fighter(mirror, "opponent", lang=request.lang, strict=False)
    for field in _MIDDLE:
        if getattr(request.opponent, field) not in (None, [], {}):
            raise UsageError(message("ask.plan_middle"), field=f"opponent.{field}")
    return fighter(request.opponent, "opponent", lang=request.lang, strict=request.strict)


def _kept(request: PlanRequest, form: Form) -> tuple[Move, ...]:
    kept: dict[str, Move] = {}
    for place, name in enumerate(request.keep):
        move = pokedex.move(name, f"keep[{place}]")
        if move.id not in form.movepool:
            said = message("ask.keep", pokemon=form.names, move=move.names)
            raise UsageError(said, field=f"keep[{place}]")
        kept[move.id] = move
    return tuple(kept.values())


def _worst_foe(you: Fighter, foe: Fighter, seed: int) -> Fighter:
    """The opponent with the moves that are worst for the likeliest set of yours."""
    yours = replace(you, moves=likely_moves(you.form, you.combatant.level))
    yours = replace(yours, combatant=with_set(you.combatant, yours.moves))
    now = between(yours, foe, Side(pokemon=you.form.id), Side(pokemon=foe.form.id))
    moves = worst_moves(now, seed)
    return replace(foe, moves=moves, combatant=with_set(foe.combatant, moves))


def _worst(chosen: _Planned, request: PlanRequest, told: Told) -> tuple[tuple[Move, ...], Worth] | None:
    if not chosen.foe.assumed or request.assume != "both":
        return None
    tick, best = told("worst_case", 2), chosen.best
    who = with_set(chosen.you, best.moves)
    you = Fighter(chosen.you.form, best.moves, who, request.lang, False, ())
    now = between(you, chosen.foe, Side(pokemon=you.form.id), Side(pokemon=chosen.foe.form.id))
    moves = worst_moves(now, request.seed)
    tick()
    scorer = Scorer(with_set(chosen.foe.combatant, moves))
    worth = scorer.played(who, best.best.play, _AGAINST_WORST, request.seed + 5)
    tick()
    return moves, worth


# --- the answer ---------------------------------------------------------------------------------------------


def _answer(
    request: PlanRequest,
    planned: Sequence[_Planned],
    ways: Sequence[Option],
    worst: tuple[tuple[Move, ...], Worth] | None,
) -> PlanAnswer:
    lang, chosen = request.lang, planned[0]
    foe = chosen.foe
    basis = basis_of(foe, request.assume)
    return PlanAnswer(
        prediction_id=new_id(),
        model=SIMULATION,
        you=_summary(chosen.you, lang),
        opponent=foe.summary,
        opponent_moves=foe.known_moves(basis),
        want=request.want,
        reached=any(way.reached for way in ways),
        best=_set(chosen.best, lang),
        sets=[_set(one, lang) for one in chosen.found],
        options=[_option(way) for way in ways],
        candidates=[_candidate(one, lang) for one in planned],
        worst_case=None if worst is None else PlanWorstCase(
            moves=[move_ref(move, lang) for move in worst[0]], win_probability=worst[1].p
        ),
        battles=sum(one.scorer.battles for one in planned),
        explanation=_reasons(request, chosen, ways, worst),
        warnings=warnings_of([foe]) if basis != "worst" else [],
    )  # fmt: skip


def _summary(who: Combatant, lang: Lang) -> SideSummary:
    mega = pokedex.mega_form(who.form, who.mega) if who.mega else None
    name = (mega or who.form).names.in_(lang)
    return SideSummary(id=who.form.id, name=name, level=who.level, mega=who.mega)


def _set(one: Found, lang: Lang) -> PlanSet:
    opening = next(move for move in one.moves if move.id == one.greedy.opening)
    return PlanSet(
        moves=[move_ref(move, lang) for move in one.moves],
        win_probability=one.best.p,
        interval=one.best.interval,
        play=one.best.play,
        opening=move_ref(opening, lang),
        greedy=one.greedy.p,
        advice=one.advice.p,
    )


def _option(way: Option) -> PlanOption:
    return PlanOption(
        kind=way.kind,  # type: ignore[arg-type]
        level=way.level,
        avs={stat: value for stat, value in zip(STATS, way.avs, strict=True) if value},
        total_avs=way.total,
        win_probability=way.worth.p,
        interval=way.worth.interval,
        reached=way.reached,
    )


def _candidate(one: _Planned, lang: Lang) -> PlanCandidate:
    return PlanCandidate(
        pokemon=_summary(one.you, lang),
        moves=[move_ref(move, lang) for move in one.best.moves],
        win_probability=one.best.best.p,
    )


def _reasons(
    request: PlanRequest,
    chosen: _Planned,
    ways: Sequence[Option],
    worst: tuple[tuple[Move, ...], Worth] | None,
) -> list[Reason]:
    lang, best = request.lang, chosen.best
    opening = next(move for move in best.moves if move.id == best.greedy.opening)
    words = {
        "greedy": percent(100 * best.greedy.p, lang),
        "advice": percent(100 * best.advice.p, lang),
        "opening": opening.names.in_(lang),
    }
    facts: dict[str, Any] = {"greedy": best.greedy.p, "advice": best.advice.p, "opening": opening.id}
    found = [Reason(kind="plan_play", text=say("plan_play", lang, **words), values=facts)]
    if not any(way.reached for way in ways):
        top = max(ways, key=lambda way: way.worth.p)
        said = {
            "want": percent(100 * request.want, lang),
            "chance": percent(100 * top.worth.p, lang),
            "level": number(top.level, lang),
            "avs": awakening(top.total, lang),
        }
        told: dict[str, Any] = {
            "want": request.want,
            "win_probability": top.worth.p,
            "level": top.level,
            "avs": top.total,
        }
        found.append(Reason(kind="plan_no_way", text=say("plan_no_way", lang, **said), values=told))
    if worst is not None:
        names = listing([move.names.in_(lang) for move in worst[0]], lang)
        chance = percent(100 * worst[1].p, lang)
        text = say("plan_worst", lang, moves=names, chance=chance, opponent=chosen.foe.name)
        told = {"moves": [move.id for move in worst[0]], "win_probability": worst[1].p}
        found.append(Reason(kind="plan_worst", text=text, values=told))
    return found
