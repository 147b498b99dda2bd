"""Does MLflow keep what it is given? A random forest on project data, logged, read back, compared."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from predictiondex.errors import TrackingError
from predictiondex.ml import dataset
from predictiondex.ml.cluster import workers
from predictiondex.ml.dataset import Recipe
from predictiondex.ml.parquet import Rows
from predictiondex.ml.splits import TRAIN
from predictiondex.stack import health
from predictiondex.stack.validate import Check

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor

EXPERIMENT: Final = "predictiondex-integration"
#: Matchups of the games, played by the rules: real data, small enough for seconds.
RECIPE: Final = Recipe("integration", seed=7, matchups=400, battles=64, partition=200)
PARAMETERS: Final = {"n_estimators": 40, "min_samples_leaf": 3, "max_features": 0.5, "random_state": 7}
#: skops loads a forest only where its trees are named as trusted.
_TRUSTED: Final = ["sklearn.tree._tree.Tree"]
_QUIET: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}


class Quiet:
    """Progress that nobody is told of."""

    def start(self, step: str, total: int) -> None:
        """Begin a step."""

    def advance(self, units: int = 1) -> None:
        """Units done."""


def run(url: str) -> Iterator[Check]:
    """The checks, as they are made. Raises :class:`~predictiondex.errors.TrackingError` when MLflow fails."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    problem = health.ask("MLflow", f"{url}/health")
    if not problem.ok:  # MLflow's own client would try again for long
        raise TrackingError(f"MLflow at {url}: {problem.detail}. Is the stack up (`stack validate`)?")
    from mlflow.exceptions import MlflowException

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    try:
        yield from _run(url)
    except (MlflowException, OSError) as error:
        raise TrackingError(f"MLflow at {url}: {str(error).strip().splitlines()[0]}.") from error


def _run(url: str) -> Iterator[Check]:
    import mlflow
    import numpy as np

    mlflow.set_tracking_uri(url)
    client = mlflow.MlflowClient(tracking_uri=url)
    experiment = mlflow.set_experiment(EXPERIMENT)
    yield _check("connection", EXPERIMENT, experiment.name)

    started = time.monotonic()
    train, test = data()
    forest = fit(train)
    predicted = forest.predict(test.features)
    rmse = float(np.sqrt(np.mean((predicted - test.p) ** 2)))
    chance = float(np.std(test.p))
    took = f"{len(train)} rows, RMSE {rmse:.3f}, guessing {chance:.3f}, {time.monotonic() - started:.0f} s"
    yield Check("mlflow", "training", "better than guessing", took, rmse < chance)

    parameters = {**PARAMETERS, "rows": len(train), "seed": RECIPE.seed}
    metrics = {"rmse": rmse, "rmse_guessing": chance}
    run_id, model_uri = log(forest, parameters, metrics)
    told = client.get_run(run_id).data
    yield _check("parameters read back", {name: str(one) for name, one in parameters.items()}, told.params)
    yield _check("metrics read back", metrics, told.metrics)
    again = mlflow.sklearn.load_model(model_uri).predict(test.features)
    yield _check(
        "model read back", "the same answers", "the same answers" if (again == predicted).all() else "others"
    )
    yield _check("run ended", "FINISHED", client.get_run(run_id).info.status)


def data() -> tuple[Rows, Rows]:
    """Rows to train on, and rows of other matchups to judge by."""
    with tempfile.TemporaryDirectory() as folder, workers(1, None) as mapper:
        dataset.build(RECIPE, Path(folder), mapper=mapper, progress=Quiet())
        rows, _ = dataset.load(Path(folder))
    chosen = rows.about["split"] == TRAIN
    return rows.where(chosen), rows.where(~chosen)


def fit(rows: Rows) -> RandomForestRegressor:
    """The forest."""
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(**PARAMETERS).fit(rows.features, rows.p)


def log(
    forest: RandomForestRegressor, parameters: dict[str, Any], metrics: dict[str, float]
) -> tuple[str, str]:
    """A run with all of it; its id and the address of the model."""
    import mlflow.sklearn

    requirements = [f"{name}=={version(name)}" for name in ("scikit-learn", "numpy")]
    with mlflow.start_run(run_name="random-forest") as run:
        mlflow.log_params(parameters)
        mlflow.log_metrics(metrics)
        model = mlflow.sklearn.log_model(
            forest, name="model", pip_requirements=requirements, skops_trusted_types=_TRUSTED
        )
    return str(run.info.run_id), str(model.model_uri)


def _check(question: str, expected: object, found: object) -> Check:
    return Check("mlflow", question, str(expected), str(found), expected == found)
