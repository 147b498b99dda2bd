"""Types: list, type chart, and the Pokémon of a type."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from predictiondex.api.facts import Facts, Page, PageQuery, answer, resolve
from predictiondex.api.responses import NOT_MODIFIED, problems
from predictiondex.api.views import Views
from predictiondex.pokedex import pokedex
from predictiondex.wire import PokemonPage, TypeChart
from predictiondex.wire.facts import TypeList
from predictiondex.wire.requests import MAX_NAME

router = APIRouter(prefix="/types", tags=["facts"], responses={**NOT_MODIFIED, **problems(422)})


@router.get("", include_in_schema=False)
@router.get("/", response_model=TypeList)
async def list_types(request: Request, facts: Facts) -> Response:
    """All eighteen types in the order of the type chart."""
    return answer(request, lambda: TypeList(total=len(facts.types), items=facts.types))


@router.get("/affinities", response_model=TypeChart)
async def affinities(request: Request, facts: Facts) -> Response:
    """The whole type chart: 324 pairs."""
    return answer(request, lambda: TypeChart(total=len(facts.affinities), items=facts.affinities))


@router.get("/affinities/by-name", response_model=TypeChart)
async def affinities_by_name(
    request: Request,
    facts: Facts,
    attacker: Annotated[str | None, Query(max_length=MAX_NAME, description="Type of the move.")] = None,
    defender: Annotated[str | None, Query(max_length=MAX_NAME, description="Type of the target.")] = None,
) -> Response:
    """The row of an attacking type, the column of a defending one, or the one pair of both."""
    row = pokedex.type(attacker, "attacker") if attacker else None
    column = pokedex.type(defender, "defender") if defender else None
    found = [
        pair
        for pair in facts.affinities
        if (row is None or pair.attacker == row) and (column is None or pair.defender == column)
    ]
    return answer(request, lambda: TypeChart(total=len(found), items=found))


@router.get("/{id}/pokemon", response_model=PokemonPage, responses=problems(404))
async def pokemon_of_type(
    request: Request,
    facts: Facts,
    page: PageQuery,
    id: str,  # noqa: A002 - name of the path
) -> Response:
    """Forms that have the type with this id, such as `fire`."""
    return _of_type(request, facts, page, resolve(pokedex.type, id, "id"))


@router.get("/by-name/{name}/pokemon", response_model=PokemonPage, responses=problems(404))
async def pokemon_of_type_by_name(request: Request, facts: Facts, page: PageQuery, name: str) -> Response:
    """Forms that have the type with this English or French name."""
    return _of_type(request, facts, page, resolve(pokedex.type, name, "name"))


def _of_type(request: Request, facts: Views, page: Page, name: str) -> Response:
    found = [summary for summary in facts.pokemon.values() if name in summary.types]
    return answer(request, lambda: PokemonPage.model_validate(page.of(found)))
