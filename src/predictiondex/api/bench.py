"""The service of ``bench api``: the usual one, with one more address that does nothing.

What that one takes is what HTTP, the framework and our own layers take; the rest of a prediction's time is
the prediction. ``python -m predictiondex.api.bench`` serves it.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.responses import Response

from predictiondex.api import server
from predictiondex.api.app import create_app
from predictiondex.api.responses import json_answer

NOTHING = "/bench/nothing"


def app_with_nothing() -> FastAPI:
    """The app with ``POST /bench/nothing``, which reads a body and answers ``{}``."""
    app = create_app()

    async def nothing(request: Request) -> Response:
        await request.body()
        return json_answer("{}")

    app.add_api_route(NOTHING, nothing, methods=["POST"], include_in_schema=False)
    return app


if __name__ == "__main__":
    server.main("predictiondex.api.bench:app_with_nothing")
