"""Bodies that are too large are refused without being read."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from predictiondex.api.app import MAX_BODY_BYTES
from tests.api.problems import problem

MEGABYTE = 1024 * 1024


@pytest.fixture
def api(http: httpx.Client) -> httpx.Client:
    """The client under a name that leaves the standard library's ``http`` alone."""
    return http


@pytest.fixture
def connection(address: str) -> Iterator[socket.socket]:
    url = urlsplit(address)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as opened:
        yield opened


def answer_to(connection: socket.socket) -> http.client.HTTPResponse:
    """The answer, as far as it has come."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response


def test_an_announced_megabyte_is_refused_before_a_byte_of_it(connection: socket.socket) -> None:
    connection.sendall(
        b"POST /predict/best-move HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % MEGABYTE
    )
    answer = answer_to(connection)
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_unannounced_megabyte_is_refused_at_the_limit(connection: socket.socket) -> None:
    connection.sendall(
        b"POST /predict/best-move HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for _ in range(MAX_BODY_BYTES // 0x10000 + 1):
        connection.sendall(piece)
    # The body has not ended; the answer comes all the same.
    assert answer_to(connection).status == 413


@pytest.mark.parametrize("size", [300_000, MEGABYTE, 8 * MEGABYTE])
def test_a_client_that_sends_it_all_still_gets_the_answer(api: httpx.Client, size: int) -> None:
    headers = {"Content-Type": "application/json"}
    response = api.post("/predict/best-move", content=b" " * size, headers=headers)
    body = problem(response, 413, "too-large")
    assert body["instance"] == "/predict/best-move"


def test_a_body_up_to_the_limit_is_read(api: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    response = api.post("/predict/best-move", content=b" " * MAX_BODY_BYTES, headers=headers)
    problem(response, 422, "invalid-request")


@pytest.mark.parametrize("path", ["/pokemon/pikachu", "/nope"])
def test_a_large_body_where_none_is_wanted_does_no_harm(api: httpx.Client, path: str) -> None:
    response = api.request("GET", path, content=b" " * MEGABYTE)
    assert response.status_code in (200, 404)
    assert api.get("/livez").status_code == 200
