"""Real servers for the tests: the API as a process, Prometheus and node-exporter, each on a free port."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from predictiondex import etl
from predictiondex.settings import Settings
from tests.components import require
from tests.monitoring.configs import PROMETHEUS, RULE_FILES

#: A first compile of the kernel on a busy machine takes a while.
START_SECONDS = 240.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(what: str, true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is true; an address that does not answer yet is not."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        pause.wait(0.1)


@contextmanager
def program(
    command: Sequence[str | Path], log: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own group for as long as the block runs; its output goes to ``log``."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def api_server(settings: Settings, **more: str) -> Iterator[str]:
    """The API as ``up`` starts it; gives its address once it answers predictions.

    ``more``: further settings, such as ``WATCH_SECONDS="1"``.
    """
    etl.ensure_loaded(settings)
    port = free_port()
    given = {"HOME": str(settings.home), "PORT": str(port), "LOG_LEVEL": "warning", **more}
    environment = {f"PDX_{name}": value for name, value in given.items()}
    log = settings.home / "api.log"
    with program([sys.executable, "-m", "predictiondex.api.server"], log, environment) as process:
        url = f"http://127.0.0.1:{port}"

        def ready() -> bool:
            assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")[-3000:]
            return httpx.get(f"{url}/readyz", timeout=5).status_code == 200

        wait_for("the API is ready", ready, START_SECONDS)
        yield url


@dataclass
class Servers:
    """Addresses of what runs, and questions to Prometheus. ``busy``: when traffic was last seen."""

    api: str
    prometheus: str
    node: str
    busy: float = 0.0
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30), repr=False)

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """The answer of Prometheus at this moment. Raises ``AssertionError`` with what it objects to."""
        return self._get("query", query=expression)

    def ask_range(self, expression: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """The answer over a time."""
        return self._get("query_range", query=expression, start=start, end=end, step=step)

    def _get(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self._http.post(f"{self.prometheus}/api/v1/{path}", data=query).json()
        assert answer["status"] == "success", f"{answer.get('error')}: {query['query']}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def firing(self) -> set[str]:
        """Names of the alerts that fire."""
        return {one["metric"]["alertname"] for one in self.ask('ALERTS{alertstate="firing"}')}

    def scrapes(self) -> float:
        """How often the API was scraped so far."""
        found = self.ask('count_over_time(up{job="api"}[1h])')
        return float(found[0]["value"][1]) if found else 0.0


def configuration(folder: Path, targets: dict[str, str], interval: str, *, hurried: bool) -> Path:
    """The checked-in configuration with other addresses and, so that a test need not wait, another pace.

    ``hurried``: alerts fire after two seconds instead of their minutes.
    """
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = dict.fromkeys(config["global"], interval)
    for name in RULE_FILES:
        text = (PROMETHEUS / name).read_text(encoding="utf-8")
        if hurried:
            text = re.sub(r"^(\s+for: )\w+$", r"\g<1>2s", text, flags=re.MULTILINE)
        (folder / name).write_text(text, encoding="utf-8")
    for job in config["scrape_configs"]:
        job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


@contextmanager
def watched(api: str, folder: Path, interval: str = "1s", *, hurried: bool = False) -> Iterator[Servers]:
    """Prometheus and node-exporter beside a running API; see :func:`configuration`."""
    ports = {name: free_port() for name in ("prometheus", "node")}
    address = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    targets = {**address, "api": api.removeprefix("http://")}
    config = configuration(folder, targets, interval, hurried=hurried)
    with ExitStack() as stack:
        node = [require("node-exporter"), f"--web.listen-address={address['node']}"]
        stack.enter_context(program(node, folder / "node.log"))
        prometheus = [
            require("prometheus"),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=15d",
            f"--web.listen-address={address['prometheus']}",
        ]
        stack.enter_context(program(prometheus, folder / "prometheus.log"))
        servers = Servers(api, f"http://{address['prometheus']}", f"http://{address['node']}")
        wait_for(
            "Prometheus is ready",
            lambda: httpx.get(f"{servers.prometheus}/-/ready", timeout=5).status_code == 200,
        )
        with servers._http:
            yield servers
