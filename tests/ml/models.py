"""Small real models for the tests."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from predictiondex.battle import ENGINE_VERSION
from predictiondex.ml.artefact import Manifest
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.features import FEATURE_VERSION, NAMES, START
from predictiondex.ml.model import margin, tree_parameters


@cache
def booster(seed: int = 1) -> bytes:
    """A boosting of a few rounds, on what it starts from, for this program's features."""
    chance = np.random.default_rng(seed)
    features = chance.random((200, len(NAMES)), dtype=np.float32)
    data = xgboost.QuantileDMatrix(
        features, label=features[:, START], base_margin=margin(features), feature_names=list(NAMES)
    )
    trained = xgboost.train({**tree_parameters(), "max_depth": 2, "nthread": 1, "seed": seed}, data, 3)
    return bytes(trained.save_raw("ubj"))


def manifest(**changed: Any) -> Manifest:
    """A manifest that this program accepts."""
    content: dict[str, Any] = {
        "features": NAMES,
        "engine_version": ENGINE_VERSION,
        "pokedex_checksum": "0" * 64,
        "dataset": {"hash": "f" * 64, "profile": "quick", "seed": 1, "rows": 200},
        "parameters": {"max_depth": 2, "feature_version": FEATURE_VERSION},
        "metrics": {"rmse": 0.04, "ece": 0.002, "opening_regret": 0.001, "decided_accuracy": 0.998},
        "created": "2026-01-01T00:00:00+00:00",
        "hybrid": {"strength": 30.0, "doubt": 0.01},
        "calibration": {"a": 1.1, "b": 0.05},
        "git_revision": "0123456789abcdef0123456789abcdef01234567",
        "requirements": ("numpy==2.3.0",),
    }
    return Manifest(**{**content, **changed})
