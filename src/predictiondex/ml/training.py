"""Training: gradient boosting on top of the race, soft labels weighted by their battles, a fixed budget.

The search for parameters (``full`` only) is Optuna's with a fixed seed and number of trials on a part of the
rows; then one fit on all of them, stopped where the validation pairs say so. Calibration is checked on those
pairs and applied only where it helps; the hybrid's strength is fitted on them too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.errors import DatasetError
from predictiondex.ml import scores
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.dataset import Progress
from predictiondex.ml.features import NAMES
from predictiondex.ml.interrupts import held_back
from predictiondex.ml.model import blend, calibrated, margin, tree_parameters
from predictiondex.ml.parquet import Rows, check_rows
from predictiondex.ml.splits import TRAIN, VALID

#: Profile -> most rounds, trials of the search, rows in a trial.
BUDGETS: Final[dict[str, tuple[int, int, int]]] = {"quick": (500, 0, 0), "full": (3000, 10, 200_000)}
PATIENCE: Final = 60
_TRIAL_ROUNDS: Final = 300
#: What calibration must gain in log loss to be applied.
_WORTHWHILE: Final = 2e-5
#: What the hybrid's trust is searched among, and the numbers of battles it is tried with.
_STRENGTHS: Final = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0)
_DOUBTS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
_TRUST_BATTLES: Final = (16, 64, 256)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained model: the booster in XGBoost's format, and what goes with it."""

    booster: xgboost.Booster
    parameters: dict[str, Any]
    calibration: dict[str, float] | None
    hybrid: dict[str, float]

    @property
    def content(self) -> bytes:
        """The booster as bytes."""
        return bytes(self.booster.save_raw("ubj"))

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Chances to win, ``(n,)``."""
        raw = self.booster.inplace_predict(features, base_margin=margin(features))
        return calibrated(np.asarray(raw, dtype=np.float64), self.calibration)


def fit(
    rows: Rows, *, profile: str, seed: int, threads: int, progress: Progress, dask: str | None = None
) -> Fitted:
    """Train on a dataset's training pairs.

    ``dask``: address of a cluster that trains instead of this process. Raises
    :class:`~predictiondex.errors.DatasetError` for an empty split or labels that are no chances.
    """
    train, valid = part(rows, TRAIN, "training"), part(rows, VALID, "validation")
    rounds, trials, trial_rows = BUDGETS[profile]
    parameters = {**tree_parameters(), "seed": seed, "nthread": threads}
    if trials:
        parameters |= search(train, valid, parameters, trials, trial_rows, seed, progress)
    progress.start("Training", rounds)
    if dask is None:
        booster = boost(train, valid, parameters, rounds, progress)
    else:
        from predictiondex.ml.distributed import boost_on

        booster = boost_on(dask, train, valid, parameters, rounds, PATIENCE)
    raw = np.asarray(booster.inplace_predict(valid.features, base_margin=margin(valid.features)), dtype=float)
    platt = platt_scaling(raw, valid)
    p = calibrated(raw, platt)
    parameters = {**parameters, "rounds": booster.num_boosted_rounds()}
    return Fitted(booster, parameters, platt, trust(p, valid, seed))


def part(rows: Rows, split: int, name: str) -> Rows:
    """The rows of a split, refused when there are none."""
    chosen = rows.where(rows.about["split"] == split)
    if not len(chosen):
        raise DatasetError(f"The dataset has no {name} rows: build a larger one.")
    check_rows(chosen)
    return chosen


def boost(
    train: Rows, valid: Rows, parameters: Mapping[str, Any], rounds: int, progress: Progress | None = None
) -> xgboost.Booster:
    """Boost on this machine until the validation rows gain no more."""
    # XGBoost calls Python back, which must not be interrupted.
    with held_back() as interrupted:
        data = _matrix(train)
        stop = xgboost.callback.EarlyStopping(rounds=PATIENCE, save_best=True)
        return xgboost.train(
            dict(parameters),
            data,
            num_boost_round=rounds,
            evals=[(_matrix(valid, ref=data), "valid")],
            verbose_eval=False,
            callbacks=[stop, _EachRound(progress, interrupted)],
        )


def _matrix(rows: Rows, ref: xgboost.DMatrix | None = None) -> xgboost.QuantileDMatrix:
    """Rows as XGBoost reads them. ``ref``: what they are held against while that is trained on."""
    return xgboost.QuantileDMatrix(
        rows.features,
        label=rows.p,
        weight=rows.weights,
        base_margin=margin(rows.features),
        feature_names=list(NAMES),
        ref=ref,
    )


class _EachRound(xgboost.callback.TrainingCallback):
    """After each round, tells of it and ends the training where it was interrupted."""

    def __init__(self, progress: Progress | None, interrupted: Callable[[], bool]) -> None:
        super().__init__()
        self._progress = progress
        self._interrupted = interrupted

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002 - their interface
        if self._progress is not None:
            self._progress.advance()
        return self._interrupted()


def search(
    train: Rows,
    valid: Rows,
    parameters: Mapping[str, Any],
    trials: int,
    trial_rows: int,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Parameters that did best on the validation pairs within the budget; the same for the same seed."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    chosen = np.random.default_rng(seed).permutation(len(train))[:trial_rows]
    mask = np.zeros(len(train), dtype=bool)
    mask[chosen] = True
    some = train.where(mask)
    progress.start("Searching parameters", trials)

    def objective(trial: optuna.Trial) -> float:
        tried = {
            "max_depth": trial.suggest_int("max_depth", 6, 11),
            "min_child_weight": trial.suggest_float("min_child_weight", 1.0, 30.0, log=True),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1.0),
            "subsample": trial.suggest_float("subsample", 0.5, 1.0),
            "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 20.0, log=True),
        }
        booster = boost(some, valid, {**parameters, **tried, "eta": 0.15}, _TRIAL_ROUNDS)
        raw = np.asarray(booster.inplace_predict(valid.features, base_margin=margin(valid.features)))
        progress.advance()
        return float(np.mean(scores.log_loss(raw.astype(float), valid.p)))

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    return dict(study.best_params)


def platt_scaling(raw: NDArray[np.float64], valid: Rows) -> dict[str, float] | None:
    """Platt's scaling of the log odds, if one fitted on half of the rows gains on the other half.

    ``None`` where the model needs none.
    """
    half = valid.about["matchup"] % 2 == 0
    gain = 0.0
    for fitted, tried in ((half, ~half), (~half, half)):
        if not fitted.any() or not tried.any():
            return None
        platt = _fit_platt(raw[fitted], valid.p[fitted])
        before = scores.log_loss(raw[tried], valid.p[tried])
        gain += float(np.mean(before - scores.log_loss(calibrated(raw[tried], platt), valid.p[tried]))) / 2
    return _fit_platt(raw, valid.p) if gain > _WORTHWHILE else None


def _fit_platt(raw: NDArray[np.float64], y: NDArray[np.float64]) -> dict[str, float]:
    from scipy.optimize import minimize

    def loss(ab: NDArray[np.float64]) -> float:
        return float(np.mean(scores.log_loss(calibrated(raw, {"a": ab[0], "b": ab[1]}), y)))

    a, b = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"maxiter": 200}).x
    return {"a": float(a), "b": float(b)}


def affordable(battles: Sequence[int], rows: Rows) -> list[int]:
    """Of these numbers of battles those that leave a third behind every label to be judged by; where none
    does, half of the fewest."""
    fewest = int(rows.n.min())
    return [one for one in battles if 3 * one <= 2 * fewest] or [max(fewest // 2, 1)]


def trust(p: NDArray[np.float64], valid: Rows, seed: int) -> dict[str, float]:
    """How far the hybrid trusts the model (see :func:`predictiondex.ml.model.blend`): the strength and the
    doubt with the least squared error on the validation pairs, over several numbers of battles."""
    chance = np.random.default_rng(seed)
    tried = affordable(_TRUST_BATTLES, valid)
    evidence = [(n, *scores.dealt(valid.p, valid.n, n, chance)[:2]) for n in tried]
    best, least = {"strength": 1.0, "doubt": 0.5}, float("inf")
    for strength in _STRENGTHS:
        for doubt in _DOUBTS:
            hybrid = {"strength": strength, "doubt": doubt}
            error = sum(
                float(np.mean((blend(p, wins, n, hybrid) - rest) ** 2)) * n for n, wins, rest in evidence
            )
            if error < least:
                best, least = hybrid, error
    return best
