"""The trees of a model, added up without XGBoost: the same as with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictiondex.errors import ArtefactError
from predictiondex.ml import trees
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.features import NAMES
from predictiondex.ml.model import BattleModel
from predictiondex.ml.trees import TOGETHER, Trees
from tests.ml.models import booster, manifest


@pytest.fixture(scope="module")
def grown() -> xgboost.Booster:
    """A model with trees of every shape, a single leaf among them, and a start of its own."""
    chance = np.random.default_rng(3)
    x = chance.normal(size=(4000, 20)).astype(np.float32)
    x[:, 5] = x[:, 5].round()  # few values, many rows on a limit
    y = chance.random(4000) < 1 / (1 + np.exp(-x[:, 0] * x[:, 1] - x[:, 5]))
    parameters = {"objective": "binary:logistic", "max_depth": 7, "base_score": 0.3, "seed": 1, "gamma": 2.0}
    return xgboost.train(parameters, xgboost.DMatrix(x, y), 60)


def test_they_add_up_to_what_xgboost_answers(grown: xgboost.Booster) -> None:
    own = Trees.of(grown)
    rows = np.random.default_rng(4).normal(size=(2000, 20)).astype(np.float32)
    rows[:, 5] = rows[:, 5].round()
    told = grown.inplace_predict(rows, predict_type="margin", base_margin=np.zeros(2000))
    assert np.array_equal(own.sums(rows), told)
    assert len(own.depths) == 60
    assert own.sums(rows[:0]).shape == (0,)


@pytest.mark.slow
def test_trees_that_do_not_are_refused(grown: xgboost.Booster, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = trees._joined

    def others(grown: list[dict[str, Any]]) -> trees._Nodes:
        nodes = joined(grown)
        return nodes._replace(limits=nodes.limits + np.float32(0.01))

    monkeypatch.setattr(trees, "_joined", others)
    with pytest.raises(ArtefactError, match="do not add up"):
        Trees.of(grown)


@pytest.mark.slow
def test_a_model_that_is_too_wide_is_refused() -> None:
    rows = np.zeros((20, 256), dtype=np.float32)
    wide = xgboost.train({}, xgboost.DMatrix(rows, np.arange(20) % 2), 1)
    with pytest.raises(ArtefactError, match="more features"):
        Trees.of(wide)


def test_numbers_keep_their_order_as_whole_ones() -> None:
    numbers = np.array([-np.inf, -3e38, -1.0, -1e-45, -0.0, 0.0, 1e-45, 1.0, 3e38, np.inf], dtype=np.float32)
    whole = trees.in_order(numbers.view(np.int32))
    assert (np.sign(np.diff(whole.astype(np.int64))) == np.sign(np.diff(numbers))).all()


def test_a_row_has_the_same_chance_alone_and_in_company() -> None:
    own = xgboost.Booster()
    own.load_model(bytearray(booster()))
    model = BattleModel(own, manifest())
    rows = np.random.default_rng(5).random((TOGETHER + 1, len(NAMES))).astype(np.float32)
    together = model.from_features(rows)
    alone = np.concatenate([model.from_features(row[np.newaxis]) for row in rows])
    assert (together == alone).all()
    assert len(set(together.round(6))) > 3
