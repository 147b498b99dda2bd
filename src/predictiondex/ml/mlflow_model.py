"""The model as MLflow loads it: from this file and the verified artefact beside it, never from a pickle.

MLflow runs this file itself (``mlflow.pyfunc``, "models from code"); nothing of the project imports it. The
rows it predicts are features (:mod:`predictiondex.ml.features`); the answer is the calibrated chance to win.
Where it is loaded, this package has to be installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel
from numpy.typing import NDArray

from predictiondex.ml.features import NAMES
from predictiondex.ml.model import BattleModel


class Served(PythonModel):
    """A verified artefact behind MLflow's interface."""

    def load_context(self, context: Any) -> None:
        """Read and verify the artefact."""
        self._model = BattleModel.load(Path(context.artifacts["artefact"]))

    def predict(
        self,
        context: Any,  # noqa: ARG002 - their interface
        model_input: pandas.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002 - their interface
    ) -> NDArray[np.float64]:
        """Chances to win ``(n,)``, for a data frame of features by name."""
        features = model_input[list(NAMES)].to_numpy(dtype=np.float32)
        return self._model.from_features(np.ascontiguousarray(features))


set_model(Served())
