"""Whatever comes in, what goes out is an answer or a problem, never a fault."""

from __future__ import annotations

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.problems import problem

SHARED_SERVER = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=10,
)
side = st.fixed_dictionaries(
    {},
    optional={
        "pokemon": st.sampled_from(["Pikachu", "mew", 6, "Dracaufeu", "Mega Charizard X"]) | anything,
        "moves": st.lists(st.sampled_from(["Tonnerre", "surf", "splash"]) | st.text(), max_size=6) | anything,
        "level": st.integers(-5, 120) | anything,
        "nature": st.sampled_from(["modest", "Timide"]) | anything,
        "ivs": st.dictionaries(st.sampled_from(["hp", "atk", "spe"]), st.integers(-1, 40)) | anything,
        "avs": st.dictionaries(st.sampled_from(["hp", "def", "spd"]), st.integers(-1, 250)) | anything,
        "mega": st.sampled_from([True, False, "x", "y", "mega"]) | anything,
        "hp_percent": st.floats() | anything,
        "status": st.sampled_from(["par", "slp", "tox"]) | anything,
        "boosts": st.dictionaries(st.sampled_from(["atk", "evasion"]), st.integers(-8, 8)) | anything,
    },
)
request = st.fixed_dictionaries(
    {"you": side | anything, "opponent": side | anything},
    optional={
        "engine": st.sampled_from(["model", "simulation", "hybrid"]) | anything,
        "simulations": st.integers(-1, 200),
        "seed": anything,
        "lang": st.sampled_from(["fr", "en"]) | anything,
        "strict": st.booleans() | anything,
    },
)


def answered(response: httpx.Response) -> None:
    if response.status_code == 200:
        assert response.json()
    else:
        problem(response, 422)


@SHARED_SERVER
@given(body=request)
def test_any_request_for_advice(ready: httpx.Client, body: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    answered(ready.post("/predict/best-move", content=json.dumps(body), headers=headers))


#: Names of branches that pydantic tries, as names of a body.
branch = st.sampled_from(
    ["Side", "Condition", "str", "bool", "literal['mirror']", "constrained-str", "[key]"]
)
condition = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["mist", "substitute", "nothing"]) | anything,
        "turns": st.integers(-2, 1200) | anything,
        "move": st.just("Surf") | anything,
    },
)
odd_side = st.builds(
    lambda one, other, conditions: {**other, **one, "conditions": conditions},
    side,
    st.dictionaries(branch, anything | side, max_size=2),
    st.lists(condition | branch | anything, max_size=3) | anything,
)
plan = st.fixed_dictionaries(
    {"pokemon": st.lists(st.just("Mew") | st.integers(-1, 900) | anything, max_size=8) | anything},
    optional={"opponent": odd_side | branch | anything, "Side": anything, "ivs": anything, "keep": anything},
)


#: Names without which a request is not whole.
REQUIRED = frozenset({"pokemon", "name", "you", "opponent"})


def points_at(field: str, value: Any) -> bool:
    """Whether a field is somewhere in a body, or a name that is missing there."""
    if isinstance(value, list):
        number, _, rest = field.removeprefix("[").partition("]")
        return number.isdecimal() and int(number) < len(value) and goes_on(rest, value[int(number)])
    if not isinstance(value, dict):
        return False
    missing = field in REQUIRED and field not in value
    return missing or any(
        field.startswith(name) and goes_on(field[len(name) :], value[name]) for name in value
    )


def goes_on(rest: str, value: Any) -> bool:
    """Whether the rest of a field is somewhere in what is there already."""
    if rest.startswith("."):
        return points_at(rest[1:], value)
    return not rest or (rest.startswith("[") and points_at(rest, value))


@SHARED_SERVER
@given(
    body=plan | st.fixed_dictionaries({}, optional={"you": odd_side, "opponent": odd_side}),
    path=st.sampled_from(["plan", "best-move"]),
)
def test_any_fault_points_at_a_place_in_the_body(http: httpx.Client, body: dict[str, Any], path: str) -> None:
    headers = {"Content-Type": "application/json"}
    content = json.dumps({"lang": "xx", **body}).encode()  # what is wrong anyway is not planned
    told = problem(http.post(f"/predict/{path}", content=content, headers=headers), 422)["errors"]
    named = [one["field"] for one in told]
    assert len(named) == len(set(named))
    assert [field for field in named if not points_at(field, json.loads(content))] == []


@SHARED_SERVER
@given(content=st.binary(max_size=500))
def test_any_bytes(http: httpx.Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    problem(http.post("/battles/damage", content=content, headers=headers), 422)


@SHARED_SERVER
@given(name=st.text(min_size=1, max_size=80))
def test_any_name_in_a_path(http: httpx.Client, name: str) -> None:
    from urllib.parse import quote

    for path in ("/pokemon/{}", "/moves/id/{}", "/types/{}/pokemon", "/moves/by-type/{}"):
        encoded = quote(name.encode("utf-8", "surrogatepass"), safe="")
        response = http.get(path.format(encoded))
        assert response.status_code in (200, 404), response.text
        if response.status_code == 404:
            problem(response, 404)


@SHARED_SERVER
@given(query=st.text(max_size=80), lang=st.sampled_from(["en", "fr"]))
def test_any_search(http: httpx.Client, query: str, lang: str) -> None:
    query = query.encode("utf-8", "replace").decode()
    response = http.get("/pokemon/search", params={"q": query, "lang": lang})
    if response.status_code != 200:
        problem(response, 422)
