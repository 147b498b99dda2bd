"""A small trained world for the tests: dataset, model and registry, made once in each worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from predictiondex.battle import warm_up
from predictiondex.ml import dataset, features, pipeline
from predictiondex.ml.dataset import Recipe
from predictiondex.ml.model import BattleModel
from predictiondex.ml.parquet import Rows
from predictiondex.ml.registry import Registry


class Silent:
    """No progress."""

    def start(self, step: str, total: int) -> None:
        """Nothing."""

    def advance(self, units: int = 1) -> None:
        """Nothing."""


@dataclass(frozen=True)
class World:
    """What a small training left."""

    home: Path
    recipe: Recipe
    registry: Registry
    outcome: pipeline.Outcome

    @property
    def model(self) -> BattleModel:
        """The model it trained."""
        return BattleModel.load(self.outcome.folder)

    @property
    def rows(self) -> Rows:
        """Its dataset."""
        return dataset.load(self.home / "datasets" / "quick-5")[0]


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    warm_up()
    features.warm_up()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A model trained on 7,800 matchups by the same way as every other."""
    home = tmp_path_factory.mktemp("world")
    recipe = Recipe("quick", 5, 7800, 64, partition=600)
    registry = Registry(home / "models")
    outcome = pipeline.train(recipe, home / "datasets", registry, progress=Silent(), count=1)
    return World(home, recipe, registry, outcome)
