"""One program at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def alone(lock: Path, *, seconds: float, otherwise: Exception) -> Iterator[None]:
    """Hold the file ``lock``. Raises ``otherwise`` where another program still does after ``seconds``, and
    ``OSError`` where there can be no such file."""
    held = FileLock(lock, timeout=seconds)
    try:
        held.acquire()
    except Timeout as error:
        raise otherwise from error
    try:
        yield
    finally:
        held.release()
