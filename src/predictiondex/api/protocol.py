"""HTTP connections with bounds: headers of limited size, and no connection that never asks anything.

uvicorn's fast parser has neither; the limits of :mod:`predictiondex.api.bounds` begin where headers end.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any, Final, NamedTuple
from weakref import ref

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


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._reading = False
        self._header_bytes = 0
        self._refused = False
        #: Bytes since the last of a body: trailers, and what else may stand between chunks.
        self._between = 0
        self._timer: asyncio.TimerHandle | None = None
        #: What has not been answered: with requests behind it, uvicorn keeps the last of them alone.
        self._cycles: list[RequestResponseCycle] = []

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
        self._reading = False
        self._stop_timer()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > MAX_HEADER_BYTES:
            self._refuse(_TOO_LARGE)
        else:
            super().on_headers_complete()
            if self.cycle is not None:
                waiting = [one for one in self._cycles if not one.response_complete]
                self._cycles = [*waiting, self.cycle]
                # By a weak reference: a request that held itself would wait for the garbage collector.
                self.scope["state"][CUT] = partial(_cut, self.transport, ref(self.cycle))
                if 0 < len(waiting) <= MOST_BEHIND:
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
        if not self._refused:
            super().on_message_complete()

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
        if self.cycle is None or self.cycle.response_complete:  # nobody else is answering on this connection
            self.transport.write(head.encode() + body)
        # Cut under a caller that is still sending, the connection could lose the answer.
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)


def _cut(transport: asyncio.Transport, asking: ref[RequestResponseCycle]) -> None:
    cycle = asking()
    if cycle is not None:
        # Told to this one: with requests behind it, uvicorn would tell the last of them.
        cycle.disconnected = True
        transport.abort()
