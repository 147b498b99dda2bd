"""The metrics that dashboards and alerts read, by name and label."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from predictiondex.api import lifecycle
from predictiondex.api.app import create_app
from predictiondex.api.keys import KeyRing
from predictiondex.api.lifecycle import Service
from predictiondex.api.metrics import Metrics
from predictiondex.settings import Settings
from tests.api.serving import serving_app, wait_until_ready
from tests.api.test_predictionlog import row

CONTRACT = {
    "api_requests": ("counter", {"method", "endpoint", "status"}),
    "api_request_duration_seconds": ("histogram", {"method", "endpoint"}),
    "api_errors": ("counter", {"method", "endpoint", "error_type"}),
    "model_predictions": ("counter", {"model_name"}),
    "model_prediction_latency_seconds": ("histogram", {"model_name"}),
    "model_prediction_confidence": ("histogram", {"model_name"}),
}


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """An app of its own: its counters start at nothing."""
    return create_app(settings)


@pytest.fixture
def own(app: FastAPI) -> Iterator[httpx.Client]:
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def samples(http: httpx.Client) -> list[Sample]:
    response = http.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    return [sample for family in text_string_to_metric_families(response.text) for sample in family.samples]


def value(found: list[Sample], name: str, **labels: str) -> float:
    matching = [one.value for one in found if one.name == name and labels.items() <= one.labels.items()]
    return sum(matching)


def test_requests_are_counted_by_route(own: httpx.Client) -> None:
    for name in ("pikachu", "mew", "nobody"):
        own.get(f"/pokemon/{name}")
    own.get("/predict/best-move")
    found = samples(own)
    route = {"method": "GET", "endpoint": "/pokemon/{id}"}
    assert value(found, "api_requests_total", **route, status="200") == 2
    assert value(found, "api_requests_total", **route, status="404") == 1
    assert value(found, "api_request_duration_seconds_count", **route) == 3
    assert value(found, "api_errors_total", **route, error_type="unknown-name") == 1
    wrong_method = {"method": "GET", "endpoint": "/predict/best-move"}
    assert value(found, "api_errors_total", **wrong_method, error_type="method-not-allowed") == 1


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/docs", "/docs"),
        ("/openapi.json", "/openapi.json"),
        ("/static-offline-docs/swagger-ui.css", "/static-offline-docs"),
        ("/static-offline-docs/nothing.css", "/static-offline-docs"),
        ("/livez", "/livez"),
        ("/types/by-name/feu/pokemon", "/types/by-name/{name}/pokemon"),
    ],
)
def test_everything_that_is_served_has_a_label(own: httpx.Client, path: str, endpoint: str) -> None:
    own.get(path)
    assert value(samples(own), "api_requests_total", endpoint=endpoint) == 1


def test_head_has_the_label_of_its_route(own: httpx.Client) -> None:
    own.head("/pokemon/mew")
    own.head("/pokemon/nobody")
    found, route = samples(own), {"method": "HEAD", "endpoint": "/pokemon/{id}"}
    assert value(found, "api_requests_total", **route, status="200") == 1
    assert value(found, "api_errors_total", **route, error_type="unknown-name") == 1


def test_every_error_is_counted_as_one(own: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    own.post("/predict/best-move", content=b"{", headers=headers)
    own.post("/predict/best-move", content=b" " * 300_000, headers=headers)
    own.get("/nope")
    found = samples(own)
    assert value(found, "api_errors_total") == 3
    best_move = {"method": "POST", "endpoint": "/predict/best-move"}
    assert value(found, "api_errors_total", **best_move, error_type="invalid-request") == 1
    assert value(found, "api_errors_total", **best_move, error_type="too-large") == 1
    assert value(found, "api_errors_total", endpoint="unmatched", error_type="not-found") == 1


@pytest.mark.slow
def test_random_paths_and_methods_add_no_series(own: httpx.Client) -> None:
    own.get("/first")
    own.request("PROPFIND", "/first")
    own.request("X" * 40, "/first")  # that is not HTTP
    before = {(one.name, *sorted(one.labels.items())) for one in samples(own)}
    for number in range(1000):
        own.get(f"/random/{number}")
    for method in ("PROPFIND", "LINK", "X" * 40):
        own.request(method, "/first")
    after = {(one.name, *sorted(one.labels.items())) for one in samples(own)}
    # The first scrape itself is in the second one.
    assert {series for series in after - before if ("endpoint", "/metrics") not in series} == set()


def test_predictions_are_measured(own: httpx.Client) -> None:
    wait_until_ready(own)
    answer = own.post(
        "/predict/best-move",
        json={
            "you": {"pokemon": "Pikachu", "moves": ["Thunderbolt"]},
            "opponent": {"pokemon": "Gyarados", "moves": ["Bite"]},
            "simulations": 100,
        },
    ).json()
    model = {"model_name": answer["model"]["name"]}
    families = {
        family.name: (family.type, {label for one in family.samples for label in one.labels} - {"le"})
        for family in text_string_to_metric_families(own.get("/metrics").text)
    }
    own.get("/nope")
    found = samples(own)
    assert {name: families.get(name) for name in CONTRACT if name != "api_errors"} == {
        name: kind for name, kind in CONTRACT.items() if name != "api_errors"
    }
    assert value(found, "model_predictions_total", **model) == 1
    assert value(found, "model_prediction_latency_seconds_count", **model) == 1
    assert value(found, "model_prediction_confidence_sum", **model) == pytest.approx(answer["confidence"])


@pytest.mark.slow
def test_a_plan_is_a_prediction_whose_time_is_promised_to_nobody(own: httpx.Client) -> None:
    wait_until_ready(own)
    plan = own.post("/predict/plan", json={"pokemon": "Rattata", "level": 40}, timeout=300)
    model = {"model_name": plan.json()["model"]["name"]}
    own.get("/nope")
    found = samples(own)
    assert value(found, "model_predictions_total", **model) == 1
    assert value(found, "model_prediction_latency_seconds_count", **model) == 0


def test_histograms_resolve_the_times_that_are_promised(own: httpx.Client) -> None:
    own.get("/livez")
    bounds = {one.labels["le"] for one in samples(own) if one.name == "api_request_duration_seconds_bucket"}
    assert {"0.0025", "0.01", "0.025"} <= bounds


def test_nothing_is_in_flight_in_the_end(own: httpx.Client) -> None:
    own.get("/pokemon/")
    assert value(samples(own), "api_requests_in_progress") == 1  # the scrape itself


def test_what_was_logged_last_is_counted_when_a_worker_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "METRICS_SECONDS", 3600.0)  # never again after the beginning
    settings, metrics = Settings(home=tmp_path), Metrics(tmp_path)
    service = Service(settings, metrics, KeyRing(settings.keys_file))

    async def serve() -> None:
        async with service.running():
            await service.log.record(row())

    asyncio.run(serve())
    assert metrics.registry.get_sample_value("prediction_log_written_total") == 1


def test_apps_do_not_share_counters(app: FastAPI, settings: Settings) -> None:
    app.state.metrics.request("GET", "/x", 200, 0.1, None)
    other = create_app(settings)
    content, _ = other.state.metrics.render("")
    assert b'endpoint="/x"' not in content


def test_a_scraper_may_ask_for_openmetrics(own: httpx.Client) -> None:
    response = own.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    assert response.text.endswith("# EOF\n")
