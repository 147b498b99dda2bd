"""Predictions: the best move, team against team, and what makes them."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from predictiondex.api import examples
from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.api.responses import problems
from predictiondex.errors import UsageError
from predictiondex.wire import (
    Advice,
    BestMoveRequest,
    MatchupsAnswer,
    MatchupsRequest,
    ModelInfo,
    PlanAnswer,
    PlanRequest,
)

router = APIRouter(prefix="/predict", tags=["predictions"])


@router.post("/best-move", response_model=Advice, responses=problems(413, 422, 503))
async def best_move(
    request: Request,
    wanted: Annotated[BestMoveRequest, Body(openapi_examples=examples.BEST_MOVE)],
) -> Response:
    """Which of my moves to open with: the chance to win with each, and why.

    The value of a move is the chance to win when you open with it and both sides play greedily from then
    on. Ties count one half.
    """
    service: Service = request.app.state.service
    metrics: Metrics = request.app.state.metrics
    if wanted.you.moves is None:
        raise UsageError("Say which moves your Pokémon has.", field="you.moves")
    advisor = service.engine.advisor
    started = time.perf_counter()
    advice = await service.engine.compute(partial(advisor.best_move, wanted))
    metrics.prediction(advice.model.name, time.perf_counter() - started, advice.confidence)
    return json_answer(advice.model_dump_json())


@router.post("/matchups", response_model=MatchupsAnswer, responses=problems(413, 422, 503))
async def matchups(
    request: Request,
    wanted: Annotated[MatchupsRequest, Body(openapi_examples=examples.MATCHUPS)],
) -> Response:
    """Every one of my team against every one of theirs, whom to send first, and the weakest link."""
    service: Service = request.app.state.service
    advisor = service.engine.advisor
    table = await service.engine.compute(partial(advisor.matchups, wanted))
    return json_answer(table.model_dump_json())


@router.post("/plan", response_model=PlanAnswer, responses=problems(413, 422, 503))
async def plan(
    request: Request,
    wanted: Annotated[PlanRequest, Body(openapi_examples=examples.PLAN)],
) -> Response:
    """The best four moves against an opponent or the mirror, and the cheapest ways to win often enough.

    Takes seconds. When nothing reaches the wanted chance `reached` is false and the last of the options is
    the best there is.
    """
    service: Service = request.app.state.service
    advisor = service.engine.advisor
    found = await service.engine.compute(partial(advisor.plan, wanted))
    return json_answer(found.model_dump_json())


@router.get("/model-info", response_model=ModelInfo, responses=problems(503))
async def model_info(request: Request) -> ModelInfo:
    """What answers predictions at this moment: name, version, origin, figures, loaded since."""
    service: Service = request.app.state.service
    return service.engine.advisor.info(loaded_since=service.engine.loaded_since)


def json_answer(content: str) -> Response:
    """An answer made for this caller alone: never cached."""
    return Response(content.encode(), headers={"Cache-Control": "no-store"}, media_type="application/json")
