"""Slow and greedy callers: each gets a clear answer, and nobody else feels it."""

from __future__ import annotations

import asyncio
import gc
import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from starlette.responses import StreamingResponse
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from predictiondex.api import engineroom, protocol
from predictiondex.api.app import create_app
from predictiondex.settings import Settings
from tests.api.problems import fields, problem
from tests.api.serving import serving, serving_app, wait_until_ready

BUNDLE = "/static-offline-docs/swagger-ui-bundle.js"
BEST_MOVE: dict[str, Any] = {
    "you": {"pokemon": "Pikachu", "moves": ["Thunderbolt"]},
    "opponent": {"pokemon": "Gyarados", "moves": ["Bite"]},
    "simulations": 20,
}


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    url = urlsplit(address)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as opened:
        yield opened


def answer_to(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Status and problem of the answer; the connection is closed behind it."""
    with closing(http.client.HTTPResponse(connection)) as response:
        response.begin()
        assert response.headers["Content-Type"] == "application/problem+json"
        body: dict[str, Any] = json.loads(response.read())
        return response.status, body


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("lines", [1, 500])
def test_a_huge_header_is_refused(address: str, lines: int, *, whole: bool) -> None:
    with connected(address) as connection:
        each = b"x" * (200_000 // lines)
        rest = b"".join(b"X-%d: %s\r\n" % (number, each) for number in range(lines))
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + rest + (b"\r\n" if whole else b""))
        status, body = answer_to(connection)
    assert (status, body["status"]) == (431, 431)


def test_trailers_without_end_are_cut_off(address: str) -> None:
    with connected(address) as connection:
        connection.sendall(
            b"GET /livez HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        )
        lines = b"".join(b"X-%d: y\r\n" % number for number in range(4000))
        told = b""
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(lines * 200)  # 8 MB
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                told += part
    assert told.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 431" in told


def test_a_long_body_in_small_chunks_passes(address: str) -> None:
    def chunks() -> Iterator[bytes]:
        content = json.dumps({**BEST_MOVE, "seed": 77}).encode()
        yield from (content[at : at + 1] for at in range(len(content)))
        yield from (b" " for _ in range(9000))  # with their sizes more than headers may have

    answer = httpx.post(
        f"{address}/predict/best-move", content=chunks(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (200, 503)


def test_what_is_not_http_is_refused_and_counted(settings: Settings) -> None:
    with serving(settings) as address:
        with connected(address) as connection:
            connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
            status, body = answer_to(connection)
        assert (status, body["type"]) == (400, "urn:predictiondex:problem:invalid-request")
        shown = httpx.get(f"{address}/metrics").text
    assert 'api_requests_total{endpoint="unmatched",method="OTHER",status="400"} 1.0' in shown
    counted = 'api_errors_total{endpoint="unmatched",error_type="invalid-request",method="OTHER"} 1.0'
    assert counted in shown


def test_headers_of_a_usual_size_pass(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert client.get("/livez", headers={"X-Long": "x" * 20_000}).status_code == 200


@pytest.mark.parametrize("sent", [b"", b"GET /livez HTTP/1.1\r\nHost:", b"GET /livez HTTP/1.1\r\n\r\nGET /l"])
def test_a_caller_that_never_finishes_its_headers_is_let_go(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.1)
    with serving(settings) as address, connected(address) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65536):  # until the server closes
            received += piece
    assert (b"408 Request Timeout" in received) is bool(sent)
    assert (b"200 OK" in received) is sent.endswith(b"/l")


def test_a_body_that_never_comes_whole_is_408(settings: Settings) -> None:
    hasty = settings.model_copy(update={"request_timeout": 0.3})
    with serving(hasty) as address, connected(address) as connection:
        connection.sendall(
            b"POST /predict/best-move HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"you":'
        )
        status, body = answer_to(connection)
    assert (status, body["type"].rpartition(":")[2]) == (408, "timeout")


def test_an_answer_that_takes_too_long_is_503_and_the_next_one_comes(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"request_timeout": 0.3}))

    async def slow() -> None:
        await anyio.sleep(60)

    app.add_api_route("/slow", slow)
    with serving_app(app) as address, httpx.Client(base_url=address) as client:
        answer = client.get("/slow")
        problem(answer, 503, "timeout")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/livez").status_code == 200


def test_a_caller_that_stops_reading_is_cut_off_and_is_no_fault_of_ours(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    hasty = settings.model_copy(update={"request_timeout": 1.0})
    with serving(hasty) as address, closing(socket.socket()) as connection:
        # Not while it starts, and once before: an answer that had not begun in time would be a 503 instead.
        with httpx.Client(base_url=address) as client:
            wait_until_ready(client)
            bundle = len(client.get(BUNDLE).content)
        connection.settimeout(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", urlsplit(address).port or 0))
        # More than the buffers of the system hold.
        connection.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % BUNDLE.encode() * 8)
        with httpx.Client(base_url=address) as client:
            counted = (
                'api_errors_total{endpoint="/static-offline-docs",error_type="timeout",method="GET"} 1.0'
            )
            until(lambda: counted in client.get("/metrics").text)
        assert rest_of(connection) < 8 * bundle
    assert [record.message for record in caplog.records if record.levelno > logging.WARNING] == []


@pytest.mark.slow
def test_a_caller_that_reads_slowly_gets_all_of_it(settings: Settings) -> None:
    """A long answer takes longer than an answer may, and every part of it less."""
    app = create_app(settings.model_copy(update={"request_timeout": 2.0}))
    parts = 5

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(parts):
            await anyio.sleep(0.5)
            yield b"x"

    app.add_api_route("/pieces", lambda: StreamingResponse(pieces()))
    with serving_app(app) as address, httpx.Client(base_url=address) as client:
        assert client.get("/pieces").content == b"x" * parts


def rest_of(connection: socket.socket) -> int:
    """Bytes until the connection ends, one way or the other."""
    total = 0
    with suppress(ConnectionResetError):
        while piece := connection.recv(1 << 20):
            total += len(piece)
    return total


def until(condition: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        pause.wait(0.05)


def test_too_many_at_once_are_turned_away(ready: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engineroom, "MOST_WAITING", 0)
        answer = ready.post("/predict/best-move", json=BEST_MOVE)
    problem(answer, 503, "overloaded")
    assert answer.headers["Retry-After"] == "1"
    assert ready.post("/predict/best-move", json=BEST_MOVE).status_code == 200


def test_what_is_being_answered_comes_before_a_refusal_behind_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.0)
    app, go = create_app(settings), threading.Event()

    async def slow() -> str:
        await asyncio.to_thread(go.wait, 60)
        return "done"

    app.add_api_route("/slow", slow)
    with (
        serving_app(app) as address,
        httpx.Client(base_url=address) as client,
        connected(address) as connection,
    ):
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: "api_requests_in_progress 2" in client.get("/metrics").text)
        connection.sendall(b"\x00 is not HTTP\r\n\r\n")
        until(lambda: 'endpoint="unmatched",method="OTHER",status="400"' in client.get("/metrics").text)
        go.set()
        said = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    answered, _, refused = said.partition('"done"')
    assert answered.startswith("HTTP/1.1 200 ")
    assert refused.startswith("HTTP/1.1 400 ")


@pytest.mark.parametrize("target", ["http://test", "http://test?lang=fr", "http://test/livez"])
def test_a_target_may_be_absolute(address: str, target: str) -> None:
    """As RFC 9112 wants it of every server; without a path it is that of the root."""
    path = target.removeprefix("http://test") or "/"
    with connected(address) as connection, closing(http.client.HTTPResponse(connection)) as response:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        response.begin()
        assert response.status == httpx.get(f"{address}/{path.removeprefix('/')}").status_code


def test_plans_hold_up_plans_alone(settings: Settings) -> None:
    """With the threads for plans taken, advice is given at once; one plan too many is turned away."""
    app = create_app(settings)
    plan = {"pokemon": "Rattata", "level": 40}
    began, over = threading.Event(), threading.Event()

    def hold() -> None:
        began.set()
        over.wait(60)

    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as client:
        wait_until_ready(client)
        engine = app.state.service.engine
        with ThreadPoolExecutor(engineroom.MOST_PLANS) as beside:
            held = [
                beside.submit(asyncio.run, engine.compute(hold, plan=True))
                for _ in range(engineroom.MOST_PLANS)
            ]
            try:
                assert began.wait(60)
                until(lambda: engine._plans._waiting == engineroom.MOST_PLANS)
                problem(client.post("/predict/plan", json=plan), 503, "overloaded")
                for seed in range(10):
                    assert client.post("/predict/best-move", json={**BEST_MOVE, "seed": seed}).is_success
            finally:
                over.set()
            for one in held:
                one.result(60)


def test_the_service_may_allow_fewer_battles(settings: Settings) -> None:
    modest = settings.model_copy(update={"max_simulations": 10})
    with serving(modest) as address, httpx.Client(base_url=address, timeout=30) as client:
        sides = {name: [BEST_MOVE[name]] for name in ("you", "opponent")}
        duel = {"you": BEST_MOVE["you"], "opponent": BEST_MOVE["opponent"], "simulations": 20}
        for path, body in (
            ("/predict/best-move", BEST_MOVE),
            ("/predict/matchups", {**sides, "simulations": 20}),
            ("/battles/simulate", duel),
        ):
            assert fields(problem(client.post(path, json=body), 422)) == ["simulations"]


def test_docs_and_metrics_can_be_off(settings: Settings) -> None:
    bare = settings.model_copy(update={"docs": False, "metrics": "off"})
    with serving(bare) as address, httpx.Client(base_url=address) as client:
        for path in ("/docs", "/openapi.json", "/static-offline-docs/swagger-ui.css", "/metrics"):
            problem(client.get(path), 404)


def test_other_origins_may_be_let_in(settings: Settings) -> None:
    friendly = settings.model_copy(update={"cors_origins": "https://dex.example, https://b.example"})
    with serving(friendly) as address, httpx.Client(base_url=address) as client:
        asked = {"Origin": "https://dex.example", "Access-Control-Request-Method": "POST"}
        allowed = client.options("/predict/best-move", headers=asked)
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://dex.example"
        other = client.get("/types/", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_a_request_is_gone_with_its_answer(settings: Settings) -> None:
    """One that held itself would wait for the garbage collector, which holds up others when it comes."""
    with serving(settings) as address, httpx.Client(base_url=address) as http:
        http.get("/livez").raise_for_status()  # what the first request loads stays
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                http.get("/livez").raise_for_status()
            kept = [one for one in gc.get_objects() if isinstance(one, RequestResponseCycle)]
        finally:
            gc.enable()
    assert len(kept) <= 2  # the last one, until the next comes on its connection
