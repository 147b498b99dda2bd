"""A model's trees, added up for the few rows of one request.

XGBoost takes 0.2 ms to answer however few rows there are: time for its own bookkeeping, not for the trees.
They are read here from the loaded model, which stays the measure of them: :meth:`Trees.of` compares the two,
and many rows are XGBoost's business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.compiled import entry
from predictiondex.errors import ArtefactError

if TYPE_CHECKING:
    import xgboost

#: Up to so many rows this is faster.
FEW: Final = 32
#: In the place of a feature: this node is a leaf.
LEAF: Final = -1

#: Rows on which both have to agree.
_TRIED: Final = 256


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees, one behind the other.

    ``roots`` ``(trees,)``: the first node of each. By node: ``features`` it asks for, or :data:`LEAF`;
    ``limits``, below which the answer lies to the left, or the value of a leaf; ``left`` and ``right``, the
    nodes that follow.
    """

    roots: NDArray[np.int32]
    features: NDArray[np.int32]
    limits: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]

    @classmethod
    def of(cls, booster: xgboost.Booster) -> Trees:
        """The trees of a loaded model.

        Raises :class:`~predictiondex.errors.ArtefactError` where they do not add up to what it answers.
        """
        model = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]
        trees = cls._joined(model["trees"])
        rows = _rows(trees, booster.num_features())
        told = booster.inplace_predict(rows, predict_type="margin", base_margin=np.zeros(len(rows)))
        if not np.array_equal(trees.sums(rows), told):
            raise ArtefactError("The trees of the model do not add up to what XGBoost answers.")
        return trees

    @classmethod
    def _joined(cls, trees: list[dict[str, Any]]) -> Trees:
        sizes = [len(tree["left_children"]) for tree in trees]
        roots = np.cumsum([0, *sizes])[:-1].astype(np.int32)

        def all_of(name: str, kind: type) -> NDArray[Any]:
            return np.concatenate([np.zeros(0, kind), *(np.array(tree[name], dtype=kind) for tree in trees)])

        shift = np.repeat(roots, sizes)
        left, right = all_of("left_children", np.int32), all_of("right_children", np.int32)
        features = np.where(left < 0, LEAF, all_of("split_indices", np.int32)).astype(np.int32)
        limits = all_of("split_conditions", np.float32)
        return cls(roots, features, limits, left + shift, right + shift)

    def sums(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the trees add to the log odds of each row ``(n, features)``; ``(n,)``. Rows have no NaN.

        Bit by bit what XGBoost answers: it adds up in single precision and in the same order.
        """
        total = np.zeros(len(rows), dtype=np.float32)
        add(rows, self.roots, self.features, self.limits, self.left, self.right, total)
        return total


@entry
def add(
    rows: NDArray[np.float32],
    roots: NDArray[np.int32],
    features: NDArray[np.int32],
    limits: NDArray[np.float32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    total: NDArray[np.float32],
) -> None:
    """Add every tree's leaf to ``total``."""
    for row in range(rows.shape[0]):
        for root in roots:
            node = root
            while features[node] != LEAF:
                node = left[node] if rows[row, features[node]] < limits[node] else right[node]
            total[row] += limits[node]


def warm_up() -> None:
    """Compile it, or load it from its cache."""
    leaf = np.array([LEAF], dtype=np.int32)
    node = np.zeros(1, dtype=np.int32)
    Trees(node, leaf, np.zeros(1, dtype=np.float32), node, node).sums(np.zeros((1, 1), dtype=np.float32))


def _rows(trees: Trees, width: int) -> NDArray[np.float32]:
    """Rows around the limits that the trees ask about, and on them, where less and not less part."""
    chance = np.random.default_rng(0)
    rows = np.zeros((_TRIED, width), dtype=np.float32)
    for column in range(width):
        asked = trees.limits[trees.features == column]
        if len(asked):
            rows[:, column] = chance.choice(asked, _TRIED) + chance.choice([-0.5, 0.0, 0.5], _TRIED)
    return rows
