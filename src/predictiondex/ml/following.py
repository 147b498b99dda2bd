"""Serving what a distant registry calls its champion: fetched over plain HTTP, verified, then local.

A server of many, or one in a container, has no training beside it. It follows the MLflow server instead: the
champion there is downloaded, checked against its manifest, tried, added to the local registry and made
champion here, where the service picks it up. MLflow's own packages are not needed. While the server is away,
or what it holds is damaged or does not fit this program, the champion that is here goes on serving.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

import httpx

from predictiondex.errors import PredictionDexError, TrackingError
from predictiondex.ml.artefact import MODEL_NAME, read_artefact, read_manifest
from predictiondex.ml.mirroring import ARTEFACT, SHA_TAG
from predictiondex.ml.model import BattleModel
from predictiondex.ml.registry import CHAMPION, Registry

logger = logging.getLogger("predictiondex.models")

#: Seconds between two looks at the server.
PAUSE: Final = 5.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
#: No file of an artefact comes near; a server gone wrong shall not fill the disk.
_MOST_BYTES: Final = 256 * 1024 * 1024


class Follower:
    """Follows the champion of the MLflow server at ``source`` with the local ``registry``."""

    def __init__(self, source: str, registry: Registry) -> None:
        self.source = source.rstrip("/")
        self.registry = registry
        self._unfit: dict[str, PredictionDexError] = {}

    def look(self) -> str | None:
        """Bring the server's champion here; its local version, or ``None`` where nothing is new.

        Raises :class:`~predictiondex.errors.TrackingError` when the server cannot be asked, and
        :class:`~predictiondex.errors.ArtefactError` when its champion is damaged or does not fit.
        """
        with httpx.Client(base_url=self.source, timeout=_TIMEOUT) as client:
            there = _champion(client)
            if there is None:
                return None
            sha = _tags(there).get(SHA_TAG, "")
            if sha in self._unfit:
                raise self._unfit[sha]
            version = self._held(sha) or self._fetch(client, there)
        if self.registry.aliases().get(CHAMPION) == version:
            return None
        try:
            BattleModel.load(self.registry.path(version)).self_test()
        except PredictionDexError as error:
            self._unfit[sha] = error
            raise
        reason = f"champion of {self.source} (version {there['version']})"
        self.registry.set_alias(CHAMPION, version, reason=reason, by="follow")
        return version

    def name_champion(self, version: str, reason: str) -> None:
        """Have the server call its copy of the local ``version`` the champion, for all who follow it.

        Raises :class:`~predictiondex.errors.TrackingError` when the server refuses, is away or has no copy.
        """
        sha = read_manifest(self.registry.path(version)).model_sha256
        with httpx.Client(base_url=self.source, timeout=_TIMEOUT) as client:
            query = {"filter": f"name = '{MODEL_NAME}'", "max_results": "1000"}
            found = _get(client, "model-versions/search", **query).get("model_versions", [])
            copies = [str(one["version"]) for one in found if _tags(one).get(SHA_TAG) == sha]
            if not copies:
                raise TrackingError(f"{self.source} has no copy of version {version}.")
            named = {"name": MODEL_NAME, "version": copies[-1]}
            for what, content in (
                ("registered-models/alias", {"alias": CHAMPION}),
                ("model-versions/set-tag", {"key": f"{CHAMPION}_since", "value": _now()}),
                ("model-versions/set-tag", {"key": f"{CHAMPION}_reason", "value": reason[:500]}),
            ):
                _post(client, what, {**named, **content})

    def follow(self, stop: Event, refused: Callable[[str], None] = lambda _: None) -> None:
        """Look again and again until ``stop`` is set; a problem is logged once for as long as it lasts.

        ``refused`` hears why the server's champion cannot be used here, and an empty text when it can.
        """
        told = ""
        while True:
            try:
                version = self.look()
                if version is not None:
                    logger.info("champion fetched", extra={"model_version": version, "from": self.source})
                if told:
                    refused("")
                told = ""
            except PredictionDexError as error:
                if error.message != told:
                    logger.warning("champion not fetched", extra={"problem": error.message})
                    if not isinstance(error, TrackingError):  # the server being away harms nobody
                        refused(error.message)
                told = error.message
            if stop.wait(PAUSE):
                return

    def _held(self, sha: str) -> str | None:
        for version in self.registry.versions():
            try:
                if read_manifest(self.registry.path(version)).model_sha256 == sha:
                    return version
            except PredictionDexError:
                continue  # damaged here: fetched anew
        return None

    def _fetch(self, client: httpx.Client, there: dict[str, Any]) -> str:
        run = str(there["run_id"])
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            for entry in _get(client, "artifacts/list", run_id=run, path=ARTEFACT).get("files", []):
                if not entry.get("is_dir"):
                    name = Path(str(entry["path"])).name
                    _download(client, run, f"{ARTEFACT}/{name}", folder / name)
            manifest, content = read_artefact(folder)
            own = {"manifest.json", manifest.model_file}
            extra = {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in own}
        number = str(there["version"])
        free = number not in self.registry.versions()
        return self.registry.add(content, manifest, extra=extra, version=number if free else "")


def _champion(client: httpx.Client) -> dict[str, Any] | None:
    """The server's record of its champion; ``None`` where it has none."""
    found = _get(client, "registered-models/alias", name=MODEL_NAME, alias=CHAMPION).get("model_version")
    return dict(found) if isinstance(found, dict) else None


def _tags(version: dict[str, Any]) -> dict[str, str]:
    return {str(tag["key"]): str(tag["value"]) for tag in version.get("tags", [])}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _post(client: httpx.Client, what: str, content: dict[str, str]) -> None:
    try:
        answer = client.post(f"/api/2.0/mlflow/{what}", json=content)
    except httpx.HTTPError as error:
        raise TrackingError(f"{client.base_url} does not answer: {error or type(error).__name__}.") from error
    if not answer.is_success:
        raise TrackingError(f"{client.base_url} refused {what}: {answer.status_code}.")


def _get(client: httpx.Client, what: str, **query: str) -> dict[str, Any]:
    """An answer of MLflow's REST API; empty where it says that there is no such thing."""
    try:
        answer = client.get(f"/api/2.0/mlflow/{what}", params=query)
        body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise TrackingError(
            f"{client.base_url} does not answer as MLflow: {error or type(error).__name__}."
        ) from error
    if answer.is_success and isinstance(body, dict):
        return body
    code = body.get("error_code") if isinstance(body, dict) else None
    # What it says for an alias that nobody has set, or a model that nobody has registered.
    if code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
        return {}
    raise TrackingError(f"{client.base_url} refused {what}: {answer.status_code} {code or ''}".rstrip() + ".")


def _download(client: httpx.Client, run: str, path: str, target: Path) -> None:
    try:
        with client.stream("GET", "/get-artifact", params={"run_uuid": run, "path": path}) as answer:
            answer.raise_for_status()
            written = 0
            with target.open("wb") as file:
                for block in answer.iter_bytes():
                    written += len(block)
                    if written > _MOST_BYTES:
                        raise TrackingError(f"{path} of run {run} is larger than any model.")
                    file.write(block)
    except (httpx.HTTPError, OSError) as error:
        raise TrackingError(
            f"{path} of run {run} cannot be fetched from {client.base_url}: {error}."
        ) from error
