"""One use of a move in numbers that explanations, answers and calculators share."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from predictiondex.battle import Combatant, damage_rolls
from predictiondex.battle.combatant import stats_of
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, STATS, Move


@dataclass(frozen=True, slots=True)
class Blow:
    """What one use of ``move`` does. Percentages are of the target's full hit points.

    ``hits_needed`` is how many uses knock the target out at best and at worst, if all of them hit;
    ``None`` for a move that does no damage.
    """

    move: Move
    percent: tuple[float, float]
    ko_chance: float
    type_multiplier: float
    stab: bool
    accuracy: float | None
    hits_needed: tuple[int, int] | None

    @property
    def harm(self) -> float:
        """Mean damage of one use, misses counted, in per cent."""
        chance = 1.0 if self.accuracy is None else self.accuracy
        return chance * sum(self.percent) / 2


def blow(attacker: Combatant, defender: Combatant, move: Move) -> Blow:
    """Weigh one use of ``move``. A status move does no damage; its accuracy is the move's own."""
    if move.category == "Status":
        accuracy = None if move.accuracy is None else move.accuracy / 100
        return Blow(move, (0.0, 0.0), 0.0, 1.0, False, accuracy, None)
    damage = damage_rolls(attacker, defender, move)
    least, most = damage.percent
    left = 100 * damage.defender_hp / damage.defender_max_hp
    needed = (_uses(left, most), _uses(left, least)) if least > 0 else None
    return Blow(
        move,
        (round(least, 1), round(most, 1)),
        damage.ko_chance,
        damage.type_multiplier,
        damage.stab,
        None if move.accuracy is None else damage.accuracy,
        needed,
    )


def _uses(left: float, percent: float) -> int:
    # A hair of tolerance: 50 % of the bar twice is a knock-out whatever the last digit says.
    return max(1, ceil(left / percent - 1e-9))


def speed(combatant: Combatant) -> int:
    """Speed as it decides who moves first this turn: stat stages counted, halved by paralysis.

    A Pokémon with one Mega Evolution already has the Mega's speed on the turn it evolves; of the two of
    Charizard and Mewtwo the order of that turn was settled before.
    """
    mega = pokedex.mega_form(combatant.form, "mega") if combatant.mega == "mega" else None
    stats = stats_of(mega or combatant.form, combatant)
    stage = combatant.boosts[BOOSTS.index("spe")]
    value = stats[STATS.index("spe")] * max(2, 2 + stage) // max(2, 2 - stage)
    return value // 2 if combatant.status == "par" else value
