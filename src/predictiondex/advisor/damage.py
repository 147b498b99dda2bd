"""What one move does to one target."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.calc import Hurting, Sentence
from predictiondex.advisor.exchange import REACTIVE, TWO_TURNS, doll_of, strikes
from predictiondex.advisor.knockout import KnockOut, at_once, knock_outs, least_and_most_uses
from predictiondex.advisor.sides import Fighter, fighter, move_ref
from predictiondex.advisor.situation import Situation, between
from predictiondex.battle import DamageRange
from predictiondex.battle.conditions import has
from predictiondex.battle.layout import (
    CHARGING,
    DISABLED,
    HP,
    LEECH_SEED,
    MAX_HP,
    MUST_RECHARGE,
    PARTIAL_TRAP,
    STATUS,
    STATUS_NAMES,
    A,
    B,
)
from predictiondex.battle.residual import end_turn
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Move
from predictiondex.wire import Condition, DamageAnswer, DamageRequest, KoChance, Side

#: Points that the ends of turns take before each use, and how likely that is: nobody sees how long a trap
#: lasts.
Residuals: TypeAlias = dict[tuple[int, ...], float]


def damage(request: DamageRequest) -> DamageAnswer:
    """All rolls of one use of ``request.move``, in hit points, plain and critical.

    The sides' own move lists do not matter here, except that the attacker must be able to have the move.
    """
    move = pokedex.move(request.move, "move")
    if move.category == "Status":
        raise UsageError(message("ask.no_damage", move=move.names), field="move")
    if move.id in REACTIVE:
        raise UsageError(message("ask.reactive", move=move.names), field="move")
    attacker = _attacker(request, move)
    defender = fighter(request.defender, "defender", lang=request.lang, strict=request.strict)
    sides = request.attacker.model_copy(update={"moves": [move.id]}), request.defender
    now = _situation(attacker, defender, request)
    state = now.start
    result = strikes(state, (move,))[0]
    residuals, doll = _residuals(now, move, result), doll_of(state, move)
    once = move.self_destruct is not None
    chances = _chances(result, residuals, doll, once=once)
    sentence = Sentence(request.lang)
    said = _critical_only(result) if request.critical else result
    outcome = sentence.outcome(
        _chances(said, residuals, doll, once=once),
        None if once else _least_and_most_uses(said, residuals, doll),
        _hurting(state) if any(residuals) else (),
        early=any(sum(residual[:1]) for residual in residuals),
    )
    return DamageAnswer(
        attacker=attacker.summary,
        defender=defender.summary,
        move=move_ref(move, request.lang),
        rolls=list(result.rolls),
        crit_rolls=list(result.crit_rolls),
        damage_percent=result.percent,
        crit_percent=_critical_only(result).percent,
        ko_chance=at_once(result, doll=doll),
        ko_chances=[_chance(one) for one in chances],
        defender_hp=result.defender_hp,
        defender_max_hp=result.defender_max_hp,
        type_multiplier=result.type_multiplier,
        stab=result.stab,
        hits=result.hits,
        accuracy=result.accuracy,
        crit_chance=result.crit_chance,
        sentence=sentence.whole(
            attacker, defender, sides, move, result, outcome, critical=request.critical, behind=doll > 0
        ),
    )  # fmt: skip


def _situation(attacker: Fighter, defender: Fighter, request: DamageRequest) -> Situation:
    """How the two stand; moves used, disabled or encored before do not matter here."""
    now = between(
        attacker,
        defender,
        _bare(request.attacker, attacker, "attacker"),
        _bare(request.defender, defender, "defender"),
        fields=("attacker", "defender"),
    )
    now.start[A + DISABLED] = now.start[B + DISABLED] = 0
    return now


def _bare(side: Side, who: Fighter, field: str) -> Side:
    """A side without what hangs on its own moves, of which ``who`` has but those that count here."""
    conditions = [
        one.model_copy(update={"move": _stand_in(one, who, f"{field}.conditions[{place}].move")})
        if isinstance(one, Condition) and one.name in ("disable", "encore")
        else one
        for place, one in enumerate(side.conditions)
    ]
    return side.model_copy(update={"pp": {}, "last_move": None, "conditions": conditions})


def _stand_in(one: Condition, who: Fighter, field: str) -> str | None:
    """A move of ``who`` for the one that a condition names; a name of none is refused."""
    if one.move is None:
        return None
    pokedex.move(one.move, field)
    return who.moves[0].id


def _critical_only(result: DamageRange) -> DamageRange:
    """The same move when every hit is critical."""
    return result._replace(rolls=result.crit_rolls)


def _residuals(now: Situation, move: Move, result: DamageRange) -> Residuals:
    """What the ends of turns take from the target before each use of ``move``; nothing of it counts where the
    move itself does no damage."""
    if not result.rolls[-1] or not _hurting(now.start):
        return {(): 1.0}
    found: Residuals = defaultdict(float)
    for state, weight in zip(*now.worlds(), strict=True):
        found[_residual(state, move)] += float(weight)
    return found


def _residual(state: NDArray[np.int64], move: Move) -> tuple[int, ...]:
    lost = _lost_by_turn(state)
    turn = int(has(state, A, MUST_RECHARGE)) + int("charge" in move.flags and not has(state, A, CHARGING))
    apart = 2 if TWO_TURNS & move.flags else 1
    taken, before = [sum(lost[:turn])], turn
    while before < len(lost):
        taken.append(sum(lost[before : before + apart]))
        before += apart
    return tuple(taken)


def _lost_by_turn(state: NDArray[np.int64]) -> list[int]:
    """What the target loses at the end of the coming turns, in points, until that alone has knocked it out;
    the rules that end a turn tell, with its hp made whole before each of them."""
    now, most = state.copy(), int(state[B + MAX_HP])
    lost: list[int] = []
    while sum(lost) < most:
        now[A + HP], now[B + HP] = now[A + MAX_HP], most
        with np.errstate(over="ignore"):  # random numbers are made by multiplying beyond what fits
            end_turn(now)
        if now[B + HP] == most:
            break
        lost.append(most - int(now[B + HP]))
    return lost


def _hurting(state: NDArray[np.int64]) -> tuple[Hurting, ...]:
    """What takes hp from the target at the end of a turn, in the order in which it does."""
    status = STATUS_NAMES[int(state[B + STATUS])]
    return (
        *(("leechseed",) if has(state, B, LEECH_SEED) else ()),
        *((status,) if status in ("brn", "psn", "tox") else ()),
        *(("trapped",) if has(state, B, PARTIAL_TRAP) else ()),
    )


def _chances(result: DamageRange, residuals: Residuals, doll: int, *, once: bool) -> list[KnockOut]:
    """Chances by uses; a user that ends itself has one use, whatever the number allowed."""
    cases = [knock_outs(result, residual, doll=doll) for residual in residuals]
    shares = residuals.values()
    found = [
        KnockOut(
            number,
            round(sum(share * one.rolls for share, one in zip(shares, by_case, strict=True)), 9),
            round(sum(share * one.overall for share, one in zip(shares, by_case, strict=True)), 9),
        )
        for number, by_case in enumerate(zip(*cases, strict=True), start=1)
    ]
    return [replace(found[0], uses=one.uses) for one in found] if once else found


def _least_and_most_uses(result: DamageRange, residuals: Residuals, doll: int) -> tuple[int, int] | None:
    found = [least_and_most_uses(result, residual, doll=doll) for residual in residuals]
    known = [uses for uses in found if uses]
    return (min(low for low, _ in known), max(high for _, high in known)) if known == found else None


def _chance(one: KnockOut) -> KoChance:
    return KoChance(hits=one.uses, rolls=one.rolls, overall=one.overall)


def _attacker(request: DamageRequest, move: Move) -> Fighter:
    """The attacker with that one move; an error about it belongs to the request's ``move``."""
    side = request.attacker.model_copy(update={"moves": [move.id]})
    try:
        return fighter(side, "attacker", lang=request.lang, strict=request.strict)
    except UsageError as error:
        if error.field == "attacker.moves[0]":
            error.field = "move"
        raise
