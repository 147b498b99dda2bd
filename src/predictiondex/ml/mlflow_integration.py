"""MLflow: every training as a run, every model as a version, the aliases mirrored; never needed to serve.

Runs go to ``mlflow.db`` in the home (SQLite), or to the server that ``MLFLOW_TRACKING_URI`` names. When that
server is down, slow or refuses us, the training is not held up: what belongs to the run waits in
``mlflow-pending/`` and :func:`sync` uploads it later. :func:`pull` brings the server's champion into the
local registry, verified.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from predictiondex.errors import ArtefactError, PredictionDexError, RegistryError, TrackingError
from predictiondex.ml.artefact import MODEL_NAME, Manifest, read_artefact
from predictiondex.ml.fetched import held, take_in
from predictiondex.ml.mirroring import ARTEFACT, champion_there, find, identity, mirror_aliases
from predictiondex.ml.pending import Extras, Pending
from predictiondex.ml.registry import CHAMPION, Registry
from predictiondex.ml.tracking import Connection, connected, shown, tracking_uri

if TYPE_CHECKING:
    from predictiondex.settings import Settings

_FIGURES: Final = ("rmse", "excess", "ece", "decided_accuracy")


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """Where a run went. ``run_id`` is empty while it is pending; ``problem`` says why."""

    uri: str
    run_id: str = ""
    version: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """For people."""
        where = shown(self.uri)
        if self.run_id:
            return f"Recorded in MLflow ({where}): run {self.run_id}, version {self.version}."
        return f"Not recorded in MLflow ({where}): {self.problem} `models sync` uploads it later."


def log_training(
    folder: Path,
    *,
    report: Mapping[str, Any],
    dataset_manifest: Mapping[str, Any],
    plots: Sequence[Path],
    settings: Settings,
) -> TrackedRun:
    """Record a registered artefact as a run and a model version; it waits where the server is away.

    Raises nothing about the server; :class:`~predictiondex.errors.ArtefactError` for a damaged artefact.
    """
    uri = tracking_uri(settings)
    extras = Extras(report, dataset_manifest, plots)
    pending = Pending(settings.home)
    problem = pending.keep(folder.name, extras)
    try:
        with connected(settings) as connection:
            run_id, version = upload(connection, folder, extras)
            pending.done(folder.name)
            mirror_aliases(connection.client, Registry(settings.models))
    except (TrackingError, RegistryError) as error:
        return TrackedRun(uri, problem=f"{error.message}{problem}")
    return TrackedRun(uri, run_id, version)


def sync(settings: Settings) -> list[TrackedRun]:
    """Upload what waits and what an alias means but the server has not, and bring its aliases up to date.

    Versions that are gone or damaged come back with their ``problem``. Raises
    :class:`~predictiondex.errors.TrackingError` when the server is still away.
    """
    registry = Registry(settings.models)
    pending = Pending(settings.home)
    uri = tracking_uri(settings)
    runs = []
    with connected(settings) as connection:
        for version in _waiting(pending, connection, registry):
            try:
                folder = registry.path(version)
                run_id, remote = upload(connection, folder, pending.extras(folder))
                runs.append(TrackedRun(uri, run_id, remote))
            except (ArtefactError, RegistryError) as error:
                runs.append(TrackedRun(uri, problem=error.message))
            pending.done(version)
        mirror_aliases(connection.client, registry)
    return runs


def give_champion(settings: Settings) -> list[TrackedRun]:
    """What :func:`sync` does, for a server without a champion: it lost its data, or was away at the training.

    One that has a champion is left alone. Raises :class:`~predictiondex.errors.TrackingError`.
    """
    with connected(settings) as connection:
        if champion_there(connection.client) is not None:
            return []
    return sync(settings)


def pull(settings: Settings) -> str | None:
    """Bring the server's champion into the local registry and make it champion here; its local version.

    ``None`` where it is champion already or the server has none. Raises
    :class:`~predictiondex.errors.TrackingError` when the server is away and
    :class:`~predictiondex.errors.ArtefactError` when what it holds is damaged, of other rules or features, or
    fails its self-test; the champion here stays then.
    """
    registry = Registry(settings.models)
    with connected(settings) as connection:
        remote = champion_there(connection.client)
        if remote is None:
            return None
        version = held(registry, remote.tags) or _download(remote, registry)
    before = registry.aliases().get(CHAMPION)
    if before == version:
        return None
    where = f"{shown(connection.uri)} (version {remote.version})"
    registry.set_alias(CHAMPION, version, reason=f"champion of {where}", by="pull", expected=before)
    return version


def _waiting(pending: Pending, connection: Connection, registry: Registry) -> list[str]:
    """Versions to upload: noted ones, then those that an alias means but the server has not."""
    waiting = pending.versions()
    for version in registry.aliases().values():
        with suppress(PredictionDexError):
            if version not in waiting and find(connection.client, registry.manifest(version)) is None:
                waiting.append(version)
    return waiting


def mirror(settings: Settings) -> str:
    """Bring the server's aliases up to date after a promotion or a rollback.

    Returns what stood in the way, or nothing.
    """
    try:
        with connected(settings) as connection:
            mirror_aliases(connection.client, Registry(settings.models))
    except PredictionDexError as error:
        return error.message
    return ""


# --- a run ------------------------------------------------------------------------------------------------


def upload(connection: Connection, folder: Path, extras: Extras) -> tuple[str, str]:
    """A run and a model version for an artefact; run id and version.

    Done before: the same ones again. Begun before: the same run goes on.
    """
    manifest, _ = read_artefact(folder)
    done = find(connection.client, manifest)
    if done is not None:
        return str(done.run_id), str(done.version)
    import mlflow

    begun = _begun(connection, manifest)
    with mlflow.start_run(
        run_id=begun,
        experiment_id=None if begun else connection.experiment,
        run_name=None if begun else f"{manifest.dataset.get('profile', 'model')}-{folder.name}",
        tags=_tags(manifest, folder),  # with the run itself: by them it is found again
    ) as run:
        for step in _steps(manifest, folder, extras):
            connection.on_time()
            step()
        connection.on_time()
        model = _log_model(folder, manifest)
        with redirect_stderr(StringIO()):  # it tells people about it; so do we
            version = mlflow.register_model(model.model_uri, MODEL_NAME, tags=_tags(manifest, folder))
    return str(run.info.run_id), str(version.version)


def _begun(connection: Connection, manifest: Manifest) -> str | None:
    """The run of an upload that was interrupted."""
    wanted = " and ".join(f"tags.{name} = '{value}'" for name, value in sorted(identity(manifest)))
    found = connection.client.search_runs([connection.experiment], wanted, max_results=1)
    return str(found[0].info.run_id) if found else None


def _steps(manifest: Manifest, folder: Path, extras: Extras) -> Iterator[Any]:
    """What a run records, in order. Each may be done twice."""
    import mlflow

    parameters = {**manifest.parameters, **{f"dataset_{name}": of for name, of in manifest.dataset.items()}}
    figures = {**manifest.metrics, **dict(_figures(extras.report))}
    numbers = {name: float(of) for name, of in figures.items() if of is not None and math.isfinite(of)}
    yield lambda: mlflow.log_params(parameters)
    yield lambda: mlflow.log_metrics(numbers)
    yield lambda: mlflow.log_dict(dict(extras.dataset), "dataset.json")
    yield lambda: mlflow.log_dict(dict(extras.report), "report.json")
    yield lambda: mlflow.log_artifacts(str(folder), ARTEFACT)
    for plot in extras.plots:
        if plot.is_file():
            yield lambda plot=plot: mlflow.log_artifact(str(plot), "plots")


def _figures(report: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for name, figures in report.get("slices", {}).items():
        for figure in _FIGURES:
            yield f"slice/{name.replace(' ', '_')}/{figure}", figures.get(figure)
    for row in report.get("hybrid", ()):
        yield f"hybrid/{row['battles']}_battles/rmse", row["hybrid"]


def _tags(manifest: Manifest, folder: Path) -> dict[str, str]:
    revision = manifest.git_revision or ""
    return {
        **dict(identity(manifest)),
        "local_version": folder.name,
        "dataset_hash": str(manifest.dataset.get("hash", "")),
        "engine_version": manifest.engine_version,
        "git_revision": revision,
        "mlflow.source.git.commit": revision.removesuffix("-dirty"),
        "calibration": json.dumps(manifest.calibration),
        "hybrid": json.dumps(manifest.hybrid),
    }


def _log_model(folder: Path, manifest: Manifest) -> Any:
    """The artefact as an MLflow model with its signature: features in, calibrated chance to win out."""
    import mlflow.pyfunc
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    signature = ModelSignature(
        inputs=Schema([ColSpec("float", name) for name in manifest.features]),
        outputs=Schema([TensorSpec(np.dtype(np.float64), (-1,))]),
    )
    return mlflow.pyfunc.log_model(
        name="model",
        python_model=str(Path(__file__).with_name("mlflow_model.py")),
        artifacts={ARTEFACT: str(folder)},
        signature=signature,
        pip_requirements=list(manifest.requirements),
    )


# --- the other way ----------------------------------------------------------------------------------------


def _download(remote: Any, registry: Registry) -> str:
    """Register what the server holds, once it is verified and tried; its local version."""
    import mlflow.artifacts

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(
            mlflow.artifacts.download_artifacts(
                run_id=remote.run_id, artifact_path=ARTEFACT, dst_path=scratch
            )
        )
        return take_in(registry, folder, str(remote.version), remote.tags)
