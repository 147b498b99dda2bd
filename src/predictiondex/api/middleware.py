"""What every request passes through: id, measurement, log, security headers, and a limit on its body."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from predictiondex.api import logs, problems
from predictiondex.api.metrics import UNMATCHED, Metrics

logger = logging.getLogger("predictiondex.api")

#: A caller's own request id is kept when it is short and harmless, so that traces join up.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
#: The interactive documentation runs one inline script and its own bundled files; nothing from elsewhere.
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)
DOCS_PATHS = frozenset({"/docs"})

#: What the framework itself serves besides routes.
UNNAMED = ("/openapi.json", "/static-offline-docs")

#: Paths that machines ask every few seconds: logged at debug level only.
QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics"})


class Telemetry:
    """Outermost layer: whatever happens inside, the request is measured, logged and answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._finish)
        token = logs.request_id.set(exchange.id)
        self.metrics.in_progress.inc()
        try:
            await self._answer(exchange, receive)
        finally:
            self._finish(exchange)
            logs.request_id.reset(token)

    def _finish(self, exchange: _Exchange) -> None:
        if not exchange.finished:
            exchange.finished = True
            self.metrics.in_progress.dec()
            self._record(exchange)

    async def _answer(self, exchange: _Exchange, receive: Receive) -> None:
        try:
            await self.app(exchange.scope, receive, exchange.send)
        except Exception:
            logger.exception("unhandled error")
            if exchange.started:
                # Half an answer is out: only breaking the connection tells the caller that it is not whole.
                exchange.state["error_type"] = "internal"
                raise
            await problems.internal(exchange.scope)(exchange.scope, receive, exchange.send)

    def _record(self, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.start
        endpoint = endpoint_of(exchange.scope)
        method = exchange.scope["method"]
        error_type = exchange.state.get("error_type")
        if error_type is None and exchange.status >= 400:
            error_type = "http-error"
        self.metrics.request(method, endpoint, exchange.status, seconds, error_type)
        level = logging.DEBUG if endpoint in QUIET and exchange.status < 400 else logging.INFO
        if logger.isEnabledFor(level):
            fields: dict[str, Any] = {
                "method": method[:20],
                "endpoint": endpoint,
                "status": exchange.status,
                "duration_ms": round(seconds * 1000, 3),
            }
            if error_type:
                fields["error_type"] = error_type
            logger.log(level, "request", extra=fields)


class _Exchange:
    """One request and what became of it."""

    def __init__(self, scope: Scope, send: Send, finish: Callable[[_Exchange], None]) -> None:
        self.scope = scope
        self.start = time.perf_counter()
        given = Headers(scope=scope).get("x-request-id", "")
        self.id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        self.state: dict[str, Any] = scope.setdefault("state", {})
        self.state["request_id"] = self.id
        #: 499, as proxies log it, until an answer starts: the caller left before there was one.
        self.status = 499
        self.started = False
        self.finished = False
        self._send = send
        self._finish = finish

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            if self.scope["path"] in DOCS_PATHS:
                headers["Content-Security-Policy"] = DOCS_POLICY
        elif not message.get("more_body", False):
            # Counted before the caller has the whole answer: what it then asks of the metrics is in them.
            self._finish(self)
        await self._send(message)


def endpoint_of(scope: Scope) -> str:
    """Template of the route that matched, such as ``/pokemon/{id}``; one fixed label where none did."""
    template = getattr(scope.get("route"), "path", None)
    if isinstance(template, str) and template:
        return template
    path: str = scope["path"]
    # Plain routes and mounts, which do not leave their name in the scope.
    return next((name for name in UNNAMED if path == name or path.startswith(f"{name}/")), UNMATCHED)


class BodyLimit:
    """Refuses bodies over ``limit`` bytes: at once when the length is announced, else as they come in.

    The connection is not cut under a caller that is still sending: it could lose the answer. The server
    throws away what still comes, until its keep-alive time is over.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        length = int(announced[:18]) if announced.isdecimal() else 0
        await self.app(scope, self._counted(receive, length), send)

    def _counted(self, receive: Receive, announced: int) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            # Checked here, where the body is first wanted, so that the route is known and labels the error.
            if announced > self.limit:
                raise HTTPException(413, self._detail())
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise HTTPException(413, self._detail())
            return message

        return counted

    def _detail(self) -> str:
        return f"A body may have at most {self.limit} bytes."
