"""Load on an HTTP server, measured: requests at a given rate, or as fast as they are answered.

A bare client on asyncio: it takes a fraction of the time of the server that it measures.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from predictiondex.errors import PredictionDexError

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
#: Seconds by which a timer may ring late.
_TIMER = 0.0015


@dataclass
class Answers:
    """What was measured: milliseconds by answer, and the seconds that all of it took."""

    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    #: Status -> how often, of everything that was not 200.
    refused: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return len(self.milliseconds) / self.seconds

    def percentile(self, part: float) -> float:
        """The time in milliseconds within which this part of the answers came."""
        ordered = sorted(self.milliseconds)
        if not ordered:
            raise PredictionDexError(f"Nothing was answered with 200: {self.refused}.")
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def post(host: str, path: str, body: bytes) -> bytes:
    """A whole request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def at_rate(
    host: str, port: int, requests: Iterator[bytes], rate: float, seconds: float, connections: int = 16
) -> Answers:
    """Send at fixed moments, however long the answers take; times count from those moments.

    A server that falls behind so cannot slow down the measurement and look better for it.
    """
    answers = Answers()
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await _Connection.open(host, port))
    started = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await _until(due)
        tasks.append(asyncio.create_task(_one(free, next(requests), due, answers)))
    await asyncio.gather(*tasks)
    answers.seconds = time.perf_counter() - started
    while not free.empty():
        free.get_nowait().close()
    return answers


async def _until(moment: float) -> None:
    """Wait for a moment of ``time.perf_counter``: timers count whole milliseconds, the last one is waited out
    awake."""
    await asyncio.sleep(max(0.0, moment - time.perf_counter() - _TIMER))
    while time.perf_counter() < moment:
        await asyncio.sleep(0)


async def _one(free: asyncio.Queue[_Connection], request: bytes, due: float, answers: Answers) -> None:
    connection = await free.get()
    try:
        _note(answers, await connection.ask(request), due)
    finally:
        free.put_nowait(connection)


async def as_fast_as_possible(
    host: str, port: int, requests: Iterator[bytes], seconds: float, connections: int = 16
) -> Answers:
    """Every connection sends its next request when it has its answer."""
    answers = Answers()
    started = time.perf_counter()
    deadline = started + seconds

    async def caller() -> None:
        connection = await _Connection.open(host, port)
        while time.perf_counter() < deadline:
            sent = time.perf_counter()
            _note(answers, await connection.ask(next(requests)), sent)
        connection.close()

    await asyncio.gather(*(caller() for _ in range(connections)))
    answers.seconds = time.perf_counter() - started
    return answers


def _note(answers: Answers, status: int, since: float) -> None:
    if status == 200:
        answers.milliseconds.append((time.perf_counter() - since) * 1000)
    else:
        answers.refused[status] = answers.refused.get(status, 0) + 1


class _Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request on its way."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._waiting: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> _Connection:
        _, protocol = await asyncio.get_running_loop().create_connection(cls, host, port)
        return protocol

    async def ask(self, request: bytes) -> int:
        """The status of the answer, once all of it is there."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(_END)
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        if len(self._received) < end + len(_END) + length:
            return
        self._received.clear()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("The server closed the connection."))
