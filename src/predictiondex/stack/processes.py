"""One child process: started apart from the terminal, logged to a file, stopped with all it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

#: Two clocks tell when a process began; they agree to within this many seconds.
SAME_START = 2.0


@dataclass(frozen=True, slots=True)
class Service:
    """What to start. ``ready_url`` answers 200 once it serves; ``url`` is where a person goes."""

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready_url: str
    url: str
    log: Path


class Child:
    """A started :class:`Service`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        keep_previous(service.log)
        with service.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **service.environment},
                # A group of its own keeps the terminal's Ctrl-C away: we stop it in good order.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
            )
        self.pid = self._process.pid
        self.created = psutil.Process(self.pid).create_time()

    @property
    def exit_code(self) -> int | None:
        """``None`` while it runs."""
        return self._process.poll()

    def log_tail(self, lines: int = 15) -> str:
        """The last ``lines`` of its log."""
        text = self.service.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def ask_to_stop(self) -> None:
        """Let it finish what it has begun."""
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                os.killpg(self.pid, signal.SIGTERM)


def stop(children: Iterable[Child], timeout: float) -> None:
    """Stop all at once; whatever still runs after ``timeout`` seconds is killed, grandchildren too."""
    children = list(children)
    trees = [process for child in children for process in tree(child.pid, child.created)]
    for child in children:
        child.ask_to_stop()
    _, alive = psutil.wait_procs(trees, timeout=timeout)
    kill(alive)
    for child in children:
        child._process.wait()


def kill(processes: Iterable[psutil.Process]) -> None:
    """End processes at once and wait until they are gone."""
    processes = list(processes)
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


def tree(pid: int, created: float) -> list[psutil.Process]:
    """The process and everything it started; empty when it is gone or its id now means another one."""
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - created) > SAME_START or process.status() == psutil.STATUS_ZOMBIE:
            return []
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def keep_previous(log: Path) -> None:
    """Make room for a new log; the one before stays beside it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
