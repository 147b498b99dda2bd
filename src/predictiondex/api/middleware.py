"""What every request passes through: id, measurement, log and security headers."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from predictiondex.api import logs, problems
from predictiondex.api.lines import ENDED
from predictiondex.api.metrics import UNMATCHED, Metrics

logger = logging.getLogger("predictiondex.api")

_chance = random.Random()  # noqa: S311 - seeded by the system, in every process anew

#: A caller's own request id is kept when it is short and harmless, so that traces join up.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
#: The interactive documentation runs one inline script and its own bundled files; nothing from elsewhere.
_DOCS_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; frame-ancestors 'none'",
)
DOCS_PATHS = frozenset({"/docs"})

#: What the framework itself serves besides routes.
UNNAMED = ("/openapi.json", "/static-offline-docs")

#: Kinds of problems that mean: too many. And what the metrics call the reason.
LIMITED = {"rate-limited": "key", "overloaded": "overload"}

#: Paths that machines ask every few seconds: logged at debug level only.
QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics"})


class Telemetry:
    """Outermost layer: whatever happens inside, the request is measured, logged and answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, cross_origin: bool) -> None:
        self.app = app
        self.metrics = metrics
        policy = b"cross-origin" if cross_origin else b"same-origin"
        self._headers = (*_SECURITY, (b"cross-origin-resource-policy", policy))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._finish, self._headers)
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
        except asyncio.CancelledError:
            # The time to stop is up, and the server waits for nobody any more.
            if exchange.started:
                raise
            await problems.stopping(exchange.scope)(exchange.scope, receive, exchange.send)

    def _record(self, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.start
        endpoint = endpoint_of(exchange.scope)
        method = exchange.scope["method"]
        error_type = exchange.state.get("error_type")
        status = exchange.state.get(ENDED, exchange.status)
        if error_type is None and status >= 400:
            error_type = "http-error"
        self.metrics.request(method, endpoint, status, seconds, error_type)
        if error_type in LIMITED:
            self.metrics.limited.labels(LIMITED[error_type]).inc()
        level = logging.DEBUG if endpoint in QUIET and status < 400 else logging.INFO
        if logger.isEnabledFor(level):
            fields: dict[str, Any] = {
                "method": method[:20],
                "endpoint": endpoint,
                "status": status,
                "duration_ms": round(seconds * 1000, 3),
            }
            if error_type:
                fields["error_type"] = error_type
            logger.log(level, "request", extra=fields)


class _Exchange:
    """One request and what became of it."""

    def __init__(
        self,
        scope: Scope,
        send: Send,
        finish: Callable[[_Exchange], None],
        security: Iterable[tuple[bytes, bytes]],
    ) -> None:
        self.scope = scope
        self.start = time.perf_counter()
        self.id = _request_id(scope)
        self.state: dict[str, Any] = scope.setdefault("state", {})
        self.state["request_id"] = self.id
        #: 499, as proxies log it, until an answer starts: the caller left before there was one.
        self.status = 499
        self.started = False
        self.finished = False
        self._send = send
        self._finish = finish
        self._security = security

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            policy = _DOCS_POLICY if self.scope["path"] in DOCS_PATHS else _POLICY
            headers = [*message.get("headers", ()), *self._security, policy]
            headers.append((b"x-request-id", self.id.encode()))
            message["headers"] = headers
        elif not message.get("more_body", False):
            # Counted before the caller has the whole answer: what it then asks of the metrics is in them.
            self._finish(self)
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The caller's own, if it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given: str = value.decode("latin-1")
            return given if _REQUEST_ID.fullmatch(given) else _new_id()
    return _new_id()


def _new_id() -> str:
    """Random, and cheaper than asking the system each time: it names a request and guards nothing."""
    return f"{_chance.getrandbits(128):032x}"


def endpoint_of(scope: Scope) -> str:
    """Template of the route that matched, such as ``/pokemon/{id}``; one fixed label where none did."""
    template = getattr(scope.get("route"), "path", None)
    if isinstance(template, str) and template:
        return template
    path: str = scope["path"]
    # Plain routes and mounts, which do not leave their name in the scope.
    return next((name for name in UNNAMED if path == name or path.startswith(f"{name}/")), UNMATCHED)
