"""``.env``: the passwords and ports of the stack, made once with random passwords and refused when weak."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from predictiondex.api import keys
from predictiondex.durable import write_whole
from predictiondex.errors import StartError
from predictiondex.settings import reachable

PROJECT: Final = "predictiondex"

#: Secret -> what it opens.
SECRETS: Final = {
    "POSTGRES_PASSWORD": "superuser of PostgreSQL: backups and nothing else",
    "PREDICTIONDEX_DB_PASSWORD": "the project's own user of PostgreSQL",
    "MLFLOW_DB_PASSWORD": "MLflow's user of PostgreSQL",
    "GRAFANA_PASSWORD": "user admin of Grafana",
    "PDX_API_KEY": "key with which the page and the traffic generator ask the API",
}
#: Port on this machine -> (service, port when nothing is said).
PORTS: Final = {
    "API_PORT": ("api", 8000),
    "STREAMLIT_PORT": ("streamlit", 8501),
    "PROMETHEUS_PORT": ("prometheus", 9090),
    "GRAFANA_PORT": ("grafana", 3000),
    "NODE_EXPORTER_PORT": ("node-exporter", 9100),
    "MLFLOW_PORT": ("mlflow", 5000),
    "POSTGRES_PORT": ("db", 5432),
}
#: Shorter passwords can be guessed; the API itself refuses a key that is shorter than its own bound.
_SHORTEST: Final = 16
#: Other characters would need quoting in addresses.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Variables:
    """What ``.env`` says."""

    path: Path
    values: Mapping[str, str]

    @property
    def project(self) -> str:
        """Name under which Compose keeps the containers and volumes."""
        return self.values.get("COMPOSE_PROJECT_NAME") or PROJECT

    @property
    def host(self) -> str:
        """Address on which the ports are published."""
        return self.values.get("BIND_ADDRESS") or "127.0.0.1"

    def port(self, service: str) -> int:
        """Port of a service on this machine."""
        name, default = next((name, port) for name, (one, port) in PORTS.items() if one == service)
        told = self.values.get(name) or str(default)
        if not told.isdecimal() or not 0 < int(told) < 65536:
            raise StartError(f"{self.path}: {name} is {told!r}, not a port.")
        return int(told)

    def url(self, service: str) -> str:
        """Address of a service for a program on this machine."""
        return f"http://{reachable(self.host)}:{self.port(service)}"


def ensure(path: Path) -> tuple[Variables, bool]:
    """The variables, written with random passwords where the file is missing; whether it was.

    Raises :class:`StartError` for a file that :func:`read` refuses.
    """
    fresh = not path.exists()
    if fresh:
        write_whole(path, template().encode(), private=True)
    return read(path), fresh


def template() -> str:
    """A new file: every secret random, every port as it is when nothing is said."""
    lines = ["# Made by scripts/start_docker_stack.py. Never commit it. A lost file means lost data.", ""]
    lines.append(f"COMPOSE_PROJECT_NAME={PROJECT}")
    for name, purpose in SECRETS.items():
        lines += [f"# {purpose}", f"{name}={secrets.token_urlsafe(24)}"]
    lines += ["", "# 0.0.0.0 publishes every port to the network; put a TLS proxy in front then."]
    lines += ["BIND_ADDRESS=127.0.0.1", *(f"{name}={port}" for name, (_, port) in PORTS.items()), ""]
    return "\n".join(lines)


def read(path: Path) -> Variables:
    """The variables of a file.

    Raises :class:`StartError` where it is missing, lacks a secret, or one is weak; it names them all.
    """
    if not path.exists():
        raise StartError(f"{path} is missing: `python3 scripts/start_docker_stack.py` writes it.")
    values = parse(path.read_text(encoding="utf-8"))
    problems = [problem for name in SECRETS if (problem := _problem(name, values.get(name, "")))]
    if problems:
        raise StartError(
            f"{path} cannot be used: {'; '.join(problems)}. Set random values "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(24))'); for the databases of an "
            "existing volume, docs/DOCKER_STACK_GUIDE.md tells how passwords are changed."
        )
    return Variables(path, values)


def parse(text: str) -> dict[str, str]:
    """``NAME=value`` lines; comments, blank lines and quotes as Compose reads them."""
    pairs = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in pairs.items() if value is not None}


def _problem(name: str, value: str) -> str:
    if not value:
        return f"{name} is missing ({SECRETS[name]})"
    if keys.common(value):
        return f"{name} is a default password"
    least = keys.SHORTEST if name == "PDX_API_KEY" else _SHORTEST
    if len(value) < least or not _PLAIN.fullmatch(value) or keys.guessable(value):
        return f"{name} is weak: {least} or more letters, digits, - or _, not all alike"
    return ""
