"""Requests that come together: all are read, then all are answered."""

from __future__ import annotations

import asyncio
from functools import partial

import httpx
import pytest

from predictiondex.advisor import Advisor
from predictiondex.advisor.engines import Witness
from predictiondex.api.app import create_app
from predictiondex.api.lifecycle import Service
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings
from predictiondex.wire import Advice, BestMoveRequest
from tests.api.load import FIXED
from tests.api.serving import serving_app, wait_until_ready
from tests.ml.models import booster, manifest


def test_advice_follows_advice(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it needs is in the processor's caches then; between reading requests it would not be."""
    registry = Registry(own.models)
    registry.set_alias("champion", registry.add(booster(), manifest()), reason="test", by="test")
    done: list[str] = []
    bounded, best_move = Service.bounded, Advisor.best_move

    def read(service: Service, wanted: BestMoveRequest) -> BestMoveRequest:
        done.append("read")
        return bounded(service, wanted)

    def advise(advisor: Advisor, wanted: BestMoveRequest, witness: Witness | None = None) -> Advice:
        done.append("advised")
        return best_move(advisor, wanted, witness)

    app = create_app(own)

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
            one = partial(http.post, "/predict/best-move")
            answers = await asyncio.gather(*(one(json={**FIXED, "seed": seed}) for seed in range(5)))
        return [answer.status_code for answer in answers]

    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_until_ready(http)
        monkeypatch.setattr(Service, "bounded", read)
        monkeypatch.setattr(Advisor, "best_move", advise)
        assert asyncio.run(ask()) == [200] * 5
    assert done == ["read"] * 5 + ["advised"] * 5
