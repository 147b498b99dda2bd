"""Battles without advice: play them, or look at the damage of one move."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from predictiondex.api import examples, language
from predictiondex.api.lifecycle import Service
from predictiondex.api.responses import json_answer, problems
from predictiondex.wire import (
    DamageAnswer,
    DamageRequest,
    DuelAnswer,
    DuelRequest,
    ReplayAnswer,
    ReplayRequest,
)

router = APIRouter(prefix="/battles", tags=["battles"])


@router.post("/simulate", response_model=DuelAnswer, responses=problems(413, 422, 503))
async def simulate(
    request: Request,
    wanted: Annotated[DuelRequest, Body(openapi_examples=examples.SIMULATE)],
) -> Response:
    """Play battles between two Pokémon under named policies and count how they end."""
    language.keep(request.scope, wanted)
    service: Service = request.app.state.service
    wanted = service.bounded(wanted)
    outcome = await service.engine.compute(partial(service.engine.advisor.duel, wanted), request.receive)
    return json_answer(outcome.model_dump_json())


@router.post("/replay", response_model=ReplayAnswer, responses=problems(413, 422, 503))
async def replay(
    request: Request,
    wanted: Annotated[ReplayRequest, Body(openapi_examples=examples.REPLAY)],
) -> Response:
    """A typical battle told turn by turn, and the share of battles that went that way."""
    language.keep(request.scope, wanted)
    service: Service = request.app.state.service
    wanted = service.bounded(wanted)
    story = await service.engine.compute(partial(service.engine.advisor.replay, wanted), request.receive)
    return json_answer(story.model_dump_json())


@router.post("/damage", response_model=DamageAnswer, responses=problems(413, 422, 503))
async def damage(
    request: Request,
    wanted: Annotated[DamageRequest, Body(openapi_examples=examples.DAMAGE)],
) -> Response:
    """All damage rolls of one move, with and without a critical hit, and the chance to knock out in
    one, two and three uses: in numbers, and as a sentence in the form of players' calculators."""
    language.keep(request.scope, wanted)
    service: Service = request.app.state.service
    rolls = await service.engine.compute(partial(service.engine.advisor.damage, wanted))
    return json_answer(rolls.model_dump_json())
