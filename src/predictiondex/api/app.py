"""The API as an ASGI app. ``uvicorn --factory predictiondex.api.app:create_app`` serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from pydantic.json_schema import models_json_schema

from predictiondex import __version__
from predictiondex.api import problems
from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.api.middleware import BodyLimit, Telemetry
from predictiondex.api.routes import (
    battles,
    moves,
    outcomes,
    pokemon,
    predict,
    service,
    teams,
    trainers,
    types,
)
from predictiondex.api.views import Views
from predictiondex.pokedex import pokedex
from predictiondex.settings import Settings, get_settings
from predictiondex.wire import Problem

#: Six against six with everything said takes 10 KB; the rest is room.
MAX_BODY_BYTES = 256 * 1024

_DESCRIPTION = """Which move, and will I win? Win probabilities for Pokémon Let's Go, Pikachu / Eevee.

Names are understood in English and French, by id, slug or Pokédex number, without regard to case or
accents. Every error is a problem (`application/problem+json`, RFC 9457) that names the fields at fault;
`X-Request-ID` ties an answer to the log."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app, with a registry of metrics of its own.

    Raises :class:`~predictiondex.errors.SnapshotError` when the bundled facts are damaged: better no
    service than one that is wrong.
    """
    settings = settings or get_settings()
    views = Views(pokedex)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = Service(settings, app.state.metrics)
        async with app.state.service.running():
            yield

    app = FastAPIOffline(
        title="PredictionDex",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        redoc_url=None,
    )
    app.state.views = views
    app.state.home = settings.home
    app.state.metrics = Metrics(settings.home)
    problems.install(app)
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES)
    app.add_middleware(Telemetry, metrics=app.state.metrics)
    for room in (predict, outcomes, battles, teams, trainers, pokemon, moves, types, service):
        app.include_router(room.router)
    _document_problems(app)
    return app


def _document_problems(app: FastAPI) -> None:
    """Give the OpenAPI document the schema of problems, and drop the framework's own error schemas."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = generate()["components"]["schemas"]
            _, definitions = models_json_schema(
                [(Problem, "serialization")], ref_template="#/components/schemas/{model}"
            )
            schemas.update(definitions["$defs"])
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
