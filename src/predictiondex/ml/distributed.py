"""Boosting on a Dask cluster, for datasets that one machine cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from predictiondex.ml.boosting import xgboost
from predictiondex.ml.cluster import client
from predictiondex.ml.features import NAMES
from predictiondex.ml.model import margin

if TYPE_CHECKING:
    from distributed import Client

    from predictiondex.ml.parquet import Rows

#: Rows in a chunk that one worker gets.
_CHUNK = 50_000


def boost_on(
    address: str, train: Rows, valid: Rows, parameters: Mapping[str, Any], rounds: int, patience: int
) -> xgboost.Booster:
    """Boost on the cluster at ``address``; a lost worker's rows are sent again.

    Ends after ``rounds``, or when the validation rows have gained nothing for ``patience`` of them.

    Raises :class:`~predictiondex.errors.DatasetError` when the cluster does not answer.
    """
    from xgboost import dask as on_dask

    with client(0, address) as dask:
        data, check = _share(dask, train), _share(dask, valid)
        result = on_dask.train(
            dask,
            {**parameters, "nthread": 0},
            data,
            num_boost_round=rounds,
            evals=[(check, "valid")],
            verbose_eval=False,
            callbacks=[xgboost.callback.EarlyStopping(rounds=patience, save_best=True)],
        )
    booster: xgboost.Booster = result["booster"]
    return booster


def _share(dask: Client, rows: Rows) -> Any:
    """Rows as a distributed matrix, in chunks."""
    import dask.array as da
    from xgboost import dask as on_dask

    def chunks(array: Any) -> Any:
        return da.from_array(array, chunks=(_CHUNK, *array.shape[1:]))

    return on_dask.DaskDMatrix(
        dask,
        chunks(rows.features),
        label=chunks(rows.p),
        weight=chunks(rows.weights),
        base_margin=chunks(margin(rows.features)),
        feature_names=list(NAMES),
    )
