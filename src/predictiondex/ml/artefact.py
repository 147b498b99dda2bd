"""A trained model on disk: the booster in XGBoost's own format, and a manifest that vouches for it.

A folder with ``model.ubj`` and ``manifest.json``; further files (report, pictures) may lie beside them. The
manifest holds the model's SHA-256 and one over its own content, so that damage and edits by hand are found
out before anything is loaded. There is no pickle anywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from predictiondex.durable import sync_folder
from predictiondex.errors import ArtefactError

MODEL_NAME: Final = "predictiondex-battle"
MODEL_FILE: Final = "model.ubj"
MANIFEST_FILE: Final = "manifest.json"
#: What unfinished artefacts begin with; a killed program may leave one behind.
DRAFT: Final = ".draft-"
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
    there already, cannot be written, or a figure is no number; nothing is left then.
    """
    sealed = replace(manifest, model_sha256=hashlib.sha256(model).hexdigest(), model_bytes=len(model))
    files = {**(extra or {}), MODEL_FILE: model, MANIFEST_FILE: _seal(sealed)}
    for name in files:
        if name != Path(name).name or name.startswith("."):
            raise ArtefactError(f"{name!r} cannot be the name of a file in an artefact.")
    if folder.exists():
        raise ArtefactError(f"{folder} is there already: an artefact is never overwritten.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder.parent) as scratch:
            draft = Path(scratch) / folder.name  # made here: others may read it, as the umask says
            draft.mkdir()
            for name, content in files.items():
                _write_durably(draft / name, content)
            sync_folder(draft)
            draft.replace(folder)
        sync_folder(folder.parent)
    except OSError as error:
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
    problem = _unfit(content)
    if problem:
        raise ArtefactError(f"{path} does not describe a model of this program: {problem}. {_HELP}")
    content["features"] = tuple(content["features"])
    content["requirements"] = tuple(content.get("requirements", ()))
    return Manifest(**content)


_HELP: Final = "Train a model (`train`) or go back to another version (`rollback`)."


def _unfit(content: Mapping[str, Any]) -> str:
    """What is wrong with a manifest's fields; nothing where they fit."""
    kinds = get_type_hints(Manifest)
    needed = {one.name for one in fields(Manifest) if one.default is one.default_factory is MISSING}
    if needed - set(content):
        return f"{', '.join(sorted(needed - set(content)))} missing"
    for name, value in content.items():
        if name not in kinds:
            return f"{name} is unknown"
        if not isinstance(value, _json_types(kinds[name])):
            return f"{name} is {value!r}"
    if content.get("model_file", MODEL_FILE) != MODEL_FILE:
        return f"model_file is {content['model_file']!r}, not {MODEL_FILE!r}"
    return ""


def _json_types(kind: Any) -> tuple[type, ...]:
    """The types that a field has once it has been through JSON."""
    if isinstance(kind, UnionType):
        return tuple(one for part in get_args(kind) for one in _json_types(part))
    origin = get_origin(kind) or kind
    return (list,) if origin is tuple else (origin,)


def _seal(manifest: Manifest) -> bytes:
    try:
        content = json.loads(json.dumps(asdict(manifest), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ArtefactError(f"The manifest holds something that is no plain value: {error}.") from error
    return json.dumps({**content, _SEAL: _digest(content)}, indent=1).encode()


def _digest(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
