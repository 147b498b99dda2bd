"""Every error as ``application/problem+json``: one shape for validation, names, limits and faults."""

from __future__ import annotations

import http
import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from predictiondex.errors import (
    IllegalMove,
    PredictionDexError,
    StoreError,
    UnknownName,
    UnsupportedMove,
    UsageError,
)
from predictiondex.wire import FieldError, Problem

logger = logging.getLogger("predictiondex.api")

MEDIA_TYPE = "application/problem+json"
URN = "urn:predictiondex:problem:"
#: Longest part of a caller's own text that an answer repeats.
MAX_ECHO = 200

#: Problem kind -> title. The kind is also the ``error_type`` of the metrics.
TITLES = {
    "invalid-request": "The request is not valid",
    "unknown-name": "No such name",
    "illegal-move": "The Pokémon cannot have that move",
    "unsupported-move": "The rules do not play that move yet",
    "not-found": "Nothing is at this address",
    "method-not-allowed": "This address does not take that method",
    "too-large": "The body is too large",
    "not-ready": "The service is not ready yet",
    "store-unavailable": "The database is away",
    "log-full": "Predictions cannot be logged at the moment",
    "overloaded": "Too many requests are being answered",
    "timeout": "That took too long",
    "stopping": "The service is stopping",
    "unauthorized": "An API key is needed",
    "forbidden": "The API key may not do that",
    "rate-limited": "Too many requests",
    "conflict": "Something else is known already",
    "http-error": "The request was refused",
    "internal": "Something went wrong on our side",
}

_BY_ERROR: tuple[tuple[type[PredictionDexError], str], ...] = (
    (UnknownName, "unknown-name"),
    (IllegalMove, "illegal-move"),
    (UnsupportedMove, "unsupported-move"),
    (UsageError, "invalid-request"),
    (StoreError, "store-unavailable"),
)
_BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 503: "not-ready"}


class NotFound(PredictionDexError):
    """A path that names nothing: the same as an unknown name, but the address itself is wrong."""

    status = 404

    def __init__(self, unknown: UnknownName) -> None:
        super().__init__(unknown.message)
        self.unknown = unknown


class Refusal(PredictionDexError):
    """A request that is right and is refused all the same. ``retry_after`` is in seconds."""

    kind = "http-error"
    retry_after: int | None = None


class NotReady(Refusal):
    """The service cannot answer this yet; the message says what it waits for."""

    status, kind, retry_after = 503, "not-ready", 1


class LogFull(Refusal):
    """The prediction cannot be logged, so it is not given."""

    status, kind, retry_after = 503, "log-full", 5


class Overloaded(Refusal):
    """More wait for an answer than can be served soon."""

    status, kind, retry_after = 503, "overloaded", 1


class Stopping(Refusal):
    """The service was asked to stop, and will not wait for this answer."""

    status, kind, retry_after = 503, "stopping", 2


class Conflict(Refusal):
    """What the request says contradicts what is known."""

    status, kind = 409, "conflict"


class NoSuchPrediction(Refusal):
    """A prediction that was never made here."""

    status, kind = 404, "not-found"


class CallerLeft(PredictionDexError):
    """The caller is gone: there is nobody to answer. Metrics and log have it as proxies do."""

    status, kind = 499, "left"


def problem(
    scope: Scope,
    kind: str,
    status: int,
    detail: str,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
    extra: dict[str, Any] | None = None,
) -> Response:
    """A problem answer; its kind is left in the scope for the metrics and the log.

    ``extra`` are members beyond those of every problem.
    """
    state = scope.setdefault("state", {})
    state["error_type"] = kind
    body = Problem(
        type=URN + kind,
        title=TITLES[kind],
        status=status,
        detail=detail,
        instance=scope["path"][:MAX_ECHO],
        errors=list(errors),
        request_id=state.get("request_id", ""),
    )
    # Escaped to ASCII: what callers send may hold lone surrogates, which UTF-8 cannot.
    content = json.dumps({**body.model_dump(), **(extra or {})}).encode("ascii")
    return Response(content, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def kind_of(error: PredictionDexError) -> str:
    """The problem kind of one of our own errors."""
    return next((kind for cls, kind in _BY_ERROR if isinstance(error, cls)), "internal")


def install(app: FastAPI) -> None:
    """Answer every kind of error with a problem."""
    app.add_exception_handler(PredictionDexError, _own_error)
    app.add_exception_handler(CallerLeft, _nobody_there)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


class _NoAnswer(Response):
    """Sends nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pass


async def _nobody_there(request: Request, error: Exception) -> Response:
    assert isinstance(error, CallerLeft)
    request.scope["state"]["error_type"] = error.kind
    return _NoAnswer()


async def _own_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PredictionDexError)
    return own(request.scope, error)


def own(scope: Scope, error: PredictionDexError) -> Response:
    """The answer to one of our own errors; what no caller could have caused is logged."""
    if isinstance(error, NotFound):
        return problem(scope, "unknown-name", 404, error.message, _name_errors(error.unknown))
    if isinstance(error, Refusal):
        return problem(scope, error.kind, error.status, error.message, headers=retry_after(error))
    kind = kind_of(error)
    if kind == "internal":
        logger.error("internal error", exc_info=error)
        return internal(scope)
    if isinstance(error, StoreError):
        logger.warning("the database is away", extra={"reason": error.message})
        detail = "The database is away; ask again in a moment."
        return problem(scope, kind, error.status, detail, headers={"Retry-After": "2"})
    errors = _name_errors(error) if isinstance(error, UsageError) else []
    return problem(scope, kind, error.status, error.message, errors)


def retry_after(error: Refusal) -> dict[str, str]:
    """When to ask again, as a header."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def _name_errors(error: UsageError) -> list[FieldError]:
    nearest = list(error.nearest) if isinstance(error, UnknownName) else []
    return [FieldError(field=error.field, message=error.message, nearest=nearest)]


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = field_errors(error.errors())
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    detail = f"{first.field}: {first.message}{more}"
    return problem(request.scope, "invalid-request", 422, detail, errors)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status == http.HTTPStatus.BAD_REQUEST:
        # The framework's answer to a body that no JSON parser can read (bad encoding, endless nesting).
        message = "The body cannot be read as JSON."
        fault = FieldError(field="body", message=message)
        return problem(request.scope, "invalid-request", 422, message, [fault])
    kind = _BY_STATUS.get(status, "http-error")
    detail = _http_detail(request, kind) or str(error.detail)
    return problem(request.scope, kind, status, detail, headers=dict(error.headers or {}))


def _http_detail(request: Request, kind: str) -> str:
    if kind == "not-found":
        return "No such address. /docs lists what there is."
    if kind == "method-not-allowed":
        return f"{request.method[:20]} is not possible here."
    return ""


def internal(scope: Scope) -> Response:
    """The answer to a fault of ours. It says nothing of the inside; the log does, under the request id."""
    detail = "The fault was logged under the id of this request."
    return problem(scope, "internal", 500, detail)


def field_errors(errors: Iterable[dict[str, Any]]) -> list[FieldError]:
    """Pydantic's errors with one entry a field: the branches of a union become one message."""
    messages: dict[str, list[str]] = {}
    for error in errors:
        message = _message(error)
        known = messages.setdefault(field_path(error["loc"]), [])
        if message not in known:
            known.append(message)
    return [FieldError(field=field, message="; or: ".join(texts)) for field, texts in messages.items()]


def _message(error: dict[str, Any]) -> str:
    kind = error["type"]
    if kind == "json_invalid":
        return f"Invalid JSON: {error.get('ctx', {}).get('error', 'cannot be read')}"
    if kind == "extra_forbidden":
        return "No such field"
    return str(error["msg"])[:MAX_ECHO]


#: What pydantic adds to a location to say which branch of a union it tried.
_UNION_BRANCHES = frozenset({"str", "int", "bool", "float", "none", "constrained-str", "constrained-int"})


def field_path(loc: Sequence[str | int]) -> str:
    """``("body", "you", "moves", 2)`` -> ``you.moves[2]``; the whole body is ``body``."""
    parts = list(loc)
    if parts and parts[0] in ("body", "query", "path", "header"):
        origin = parts.pop(0)
        if not parts or (origin == "body" and len(parts) == 1 and isinstance(parts[0], int)):
            return str(origin)
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in _UNION_BRANCHES and not part.startswith("literal["):
            path += f".{part}" if path else part
    return path[:MAX_ECHO] or "body"
