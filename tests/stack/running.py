"""The stack for tests: under a name and on ports of its own, driven as a user drives it."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from predictiondex.errors import StartError
from predictiondex.stack import envfile
from predictiondex.stack.compose import Compose
from predictiondex.stack.validate import QUESTION, Stack
from tests.stack.daemon import Docker

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0


class Running:
    """The stack under a name and on ports of its own."""

    def __init__(self, docker: Docker, folder: Path) -> None:
        self.env_file = folder / "env"
        self.without = ["grafana"] if docker.standins else []
        self.env_file.write_text(self._variables())
        self.variables = envfile.read(self.env_file)
        self.compose = Compose.find(ROOT, self.env_file, self.variables.project)
        self.asked: list[str] = []
        self.built = self.told = ""
        self.seconds = 0.0

    @staticmethod
    def _variables() -> str:
        ports = dict(zip(envfile.PORTS, free_ports(len(envfile.PORTS)), strict=True))
        kept = [line for line in envfile.template().splitlines() if not line.startswith(tuple(ports))]
        name = f"COMPOSE_PROJECT_NAME=pdxtest-{secrets.token_hex(4)}"
        kept = [name if line.startswith("COMPOSE_PROJECT_NAME") else line for line in kept]
        return "\n".join(
            [*kept, *(f"{name}={port}" for name, port in ports.items()), "IMAGE_PREFIX=pdxtest", ""]
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of the stack, as a user gives it."""
        program = [sys.executable, "-m", "predictiondex", *command, "--env-file", str(self.env_file)]
        return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)

    def start(self, *options: str) -> tuple[str, float]:
        """Start everything and wait until it is well; what was told, and seconds."""
        started = time.monotonic()
        left_out = [f"--without={service}" for service in self.without]
        ended = self.run("stack", "start", *left_out, *options)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout, time.monotonic() - started

    def failed_checks(self) -> list[str]:
        """What validation objects to."""
        checks = Stack(self.compose, self.variables, self.without).checks()
        return [f"{one.service} {one.question}: {one.found}" for one in checks if one.ok is False]

    def client(self) -> httpx.Client:
        """A client of the API with the key of the page."""
        key = {"X-API-Key": self.variables.values["PDX_API_KEY"]}
        return httpx.Client(base_url=self.variables.url("api"), headers=key, timeout=30, trust_env=False)

    def predict(self, client: httpx.Client, **more: Any) -> dict[str, Any]:
        """A prediction that has to be answered."""
        answer = client.post("/predict/best-move", json={**QUESTION, **more})
        assert answer.status_code == 200, answer.text
        self.asked.append(answer.json()["prediction_id"])
        return dict(answer.json())

    def champion(self) -> tuple[str, str]:
        """Name and version of what answers."""
        with self.client() as client:
            told = client.get("/predict/model-info").json()
        return told["name"], told["version"]

    def sql(self, statement: str) -> str:
        """An answer of the database."""
        options = ("--username=postgres", "--dbname=predictiondex", "--tuples-only", "--no-align")
        return self.compose.execute("db", "psql", *options, f"--command={statement}").strip()

    def unlogged(self) -> set[str]:
        """Acknowledged predictions that the database does not hold."""
        return set(self.asked) - set(self.sql("select prediction_id from prediction").split())

    def kill(self, service: str) -> None:
        """Kill every process of a service with SIGKILL, as a crash does; Docker may bring it back."""
        before = self.compose.containers()[service].id
        shell = (
            ("bash", "-c", "kill -9 -1") if service == "db" else ("python", "-c", "import os; os.kill(-1, 9)")
        )
        subprocess.run(["docker", "exec", before, *shell], capture_output=True, check=False)


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def until(condition: Callable[[], Any], what: str, seconds: float = SECONDS) -> float:
    """Seconds until ``condition`` holds; errors of a service that is away count as not yet."""
    started = time.monotonic()
    problem = ""
    while time.monotonic() - started < seconds:
        try:
            if condition():
                return time.monotonic() - started
            problem = "it did not"
        except (httpx.HTTPError, StartError, AssertionError) as error:
            problem = str(error)
        time.sleep(0.1)
    pytest.fail(f"{what}: not within {seconds:.0f} s ({problem})")
