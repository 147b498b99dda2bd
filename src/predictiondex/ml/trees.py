"""A model's trees, added up.

XGBoost takes a millisecond to answer however few rows there are: time for its own bookkeeping, not for the
trees. They are read here from the loaded model, which stays the measure of them: :meth:`Trees.of` compares
the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.compiled import entry, kernel
from predictiondex.errors import ArtefactError

if TYPE_CHECKING:
    import xgboost

#: Rows that go down two trees together: none waits for what another one reads.
TOGETHER: Final = 4

#: Rows on which both have to agree.
_TRIED: Final = 256

#: A node in one number: its limit in the upper half, then the feature it asks for, then its left daughter.
_LIMIT, _FEATURE = np.int64(32), np.int64(24)
_FEATURES, _NODES = np.int64(0xFF), np.int64(0xFFFFFF)


class _Nodes(NamedTuple):
    """Nodes of all trees, level by level: the roots of all trees first, sisters beside each other.

    ``depths`` ``(trees,)``: steps to its deepest leaf. By node: the feature it asks for, the limit below
    which the way goes left, its left daughter, behind whom the right one follows, and the value of a leaf,
    which leads to itself.
    """

    depths: NDArray[np.int64]
    features: NDArray[np.int64]
    limits: NDArray[np.float32]
    daughters: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees as they are read on the way down: an even number, with ``depths`` ``(trees,)``, ``nodes`` in one
    number each, and the ``values`` of leaves."""

    depths: NDArray[np.int64]
    nodes: NDArray[np.int64]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, booster: xgboost.Booster) -> Trees:
        """The trees of a loaded model.

        Raises :class:`~predictiondex.errors.ArtefactError` where they do not add up to what it answers.
        """
        model = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]
        nodes = _joined(model["trees"])
        if booster.num_features() > _FEATURES or len(nodes.values) > _NODES:
            raise ArtefactError("The model has more features or nodes than there is room for.")
        trees = cls._packed(nodes)
        rows = _rows(nodes, booster.num_features())
        told = booster.inplace_predict(rows, predict_type="margin", base_margin=np.zeros(len(rows)))
        if not np.array_equal(trees.sums(rows), told):
            raise ArtefactError("The trees of the model do not add up to what XGBoost answers.")
        return trees

    @classmethod
    def _packed(cls, nodes: _Nodes) -> Trees:
        limits = in_order(nodes.limits.view(np.int32)).astype(np.int64)
        return cls(
            nodes.depths, limits << _LIMIT | nodes.features << _FEATURE | nodes.daughters, nodes.values
        )

    def sums(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the trees add to the log odds of each row ``(n, features)``; ``(n,)``. Rows are finite.

        Bit by bit what XGBoost answers: it adds up in single precision and in the same order.
        """
        if missing := -len(rows) % TOGETHER:
            rows = np.concatenate([rows, np.zeros((missing, rows.shape[1]), dtype=np.float32)])
        total = np.zeros(len(rows), dtype=np.float32)
        room = np.empty((TOGETHER, rows.shape[1]), dtype=np.int32)
        add(rows.view(np.int32), room, self.depths, self.nodes, self.values, total)
        return total[: len(rows) - missing]


def _joined(trees: list[dict[str, Any]]) -> _Nodes:
    if len(trees) % 2:
        trees = [*trees, _NO_TREE]
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
    return _Nodes(
        depths,
        np.where(leaf, 0, all_of("split_indices", np.int64)[order]),
        np.where(leaf, np.float32(np.inf), values),
        np.where(leaf, np.arange(len(order)), daughters),
        np.where(leaf, values, np.float32(0)),
    )


#: A leaf that adds nothing, as XGBoost writes a tree down.
_NO_TREE: Final = {
    "left_children": [-1],
    "right_children": [-1],
    "split_conditions": [0.0],
    "split_indices": [0],
}


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


@kernel
def in_order(bits: Any) -> Any:
    """The bits of floating numbers (not NaN) as whole numbers in the same order, 0 and -0 alike."""
    sign = bits >> 31
    return (bits ^ (sign & 0x7FFFFFFF)) - sign


@entry
def add(
    bits: NDArray[np.int32],
    room: NDArray[np.int32],
    depths: NDArray[np.int64],
    nodes: NDArray[np.int64],
    values: NDArray[np.float32],
    total: NDArray[np.float32],
) -> None:
    """Add every tree's leaf to ``total``; the number of rows is a multiple of :data:`TOGETHER`, that of trees
    even. ``bits`` are those of the rows, ``room`` ``(TOGETHER, features)`` is to work in."""
    one, two, three, four = room[0], room[1], room[2], room[3]
    for row in range(0, bits.shape[0], TOGETHER):
        for number in range(TOGETHER):
            for column in range(bits.shape[1]):
                room[number, column] = in_order(bits[row + number, column])
        for tree in range(0, depths.shape[0], 2):
            a = b = c = d = np.uint64(tree)
            e = f = g = h = np.uint64(tree + 1)
            for _ in range(max(depths[tree], depths[tree + 1])):
                a, e = below(nodes, a, one), below(nodes, e, one)
                b, f = below(nodes, b, two), below(nodes, f, two)
                c, g = below(nodes, c, three), below(nodes, g, three)
                d, h = below(nodes, d, four), below(nodes, h, four)
            total[row] = total[row] + values[a] + values[e]
            total[row + 1] = total[row + 1] + values[b] + values[f]
            total[row + 2] = total[row + 2] + values[c] + values[g]
            total[row + 3] = total[row + 3] + values[d] + values[h]


@kernel
def below(nodes: NDArray[np.int64], at: np.uint64, row: NDArray[np.int32]) -> np.uint64:
    """The daughter to which a row goes on from a node."""
    node = nodes[at]
    right = row[np.uint64(node >> _FEATURE & _FEATURES)] >= node >> _LIMIT
    return np.uint64(node & _NODES) + np.uint64(right)


def warm_up() -> None:
    """Compile it, or load it from its cache."""
    Trees._packed(_joined([_NO_TREE])).sums(np.zeros((1, 1), dtype=np.float32))


def _rows(nodes: _Nodes, width: int) -> NDArray[np.float32]:
    """Rows around the limits that the trees ask about, and on them, where less and not less part."""
    chance = np.random.default_rng(0)
    rows = np.zeros((_TRIED, width), dtype=np.float32)
    for column in range(width):
        asked = nodes.limits[(nodes.features == column) & np.isfinite(nodes.limits)]
        if len(asked):
            rows[:, column] = chance.choice(asked, _TRIED) + chance.choice([-0.5, 0.0, 0.5], _TRIED)
    return rows
