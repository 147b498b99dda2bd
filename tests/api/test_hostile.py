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
