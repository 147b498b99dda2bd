"""Serve the API with uvicorn, set up as the project means it: ``python -m predictiondex.api.server``."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
from threading import Thread
from types import FrameType

import uvicorn
from pydantic import ValidationError
from uvicorn.supervisors import Multiprocess

from predictiondex.api import keys, logs, multiprocess
from predictiondex.api.following import following
from predictiondex.api.guard import shared_counts
from predictiondex.api.protocol import BoundedProtocol
from predictiondex.api.ratelimits import limit_of
from predictiondex.api.watcher import watching
from predictiondex.errors import PredictionDexError, StartError
from predictiondex.settings import Settings, faults, get_settings

#: What makes the app of a single worker.
APP = "predictiondex.api.app:create_app"
#: Connections that wait to be taken; the kernel may allow fewer.
BACKLOG = 2048
#: Seconds that an idle connection is kept. Longer than callers and balancers keep theirs (5 s to 60 s as a
#: rule), so that they close it: a request on a connection that ends at the same moment here fails.
KEEP_ALIVE = 75
#: Seconds that a worker may not answer its supervisor before it is ended and replaced.
WORKER_PATIENCE = 30


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
        _prepare_workers(settings)
        with watching(settings), following(settings):
            Multiprocess(config, [listener]).run()


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


def _prepare_workers(settings: Settings) -> None:
    """Clear away what former workers shared, and hand our settings on."""
    values = settings.model_dump(mode="json", exclude_unset=True)
    os.environ.update({f"PDX_{name.upper()}": str(value) for name, value in values.items()})
    try:
        multiprocess.prepare(settings.home / "run" / "metrics")
        for shared in (shared_counts(settings), settings.home / "run" / "serving"):
            if shared is not None:
                shared.unlink(missing_ok=True)
    except OSError as error:
        raise StartError(f"{settings.home} cannot be written: {error.strerror or error}.") from error


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
    signal.signal(signal.SIGTERM, _end)
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
