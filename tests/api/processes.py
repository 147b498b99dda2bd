"""The API as processes of their own, as `up` starts it, with everything that can be done to them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import httpx
import psutil

from predictiondex.settings import Settings


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(what: str, condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until something has come about; a server that does not answer yet has not."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if condition():
                return
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        pause.wait(0.05)


class ServerProcess:
    """The API as a process, with its log in a file."""

    def __init__(self, settings: Settings, log: Path, **environment: str) -> None:
        self.log = log
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        own = {
            "PDX_HOME": str(settings.home),
            "PDX_DATABASE_URL": settings.database_url,
            "PDX_HOST": "127.0.0.1",
            "PDX_PORT": str(port),
            "PDX_SHADOW_BUDGET": "0",
        }
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "predictiondex.api.server"],
                env={**os.environ, **own, **environment},
                stderr=errors,
            )

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.kill()

    def client(self) -> httpx.Client:
        """A client that gives the server a moment until it listens."""
        return httpx.Client(base_url=self.address, timeout=30, transport=httpx.HTTPTransport(retries=7))

    def workers(self) -> list[psutil.Process]:
        """Processes that answer requests; the one that started them is not among them."""
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [one for one in children if "spawn_main" in " ".join(one.cmdline())]
        return []

    def kill(self) -> None:
        """SIGKILL for all of it at the same moment."""
        with contextlib.suppress(psutil.NoSuchProcess):
            everything = [self.process, *psutil.Process(self.process.pid).children(recursive=True)]
            for one in everything:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)
