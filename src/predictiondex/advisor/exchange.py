"""One use of a move in numbers that explanations, answers and calculators share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import Combatant, DamageRange, damages
from predictiondex.battle.combatant import new_state, stats_of
from predictiondex.battle.layout import A
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, STATS, Move

#: Moves that give back what their user takes: nobody can tell their damage before the turn.
REACTIVE = frozenset({"bide", "counter", "mirrorcoat"})

#: Moves that cost a second turn, to charge or to recharge.
TWO_TURNS = frozenset({"charge", "recharge"})


@dataclass(frozen=True, slots=True)
class Blow:
    """What one use of ``move`` does. Percentages are of the target's full hit points.

    ``hits_needed`` is how many uses knock the target out at best and at worst, if all of them hit;
    ``None`` for a move that does no damage or whose damage cannot be told. ``type_multiplier`` and
    ``stab`` are what they do to the damage: 1 (or 0) and false for moves of fixed damage.
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
        """Mean damage of a turn spent on this move, in per cent: misses and second turns counted."""
        chance = 1.0 if self.accuracy is None else self.accuracy
        turns = 2 if TWO_TURNS & self.move.flags else 1
        return chance * sum(self.percent) / 2 / turns


def blow(attacker: Combatant, defender: Combatant, move: Move) -> Blow:
    """Weigh one use of ``move`` at the start of a battle; see :func:`blows_in`."""
    return blows_in(new_state(attacker, defender), (move,))[0]


def blows_in(state: NDArray[np.int64], moves: Sequence[Move], user: int = int(A)) -> list[Blow]:
    """Weigh one use of each of ``moves`` by a side of a state, as both stand there.

    A status move does no damage; its accuracy is the move's own.
    """
    return [
        _quiet(move) if move.category == "Status" else _harmful(move, damage)
        for move, damage in zip(moves, damages(state, moves, user), strict=True)
    ]


def _quiet(move: Move) -> Blow:
    accuracy = None if move.accuracy is None else move.accuracy / 100
    return Blow(move, (0.0, 0.0), 0.0, 1.0, False, accuracy, None)


def _harmful(move: Move, damage: DamageRange) -> Blow:
    accuracy = None if move.accuracy is None else damage.accuracy
    if move.id in REACTIVE:
        return Blow(move, (0.0, 0.0), 0.0, _scale(damage.type_multiplier), False, accuracy, None)
    fixed = has_fixed_damage(move)
    least, most = damage.percent
    left = 100 * damage.defender_hp / damage.defender_max_hp
    return Blow(
        move,
        (round(least, 1), round(most, 1)),
        damage.ko_chance,
        _scale(damage.type_multiplier) if fixed else damage.type_multiplier,
        damage.stab and not fixed,
        accuracy,
        (_uses(left, most), _uses(left, least)) if least > 0 else None,
    )


def has_fixed_damage(move: Move) -> bool:
    """Whether type and stats do not scale the damage of a move; an immunity stops it all the same."""
    return move.fixed_damage is not None or bool(move.ohko) or "damageCallback" in move.callbacks


def _scale(multiplier: float) -> float:
    """What a type multiplier does to fixed damage: all or nothing."""
    return 0.0 if multiplier == 0 else 1.0


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
