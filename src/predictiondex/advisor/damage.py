"""What one move does to one target."""

from __future__ import annotations

from predictiondex.advisor.sides import Fighter, fighter, move_ref
from predictiondex.battle import damage_rolls
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Move
from predictiondex.wire import DamageAnswer, DamageRequest


def damage(request: DamageRequest) -> DamageAnswer:
    """All sixteen rolls of one use of ``request.move``, in hit points, plain and critical.

    The sides' own move lists do not matter here, except that the attacker must be able to have the move.
    """
    move = pokedex.move(request.move, "move")
    if move.category == "Status":
        raise UsageError(f"{move.names.in_(request.lang)} does no damage.", field="move")
    attacker = _attacker(request, move)
    defender = fighter(request.defender, "defender", lang=request.lang, strict=request.strict)
    result = damage_rolls(attacker.combatant, defender.combatant, move)
    return DamageAnswer(
        attacker=attacker.summary,
        defender=defender.summary,
        move=move_ref(move, request.lang),
        rolls=list(result.rolls),
        crit_rolls=list(result.crit_rolls),
        damage_percent=result.percent,
        ko_chance=result.ko_chance,
        defender_hp=result.defender_hp,
        defender_max_hp=result.defender_max_hp,
        type_multiplier=result.type_multiplier,
        stab=result.stab,
        hits=result.hits,
        accuracy=result.accuracy,
        crit_chance=result.crit_chance,
    )


def _attacker(request: DamageRequest, move: Move) -> Fighter:
    """The attacker with that one move; an error about it belongs to the request's ``move``."""
    side = request.attacker.model_copy(update={"moves": [move.id]})
    try:
        return fighter(side, "attacker", lang=request.lang, strict=request.strict)
    except UsageError as error:
        if error.field == "attacker.moves[0]":
            error.field = "move"
        raise
