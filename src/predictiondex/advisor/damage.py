"""What one move does to one target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.calc import Sentence
from predictiondex.advisor.exchange import REACTIVE, doll_of, strikes
from predictiondex.advisor.knockout import KnockOut, at_once, knock_outs, least_and_most_uses
from predictiondex.advisor.sides import Fighter, fighter, move_ref
from predictiondex.advisor.situation import between
from predictiondex.battle import DamageRange
from predictiondex.battle.layout import DISABLED, STATUS_TIME, A, B
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Move
from predictiondex.wire import Condition, DamageAnswer, DamageRequest, KoChance, Side


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
    state = _state(attacker, defender, request)
    result = strikes(state, (move,))[0]
    residual, doll = _residual(defender, state, result), doll_of(state, move)
    once = move.self_destruct is not None
    chances = _chances(result, residual, doll, once=once)
    sentence = Sentence(request.lang)
    said = _critical_only(result) if request.critical else result
    outcome = sentence.outcome(
        _chances(said, residual, doll, once=once),
        None if once else least_and_most_uses(said, residual, doll=doll),
        defender.combatant.status,
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


def _state(attacker: Fighter, defender: Fighter, request: DamageRequest) -> NDArray[np.int64]:
    """The state of the two; moves used, disabled or encored before do not matter here."""
    state = between(
        attacker,
        defender,
        _bare(request.attacker, attacker, "attacker"),
        _bare(request.defender, defender, "defender"),
        fields=("attacker", "defender"),
    ).start
    state[A + DISABLED] = state[B + DISABLED] = 0
    return state


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
    return replace(result, rolls=result.crit_rolls)


def _residual(defender: Fighter, state: NDArray[np.int64], result: DamageRange) -> tuple[int, ...]:
    """What burn or poison takes at the end of the coming turns, in points."""
    most = result.defender_max_hp
    if result.rolls[-1] == 0:  # nothing that this move does knocks out
        return ()
    match defender.combatant.status:
        case "brn":
            return (max(1, most // 16),) * 100
        case "psn":
            return (max(1, most // 8),) * 100
        case "tox":
            stage = int(state[B + STATUS_TIME])
            return tuple(max(1, most // 16) * min(15, stage + turn) for turn in range(1, 101))
    return ()


def _chances(result: DamageRange, residual: tuple[int, ...], doll: int, *, once: bool) -> list[KnockOut]:
    """Chances by uses; a user that ends itself has one use, whatever the number allowed."""
    found = knock_outs(result, residual, doll=doll)
    return [replace(found[0], uses=one.uses) for one in found] if once else found


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
