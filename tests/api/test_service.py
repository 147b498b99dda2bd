"""Live, ready, healthy; ids, headers and logs; stopping in good order."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from predictiondex import __version__, etl, store
from predictiondex.api import lifecycle
from predictiondex.api.app import create_app
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.server import WORKER_PATIENCE
from predictiondex.settings import Settings
from tests.api.problems import problem
from tests.api.processes import ServerProcess, wait_for
from tests.api.serving import serving, serving_app, wait_until_ready
from tests.databases import Server


@contextmanager
def client_of(settings: Settings) -> Iterator[httpx.Client]:
    with serving(settings) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_alive_without_anything(tmp_path: Path) -> None:
    with client_of(Settings(home=tmp_path / "nothing")) as http:
        assert http.get("/livez").text == "ok"
        body = problem(http.get("/readyz"), 503, "not-ready")
        assert body["ready"] is False
        assert any(reason.startswith("database: no database") for reason in body["reasons"])
        assert http.get("/pokemon/pikachu").status_code == 200


def test_a_database_without_a_load_is_not_ready(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store.migrate(settings.database_url)
    with client_of(settings) as http:
        reasons = problem(http.get("/readyz"), 503)["reasons"]
        assert any("holds no load" in reason for reason in reasons)


def test_ready_and_healthy(ready: httpx.Client) -> None:
    assert ready.get("/readyz").json() == {"ready": True, "reasons": []}
    health = ready.get("/health").json()
    assert health["status"] == "ok"
    assert health["version"] == __version__
    assert {part["name"] for part in health["components"]} == {"facts", "engine", "database"}


def test_predictions_before_the_engine_is_there_are_put_off(settings: Settings) -> None:
    app = create_app(settings)
    request = {
        "you": {"pokemon": "pikachu", "moves": ["thunderbolt"]},
        "opponent": {"pokemon": "gyarados", "moves": ["bite"]},
    }
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        app.state.service.engine = EngineRoom(threads=1)  # one that nobody has loaded yet
        response = http.post("/predict/best-move", json=request)
        problem(response, 503, "not-ready")
        assert response.headers["Retry-After"] == "1"
        assert "engine" in str(problem(http.get("/readyz"), 503)["reasons"])
        health = http.get("/health")  # what Kubernetes asks: no traffic yet
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")


def test_a_database_that_goes_away_degrades_but_does_not_stop(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "STORE_CHECK_SECONDS", 0.0)
    app = create_app(own)
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_until_ready(http)
        (own.home / "predictiondex.db").unlink()
        problem(http.get("/readyz"), 503, "not-ready")
        health = http.get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")


@pytest.mark.parametrize("lost", ["before the start", "never loaded"])
def test_a_service_started_without_its_database_is_degraded_once_it_answers(
    tmp_path: Path, lost: str
) -> None:
    """What answers predictions decides, not what this process has seen before."""
    settings = Settings(home=tmp_path)
    if lost == "never loaded":
        store.migrate(settings.database_url)
    request = {
        "you": {"pokemon": "pikachu", "moves": ["thunderbolt"]},
        "opponent": {"pokemon": "gyarados", "moves": ["bite"]},
        "simulations": 100,
    }
    with client_of(settings) as http:
        wait_for("the engine", lambda: http.post("/predict/best-move", json=request).status_code == 200, 240)
        problem(http.get("/readyz"), 503, "not-ready")
        health = http.get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert [part["name"] for part in health.json()["components"] if not part["ok"]] == ["database"]


@pytest.mark.parametrize("loss", ["stopped", "frozen"])
def test_a_lost_postgresql_is_told_within_two_seconds_and_found_again(
    tmp_path: Path, postgresql: Server, loss: str
) -> None:
    settings = Settings(home=tmp_path, database_url=postgresql.new_database())
    etl.ensure_loaded(settings)
    request = {
        "you": {"pokemon": "pikachu", "moves": ["thunderbolt"]},
        "opponent": {"pokemon": "gyarados", "moves": ["bite"]},
        "simulations": 100,
    }
    with client_of(settings) as http:
        wait_until_ready(http)
        began = time.monotonic()
        for _ in range(20):  # for a machine that is slow at everything
            assert http.get("/readyz").status_code == 200
        within = 2 + time.monotonic() - began
        (postgresql.stop if loss == "stopped" else postgresql.freeze)()
        try:
            lost = time.monotonic()
            while http.get("/readyz").status_code == 200:
                assert time.monotonic() - lost < within
            assert time.monotonic() - lost < within
            assert "database" in str(problem(http.get("/readyz"), 503, "not-ready")["reasons"])
            assert http.post("/predict/best-move", json=request).status_code == 200
        finally:
            (postgresql.start if loss == "stopped" else postgresql.thaw)()
        wait_until_ready(http)


@pytest.mark.parametrize(
    "path",
    ["/livez", "/readyz", "/health", "/pokemon/", "/pokemon", "/pokemon/mew", "/moves/id/33", "/types/",
     "/nope", "/pokemon/nobody", "/metrics", "/openapi.json"],
)  # fmt: skip
def test_head_tells_what_get_would_answer(ready: httpx.Client, path: str) -> None:
    got, told = ready.get(path), ready.head(path)
    assert (told.status_code, told.content) == (got.status_code, b"")
    # Neither date nor id is the same twice, and some bodies count the time.
    changing = {"date", "x-request-id", "content-length"}
    assert {name: told.headers[name] for name in told.headers if name not in changing} == {
        name: got.headers[name] for name in got.headers if name not in changing
    }
    assert ready.get("/livez").text == "ok"  # nothing of a body was left on the connection


def test_head_of_unchanged_facts_is_304(ready: httpx.Client) -> None:
    tag = ready.head("/types/").headers["ETag"]
    assert ready.head("/types/", headers={"If-None-Match": tag}).status_code == 304


def test_what_takes_head_says_so_and_predictions_do_not(ready: httpx.Client) -> None:
    assert ready.post("/livez").headers["Allow"] == "GET, HEAD"
    refused = ready.head("/predict/best-move")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")


def test_request_ids_come_back(http: httpx.Client) -> None:
    assert http.get("/livez", headers={"X-Request-ID": "abc-123"}).headers["X-Request-ID"] == "abc-123"
    first, second = (http.get("/livez").headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize("given", ["x" * 65, "two words", 'quote"', "<script>"])
def test_request_ids_that_could_do_harm_are_replaced(http: httpx.Client, given: str) -> None:
    assert re.fullmatch(
        "[0-9a-f]{32}", http.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    )


@pytest.mark.parametrize("path", ["/livez", "/pokemon/pikachu", "/nope", "/docs", "/metrics"])
def test_security_headers_on_every_answer(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "server" not in headers


def test_other_sites_get_no_permission(http: httpx.Client) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for response in (
        http.get("/pokemon/pikachu", headers=asked),
        http.options("/predict/best-move", headers=asked),
    ):
        assert "access-control-allow-origin" not in response.headers


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings)

    async def broken() -> None:
        raise RuntimeError("the secret is 42")

    app.add_api_route("/broken", broken)
    with (
        caplog.at_level(logging.ERROR, "predictiondex.api"),
        serving_app(app) as address,
        httpx.Client(base_url=address) as http,
    ):
        response = http.get("/broken", headers={"X-Request-ID": "find-me"})
        assert "42" not in problem(response, 500, "internal")["detail"]
        assert 'error_type="internal"' in http.get("/metrics").text
    assert any("the secret is 42" in str(record.exc_info) for record in caplog.records)


@pytest.mark.slow
def test_what_is_in_flight_is_finished_and_nothing_new_is_taken(own: Settings, tmp_path: Path) -> None:
    """SIGTERM in the middle of a long answer: it comes whole, is in the database, and the exit code is 0.

    Its log is JSON with the ids of its requests.
    """
    stalling = {"pokemon": "Chansey", "moves": ["Soft-Boiled", "Pound", "Minimize", "Sing"]}
    long = {"you": stalling, "opponent": stalling, "engine": "search", "simulations": 2000}
    with (
        ServerProcess(own, tmp_path / "log", PDX_STOP_TIMEOUT="60") as server,
        ThreadPoolExecutor(1) as pool,
        server.client() as http,
        server.client() as other,
    ):
        wait_until_ready(http)
        other.get("/pokemon/pikachu?secret=1", headers={"X-Request-ID": "trace-7"})
        answer = pool.submit(http.post, "/predict/best-move", json=long)
        wait_for("it is being answered", lambda: in_flight(other) > 1 or answer.done())
        assert not answer.done(), "the work was over too soon to tell"
        server.process.send_signal(signal.SIGTERM)
        port = urlsplit(server.address).port or 0
        wait_for("nothing new is taken", lambda: not listens(port))
        assert not answer.done(), "the work was over too soon to tell"
        response = answer.result()
        assert server.process.wait(60) == 0
    assert response.status_code == 200, response.text
    engine = store.engine(own.database_url)
    assert store.Predictions(engine).get(response.json()["prediction_id"]) is not None
    engine.dispose()
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    mine = next(line for line in lines if line.get("request_id") == "trace-7")
    assert (mine["endpoint"], mine["status"], mine["level"]) == ("/pokemon/{id}", 200, "info")
    assert "secret" not in server.log.read_text()


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def in_flight(http: httpx.Client) -> float:
    """Requests being answered, the one that asks for it among them."""
    line = next(
        one for one in http.get("/metrics").text.splitlines() if one.startswith("api_requests_in_progress ")
    )
    return float(line.split()[1])


@pytest.mark.slow
def test_several_workers_stop_at_once_while_one_of_them_starts(own: Settings, tmp_path: Path) -> None:
    """A worker that imports for long answers its supervisor as little as one that is held up."""
    log = tmp_path / "log"
    with ServerProcess(own, log, PDX_WORKERS="2") as server:
        wait_for("two workers", lambda: len(server.workers()) == 2)
        held = server.workers()
        for worker in held:
            worker.suspend()
        supervisor = psutil.Process(server.process.pid)
        before = supervisor.num_ctx_switches().voluntary
        # Until it has gone to sleep a few times more: whatever it was at, it waits for an answer by then.
        wait_for("it asks", lambda: supervisor.num_ctx_switches().voluntary >= before + 4, 30)
        server.process.send_signal(signal.SIGTERM)
        # Long before it gives the first of them up.
        wait_for("the signal", lambda: "Received SIGTERM" in log.read_text(), WORKER_PATIENCE / 2)
        for worker in held:
            worker.resume()
        assert server.process.wait(60) == 0


@pytest.mark.slow
def test_it_stops_at_once_while_the_engine_is_compiled(own: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "kernel"
    with ServerProcess(own, tmp_path / "log", NUMBA_CACHE_DIR=str(empty)) as server:
        with server.client() as http:
            reasons = problem(http.get("/readyz"), 503)["reasons"]
            assert reasons == ["engine: the engine is warming up"]
            assert http.get("/pokemon/pikachu").status_code == 200
        assert server.stop() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [("PDX_RATE_LIMIT", "bogus", 1), ("PDX_WORKERS", "two", 2), ("PDX_DATABASE_URL", "nonsense", 2)],
)
def test_a_setting_that_cannot_be_ends_the_start_by_its_name(
    tmp_path: Path, variable: str, value: str, code: int
) -> None:
    environment = {**os.environ, "PDX_HOME": str(tmp_path), variable: value}
    ended = subprocess.run(
        [sys.executable, "-m", "predictiondex.api.server"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == code
    assert f"Error: {variable}: " in ended.stderr
    assert "Traceback" not in ended.stderr
