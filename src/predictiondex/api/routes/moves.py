"""Moves: list, search, by type, one move."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from predictiondex.api.facts import Facts, PageQuery, answer, resolve
from predictiondex.api.responses import NOT_MODIFIED, problems
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Category
from predictiondex.wire import MoveDetail, MovePage
from predictiondex.wire.requests import MAX_NAME

router = APIRouter(prefix="/moves", tags=["facts"], responses={**NOT_MODIFIED, **problems(422)})


@router.get("", include_in_schema=False)
@router.get("/", response_model=MovePage)
async def list_moves(
    request: Request,
    facts: Facts,
    page: PageQuery,
    type_: Annotated[str | None, Query(alias="type", max_length=MAX_NAME)] = None,
    category: Annotated[Category | None, Query()] = None,
    pokemon: Annotated[
        str | None, Query(max_length=MAX_NAME, description="Moves this Pokémon can have (any name of it).")
    ] = None,
) -> Response:
    """All moves in the order of their ids."""
    wanted = pokedex.type(type_, "type") if type_ else None
    pool = pokedex.form(pokemon, "pokemon").movepool if pokemon else None
    found = [
        summary
        for summary in facts.moves.values()
        if (wanted is None or summary.type == wanted)
        and (category is None or summary.category == category)
        and (pool is None or summary.id in pool)
    ]
    return answer(request, lambda: MovePage.model_validate(page.of(found)))


@router.get("/search", response_model=MovePage)
async def search_moves(
    request: Request,
    facts: Facts,
    page: PageQuery,
    q: Annotated[str, Query(max_length=MAX_NAME, description="Part of a name; small typos are forgiven.")],
    lang: Lang = "en",
) -> Response:
    """Moves by name in English or French, best first; `lang` decides between equals."""
    found = [facts.moves[move.id] for move in pokedex.search_moves(q, lang)]
    return answer(request, lambda: MovePage.model_validate(page.of(found)))


@router.get("/by-type/{type}", response_model=MovePage, responses=problems(404))
async def moves_by_type(
    request: Request,
    facts: Facts,
    page: PageQuery,
    type: str,  # noqa: A002 - name of the path
) -> Response:
    """Moves of one type."""
    wanted = resolve(pokedex.type, type, "type")
    found = [summary for summary in facts.moves.values() if summary.type == wanted]
    return answer(request, lambda: MovePage.model_validate(page.of(found)))


@router.get("/id/{id}", response_model=MoveDetail, responses=problems(404))
async def get_move(request: Request, facts: Facts, id: str) -> Response:  # noqa: A002 - name of the path
    """One move by id, slug or name."""
    move = resolve(pokedex.move, id, "id")
    return answer(request, lambda: facts.move_detail(move))
