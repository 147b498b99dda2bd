"""Serving what a distant registry calls its champion: fetched over plain HTTP, verified, then local.

A server of many, or one in a container, has no training beside it. It follows the MLflow server instead: the
champion there is downloaded, checked against its manifest, tried, added to the local registry and made
champion here, where the service picks it up. MLflow's own packages are not needed. While the server is away,
or what it holds is damaged or does not fit this program, the champion that is here goes on serving.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

import httpx

from predictiondex.errors import ArtefactError, PredictionDexError, RegistryError, TrackingError, in_words
from predictiondex.ml.artefact import MODEL_NAME, read_manifest
from predictiondex.ml.fetched import held, take_in
from predictiondex.ml.mirroring import ARTEFACT, FOLLOWED, IDENTITY_TAGS, SHA_TAG, identity
from predictiondex.ml.model import BattleModel
from predictiondex.ml.registry import CHAMPION, Registry
from predictiondex.ml.tracking import shown
from predictiondex.settings import by_proxy

logger = logging.getLogger("predictiondex.models")

#: Seconds between two looks at the server.
PAUSE: Final = 5.0
#: Seconds until what could not be used is fetched again: it may have been mended under the same number.
UNFIT_PAUSE: Final = 300.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
#: No file of an artefact comes near; a server gone wrong shall not fill the disk.
_MOST_BYTES: Final = 256 * 1024 * 1024
_SINCE_TAG: Final = f"{CHAMPION}_since"


class Follower:
    """Follows the champion of the MLflow server at ``source`` with the local ``registry``."""

    def __init__(self, source: str, registry: Registry) -> None:
        self.source = source.rstrip("/")
        self.registry = registry
        #: Why a version of the server cannot be used, and when that was found out.
        self._unfit: dict[_There, tuple[str, float]] = {}
        #: What a version of the server turned out to be, as its tags should say.
        self._found: dict[_There, dict[str, str]] = {}

    def look(self, *, keep_later: bool = False) -> str | None:
        """Bring the server's champion here; its local version, or ``None`` where nothing is new.

        ``keep_later``: a decision that was made here later than the server's about a champion that both know
        stands. Raises :class:`~predictiondex.errors.RegistryError` then,
        :class:`~predictiondex.errors.TrackingError` when the server cannot be asked, and
        :class:`~predictiondex.errors.ArtefactError` when its champion is damaged, does not fit or cannot be
        kept here.
        """
        with self._client() as client:
            there = _champion(client)
            if there is None:
                return None
            self._demand_fit(there)
            try:
                version = self._bring(client, there)
            except (ArtefactError, RegistryError) as error:
                self._unfit[there] = error.message, time.monotonic()
                raise
        if self.registry.aliases().get(CHAMPION) == version:
            return None
        if keep_later:
            self._demand_no_later_decision(version, there.since)
        reason = f"champion of {shown(self.source)} (version {there.version})"
        self.registry.set_alias(CHAMPION, version, reason=reason, by="follow")
        return version

    def name_champion(self, version: str, reason: str) -> None:
        """Have the server call its copy of the local ``version`` the champion, for all who follow it.

        Raises :class:`~predictiondex.errors.TrackingError` when the server refuses, is away or has no copy.
        """
        sha = read_manifest(self.registry.path(version)).model_sha256
        with self._client() as client:
            query = {"filter": f"name = '{MODEL_NAME}'", "max_results": "1000"}
            found = _get(client, "model-versions/search", **query).get("model_versions", [])
            copies = [str(one["version"]) for one in found if _tags(one).get(SHA_TAG) == sha]
            if not copies:
                raise TrackingError(
                    f"{shown(self.source)} has no copy of version {version}: `models sync` uploads it."
                )
            named = {"name": MODEL_NAME, "version": copies[-1]}
            for what, content in (
                ("registered-models/alias", {"alias": CHAMPION}),
                ("model-versions/set-tag", {"key": _SINCE_TAG, "value": _now()}),
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
                told = self._look_and_tell(told, refused)
            except Exception as error:
                # Whatever it is: the champion must go on being followed, and the next look may fare better.
                if repr(error) != told:
                    logger.exception("the model source could not be looked at")
                told = repr(error)
            if stop.wait(PAUSE):
                return

    def _look_and_tell(self, told: str, refused: Callable[[str], None]) -> str:
        """Look once. ``told`` is the problem of the look before, and what is returned that of this one."""
        try:
            version = self.look()
        except PredictionDexError as error:
            if error.message != told:
                logger.warning("champion not fetched", extra={"problem": error.message})
                if not isinstance(error, TrackingError):  # the server being away harms nobody
                    refused(error.message)
            return error.message
        if version is not None:
            extra = {"model_version": version, "from": shown(self.source)}
            logger.info("champion fetched", extra=extra)
        if told:
            refused("")
        return ""

    def _client(self) -> httpx.Client:
        """A client of the server. Its address, which errors tell, is without name and password."""
        try:
            address = httpx.URL(self.source)
        except httpx.InvalidURL:
            address = httpx.URL()
        if address.scheme not in {"http", "https"}:
            raise TrackingError("PDX_MODEL_SOURCE is no address of a server.") from None
        auth = (address.username, address.password) if address.userinfo else None
        return httpx.Client(
            base_url=address.copy_with(userinfo=b""),
            auth=auth,
            timeout=_TIMEOUT,
            trust_env=by_proxy(self.source),
        )

    def _demand_fit(self, there: _There) -> None:
        message, when = self._unfit.get(there, ("", 0.0))
        if message and time.monotonic() - when < UNFIT_PAUSE:
            # One of its own every time: an error keeps all that its way up went through, every way anew.
            raise ArtefactError(message)

    def _demand_no_later_decision(self, version: str, since: str) -> None:
        """Such as a rollback that the server has not heard of: it calls the one before the champion still.

        A server that names no time decided earlier, as for :func:`mirroring.mirror_aliases`.
        """
        moves = self.registry.moves(CHAMPION)
        if version not in {line["after"] for line in moves}:
            return
        last = moves[-1]
        if last["by"] not in FOLLOWED and last["time"] > since:
            raise RegistryError(
                f"Version {version} was champion here before, and version {last['after']} is by a later "
                f"decision ({last['by']}, {last['time']}). `models sync` tells the server."
            )

    def _bring(self, client: httpx.Client, there: _There) -> str:
        """The local version of what the server has; fetched, unless it is held already. It can be used."""
        version = held(self.registry, self._found.get(there) or dict(there.tags))
        if version is None:
            version = self._fetch(client, there)
            self._found[there] = dict(identity(self.registry.manifest(version)))
        elif version != self.registry.aliases().get(CHAMPION):
            BattleModel.load(self.registry.path(version)).self_test()
        return version

    def _fetch(self, client: httpx.Client, there: _There) -> str:
        if not there.run:
            raise ArtefactError(f"Version {there.version} on the server names no run that holds its files.")
        listed = _get(client, "artifacts/list", run_id=there.run, path=ARTEFACT).get("files", [])
        names = [Path(str(entry["path"])).name for entry in listed if not entry.get("is_dir")]
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            try:
                for name in names:
                    _download(client, there.run, f"{ARTEFACT}/{name}", folder / name)
                free = there.version not in self.registry.versions()
                return take_in(
                    self.registry,
                    folder,
                    there.version,
                    dict(there.tags),
                    version=there.version if free else "",
                )
            except (OSError, ValueError) as error:  # a full disk, a name that no file can have
                raise ArtefactError(
                    f"Version {there.version} of the server cannot be kept here: {in_words(error)}."
                ) from error


@dataclass(frozen=True, slots=True)
class _There:
    """A version of the server: the same one as long as number, run, and what tells its model are the same."""

    version: str
    run: str
    tags: tuple[tuple[str, str], ...]
    #: Since when it is the champion, as the server tells it; empty where it does not.
    since: str = field(default="", compare=False)


def _champion(client: httpx.Client) -> _There | None:
    """The server's champion; ``None`` where it has none."""
    found = _get(client, "registered-models/alias", name=MODEL_NAME, alias=CHAMPION).get("model_version")
    if not isinstance(found, dict):
        return None
    tags = _tags(found)
    known = tuple(sorted(one for one in tags.items() if one[0] in IDENTITY_TAGS))
    run = str(found.get("run_id") or "")
    return _There(str(found["version"]), run, known, tags.get(_SINCE_TAG, ""))


def _tags(version: dict[str, Any]) -> dict[str, str]:
    return {str(tag["key"]): str(tag["value"]) for tag in version.get("tags", [])}


def _now() -> str:
    """As the registry writes it: the two are compared."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


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
                        raise ArtefactError(f"{path} of run {run} is larger than any model.")
                    file.write(block)
    except httpx.HTTPError as error:
        raise TrackingError(
            f"{path} of run {run} cannot be fetched from {client.base_url}: {error}."
        ) from error
