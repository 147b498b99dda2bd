"""What the model is measured against: the toy formula that others use, a random forest, the race alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.ml.features import PLAIN
from predictiondex.pokedex import pokedex

if TYPE_CHECKING:
    from predictiondex.battle import Combatant
    from predictiondex.ml.parquet import Rows
    from predictiondex.pokedex.model import Move

_LEVEL = 50
#: Profile -> rows that the forest sees, and its trees: it takes a third of a quick training else.
_FOREST: Final[dict[str, tuple[int, int]]] = {"quick": (20_000, 30), "full": (60_000, 60)}


def toy_formula(a: Combatant, b: Combatant) -> float:
    """1.0, 0.5 or 0.0: the winner by base stats taken as stats, strongest move and fractional turns."""
    mine, theirs = _turns(a, b), _turns(b, a)
    if mine != theirs:
        return 1.0 if mine < theirs else 0.0
    speeds = a.form.base_stats[5], b.form.base_stats[5]
    return 0.5 if speeds[0] == speeds[1] else float(speeds[0] > speeds[1])


def _turns(user: Combatant, foe: Combatant) -> float:
    """Fractional turns until the foe is down."""
    best = max(user.moves, key=lambda move: _worth(user, foe, move))
    damage = _damage(user, foe, best)
    return foe.form.base_stats[0] / damage if damage > 0 else float("inf")


def _multipliers(user: Combatant, foe: Combatant, move: Move) -> float:
    same = 1.5 if move.type in user.form.types else 1.0
    return same * pokedex.effectiveness(move.type, foe.form.types)


def _worth(user: Combatant, foe: Combatant, move: Move) -> float:
    accuracy = (move.accuracy or 100) / 100
    return _power(move) * _multipliers(user, foe, move) * accuracy + 50 * move.priority


def _power(move: Move) -> float:
    if move.multihit is not None:
        return move.power * (2 if move.multihit == (2, 2) else 3)
    return move.power / 2 if "charge" in move.flags else float(move.power)


def _damage(user: Combatant, foe: Combatant, move: Move) -> float:
    if move.power == 0:
        return 0.0
    physical = move.category == "Physical"
    attack = user.form.base_stats[1 if physical else 3]
    defence = foe.form.base_stats[2 if physical else 4]
    base = (2 * _LEVEL / 5 + 2) * _power(move) * attack / defence / 50 + 2
    return base * _multipliers(user, foe, move)


def forest(train: Rows, test: Rows, *, profile: str, seed: int, threads: int) -> NDArray[np.float64]:
    """Chances of the rows of ``test`` by a random forest that sees neither the race's answer nor battles."""
    from sklearn.ensemble import RandomForestRegressor

    most, trees = _FOREST.get(profile, _FOREST["quick"])
    columns = np.flatnonzero(np.arange(train.features.shape[1]) >= PLAIN)
    chosen = np.random.default_rng(seed).permutation(len(train))[:most]
    model = RandomForestRegressor(
        n_estimators=trees, min_samples_leaf=5, max_features=0.5, random_state=seed, n_jobs=threads
    )
    model.fit(train.features[chosen][:, columns], train.p[chosen])
    predicted: NDArray[np.float64] = model.predict(test.features[:, columns])
    return predicted
