"""The API as an ASGI app. ``uvicorn --factory predictiondex.api.app:create_app`` serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_offline import FastAPIOffline
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from predictiondex import __version__
from predictiondex.api import facts, problems, responses
from predictiondex.api.bounds import Bounds
from predictiondex.api.guard import Guard
from predictiondex.api.heads import Heads
from predictiondex.api.keys import KeyRing, required
from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.api.middleware import Telemetry
from predictiondex.api.protocol import REFUSED
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
from predictiondex.wire import PlanLine, Problem

#: Six against six with everything said takes 10 KB; the rest is room.
MAX_BODY_BYTES = 256 * 1024

#: A plan is minutes of battles on a slow machine: it may take this many times as long as other requests.
PLAN_PATH, PLAN_PATIENCE = "/predict/plan", 4

_DESCRIPTION = """Which move, and will I win? Win probabilities for Pokémon Let's Go, Pikachu / Eevee.

Names are understood in English and French, by id, slug or Pokédex number, without regard to case or
accents. Every error is a problem (`application/problem+json`, RFC 9457) that names the fields at fault;
`X-Request-ID` ties an answer to the log."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app, with a registry of metrics of its own.

    Raises :class:`~predictiondex.errors.SnapshotError` when the bundled facts are damaged: better no
    service than one that is wrong. And :class:`~predictiondex.errors.StartError` when the keys cannot be
    read.
    """
    settings = settings or get_settings()
    views = Views(pokedex)
    ring = _keys(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        app.state.service = Service(settings, app.state.metrics, ring)
        async with app.state.service.running():
            yield {REFUSED: app.state.metrics.refused}

    # Without documentation: the plain class, which then serves nothing of its own.
    app = (FastAPIOffline if settings.docs else FastAPI)(
        title="PredictionDex",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url="/docs" if settings.docs else None,
        openapi_url="/openapi.json" if settings.docs else None,
        redoc_url=None,
    )
    app.state.views = views
    app.state.home = settings.home
    app.state.cache_control = facts.CACHE_CONTROL_WITH_KEYS if required(settings) else facts.CACHE_CONTROL
    app.state.metrics = Metrics(settings.home)
    problems.install(app)
    rooms = [room.router for room in (predict, outcomes, battles, teams, trainers, pokemon, moves, types)]
    own = [service.router, *([] if settings.metrics == "off" else [service.metrics_router])]
    _add_layers(app, settings, ring, [route for router in (*rooms, *own) for route in router.routes])
    for router in rooms:
        app.include_router(router, responses=responses.problems(401, 403, 408, 429, 503))
    for router in own:
        app.include_router(router)
    _document(app)
    return app


def _keys(settings: Settings) -> KeyRing:
    """The keys of the service.

    One of several workers may begin long after the service did, and others go on without it: it waits for a
    file of keys that is damaged by then. At the beginning itself the server has looked.
    """
    return KeyRing(settings.keys_file, settings.api_key, patient=settings.workers > 1)


def _add_layers(app: FastAPI, settings: Settings, ring: KeyRing, routes: Sequence[BaseRoute]) -> None:
    """What every request passes through. The one added last is the outermost."""
    seconds = settings.request_timeout
    app.add_middleware(Heads)
    app.add_middleware(
        Bounds, size=MAX_BODY_BYTES, seconds=seconds, longer={PLAN_PATH: seconds * PLAN_PATIENCE}
    )
    app.add_middleware(Guard, settings=settings, ring=ring, routes=routes)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-API-Key", "X-Request-ID"],
            expose_headers=["ETag", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(Telemetry, metrics=app.state.metrics, cross_origin=bool(origins))


def _document(app: FastAPI) -> None:
    """Give the OpenAPI document the schemas of problems and lines, and drop the framework's own of errors."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = generate()["components"]["schemas"]
            _, definitions = models_json_schema(
                [(Problem, "serialization"), (PlanLine, "serialization")],
                ref_template="#/components/schemas/{model}",
            )
            schemas.update(definitions["$defs"])
            document: dict[str, Any] = app.openapi_schema or {}
            document["components"]["securitySchemes"] = {
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}
            }
            # Both ways are right: whether a key is needed is the service's setting.
            document["security"] = [{}, {"key": []}]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
