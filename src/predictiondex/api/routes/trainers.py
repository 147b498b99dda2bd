"""Opponents of the games."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from predictiondex.api.lifecycle import Service
from predictiondex.api.responses import json_answer, problems
from predictiondex.messages.text import Lang
from predictiondex.wire import TrainerKind, TrainerList
from predictiondex.wire.requests import MAX_NAME

router = APIRouter(prefix="/trainers", tags=["trainers"])


@router.get("/", response_model=TrainerList, responses=problems(422, 503))
async def trainers(
    request: Request,
    kind: Annotated[TrainerKind | None, Query(description="Only this kind.")] = None,
    q: Annotated[str | None, Query(max_length=MAX_NAME, description="Part of a name.")] = None,
    lang: Annotated[Lang, Query(description="Language of the names.")] = "en",
) -> Response:
    """Opponents with species, level and moves, each row with the public page that says so.

    No moves means that nobody names them; the likeliest are then assumed. Trainers that the player added
    (`trainers.json` in the home) are of kind `own`.
    """
    service: Service = request.app.state.service
    advisor = service.engine.advisor
    found = await service.engine.compute(
        partial(advisor.trainers, request.app.state.home, lang, kind=kind, search=q)
    )
    return json_answer(found.model_dump_json())
