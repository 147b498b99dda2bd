"""Bad input: a problem that names the field, never a fault of ours."""

from __future__ import annotations

import copy
import json
from typing import Any

import httpx
import pytest

from predictiondex.api.problems import MOST_FAULTS
from tests.api.problems import fields, problem

GOOD: dict[str, Any] = {
    "you": {"pokemon": "Squirtle", "moves": ["Water Gun", "Tackle"]},
    "opponent": {"pokemon": "Charmander", "moves": ["Ember"]},
    "simulations": 50,
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """``GOOD`` with one value replaced, such as ``you.level``."""
    body = copy.deepcopy(GOOD)
    *outer, last = path.split(".")
    target = body
    for part in outer:
        target = target.setdefault(part, {})
    target[last] = value
    return body


def post(http: httpx.Client, body: Any, path: str = "/predict/best-move") -> httpx.Response:
    content = json.dumps(body).encode()
    return http.post(path, content=content, headers={"Content-Type": "application/json"})


WRONG_SHAPES = [
    ("you.moves", [], "you.moves"),
    ("you.moves", ["a", "b", "c", "d", "e"], "you.moves"),
    ("opponent.moves", [], "opponent.moves"),
    ("opponent.moves", ["Ember"] * 5, "opponent.moves"),
    ("you.moves", "Tackle", "you.moves"),
    ("you.moves", ["Tackle", 7], "you.moves[1]"),
    ("you.moves", ["Tackle", ""], "you.moves[1]"),
    ("you.level", 0, "you.level"),
    ("you.level", 101, "you.level"),
    ("you.level", -1, "you.level"),
    ("you.level", "50", "you.level"),
    ("you.level", 50.5, "you.level"),
    ("you.level", True, "you.level"),
    ("you.level", None, "you.level"),
    ("you.level", float("nan"), "you.level"),
    ("you.level", 10**400, "you.level"),
    ("you.pokemon", True, "you.pokemon"),
    ("you.pokemon", None, "you.pokemon"),
    ("you.pokemon", "", "you.pokemon"),
    ("you.pokemon", [], "you.pokemon"),
    ("you.pokemon", 0, "you.pokemon"),
    ("you.pokemon", "x" * 65, "you.pokemon"),
    ("opponent.avs", {"hp": 201}, "opponent.avs.hp"),
    ("opponent.avs", {"hp": -1}, "opponent.avs.hp"),
    ("opponent.avs", {"speed": 1}, "opponent.avs.speed"),
    ("opponent.avs", [], "opponent.avs"),
    ("you.ivs", {"def": 32}, "you.ivs.def"),
    ("you.ivs", {"def_": 3}, "you.ivs.def_"),
    ("you.boosts", {"atk": 7}, "you.boosts.atk"),
    ("you.boosts", {"hp": 1}, "you.boosts.hp"),
    ("you.friendship", 256, "you.friendship"),
    ("you.hp_percent", 0, "you.hp_percent"),
    ("you.hp_percent", 100.1, "you.hp_percent"),
    ("you.hp_percent", float("nan"), "you.hp_percent"),
    ("you.hp_percent", float("inf"), "you.hp_percent"),
    ("you.hp_percent", float("-inf"), "you.hp_percent"),
    ("you.hp_percent", "100", "you.hp_percent"),
    ("you.status", "asleep", "you.status"),
    ("you.mega", "z", "you.mega"),
    ("you.mega", 1, "you.mega"),
    ("you.levle", 50, "you.levle"),
    ("you", None, "you"),
    ("you", [], "you"),
    ("you", "Pikachu", "you"),
    ("engine", "crystal-ball", "engine"),
    ("engine", None, "engine"),
    ("simulations", 0, "simulations"),
    ("simulations", 20_001, "simulations"),
    ("simulations", 1e3, "simulations"),
    ("seed", -1, "seed"),
    ("seed", 2**63, "seed"),
    ("lang", "de", "lang"),
    ("strict", "yes", "strict"),
    ("surprise", 1, "surprise"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG_SHAPES)
def test_wrong_shapes_name_their_field(http: httpx.Client, path: str, value: Any, field: str) -> None:
    body = problem(post(http, changed(path, value)), 422, "invalid-request")
    assert fields(body) == [field]


def test_several_faults_at_once(http: httpx.Client) -> None:
    body = problem(post(http, {"you": {"level": 0}, "opponent": {"pokemon": 25, "moves": []}}), 422)
    assert fields(body) == ["you.pokemon", "you.level", "opponent.moves"]


def test_an_empty_request(http: httpx.Client) -> None:
    assert fields(problem(post(http, {}), 422)) == ["you", "opponent"]


ONYX: dict[str, Any] = {"pokemon": "Onix"}
LONG = "x" * 65


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("plan", {"opponent": {**ONYX, "level": 500}}, {"opponent.level": "less than or equal to 100"}),
        ("plan", {"opponent": {}}, {"opponent.pokemon": "Field required"}),
        ("plan", {"opponent": {**ONYX, "levle": 5}}, {"opponent.levle": "No such field"}),
        ("plan", {"opponent": {"pokemon": True}}, {"opponent.pokemon": "valid string; or: Input should be"}),
        ("plan", {"opponent": 7}, {"opponent": "; or: Input should be 'mirror'"}),
        ("plan", {"pokemon": [5, {}]}, {"pokemon[1]": "valid string; or: Input should be a valid integer"}),
        ("plan", {"pokemon": ["Mew", LONG]}, {"pokemon[1]": "String should have at most 64 characters"}),
        ("plan", {"pokemon": []}, {"pokemon": "List should have at least 1 item after validation, not 0"}),
        ("plan", {"pokemon": ""}, {"pokemon": "String should have at least 1 character"}),
        ("plan", {"pokemon": 810}, {"pokemon": "less than or equal to 809"}),
        # Names of the body that are also names of branches.
        ("plan", {"opponent": {"Side": {"level": 1}}}, {"opponent.pokemon": "F", "opponent.Side": "No such"}),
        ("plan", {"opponent": {**ONYX, "str": 1}, "Side": 2}, {"opponent.str": "No such", "Side": "No such"}),
        (
            "best-move",
            {"you": {**ONYX, "conditions": ["mist", {"name": "mist", "turns": -1, "x": 2}]}},
            {"you.conditions[1].turns": "greater than or equal to 0", "you.conditions[1].x": "No such field"},
        ),
        (
            "best-move",
            {"you": {**ONYX, "conditions": [{"name": "foo"}, {"turns": 1}, "foo"]}},
            {
                "you.conditions[0].name": "Input should be 'bide'",
                "you.conditions[1].name": "Field required",
                "you.conditions[2]": "Input should be 'bide'",
            },
        ),
        ("best-move", {"you": {**ONYX, "pp": {LONG: 1, "a": 99}}}, {f"you.pp.{LONG}": "", "you.pp.a": ""}),
        ("best-move", {"you": {**ONYX, "str": 1, "mega": "z"}}, {"you.mega": "Input", "you.str": "No such"}),
    ],
)  # fmt: skip
def test_a_fault_names_a_place_of_the_body_and_no_branch(
    http: httpx.Client, path: str, body: dict[str, Any], told: dict[str, str]
) -> None:
    usual = {"pokemon": "Mew"} if path == "plan" else {"opponent": ONYX}
    errors = problem(post(http, {**usual, **body}, f"/predict/{path}"), 422, "invalid-request")["errors"]
    assert sorted(one["field"] for one in errors) == sorted(told)
    for one in errors:
        assert told[one["field"]] in one["message"]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"",
        b"nonsense",
        b'{"you": }',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b"null",
        b"3",
        b'"text"',
        b"1" * 5000,
    ],
    ids=[
        "cut",
        "empty",
        "word",
        "hole",
        "bytes",
        "deep list",
        "deep object",
        "null",
        "number",
        "text",
        "long number",
    ],
)
def test_bodies_that_are_no_request(http: httpx.Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    body = problem(http.post("/predict/best-move", content=content, headers=headers), 422, "invalid-request")
    assert fields(body) == ["body"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_bodies_of_another_type(http: httpx.Client, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    response = http.post("/predict/best-move", content=json.dumps(GOOD), headers=headers)
    body = problem(response, 422)
    assert fields(body) == ["body"]
    assert "Content-Type: application/json" in body["detail"]
    assert body["detail"] == f"body: {body['errors'][0]['message']}"


def test_a_body_of_the_right_type_is_not_told_to_have_it(http: httpx.Client) -> None:
    for wrong in ("text", 3, [GOOD]):
        assert "Content-Type" not in problem(post(http, wrong), 422)["detail"]


def test_lone_surrogates_are_text_that_nobody_is_called(http: httpx.Client) -> None:
    body = problem(post(http, changed("you.pokemon", "\ud800pikachu")), 422)
    assert fields(body) == ["you.pokemon"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_wrong_method(http: httpx.Client, method: str) -> None:
    response = http.request(method, "/predict/best-move")
    problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/pokemon/pikachu/nothing", "/predict", "/%00", "/../etc/passwd"]
)
def test_addresses_that_are_not_there(http: httpx.Client, path: str) -> None:
    problem(http.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "field", "nearest"),
    [
        ("/pokemon/pikachoo", "id", "Pikachu"),
        ("/pokemon/pikachoo/moves", "id", "Pikachu"),
        ("/pokemon/pikachoo/weaknesses", "id", "Pikachu"),
        ("/moves/id/thunderbold", "id", "Thunderbolt"),
        ("/moves/by-type/watr", "type", "Water"),
        ("/types/watr/pokemon", "id", "Water"),
        ("/types/by-name/watr/pokemon", "name", "Water"),
    ],
)
def test_unknown_names_in_a_path(http: httpx.Client, path: str, field: str, nearest: str) -> None:
    body = problem(http.get(path), 404, "unknown-name")
    assert fields(body) == [field]
    assert body["errors"][0]["nearest"][0] == nearest
    assert len(body["errors"][0]["nearest"]) <= 3


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/pokemon/?type=watr", "type"),
        ("/pokemon/?move=splosh", "move"),
        ("/moves/?pokemon=pikachoo", "pokemon"),
        ("/types/affinities/by-name?attacker=watr", "attacker"),
    ],
)
def test_unknown_names_in_a_query(http: httpx.Client, path: str, field: str) -> None:
    assert fields(problem(http.get(path), 422, "unknown-name")) == [field]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/pokemon/?limit=0", "limit"),
        ("/pokemon/?limit=501", "limit"),
        ("/pokemon/?limit=many", "limit"),
        ("/pokemon/?offset=-1", "offset"),
        ("/pokemon/?offset=99999999999999999999", "offset"),
        ("/pokemon/?kind=giant", "kind"),
        ("/pokemon/?type=fire&type=water&type=ice", "type"),
        ("/pokemon/search", "q"),
        ("/pokemon/search?q=" + "a" * 65, "q"),
        ("/pokemon/search?q=a&lang=xx", "lang"),
        ("/moves/?category=Odd", "category"),
    ],
)
def test_bad_queries(http: httpx.Client, path: str, field: str) -> None:
    assert fields(problem(http.get(path), 422, "invalid-request")) == [field]


def test_a_very_long_path_is_not_repeated(http: httpx.Client) -> None:
    response = http.get("/pokemon/" + "x" * 20_000)
    problem(response, 404)
    assert len(response.content) < 2000


@pytest.mark.parametrize("place", ["body", "you.ivs"])
def test_of_thousands_of_faults_some_are_named_and_all_counted(http: httpx.Client, place: str) -> None:
    wrong = {f"x{number}": number for number in range(9000)}
    body = {**GOOD, **wrong} if place == "body" else changed(place, wrong)
    answer = post(http, body)
    found = problem(answer, 422, "invalid-request")
    assert len(fields(found)) == MOST_FAULTS
    assert "(and 8999 more)" in found["detail"]
    assert len(answer.content) < 20_000
