"""What a request is about, in the columns that drift is watched in: the same for training and traffic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.combatant import Combatant, new_state
from predictiondex.ml import drift
from predictiondex.ml.features import matrix
from predictiondex.ml.labels import openings_of
from predictiondex.ml.sampling import Matchup

Chances = Callable[[NDArray[np.float32]], NDArray[np.float64]]

#: The reference in the folder of an artefact.
REFERENCE_FILE: Final = "reference.json"
#: Matchups of the training distribution behind a reference.
REFERENCE_ROWS: Final = 2000


def row(you: Combatant, foe: Combatant, chance: float) -> dict[str, Any]:
    """One request: who meets whom, as what, and the chance to win that the best move was given."""
    return {
        **{f"{name}_you": value for name, value in _side(you).items()},
        **{f"{name}_foe": value for name, value in _side(foe).items()},
        "level_gap": you.level - foe.level,
        "chance": chance,
    }


def _side(one: Combatant) -> dict[str, Any]:
    return {
        "pokedex_number": one.form.dex,
        "base_stats": sum(one.form.base_stats),
        "type": one.form.types[0],
        "level": one.level,
        "hp": float(one.hp_percent),
        "status": one.status or "none",
        "mega": one.mega or "none",
    }


def columns(rows: Sequence[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Rows as columns."""
    return {name: np.array([one[name] for one in rows]) for name in rows[0]} if rows else {}


def reference(matchups: Sequence[Matchup], chances: Chances, *, seen: int | None = None) -> dict[str, Any]:
    """The reference of a model made for ``matchups``, drawn from so many ``seen`` (left out: each is new).
    ``chances``: its answers to rows of features."""
    states, slots, owner = [], [], []
    for number, matchup in enumerate(matchups):
        state = new_state(matchup.a, matchup.b)
        for slot in openings_of(state):
            states.append(state)
            slots.append(int(slot))
            owner.append(number)
    told = chances(matrix(np.stack(states), np.array(slots, dtype=np.int64)))
    best = np.zeros(len(matchups))
    np.maximum.at(best, np.array(owner), told)
    rows = [row(one.a, one.b, float(chance)) for one, chance in zip(matchups, best, strict=True)]
    return drift.make_reference(columns(rows), seen=seen)
