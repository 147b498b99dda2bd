"""Metrics of several workers as one: each writes to files of its own, whoever is scraped adds them up."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import psutil
from prometheus_client import ProcessCollector, values
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector, CollectorRegistry

_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
#: Figures of processes that are no sums: all began with the first of them.
_FIRST: Final = frozenset({"process_start_time_seconds", "process_max_fds"})


def prepare(folder: Path) -> None:
    """Have the processes started from now on write their metrics to ``folder``, which is emptied.

    Must be called in the parent of the workers. Raises ``OSError``.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[_VARIABLE] = str(folder)


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
