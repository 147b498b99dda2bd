"""Live advice, plans, told battles, teams and trainers over HTTP: bad input names its field."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from predictiondex.client import Client
from tests.api.problems import fields, problem

YOU = {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball"]}
FOE = {"pokemon": "Starmie", "moves": ["Surf", "Recover"]}
LIVE = {"you": YOU, "opponent": {**FOE, "status": "slp"}, "engine": "search", "simulations": 64, "turn": 3}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/predict/best-move", {"you": {**YOU, "status": ["slp", "psn"]}, "opponent": FOE}, "you.status"),
        ("/predict/best-move", {"you": {**YOU, "hp_percent": 0}, "opponent": FOE}, "you.hp_percent"),
        ("/predict/best-move", {"you": {**YOU, "boosts": {"atk": 7}}, "opponent": FOE}, "you.boosts.atk"),
        (
            "/predict/best-move",
            {"you": {**YOU, "conditions": ["asleep"]}, "opponent": FOE},
            "you.conditions[0]",
        ),
        ("/predict/best-move", {"you": {**YOU, "pp": {"Surf": 1}}, "opponent": FOE}, "you.pp.Surf"),
        ("/predict/best-move", {"you": YOU, "opponent": FOE, "turn": 0}, "turn"),
        ("/predict/best-move", {"you": YOU, "opponent": FOE, "assume": "best"}, "assume"),
        ("/predict/matchups", {"you": [], "opponent": [FOE]}, "you"),
        ("/predict/matchups", {"you": [YOU] * 7, "opponent": [FOE]}, "you"),
        ("/predict/plan", {"pokemon": "Pidgey", "want": 1}, "want"),
        ("/predict/plan", {"pokemon": "Pidgey", "want": 0}, "want"),
        ("/predict/plan", {"pokemon": "Pidgei"}, "pokemon"),
        ("/predict/plan", {"pokemon": "Pidgey", "opponent": {"pokemon": "Onyx"}}, "opponent.pokemon"),
        ("/predict/plan", {"pokemon": "Pidgey", "keep": ["Surf"]}, "keep[0]"),
        ("/battles/replay", {"you": YOU, "opponent": FOE, "opening": "Surf"}, "opening"),
        ("/battles/damage", {"attacker": YOU, "defender": FOE, "move": "Hypnosis"}, "move"),
        ("/teams/parse", {"text": "Snorlax\n- Resst"}, "text.line[2]"),
        ("/teams/export", {"team": []}, "team"),
        ("/teams/export", {"team": [{"pokemon": "Snorlacks"}]}, "team[0].pokemon"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    ready: httpx.Client, path: str, body: dict[str, Any], field: str
) -> None:
    response = ready.post(path, json=body)
    found = fields(problem(response, 422))
    assert any(name.startswith(field) for name in found), found


def test_a_disabled_move_cannot_open_a_story(ready: httpx.Client) -> None:
    held = {**YOU, "conditions": [{"name": "disable", "move": "Hypnose"}]}
    response = ready.post("/battles/replay", json={"you": held, "opponent": FOE, "opening": "hypnosis"})
    assert fields(problem(response, 422)) == ["opening"]
    advice = ready.post("/predict/best-move", json={"you": held, "opponent": FOE}).json()
    assert [move["id"] for move in advice["moves"]] == ["shadowball"]


def test_the_same_request_twice_at_once(ready: httpx.Client) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = [
            answer.json()
            for answer in pool.map(lambda _: ready.post("/predict/best-move", json=LIVE), range(2))
        ]
    assert answers[0].pop("prediction_id") != answers[1].pop("prediction_id")
    assert answers[0] == answers[1]
    assert 0 <= answers[0]["certainty"] <= 1


@pytest.mark.usefixtures("ready")
def test_the_client_speaks_all_of_it(address: str) -> None:
    with Client(address, timeout=60) as api:
        plan = api.plan({"pokemon": "Magikarp", "level": 30, "want": 0.6, "most_avs": 5, "lang": "fr"})
        assert {move.id for move in plan.best.moves} == {"tackle", "splash"}
        story = api.replay({"you": YOU, "opponent": FOE, "simulations": 50, "lang": "fr"})
        assert story.lines[-1] == story.ending
        team = api.parse_team("Ronflex (Snorlax)\nLevel: 70\n- Repos")
        text = api.export_team({"team": [team.team[0].model_dump(mode="json", by_alias=True)]}).text
        assert "- Rest" in text
        named = {one.id: one for one in api.trainers(lang="fr").items}
        assert named["misty"].name == "Ondine"
        assert named["misty"].source.startswith("https://")
        assert api.trainers(kind="gym", q="raichu").total == 1


def test_trainers_of_an_unknown_kind(ready: httpx.Client) -> None:
    response = ready.get("/trainers/", params={"kind": "boss"})
    assert fields(problem(response, 422)) == ["kind"]
