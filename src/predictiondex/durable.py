"""Making what was written outlive a power cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can do that.

    A file that was made or moved into place, and is durable itself, is not found again without.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str, prepare: Callable[[int], None] = lambda _: None) -> None:
    """Replace a file whole or not at all, for its owner alone from the start, and durably.

    ``prepare`` gets the descriptor of the new file before there is anything in it. Raises ``OSError``.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            prepare(file.fileno())
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)
