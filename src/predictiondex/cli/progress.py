"""Progress of long work: a bar on a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextlib.contextmanager
def on_terminal_or_lines() -> Iterator[Bar | Lines]:
    """What to hand to work that tells its progress."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Bar(progress)


class Bar:
    """A bar for each step, on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def start(self, step: str, total: int) -> None:
        self._task = self._progress.add_task(step, total=total)

    def advance(self, units: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, units)

    def note(self, text: str) -> None:
        self._progress.console.print(text, highlight=False, markup=False)


class Lines:
    """A line when a step begins and at each quarter of it, for logs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._step, self._total, self._done, self._told = "", 0, 0, 0

    def start(self, step: str, total: int) -> None:
        with self._lock:
            self._step, self._total, self._done, self._told = step, total, 0, 0
        typer.echo(f"{step} 0/{total}", err=True)

    def advance(self, units: int = 1) -> None:
        with self._lock:
            self._done += units
            quarter = 4 * self._done // self._total if self._total else 0
            tell, self._told = quarter > self._told, max(quarter, self._told)
            line = f"{self._step} {self._done}/{self._total}"
        if tell:
            typer.echo(line, err=True)

    def note(self, text: str) -> None:
        typer.echo(text, err=True)
