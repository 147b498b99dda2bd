"""Predictions: the best move, team against team, and what makes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel
from starlette.responses import Response

from predictiondex.advisor.ids import new_id
from predictiondex.api import examples, language, versions
from predictiondex.api.answers import Prediction, Seen, Told
from predictiondex.api.lifecycle import Service
from predictiondex.api.lines import in_lines, wants_lines
from predictiondex.api.metrics import Metrics
from predictiondex.api.responses import PLANNED, PREDICTED, json_answer, problems
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.store import EncodedPrediction
from predictiondex.wire import (
    Advice,
    BestMoveRequest,
    MatchupsAnswer,
    MatchupsRequest,
    ModelHistory,
    ModelInfo,
    PlanAnswer,
    PlanRequest,
)

if TYPE_CHECKING:
    from predictiondex.advisor import Advisor

router = APIRouter(prefix="/predict", tags=["predictions"])


@router.post("/best-move", response_model=Advice, responses=PREDICTED | problems(413, 422, 503))
async def best_move(
    request: Request,
    wanted: Annotated[BestMoveRequest, Body(openapi_examples=examples.BEST_MOVE)],
) -> Response:
    """Which of my moves to open with: the chance to win with each, and why.

    The value of a move is the chance to win when you open with it and both sides play greedily from then
    on. Ties count one half.
    """
    if wanted.you.moves is None:
        raise UsageError(message("side.moves_missing"), field="you.moves")
    service = service_of(request)
    wanted = service.bounded(wanted)
    advisor, seen = service.engine.advisor, Seen()
    if _instant(wanted, advisor):
        work = partial(service.together.best_move, advisor, wanted, seen)
    else:
        work = partial(service.engine.compute, partial(advisor.best_move, wanted, seen), request.receive)
    return await logged(request, wanted, advisor, work, seen=seen)


@router.post("/matchups", response_model=MatchupsAnswer, responses=PREDICTED | problems(413, 422, 503))
async def matchups(
    request: Request,
    wanted: Annotated[MatchupsRequest, Body(openapi_examples=examples.MATCHUPS)],
) -> Response:
    """Every one of my team against every one of theirs, whom to send first, and the weakest link."""
    service = service_of(request)
    wanted = service.bounded(wanted)
    advisor, seen = service.engine.advisor, Seen()
    work = partial(service.engine.compute, partial(advisor.matchups, wanted, seen), request.receive)
    return await logged(request, wanted, advisor, work, seen=seen)


@router.post("/plan", response_model=PlanAnswer, responses=PLANNED | problems(413, 422, 503))
async def plan(
    request: Request,
    wanted: Annotated[PlanRequest, Body(openapi_examples=examples.PLAN)],
) -> Response:
    """The best four moves against an opponent or the mirror, and the cheapest ways to win often enough.

    Takes seconds. When nothing reaches the wanted chance `reached` is false and the last of the options is
    the best there is.

    With `Accept: application/x-ndjson` the answer comes in lines of JSON, which begin at once: `progress`, up
    to ten times a second and every half second at least, and last `answer` or `problem`.
    """
    service = service_of(request)
    advisor = service.engine.advisor
    planning = advisor.planning(wanted)
    work = partial(service.engine.compute, planning, request.receive, plan=True)
    answer = logged(request, wanted, advisor, work, timed=False)
    if not wants_lines(request):
        return await answer
    return await in_lines(answer, lambda: planning.progress)


@router.get("/model-info", response_model=ModelInfo, responses=problems(503))
async def model_info(request: Request) -> ModelInfo:
    """What answers predictions at this moment: name, version, origin, figures, loaded since."""
    engine = service_of(request).engine
    return engine.advisor.info(loaded_since=engine.loaded_since)


@router.get("/model-history", response_model=ModelHistory, responses=problems(503))
async def model_history(request: Request) -> ModelHistory:
    """The versions of the model on this service and how they came and went, the newest first."""
    return await asyncio.to_thread(versions.model_history, service_of(request).settings.models)


def service_of(request: Request) -> Service:
    """What the app of a request needs to answer it."""
    service: Service = request.app.state.service
    return service


def _instant(wanted: BestMoveRequest, advisor: Advisor) -> bool:
    """Whether the answer takes less time than handing it to a thread and back would add."""
    return (
        wanted.engine == "model"
        and not wanted.contributions
        and (wanted.opponent.moves is not None or wanted.assumes == "likely")
        and advisor.engines.model is not None
    )


async def logged(
    request: Request,
    wanted: BaseModel,
    advisor: Advisor,
    work: Callable[[], Awaitable[Prediction]],
    *,
    timed: bool = True,
    seen: Seen | None = None,
) -> Response:
    """The answer that comes of ``work``, or came of the same before, once the prediction log holds it.

    ``timed``: its seconds count in the latency of predictions, as those of plans do not. One version of the
    model makes the whole answer, also when a new one takes over meanwhile: ``work`` holds the ``advisor``
    that was there when the request came.
    """
    language.keep(request.scope, wanted)
    service = service_of(request)
    metrics: Metrics = request.app.state.metrics
    path = request.scope["path"]
    asked = wanted.model_dump_json(by_alias=True, exclude_unset=True)
    started = time.perf_counter()
    told = service.answers.find(advisor, path, asked)
    if told is None:
        answer = await work()
        told, prediction_id = Told.of(answer, seen.json if seen else None), answer.prediction_id
        service.answers.keep(advisor, path, asked, told)
    else:
        prediction_id = new_id()
    seconds = time.perf_counter() - started
    content = told.json(prediction_id)
    row = EncodedPrediction(
        prediction_id,
        datetime.now(UTC),
        told.model,
        told.version,
        round(seconds * 1000, 3),
        asked,
        content,
        key_name=request.scope["state"].get("key_name"),
        features=told.features,
    )
    await service.log.record(row)
    metrics.prediction(told.model, seconds if timed else None, told.recommended)
    return json_answer(content)
