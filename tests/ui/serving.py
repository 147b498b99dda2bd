"""The API and the page as processes of their own, started as `up` starts them."""

from __future__ import annotations

import socket
from contextlib import closing

import psutil
import pytest

from predictiondex.client import Client
from predictiondex.ml import pipeline
from predictiondex.ml.dataset import Recipe
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings
from predictiondex.stack import health, processes
from predictiondex.stack.embedded import api_service
from predictiondex.stack.processes import Child, Service
from tests.api.processes import wait_for
from tests.ml.conftest import Silent

#: Compiling the battle rules for the first time, on a machine that does other things as well.
READY_SECONDS = 600.0


def free_port() -> int:
    """A port that nothing listens on now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def started(service: Service, url: str = "") -> Child:
    """Start a service and wait until ``url`` answers; without one, until it is ready."""
    child = Child(service)
    process = psutil.Process(child.pid)
    with health.local_client() as client:
        for _ in range(int(READY_SECONDS / 0.2)):
            obstacle = health.obstacle(client, url or service.ready_url)
            if not obstacle:
                return child
            assert child.exit_code is None, child.log_tail()
            assert "cannot start" not in obstacle, obstacle
            psutil.wait_procs([process], timeout=0.2)
    processes.stop([child], timeout=5)
    pytest.fail(f"{service.title} was not ready after {READY_SECONDS:.0f} s: {obstacle}")


def train_small(settings: Settings, registry: Registry) -> str:
    """Train on few matchups, the way every model is trained; gives the version."""
    recipe = Recipe("quick", 5, 800, 16, partition=400)
    outcome = pipeline.train(recipe, settings.datasets, registry, progress=Silent(), count=1)
    return outcome.version


def wait_for_engine(url: str, engine: str) -> None:
    """Until this engine answers there: a running API follows its registry."""
    with Client(url) as client:
        wait_for(f"{engine} answers", lambda: client.model_info().engine == engine)


class Api:
    """The API's process; it can be killed and come back."""

    def __init__(self, settings: Settings) -> None:
        self._service = api_service(settings)
        self.url = settings.local_api_url
        self._child = started(self._service)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        processes.kill(processes.tree(self._child.pid, self._child.created))
        processes.stop([self._child], timeout=5)

    def back(self) -> None:
        """Start it again at the same address and wait until it is ready."""
        self._child = started(self._service)

    def stop(self) -> None:
        """End it in good order."""
        processes.stop([self._child], timeout=10)
