"""Snapshots made wrong, or only different, on purpose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

BUNDLED = resources.files("predictiondex.pokedex").joinpath("data")


def doctored(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A snapshot with ``change`` made to its document and a checksum that fits; its folder."""
    document = json.loads(BUNDLED.joinpath("pokedex.json").read_bytes())
    change(document)
    data = json.dumps(document).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pokedex.json").write_bytes(data)
    (folder / "pokedex.sha256").write_text(hashlib.sha256(data).hexdigest())
    return folder


def newer(folder: Path) -> Path:
    """A snapshot as good as the bundled one, told apart by its version and one more alias."""

    def change(document: dict[str, Any]) -> None:
        document["version"] = "0.11.12"
        document["moves"][0]["names"] = [*document["moves"][0]["names"][:2], ["Newer"]]

    return doctored(folder, change)


def one(document: dict[str, Any], part: str, id_: str) -> dict[str, Any]:
    """The record of ``id_``."""
    found: dict[str, Any] = next(record for record in document[part] if record["id"] == id_)
    return found
