"""A service with a model: what it says of it, what the log keeps of what the model saw, whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from predictiondex import store
from predictiondex.advisor import Advisor
from predictiondex.advisor.engines import Witness
from predictiondex.api.answers import Seen
from predictiondex.api.app import create_app
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.lifecycle import Service
from predictiondex.api.together import MOST, Together
from predictiondex.errors import UsageError
from predictiondex.ml.features import NAMES
from predictiondex.ml.model import BattleModel
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings
from predictiondex.store import PredictionRow
from predictiondex.wire import Advice, BestMoveRequest
from tests.api.load import FIXED, TEAMS
from tests.api.processes import wait_for
from tests.api.serving import serving, serving_app, wait_until_ready
from tests.ml.models import booster, manifest


@pytest.fixture
def crowned(own: Settings) -> Settings:
    """Settings of a home with a champion."""
    registry = Registry(own.models)
    registry.set_alias("champion", registry.add(booster(), manifest()), reason="test", by="test")
    return own


@pytest.fixture
def api(crowned: Settings) -> Iterator[httpx.Client]:
    with serving(crowned) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_until_ready(http)
        yield http


def asked(
    http: httpx.Client, settings: Settings, path: str = "/predict/best-move", **body: object
) -> PredictionRow:
    """Ask, and find what was logged of it."""
    answer = http.post(path, json={**(FIXED if "best" in path else TEAMS), **body})
    assert answer.status_code == 200, answer.text
    engine = store.engine(settings.database_url)
    try:
        log, made = store.Predictions(engine), answer.json()["prediction_id"]
        wait_for("it is in the database", lambda: log.get(made) is not None)
        row = log.get(made)
        assert row is not None
        assert row.answer == answer.json()
        return row
    finally:
        engine.dispose()


def test_the_log_keeps_what_the_model_looked_at(api: httpx.Client, own: Settings) -> None:
    """From it alone the model finds the same chance again."""
    folder = Registry(own.models).champion()
    assert folder is not None
    model = BattleModel.load(folder)
    first, again = asked(api, own), asked(api, own)  # the second one is answered from memory
    for row in (first, again):
        assert row.features is not None
        assert row.features["move"] == row.answer["recommended_move"]
        assert len(row.features["values"]) == len(NAMES)
        (p,) = model.from_features(np.array([row.features["values"]], dtype=np.float32))
        assert p == pytest.approx(row.answer["win_probability"], abs=1e-4)
    assert first.prediction_id != again.prediction_id
    assert asked(api, own, engine="hybrid", simulations=50).features is not None
    hidden = {**FIXED["opponent"], "status": "slp"}  # how long it sleeps, nobody knows
    assert asked(api, own, opponent=hidden).features is not None


def test_the_log_keeps_what_the_model_looked_at_for_each_pair(api: httpx.Client, own: Settings) -> None:
    folder = Registry(own.models).champion()
    assert folder is not None
    row = asked(api, own, "/predict/matchups", engine="model")
    assert row.features is not None
    told = [chance for line in row.answer["matrix"] for chance in line["win_probabilities"]]
    again = BattleModel.load(folder).from_features(np.array(row.features["values"], dtype=np.float32))
    assert again == pytest.approx(told, abs=1e-4)


def test_what_was_not_asked_of_a_model_has_no_features(api: httpx.Client, own: Settings) -> None:
    assert asked(api, own, engine="simulation").features is None
    assert asked(api, own, "/predict/matchups", engine="simulation").features is None


def test_model_info_tells_what_answers(api: httpx.Client, own: Settings) -> None:
    info = api.get("/predict/model-info").json()
    row = asked(api, own)
    assert (info["name"], info["version"]) == (row.model_name, row.model_version)
    assert info["engine"] == "model"
    assert info["training_data_hash"]
    assert info["metrics"]
    assert info["loaded_since"]
    assert all(info["engines"].values())


def test_model_history_tells_versions_and_what_became_of_them(api: httpx.Client, own: Settings) -> None:
    registry = Registry(own.models)
    worse = registry.add(booster(2), manifest(metrics={"rmse": 0.2}))
    registry.note(worse, reason="refused: rmse is worse", by="train")
    damaged = registry.add(booster(3), manifest())
    (registry.path(damaged) / "manifest.json").write_text("{}", encoding="utf-8")
    told = api.get("/predict/model-history").json()
    assert [one["version"] for one in told["versions"]] == ["3", "2", "1"]
    assert [one["aliases"] for one in told["versions"]] == [[], [], ["champion"]]
    assert told["versions"][0]["problem"]
    assert told["versions"][1]["metrics"] == {"rmse": 0.2}
    assert told["versions"][1]["rows"] == manifest().dataset["rows"]
    assert [(one["version"], one["reason"]) for one in told["events"]] == [
        ("2", "refused: rmse is worse"),
        ("1", "test"),
    ]


def test_what_comes_together_is_answered_together(crowned: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model looks at them at once; each caller has its own answer, or its own error."""
    bounded, best_moves = Service.bounded, Advisor.best_moves
    done: list[str | int] = []

    def read(service: Service, wanted: BestMoveRequest) -> BestMoveRequest:
        done.append("read")
        return bounded(service, wanted)

    def advise(
        advisor: Advisor, requests: Sequence[BestMoveRequest], witnesses: Sequence[Witness]
    ) -> list[Advice | Exception]:
        done.append(len(requests))
        return best_moves(advisor, requests, witnesses)

    app = create_app(crowned)
    levels = range(30, 32 + MOST)
    wrong = {**FIXED, "you": {**FIXED["you"], "moves": ["horndrill"]}, "strict": True}
    bodies = [{**FIXED, "you": {**FIXED["you"], "level": level}} for level in levels]

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
            one = partial(http.post, "/predict/best-move")
            return await asyncio.gather(*(one(json=body) for body in [wrong, *bodies]))

    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_until_ready(http)
        alone = [http.post("/predict/best-move", json={**body, "seed": 9}).json() for body in bodies]
        monkeypatch.setattr(Service, "bounded", read)
        monkeypatch.setattr(Advisor, "best_moves", advise)
        refused, *answers = asyncio.run(ask())
    assert done == ["read"] * (len(bodies) + 1) + [MOST, len(bodies) + 1 - MOST]
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "you.moves[0]"
    told = [answer.json() for answer in answers]
    assert [{**one, "prediction_id": ""} for one in told] == [{**one, "prediction_id": ""} for one in alone]
    assert [one["you"]["level"] for one in told] == list(levels)
    assert len({one["prediction_id"] for one in told}) == len(told)


def test_who_left_is_not_answered_and_a_new_advisor_has_its_own_turn() -> None:
    class Counting(Advisor):
        asked = 0

        def best_moves(self, requests: Sequence[BestMoveRequest], _: Any) -> list[Advice | Exception]:
            self.asked += len(requests)
            return [UsageError("as it was asked") for _ in requests]

    class Broken(Advisor):
        def best_moves(self, *_: Any) -> list[Advice | Exception]:
            raise RuntimeError("broken")

    async def run() -> list[BaseException | Advice]:
        together, wanted = Together(), BestMoveRequest.model_validate(FIXED)
        tasks = [
            asyncio.create_task(together.best_move(one, wanted, Seen()))
            for one in (counting, broken, counting, broken, counting)
        ]

        async def leave() -> None:
            tasks[0].cancel()

        left = asyncio.create_task(leave())  # begins when all of them have asked
        told = await asyncio.gather(*tasks, return_exceptions=True)
        await left
        return told

    counting, broken = Counting(), Broken()
    told = asyncio.run(run())
    assert counting.asked == 2
    kinds = [type(one) for one in told]
    assert kinds == [asyncio.CancelledError, RuntimeError, UsageError, RuntimeError, UsageError]


def test_without_any_model_nobody_hears_of_a_new_one_nor_where_the_models_are(crowned: Settings) -> None:
    record = crowned.models / "history.jsonl"
    record.write_bytes(record.read_bytes() + b'{"broken":\n')
    room = EngineRoom(1, crowned.models)
    room._load()
    assert room.component.detail.startswith("the model is left out: history.jsonl, line 2")
    room.stop()


def test_a_champion_that_comes_and_goes_while_one_is_loaded_leaves_no_worker_without(
    crowned: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read in between is the other one, damaged, and afterwards the champion is who it was before."""
    registry = Registry(crowned.models)
    first, second = registry.aliases()["champion"], registry.add(booster(), manifest())
    load = Advisor.load

    def meanwhile(models: Path) -> Advisor:
        monkeypatch.setattr(Advisor, "load", load)
        registry.set_alias("champion", second, reason="test", by="test")
        (registry.path(second) / "model.ubj").write_bytes(b"damaged")
        loaded = load(models)
        registry.set_alias("champion", first, reason="test", by="test")
        return loaded

    monkeypatch.setattr(Advisor, "load", meanwhile)
    room = EngineRoom(1, crowned.models)
    room.start()
    try:
        wait_for("the engine", lambda: room.settled)
        wait_for("the champion", lambda: room.advisor.model_ref.version == first)
    finally:
        room.stop()
    assert room.problem == ""
