"""Pokémon: list, search, one form, its weaknesses, its moves."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from predictiondex.api.facts import Facts, PageQuery, answer, resolve
from predictiondex.api.responses import NOT_MODIFIED, problems
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.wire import FormMoves, PokemonDetail, PokemonPage, Weaknesses
from predictiondex.wire.requests import MAX_NAME

router = APIRouter(prefix="/pokemon", tags=["facts"], responses={**NOT_MODIFIED, **problems(422)})

TypeFilter = Annotated[
    list[str] | None,
    Query(alias="type", max_length=2, description="Has this type (English or French name); twice: both."),
]


@router.get("", include_in_schema=False)
@router.get("/", response_model=PokemonPage)
async def list_pokemon(
    request: Request,
    facts: Facts,
    page: PageQuery,
    type_: TypeFilter = None,
    kind: Annotated[Literal["base", "alola", "starter", "mega"] | None, Query()] = None,
    move: Annotated[
        str | None, Query(max_length=MAX_NAME, description="Can have this move (any name of it).")
    ] = None,
) -> Response:
    """All forms in Pokédex order."""
    types = [pokedex.type(name, "type") for name in type_ or []]
    having = pokedex.move(move, "move").id if move else None
    found = [
        summary
        for summary in facts.pokemon.values()
        if (kind is None or summary.kind == kind)
        and all(name in summary.types for name in types)
        and (having is None or having in pokedex.forms[summary.id].movepool)
    ]
    return answer(request, lambda: PokemonPage.model_validate(page.of(found)))


@router.get("/search", response_model=PokemonPage)
async def search_pokemon(
    request: Request,
    facts: Facts,
    page: PageQuery,
    q: Annotated[str, Query(max_length=MAX_NAME, description="Part of a name; small typos are forgiven.")],
    lang: Lang = "en",
) -> Response:
    """Forms by name in English or French, best first; `lang` decides between equals."""
    found = [facts.pokemon[form.id] for form in pokedex.search_forms(q, lang)]
    return answer(request, lambda: PokemonPage.model_validate(page.of(found)))


@router.get("/{id}", response_model=PokemonDetail, responses=problems(404))
async def get_pokemon(request: Request, facts: Facts, id: str) -> Response:  # noqa: A002 - name of the path
    """One form by id, slug, Pokédex number or name."""
    form = resolve(pokedex.form, id, "id")
    return answer(request, lambda: facts.detail(form))


@router.get("/{id}/weaknesses", response_model=Weaknesses, responses=problems(404))
async def get_weaknesses(request: Request, facts: Facts, id: str) -> Response:  # noqa: A002
    """What each attacking type does to it."""
    form = resolve(pokedex.form, id, "id")
    return answer(request, lambda: facts.weaknesses(form))


@router.get("/{id}/moves", response_model=FormMoves, responses=problems(404))
async def get_moves(request: Request, facts: Facts, id: str) -> Response:  # noqa: A002
    """Every move it can have in these games, and how it learns it."""
    form = resolve(pokedex.form, id, "id")
    return answer(request, lambda: facts.form_moves(form))
