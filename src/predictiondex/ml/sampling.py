"""Which matchups the model learns from: a distribution one can read, and a matchup for every number.

Matchup ``i`` of seed ``s`` is always the same, whoever draws it. Both sides are drawn alike and on their own,
but for their levels, which are close as in a real fight.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.batch import BattleBatch
from predictiondex.battle.combatant import NO_AVS, PERFECT_IVS, Combatant, MegaKey, Stats6, new_state
from predictiondex.battle.layout import NONE, TURN
from predictiondex.battle.moves import (
    CHANCE_CONDITION,
    CONDITION,
    F_CHARGE,
    FLAGS,
    MOVE_NUMBER,
    SELF_CONDITION,
    SIDE_CONDITION,
    TABLE,
)
from predictiondex.battle.rng import use_fast
from predictiondex.battle.savestate import WITHIN_A_TURN
from predictiondex.ml.mix import Mix
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Form, Move

#: The distribution, as the manifest of a dataset records it. Shares are chances.
DISTRIBUTION: Final[dict[str, Any]] = {
    "form": "each of the forms but Megas alike",
    "mega": "0.2 where the form has one; each of two alike",
    "moves": "0.3 the last four learned by level, 0.2 up to four damaging, else up to four of the legal pool",
    "fewer_moves": "0.15 one to three moves; one at least does damage where the form has such a move",
    "level": "0.55 both 50, 0.25 one level from 5 to 100 for both, else levels up to 10 apart",
    "ivs": "0.7 all 31, else each from 0 to 31",
    "avs": "0.6 none, 0.15 all one number, else each from 0 to 200",
    "nature": "0.5 neutral, else any",
    "friendship": "0.8 70, else from 0 to 255",
    "mid_battle": "0.35 of the matchups: hp from 5 to 100 per cent, 0.3 a status, 0.3 stages from -2 to 2",
    "played_on": "0.5 of those in mid-battle: one to three turns more, moves at random, if both still stand",
    "left_behind": "0.4 of those played on: each side's last move is one that lasts, if it can learn one",
}


@dataclass(frozen=True, slots=True)
class Matchup:
    """Two Pokémon about to choose; ``mid_battle``: not as they came in.

    ``turns`` are played on from there with moves at random, by the luck of a seed: see :func:`state_of`. In
    the last of them A and B use the moves in the slots ``ends_with``, unless they are ``NONE``.
    """

    a: Combatant
    b: Combatant
    mid_battle: bool
    turns: int = 0
    luck: int = 0
    ends_with: tuple[int, int] = (NONE, NONE)


@cache
def _forms() -> tuple[Form, ...]:
    return tuple(form for key, form in sorted(pokedex.forms.items()) if form.kind != "mega")


@cache
def _megas(form: Form) -> tuple[MegaKey, ...]:
    keys = sorted(
        other.mega_key for other in pokedex.forms.values() if other.mega_of == form.id and other.mega_key
    )
    return tuple(keys)


@cache
def _pool(form: Form) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """Legal moves of a form, and those that do damage."""
    legal = tuple(pokedex.moves[move] for move in sorted(form.movepool))
    return legal, tuple(move for move in legal if move.category != "Status")


@cache
def _lasting(form: Form) -> tuple[Move, ...]:
    """Legal moves that leave a side in a plight that its status and stages do not tell."""
    return tuple(move for move in _pool(form)[0] if _lasts(TABLE[MOVE_NUMBER[move.id]]))


def _lasts(row: NDArray[np.int64]) -> bool:
    """Whether a move, by its row of the kernel's table, begins something that outlasts its turn."""
    begun = {int(row[column]) for column in (CONDITION, SELF_CONDITION, CHANCE_CONDITION, SIDE_CONDITION)}
    return not begun <= {NONE, *WITHIN_A_TURN} or bool(row[FLAGS] & F_CHARGE)


def draw(seed: int, number: int, mix: Mix | None = None) -> Matchup:
    """Matchup ``number`` of ``seed``; with a ``mix`` its share of them comes from what was seen."""
    if mix is not None:
        seen = _from_mix(random.Random(f"mix {seed} {number}"), mix)  # noqa: S311 - matchups, not secrets
        if seen is not None:
            return seen
    chance = random.Random(f"matchup {seed} {number}")  # noqa: S311 - matchups, not secrets
    levels = _levels(chance)
    mid_battle = chance.random() < 0.35
    a, b = (_combatant(chance, level, mid_battle) for level in levels)
    if not mid_battle or chance.random() >= 0.5:
        return Matchup(a, b, mid_battle)
    turns, luck = chance.randint(1, 3), chance.getrandbits(62)
    if chance.random() >= 0.4:
        return Matchup(a, b, mid_battle, turns, luck)
    (a, mine), (b, theirs) = _ending(chance, a), _ending(chance, b)
    return Matchup(a, b, mid_battle, turns, luck, (mine, theirs))


def _ending(chance: random.Random, one: Combatant) -> tuple[Combatant, int]:
    """A side that knows a move that lasts, and its slot; as it was, and ``NONE``, if it can learn none."""
    lasting = _lasting(one.form)
    if not lasting:
        return one, NONE
    move = chance.choice(lasting)
    if move in one.moves:
        return one, one.moves.index(move)
    slot = chance.randrange(len(one.moves))
    return replace(one, moves=(*one.moves[:slot], move, *one.moves[slot + 1 :])), slot


def state_of(matchup: Matchup) -> NDArray[np.int64]:
    """The state in which both sides of a matchup choose, its turns played; ``(VECTOR,)``.

    Where those turns would end the battle they are not played. The turn at hand counts as the first.
    """
    start = new_state(matchup.a, matchup.b)
    if matchup.turns == 0:
        return start
    batch = BattleBatch(start[np.newaxis].copy())
    use_fast(batch.states[0], matchup.luck)
    for turn in range(1, matchup.turns + 1):
        slots = batch.choose("random", "random")
        for side, slot in enumerate(matchup.ends_with if turn == matchup.turns else ()):
            if slot != NONE and batch.choices[0, side, slot]:
                slots[0, side] = slot
        batch.step(slots)
        if batch.ended[0]:
            return start
    played: NDArray[np.int64] = batch.states[0]
    played[TURN] = 1
    return played


def _from_mix(chance: random.Random, mix: Mix) -> Matchup | None:
    """A pair that was seen; each side knows the moves it was seen with, or others as often."""
    pair = mix.pick(chance)
    if pair is None:
        return None
    a, b = (
        one if chance.random() < 0.5 else replace(one, moves=_moves(chance, one.form, one.level))
        for one in pair
    )
    came_in = all(one.hp_percent == 100 and one.status is None and not any(one.boosts) for one in pair)
    return Matchup(a, b, not came_in)


def _levels(chance: random.Random) -> tuple[int, int]:
    kind = chance.random()
    if kind < 0.55:
        return 50, 50
    level = chance.randint(5, 100)
    if kind < 0.8:
        return level, level
    return level, min(max(level + chance.randint(-10, 10), 1), 100)


def _combatant(chance: random.Random, level: int, mid_battle: bool) -> Combatant:
    form = chance.choice(_forms())
    keys = _megas(form)
    return Combatant(
        form=form,
        moves=_moves(chance, form, level),
        level=level,
        nature=chance.choice(sorted(pokedex.natures)) if chance.random() < 0.5 else "serious",
        ivs=_six(chance, 31) if chance.random() < 0.3 else PERFECT_IVS,
        avs=_avs(chance),
        friendship=70 if chance.random() < 0.8 else chance.randint(0, 255),
        mega=chance.choice(keys) if keys and chance.random() < 0.2 else None,
        **(_state(chance) if mid_battle else {}),
    )


def _moves(chance: random.Random, form: Form, level: int) -> tuple[Move, ...]:
    legal, damaging = _pool(form)
    kind = chance.random()
    if kind < 0.3:
        learned = pokedex.level_up_moves(form, level)
        if learned:
            return tuple(pokedex.moves[move] for move in learned)
    pool = damaging if kind < 0.5 and damaging else legal
    wanted = chance.randint(1, 3) if chance.random() < 0.15 else 4
    while True:
        moves = tuple(chance.sample(pool, min(wanted, len(pool))))
        if not damaging or any(move in damaging for move in moves):
            return moves


def _avs(chance: random.Random) -> Stats6:
    kind = chance.random()
    if kind < 0.6:
        return NO_AVS
    if kind < 0.75:
        same = chance.randint(1, 200)
        return same, same, same, same, same, same
    return _six(chance, 200)


def _six(chance: random.Random, most: int) -> Stats6:
    a, b, c, d, e, f = (chance.randint(0, most) for _ in range(6))
    return a, b, c, d, e, f


def _state(chance: random.Random) -> dict[str, Any]:
    """Hp, status and stages as they may be in the middle of a fight."""
    state: dict[str, Any] = {"hp_percent": chance.uniform(5, 100)}
    if chance.random() < 0.3:
        state["status"] = chance.choice(("par", "brn", "psn", "tox", "slp", "frz"))
        state["sleep_turns"] = chance.randint(1, 3)
        state["toxic_stage"] = chance.randint(0, 4)
    if chance.random() < 0.3:
        state["boosts"] = tuple(chance.randint(-2, 2) if chance.random() < 0.4 else 0 for _ in range(7))
    return state
