"""Callers that leave, time that is up, a service that stops: what is being computed then is given up.

One thread computes here, and one plans. That it is free again shows in how soon it does something else:
compared with what a whole plan takes, measured in the same run.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from predictiondex.api.app import create_app
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.protocol import MOST_BEHIND
from predictiondex.battle.montecarlo import warm_up_all
from predictiondex.settings import Settings
from tests.api.observed import faults, logged, rows, value
from tests.api.problems import problem
from tests.api.processes import ServerProcess, wait_for
from tests.api.serving import serving_app, wait_until_ready

pytestmark = pytest.mark.slow

PLAN, DUEL = "/predict/plan", "/battles/simulate"
LINES = {"Accept": "application/x-ndjson"}
#: A plan to be measured, and one of several times as many battles, which nobody waits for.
SHORT: dict[str, Any] = {"pokemon": "Rattata", "level": 40}
LONG: dict[str, Any] = {"pokemon": ["Mew", "Chansey", "Snorlax"], "level": 50}
#: Two that cannot hurt each other: battles of two hundred turns.
_STALLING = {
    "pokemon": "Chansey",
    "moves": ["Growl", "Defense Curl", "Minimize", "Light Screen"],
    "strict": False,
}
_DUEL = {"you": _STALLING, "opponent": _STALLING}
#: Other work that takes a while, by path.
WORK: dict[str, tuple[str, dict[str, Any]]] = {
    "search": ("/predict/best-move", {**_DUEL, "engine": "search"}),
    "openings": ("/predict/best-move", {**_DUEL, "engine": "simulation", "simulations": 20_000}),
    "teams": (
        "/predict/matchups",
        {"you": [_STALLING] * 3, "opponent": [_STALLING] * 3, "simulations": 5000},
    ),
    "duel": (DUEL, {**_DUEL, "simulations": 20_000}),
}


@dataclass(frozen=True)
class Narrow:
    """A service with one thread for battles, and one for plans."""

    address: str
    http: httpx.Client
    engine: EngineRoom

    def ask(self, body: dict[str, Any], path: str = PLAN, **headers: str) -> socket.socket:
        """Send a request, whole, and read nothing."""
        content = json.dumps(body).encode()
        lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
        lines += ["Content-Type: application/json", *(f"{name}: {text}" for name, text in headers.items())]
        connection = socket.create_connection(("127.0.0.1", urlsplit(self.address).port or 0), timeout=60)
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)
        return connection

    def wait_until_busy(self, patience: float, path: str = PLAN) -> None:
        """Until something else does not get its turn within so many seconds."""

        def busy() -> bool:
            try:
                self._compute_next(path, patience)
            except TimeoutError:
                return True
            return False

        wait_for("the thread is busy", busy)

    def _compute_next(self, path: str, patience: float | None) -> None:
        """Have nothing computed where what is asked on ``path`` is, within so many seconds."""

        async def compute() -> None:
            await asyncio.wait_for(self.engine.compute(lambda: None, plan=path == PLAN), patience)

        asyncio.run(compute())

    def counted(self, status: int, path: str = PLAN) -> float:
        return value(self.http, "api_requests_total", endpoint=path, status=str(status))

    def seconds_until_free(self, path: str = PLAN) -> float:
        """How long something else takes, which has to wait until the thread is free."""
        began = time.perf_counter()
        self._compute_next(path, None)
        return time.perf_counter() - began


def seconds(ask: Callable[[], httpx.Response]) -> float:
    began = time.perf_counter()
    response = ask()
    assert response.status_code == 200, response.text
    return time.perf_counter() - began


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """All rules are compiled: that takes a minute once, cannot be given up, and is kept on the disk."""
    warm_up_all()


@contextmanager
def narrow(settings: Settings) -> Iterator[Narrow]:
    app = create_app(settings)
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=300) as http:
        app.state.service.engine = engine = EngineRoom(threads=1)
        engine.start()
        wait_until_ready(http)
        yield Narrow(address, http, engine)
        engine.stop()


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Narrow]:
    with narrow(settings) as one:
        yield one


@pytest.fixture(scope="module")
def whole(service: Narrow) -> float:
    """Seconds that a whole plan takes here and now."""
    return seconds(lambda: service.http.post(PLAN, json=SHORT))


@pytest.fixture
def no_faults(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that the test does is a fault of ours in the log."""
    yield
    told = caplog.get_records("call")
    assert [record.message for record in told if record.levelno > logging.WARNING] == []


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.usefixtures("no_faults")
def test_a_caller_that_leaves_its_plan_frees_the_thread(
    service: Narrow, settings: Settings, whole: float, accept: str
) -> None:
    before = service.counted(499)
    left = {**LONG, "want": 0.77}
    with closing(service.ask(left, Accept=accept)):
        service.wait_until_busy(whole / 20)
    assert service.seconds_until_free() < whole / 4
    assert service.counted(499) == before + 1
    assert value(service.http, "api_errors_total", endpoint=PLAN, error_type="left") == before + 1
    wait_for("the log is in the database", lambda: value(service.http, "prediction_log_queue") == 0)
    assert [row for row in rows(settings) if row.request.get("want") == 0.77] == []


@pytest.mark.usefixtures("no_faults")
def test_a_caller_that_leaves_in_the_middle_of_the_lines_frees_the_thread(
    service: Narrow, whole: float
) -> None:
    before = service.counted(499)
    with service.http.stream("POST", PLAN, json=LONG, headers=LINES) as response:
        begun = (line for line in response.iter_lines() if "waiting" not in line)
        assert "progress" in json.loads(next(begun))
    assert service.seconds_until_free() < whole / 4
    assert service.counted(499) == before + 1


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize(("at_once", "behind"), [(True, 1), (False, 1), (False, MOST_BEHIND)])
@pytest.mark.usefixtures("no_faults")
def test_a_caller_that_leaves_with_other_requests_behind_frees_the_thread(
    service: Narrow, whole: float, accept: str, at_once: bool, behind: int
) -> None:
    before = service.counted(499)
    with closing(service.ask(LONG, Accept=accept)) as connection:
        if not at_once:  # by now the service listens to whether its caller leaves
            service.wait_until_busy(whole / 20)
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" * behind)
        service.wait_until_busy(whole / 20)
    assert service.seconds_until_free() < whole / 4
    assert service.counted(499) == before + 1


@pytest.mark.parametrize("kind", WORK)
@pytest.mark.usefixtures("no_faults")
def test_a_caller_that_leaves_long_battles_frees_the_thread(service: Narrow, kind: str) -> None:
    path, body = WORK[kind]
    took = seconds(lambda: service.http.post(path, json={**body, "seed": 1}))
    before = service.counted(499, path)
    with closing(service.ask({**body, "seed": 2}, path)):
        service.wait_until_busy(took / 10, path)
    assert service.seconds_until_free(path) < took / 2
    wait_for("it is counted", lambda: service.counted(499, path) > before)


@pytest.mark.usefixtures("no_faults")
def test_a_caller_that_leaves_while_it_waits_for_a_thread_costs_none(service: Narrow, whole: float) -> None:
    with closing(service.ask(LONG)):
        service.wait_until_busy(whole / 20)
        before = service.counted(499)
        with closing(service.ask({**LONG, "seed": 2})):
            wait_for("both wait", lambda: value(service.http, "api_requests_in_progress") > 2)
        wait_for("the second is counted", lambda: service.counted(499) == before + 1)
    assert service.seconds_until_free() < whole / 4


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.usefixtures("no_faults")
def test_a_plan_whose_time_is_up_frees_the_thread(settings: Settings, whole: float, accept: str) -> None:
    hasty = settings.model_copy(update={"request_timeout": 1.0})
    with narrow(hasty) as service:
        response = service.http.post(PLAN, json=LONG, headers={"Accept": accept})
        assert service.seconds_until_free() < whole / 4
        if accept == "application/json":
            problem(response, 503, "timeout")
        else:
            *progress, last = (json.loads(line) for line in response.text.splitlines())
            assert all("progress" in line for line in progress)
            assert (last["problem"]["status"], last["problem"]["title"]) == (503, "That took too long")
        assert service.counted(503) == 1
        assert service.counted(200) == 0
        assert value(service.http, "api_errors_total", endpoint=PLAN, error_type="timeout") == 1


def test_plans_that_would_last_longer_than_the_stop_hear_it(own: Settings, tmp_path: Path) -> None:
    """SIGTERM in the middle: both ways of asking are told why there is no answer, and nothing is logged."""
    with (
        ServerProcess(own, tmp_path / "log", PDX_STOP_TIMEOUT="3") as server,
        server.client() as http,
        ThreadPoolExecutor(1) as pool,
        httpx.Client(base_url=server.address, timeout=300) as other,
    ):
        wait_until_ready(http)
        plain = pool.submit(other.post, PLAN, json=LONG)
        with other.stream("POST", PLAN, json={**LONG, "seed": 2}, headers=LINES) as response:
            lines = response.iter_lines()
            next(lines)  # of the two, one may wait for the other
            wait_for("both are being answered", lambda: value(http, "api_requests_in_progress") > 2)
            server.process.send_signal(signal.SIGTERM)
            last = json.loads(list(lines)[-1])["problem"]
        assert (last["status"], last["type"]) == (503, "urn:predictiondex:problem:stopping")
        problem(plain.result(), 503, "stopping")
        assert plain.result().headers["Retry-After"]
        assert server.process.wait(60) == 0
    assert faults(server.log) == []
    assert logged(own) == set()


def test_a_plan_that_is_done_before_the_stop_comes_whole(own: Settings, tmp_path: Path) -> None:
    with (
        ServerProcess(own, tmp_path / "log", PDX_STOP_TIMEOUT="60") as server,
        server.client() as http,
    ):
        wait_until_ready(http)
        with http.stream("POST", PLAN, json=SHORT, headers=LINES) as response:
            lines = response.iter_lines()
            next(line for line in lines if "waiting" not in line)
            server.process.send_signal(signal.SIGTERM)
            answer = json.loads(list(lines)[-1])["answer"]
        assert server.process.wait(60) == 0
    assert logged(own) == {answer["prediction_id"]}
