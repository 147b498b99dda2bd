"""A trained model on disk: the booster in XGBoost's own format, and a manifest that vouches for it.

A folder with ``model.ubj`` and ``manifest.json``; further files (report, pictures) may lie beside them. The
manifest holds the model's SHA-256 and one over its own content, so that damage and edits by hand are found
out before anything is loaded. There is no pickle anywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from predictiondex.errors import ArtefactError

MODEL_NAME: Final = "predictiondex-battle"
MODEL_FILE: Final = "model.ubj"
MANIFEST_FILE: Final = "manifest.json"
_SEAL: Final = "manifest_sha256"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model is: its features, what it was trained on and with, how good it is.

    ``version`` is empty until it is registered. ``dataset``: hash, profile, seed, rows. ``hybrid``: how
    far the model is trusted against battles. ``calibration``: Platt's ``a`` and ``b``, or ``None``.
    """

    features: tuple[str, ...]
    engine_version: str
    pokedex_checksum: str
    dataset: dict[str, Any]
    parameters: dict[str, Any]
    metrics: dict[str, float]
    created: str
    model_sha256: str = ""
    model_bytes: int = 0
    hybrid: dict[str, float] = field(default_factory=dict)
    calibration: dict[str, float] | None = None
    git_revision: str | None = None
    requirements: tuple[str, ...] = ()
    name: str = MODEL_NAME
    version: str = ""
    model_file: str = MODEL_FILE


def write_artefact(
    folder: Path, model: bytes, manifest: Manifest, *, extra: Mapping[str, bytes] | None = None
) -> Manifest:
    """Write a new artefact; the folder appears whole or not at all. Returns the manifest with its hashes.

    ``extra``: further files by name. Raises :class:`~predictiondex.errors.ArtefactError` when the folder is
    there already or cannot be written.
    """
    sealed = replace(manifest, model_sha256=hashlib.sha256(model).hexdigest(), model_bytes=len(model))
    files = {**(extra or {}), MODEL_FILE: model, MANIFEST_FILE: _seal(sealed)}
    if folder.exists():
        raise ArtefactError(f"{folder} is there already: an artefact is never overwritten.")
    draft: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        for name, content in files.items():
            _write_durably(draft / name, content)
        draft.replace(folder)
    except OSError as error:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
        raise ArtefactError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return sealed


def read_artefact(folder: Path) -> tuple[Manifest, bytes]:
    """The manifest and the model of an artefact, both verified.

    Raises :class:`~predictiondex.errors.ArtefactError` that says which file is wrong and what to do.
    """
    manifest = read_manifest(folder)
    path = folder / manifest.model_file
    try:
        model = path.read_bytes()
    except OSError as error:
        raise ArtefactError(f"{path} cannot be read: {error.strerror or error}. {_HELP}") from error
    if len(model) != manifest.model_bytes:
        raise ArtefactError(
            f"{path} is cut short: {len(model)} of {manifest.model_bytes} bytes are there. {_HELP}"
        )
    if hashlib.sha256(model).hexdigest() != manifest.model_sha256:
        raise ArtefactError(f"{path} is not the model that its manifest describes. {_HELP}")
    return manifest, model


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an artefact, verified. Raises :class:`~predictiondex.errors.ArtefactError`."""
    path = folder / MANIFEST_FILE
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read: {error}. {_HELP}") from error
    if not isinstance(content, dict) or content.pop(_SEAL, None) != _digest(content):
        raise ArtefactError(f"{path} was altered after it was written. {_HELP}")
    try:
        known = {one.name for one in fields(Manifest)}
        if set(content) != known:
            raise ArtefactError(f"{path} is of another version of this program. {_HELP}")
        content["features"] = tuple(content["features"])
        content["requirements"] = tuple(content["requirements"])
        return Manifest(**content)
    except TypeError as error:
        raise ArtefactError(f"{path} does not describe a model: {error}. {_HELP}") from error


_HELP: Final = "Train a model (`train`) or go back to another version (`rollback`)."


def _seal(manifest: Manifest) -> bytes:
    content = json.loads(json.dumps(asdict(manifest)))
    return json.dumps({**content, _SEAL: _digest(content)}, indent=1, allow_nan=False).encode()


def _digest(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
