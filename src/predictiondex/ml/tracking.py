"""The connection to MLflow: where it is, how long it is waited for, and what its errors become.

MLflow is heavy; it is imported when something is to be recorded, never to serve.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from predictiondex.errors import PredictionDexError, TrackingError
from predictiondex.locking import alone

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from predictiondex.settings import Settings

EXPERIMENT: Final = "predictiondex"
_URI: Final = "MLFLOW_TRACKING_URI"
#: Seconds to connect and for a first answer; a server that is away costs these and no more.
FIRST_WORD: tuple[float, float] = (3.0, 5.0)
#: Seconds for everything that is done in one connection; a slow server is left for later after them.
BUDGET: float = 90.0
#: For a single request. What the user has set counts.
_PATIENCE: Final = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}
_QUIET: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
_REFUSED: Final = " Start it with --allowed-hosts naming the host and port that it is reached by."


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection to the tracking store."""

    uri: str
    client: MlflowClient
    experiment: str
    _until: float = field(default_factory=lambda: time.monotonic() + BUDGET)

    def on_time(self) -> None:
        """Raise :class:`~predictiondex.errors.TrackingError` when all this takes too long."""
        if time.monotonic() > self._until:
            raise TrackingError(f"it is too slow: not done after {BUDGET:.0f} seconds.")


def tracking_uri(settings: Settings) -> str:
    """The server named by ``MLFLOW_TRACKING_URI``, else a SQLite file in the home."""
    return os.environ.get(_URI) or f"sqlite:///{(settings.home / 'mlflow.db').as_posix()}"


def is_used(settings: Settings) -> bool:
    """Whether anything was ever recorded, or a server is named."""
    return bool(os.environ.get(_URI)) or (settings.home / "mlflow.db").exists()


def shown(uri: str) -> str:
    """The address without the password in it."""
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    return urlunsplit(parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}"))


@contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """The tracking store, for one program of this home at a time.

    Whatever goes wrong with it comes out as :class:`~predictiondex.errors.TrackingError`.
    """
    uri = tracking_uri(settings)
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        held = TrackingError("another program of this home is talking to it.")
        with (
            alone(settings.home / ".mlflow.lock", seconds=BUDGET, otherwise=held),
            _quietly(),
            _as_store(uri),
        ):
            yield _open(uri, settings)
    except PredictionDexError:
        raise
    except ImportError as error:
        raise TrackingError("its packages are not installed (pip install 'predictiondex[mlops]').") from error
    except Exception as error:  # a store can fail in every way: files, SQL, HTTP, MLflow's own checks
        raise TrackingError(_reason(error).replace(uri, shown(uri))) from error


def _open(uri: str, settings: Settings) -> Connection:
    if uri.startswith(("http://", "https://")):
        _greet(uri)
    import mlflow

    client = mlflow.MlflowClient(tracking_uri=uri)
    return Connection(uri, client, _experiment(client, uri, settings))


def _greet(uri: str) -> None:
    """Find out early, and with little patience, that nobody is there."""
    import requests

    try:
        requests.get(f"{uri.rstrip('/')}/version", timeout=FIRST_WORD)
    except requests.Timeout as error:
        raise TrackingError("it does not answer, the first request timed out.") from error
    except requests.ConnectionError as error:
        raise TrackingError("there is no connection to it.") from error


def _experiment(client: MlflowClient, uri: str, settings: Settings) -> str:
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    location = (settings.home / "mlflow-artifacts").as_uri() if uri.startswith("sqlite") else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=location))


@contextmanager
def _as_store(uri: str) -> Iterator[None]:
    """Make ``uri`` MLflow's store meanwhile: it keeps that for the process, and in its environment."""
    import mlflow

    before = os.environ.get(_URI)
    mlflow.set_tracking_uri(uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(before or "")
        if before is None:
            os.environ.pop(_URI, None)


@contextmanager
def _quietly() -> Iterator[None]:
    """Nothing on standard output, no telemetry, no long waits."""
    for name, value in {**_PATIENCE, **_QUIET}.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about itself and its libraries; nothing that a user could change
        import mlflow  # noqa: F401 - sets up its logging

        loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _reason(error: Exception) -> str:
    """The first line of what went wrong, and help where we know it."""
    text = str(error).strip()
    first = text.splitlines()[0][:300].rstrip(".") if text else type(error).__name__
    return f"{first}.{_REFUSED if 'Invalid Host' in text else ''}"
