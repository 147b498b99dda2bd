"""Evidently's report of a window of requests against the training reference, as HTML and JSON.

Loading Evidently takes seconds and hundreds of megabytes: only the command that writes reports does.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictiondex.ml import drift


@dataclass(frozen=True, slots=True)
class Report:
    """Where a report was written and what it says: index of each column, those drifted, the verdict."""

    html: Path
    json: Path
    scores: dict[str, float]
    drifted: list[str]
    detected: bool


def write(reference: Mapping[str, Any], columns: drift.Columns, folder: Path, name: str) -> Report:
    """Write ``name``.html and ``name``.json into ``folder``, by the same index and limits as the light check.

    A warning of Evidently's own libraries says nothing about the data and is not shown.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        snapshot = _run(reference, columns)
        folder.mkdir(parents=True, exist_ok=True)
        html, plain = folder / f"{name}.html", folder / f"{name}.json"
        snapshot.save_html(str(html))
        snapshot.save_json(str(plain))
    found = json.loads(plain.read_text(encoding="utf-8"))["metrics"]
    scores = {
        one["config"]["column"]: float(one["value"]) for one in found if "column" in one.get("config", {})
    }
    share = next(float(one["value"]["share"]) for one in found if isinstance(one["value"], dict))
    drifted = sorted(
        (name for name in scores if scores[name] >= drift.PSI_LIMIT), key=lambda name: -scores[name]
    )
    return Report(html, plain, scores, drifted, share >= drift.DRIFT_SHARE)


def _run(reference: Mapping[str, Any], columns: drift.Columns) -> Any:
    from evidently import Report as Evidently  # type: ignore[import-untyped]
    from evidently.presets import DataDriftPreset  # type: ignore[import-untyped]

    preset = DataDriftPreset(
        num_method="psi",
        cat_method="psi",
        num_threshold=drift.PSI_LIMIT,
        cat_threshold=drift.PSI_LIMIT,
        drift_share=drift.DRIFT_SHARE,
    )
    sample = drift.sample_of(reference)
    window = {name: np.asarray(columns[name]) for name in sample}
    return Evidently([preset]).run(_dataset(window, reference), _dataset(sample, reference))


def _dataset(columns: Mapping[str, NDArray[Any]], reference: Mapping[str, Any]) -> Any:
    import pandas as pd
    from evidently import DataDefinition, Dataset

    kinds = {name: reference["columns"][name]["kind"] for name in columns}
    definition = DataDefinition(
        numerical_columns=[name for name, kind in kinds.items() if kind == "number"],
        categorical_columns=[name for name, kind in kinds.items() if kind == "category"],
    )
    return Dataset.from_pandas(pd.DataFrame(dict(columns)), data_definition=definition)
