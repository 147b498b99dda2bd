"""Metrics of several workers as one: each writes to files of its own, whoever is scraped adds them up.

The files are written through memory and grow as they go: on a full disk that ends the process. So they are in
memory altogether where the machine has a folder for that.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import psutil
from prometheus_client import ProcessCollector, values
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector, CollectorRegistry

from predictiondex.settings import Settings

try:
    import fcntl
except ImportError:  # no Unix, and no folder in memory
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger("predictiondex.api")

_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
#: Where Linux keeps files in memory, how ours are named there, and the room without which we leave it alone:
#: a container has 64 MB, a worker writes less than one.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, which only we may read
_PREFIX: Final = "predictiondex-metrics-"
_ROOM: Final = 16 * 1024 * 1024
#: Figures of processes that are no sums: all began with the first of them.
_FIRST: Final = frozenset({"process_start_time_seconds", "process_max_fds"})


def serving_note(settings: Settings) -> Path:
    """The file that says to workers which are started later that somebody serves already."""
    return settings.run / "serving"


@contextmanager
def prepared(folder: Path, memory: Path = MEMORY) -> Iterator[Path]:
    """Have the processes that are started meanwhile write their metrics to a folder, which it gives.

    To one in ``memory``, gone at the end, or to ``folder`` where there is none. Both begin empty. Must be
    used in the parent of the workers. Raises ``OSError``.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with _in_memory(memory) as place:
        if place is None:
            folder.mkdir(parents=True)
        os.environ[_VARIABLE] = str(place or folder)
        yield place or folder


@contextmanager
def _in_memory(memory: Path) -> Iterator[Path | None]:
    """A folder there for this server alone, in place of what killed ones have left; ``None`` without room.

    A server holds the lock of its folder while it lives, so that others on this machine, and those that share
    the memory from another container, tell it from one that was left.
    """
    made = None
    if fcntl is not None:
        with suppress(OSError):
            _clear(memory)
            if shutil.disk_usage(memory).free >= _ROOM:
                made = _own(memory)
    if made is None:
        logger.warning("no memory for metrics: a full disk may end a worker", extra={"folder": str(memory)})
        yield None
        return
    place, lock = made
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(lock)


def _clear(memory: Path) -> None:
    """Delete the folders whose servers have ended."""
    for left in memory.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or in use
            lock = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
            finally:
                os.close(lock)


def _own(memory: Path) -> tuple[Path, int]:
    """A new folder and its lock, which is given up when this process ends. Raises ``OSError``."""
    while True:
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=memory))
        with suppress(FileNotFoundError):  # another server took it for one that was left, and cleared it away
            lock = os.open(place, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if place.exists():
                return place, lock
            os.close(lock)


def active() -> bool:
    """Whether this process is one of several workers."""
    return bool(values.ValueClass._multiprocess)


def asked_to_stop() -> bool:
    """Whether the server of this process was told to stop: while it starts only its signal handler knows."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))


def register(registry: CollectorRegistry) -> None:
    """Show the metrics of all workers in ``registry``."""
    registry.register(_Workers(Path(os.environ[_VARIABLE])))


class _Workers(Collector):
    """Everything that the workers measure, and their processes' figures added up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self) -> Iterator[Metric]:
        """Nothing: names differ from moment to moment."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        alive = self._alive()
        for family in self._measured():
            if family.name == "model_info":  # a series cannot be taken away, so it was set to zero
                family.samples = [one for one in family.samples if one.value]
            yield family
        yield from _processes(alive)

    def _measured(self) -> Iterable[Metric]:
        """What all files add up to, but for those that a starting worker has made and not written to yet."""
        files = []
        for path in self._folder.glob("*.db"):
            with suppress(FileNotFoundError):  # forgotten meanwhile, for another scrape
                if path.stat().st_size:
                    files.append(str(path))
        merged: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return merged

    def _alive(self) -> list[int]:
        """Workers that live; what the others said of their present state is forgotten."""
        found = {int(path.stem.rpartition("_")[2]) for path in self._folder.glob("*.db")}
        alive = sorted(pid for pid in found if psutil.pid_exists(pid))
        for pid in found.difference(alive):
            with suppress(FileNotFoundError):  # another worker was scraped at the same moment
                mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
        return alive


def _processes(pids: list[int]) -> list[Metric]:
    totals: dict[str, Metric] = {}
    for pid in pids:
        for family in ProcessCollector(pid=partial(int, pid), registry=None).collect():
            total = totals.setdefault(family.name, family)
            if total is not family:
                total.samples = [
                    one._replace(value=_joined(family.name, one.value, other.value))
                    for one, other in zip(total.samples, family.samples, strict=True)
                ]
    return list(totals.values())


def _joined(name: str, one: float, other: float) -> float:
    return min(one, other) if name in _FIRST else one + other
