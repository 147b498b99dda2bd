"""Drift reports on a schedule: written by a process of their own, because Evidently is heavy."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from predictiondex.settings import Settings, variables

logger = logging.getLogger("predictiondex.monitoring")

#: Reports that are kept; one is about four megabytes.
KEPT: Final = 14
_PATTERN: Final = "drift-*.html"


class Reports:
    """Knows when the next report of a home is due: so long after the last one, or after the first start.

    For the main thread: what asks it to end is held back while a report begins.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.home / "monitoring"
        self._running: subprocess.Popen[bytes] | None = None
        self._since = self._folder / "reports-since"

    def write_if_due(self) -> bool:
        """Start a report where one is due; whether that was so. Does not wait for it.

        Raises ``OSError`` when the home cannot be written.
        """
        if self._running is not None and self._running.poll() is None:
            return False
        if not self._is_due():
            return False
        self._since.touch()  # a report that fails is tried again next time, not at once
        self._forget_old()
        given = {"home": self._settings.home, "database_url": self._settings.database_url}
        with _asked_to_end_afterwards():  # a report that nobody knows of yet would not end with us
            self._running = subprocess.Popen(
                [sys.executable, "-m", "predictiondex", "drift", "--json"],
                env={**os.environ, **variables(given)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        logger.info("drift report begun")
        return True

    def close(self) -> None:
        """End a report that is being written."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait()

    def _is_due(self) -> bool:
        hours = self._settings.drift_report_hours
        if hours == 0 or find_spec("evidently") is None:
            return False
        if not self._since.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._since.touch()
        newest = max([self._since, *self._reports()], key=_written)
        return time.time() - _written(newest) >= hours * 3600

    def _reports(self) -> list[Path]:
        return list(self._folder.glob(_PATTERN))

    def _forget_old(self) -> None:
        for path in sorted(self._reports(), key=_written)[: -KEPT + 1]:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


@contextmanager
def _asked_to_end_afterwards() -> Iterator[None]:
    """Hold SIGTERM back until the block is left: whoever listens may raise, between any two steps of it."""
    asked: list[int] = []
    listener = signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, listener)
        if asked:
            signal.raise_signal(signal.SIGTERM)


def _written(path: Path) -> float:
    return path.stat().st_mtime
