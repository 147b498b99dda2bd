"""Making what was written outlive a power cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

#: Windows would write its own line ends.
_BINARY: Final = getattr(os, "O_BINARY", 0)


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


def write_whole(
    path: Path, content: bytes, *, private: bool = False, prepare: Callable[[int], None] = lambda _: None
) -> None:
    """Replace a file whole or not at all, durably; a ``private`` one is its owner's alone from the start.

    ``prepare`` gets the descriptor of the new file before there is anything in it. Raises ``OSError``.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600 if private else 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            prepare(file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)
