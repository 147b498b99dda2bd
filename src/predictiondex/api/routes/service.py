"""How the service is: for balancers, for monitoring, for people."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.wire import Health, Readiness

router = APIRouter(tags=["service"])

_NO_STORE = {"Cache-Control": "no-store"}


@router.get(
    "/health",
    response_model=Health,
    responses={503: {"model": Health, "description": "It cannot answer predictions; see `components`."}},
)
async def health(request: Request) -> Response:
    """Summary of the service and everything it needs; 503 while it cannot answer predictions."""
    service: Service = request.app.state.service
    summary = await service.health()
    status = 503 if summary.status == "unavailable" else 200
    return JSONResponse(summary.model_dump(), status, _NO_STORE)


@router.get("/livez", response_class=PlainTextResponse)
async def livez() -> Response:
    """The process lives. Needs nothing else."""
    return PlainTextResponse("ok", headers=_NO_STORE)


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Not ready; `reasons` says what is missing."}},
)
async def readyz(request: Request) -> Response:
    """May traffic come? 503 with reasons until facts, database and engine are ready."""
    service: Service = request.app.state.service
    readiness = await service.readiness()
    return JSONResponse(readiness.model_dump(), 200 if readiness.ready else 503, _NO_STORE)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Metrics for Prometheus."""
    measured: Metrics = request.app.state.metrics
    content, media_type = measured.render(request.headers.get("accept", ""))
    return Response(content, headers={**_NO_STORE, "Content-Type": media_type})
