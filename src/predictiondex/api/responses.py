"""What the OpenAPI document says about errors, so that each route only names the ones it can have."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from predictiondex.api.lines import MEDIA_TYPE as LINES
from predictiondex.api.problems import MEDIA_TYPE

_DESCRIPTIONS = {
    401: "No API key, or one that is not known.",
    403: "The API key lacks the scope.",
    404: "No such name; the nearest ones are in `errors`.",
    408: "The request did not come in whole in time.",
    409: "Something else was told before.",
    413: "The body is larger than the limit.",
    422: "The request is not valid; `errors` names the fields.",
    429: "The API key was used too often; `Retry-After` says when to ask again.",
    500: "A fault of the service, logged under the id of the request.",
    503: (
        "Not now: not ready, overloaded, too slow, log full, database or record of models away; "
        "`Retry-After` says when to ask again."
    ),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries of these statuses, all of them problems."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _DESCRIPTIONS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


#: Answer of a conditional request for facts that have not changed.
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Unchanged since the `ETag` you hold."}}

#: Where a prediction leads: its result can be told.
PREDICTED: dict[int | str, dict[str, Any]] = {
    200: {
        "links": {
            "outcome": {
                "operationId": "tell_outcome",
                "parameters": {"id": "$response.body#/prediction_id"},
                "requestBody": {"result": "win"},
                "description": "Tell how the battle ended.",
            }
        }
    }
}


#: The same for a plan, which may also come in lines of JSON.
PLANNED: dict[int | str, dict[str, Any]] = {
    200: {**PREDICTED[200], "content": {LINES: {"schema": {"$ref": "#/components/schemas/PlanLine"}}}}
}


def json_answer(content: str) -> Response:
    """An answer made for this caller alone: never cached."""
    return Response(content.encode(), headers={"Cache-Control": "no-store"}, media_type="application/json")
