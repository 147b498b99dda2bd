"""The model registry of the service, as it is told to its callers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from predictiondex.errors import ArtefactError
from predictiondex.wire import ModelEvent, ModelHistory, ModelVersion

if TYPE_CHECKING:
    from predictiondex.ml.registry import Registry

#: So many versions and events are told, the newest ones.
TOLD = 50


def model_history(models: Path) -> ModelHistory:
    """What is in the registry of this folder; reads files.

    Raises :class:`~predictiondex.errors.RegistryError` for a damaged record.
    """
    from predictiondex.ml.registry import Registry

    registry = Registry(models)
    aliases = registry.aliases()
    return ModelHistory(
        versions=[_version(registry, one, aliases) for one in registry.versions()[: -TOLD - 1 : -1]],
        events=[
            ModelEvent(
                time=line["time"],
                alias=line["alias"],
                before=line["before"],
                after=line["after"],
                version=line["facts"].get("version", line["after"]),
                reason=line["reason"],
                by=line["by"],
            )
            for line in registry.history()[: -TOLD - 1 : -1]
        ],
    )


def _version(registry: Registry, version: str, aliases: dict[str, str]) -> ModelVersion:
    mine = [alias for alias, meant in aliases.items() if meant == version]
    try:
        manifest = registry.manifest(version)
    except ArtefactError:
        return ModelVersion(version=version, aliases=mine, problem="its files are damaged")
    return ModelVersion(
        version=version,
        aliases=mine,
        created=manifest.created,
        rows=manifest.dataset.get("rows"),
        metrics=manifest.metrics,
    )
