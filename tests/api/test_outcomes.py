"""How battles ended, told over HTTP: once, the same again changes nothing, another is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from predictiondex import store
from predictiondex.settings import Settings
from tests.api.problems import fields, problem

REQUEST: dict[str, Any] = {
    "you": {"pokemon": "Pikachu", "moves": ["Thunderbolt", "Quick Attack"]},
    "opponent": {"pokemon": "Gyarados", "moves": ["Bite"]},
    "simulations": 50,
}


@pytest.fixture
def made(ready: httpx.Client) -> str:
    """The id of a prediction made this moment: it may still wait in the spool."""
    identity: str = ready.post("/predict/best-move", json=REQUEST).json()["prediction_id"]
    return identity


def test_an_outcome_is_told_once(ready: httpx.Client, made: str, settings: Settings) -> None:
    path = f"/predictions/{made}/outcome"
    told = {"result": "win", "move": "Vive-Attaque"}
    first = ready.post(path, json=told)
    again = ready.post(path, json=told)
    answer = {"prediction_id": made, "result": "win", "move": "quickattack"}
    assert (first.status_code, first.json()) == (200, {**answer, "repeated": False})
    assert (again.status_code, again.json()) == (200, {**answer, "repeated": True})
    problem(ready.post(path, json={"result": "loss"}), 409, "conflict")
    log = store.Predictions(store.engine(settings.database_url))
    stands = log.outcome(made)
    assert stands is not None
    assert (stands.result, stands.move_id) == ("win", "quickattack")
    row = log.get(made)
    assert row is not None
    assert row.request == REQUEST
    assert row.answer["prediction_id"] == made
    assert row.latency_ms > 0
    assert 'outcomes_total{result="win"}' in ready.get("/metrics").text


def test_what_was_never_predicted_has_no_outcome(ready: httpx.Client) -> None:
    problem(ready.post("/predictions/nobody/outcome", json={"result": "win"}), 404, "not-found")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"result": "won"}, "result"),
        ({}, "result"),
        ({"result": "win", "move": "Surf"}, "move"),
        ({"result": "win", "move": "no such move"}, "move"),
        ({"result": "win", "why": 1}, "why"),
    ],
)
def test_bad_reports_name_the_field(ready: httpx.Client, made: str, told: dict[str, Any], field: str) -> None:
    assert fields(problem(ready.post(f"/predictions/{made}/outcome", json=told), 422)) == [field]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/predict/matchups",
            {"you": [REQUEST["you"]], "opponent": [REQUEST["opponent"]], "simulations": 20},
        ),
    ],
)
def test_other_predictions_are_logged_as_well(ready: httpx.Client, path: str, body: dict[str, Any]) -> None:
    made = ready.post(path, json=body).json()["prediction_id"]
    assert ready.post(f"/predictions/{made}/outcome", json={"result": "tie"}).status_code == 200


def test_no_request_is_answered_that_no_database_keeps(ready: httpx.Client) -> None:
    """PostgreSQL takes no NUL, neither in JSON nor in an id."""
    for name in ("Pika\0chu", "\0"):
        body = {**REQUEST, "opponent": {"pokemon": name}}
        assert "opponent.pokemon" in fields(problem(ready.post("/predict/best-move", json=body), 422))
        body = {**REQUEST, "you": {**REQUEST["you"], "pp": {"Thunder\0bolt": 1}}}
        problem(ready.post("/predict/best-move", json=body), 422)
    problem(ready.post("/predictions/a%00b/outcome", json={"result": "win"}), 422)
