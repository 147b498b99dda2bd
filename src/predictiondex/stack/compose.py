"""Docker and Compose on this machine: which there is, what they say, and what their errors mean."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from predictiondex.errors import StartError

#: Every service of docker-compose.yml, in the order in which they come up.
SERVICES: Final = (
    "db", "etl", "mlflow", "ml_builder", "api", "streamlit", "prometheus", "grafana", "node-exporter",
)  # fmt: skip
#: Those that do their work once and end.
ONE_SHOT: Final = frozenset({"etl", "ml_builder"})

EMBEDDED: Final = "Without Docker: `python3 pdx.py up` starts the API and the page on this machine."
_QUESTION_SECONDS: Final = 60.0

#: What Docker says -> what it means for a person.
_MEANINGS: Final = {
    "no space left on device": "The disk is full. `docker system df` tells what Docker keeps, "
    "`docker builder prune` frees what builds left.",
    "exec format error": "An image is for another processor than this machine's: build it here "
    "(`scripts/start_docker_stack.py --build`).",
    "port is already allocated": "Another container has a port: `docker ps` names it; ports are set in "
    ".env (API_PORT=8010).",
    "address already in use": "Another program has a port; ports are set in .env (API_PORT=8010).",
    "permission denied while trying to connect": "This user may not use Docker: add it to the group "
    "`docker`, or run as root.",
    "password authentication failed": "The volume keeps the password of its first start, .env has another: "
    "put the old one back, or change it in the database (docs/DOCKER_STACK_GUIDE.md, Security).",
    "certificate_verify_failed": "A certificate is not known in the build: tell pip which one to trust "
    "(`pip config set global.cert FILE`), the scripts hand it on.",
    "invalid peer certificate": "A certificate is not known in the build: tell pip which one to trust "
    "(`pip config set global.cert FILE`), the scripts hand it on.",
    "not a shared or slave mount": "Docker runs where mounts are private: `mount --make-rshared /` before "
    "Docker starts.",
    "cannot connect to the docker daemon": "Docker is installed but its daemon does not run: start it "
    f"(`systemctl start docker`, or Docker Desktop). {EMBEDDED}",
}


@dataclass(frozen=True, slots=True)
class Container:
    """A container of the project. ``health`` is empty where it has no health check."""

    service: str
    id: str
    state: str
    health: str
    exit_code: int

    @property
    def well(self) -> bool:
        """It does what it is there for, or has done it."""
        if self.service in ONE_SHOT:
            return self.state == "exited" and self.exit_code == 0
        return self.state == "running" and self.health in {"healthy", ""}

    @property
    def lost(self) -> bool:
        """It has ended and nothing will bring it to where it should be."""
        failed = self.service not in ONE_SHOT or self.exit_code != 0
        return self.state in {"exited", "dead"} and failed

    @property
    def text(self) -> str:
        """State in a few words."""
        if self.state == "exited":
            return f"ended with {self.exit_code}"
        return f"{self.state}, {self.health}" if self.health else self.state


class Compose:
    """The project of ``docker-compose.yml`` under one name, with one file of variables."""

    def __init__(self, root: Path, env_file: Path, program: tuple[str, ...], project: str) -> None:
        self.root = root
        self.env_file = env_file
        self.program = program
        self.project = project

    @classmethod
    def find(cls, root: Path, env_file: Path, project: str) -> Compose:
        """The Compose there is. Raises :class:`StartError` where there is none, or Docker does not run."""
        demand_docker()
        for program in (("docker", "compose"), ("docker-compose",)):
            if shutil.which(program[0]) and _run([*program, "version"], root).returncode == 0:
                return cls(root, env_file, program, project)
        raise StartError(
            "Docker is here, but Compose is not: install the package docker-compose-plugin (or "
            f"docker-compose). {EMBEDDED}"
        )

    def __call__(self, *arguments: str, seconds: float | None = None) -> str:
        """Run a Compose command and return its standard output. Raises :class:`StartError`."""
        files = ("--env-file", str(self.env_file), "--project-name", self.project)
        return checked([*self.program, *files, *arguments], self.root, seconds)

    def containers(self) -> dict[str, Container]:
        """The project's containers by service, as far as there are any."""
        label = f"label=com.docker.compose.project={self.project}"
        ids = checked(
            ["docker", "ps", "--all", "--quiet", "--no-trunc", "--filter", label], self.root
        ).split()
        if not ids:
            return {}
        found = [_container(one) for one in json.loads(checked(["docker", "inspect", *ids], self.root))]
        return {container.service: container for container in found}

    def logs(self, container: Container, lines: int = 15) -> str:
        """The last lines that a container wrote."""
        asked = _run(["docker", "logs", "--tail", str(lines), container.id], self.root)
        return f"{asked.stdout}{asked.stderr}".strip()

    def execute(self, service: str, *command: str) -> str:
        """Run a command in a running service; its standard output. Raises :class:`StartError`."""
        container = self.containers().get(service)
        if container is None:
            raise StartError(f"{service} has no container.")
        return checked(["docker", "exec", container.id, *command], self.root)


def demand_docker() -> None:
    """Raise :class:`StartError`, saying what to do, unless Docker is installed and its daemon answers."""
    if shutil.which("docker") is None:
        raise StartError(f"Docker is not installed (no `docker` on the PATH). {EMBEDDED}")
    asked = _run(["docker", "version", "--format", "{{.Server.Version}}"], Path.cwd())
    if asked.returncode:
        raise StartError(
            meaning(asked.stderr) or f"Docker does not answer: {last_line(asked.stderr)}. {EMBEDDED}"
        )


def checked(command: list[str], folder: Path, seconds: float | None = _QUESTION_SECONDS) -> str:
    """Standard output of a command that has to succeed. Raises :class:`StartError` with what it said."""
    done = _run(command, folder, seconds)
    if done.returncode:
        told = f"{done.stderr}{done.stdout}".strip()
        meant = meaning(told)
        raise StartError(f"`{' '.join(command[:4])} ...` failed. {meant}\n{_tail(told)}".strip())
    return done.stdout


def meaning(text: str) -> str:
    """What an error of Docker means for a person; empty where only its own words can tell."""
    lower = text.lower()
    return next((told for sign, told in _MEANINGS.items() if sign in lower), "")


def last_line(text: str) -> str:
    """The last line of a text that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(text.splitlines()[-lines:])


def _run(
    command: list[str], folder: Path, seconds: float | None = _QUESTION_SECONDS
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOCKER_BUILDKIT": "1", "DOCKER_CLI_HINTS": "false"}
    try:
        return subprocess.run(  # noqa: S603 - Docker's own programs
            command, cwd=folder, env=environment, check=False, capture_output=True, text=True,
            timeout=seconds, errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise StartError(f"`{' '.join(command[:4])} ...` took longer than {seconds:.0f} s.") from error


def _container(told: dict[str, object]) -> Container:
    state, config = told["State"], told["Config"]
    assert isinstance(state, dict)
    assert isinstance(config, dict)
    return Container(
        service=config["Labels"]["com.docker.compose.service"],
        id=str(told["Id"]),
        state=state["Status"],
        health=(state.get("Health") or {}).get("Status", ""),
        exit_code=state["ExitCode"],
    )
