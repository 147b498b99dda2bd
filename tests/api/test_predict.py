"""Predictions over HTTP: the contract of requests and answers."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.problems import fields, problem

SIDE = {"pokemon": "Pikachu", "moves": ["Thunderbolt", "Quick Attack"]}
FOE = {"pokemon": "Gyarados", "moves": ["Waterfall"]}


def ask(http: httpx.Client, path: str = "/predict/best-move", **body: Any) -> httpx.Response:
    return http.post(path, json={"you": SIDE, "opponent": FOE, "simulations": 100, **body})


def test_the_request_of_the_contract(ready: httpx.Client) -> None:
    """Every field there is, with a move named in both languages."""
    response = ask(
        ready,
        you={
            "pokemon": "Pikachu", "moves": ["Tonnerre", "thunderbolt"], "level": 50,
            "nature": "serious", "ivs": {}, "avs": {}, "mega": False,
            "hp_percent": 100, "status": None, "boosts": {"atk": 0},
        },
        opponent={"pokemon": 25},
        engine="simulation", simulations=1000, seed=1, lang="fr",
    )  # fmt: skip
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    answer = response.json()
    assert uuid.UUID(answer["prediction_id"])
    assert answer["model"].keys() == {"name", "version"}
    assert answer["recommended_move"] == "thunderbolt"
    assert answer["confidence"] == max(answer["win_probability"], 1 - answer["win_probability"])
    (move,) = answer["moves"]
    assert {"id", "name", "win_probability", "interval", "damage_percent", "ko_chance"} <= move.keys()
    assert move["name"] == "Tonnerre"
    assert len(move["interval"]) == len(move["damage_percent"]) == 2
    assert answer["opponent_moves"]["assumed"] is True
    assert len(answer["opponent_moves"]["moves"]) == 4
    assert answer["explanation"]
    assert any("deux fois" in warning for warning in answer["warnings"])


def test_every_answer_has_an_id_of_its_own(ready: httpx.Client) -> None:
    first, second = ask(ready).json(), ask(ready).json()
    assert first.pop("prediction_id") != second.pop("prediction_id")
    assert first == second


@pytest.mark.parametrize(
    ("you", "kind", "field"),
    [
        ({"pokemon": "Pikachoo", "moves": ["Thunderbolt"]}, "unknown-name", "you.pokemon"),
        ({"pokemon": 151.5, "moves": ["Thunderbolt"]}, "invalid-request", "you.pokemon"),
        ({"pokemon": 200, "moves": ["Thunderbolt"]}, "unknown-name", "you.pokemon"),
        ({"pokemon": "Pikachu", "moves": ["Thunderbolt", "Tonere"]}, "unknown-name", "you.moves[1]"),
        ({"pokemon": "Pikachu", "moves": ["Hydro Pump"]}, "illegal-move", "you.moves[0]"),
        ({"pokemon": "Pikachu", "moves": ["Struggle"]}, "illegal-move", "you.moves[0]"),
        ({"pokemon": "Pikachu", "moves": ["Thunderbolt"], "nature": "grumpy"}, "unknown-name", "you.nature"),
        ({"pokemon": "Pikachu", "moves": ["Thunderbolt"], "mega": True}, "invalid-request", "you.mega"),
        ({"pokemon": "Charizard", "moves": ["Fly"], "mega": True}, "invalid-request", "you.mega"),
        ({"pokemon": "Pikachu"}, "invalid-request", "you.moves"),
        ({"pokemon": "Pikachu", "moves": None}, "invalid-request", "you.moves"),
    ],
)
def test_what_only_the_facts_can_refuse(
    ready: httpx.Client, you: dict[str, Any], kind: str, field: str
) -> None:
    body = problem(ask(ready, you=you), 422, kind)
    assert fields(body) == [field]


def test_near_names_are_offered(ready: httpx.Client) -> None:
    body = problem(ask(ready, opponent={"pokemon": "Gyrados"}), 422, "unknown-name")
    assert body["errors"][0]["nearest"][0] == "Gyarados"
    assert len(body["errors"][0]["nearest"]) <= 3
    assert "Gyarados" in body["detail"]


def test_illegal_moves_on_request(ready: httpx.Client) -> None:
    you = {"pokemon": "Pikachu", "moves": ["Hydro Pump"]}
    assert ask(ready, you=you, strict=False).status_code == 200
    assert ask(ready, you={**you, "strict": False}).status_code == 200


@pytest.mark.parametrize("engine", ["model", "hybrid"])
def test_engines_that_are_not_ready_say_so(ready: httpx.Client, engine: str) -> None:
    answer = ask(ready, engine=engine).json()
    assert answer["model"]["name"] == "simulation"
    assert answer["warnings"][0].startswith("No model is ready")


def test_matchups(ready: httpx.Client) -> None:
    answer = ask(ready, "/predict/matchups", you=[SIDE, FOE], opponent=[FOE, SIDE, {"pokemon": "Mew"}]).json()
    assert [len(row["win_probabilities"]) for row in answer["matrix"]] == [3, 3]
    assert answer["send_first"] in (0, 1)


@pytest.mark.parametrize("size", [0, 7])
def test_teams_of_no_size(ready: httpx.Client, size: int) -> None:
    body = problem(ask(ready, "/predict/matchups", you=[SIDE], opponent=[FOE] * size), 422)
    assert fields(body) == ["opponent"]


def test_faults_in_a_team_say_whose(ready: httpx.Client) -> None:
    body = problem(ask(ready, "/predict/matchups", you=[SIDE, {"pokemon": "Pikachoo"}], opponent=[FOE]), 422)
    assert fields(body) == ["you[1].pokemon"]


def test_simulate(ready: httpx.Client) -> None:
    answer = ask(ready, "/battles/simulate", policy_you="first:Vive-Attaque").json()
    assert answer["wins"] + answer["losses"] + answer["ties"] == answer["n"] == 100
    body = problem(ask(ready, "/battles/simulate", policy_you="clever"), 422)
    assert fields(body) == ["policy_you"]


def test_damage(ready: httpx.Client) -> None:
    request = {"attacker": {"pokemon": "Jolteon"}, "defender": {"pokemon": "Gyarados"}, "move": "Tonnerre"}
    answer = ready.post("/battles/damage", json=request).json()
    assert len(answer["rolls"]) == len(answer["crit_rolls"]) == 16
    assert answer["type_multiplier"] == 4
    for move in ("Hydro Pump", "splosh", "Growl"):
        body = problem(ready.post("/battles/damage", json={**request, "move": move}), 422)
        assert fields(body) == ["move"]


def test_model_info(ready: httpx.Client) -> None:
    info = ready.get("/predict/model-info").json()
    assert info["engines"] == {"simulation": True, "model": False, "hybrid": False}
    assert info["loaded_since"]
    assert info["version"] == ask(ready).json()["model"]["version"]


def test_long_work_does_not_hold_up_the_rest(ready: httpx.Client) -> None:
    """While battles are computed in every thread there is, the process still says that it lives."""
    team = [{"pokemon": "Chansey", "moves": ["Soft-Boiled", "Pound"]}] * 6
    heavy = {"you": team, "opponent": team, "simulations": 300, "strict": False}
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(ready.post, "/predict/matchups", json=heavy) for _ in range(8)]
        slowest = 0.0
        asked = 0
        while not all(one.done() for one in work):
            started = time.perf_counter()
            assert ready.get("/livez").status_code == 200
            slowest = max(slowest, time.perf_counter() - started)
            asked += 1
        total = [one.result() for one in work]
    assert [one.status_code for one in total] == [200] * 8
    longest = max(one.elapsed.total_seconds() for one in total)
    assert asked > 3, "the work was over too soon to tell"
    assert slowest < max(0.5, longest / 4)


def test_many_at_once_get_the_same_answer(ready: httpx.Client) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(ready).json(), range(48)))
    assert len({one.pop("prediction_id") for one in answers}) == 48
    assert all(one == answers[0] for one in answers)
