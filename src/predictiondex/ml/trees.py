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
#: Rows that go down a tree together: none waits for what another one reads.
TOGETHER: Final = 4

#: Rows on which both have to agree.
_TRIED: Final = 256


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees, level by level: the roots of all trees first, sisters beside each other.

    ``depths`` ``(trees,)``: steps to its deepest leaf. By node: ``asks`` ``(nodes, 2)`` holds the feature it
    asks for and its left daughter, behind whom the right one follows; ``limits``, below which the way goes
    left; ``values`` of the leaves. A leaf leads to itself.
    """

    depths: NDArray[np.int64]
    asks: NDArray[np.uint32]
    limits: NDArray[np.float32]
    values: NDArray[np.float32]

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
        first = np.cumsum([0, *sizes])[:-1]

        def all_of(name: str, kind: type) -> NDArray[Any]:
            return np.concatenate([np.zeros(0, kind), *(np.array(tree[name], dtype=kind) for tree in trees)])

        shift = np.repeat(first, sizes)
        is_leaf = all_of("left_children", np.int64) < 0
        left, right = all_of("left_children", np.int64) + shift, all_of("right_children", np.int64) + shift
        order, daughters, depths = _by_level(first, left, right, is_leaf)
        leaf = is_leaf[order]
        values = all_of("split_conditions", np.float32)[order]
        features = np.where(leaf, 0, all_of("split_indices", np.int64)[order])
        asks = np.stack([features, np.where(leaf, np.arange(len(order)), daughters)], axis=1)
        limits = np.where(leaf, np.float32(np.inf), values)
        return cls(depths, asks.astype(np.uint32), limits, np.where(leaf, values, np.float32(0)))

    def sums(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the trees add to the log odds of each row ``(n, features)``; ``(n,)``. Rows are finite.

        Bit by bit what XGBoost answers: it adds up in single precision and in the same order.
        """
        whole = np.zeros((-(-len(rows) // TOGETHER) * TOGETHER, rows.shape[1]), dtype=np.float32)
        whole[: len(rows)] = rows
        total = np.zeros(len(whole), dtype=np.float32)
        add(whole, self.depths, self.asks, self.limits, self.values, total)
        return total[: len(rows)]


def _by_level(
    roots: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], is_leaf: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Nodes in their new order, where in it the left daughter of each stands, and the depth of each tree."""
    level, trees = roots, np.arange(len(roots))
    order, daughters, depths = [level], [], np.zeros(len(roots), dtype=np.int64)
    known = len(level)
    while len(level):
        inner = ~is_leaf[level]
        place = np.zeros(len(level), dtype=np.int64)
        place[inner] = known + 2 * np.arange(inner.sum())
        daughters.append(place)
        trees = np.repeat(trees[inner], 2)
        depths[trees] += 1
        level = np.stack([left[level[inner]], right[level[inner]]], axis=1).reshape(-1)
        order.append(level)
        known += len(level)
    return np.concatenate(order), np.concatenate(daughters), depths


@entry
def add(
    rows: NDArray[np.float32],
    depths: NDArray[np.int64],
    asks: NDArray[np.uint32],
    limits: NDArray[np.float32],
    values: NDArray[np.float32],
    total: NDArray[np.float32],
) -> None:
    """Add every tree's leaf to ``total``; the number of rows is a multiple of :data:`TOGETHER`."""
    for row in range(0, rows.shape[0], TOGETHER):
        one, two, three, four = rows[row], rows[row + 1], rows[row + 2], rows[row + 3]
        for tree in range(depths.shape[0]):
            a = b = c = d = np.uint64(tree)
            for _ in range(depths[tree]):
                a = asks[a, 1] + np.uint64(one[asks[a, 0]] >= limits[a])
                b = asks[b, 1] + np.uint64(two[asks[b, 0]] >= limits[b])
                c = asks[c, 1] + np.uint64(three[asks[c, 0]] >= limits[c])
                d = asks[d, 1] + np.uint64(four[asks[d, 0]] >= limits[d])
            total[row] += values[a]
            total[row + 1] += values[b]
            total[row + 2] += values[c]
            total[row + 3] += values[d]


def warm_up() -> None:
    """Compile it, or load it from its cache."""
    leaf = np.zeros((1, 2), dtype=np.uint32)
    Trees(np.zeros(1, dtype=np.int64), leaf, np.full(1, np.inf, np.float32), np.zeros(1, np.float32)).sums(
        np.zeros((1, 1), dtype=np.float32)
    )


def _rows(trees: Trees, width: int) -> NDArray[np.float32]:
    """Rows around the limits that the trees ask about, and on them, where less and not less part."""
    chance = np.random.default_rng(0)
    rows = np.zeros((_TRIED, width), dtype=np.float32)
    for column in range(width):
        asked = trees.limits[(trees.asks[:, 0] == column) & np.isfinite(trees.limits)]
        if len(asked):
            rows[:, column] = chance.choice(asked, _TRIED) + chance.choice([-0.5, 0.0, 0.5], _TRIED)
    return rows
