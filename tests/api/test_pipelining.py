"""Thousands of requests in one packet cost what each costs alone, however many stand in line."""

from __future__ import annotations

import asyncio
import sys
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from predictiondex.api.protocol import BoundedProtocol

REQUEST = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Wire(asyncio.Transport):
    """A connection whose caller reads nothing and stays."""

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def write(self, data: object) -> None: ...

    def close(self) -> None: ...


async def busy(_scope: Scope, receive: Receive, _send: Send) -> None:
    """The first request is not answered while others come."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Lines:
    """Counts the lines of Python that run, every turn of a loop on one line as one.

    They are the same at any pace of the machine, where seconds of thousands of requests were not: more of
    them do not fit into its caches.
    """

    def __init__(self) -> None:
        self.run = 0

    def __call__(self, _frame: FrameType, event: str, _argument: Any) -> Lines:
        self.run += event == "line"
        return self


async def lines_each(requests: int) -> float:
    """Lines that run to take in one of so many requests that come at once."""
    config = uvicorn.Config(busy, log_config=None, access_log=False)
    config.load()
    connection = BoundedProtocol(config, ServerState(), {})
    connection.connection_made(Wire())
    packet = REQUEST * requests
    lines, before = Lines(), sys.gettrace()
    sys.settrace(lines)
    try:
        connection.data_received(packet)
    finally:
        sys.settrace(before)
    connection.connection_lost(None)
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    return lines.run / requests


def test_a_long_line_costs_no_more_for_each() -> None:
    few, many = (asyncio.run(lines_each(requests)) for requests in (100, 2000))
    assert few > 10, "the taking in was counted"
    assert many < 1.1 * few
