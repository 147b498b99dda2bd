"""Thousands of requests in one packet cost what each costs alone, however many stand in line."""

from __future__ import annotations

import asyncio
import time

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from predictiondex.api.protocol import BoundedProtocol

REQUEST = b"GET /livez HTTP/1.1\r\nHost: test\r\n\r\n"


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


async def seconds_each(requests: int) -> float:
    """Processor time to take in one of so many requests that come at once."""
    config = uvicorn.Config(busy, log_config=None, access_log=False)
    config.load()
    connection = BoundedProtocol(config, ServerState(), {})
    connection.connection_made(Wire())
    packet = REQUEST * requests
    started = time.process_time()
    connection.data_received(packet)
    taken = time.process_time() - started
    connection.connection_lost(None)
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    return taken / requests


@pytest.mark.slow
def test_a_long_line_costs_no_more_for_each() -> None:
    few = min(asyncio.run(seconds_each(250)) for _ in range(5))
    many = min(asyncio.run(seconds_each(8000)) for _ in range(2))
    assert many < 3 * few
