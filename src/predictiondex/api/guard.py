"""Who may ask, and how often: API keys, scopes and rate limits, before anything else is done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from predictiondex.api import problems
from predictiondex.api.keys import KeyRing, required
from predictiondex.api.ratelimits import RateLimits
from predictiondex.messages import message
from predictiondex.settings import Settings, on_loopback

#: What balancers, browsers and people reach without a key.
OPEN: Final = frozenset({"/livez", "/readyz", "/health", "/docs", "/openapi.json"})
OPEN_FOLDER: Final = "/static-offline-docs/"
METRICS: Final = "/metrics"
_BEARER: Final = "bearer"


class Guard:
    """Lets through who may pass; answers 401, 403 and 429 itself. The key's name goes into the scope.

    ``routes``: what there is, to name the one that a refused request was meant for.
    """

    def __init__(self, app: ASGIApp, settings: Settings, ring: KeyRing, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self._routes = routes
        self._on = required(settings)
        self._metrics = settings.metrics
        self._ring = ring
        self._limits = RateLimits(settings.rate_limit, shared_counts(settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = self._refusal(scope) if self._on else self._stranger(scope)
            if refusal is not None:
                self._name_route(scope)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _stranger(self, scope: Scope) -> Response | None:
        """Without keys nobody from elsewhere is served, however the server was started; nor a page of the
        internet whose name leads here, to which the visitor's browser would show the answers."""
        server = scope.get("server")
        if server is None or server[1] is None or not _is_address(server[0]):
            return None
        if on_loopback(server[0]) and _leads_here(Headers(scope=scope).get("host", "localhost")):
            return None
        return problems.problem(scope, "forbidden", 403, message("service.this_machine"))

    def _name_route(self, scope: Scope) -> None:
        """For metrics and log: a refused request never gets to its route."""
        found = (route for route in self._routes if route.matches(scope)[0] is not Match.NONE)
        scope["route"] = next(found, None)

    def _refusal(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if path in OPEN or path.startswith(OPEN_FOLDER) or (path == METRICS and self._metrics != "key"):
            return None
        shown = _shown(scope)
        key = self._ring.find(shown)
        if key is None:
            return self._unknown(scope, shown)
        scope["state"]["key_name"] = key.name
        if not key.may("admin" if path == METRICS else "predict"):
            return problems.problem(scope, "forbidden", 403, message("service.no_scope"))
        wait = self._limits.wait(key.id, key.limit)
        if wait is not None:
            detail = message("service.too_often", seconds=wait)
            return problems.problem(scope, "rate-limited", 429, detail, headers={"Retry-After": str(wait)})
        return None

    def _unknown(self, scope: Scope, shown: str) -> Response:
        """The answer to a key that is none, or of which nobody can tell at the moment."""
        if shown and not self._ring.known:
            reason = message("service.keys_unread")
            return problems.own(scope, problems.NotReady(message("service.no_check", reason=reason)))
        return problems.problem(
            scope,
            "unauthorized",
            401,
            message("service.no_key"),
            headers={"WWW-Authenticate": 'Bearer realm="PredictionDex"'},
        )


def shared_counts(settings: Settings) -> Path | None:
    """The file in which several workers count requests together."""
    return settings.run / "limits" if settings.workers > 1 else None


def _shown(scope: Scope) -> str:
    """The key of a request: in X-API-Key, or as a bearer token."""
    headers = Headers(scope=scope)
    given = headers.get("x-api-key")
    if given is not None:
        return given
    # RFC 9110: the scheme is the same in any case, and any number of blanks follows it.
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.lstrip(" ") if scheme.lower() == _BEARER else ""


@lru_cache(maxsize=64)
def _leads_here(asked: str) -> bool:
    """Whether the `Host` that a caller asked is this machine and cannot be another."""
    try:
        return on_loopback(urlsplit(f"//{asked}").hostname or "")
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdecimal()
