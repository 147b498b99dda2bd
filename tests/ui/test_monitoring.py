"""Monitoring and credits: true figures, and pages that stand while a service is away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

import pytest

import predictiondex
from predictiondex.client import Client
from predictiondex.settings import checkout, get_settings
from predictiondex.ui import figures, pulse, readings
from predictiondex.ui.readings import Reading, Route
from predictiondex.ui.service import service
from predictiondex.ui.views.credit import SOURCES, licences
from tests.ui.driving import gone, html, opened, ran
from tests.ui.serving import free_port

pytestmark = pytest.mark.timeout(900)

DUEL = {"you": {"pokemon": "Pikachu", "moves": ["Thunderbolt"]}, "opponent": {"pokemon": "Gyarados"}}
METRICS = """\
# TYPE api_requests_total counter
api_requests_total{method="POST",endpoint="/predict/best-move",status="200"} 90
api_requests_total{method="POST",endpoint="/predict/best-move",status="422"} 8
api_requests_total{method="POST",endpoint="/predict/best-move",status="503"} 2
api_requests_total{method="GET",endpoint="/readyz",status="503"} 500
# TYPE api_request_duration_seconds histogram
api_request_duration_seconds_bucket{method="POST",endpoint="/predict/best-move",le="0.01"} 50
api_request_duration_seconds_bucket{method="POST",endpoint="/predict/best-move",le="0.1"} 100
api_request_duration_seconds_bucket{method="POST",endpoint="/predict/best-move",le="+Inf"} 100
# TYPE model_prediction_confidence histogram
model_prediction_confidence_bucket{model_name="simulation",le="+Inf"} 4
model_prediction_confidence_sum{model_name="simulation"} 3
model_prediction_confidence_count{model_name="simulation"} 4
# TYPE drift_score gauge
drift_score{feature="you_level",test="psi"} 0.5
drift_score{feature="you_level",test="ks"} 0.9
# TYPE watch_last_run_timestamp_seconds gauge
watch_last_run_timestamp_seconds{task="drift"} 1000
# TYPE drift_detected gauge
drift_detected 1
"""


class TestReadings:
    def test_metrics_become_figures(self) -> None:
        found = readings.read(METRICS, 1010.0)
        route = found.routes["/predict/best-move"]
        assert (route.requests, route.refused, route.failed) == (100, 8, 2)
        assert (found.requests, found.failed) == (100, 2)  # what probes ask is left aside
        assert found.confidence == 0.75
        assert found.drift == {"you_level": 0.5}
        assert found.gauges["drift_detected"] == 1
        assert found.last_runs == {"drift": 1000}
        assert readings.quantile(0.5, found.request_seconds) == pytest.approx(0.01)
        assert readings.quantile(0.75, found.request_seconds) == pytest.approx(0.055)

    def test_quantiles_of_nothing_and_beyond_the_last_bound(self) -> None:
        assert readings.quantile(0.5, {}) is None
        assert readings.quantile(0.5, {0.1: 0, math.inf: 0}) is None
        assert readings.quantile(0.99, {0.1: 1, math.inf: 10}) == 0.1

    def test_what_came_between_two_readings(self) -> None:
        def reading(time: float, requests: float) -> Reading:
            seconds = {0.1: requests, math.inf: requests}
            return Reading(time, {"/a": Route("/a", requests, 0, 0, seconds)})

        between = reading(20, 30).since(reading(10, 12))
        assert between.requests == 18
        assert between.request_seconds[math.inf] == 18
        assert reading(20, 5).since(reading(10, 12)).requests == 5  # it was started anew

    def test_other_text_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r".+"):
            readings.read("<html>{{{", 0.0)


def test_probes_are_read_from_the_settings() -> None:
    assert pulse.probes("grafana=http://grafana:3000, mlflow=http://m:5000/ ,nonsense,=,x=") == {
        "grafana": "http://grafana:3000",
        "mlflow": "http://m:5000/",
    }


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (90_061, "1 d 1 h"), (-3, "0 s")],
)
def test_ages(seconds: float, told: str) -> None:
    assert figures.age(seconds, "en").replace("\N{NO-BREAK SPACE}", " ") == told
    assert figures.age(seconds, "fr").replace("\N{NO-BREAK SPACE}", " ") == told.replace(" d", " j")


@pytest.mark.parametrize(("seconds", "told"), [(0.00421, "4,21 ms"), (0.0005, "0,5 ms"), (1.5, "1,5 s")])
def test_times(seconds: float, told: str) -> None:
    assert figures.time_taken(seconds, "fr").replace("\N{NO-BREAK SPACE}", " ") == told


class TestWithTheApi:
    @pytest.fixture(autouse=True)
    def _patient(self, asking: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was heard before is forgotten, and on a busy machine answers are waited for."""
        assert asking == service().url
        monkeypatch.setattr(service(), "glance", service().client)
        pulse._pulse.clear()

    def test_what_the_service_says_is_on_the_page(self, asking: str, trained: str) -> None:
        with Client(asking) as client:
            for _ in range(3):
                client.best_move(DUEL)
            page = opened("monitoring")
            shown = html(page)
            info, history = client.model_info(), client.model_history()
        assert "All is well" in shown
        assert "/predict/best-move" in shown
        assert info.name in shown
        assert f"version {trained}" in shown
        rmse = figures.decimal(100 * info.metrics["rmse"], "en")
        assert f"{rmse} points" in shown
        for event in history.events[:5]:
            assert escape(event.reason) in shown
        assert "Last look" in shown or "Nobody watches" in shown

    def test_services_beside_it_are_asked_too(self, asking: str, monkeypatch: pytest.MonkeyPatch) -> None:
        away = f"http://127.0.0.1:{free_port()}"
        monkeypatch.setenv("PDX_GRAFANA_URL", away)
        monkeypatch.setenv("PDX_MLFLOW_URL", "http://mlflow.test")  # only browsers know that name
        monkeypatch.setenv("PDX_PROBES", f"mlflow={asking}")
        get_settings.cache_clear()
        pulse._pulse.clear()
        shown = html(opened("monitoring", lang="fr"))
        rows = {row.split("<")[0]: row for row in shown.split('<th scope="row">')}
        assert "ne répond pas" in rows["Grafana"]
        assert away in rows["Grafana"]
        assert "en ordre" in rows["MLflow"]
        assert "http://mlflow.test" in rows["MLflow"]
        assert "non configuré" in rows["Prometheus"]

    @pytest.mark.usefixtures("asking")
    def test_refreshing_can_be_stopped(self) -> None:
        page = opened("monitoring")
        page.toggle("monitoring.auto").set_value(False)
        page = gone(gone(ran(page), "types"), "monitoring")
        assert page.toggle("monitoring.auto").value is False

    @pytest.mark.usefixtures("asking")
    def test_credits_name_the_model_and_its_figures(self, trained: str) -> None:
        shown = html(opened("credits"))
        assert f"(version {trained})" in shown
        assert "Error of a chance (RMSE)" in shown


class TestWithoutTheApi:
    @pytest.fixture(autouse=True)
    def _nobody(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("PDX_API_URL", f"http://127.0.0.1:{free_port()}")
        get_settings.cache_clear()
        yield
        get_settings.cache_clear()

    def test_monitoring_says_who_is_away_and_what_to_do(self) -> None:
        shown = html(opened("monitoring"))
        assert "The service does not answer" in shown
        assert get_settings().api_url in shown
        assert "python3 pdx.py check" in shown
        assert "not set up" in shown

    def test_credits_stand_all_the_same(self) -> None:
        shown = html(opened("credits", lang="fr"))
        assert "Le service ne répond pas pour l&#x27;instant" in shown
        assert predictiondex.__version__ in shown


@pytest.mark.usefixtures("asking")
def test_the_last_figures_stay_when_the_api_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened("monitoring")
    assert "All is well" in html(page)
    monkeypatch.setenv("PDX_API_URL", f"http://127.0.0.1:{free_port()}")
    get_settings.cache_clear()
    shown = html(ran(page))
    assert "The service does not answer" in shown
    assert "Right now" in shown


class TestCredits:
    def test_every_source_of_the_notice_is_named(self) -> None:
        root = checkout()
        assert root
        notice = (root / "NOTICE").read_text(encoding="utf-8")
        known = licences()
        assert {source.name for source in SOURCES} == known.keys() - {"predictiondex"}
        for source in SOURCES:
            version, licence = known[source.name]
            assert f"  {source.name} {version} " in notice
            assert f"Copyright (c) {source.copyright}" in notice
            assert licence in notice
        packages = [line for line in notice.splitlines() if line.startswith("  ") and line[2] != " "]
        assert len(packages) == len(SOURCES)
