"""A real server for the tests: uvicorn on a free port, in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from predictiondex.api.app import create_app
from predictiondex.api.protocol import BoundedProtocol
from predictiondex.settings import Settings

#: A first compile of the kernel on a busy machine takes a while.
READY_SECONDS = 240.0


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve an app with these settings; gives its address."""
    with serving_app(create_app(settings)) as address:
        yield address


@contextmanager
def serving_app(app: FastAPI) -> Iterator[str]:
    """Serve ``app`` until the block ends."""
    # With its protocol named, unlike by socket.create_server: asyncio sets TCP_NODELAY only then, and
    # without it every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    config = uvicorn.Config(app, http=BoundedProtocol, log_config=None, access_log=False, server_header=False)
    server = Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert started.wait(30), "the server did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"


def wait_until_ready(http: httpx.Client) -> None:
    """Ask ``/readyz`` until it says yes."""
    pause = threading.Event()
    deadline = time.monotonic() + READY_SECONDS
    while (response := http.get("/readyz")).status_code != 200:
        assert time.monotonic() < deadline, response.text
        assert "cannot start" not in response.text, response.text
        pause.wait(0.05)
