"""Answers made of facts: they may be cached, and an unchanged one is not sent twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from predictiondex import __version__
from predictiondex.api.problems import NotFound
from predictiondex.api.views import Views
from predictiondex.errors import UnknownName
from predictiondex.pokedex import pokedex
from predictiondex.wire.requests import MAX_NAME

#: Facts change only with a new version of the program; an hour keeps caches honest after an upgrade.
CACHE_CONTROL = "public, max-age=3600"
#: Where keys are asked for, a shared cache must not answer those who have none.
CACHE_CONTROL_WITH_KEYS = "private, max-age=3600"

Item = TypeVar("Item")


class Page:
    """The part of a list that was asked for."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=500, description="Items to return at most.")] = 50,
        offset: Annotated[int, Query(ge=0, le=100_000, description="Items to leave out.")] = 0,
    ) -> None:
        self.limit = limit
        self.offset = offset

    def of(self, items: Sequence[Item]) -> dict[str, object]:
        """Fields of a page over ``items``."""
        part = list(items[self.offset : self.offset + self.limit])
        return {"total": len(items), "limit": self.limit, "offset": self.offset, "items": part}


def views(request: Request) -> Views:
    """The prepared facts of this app."""
    prepared: Views = request.app.state.views
    return prepared


PageQuery = Annotated[Page, Depends()]
Facts = Annotated[Views, Depends(views)]


def resolve(find: Callable[[str, str], Item], name: str, field: str) -> Item:
    """What ``name`` in a path stands for; 404 with the nearest names when it stands for nothing."""
    try:
        return find(name[: MAX_NAME + 1], field)
    except UnknownName as unknown:
        raise NotFound(unknown) from unknown


def answer(request: Request, content: Callable[[], BaseModel]) -> Response:
    """A cacheable answer, or 304 when the caller holds this version of the facts already.

    The tag names program and snapshot: together they decide every byte of every answer of facts.
    """
    tag = f'"{__version__}-{pokedex.checksum[:16]}"'
    headers = {"ETag": tag, "Cache-Control": request.app.state.cache_control}
    if _holds(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content().model_dump_json().encode(), headers=headers, media_type="application/json")


def _holds(header: str, tag: str) -> bool:
    tags = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag in tags or "*" in tags
