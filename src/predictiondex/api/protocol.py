"""HTTP connections with bounds: headers of limited size, and no connection that never asks anything.

uvicorn's fast parser has neither; the limits of :mod:`predictiondex.api.bounds` begin where headers end. No
other protocol is spoken: whoever asks for one is answered in this one.
"""

from __future__ import annotations

import asyncio
import json
from array import array
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple
from weakref import ref

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from predictiondex.api.problems import MEDIA_TYPE, URN

#: Bytes of request line and headers.
MAX_HEADER_BYTES: Final = 32 * 1024
#: Seconds for a request line with its headers to come in, from its first byte or the connection's start.
HEADER_SECONDS: Final = 10.0

#: Requests of one connection that may wait behind the one being answered; no more are read before that.
MOST_BEHIND: Final = 16

#: Seconds for a refused caller to read why.
LINGER_SECONDS: Final = 1.0

#: Name in a request's state of what cuts its connection at once.
CUT: Final = "cut"
#: Name in the state of the app's lifespan of what is told the status and kind of every answer given here.
REFUSED: Final = "refused"


class _Refusal(NamedTuple):
    status: int
    kind: str
    title: str
    detail: str


_TOO_LARGE: Final = _Refusal(
    431, "too-large", "Request Header Fields Too Large", f"Headers may have {MAX_HEADER_BYTES} bytes."
)
_TOO_SLOW: Final = _Refusal(
    408, "timeout", "Request Timeout", f"The headers were not whole within {HEADER_SECONDS:g} s."
)
_GARBLED: Final = _Refusal(400, "invalid-request", "Bad Request", "That is not HTTP.")
_TUNNEL: Final = _Refusal(
    400, "invalid-request", "Bad Request", "CONNECT is for proxies: this service leads nowhere else."
)

#: Headers that say where a body ends and whether the connection goes on.
_FRAMING: Final = frozenset({b"connection", b"content-length", b"proxy-connection", b"transfer-encoding"})


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser = _Parser(self, self)
        self._reading = False
        self._header_bytes = 0
        self._refused = False
        #: What a refused caller hears once everything before it has been answered.
        self._last_words = b""
        #: Bytes since the last of a body: trailers, and what else may stand between chunks.
        self._between = 0
        self._timer: asyncio.TimerHandle | None = None
        #: What has not been answered, in the order in which it will be: uvicorn keeps the last one alone.
        self._cycles: deque[RequestResponseCycle] = deque()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller came: it gets a while for its first request."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEADER_SECONDS, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended: whoever is answering on it hears so."""
        self._stop_timer()
        super().connection_lost(exc)
        for cycle in self._cycles:
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Bytes came in. Header bytes are counted while they come and when they are read."""
        if self._refused:  # and still sending
            return
        self._between += len(data)
        super().data_received(data)
        if self._between > MAX_HEADER_BYTES + len(data) and not self._reading and not self._refused:
            self._refuse(_TOO_LARGE)
        if self._reading and not self._refused:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._reading, self._header_bytes, self._between = True, 0, 0
        if self._timer is None:
            self._timer = self.loop.call_later(HEADER_SECONDS, self._too_slow)

    def on_headers_complete(self) -> None:
        """Everything but the body is there."""
        if self._refused:
            return
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                self._refuse(_TUNNEL)
            return  # told again: see _Parser
        self._reading = False
        self._stop_timer()
        self.url = _with_path(self.url)
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > MAX_HEADER_BYTES:
            self._refuse(_TOO_LARGE)
        else:
            super().on_headers_complete()
            if self.cycle is not None:
                while self._cycles and self._cycles[0].response_complete:
                    self._cycles.popleft()
                waiting = len(self._cycles)
                self._cycles.append(self.cycle)
                # By a weak reference: a request that held itself would wait for the garbage collector.
                self.scope["state"][CUT] = partial(_cut, self.transport, ref(self.cycle))
                if 0 < waiting <= MOST_BEHIND:
                    # uvicorn reads no further with a request waiting, and would not hear the caller leave.
                    self.flow.resume_reading()

    def on_body(self, body: bytes) -> None:
        """Part of a body; of no interest after a refusal."""
        self._between = 0
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The end of a request."""
        self._between = 0
        if not self._refused and not self.parser.should_upgrade():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request was answered: the next one's turn, or that of a refusal."""
        super().on_response_complete()
        if self._last_words and self.cycle is not None and self.cycle.response_complete:
            self._say(self._last_words)
            self._last_words = b""

    @property
    def refused(self) -> bool:
        """Whether what still comes is of no interest."""
        return self._refused

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP."""
        del msg
        if not self._refused:
            self._refuse(_GARBLED)

    def _too_slow(self) -> None:
        self._timer = None
        if self._reading:
            self._refuse(_TOO_SLOW)
        elif self.cycle is None:
            self.transport.close()  # not a byte since it was opened

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, refusal: _Refusal) -> None:
        """Answer below the application, in the same form, and close."""
        problem = {
            "type": f"{URN}{refusal.kind}",
            "title": refusal.title,
            "status": refusal.status,
            "detail": refusal.detail,
            "instance": "",
            "errors": [],
            "request_id": "",
        }
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {refusal.status} {refusal.title}\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self._refused = True
        self._stop_timer()
        count = self.app_state.get(REFUSED)
        if count is not None:
            count(refusal.status, refusal.kind)
        if self.cycle is None or self.cycle.response_complete:
            self._say(head.encode() + body)
        elif self.cycle.more_body:  # what was refused belongs to the request that is being read
            self._say(b"")
        else:
            self._last_words = head.encode() + body

    def _say(self, words: bytes) -> None:
        """Say the last words of a connection, if any are left to say, and close it."""
        if self.transport.is_closing():
            return
        self.transport.write(words)
        # Cut under a caller that is still sending, the connection could lose the answer.
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)


class _Parser(httptools.HttpRequestParser):
    """Reads a request that asks for another protocol as if it did not ask.

    By itself the parser ends such a request with its headers and takes the rest for that protocol: the body
    would be lost or, read on, be a request of its own. So another parser is told what the body depends on,
    and reads on. ``told``: whom it tells what it reads; the connection itself, but for a second reading.
    """

    def __init__(self, protocol: BoundedProtocol, told: object) -> None:
        super().__init__(told)
        self._protocol = protocol
        with suppress(AttributeError):  # httptools before 0.6.3 has no such choice
            # As uvicorn has it: a request may come behind one that ends the connection.
            self.set_dangerous_leniencies(lenient_data_after_close=True)

    def feed_data(self, data: bytes | bytearray | memoryview | array[int]) -> None:
        """Read on. Raises :class:`httptools.HttpParserError` for what is not HTTP."""
        try:
            super().feed_data(data)
        except httptools.HttpParserUpgrade as asked:
            self._read_plainly(memoryview(data)[asked.args[0] :])

    def _read_plainly(self, rest: memoryview) -> None:
        """Read ``rest``, which begins behind the headers. In a loop: there may be thousands in one packet."""
        parser = self
        while not self._protocol.refused:
            parser = parser._successor()
            try:
                httptools.HttpRequestParser.feed_data(parser, rest)
            except httptools.HttpParserUpgrade as asked:
                rest = rest[asked.args[0] :]
            else:
                break

    def _successor(self) -> _Parser:
        """A parser that has read the same request, but for what asks for another protocol."""
        line = b"%b / HTTP/%b\r\n" % (self.get_method(), self.get_http_version().encode())
        framing = (b"%b: %b\r\n" % one for one in self._protocol.headers if one[0] in _FRAMING)
        other = _Parser(self._protocol, _SecondReading(self._protocol))
        self._protocol.parser = other
        httptools.HttpRequestParser.feed_data(other, line + b"".join(framing) + b"\r\n")
        return other


class _SecondReading:
    """What a connection is told by a parser whose first request it knows, up to its body."""

    def __init__(self, protocol: BoundedProtocol) -> None:
        self._protocol = protocol
        self._known = True
        self.on_body = protocol.on_body
        self.on_message_complete = protocol.on_message_complete

    def on_message_begin(self) -> None:
        if not self._known:
            self._protocol.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._known:
            self._protocol.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._known:
            self._protocol.on_header(name, value)

    def on_headers_complete(self) -> None:
        self._known = False
        self._protocol.on_headers_complete()


def _with_path(url: bytes) -> bytes:
    """A request's target, with the path that an absolute one may leave out (``http://host?query``)."""
    if not url.startswith(b"http"):
        return url
    parts = httptools.parse_url(url)
    return url if parts.path else b"/" + (b"?" + parts.query if parts.query else b"")


def _cut(transport: asyncio.Transport, asking: ref[RequestResponseCycle]) -> None:
    cycle = asking()
    if cycle is not None:
        # Told to this one: with requests behind it, uvicorn would tell the last of them.
        cycle.disconnected = True
        transport.abort()
