"""How the battles of predictions ended."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from starlette.responses import Response

from predictiondex.api import examples
from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.api.predictionlog import PredictionLog
from predictiondex.api.problems import Conflict, NoSuchPrediction
from predictiondex.api.responses import json_answer, problems
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.wire import OutcomeAnswer, OutcomeReport
from predictiondex.wire.requests import NO_NUL

router = APIRouter(prefix="/predictions", tags=["predictions"])


@router.post(
    "/{id}/outcome",
    response_model=OutcomeAnswer,
    operation_id="tell_outcome",
    responses=problems(404, 409, 413, 422, 503),
)
async def outcome(
    request: Request,
    id: Annotated[str, Path(max_length=64, pattern=NO_NUL, description="The `prediction_id` of the answer.")],  # noqa: A002
    told: Annotated[OutcomeReport, Body(openapi_examples=examples.OUTCOME)],
) -> Response:
    """Tell how the battle of a prediction ended. The first report stands: the same again changes nothing,
    another one is a 409."""
    service: Service = request.app.state.service
    metrics: Metrics = request.app.state.metrics
    move = None if told.move is None else pokedex.move(told.move, "move").id
    key = request.scope["state"].get("key_name")
    answer = await service.in_store(partial(_record, service.log, id, told, move, key))
    if not answer.repeated:
        metrics.outcomes.labels(told.result).inc()
    return json_answer(answer.model_dump_json())


def _record(
    log: PredictionLog, prediction_id: str, told: OutcomeReport, move: str | None, key: str | None
) -> OutcomeAnswer:
    prediction = log.stored(prediction_id)
    if prediction is None:
        raise NoSuchPrediction(message("outcome.no_prediction", id=prediction_id))
    choices = {one["id"] for one in prediction.answer.get("moves", ())}
    if move is not None and choices and move not in choices:
        raise UsageError(message("outcome.no_choice"), field="move")
    recorded = log.predictions.record_outcome(prediction_id, told.result, move_id=move, key_name=key)
    if recorded == "conflict":
        raise Conflict(message("outcome.other"))
    return OutcomeAnswer(
        prediction_id=prediction_id, result=told.result, move=move, repeated=recorded == "repeated"
    )
