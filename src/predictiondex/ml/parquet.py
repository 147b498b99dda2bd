"""Rows of a dataset: as arrays, and as a Parquet file that says what it follows from."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.errors import DatasetError
from predictiondex.ml.features import NAMES

#: Columns beside the features: what a row is about, and what was seen.
ABOUT: Final[dict[str, str]] = {
    "matchup": "int64",
    "slot": "int8",
    "greedy": "bool",
    "split": "int8",
    "form_you": "int16",
    "form_foe": "int16",
    "level_you": "int16",
    "level_foe": "int16",
    "mega": "bool",
    "mid_battle": "bool",
    "turns": "int8",
    "n": "int32",
    "p": "float32",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a dataset as arrays: ``features`` ``(n, len(NAMES))``, the others ``(n,)``."""

    features: NDArray[np.float32]
    about: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.features)

    @property
    def p(self) -> NDArray[np.float64]:
        """Labels: share of battles won."""
        return self.about["p"].astype(np.float64)

    @property
    def n(self) -> NDArray[np.float64]:
        """Battles behind each label."""
        return self.about["n"].astype(np.float64)

    @property
    def weights(self) -> NDArray[np.float64]:
        """A row weighs as its battles, one on average."""
        weight: NDArray[np.float64] = self.n / self.n.mean()
        return weight

    def where(self, mask: NDArray[np.bool_]) -> Rows:
        """The rows of a mask."""
        return Rows(self.features[mask], {name: column[mask] for name, column in self.about.items()})


def _digest(features: NDArray[np.float32], about: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(features).tobytes())
    for name in ABOUT:
        digest.update(np.ascontiguousarray(about[name]).tobytes())
    return digest.hexdigest()


def content(
    features: NDArray[np.float32], about: Mapping[str, NDArray[Any]], identity: dict[str, Any]
) -> bytes:
    """A Parquet file of rows; it tells what they follow from, and their digest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {name: pa.array(about[name]) for name in ABOUT}
    arrays |= {name: pa.array(np.ascontiguousarray(features[:, at])) for at, name in enumerate(NAMES)}
    table = pa.table(arrays).replace_schema_metadata(
        {"identity": json.dumps(identity, sort_keys=True), "sha256": _digest(features, about)}
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def read(path: Path) -> tuple[Rows, dict[str, Any], str]:
    """Rows, identity and digest of a partition, its content checked against the digest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        metadata = table.schema.metadata or {}
        identity, told = json.loads(metadata[b"identity"]), metadata[b"sha256"].decode()
        about = {name: table[name].to_numpy().astype(kind) for name, kind in ABOUT.items()}
        features = np.column_stack([table[name].to_numpy() for name in identity["features"]])
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise DatasetError(f"{path} is no partition of a dataset or is cut short ({error}).") from error
    features = np.ascontiguousarray(features, dtype=np.float32)
    if _digest(features, about) != told:
        raise DatasetError(f"{path} has been altered: delete it and build the dataset again.")
    return Rows(features, about), identity, told


def check_rows(rows: Rows) -> None:
    """Refuse rows a model cannot learn from: none at all, labels that are no chances, missing numbers."""
    if not len(rows):
        raise DatasetError("The dataset is empty.")
    if not np.isfinite(rows.p).all() or (rows.p < 0).any() or (rows.p > 1).any():
        raise DatasetError("Some labels are no chances from 0 to 1.")
    if not np.isfinite(rows.features).all():
        column = NAMES[int(np.argwhere(~np.isfinite(rows.features))[0][1])]
        raise DatasetError(f"The feature {column} has values that are no numbers.")
