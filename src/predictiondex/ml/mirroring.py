"""Aliases and verdicts of the local registry, as the MLflow registry shows them.

A version there and a version here are the same model when its checksum and the time it was made agree; the
numbers of the two registries need not.
"""

from __future__ import annotations

import logging
from collections.abc import ItemsView
from typing import TYPE_CHECKING, Any, Final

from predictiondex.errors import ArtefactError
from predictiondex.ml.artefact import MODEL_NAME, Manifest
from predictiondex.ml.registry import ALIASES, CHAMPION, Registry

if TYPE_CHECKING:
    from mlflow import MlflowClient

logger = logging.getLogger("predictiondex.models")

#: Folder of the artefact inside a run: what another machine downloads.
ARTEFACT: Final = "artefact"
#: Tags that tie a version of the server to the model itself.
SHA_TAG: Final = "model_sha256"
_MADE_TAG: Final = "model_created"
IDENTITY_TAGS: Final = (SHA_TAG, _MADE_TAG)
_REASON_LENGTH: Final = 500
#: In the record of the registry: moves that carry out what a server says, and decide nothing.
FOLLOWED: Final = ("follow", "pull")


def identity(manifest: Manifest) -> ItemsView[str, str]:
    """What tells a model from all others, as tags."""
    return {SHA_TAG: manifest.model_sha256, _MADE_TAG: manifest.created}.items()


def find(client: MlflowClient, manifest: Manifest) -> Any | None:
    """The server's version of a model, or ``None``."""
    wanted = identity(manifest)
    return next((one for one in _versions(client) if wanted <= one.tags.items()), None)


def champion_there(client: MlflowClient) -> Any | None:
    """The server's champion, or ``None``."""
    return _meant(client, CHAMPION)


def mirror_aliases(client: MlflowClient, registry: Registry) -> None:
    """Point the server's aliases at the versions that hold the same models as ours, the reasons as tags.

    An alias that another machine moved there later than we did here stays, and so does a champion that never
    was one here, if it fits this program: nothing here was compared with it. The gate's verdicts become tags.
    """
    there = _versions(client)
    here = {version: _same(registry, version, there) for version in registry.versions()}
    meant = registry.aliases()
    for alias in ALIASES:
        moves = registry.moves(alias)
        if moves:
            there_too = (here.get(move["after"]) for move in moves)
            held = {one.version for one in there_too if one is not None}
            # What it means now: a challenger that became champion by a rollback is none, without a move.
            _mirror(client, alias, {**moves[-1], "after": meant.get(alias)}, here, held)
    for line in registry.history():
        remote = here.get(str(line["facts"].get("version")))
        if remote is not None and "accepted" in line["facts"]:
            verdict = "accepted" if line["facts"]["accepted"] else "refused"
            _tag(client, remote, "gate", f"{verdict} {line['time']}")
            _tag(client, remote, "gate_reasons", "; ".join(line["facts"].get("reasons", [])))


def _mirror(
    client: MlflowClient, alias: str, move: dict[str, Any], here: dict[str, Any], held: set[str]
) -> None:
    """Carry the last move of an alias out there; ``held`` are the server's versions that had it here."""
    now = _meant(client, alias)
    if now is not None and (move["by"] in FOLLOWED or str(now.tags.get(f"{alias}_since", "")) > move["time"]):
        return
    if now is not None and alias == CHAMPION and now.version not in held and _fits(client, now):
        logger.warning("the server's champion %s never was one here: it stays", now.version)
        return
    if move["after"] is None:
        if now is not None and now.version in {one.version for one in here.values() if one is not None}:
            client.delete_registered_model_alias(MODEL_NAME, alias)
        return
    wanted = here.get(move["after"])
    if wanted is None:
        return
    if now is None or now.version != wanted.version:
        client.set_registered_model_alias(MODEL_NAME, alias, wanted.version)
        _tag(client, wanted, f"{alias}_since", move["time"])
        _tag(client, wanted, f"{alias}_reason", move["reason"])


def _fits(client: MlflowClient, version: Any) -> bool:
    """Whether a version of the server was made for the features of this program."""
    from predictiondex.ml.features import FEATURE_VERSION

    told: dict[str, str] = client.get_run(version.run_id).data.params
    return told.get("feature_version") == FEATURE_VERSION


def _tag(client: MlflowClient, version: Any, name: str, value: str) -> None:
    """Set a tag that is not there yet."""
    value = value[:_REASON_LENGTH]
    if version.tags.get(name) != value:
        client.set_model_version_tag(MODEL_NAME, version.version, name, value)


def _same(registry: Registry, version: str, there: list[Any]) -> Any | None:
    try:
        wanted = identity(registry.manifest(version))
    except ArtefactError:
        return None
    return next((one for one in there if wanted <= one.tags.items()), None)


def _versions(client: MlflowClient) -> list[Any]:
    return list(client.search_model_versions(f"name = '{MODEL_NAME}'"))


def _meant(client: MlflowClient, alias: str) -> Any | None:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(MODEL_NAME, alias)
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
