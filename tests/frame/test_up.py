"""``up`` and ``down`` with the real API and the real page as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from predictiondex.settings import Settings
from predictiondex.stack import processes, state

pytestmark = pytest.mark.slow

#: Seconds for anything that happens here; compiling the battle rules for the first time counts.
LONG = 240


class Up:
    """A running ``up`` in a home of its own."""

    def __init__(self, home: Path, *options: str) -> None:
        self.settings = Settings(home=home, port=free_port(), ui_port=free_port())
        self.environment = {**os.environ, "PDX_HOME": str(home)}
        ports = ("--port", str(self.settings.port), "--ui-port", str(self.settings.ui_port))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "predictiondex", "up", *ports, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
            start_new_session=True,
        )
        self.said = ""

    def wait_until_ready(self) -> None:
        """Read what it says until it is ready."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                return
        pytest.fail(f"up ended before it was ready:\n{self.said}")

    def wait_until_ended(self) -> int:
        """Its exit code; what it said is complete afterwards."""
        self.said += self.process.communicate(timeout=LONG)[0]
        return self.process.returncode

    def service(self, name: str) -> psutil.Process:
        """One of the processes that it started."""
        running = state.read(self.settings)
        assert running
        return psutil.Process(next(entry.pid for entry in running.services if entry.name == name))

    def ask(self, path: str) -> httpx.Response:
        """A request to the API."""
        return httpx.get(self.settings.local_api_url + path, timeout=LONG)

    def end(self) -> None:
        """Whatever happened, nothing is left."""
        if self.process.poll() is None:
            processes.kill(processes.tree(self.process.pid, psutil.Process(self.process.pid).create_time()))
        self.process.communicate()
        state.stop_running(self.settings)


def free_port() -> int:
    """A port that nothing listens on now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def demand_free(*ports: int) -> None:
    """Fail unless all ports can be listened on."""
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Start ``up`` with options; it is ended with the test."""
    started: list[Up] = []

    def starter(*options: str) -> Up:
        started.append(Up(tmp_path, *options))
        return started[-1]

    yield starter
    for up in started:
        up.end()


def test_up_serves_both_and_ctrl_c_frees_both_ports(start: Callable[..., Up]) -> None:
    up = start()
    up.wait_until_ready()
    assert up.settings.ui_url in up.said
    assert up.ask("/readyz").json()["ready"] is True
    assert up.ask("/pokemon/25").status_code == 200
    assert httpx.get(up.settings.ui_url).status_code == 200
    check = [sys.executable, "-m", "predictiondex", "check"]
    checked = subprocess.run(check, env=up.environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout

    up.process.send_signal(signal.SIGINT)
    assert up.wait_until_ended() == 0
    assert str(up.settings.port) in up.said.splitlines()[-1]
    demand_free(up.settings.port, up.settings.ui_port)
    assert state.read(up.settings) is None


def test_sigterm_stops_it_as_well(start: Callable[..., Up]) -> None:
    up = start("--no-ui")
    up.wait_until_ready()
    up.process.terminate()
    assert up.wait_until_ended() == 0
    demand_free(up.settings.port)


def test_down_stops_it_from_elsewhere_and_a_second_up_is_refused(start: Callable[..., Up]) -> None:
    up = start("--no-ui")
    up.wait_until_ready()
    second = start("--no-ui")
    assert second.wait_until_ended() == 1
    assert "already running" in second.said
    assert up.process.poll() is None

    down = [sys.executable, "-m", "predictiondex", "down"]
    said = subprocess.run(down, env=up.environment, capture_output=True, text=True, check=True).stdout
    assert up.settings.local_api_url in said
    assert up.wait_until_ended() == 0
    demand_free(up.settings.port)


def test_a_service_that_dies_ends_it_with_the_reason(start: Callable[..., Up]) -> None:
    up = start("--no-ui")
    up.wait_until_ready()
    up.service("api").kill()
    assert up.wait_until_ended() == 1
    assert "The API ended by itself" in up.said
    assert str(up.settings.logs / "api.log") in up.said


def test_the_next_up_clears_what_a_killed_one_left(start: Callable[..., Up]) -> None:
    up = start("--no-ui")
    up.wait_until_ready()
    api = up.service("api")
    up.process.kill()
    up.wait_until_ended()
    assert api.is_running()
    after = start("--no-ui")
    after.wait_until_ready()
    assert not api.is_running()
    demand_free(up.settings.port)


@pytest.mark.parametrize(("option", "name"), [("--port", "port"), ("--ui-port", "ui_port")])
def test_a_taken_port_ends_it_at_once_naming_port_and_option(
    option: str, name: str, start: Callable[..., Up]
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        taken = other.getsockname()[1]
        up = start(option, str(taken))
        assert up.wait_until_ended() == 1
    assert re.search(rf"Error: Port {taken} on 127\.0\.0\.1 is taken.*{option} \d+", up.said)
    demand_free(up.settings.ui_port if name == "port" else up.settings.port)


def test_one_port_for_both_is_bad_usage(start: Callable[..., Up]) -> None:
    up = start("--port", "18321", "--ui-port", "18321")
    assert up.wait_until_ended() == 2
    assert "two different ports" in up.said
