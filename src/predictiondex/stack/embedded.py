"""The whole system on one machine without any server: the API and the page as child processes.

::

    with Session(settings, with_ui=True) as session:
        if session.start(tell):  # False: asked to stop meanwhile
            session.watch()  # until asked to stop
"""

from __future__ import annotations

import importlib.util
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from predictiondex.errors import PredictionDexError, StartError, UsageError
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings, checkout, variables
from predictiondex.stack import health, ports, processes, state
from predictiondex.stack.processes import Child, Service

POLL_SECONDS = 0.2

Tell = Callable[[str], None]


class Session:
    """The running system. Leaving the ``with`` block stops everything and frees the ports.

    Between entering and leaving, the signals that ask a program to stop (Ctrl-C, SIGTERM, a closed
    terminal) and ``down`` end :meth:`start` and :meth:`watch` instead of the process.
    """

    def __init__(self, settings: Settings, *, with_ui: bool) -> None:
        self.settings = settings
        self.api = api_service(settings)
        self.ui = ui_service(settings) if with_ui else None
        self._trainer: Child | None = None
        self._children: list[Child] = []
        self._state: state.State | None = None
        self._signalled = False
        self._former_handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Session:
        for number in stop_signals():
            self._former_handlers[number] = signal.signal(number, self._signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        started = self._children if self._trainer is None else [self._trainer, *self._children]
        processes.stop(started, self.settings.stop_timeout)
        if self._state:
            state.release(self.settings, self._state)
        for number, handler in self._former_handlers.items():
            signal.signal(number, handler)

    def start(self, tell: Tell) -> bool:
        """Bring everything up; returns when all of it serves, or ``False`` when asked to stop before.

        Raises :class:`StartError` for a taken port, a second ``up`` in the same home, a service that
        ends or takes longer than ``start_timeout``, and whatever loading the database raises.
        """
        settings = self.settings
        if self.ui and settings.port == settings.ui_port:
            raise UsageError("The API and the page need two different ports.", field="--ui-port")
        self._state = state.claim(settings, self.api.url, self.ui.url if self.ui else None)
        ports.demand(settings.host, settings.port, option="--port")
        if self.ui:
            ports.demand(settings.host, settings.ui_port, option="--ui-port")
            self._spawn(self.ui)  # first: it needs nothing and takes longest to import
        tell("Preparing the database")
        prepare_database(settings)
        if self._asked_to_stop():
            return False
        self._spawn(self.api)
        return self._wait_until_ready(tell)

    def train_first(self) -> bool:
        """Begin to train a model in the background, if one is wanted; ``False`` where there is a champion.

        A champion that fits this program stays (``--missing``), one of an earlier version of the rules is
        replaced. What it does goes to a log; its end, good or bad, ends nothing else. Simulation answers
        meanwhile.
        """
        settings = self.settings
        if not settings.train_on_start:
            return False
        self._trainer = Child(training_job(settings))
        return not _has_champion(settings)

    def watch(self) -> None:
        """Return when asked to stop; raise :class:`StartError` when a service ends by itself."""
        while not self._asked_to_stop():
            self._demand_alive()
            time.sleep(POLL_SECONDS)

    def _signal(self, _number: int, _frame: FrameType | None) -> None:
        # Nothing but a flag: it runs between any two steps of this same thread, so that a lock which that
        # thread holds just then (an Event has one) would never be had.
        self._signalled = True

    def _spawn(self, service: Service) -> None:
        child = Child(service)
        self._children.append(child)
        assert self._state is not None
        self._state.services.append(state.Process(service.name, child.pid, child.created))
        state.write(self.settings, self._state)

    def _wait_until_ready(self, tell: Tell) -> bool:
        waiting = list(self._children)
        deadline = time.monotonic() + self.settings.start_timeout
        with health.local_client() as client:
            while not self._asked_to_stop():
                self._demand_alive()
                obstacles = [(child, health.obstacle(client, child.service.ready_url)) for child in waiting]
                waiting = [child for child, reason in obstacles if reason]
                if not waiting:
                    return True
                child, reason = next(pair for pair in obstacles if pair[1])
                tell(f"{child.service.title}: {reason}")
                if time.monotonic() > deadline:
                    raise StartError(
                        f"{child.service.title} is not ready after {self.settings.start_timeout:.0f} s "
                        f"(PDX_START_TIMEOUT gives it longer): {reason}. {said(child)}"
                    )
                time.sleep(POLL_SECONDS)
        return False

    def _demand_alive(self) -> None:
        for child in self._children:
            if child.exit_code is not None and not self._asked_to_stop():
                raise StartError(
                    f"{child.service.title} ended by itself (exit code {child.exit_code}). {said(child)}"
                )

    def _asked_to_stop(self) -> bool:
        return self._signalled or state.stop_file(self.settings).exists()


def said(child: Child) -> str:
    """The end of a child's log, introduced."""
    return f"The end of {child.service.log}:\n{child.log_tail() or '(it is empty)'}"


def stop_signals() -> list[signal.Signals]:
    """The signals by which a program is asked to stop on this system."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def prepare_database(settings: Settings) -> None:
    """Migrate the database and load the bundled facts where they are not there yet."""
    from predictiondex.etl.run import ensure_loaded

    ensure_loaded(settings)


def api_service(settings: Settings) -> Service:
    """How the API is started."""
    return Service(
        name="api",
        title="The API",
        command=(sys.executable, "-m", "predictiondex.api.server"),  # host and port: from the environment
        environment=environment(settings),
        ready_url=f"{settings.local_api_url}/readyz",
        url=settings.local_api_url,
        log=settings.logs / "api.log",
    )


def _has_champion(settings: Settings) -> bool:
    try:
        return Registry(settings.models).champion() is not None
    except PredictionDexError:
        return False


def training_job(settings: Settings) -> Service:
    """The first training, at low priority.

    From a checkout it goes through ``pdx.py``, which installs the packages that only training needs.
    """
    root = checkout()
    program = ("-m", "predictiondex") if root is None else (str(root / "pdx.py"),)
    return Service(
        name="train",
        title="The first training",
        command=(sys.executable, *program, "train", "--profile", "quick", "--missing", "--background"),
        environment=environment(settings),
        ready_url="",
        url="",
        log=settings.logs / "train.log",
    )


def ui_service(settings: Settings) -> Service:
    """How the page is started. Raises :class:`StartError` where its packages are not installed."""
    if importlib.util.find_spec("streamlit") is None:
        raise StartError("The page needs Streamlit: install predictiondex[ui], or start with --no-ui.")
    options = {
        "server.address": settings.host,
        "server.port": settings.ui_port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "global.developmentMode": "false",
    }
    return Service(
        name="ui",
        title="The page",
        command=(
            *(sys.executable, "-m", "predictiondex.ui"),
            *(f"--{name}={value}" for name, value in options.items()),
        ),
        environment=environment(settings),
        ready_url=f"{settings.ui_url}/_stcore/health",
        url=settings.ui_url,
        log=settings.logs / "ui.log",
    )


def environment(settings: Settings) -> dict[str, str]:
    """The settings for a child process, options of the command line included."""
    values = settings.model_dump(mode="json", exclude={"require_real"})
    values["api_url"] = settings.local_api_url
    return {**variables(values), "PYTHONUNBUFFERED": "1"}
