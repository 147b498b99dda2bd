"""A real MLflow server for the tests, and a door to it that can be slow, or fall shut."""

from __future__ import annotations

import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

#: MLflow takes its time to be imported, the more on a busy machine.
READY_SECONDS = 120.0


@dataclass(frozen=True)
class Server:
    """Where it listens and keeps its files. It takes requests for ``127.0.0.1``, not for ``localhost``."""

    port: int
    artifacts: Path

    @property
    def uri(self) -> str:
        """The address that it takes."""
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server with a fresh store in ``folder``."""
    server = Server(free_port(), folder / "artifacts")
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(server.port),
        "--backend-store-uri", f"sqlite:///{folder / 'server.db'}",
        "--artifacts-destination", str(server.artifacts), "--workers", "1", "--allowed-hosts", "127.0.0.1:*",
    ]  # fmt: skip
    quiet = {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # two more processes, for what we do not use
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **quiet}, start_new_session=True
        )
    try:
        _wait(server, process, folder / "log")
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{server.uri}/health", timeout=READY_SECONDS).is_success:
                return
        pause.wait(0.1)
    raise AssertionError(f"MLflow did not start:\n{log.read_text()[-3000:]}")


class Door(socketserver.ThreadingTCPServer):
    """Passes on to a server what comes in: after a while, or only ``requests`` times and then no more."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, to: Server, *, delay: float = 0.0, requests: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.to, self.delay, self.left = to, delay, requests
        self.seen = 0
        self.pause = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Door:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections that break off are what this is for."""


class _Visit(socketserver.BaseRequestHandler):
    server: Door

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.to.port)) as beyond:
            back = threading.Thread(target=_pass_on, args=(beyond, self.request))
            back.start()
            while content := self.request.recv(1 << 16):
                if content.split(b" ", 1)[0] in {b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"}:
                    self.server.seen += 1
                    if self.server.left is not None and self.server.seen > self.server.left:
                        break
                    self.server.pause.wait(self.server.delay)
                beyond.sendall(content)
            with suppress(OSError):
                beyond.shutdown(socket.SHUT_RDWR)
            back.join()


def _pass_on(beyond: socket.socket, back: socket.socket) -> None:
    with suppress(OSError):
        while content := beyond.recv(1 << 16):
            back.sendall(content)
