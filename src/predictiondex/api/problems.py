"""Every error as ``application/problem+json``: one shape for validation, names, limits and faults."""

from __future__ import annotations

import http
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from predictiondex.api import language
from predictiondex.errors import (
    IllegalMove,
    PredictionDexError,
    RegistryError,
    StoreError,
    UnknownName,
    UnsupportedMove,
    UsageError,
)
from predictiondex.messages import Said, in_, message
from predictiondex.wire import FieldError, Problem
from predictiondex.wire.faults import MAX_ECHO, body_faults

logger = logging.getLogger("predictiondex.api")

MEDIA_TYPE = "application/problem+json"
#: Fields at fault that one answer names, and errors looked through for them: a field may have several.
#: A body has room for thousands, and all of them in words would hold up everybody else.
MOST_FAULTS = 50
_MOST_ERRORS = 4 * MOST_FAULTS
URN = "urn:predictiondex:problem:"

_BY_ERROR: tuple[tuple[type[PredictionDexError], str], ...] = (
    (UnknownName, "unknown-name"),
    (IllegalMove, "illegal-move"),
    (UnsupportedMove, "unsupported-move"),
    (UsageError, "invalid-request"),
    (StoreError, "store-unavailable"),
    (RegistryError, "registry-unavailable"),
)
#: What only who runs the service can mend: callers hear no more of it than this, and when to ask again.
_AWAY = {
    "store-unavailable": ("the database is away", message("service.store_away"), 2),
    "registry-unavailable": ("the record of models cannot be read", message("service.registry_away"), 60),
}
_BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 503: "not-ready"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field, before it is put into words; ``line`` is that of a text, from 1."""

    field: str
    said: Said
    nearest: tuple[str, ...] = ()
    line: int | None = None

    def in_(self, lang: str) -> FieldError:
        """As callers of a language read it."""
        return FieldError(
            field=self.field, message=in_(self.said, lang), nearest=list(self.nearest), line=self.line
        )


class TooLarge(HTTPException):
    """A body larger than allowed: the framework lets only its own kind of error out of reading one."""

    def __init__(self, most: int) -> None:
        super().__init__(413)
        self.said = message("service.too_large", most=most)


class NotFound(PredictionDexError):
    """A path that names nothing: the same as an unknown name, but the address itself is wrong."""

    status = 404

    def __init__(self, unknown: UnknownName) -> None:
        super().__init__(unknown.said)
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
    detail: Said,
    faults: Sequence[Fault] = (),
    headers: dict[str, str] | None = None,
    extra: dict[str, Any] | None = None,
) -> Response:
    """A problem answer, in the language of the request; its kind is left in the scope for the metrics and the
    log, and is also the ``error_type`` of the metrics.

    ``extra`` are members beyond those of every problem.
    """
    state = scope.setdefault("state", {})
    state["error_type"] = kind
    lang = language.of(scope)
    body = Problem(
        type=URN + kind,
        title=message(f"title.{kind}").in_(lang),
        status=status,
        detail=in_(detail, lang),
        instance=scope["path"][:MAX_ECHO],
        errors=[one.in_(lang) for one in faults],
        request_id=state.get("request_id", ""),
    )
    # Escaped to ASCII: what callers send may hold lone surrogates, which UTF-8 cannot.
    content = json.dumps({**body.model_dump(exclude_none=True), **(extra or {})}).encode("ascii")
    own = {"Cache-Control": "no-store", "Content-Language": lang}
    return Response(content, status, {**own, **(headers or {})}, MEDIA_TYPE)


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
    await language.note(request)
    return own(request.scope, error)


def own(scope: Scope, error: PredictionDexError) -> Response:
    """The answer to one of our own errors; what no caller could have caused is logged."""
    if isinstance(error, NotFound):
        return problem(scope, "unknown-name", 404, error.said, _faults(error.unknown))
    if isinstance(error, Refusal):
        return problem(scope, error.kind, error.status, error.said, headers=retry_after(error))
    kind = kind_of(error)
    if kind == "internal":
        logger.error("internal error", exc_info=error)
        return internal(scope)
    if kind in _AWAY:
        what, detail, wait = _AWAY[kind]
        logger.warning(what, extra={"reason": error.message})
        return problem(scope, kind, error.status, detail, headers={"Retry-After": str(wait)})
    faults = _faults(error) if isinstance(error, UsageError) else []
    return problem(scope, kind, error.status, error.said, faults)


def retry_after(error: Refusal) -> dict[str, str]:
    """When to ask again, as a header."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def _faults(error: UsageError) -> list[Fault]:
    nearest = error.nearest if isinstance(error, UnknownName) else ()
    return [Fault(error.field, error.said, nearest, error.line)]


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    await language.note(request)
    errors = error.errors()
    told = body_faults(errors[:_MOST_ERRORS], error.body)
    faults = [Fault(field, said) for field, said in told.items()][:MOST_FAULTS]
    if isinstance(error.body, bytes):  # the framework parses none that is not said to be JSON
        faults = [
            replace(fault, said=message("service.no_json")) if fault.field == "body" else fault
            for fault in faults
        ]
    detail = message("service.fields", field=faults[0].field, message=faults[0].said)
    if len(told) > 1:
        count = len(told) - 1 + len(errors[_MOST_ERRORS:])
        detail = message("service.more_fields", first=detail, count=count)
    return problem(request.scope, "invalid-request", 422, detail, faults)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status == http.HTTPStatus.BAD_REQUEST:
        # The framework's answer to a body that no JSON parser can read (bad encoding, endless nesting).
        said = message("service.unreadable")
        return problem(request.scope, "invalid-request", 422, said, [Fault("body", said)])
    kind = _BY_STATUS.get(status, "http-error")
    detail = _http_detail(request, kind, error)
    headers = dict(error.headers or {})
    if headers.get("Allow") == "GET":  # the framework does not know; see predictiondex.api.heads
        headers["Allow"] = "GET, HEAD"
    return problem(request.scope, kind, status, detail, headers=headers)


def _http_detail(request: Request, kind: str, error: HTTPException) -> Said:
    if isinstance(error, TooLarge):
        return error.said
    if kind == "not-found":
        return message("service.no_address")
    if kind == "method-not-allowed":
        return message("service.no_method", method=request.method[:20])
    return str(error.detail)


def internal(scope: Scope) -> Response:
    """The answer to a fault of ours. It says nothing of the inside; the log does, under the request id."""
    return problem(scope, "internal", 500, message("service.fault"))


def stopping(scope: Scope) -> Response:
    """The answer to a request that is still there when the time to stop is up."""
    return own(scope, Stopping(message("service.stopping")))
