"""A request that asks for another protocol is answered as if it did not ask, and its body is no request."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import Request

from predictiondex.api import protocol
from predictiondex.api.app import create_app
from predictiondex.settings import Settings
from tests.api.serving import serving_app

#: What asks for another protocol: Java's client and curl, an old proxy, a browser.
ASKING = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
    b"Proxy-Connection: upgrade\r\nUpgrade: TLS/1.0\r\n",
    b"connection: keep-alive\r\nCONNECTION:UPGRADE\r\nupgrade:websocket\r\n",
)
#: A body that would be a request, were it read as one.
BODY = b"GET /echo?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n%b\r\n%x\r\n%b\r\n0\r\nTrailer: 1\r\n\r\n" % (
    BODY[:5],
    len(BODY) - 5,
    BODY[5:],
)
#: The last request of a connection; the server closes it then.
LAST = b"GET /echo?last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def post(asking: bytes, rest: bytes, version: bytes = b"1.1") -> bytes:
    return b"POST /echo?one HTTP/%b\r\nHost: localhost\r\n%bX-Own: 7\r\n%b" % (version, asking, rest)


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[tuple[str, int]]:
    """A service that tells what it was asked."""
    app = create_app(settings)

    async def echo(request: Request) -> dict[str, Any]:
        names = sorted(request.headers.keys())
        told = {"method": request.method, "query": request.url.query, "names": names}
        return {**told, "own": request.headers.get("x-own"), "body": (await request.body()).decode()}

    app.add_api_route("/echo", echo, methods=["GET", "POST"])
    with pytest.MonkeyPatch.context() as patch, serving_app(app) as address:
        patch.setattr(protocol, "LINGER_SECONDS", 0.3)
        url = urlsplit(address)
        yield url.hostname or "", url.port or 0


def answers(where: tuple[str, int], *packets: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Status and body of every answer, until the server closes; each packet is sent by itself."""
    with socket.create_connection(where, timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = b""
        with suppress(ConnectionResetError, BrokenPipeError):
            for packet in packets:
                connection.sendall(packet)
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                received += part
    return list(_told(received))


def _told(received: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        yield int(head.split()[1]), json.loads(rest[:length])
        received = rest[length:]


def heard(told: list[tuple[int, dict[str, Any]]]) -> list[tuple[int, str, str, str]]:
    return [(status, body["method"], body["query"], body["body"]) for status, body in told]


POSTED = (200, "POST", "one", BODY.decode())
GOT = (200, "GET", "last", "")


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("rest", [LENGTH, CHUNKED], ids=["length", "chunked"])
def test_the_body_of_a_request_that_asks_for_another_protocol_is_its_body(
    server: tuple[str, int], asking: bytes, rest: bytes
) -> None:
    whole = answers(server, post(asking, rest) + LAST)
    assert heard(whole) == [POSTED, GOT]
    assert whole[0][1]["own"] == "7"
    assert {"host", "upgrade", "x-own"} <= set(whole[0][1]["names"])


@pytest.mark.parametrize("rest", [LENGTH, CHUNKED], ids=["length", "chunked"])
def test_such_a_request_may_come_in_any_pieces(server: tuple[str, int], rest: bytes) -> None:
    sent = post(ASKING[0], rest) + post(ASKING[2], rest) + LAST
    expected = [POSTED, POSTED, GOT]
    for at in range(1, len(sent), 5):
        assert heard(answers(server, sent[:at], sent[at:])) == expected, at
    chance = random.Random(7)  # noqa: S311
    for _ in range(20):
        cuts = sorted(chance.sample(range(1, len(sent)), 12))
        pieces = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
        assert heard(answers(server, *pieces)) == expected, cuts
    assert heard(answers(server, *(sent[at : at + 1] for at in range(len(sent))))) == expected


def test_such_a_request_of_http_1_0_ends_its_connection_as_any_other(server: tuple[str, int]) -> None:
    assert heard(answers(server, post(ASKING[0], LENGTH, b"1.0"))) == [POSTED]
    closing = b"Connection: upgrade, close\r\nUpgrade: h2c\r\n"
    assert heard(answers(server, post(closing, LENGTH))) == [POSTED]


def test_a_websocket_is_answered_as_a_plain_request(server: tuple[str, int]) -> None:
    key = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    asked = b"GET /echo?socket HTTP/1.1\r\nHost: localhost\r\n%b%b\r\n" % (ASKING[2], key)
    assert heard(answers(server, asked + LAST)) == [(200, "GET", "socket", ""), GOT]


def test_many_such_requests_in_one_go_are_all_answered(server: tuple[str, int]) -> None:
    asked = b"GET /echo?n HTTP/1.1\r\nConnection:upgrade\r\nUpgrade:x\r\n\r\n"
    told = heard(answers(server, asked * 1500 + LAST))  # more than Python would call into itself
    assert told == [(200, "GET", "n", "")] * 1500 + [GOT]


def test_headers_of_such_a_request_have_their_bounds(server: tuple[str, int]) -> None:
    below, above = b"x" * 20_000, b"x" * 33_000
    for value, status in ((below, 200), (above, 431)):
        for asking in (
            b"Connection: upgrade\r\nUpgrade: %b\r\n" % value,
            b"Connection: upgrade\r\nUpgrade: h2c\r\nX-Long: %b\r\n" % value,
        ):
            ((told, _), *_) = answers(server, post(asking, LENGTH) + LAST)
            assert told == status
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(4000))
    ((told, _),) = answers(server, post(ASKING[0], lines + LENGTH) + LAST)
    assert told == 431


@pytest.mark.parametrize("target", [b"elsewhere.example:443", b"/echo"])
@pytest.mark.parametrize("asking", [b"", ASKING[0]])
def test_a_tunnel_is_refused_and_nothing_behind_it_is_read(
    server: tuple[str, int], target: bytes, asking: bytes
) -> None:
    asked = b"CONNECT %b HTTP/1.1\r\nHost: localhost\r\n%b\r\n" % (target, asking)
    for packets in ([asked + LAST], [asked, LAST]):
        ((status, body),) = answers(server, *packets)
        assert (status, body["type"]) == (400, "urn:predictiondex:problem:invalid-request")
        assert "CONNECT" in body["detail"]


def test_nothing_is_answered_behind_a_refusal(server: tuple[str, int]) -> None:
    huge = b"GET /echo HTTP/1.1\r\nX-Long: %b\r\n\r\n" % (b"x" * 33_000)
    told = answers(server, huge + LAST)
    assert [status for status, _ in told] == [431]


def test_framing_that_nobody_can_read_is_refused_as_without_asking(server: tuple[str, int]) -> None:
    for framing in (
        b"Transfer-Encoding: gzip\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    ):
        plain, asking = (answers(server, post(asking, framing) + BODY) for asking in (b"", ASKING[0]))
        assert plain == asking
        assert [status for status, _ in plain] in ([], [400])


def test_the_service_itself_takes_such_a_post(http: httpx.Client) -> None:
    headers = {
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAMAAABkAAQAoAAA",
    }
    plain = http.post("/predict/best-move", json={"you": {"pokemon": ""}})
    asking = http.post("/predict/best-move", json={"you": {"pokemon": ""}}, headers=headers)
    assert (asking.status_code, asking.json()["errors"]) == (422, plain.json()["errors"])
    assert len(asking.json()["errors"]) > 1
