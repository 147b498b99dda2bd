"""MLflow: every training as a run, every model as a version, the aliases mirrored; never needed to serve.

Runs go to ``mlflow.db`` in the home (SQLite), or to the server that ``MLFLOW_TRACKING_URI`` names. When that
server is down, slow or refuses us, the training is not held up: the version is noted as pending and
:func:`sync` uploads it later. :func:`pull` brings the server's champion into the local registry, verified.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from predictiondex.errors import TrackingError
from predictiondex.ml.artefact import MODEL_NAME, Manifest, read_artefact, read_manifest
from predictiondex.ml.features import NAMES
from predictiondex.ml.registry import CHAMPION, Registry

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from predictiondex.settings import Settings

EXPERIMENT: Final = "predictiondex"
#: Folder of the artefact inside a run.
ARTEFACT: Final = "artefact"
#: Tag that ties a version of the server to the model itself.
SHA_TAG: Final = "model_sha256"
#: A server that is away costs seconds, not minutes.
_PATIENCE: Final = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}
_QUIET: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "false",
}


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """Where a run went. ``run_id`` is empty while it is pending."""

    uri: str
    run_id: str = ""
    version: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """For people."""
        if self.run_id:
            return f"Recorded in MLflow ({self.uri}): run {self.run_id}, version {self.version}."
        return f"MLflow ({self.uri}) could not be reached: {self.problem} `models sync` uploads it later."


def tracking_uri(settings: Settings) -> str:
    """The server named by ``MLFLOW_TRACKING_URI``, else a SQLite file in the home."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(settings.home / 'mlflow.db').as_posix()}"


def log_training(
    folder: Path,
    *,
    report: Mapping[str, Any],
    dataset_manifest: Mapping[str, Any],
    plots: Sequence[Path],
    settings: Settings,
) -> TrackedRun:
    """Record a registered artefact as a run and a model version; pending where the server is away."""
    uri = tracking_uri(settings)
    try:
        with connected(uri, settings) as client:
            run_id, version = upload(client, folder, report=report, dataset=dataset_manifest, plots=plots)
            mirror_aliases(client, Registry(settings.models))
    except TrackingError as error:
        _pending(settings).mkdir(parents=True, exist_ok=True)
        (_pending(settings) / folder.name).touch()
        return TrackedRun(uri, problem=error.message)
    (_pending(settings) / folder.name).unlink(missing_ok=True)
    return TrackedRun(uri, run_id, version)


def sync(settings: Settings) -> list[TrackedRun]:
    """Upload what is pending and bring the server's aliases up to date.

    Raises :class:`~predictiondex.errors.TrackingError` when the server is still away.
    """
    registry = Registry(settings.models)
    uri = tracking_uri(settings)
    runs = []
    with connected(uri, settings) as client:
        for marker in sorted(_pending(settings).glob("*")) if _pending(settings).is_dir() else []:
            folder = registry.path(marker.name)
            report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
            dataset = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
            plots = sorted(folder.glob("*.png"))
            run_id, version = upload(client, folder, report=report, dataset=dataset, plots=plots)
            runs.append(TrackedRun(uri, run_id, version))
            marker.unlink()
        mirror_aliases(client, registry)
    return runs


def pull(settings: Settings) -> str | None:
    """Bring the server's champion into the local registry and make it champion here; its local version.

    ``None`` where it is champion already or the server has none. Raises
    :class:`~predictiondex.errors.TrackingError` when the server is away and
    :class:`~predictiondex.errors.ArtefactError` when what it holds is damaged.
    """
    registry = Registry(settings.models)
    uri = tracking_uri(settings)
    with connected(uri, settings) as client:
        remote = _champion(client)
        if remote is None:
            return None
        known = _local_version(registry, str(remote.tags.get(SHA_TAG, "")))
        if known is None:
            known = _download(client, str(remote.run_id), registry)
    if registry.aliases().get(CHAMPION) == known:
        return None
    registry.set_alias(CHAMPION, known, reason=f"champion of {uri} (version {remote.version})", by="pull")
    return known


def mirror(settings: Settings) -> str:
    """Bring the server's aliases up to date after a promotion or a rollback.

    Returns what stood in the way, or nothing.
    """
    try:
        with connected(tracking_uri(settings), settings) as client:
            mirror_aliases(client, Registry(settings.models))
    except TrackingError as error:
        return error.message
    return ""


# --- the server -------------------------------------------------------------------------------------------


@contextmanager
def connected(uri: str, settings: Settings) -> Iterator[MlflowClient]:
    """A client of the tracking store; whatever MLflow raises comes out as ``TrackingError``."""
    for name, value in {**_PATIENCE, **_QUIET}.items():
        os.environ.setdefault(name, value)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    import mlflow
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException

    if uri.startswith("sqlite"):
        settings.home.mkdir(parents=True, exist_ok=True)
    try:
        mlflow.set_tracking_uri(uri)
        client = mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)
        _experiment(client, uri, settings)
        yield client
    except (MlflowException, RequestException, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise TrackingError(f"{first[:300]}.") from error


def _experiment(client: MlflowClient, uri: str, settings: Settings) -> str:
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    location = (settings.home / "mlflow-artifacts").as_uri() if uri.startswith("sqlite") else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=location))


def upload(
    client: MlflowClient,
    folder: Path,
    *,
    report: Mapping[str, Any],
    dataset: Mapping[str, Any],
    plots: Sequence[Path],
) -> tuple[str, str]:
    """A run and a model version for an artefact; run id and version. Done before: the same ones again."""
    manifest, content = read_artefact(folder)
    done = _remote_version(client, manifest.model_sha256)
    if done is not None:
        return str(done.run_id), str(done.version)
    import mlflow

    mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run(run_name=f"{manifest.dataset['profile']}-{folder.name}") as run:
        mlflow.log_params({**manifest.parameters, **{f"dataset_{k}": v for k, v in manifest.dataset.items()}})
        mlflow.log_metrics({name: float(value) for name, value in manifest.metrics.items()})
        mlflow.log_metrics(dict(_slice_metrics(report)))
        mlflow.set_tags(_tags(manifest, folder))
        mlflow.log_dict(dict(dataset), "dataset.json")
        for plot in plots:
            mlflow.log_artifact(str(plot), "plots")
        mlflow.log_artifacts(str(folder), ARTEFACT)
        model = _log_model(content, manifest)
        version = mlflow.register_model(model.model_uri, MODEL_NAME, tags=_tags(manifest, folder))
    return str(run.info.run_id), str(version.version)


def _log_model(content: bytes, manifest: Manifest) -> Any:
    """The booster as an MLflow model with its signature."""
    import mlflow.xgboost
    import numpy as np
    import xgboost
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    booster = xgboost.Booster()
    booster.load_model(bytearray(content))
    signature = ModelSignature(
        inputs=Schema([ColSpec("float", name) for name in NAMES]),
        outputs=Schema([TensorSpec(np.dtype(np.float32), (-1,))]),
    )
    return mlflow.xgboost.log_model(
        booster,
        name="model",
        signature=signature,
        pip_requirements=list(manifest.requirements),
        model_format="ubj",
    )


def _slice_metrics(report: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, figures in report["slices"].items():
        yield f"slice/{name.replace(' ', '_')}/rmse", float(figures["rmse"])
    for row in report.get("hybrid", ()):
        yield f"hybrid/{row['battles']}_battles/rmse", float(row["hybrid"])


def _tags(manifest: Manifest, folder: Path) -> dict[str, str]:
    return {
        SHA_TAG: manifest.model_sha256,
        "local_version": folder.name,
        "dataset_hash": str(manifest.dataset["hash"]),
        "engine_version": manifest.engine_version,
        "git_revision": manifest.git_revision or "",
        "calibration": json.dumps(manifest.calibration),
        "hybrid": json.dumps(manifest.hybrid),
    }


def mirror_aliases(client: MlflowClient, registry: Registry) -> None:
    """Point the server's aliases at the versions that hold the same models as ours, the reasons as tags."""
    aliases = registry.aliases()
    history = registry.history()
    for alias, version in aliases.items():
        remote = _remote_version(client, read_manifest(registry.path(version)).model_sha256)
        if remote is None:
            continue
        client.set_registered_model_alias(MODEL_NAME, alias, remote.version)
        line = next(line for line in reversed(history) if line["alias"] == alias)
        client.set_model_version_tag(MODEL_NAME, remote.version, f"{alias}_since", line["time"])
        client.set_model_version_tag(MODEL_NAME, remote.version, f"{alias}_reason", line["reason"][:500])


def _versions(client: MlflowClient) -> list[Any]:
    return list(client.search_model_versions(f"name = '{MODEL_NAME}'"))


def _remote_version(client: MlflowClient, sha: str) -> Any | None:
    return next((one for one in _versions(client) if one.tags.get(SHA_TAG) == sha), None)


def _champion(client: MlflowClient) -> Any | None:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(MODEL_NAME, CHAMPION)
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise


def _local_version(registry: Registry, sha: str) -> str | None:
    for version in registry.versions():
        if registry.manifest(version).model_sha256 == sha:
            return version
    return None


def _download(client: MlflowClient, run_id: str, registry: Registry) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(client.download_artifacts(run_id, ARTEFACT, scratch))
        manifest, content = read_artefact(folder)
        known = {"manifest.json", manifest.model_file}
        extra = {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in known}
        return registry.add(content, manifest, extra=extra)


def _pending(settings: Settings) -> Path:
    return settings.home / "mlflow-pending"
