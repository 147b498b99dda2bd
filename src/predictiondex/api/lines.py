"""Answers in lines of JSON: progress while the answer is made, then the answer itself, or the problem.

The status line is out before the outcome is known, so the last line tells it, and metrics and log count the
request by that (:data:`ENDED`) and not by the 200 that it began with.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from predictiondex.api import problems
from predictiondex.api.bounds import SECONDS, too_late
from predictiondex.errors import PredictionDexError

logger = logging.getLogger("predictiondex.api")

MEDIA_TYPE: Final = "application/x-ndjson"
#: Name in a request's state of the status that its answer in lines ended with.
ENDED: Final = "ended"
#: Seconds between two looks at the work, and after which a line comes though nothing has changed: the caller
#: sees that the service lives, and has a moment to go away.
LOOK_SECONDS: Final = 0.1
BEAT_SECONDS: Final = 0.5


def wants_lines(request: Request) -> bool:
    """Whether the caller names this kind of answer in `Accept` and does not refuse it there."""
    for accepted in ",".join(request.headers.getlist("accept")).split(","):
        kind, *parameters = (part.strip().lower() for part in accepted.split(";"))
        if kind == MEDIA_TYPE:
            weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
            return weight.strip("0.") != ""
    return False


async def in_lines(work: Coroutine[Any, Any, Response], progress: Callable[[], BaseModel]) -> Response:
    """What ``work`` gives (an answer in JSON) as the last of the lines, with ``progress`` before it.

    What goes wrong at once, before there is a line, is raised.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=LOOK_SECONDS)
        if task.done():
            task.result()
    except asyncio.CancelledError:
        task.cancel()
        raise
    return _Lines(task, progress)


class _Lines(Response):
    """The answer in lines. Its work ends with it, whatever ends it."""

    media_type = MEDIA_TYPE

    def __init__(self, work: asyncio.Future[Response], progress: Callable[[], BaseModel]) -> None:
        self.status_code = 200
        self.background = None
        # For proxies that would rather collect the lines first.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._work = work
        self._progress = progress

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive  # whoever does the work listens whether the caller is still there
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        try:
            await send(start)
            last = await self._outcome(scope, send)
        except problems.CallerLeft as error:
            scope["state"] |= {"error_type": error.kind, ENDED: error.status}
            return
        finally:
            self._work.cancel()
        await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _outcome(self, scope: Scope, send: Send) -> bytes:
        """The last line."""
        try:
            async with asyncio.timeout(scope["state"][SECONDS]) as patience:
                await self._tell(send)
                return b'{"answer":%b}\n' % bytes((await self._work).body)
        except problems.CallerLeft:
            raise
        except Exception as error:
            problem = too_late(scope) if patience.expired() else _problem(scope, error)
        scope["state"][ENDED] = problem.status_code
        return b'{"problem":%b}\n' % bytes(problem.body)

    async def _tell(self, send: Send) -> None:
        """Lines of progress until the work is done."""
        told, when = None, 0.0
        while not self._work.done():
            now = self._progress()
            if now != told or time.monotonic() - when >= BEAT_SECONDS:
                told, when = now, time.monotonic()
                line = b'{"progress":%b}\n' % now.model_dump_json().encode()
                await send({"type": "http.response.body", "body": line, "more_body": True})
            await asyncio.wait({self._work}, timeout=LOOK_SECONDS)


def _problem(scope: Scope, error: Exception) -> Response:
    if isinstance(error, PredictionDexError):
        return problems.own(scope, error)
    logger.error("unhandled error", exc_info=error)
    return problems.internal(scope)
