"""Ctrl-C as a terminal sends it, to a command and all its processes: it ends with 130 and no other word."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from predictiondex.ml import dataset
from predictiondex.ml.interrupts import children_left_alone, held_back
from predictiondex.ml.registry import Registry

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of process groups")


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Interrupts mean what they mean in a terminal, and to what is started: where the tests themselves run in
    the background they would be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


#: Seconds for anything that happens here; compiling the battle rules for the first time counts.
LONG = 240


class Command:
    """A command in a process group of its own, as a shell starts it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "predictiondex", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PDX_HOME": str(home)},
            start_new_session=True,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    def group(self) -> list[psutil.Process]:
        """The processes that run in its group."""
        found = []
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                if os.getpgid(one.pid) == self.process.pid and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
        return found

    def workers(self) -> list[psutil.Process]:
        """Those of them that Python has started for work."""
        found = []
        for one in self.group():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if any("spawn_main" in word for word in one.cmdline()):
                    found.append(one)
        return found

    def interrupt_when(self, ready: Callable[[Command], object]) -> int:
        """Send Ctrl-C as soon as something is so; the exit code once everything has ended."""
        try:
            wait_for(lambda: ready(self) or self.process.poll() is not None)
            assert self.process.poll() is None, self.said
            os.killpg(self.process.pid, signal.SIGINT)
            code = self.process.wait(LONG)
            self._reader.join(LONG)
            wait_for(lambda: not self.group())
            return code
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            with self.process:  # closes what it was read from
                self._reader.join(LONG)


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + LONG
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < until
        pause.wait(0.02)


def says(text: str) -> Callable[[Command], bool]:
    return lambda command: text in command.said


@pytest.mark.slow
def test_a_training_that_is_interrupted_ends_quietly_and_goes_on_later(tmp_path: Path) -> None:
    arguments = ("train", "--profile", "quick", "--workers", "2")
    folder = tmp_path / "datasets" / "quick-1"
    recipe = dataset.recipe("quick")
    for ready in (Command.workers, says("Playing matchups 2/8"), says("Training 0/500")):
        command = Command(tmp_path, *arguments)
        assert command.interrupt_when(ready) == 130, command.said
        assert all(line.startswith(("Playing", "Training")) for line in command.said.splitlines())
        for part in folder.glob("part-*"):
            assert dataset._is_there(folder, recipe, int(part.stem[-5:])), part
    assert "Playing matchups 0/8\nPlaying matchups 2/8" in command.said
    assert len(dataset.load(folder)[0]) > 10_000
    assert not Registry(tmp_path / "models").versions()


@pytest.mark.slow
def test_a_measurement_that_is_interrupted_ends_quietly(tmp_path: Path) -> None:
    command = Command(tmp_path, "bench", "dataset")
    assert command.interrupt_when(Command.workers) == 130
    assert command.said == ""


def test_an_interrupt_waits_for_the_end_of_what_must_not_be_interrupted() -> None:
    told: list[bool] = []

    def work() -> None:
        with held_back() as interrupted:
            told.append(interrupted())
            signal.raise_signal(signal.SIGINT)
            told.append(interrupted())

    with pytest.raises(KeyboardInterrupt):
        work()
    assert told == [False, True]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_ignores_interrupts_goes_on_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back() as interrupted:
            signal.raise_signal(signal.SIGINT)
            assert not interrupted()
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_hold_nothing_back() -> None:
    seen: list[object] = []

    def work() -> None:
        with held_back() as interrupted:
            seen.extend((signal.getsignal(signal.SIGINT), interrupted()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler, False]


def test_the_signal_reaches_this_process_again_once_its_children_are_started() -> None:
    with children_left_alone():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
