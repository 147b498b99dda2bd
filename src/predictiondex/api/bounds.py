"""How large a body may be and how long a request may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from predictiondex.api import problems
from predictiondex.api.protocol import CUT
from predictiondex.messages import message

#: Name in a request's state of the seconds that its answer may take.
SECONDS: Final = "seconds"


class Bounds:
    """Refuses bodies over ``size`` bytes and gives up requests after ``seconds``.

    A body is refused at once when its length is announced, else as it comes in. The connection is not cut
    under a caller that is still sending: it could lose the answer. The server throws away what still comes,
    until its keep-alive time is over. ``longer``: seconds for paths that take more. A long answer may take as
    long as it likes while the caller reads on: each part of it has ``seconds``.
    """

    def __init__(self, app: ASGIApp, size: int, seconds: float, longer: Mapping[str, float]) -> None:
        self.app = app
        self.size = size
        self.seconds = seconds
        self.longer = longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(self.size, scope, receive, send)
        seconds = self.longer.get(scope["path"], self.seconds)
        scope["state"][SECONDS] = seconds
        try:
            async with asyncio.timeout(seconds) as deadline:
                exchange.more_time = partial(_extend, deadline, seconds)
                await self.app(scope, exchange.receive, exchange.send)
        except TimeoutError:
            if not deadline.expired() or (exchange.started and not exchange.breakable):
                raise
            if exchange.started:
                exchange.break_off()
            else:
                await exchange.give_up(seconds)


def _extend(deadline: asyncio.Timeout, seconds: float) -> None:
    deadline.reschedule(asyncio.get_running_loop().time() + seconds)


def too_late(scope: Scope) -> Response:
    """The answer to a request whose time is up."""
    seconds: float = scope["state"][SECONDS]
    detail = message("service.late", seconds=seconds)
    return problems.problem(scope, "timeout", 503, detail, headers={"Retry-After": "5"})


class _Exchange:
    """What came in so far, and whether an answer has begun."""

    def __init__(self, size: int, scope: Scope, receive: Receive, send: Send) -> None:
        announced = Headers(scope=scope).get("content-length", "0")
        self._announced = int(announced[:18]) if announced.isdecimal() else 0
        self._size = size
        self._seen = 0
        self._reading = self._whole = False
        self._scope, self._receive, self._send = scope, receive, send
        self.started = False
        self.more_time: Callable[[], None] | None = None

    async def receive(self) -> Message:
        # Checked here, where the body is first wanted, so that the route is known and labels the error.
        if self._announced > self._size:
            raise problems.TooLarge(self._size)
        self._reading = not self._whole
        message = await self._receive()
        self._reading = False
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._seen > self._size:
            raise problems.TooLarge(self._size)
        return message

    async def send(self, message: Message) -> None:
        self.started = True
        if self.more_time is not None and message.get("more_body"):
            self.more_time()
        await self._send(message)

    @property
    def breakable(self) -> bool:
        """Whether the server lets the connection be cut."""
        return CUT in self._scope["state"]

    def break_off(self) -> None:
        """Cut the connection of a caller that stopped reading: half an answer must not look whole."""
        self._scope["state"]["error_type"] = "timeout"
        self._scope["state"][CUT]()

    async def give_up(self, seconds: float) -> None:
        """Tell the caller that time is up: its own, if its request is not even whole."""
        if not self._reading:
            answer = too_late(self._scope)
        else:
            detail = message("service.not_whole", seconds=seconds)
            answer = problems.problem(self._scope, "timeout", 408, detail, headers={"Connection": "close"})
        await answer(self._scope, self._receive, self._send)
