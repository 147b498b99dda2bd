"""What another registry holds, brought into the local one: the rules for it, however it is downloaded.

Tags there say which model a version is. One that was registered by hand may have none; then the artefact
says it. A model that is held here already is never registered a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from predictiondex.errors import ArtefactError, PredictionDexError
from predictiondex.ml.artefact import MANIFEST_FILE, MODEL_FILE, Manifest, read_artefact
from predictiondex.ml.mirroring import SHA_TAG, identity
from predictiondex.ml.registry import Registry


def held(registry: Registry, tags: Mapping[str, str]) -> str | None:
    """The local version of the model that tags name, verified; ``None`` where there is none that is whole, or
    they name none."""
    if not tags.get(SHA_TAG):
        return None
    for version in registry.versions():
        with suppress(PredictionDexError):  # damaged here: fetched anew
            if _agree(registry.manifest(version), tags) and _is_whole(registry.path(version)):
                return version
    return None


def _is_whole(folder: Path) -> bool:
    """Whether an artefact's files are those of its manifest; read again only where one was written anew."""
    try:
        files = [(folder / name).stat() for name in (MANIFEST_FILE, MODEL_FILE)]
    except OSError:
        return False
    _verify(folder, *((one.st_mtime_ns, one.st_size) for one in files))
    return True


@lru_cache(maxsize=64)
def _verify(folder: Path, *_state: tuple[int, int]) -> None:
    """Raise :class:`~predictiondex.errors.ArtefactError` unless an artefact in this state is whole.

    It is asked every few seconds. What was raised is not kept: a file that could not be read may be whole.
    """
    read_artefact(folder)


def take_in(
    registry: Registry, folder: Path, there: str, tags: Mapping[str, str], *, version: str = ""
) -> str:
    """Register what was downloaded of the version ``there``, verified and tried; its local version.

    A new one gets the number ``version``, where it is given. Raises
    :class:`~predictiondex.errors.ArtefactError` for an artefact that is damaged, is not what its tags say, or
    does not fit this program; nothing is registered then.
    """
    from predictiondex.ml.model import BattleModel

    manifest, content = read_artefact(folder)
    if not _agree(manifest, tags):
        raise ArtefactError(f"Version {there} on the server is not the model that its tags name.")
    BattleModel.load(folder).self_test()
    known = held(registry, dict(identity(manifest)))
    if known is not None:
        return known
    own = {MANIFEST_FILE, manifest.model_file}
    extra = {one.name: one.read_bytes() for one in folder.iterdir() if one.name not in own}
    return registry.add(content, manifest, extra=extra, version=version)


def _agree(manifest: Manifest, tags: Mapping[str, str]) -> bool:
    """Whether tags name a model; one that is missing says nothing against it."""
    return all(tags.get(name, value) == value for name, value in identity(manifest))
