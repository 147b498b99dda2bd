"""The service of ``bench api``: the usual one, with one more address that does nothing with a request.

It takes the same requests as best-move, checks them, and answers ``{}``: what that costs is HTTP, the
framework and our own layers; the rest of a prediction's time is the prediction and its log.
``python -m predictiondex.api.bench`` serves it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI
from starlette.responses import Response

from predictiondex.api import server
from predictiondex.api.app import create_app
from predictiondex.api.responses import json_answer
from predictiondex.wire import BestMoveRequest

NOTHING = "/bench/nothing"


def app_with_nothing() -> FastAPI:
    """The app with ``POST /bench/nothing``."""
    app = create_app()

    async def nothing(wanted: Annotated[BestMoveRequest, Body()]) -> Response:
        del wanted
        return json_answer("{}")

    app.add_api_route(NOTHING, nothing, methods=["POST"], include_in_schema=False)
    return app


if __name__ == "__main__":
    server.main("predictiondex.api.bench:app_with_nothing")
