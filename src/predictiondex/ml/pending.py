"""What belongs to runs that MLflow was not told of yet: notes in ``mlflow-pending/`` of the home."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictiondex.durable import write_whole


@dataclass(frozen=True, slots=True)
class Extras:
    """What a run has besides its artefact."""

    report: Mapping[str, Any]
    dataset: Mapping[str, Any]
    plots: Sequence[Path] = ()


class Pending:
    """The notes of a home, by the version of the local registry that they are about."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "mlflow-pending"

    def keep(self, version: str, extras: Extras) -> str:
        """Note what a run has until it is uploaded; returns what stood in the way, or nothing."""
        path = self._note(version)
        content = {
            "report": extras.report,
            "dataset": extras.dataset,
            "plots": [str(one) for one in extras.plots],
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(content).encode())
        except OSError as error:
            return f" Nor could it be noted in {path.parent}: {error.strerror or error}."
        return ""

    def done(self, version: str) -> None:
        """Drop a note."""
        self._note(version).unlink(missing_ok=True)

    def versions(self) -> list[str]:
        """The versions with a note."""
        return [path.stem for path in sorted(self._folder.glob("*.json"))]

    def extras(self, folder: Path) -> Extras:
        """What was noted for the version in ``folder``, else what lies beside its model."""
        try:
            noted = json.loads(self._note(folder.name).read_bytes())
            return Extras(noted["report"], noted["dataset"], [Path(plot) for plot in noted["plots"]])
        except (OSError, ValueError, KeyError, TypeError):
            return Extras(
                _json(folder / "report.json"), _json(folder / "dataset.json"), sorted(folder.glob("*.png"))
            )

    def _note(self, version: str) -> Path:
        return self._folder / f"{version}.json"


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return {}
