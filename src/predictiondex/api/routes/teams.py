"""Sets and teams in Showdown's text format."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from predictiondex.api import examples, language
from predictiondex.api.lifecycle import Service
from predictiondex.api.responses import json_answer, problems
from predictiondex.wire import ExportedTeam, ParsedTeam, TeamSides, TeamText

router = APIRouter(prefix="/teams", tags=["teams"])


@router.post("/parse", response_model=ParsedTeam, responses=problems(413, 422, 503))
async def parse(
    request: Request,
    wanted: Annotated[TeamText, Body(openapi_examples=examples.TEAM_TEXT)],
) -> Response:
    """Read a set or a team of up to six as Showdown exports it; a faulty line is named with the reason.

    The sides that come back fit into every request as they are.
    """
    language.keep(request.scope, wanted)
    service: Service = request.app.state.service
    found = await service.engine.compute(partial(service.engine.advisor.parse_team, wanted))
    return json_answer(found.model_dump_json(by_alias=True))


@router.post("/export", response_model=ExportedTeam, responses=problems(413, 422, 503))
async def export(
    request: Request,
    wanted: Annotated[TeamSides, Body(openapi_examples=examples.TEAM_SIDES)],
) -> Response:
    """Write one to six sides as Showdown reads them."""
    service: Service = request.app.state.service
    text = await service.engine.compute(partial(service.engine.advisor.export_team, wanted))
    return json_answer(text.model_dump_json())
