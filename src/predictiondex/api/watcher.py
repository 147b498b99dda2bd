"""The watcher as a process beside the server: it begins once the service is ready and ends with it."""

from __future__ import annotations

import logging.config
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from types import FrameType
from typing import NoReturn

from predictiondex.api import logs
from predictiondex.monitoring.gauges import state_file
from predictiondex.settings import Settings, get_settings, variables

_LOWEST_PRIORITY = 19
#: Settings of the server that its watcher needs.
_NEEDED = (
    "home", "database_url", "host", "port", "log_level",
    "shadow_budget", "watch_seconds", "drift_report_hours",
)  # fmt: skip
_READY_PAUSE = 1.0
#: Seconds that the watcher gets to end: those who end the server do not wait much longer for it either.
_END_SECONDS = 2.0
#: No proxy of the environment leads to the service beside us.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def watching(settings: Settings) -> Iterator[None]:
    """Have a watcher for as long as the block runs, unless its budget is 0."""
    if settings.shadow_budget == 0:
        # What a former watcher found is not looked after any more.
        state_file(settings.home).unlink(missing_ok=True)
        yield
        return
    command = [sys.executable, "-m", "predictiondex.api.watcher"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=_environment(settings)) as process:  # noqa: S603
        try:
            yield
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Have the watcher end what it began, and itself; one that does not come to it is ended."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _environment(settings: Settings) -> dict[str, str]:
    """Our environment, with the settings of the server that the watcher needs."""
    return {**os.environ, **variables({field: getattr(settings, field) for field in _NEEDED})}


def main() -> None:
    """Watch until standard input ends: it does when the server is gone, however that came about."""
    settings = get_settings()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends us
    signal.signal(signal.SIGTERM, _leave)
    logging.config.dictConfig(logs.config(settings.log_level))
    if hasattr(os, "nice"):
        os.nice(_LOWEST_PRIORITY)
    stop = Event()
    Thread(target=_until_end_of_input, args=(stop,), daemon=True).start()
    # Before that, loading and compiling would take time away from the service doing the same.
    while not _ready(settings):
        if stop.wait(_READY_PAUSE):
            return
    # A service that has just begun was asked nothing yet, and still has more to do than to be looked after.
    if stop.wait(settings.watch_seconds):
        return
    from predictiondex.monitoring import watch

    watch.run(settings, stop)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """End by way of every ``finally``: a drift report that is being written ends with us.

    No event is set here: this runs between any two steps of the thread that waits for it, which may hold its
    lock just then.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would cut that short
    sys.exit(0)


def _until_end_of_input(stop: Event) -> None:
    os.read(sys.stdin.fileno(), 1)
    stop.set()


def _ready(settings: Settings) -> bool:
    with (
        suppress(OSError),
        _DIRECT.open(f"{settings.local_api_url}/readyz", timeout=5) as answer,
    ):
        return bool(answer.status == 200)
    return False


if __name__ == "__main__":
    main()
