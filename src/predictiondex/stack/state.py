"""The file by which ``down`` and a second ``up`` find a system that runs in the same home."""

from __future__ import annotations

import json
import os
import time
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psutil

from predictiondex.errors import StartError
from predictiondex.locking import alone
from predictiondex.settings import Settings
from predictiondex.stack import processes

#: Whoever claims a home ends what a killed predecessor left first, which takes seconds at most.
_LOCK_SECONDS: Final = 30.0


@dataclass(slots=True)
class Process:
    """A process by its id and the moment it began, which tells it from a later one of the same id."""

    name: str
    pid: int
    created: float

    def tree(self) -> list[psutil.Process]:
        """It and what it started, as far as that still runs."""
        return processes.tree(self.pid, self.created)


@dataclass(slots=True)
class State:
    """Who runs the system and what it started."""

    supervisor: Process
    api_url: str
    ui_url: str | None
    services: list[Process] = field(default_factory=list)


def state_file(settings: Settings) -> Path:
    """Where the state of the home is kept."""
    return settings.home / "up.json"


def stop_file(settings: Settings) -> Path:
    """Appears when somebody asks the running ``up`` to stop (signals do not reach everywhere)."""
    return settings.home / "up.stop"


def read(settings: Settings) -> State | None:
    """The recorded state, or ``None`` where there is none that can be read."""
    try:
        data = json.loads(state_file(settings).read_text(encoding="utf-8"))
        return State(
            supervisor=Process(**data["supervisor"]),
            api_url=data["api_url"],
            ui_url=data["ui_url"],
            services=[Process(**service) for service in data["services"]],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(settings: Settings, state: State) -> None:
    """Replace the record in one step."""
    fresh = state_file(settings).with_suffix(".new")
    fresh.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
    fresh.replace(state_file(settings))


def claim(settings: Settings, api_url: str, ui_url: str | None) -> State:
    """Record this process as the one that runs the system.

    What a killed predecessor left running is ended first. Raises :class:`StartError` when another
    ``up`` is alive in the same home, also one that began in the same moment.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _locked(settings):
        return _claim(settings, api_url, ui_url)


def _claim(settings: Settings, api_url: str, ui_url: str | None) -> State:
    former = read(settings)
    if former and former.supervisor.tree():
        raise StartError(
            f"PredictionDex is already running here (process {former.supervisor.pid}, {former.api_url}). "
            "Stop it with `down`, or set PDX_HOME to another folder for a second one."
        )
    if former:
        processes.kill(process for service in former.services for process in service.tree())
    stop_file(settings).unlink(missing_ok=True)
    me = Process("up", os.getpid(), psutil.Process().create_time())
    state = State(me, api_url, ui_url)
    write(settings, state)
    return state


def release(settings: Settings, state: State) -> None:
    """Forget the record, if it is still that of this system.

    Needs no lock in the process that runs it: nobody else claims the home while that is alive.
    """
    found = read(settings)
    if found and found.supervisor == state.supervisor:
        state_file(settings).unlink(missing_ok=True)
        stop_file(settings).unlink(missing_ok=True)


def _locked(settings: Settings) -> AbstractContextManager[None]:
    held = StartError(f"Another `up` or `down` is still at work in {settings.home}: try again.")
    return alone(settings.home / "up.lock", seconds=_LOCK_SECONDS, otherwise=held)


def stop_running(settings: Settings) -> State | None:
    """Stop the system that runs in the home and return what it was; ``None`` where nothing ran.

    The ``up`` that runs it is asked first; past its own time limit everything it started is killed.
    """
    state = read(settings)
    if state is None:
        return None
    running = state.supervisor.tree()
    if running:
        stop_file(settings).touch()
        deadline = time.monotonic() + settings.stop_timeout + 5
        while state.supervisor.tree() and time.monotonic() < deadline:
            psutil.wait_procs(running[:1], timeout=0.2)
    everything = [state.supervisor, *state.services]
    left = [process for entry in everything for process in entry.tree()]
    processes.kill(left)
    with _locked(settings):
        release(settings, state)
    return state if running or left else None
