"""Facts over HTTP: what a player looks up, by any name, with caching."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from predictiondex.pokedex import pokedex


def get(http: httpx.Client, path: str, **query: Any) -> Any:
    response = http.get(path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_all_pokemon_in_pokedex_order(http: httpx.Client) -> None:
    page = get(http, "/pokemon/", limit=500)
    assert page["total"] == len(page["items"]) == 188
    assert ids(page)[:4] == ["bulbasaur", "ivysaur", "venusaur", "venusaurmega"]
    assert [item["dex"] for item in page["items"]] == sorted(item["dex"] for item in page["items"])


def test_pages_cover_everything_once(http: httpx.Client) -> None:
    seen = []
    for offset in range(0, 250, 50):
        page = get(http, "/pokemon/", limit=50, offset=offset)
        assert (page["limit"], page["offset"], page["total"]) == (50, offset, 188)
        seen += ids(page)
    assert len(seen) == len(set(seen)) == 188


def test_filters_of_pokemon(http: httpx.Client) -> None:
    assert get(http, "/pokemon/", kind="mega")["total"] == 15
    both = get(http, "/pokemon/", type=["feu", "Flying"], limit=500)
    assert ids(both) == ["charizard", "charizardmegay", "moltres"]
    knowing = get(http, "/pokemon/", move="Pika Papow")
    assert "pikachustarter" in ids(knowing)


@pytest.mark.parametrize("name", ["25", "pikachu", "PIKACHU", "Pikachu"])
def test_one_pokemon_by_any_name(http: httpx.Client, name: str) -> None:
    assert get(http, f"/pokemon/{name}")["id"] == "pikachu"


@pytest.mark.parametrize(
    ("name", "id_"),
    [("Dracaufeu", "charizard"), ("M. Mime", "mrmime"), ("Nidoran♀", "nidoranf"), ("mélo", "")],
)
def test_french_names_and_odd_letters(http: httpx.Client, name: str, id_: str) -> None:
    response = http.get(f"/pokemon/{name}")
    assert response.status_code == (200 if id_ else 404)
    assert response.json().get("id", "") == id_


def test_a_pokemon_in_full(http: httpx.Client) -> None:
    charizard = get(http, "/pokemon/charizard")
    assert charizard["names"] == {"en": "Charizard", "fr": "Dracaufeu"}
    assert charizard["types"] == ["Fire", "Flying"]
    assert charizard["base_stats"] == {"hp": 78, "atk": 84, "def": 78, "spa": 109, "spd": 85, "spe": 100}
    assert charizard["megas"] == {"x": "charizardmegax", "y": "charizardmegay"}
    assert charizard["forms"][0] == "charizard"


def test_weaknesses_multiply_over_both_types(http: httpx.Client) -> None:
    charizard = get(http, "/pokemon/dracaufeu/weaknesses")
    assert charizard["multipliers"]["Rock"] == 4
    assert charizard["multipliers"]["Grass"] == 0.25
    assert charizard["multipliers"]["Electric"] == 2
    assert charizard["immune_to"] == ["Ground"]
    assert charizard["weak_to"] == ["Water", "Electric", "Rock"]
    assert len(charizard["multipliers"]) == 18


def test_moves_of_a_pokemon_are_its_legal_pool(http: httpx.Client) -> None:
    moves = get(http, "/pokemon/pikachu/moves")
    assert {item["move"]["id"] for item in moves["items"]} == pokedex.forms["pikachu"].movepool
    thunderbolt = next(item for item in moves["items"] if item["move"]["id"] == "thunderbolt")
    assert {"method": "level", "level": 21} in thunderbolt["ways"]


def test_all_moves_and_their_filters(http: httpx.Client) -> None:
    assert get(http, "/moves/", limit=500)["total"] == 227
    assert get(http, "/moves/", category="Status")["total"] == 69
    pool = get(http, "/moves/", pokemon="Pikachu", type="électrik", limit=500)
    assert {"thunderbolt", "thunder", "thunderwave"} <= set(ids(pool))
    assert {item["type"] for item in pool["items"]} == {"Electric"}


def test_a_move_in_full(http: httpx.Client) -> None:
    move = get(http, "/moves/id/Tonnerre")
    assert (move["id"], move["power"], move["type"], move["category"]) == (
        "thunderbolt", 90, "Electric", "Special",
    )  # fmt: skip
    assert "pikachu" in move["learned_by"]


def test_moves_by_type(http: httpx.Client) -> None:
    page = get(http, "/moves/by-type/Spectre", limit=500)
    assert page["items"]
    assert {item["type"] for item in page["items"]} == {"Ghost"}


def test_types_and_the_pokemon_of_a_type(http: httpx.Client) -> None:
    types = get(http, "/types/")
    assert types["total"] == 18
    for one in types["items"]:
        by_id = get(http, f"/types/{one['id']}/pokemon", limit=500)
        by_name = get(http, f"/types/by-name/{one['names']['fr']}/pokemon", limit=500)
        assert by_id == by_name
        assert all(one["name"] in item["types"] for item in by_id["items"])


def test_type_chart(http: httpx.Client) -> None:
    assert get(http, "/types/affinities")["total"] == 324
    pair = get(http, "/types/affinities/by-name", attacker="Eau", defender="fire")
    assert pair["items"] == [{"attacker": "Water", "defender": "Fire", "multiplier": 2.0}]
    assert get(http, "/types/affinities/by-name", attacker="Eau")["total"] == 18
    assert get(http, "/types/affinities/by-name")["total"] == 324


@pytest.mark.parametrize(
    ("query", "lang", "first"),
    [("pikchu", "en", "pikachu"), ("DRACAU", "fr", "charizard"), ("salameche", "fr", "charmander")],
)
def test_search_forgives(http: httpx.Client, query: str, lang: str, first: str) -> None:
    found = ids(get(http, "/pokemon/search", q=query, lang=lang))
    assert first in found[:2]


def test_search_of_moves(http: httpx.Client) -> None:
    assert ids(get(http, "/moves/search", q="tonere", lang="fr"))[0] == "thunderbolt"
    assert get(http, "/moves/search", q="zzzzzzzz")["total"] == 0


@pytest.mark.parametrize(("path", "total"), [("/pokemon", 188), ("/moves", 227), ("/types", 18)])
def test_without_the_slash_at_the_end(http: httpx.Client, path: str, total: int) -> None:
    assert get(http, path)["total"] == total


PATHS = [
    "/pokemon/",
    "/pokemon/pikachu",
    "/pokemon/pikachu/weaknesses",
    "/pokemon/pikachu/moves",
    "/pokemon/search?q=pika",
    "/moves/",
    "/moves/id/surf",
    "/moves/by-type/water",
    "/types/",
    "/types/affinities",
]


@pytest.mark.parametrize("path", PATHS)
def test_unchanged_facts_are_not_sent_twice(http: httpx.Client, path: str) -> None:
    first = http.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"].startswith("public")
    for condition in (tag, f'"old", {tag}', f"W/{tag}", "*"):
        again = http.get(path, headers={"If-None-Match": condition})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
    assert http.get(path, headers={"If-None-Match": '"old"'}).status_code == 200


def test_a_missing_name_is_missing_even_under_a_condition(http: httpx.Client) -> None:
    tag = http.get("/pokemon/pikachu").headers["ETag"]
    assert http.get("/pokemon/nobody", headers={"If-None-Match": tag}).status_code == 404
