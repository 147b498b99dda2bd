"""One use of a move in numbers that explanations, answers and calculators share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.knockout import at_once, least_and_most_uses
from predictiondex.battle import Combatant, DamageRange, damages
from predictiondex.battle.accuracy import staged_accuracy
from predictiondex.battle.choices import locked_move, selectable
from predictiondex.battle.combatant import new_state, stats_of
from predictiondex.battle.conditions import has_type
from predictiondex.battle.damage import HUNDREDTHS
from predictiondex.battle.layout import (
    CONDITIONS,
    FRZ,
    MEGA,
    MINIMIZE,
    NONE,
    OK,
    STAGE_ACC,
    STAGE_EVA,
    STATUS,
    SUBSTITUTE,
    SUBSTITUTE_HP,
    A,
    B,
)
from predictiondex.battle.moves import (
    E_SURE_TOXIC,
    EFFECT,
    F_MINIMIZE,
    FLAGS,
    MOVE_NUMBER,
    POISON,
    TABLE,
)
from predictiondex.battle.turn import evolve
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, STATS, Move

#: Moves that give back what their user takes: nobody can tell their damage before the turn.
REACTIVE = frozenset({"bide", "counter", "mirrorcoat"})

#: Moves that fail unless their target is about to attack.
AMBUSHES = frozenset({"suckerpunch"})

#: Moves that cost a second turn, to charge or to recharge.
TWO_TURNS = frozenset({"charge", "recharge"})


class Blow(NamedTuple):
    """What one use of ``move`` does. Percentages are of the target's full hit points.

    ``hits_needed`` is how many uses knock the target out at best and at worst, if all of them hit;
    ``None`` for a move that does no damage or whose damage cannot be told. ``type_multiplier`` and
    ``stab`` are what they do to the damage: 1 (or 0) and false for moves of fixed damage. ``shielded``: the
    target's substitute takes it; only more hits than one can knock out then.
    """

    move: Move
    percent: tuple[float, float]
    ko_chance: float
    type_multiplier: float
    stab: bool
    accuracy: float | None
    hits_needed: tuple[int, int] | None
    shielded: bool = False

    @property
    def harm(self) -> float:
        """Mean damage of a turn spent on this move, in per cent: misses and second turns counted."""
        chance = 1.0 if self.accuracy is None else self.accuracy
        turns = 2 if TWO_TURNS & self.move.flags else 1
        return chance * sum(self.percent) / 2 / turns


def evolved(state: NDArray[np.int64]) -> NDArray[np.int64]:
    """The state once the Mega Evolutions of this turn are done, which is before any move."""
    state = state.copy()
    for side in (int(A), int(B)):
        if evolves(state, side):
            evolve(state, side)
    return state


def evolves(state: NDArray[np.int64], side: int) -> bool:
    """Whether a side's Mega Evolution comes this turn: it is part of choosing a move, so that a side with
    nothing to choose, not even a move with PP left, stays as it is."""
    return bool(state[side + MEGA] != 0 and locked_move(state, side) == NONE and selectable(state, side))


def strikes(state: NDArray[np.int64], moves: Sequence[Move], user: int = int(A)) -> list[DamageRange]:
    """What each of ``moves`` does when it comes, as both stand by then; ``state`` stays as it is.

    Mega Evolutions are done, and a frozen user has thawed (it cannot strike before, and Facade no longer
    counts the ice). Accuracy is the one that is rolled for: whole per cents, and none where a minimised
    target is hit for sure.
    """
    state = evolved(state)
    if state[user + STATUS] == FRZ:
        state[user + STATUS] = OK
    found = damages(state, moves, user)
    target = int(A + B) - user
    stages = int(state[user + STAGE_ACC]), int(state[target + STAGE_EVA])
    minimised = bool(state[target + CONDITIONS] >> MINIMIZE & 1)
    if stages == (0, 0) and not minimised:
        return found  # as it is written in the move's entry
    return [
        _aimed(move, damage, stages, minimised=minimised) for move, damage in zip(moves, found, strict=True)
    ]


def _aimed(move: Move, damage: DamageRange, stages: tuple[int, int], *, minimised: bool) -> DamageRange:
    """The same with the accuracy of :func:`predictiondex.battle.accuracy.is_accurate`."""
    if move.accuracy is None or move.ohko or damage.accuracy == 0:
        return damage
    if minimised and TABLE[MOVE_NUMBER[move.id], FLAGS] & F_MINIMIZE:
        return damage._replace(accuracy=1.0)
    return damage._replace(accuracy=min(100, int(staged_accuracy(move.accuracy, *stages))) / 100)


def blow(attacker: Combatant, defender: Combatant, move: Move) -> Blow:
    """Weigh one use of ``move`` at the start of a battle; see :func:`blows_in`."""
    return blows_in(new_state(attacker, defender), (move,))[0]


def blows_in(state: NDArray[np.int64], moves: Sequence[Move], user: int = int(A)) -> list[Blow]:
    """Weigh one use of each of ``moves`` by a side of a state, as both stand there.

    A status move does no damage.
    """
    return [
        _quiet(move, 1.0 if _sure(state, move, user) else damage.accuracy)
        if move.category == "Status"
        else _harmful(move, damage, doll_of(state, move, user))
        for move, damage in zip(moves, strikes(state, moves, user), strict=True)
    ]


def _sure(state: NDArray[np.int64], move: Move, user: int) -> bool:
    """Whether accuracy is not asked: Toxic of a Poison type."""
    return bool(TABLE[MOVE_NUMBER[move.id], EFFECT] == E_SURE_TOXIC and has_type(state, user, POISON))


def _quiet(move: Move, accuracy: float) -> Blow:
    known = None if move.accuracy is None else accuracy
    return Blow(move, (0.0, 0.0), 0.0, 1.0, False, known, None)


def doll_of(state: NDArray[np.int64], move: Move, user: int = int(A)) -> int:
    """Points left of the substitute that takes a move in its target's place; 0 where none does."""
    target = int(A + B) - user
    if "bypasssub" in move.flags or not state[target + CONDITIONS] >> SUBSTITUTE & 1:
        return 0
    return -(-int(state[target + SUBSTITUTE_HP]) // HUNDREDTHS)


def _harmful(move: Move, damage: DamageRange, doll: int) -> Blow:
    accuracy = None if move.accuracy is None else damage.accuracy
    if move.id in REACTIVE:
        return Blow(move, (0.0, 0.0), 0.0, _scale(damage.type_multiplier), False, accuracy, None)
    fixed = has_fixed_damage(move)
    least, most = damage.percent
    return Blow(
        move,
        (round(least, 1), round(most, 1)),
        at_once(damage, doll=doll),
        _scale(damage.type_multiplier) if fixed else damage.type_multiplier,
        damage.stab and not fixed,
        accuracy,
        None if doll or least == 0 else _uses(damage),
        doll > 0,
    )


def has_fixed_damage(move: Move) -> bool:
    """Whether type and stats do not scale the damage of a move; an immunity stops it all the same."""
    return move.fixed_damage is not None or bool(move.ohko) or "damageCallback" in move.callbacks


def _scale(multiplier: float) -> float:
    """What a type multiplier does to fixed damage: all or nothing."""
    return 0.0 if multiplier == 0 else 1.0


def _uses(damage: DamageRange) -> tuple[int, int] | None:
    """Uses needed with the best and with the worst rolls, however many."""
    if damage.halves:
        return least_and_most_uses(damage)
    low, high = damage.rolls[0] * damage.hits[0], damage.rolls[-1] * damage.hits[1]
    return -(-damage.defender_hp // high), -(-damage.defender_hp // low)


def speed(combatant: Combatant, *, evolves: bool = True) -> int:
    """Speed as it decides who moves first this turn: stat stages counted, halved by paralysis.

    A Pokémon with one Mega Evolution already has the Mega's speed on the turn it evolves; of the two of
    Charizard and Mewtwo the order of that turn was settled before. ``evolves``: see :func:`evolves`.
    """
    mega = pokedex.mega_form(combatant.form, "mega") if evolves and combatant.mega == "mega" else None
    stats = stats_of(mega or combatant.form, combatant)
    stage = combatant.boosts[BOOSTS.index("spe")]
    value = stats[STATS.index("spe")] * max(2, 2 + stage) // max(2, 2 - stage)
    return value // 2 if combatant.status == "par" else value
