"""Serve the API with uvicorn, set up as the project means it: ``python -m predictiondex.api.server``."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from types import FrameType
from weakref import WeakKeyDictionary, WeakSet

import uvicorn
from pydantic import ValidationError
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from predictiondex.api import disk, keys, logs, multiprocess
from predictiondex.api.following import following
from predictiondex.api.guard import shared_counts
from predictiondex.api.protocol import BoundedProtocol
from predictiondex.api.ratelimits import limit_of
from predictiondex.api.watcher import watching
from predictiondex.errors import PredictionDexError, StartError
from predictiondex.settings import Settings, faults, get_settings, variables

logger = logging.getLogger("predictiondex.api")

#: What makes the app of a single worker.
APP = "predictiondex.api.app:create_app"
#: Connections that wait to be taken; the kernel may allow fewer.
BACKLOG = 2048
#: Seconds that an idle connection is kept. Longer than callers and balancers keep theirs (5 s to 60 s as a
#: rule), so that they close it: a request on a connection that ends at the same moment here fails.
KEEP_ALIVE = 75
#: Seconds that a worker may not answer its supervisor before it is ended and replaced.
WORKER_PATIENCE = 30
#: Seconds after which a worker that could not start is tried again.
RETRY_SECONDS = 5
#: How soon the supervisor hears a signal while it waits for such a worker.
SIGNAL_SECONDS = 0.5


def serve(settings: Settings | None = None, app: str = APP) -> None:
    """Serve until SIGTERM or Ctrl-C: no new work is taken then, and what is in flight is finished.

    Raises :class:`~predictiondex.errors.StartError` where the service must not or cannot start.
    """
    settings = settings or get_settings()
    keys.demand(settings)
    try:
        limit_of(settings.rate_limit)
    except StartError as error:
        raise StartError(f"PDX_RATE_LIMIT: {error.message}") from error
    config = configuration(settings, app)
    with _listener(settings) as listener:
        if settings.workers == 1:
            server = uvicorn.Server(config)
            with watching(settings), following(settings):
                server.run([listener])
            if not server.started:
                raise StartError("The service could not start; the log says why.")
            return
        with _prepared_for_workers(settings), watching(settings), following(settings):
            supervisor = Supervisor(config, [listener])
            supervisor.run()
            if supervisor.failed:
                raise StartError("The service could not start; the log says why.")


def configuration(settings: Settings, app: str = APP) -> uvicorn.Config:
    """How uvicorn serves."""
    return uvicorn.Config(
        "predictiondex.api.server:worker_app" if settings.workers > 1 else app,
        factory=True,
        host=settings.host,
        port=settings.port,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",  # by itself, a start that fails would be taken for an app without one
        workers=settings.workers,
        log_config=logs.config(settings.log_level),
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(settings.stop_timeout),
        timeout_worker_healthcheck=WORKER_PATIENCE,
    )


class Supervisor(Multiprocess):
    """uvicorn's, but it hears a signal while it waits for a worker that is busy starting.

    And once a worker has served, one that cannot be replaced does not take the others with it: what hinders
    it may pass, and they answer meanwhile.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._serving: WeakSet[Process] = WeakSet()
        self._due: WeakKeyDictionary[Process, float] = WeakKeyDictionary()
        self._served = False
        self.failed = False

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that have ended, or do not answer for too long."""
        for place, process in enumerate(self.processes):
            if process not in self._due:
                if process.process.is_alive() and self._answers(process):
                    continue
                process.kill()
                process.join()
                self._bury(process)
            if self.should_exit.is_set():
                return
            if time.monotonic() >= self._due[process]:
                self.processes[place] = Process(self.config, self.sockets)
                self.processes[place].start()

    def _bury(self, process: Process) -> None:
        """Settle what follows from a worker's end: another one, at once or after a pause, or the end of all.

        One that was killed from outside proves nothing against the next one.
        """
        failed = process not in self._serving and (process.exitcode or 0) > 0
        extra = {"worker": process.pid, "exit_code": process.exitcode}
        if failed and not self._served:
            logger.error("a worker cannot start, and none has served: the service ends", extra=extra)
            self.failed = True
            self.should_exit.set()
        elif failed:
            logger.error("a worker cannot start: the others go on, and it is tried again", extra=extra)
        else:
            logger.warning("a worker ended and is replaced", extra=extra)
        self._due[process] = time.monotonic() + (RETRY_SECONDS if failed else 0)

    def _answers(self, process: Process) -> bool:
        """Whether a worker answers. Until a signal has been dealt with it counts as one that does."""
        if self.signal_queue:
            return True
        ends = time.monotonic() + WORKER_PATIENCE
        try:
            process.parent_conn.send(b"ping")
            while not process.parent_conn.poll(SIGNAL_SECONDS):
                if self.signal_queue:
                    return True
                if time.monotonic() > ends or not process.process.is_alive():
                    return False
            if process.parent_conn.recv():
                self._serving.add(process)
                self._served = True
        except (OSError, EOFError):
            return False
        return True


def worker_app() -> object:
    """The app of one of several workers, which ends when its supervisor does, however that came about."""
    from predictiondex.api.app import create_app

    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent,), name="supervisor-watch", daemon=True).start()
    return create_app()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _prepared_for_workers(settings: Settings) -> Iterator[None]:
    """Clear away what former workers shared, hand our settings on, and give metrics a place."""
    values = settings.model_dump(mode="json", exclude_unset=True)
    os.environ.update(variables(values))
    with ExitStack() as stack:
        try:
            _clear(settings)
            stack.enter_context(multiprocess.prepared(settings.run / "metrics"))
        except OSError as error:
            raise StartError(f"{settings.home} cannot be written: {error.strerror or error}.") from error
        yield


def _clear(settings: Settings) -> None:
    """Delete what workers share. Raises ``OSError`` where nothing can be written, be there room or not."""
    try:
        settings.run.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.run):
            pass
    except OSError as error:
        if not disk.is_full(error):  # that passes, and until then workers do without
            raise
    for shared in (shared_counts(settings), multiprocess.serving_note(settings)):
        if shared is not None:
            shared.unlink(missing_ok=True)


def _listener(settings: Settings) -> socket.socket:
    """The socket that all workers share.

    Its protocol is named: only then does asyncio set TCP_NODELAY on what it accepts, without which every
    answer waits for an acknowledgement, about 40 ms.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        listener = socket.socket(family, kind, protocol)
        if os.name != "nt":  # there it would let several servers take one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise StartError(
            f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}."
        ) from error
    listener.set_inheritable(True)
    return listener


def main(app: str = APP) -> None:
    """Serve as a process of its own, which ends with 0 when it is asked to stop."""
    # uvicorn stops in good order and then raises the signal again for whoever listened before: here.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    try:
        serve(app=app)
    except ValidationError as error:
        for fault in faults(error):
            sys.stderr.write(f"Error: {fault}\n")
        sys.exit(2)
    except PredictionDexError as error:
        sys.stderr.write(f"Error: {error.message}\n")
        sys.exit(1)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
