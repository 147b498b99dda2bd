"""How the service is: for balancers, for monitoring, for people."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from predictiondex.api import language
from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.api.problems import problem
from predictiondex.api.responses import problems
from predictiondex.wire import Health, Readiness

router = APIRouter(tags=["service"])
#: A room of its own: it can be left out.
metrics_router = APIRouter(tags=["service"])

_NO_STORE = {"Cache-Control": "no-store"}


@router.get(
    "/health",
    response_model=Health,
    responses={503: {"model": Health, "description": "It cannot answer predictions; see `components`."}},
)
async def health(request: Request) -> Response:
    """Summary of the service and everything it needs; 503 while it cannot answer predictions."""
    service: Service = request.app.state.service
    summary = await service.health(language.of(request.scope))
    status = 200
    if summary.status == "unavailable":
        status = 503
        request.state.error_type = "not-ready"
    return JSONResponse(summary.model_dump(), status, _NO_STORE)


@router.get("/livez", response_class=PlainTextResponse)
async def livez() -> Response:
    """The process lives. Needs nothing else."""
    return PlainTextResponse("ok", headers=_NO_STORE)


@router.get(
    "/readyz",
    response_model=Readiness,
    responses=problems(503),
)
async def readyz(request: Request) -> Response:
    """May traffic come? 503 until facts, database and engine are ready.

    The problem has the members of the answer, too: `ready` and `reasons`.
    """
    service: Service = request.app.state.service
    readiness = await service.readiness(language.of(request.scope))
    if readiness.ready:
        return JSONResponse(readiness.model_dump(), headers=_NO_STORE)
    detail = "; ".join(readiness.reasons)
    return problem(request.scope, "not-ready", 503, detail, extra=readiness.model_dump())


@metrics_router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Metrics for Prometheus."""
    measured: Metrics = request.app.state.metrics
    service: Service = request.app.state.service
    service.refresh_metrics()
    content, media_type = measured.render(request.headers.get("accept", ""))
    return Response(content, headers={**_NO_STORE, "Content-Type": media_type})
