"""The whole loop on a planted shift, with a real API, a real Prometheus and a crowd that never stops asking.

The champion was taught wrong about a crowd that nobody had met: low-level early species. It is true on plain
traffic and nothing fires. Then the crowd comes. Drift and untrue answers raise their alerts, a challenger is
trained on what was asked, passes the gate and takes over while requests go on; the alerts end.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Self

import httpx
import numpy as np
import pytest

from predictiondex.advisor.sides import fighter
from predictiondex.battle import Combatant
from predictiondex.ml import dataset, pipeline, training
from predictiondex.ml.dataset import Recipe
from predictiondex.ml.mix import mix_of
from predictiondex.ml.parquet import Rows
from predictiondex.ml.promotion import Decision, promote
from predictiondex.ml.registry import CHAMPION, Registry
from predictiondex.ml.tracking import connected
from predictiondex.monitoring import retrain
from predictiondex.monitoring.requests import Asker
from predictiondex.monitoring.retrain import Plan
from predictiondex.monitoring.traffic import Traffic
from predictiondex.settings import Settings
from predictiondex.wire import BestMoveRequest
from tests.ml.conftest import Silent
from tests.ml.models import manifest
from tests.monitoring.servers import Servers, api_server, wait_for, watched

ALARMS = {"DataDrift", "ShadowErrorHigh"}
#: Plain requests: more than are waited for to be judged.
PLAIN = 300
#: More than the window that drift is judged on.
CROWD = 1100
#: Seconds between two requests of a crowd that has come in full. It goes on asking, and leaves the processor
#: to those who judge it.
AT_EASE = 0.03
#: The planted champion's error is about 0.9.
UNLIKE_THE_OLD = 0.3
SMALL = Recipe("quick", 5, 1200, 48, partition=400)


def crowd_pairs(count: int) -> list[tuple[Combatant, Combatant]]:
    """Whom the crowd brings, as the traffic asks."""
    asker = Asker(99, shift=True)
    found: list[tuple[Combatant, Combatant]] = []
    while len(found) < count:
        ask = asker.ask("predict")
        if ask.json is not None and ask.path == "/predict/best-move":
            request = BestMoveRequest.model_validate(ask.json)
            sides = request.you, request.opponent
            you, foe = (fighter(side, "side", lang="en", strict=True).combatant for side in sides)
            found.append((you, foe))
    return found


def plant(settings: Settings) -> str:
    """A champion by the usual training, but for the labels of the crowd, which are turned around."""
    lessons = replace(SMALL, mix=mix_of(crowd_pairs(200), 0.4))
    dataset.build(lessons, settings.datasets / lessons.name, progress=Silent())
    rows, _ = dataset.load(settings.datasets / lessons.name)
    young = (rows.about["level_you"] <= 14) & (rows.about["level_foe"] <= 14)
    wrong = np.where(young, 1 - rows.about["p"], rows.about["p"])
    rows = Rows(rows.features, {**rows.about, "p": wrong})
    fitted = training.fit(rows, profile="quick", seed=5, threads=1, progress=Silent())
    registry = Registry(settings.models)
    told = manifest(calibration=fitted.calibration, hybrid=fitted.hybrid)
    version = registry.add(fitted.content, told, extra=pipeline.made_for(SMALL, fitted.predict))
    promote(registry, version, Decision(True, ("planted",)), by="tests")
    return version


class Crowd:
    """Requests one after the other in a thread; ``pause``: seconds between them."""

    def __init__(self, url: str, *, shift: bool, seed: int) -> None:
        self.pause = 0.0
        self.traffic = Traffic(url, "burst", seed=seed, shift=shift)
        self._asker = Asker(seed, shift=shift)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._stop.wait(self.pause):
            self.traffic.send(self._asker.ask("predict"))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join(60)
        self.traffic.__exit__(None, None, None)

    @property
    def failures(self) -> dict[str, int]:
        """Requests that did not get the answer they should."""
        return dict(self.traffic.tally.wrong)


def predictions(http: httpx.Client) -> float:
    lines = http.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("model_predictions_total{"))


def value(servers: Servers, name: str) -> float:
    found = servers.ask(name)
    return float(found[0]["value"][1]) if found else float("nan")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_loop_closes_on_a_planted_shift(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    planted = plant(settings)
    pace = {"WATCH_SECONDS": "0.3", "SHADOW_BUDGET": "1"}
    with (
        api_server(settings, **pace) as api,
        watched(api, tmp_path, hurried=True) as servers,
        httpx.Client(base_url=api) as http,
    ):
        with Crowd(api, shift=False, seed=21) as players:
            wait_for("plain traffic was asked for", lambda: predictions(http) >= PLAIN, 120)
            players.pause = AT_EASE
            wait_for("plain traffic is judged", lambda: value(servers, "shadow_window_rows") >= 200, 120)
            wait_for("drift is judged", lambda: value(servers, "drift_window_rows") >= 250, 120)
        assert servers.firing() & ALARMS == set()
        with Crowd(api, shift=True, seed=22) as strangers:
            before = predictions(http)
            wait_for("the crowd has filled the window", lambda: predictions(http) > before + CROWD, 180)
            strangers.pause = AT_EASE
            wait_for("the alarms are raised", lambda: servers.firing() >= ALARMS, 180)
            plan = Plan(sample=200, battles=100, recipe=replace(SMALL, seed=1007, matchups=3600))
            result = retrain.run(settings, plan, progress=Silent())
            assert result.action == "promoted", result.facts()
            assert result.after is not None
            assert retrain.LIMITS.broken(result.after) == []
            wait_for(
                "the API serves the new champion",
                lambda: http.get("/predict/model-info").json()["version"] == result.version,
            )
            wait_for(
                "the new champion is judged",
                lambda: (
                    value(servers, "shadow_window_rows") >= 200
                    and value(servers, "shadow_mean_squared_error") < UNLIKE_THE_OLD
                ),
                180,
            )
            wait_for("the alarms end", lambda: servers.firing() & ALARMS == set(), 180)
            assert value(servers, "shadow_mean_squared_error") < retrain.LIMITS.mean_squared_error
    assert (players.failures, strangers.failures) == ({}, {})
    assert strangers.traffic.tally.kinds["predict"] > CROWD
    registry = Registry(settings.models)
    assert registry.aliases()[CHAMPION] == result.version != planted
    _begun, line = retrain.history(settings)
    assert line["before"]["champion"] == planted
    assert line["before"]["figures"]["mean_squared_error"] > retrain.LIMITS.mean_squared_error
    assert retrain.run(settings, plan, progress=Silent()).action in ("none", "cool-down")
    told = retrain.track(settings, result)
    assert "Decision: run" in told, told
    with connected(settings) as connection:
        runs = connection.client.search_runs([connection.experiment], "tags.kind = 'retrain'")
    (run,) = runs
    assert run.data.tags["action"] == "promoted"
    assert run.data.tags["champion_before"] == planted
    assert run.data.metrics["after_mean_squared_error"] < run.data.metrics["before_mean_squared_error"]
