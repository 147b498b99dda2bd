"""What to think of an opponent whose moves nobody knows: its likeliest set, or the one worst for you.

The likeliest moves are the last four it learns by level (:func:`predictiondex.advisor.sides.likely_moves`).
The worst case is searched among everything it can legally have: moves that leave you the least chance with
your best opening against a greedy opponent. That never uses a status move while it can do damage, so those
count only where none of its blows hurts you. What is likely is never better for you than the worst.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from predictiondex.advisor.exchange import blows_in
from predictiondex.advisor.sides import Fighter
from predictiondex.advisor.situation import Situation
from predictiondex.advisor.values import simulated
from predictiondex.advisor.words import say
from predictiondex.battle.layout import B
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Move
from predictiondex.wire import Assume, Basis, Condition, Side

#: Battles for each single move, and for each set of the moves that came out worst.
_SCREEN, _CONFIRM = 100, 400
#: Moves that go on to the second stage.
_KEPT: Final = 6
#: A likely and a worst case this far apart are both told.
DIFFER: Final = 0.1


def worst_moves(situation: Situation, seed: int) -> tuple[Move, ...]:
    """One to four legal moves of the opponent that leave you the least chance, the worst one first.

    Moves that would make a greedy opponent choose something kinder are left out.
    """
    pool = [pokedex.moves[move] for move in sorted(situation.opponent.form.movepool)]
    attacks = [move for move in pool if move.category != "Status"]
    hurts = any(blow.harm for blow in blows_in(situation.start, attacks, int(B)))
    candidates = attacks if hurts else pool
    single = {move.id: _chance(situation, (move,), _SCREEN, seed) for move in candidates}
    kept = sorted(candidates, key=lambda move: (single[move.id], -move.power))[:_KEPT]
    alone = {move: _chance(situation, (move,), _CONFIRM, seed) for move in kept}
    first = min(kept, key=alone.__getitem__)
    found: tuple[Move, ...] = (first,)
    least = alone[first]
    for move in kept:
        if move in found or len(found) == 4:
            continue
        chance = _chance(situation, (*found, move), _CONFIRM, seed)
        if chance <= least:
            found, least = (*found, move), chance
    likely = situation.opponent.moves
    return likely if _chance(situation, likely, _CONFIRM, seed) < least else found


def _chance(situation: Situation, moves: tuple[Move, ...], n: int, seed: int) -> float:
    """Your chance with your best opening, both greedy from then on, if the opponent has these moves."""
    against = situation.with_opponent(with_moves(situation.opponent, moves))
    return max(value.p for value in simulated(against, n, seed).values())


def with_moves(opponent: Fighter, moves: tuple[Move, ...], *, warn: bool = False) -> Fighter:
    """The opponent with other moves; ``warn`` says so to the caller in place of the likeliest ones."""
    warnings = opponent.warnings
    if warn:
        names = ", ".join(move.names.in_(opponent.lang) for move in moves)
        told = say(
            "worst_assumed", opponent.lang, pokemon=opponent.form.names.in_(opponent.lang), moves=names
        )
        warnings = (told, *opponent.warnings[1:])
    combatant = replace(opponent.combatant, moves=moves)
    return replace(opponent, moves=moves, combatant=combatant, warnings=warnings)


def worst_case(situation: Situation, seed: int, *, warn: bool = False) -> Situation:
    """The same situation against the moves that are worst for you."""
    opponent = with_moves(situation.opponent, worst_moves(situation, seed), warn=warn)
    return situation.with_opponent(opponent)


def is_open(opponent: Fighter, side: Side) -> bool:
    """Whether its moves are a guess, and none of them is known by what it did, by its PP or by what holds
    it."""
    named = [one.move for one in side.conditions if isinstance(one, Condition)]
    return opponent.assumed and not side.pp and all(name is None for name in (side.last_move, *named))


def basis_of(opponent: Fighter, assume: Assume, *, open_question: bool = True) -> Basis:
    """Where the opponent's moves come from; the worst are looked for only where the question is open."""
    if not opponent.assumed:
        return "given"
    return "worst" if assume == "worst" and open_question else "likely"
