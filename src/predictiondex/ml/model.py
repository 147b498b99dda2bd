"""The model as it is served: a gradient boosting that corrects the race, read from a verified artefact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import ENGINE_VERSION
from predictiondex.errors import ArtefactError
from predictiondex.ml.artefact import Manifest, read_artefact
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.features import FEATURE_VERSION, NAMES, RACE, START, TRIAL, matrix
from predictiondex.ml.race.evidence import weigh
from predictiondex.ml.trees import Trees

if TYPE_CHECKING:
    from predictiondex.battle import Combatant

#: The chance to start from is kept this far from 0 and 1, so that the boosting can still move it.
_EDGE = 1e-3


def margin(features: NDArray[np.float32], column: int = START) -> NDArray[np.float64]:
    """What the boosting starts from: the log odds of the race's chance after a few battles; ``(n,)``.

    With another ``column``: the log odds of that one.
    """
    p = np.minimum(np.maximum(features[:, column].astype(np.float64), _EDGE), 1 - _EDGE)
    odds: NDArray[np.float64] = np.log(p / (1 - p))
    return odds


def calibrated(p: NDArray[np.float64], calibration: dict[str, float] | None) -> NDArray[np.float64]:
    """Chances after Platt's scaling of their log odds, ``a * x + b``; unchanged without one."""
    if calibration is None:
        return p
    q = np.clip(p, 1e-6, 1 - 1e-6)
    x = calibration["a"] * np.log(q / (1 - q)) + calibration["b"]
    return chance(x)


def chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chances that belong to log odds, however large those are."""
    p: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -odds))
    return p


def blend(
    p: NDArray[np.float64], wins: NDArray[np.float64], n: int, hybrid: Mapping[str, float]
) -> NDArray[np.float64]:
    """Mean chance to win ``(m,)`` after ``wins`` ``(m,)`` of ``n`` battles, where the model said ``p``
    ``(m,)`` before: :func:`predictiondex.ml.race.evidence.posterior`."""
    blended = np.empty(len(p))
    weigh(
        np.ascontiguousarray(p, dtype=np.float64), np.ascontiguousarray(wins, dtype=np.float64), n,
        float(hybrid["strength"]), float(hybrid["doubt"]), blended,
    )  # fmt: skip
    return blended


class BattleModel:
    """A loaded model. Methods may be called from several threads at once."""

    def __init__(self, booster: xgboost.Booster, manifest: Manifest) -> None:
        self.manifest = manifest
        self._booster = booster
        self._booster.set_param({"nthread": 1})
        self._trees = Trees.of(booster)

    @classmethod
    def load(cls, folder: Path) -> BattleModel:
        """Read and verify an artefact.

        Raises :class:`~predictiondex.errors.ArtefactError` when it is damaged or was made for other features
        or other rules than this program's.
        """
        manifest, content = read_artefact(folder)
        for name, theirs, ours in (
            ("features", tuple(manifest.features), NAMES),
            ("feature version", manifest.parameters.get("feature_version"), FEATURE_VERSION),
            ("engine version", manifest.engine_version, ENGINE_VERSION),
        ):
            if theirs != ours:
                raise ArtefactError(f"{folder} was trained for another {name}: train a new model.")
        booster = xgboost.Booster()
        try:
            booster.load_model(bytearray(content))
        except xgboost.core.XGBoostError as error:
            raise ArtefactError(f"{folder / manifest.model_file} is no model: {error}") from error
        return cls(booster, manifest)

    @property
    def name(self) -> str:
        """Name in the registry."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """Version in the registry."""
        return self.manifest.version

    @property
    def lead_battles(self) -> int:
        """So many battles of each of two moves tell which is ahead as surely as this model does.

        Models from before that was measured count for what the hybrid takes them for, which is less.
        """
        return int(self.manifest.metrics.get("lead_battles", self.manifest.hybrid["strength"]))

    def predict(self, states: NDArray[np.int64], openings: NDArray[np.int64]) -> NDArray[np.float64]:
        """Chance that side A wins, ``(n,)``: it opens with the slot of ``openings`` ``(n,)`` in ``states``
        ``(n, VECTOR)``, then both are greedy."""
        return self.from_features(matrix(states, openings))

    def from_features(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Chances from rows of features, ``(n,)``."""
        sums = self._trees.sums(np.ascontiguousarray(features, dtype=np.float32))
        return calibrated(chance(sums + margin(features)), self.manifest.calibration)

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """How far each feature moves the log odds away from the race's; ``(n, features + 1)``, the last is
        the race's. After Lundberg's TreeSHAP, as XGBoost computes it; the battles tried out count for what
        they alone move as well."""
        start = margin(features)
        data = xgboost.DMatrix(features, base_margin=start, feature_names=list(NAMES))
        parts: NDArray[np.float64] = np.array(
            self._booster.predict(data, pred_contribs=True), dtype=np.float64
        )
        moved = start - margin(features, RACE)
        parts[:, TRIAL] += moved
        parts[:, -1] -= moved
        return parts

    def blend(self, p: NDArray[np.float64], wins: NDArray[np.float64], n: int) -> NDArray[np.float64]:
        """The hybrid: the model's chances ``p`` as a prior, ``wins`` of ``n`` battles as evidence."""
        return blend(p, wins, n, self.manifest.hybrid)

    def self_test(self) -> None:
        """Try the model on a battle that anybody can judge.

        Raises :class:`~predictiondex.errors.ArtefactError` when its answer is absurd.
        """
        p = self.predict(*_obvious())
        if not np.isfinite(p).all() or p[0] < 0.9 or p[1] > 0.1:
            raise ArtefactError(f"Model {self.version} failed its self-test: {p.tolist()}.")


def _obvious() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Thunderbolt against Gyarados, and Bite against the Pikachu that knows it."""
    from predictiondex.battle import Combatant
    from predictiondex.battle.combatant import new_state
    from predictiondex.pokedex import pokedex

    def side(form: str, *moves: str) -> Combatant:
        return Combatant(pokedex.forms[form], tuple(pokedex.moves[move] for move in moves), strict=False)

    pikachu, gyarados = side("pikachu", "thunderbolt"), side("gyarados", "bite")
    return np.stack([new_state(pikachu, gyarados), new_state(gyarados, pikachu)]), np.zeros(2, dtype=np.int64)


def tree_parameters() -> dict[str, Any]:
    """What every training uses; a search may change the rest."""
    return {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_bin": 256,
        "max_depth": 8,
        "eta": 0.06,
        "subsample": 0.8,
        "colsample_bytree": 0.6,
        "min_child_weight": 6.0,
        "reg_lambda": 3.0,
    }
