"""Every expression of every panel, rule and alert, asked of a real Prometheus that scrapes the real API.

Nothing is taken on trust: the API and node-exporter are scraped, traffic is driven, and then no expression
may be refused, and none may come back empty where data must be.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from predictiondex.monitoring import gauges
from predictiondex.monitoring.requests import Ask, Asker, Kind
from predictiondex.monitoring.traffic import Traffic
from predictiondex.settings import Settings
from scripts.render_dashboards import Source, render
from tests.monitoring.configs import alerts, boards, panels, rules
from tests.monitoring.servers import Servers, api_server, free_port, wait_for, watched

KINDS: tuple[Kind, ...] = ("predict", "read", "error")
#: Names that come from Prometheus itself.
OWN = {"up", "ALERTS"}
#: Words of PromQL that are no metrics.
WORDS = {
    "sum", "rate", "increase", "by", "le", "or", "and", "histogram_quantile", "max", "min", "avg", "count",
    "sqrt", "time", "vector", "absent", "predict_linear", "sort_desc", "on", "ignoring", "without", "bool",
}  # fmt: skip
#: Panels that need a trained champion, or something that goes wrong.
DRIFT = {"Drift", "Population stability index", "Kolmogorov-Smirnov distance"}
QUIET = DRIFT | {"Alerts"}
#: The same of recorded series and alerts.
SELDOM = re.compile(r"drift_detected|drift_score")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The API, Prometheus and node-exporter, after traffic of every kind."""
    folder = tmp_path_factory.mktemp("real")
    settings = Settings(home=folder / "home")
    settings.home.mkdir()
    with api_server(settings, WATCH_SECONDS="1", SHADOW_BUDGET="0.5") as api, watched(api, folder) as servers:
        wait_for("the API is scraped", lambda: servers.scrapes() >= 2)
        with Traffic(api, "burst", seed=11) as crowd, ThreadPoolExecutor(1) as beside:
            running = beside.submit(crowd.run, 120)
            tell_results(servers)
            for kind in KINDS:
                for ask in asked(kind, 8, 11):
                    crowd.send(ask)
            wait_for("answers were scored", lambda: value(servers, "shadow_samples_total") > 0)
            wait_for("results were weighed", lambda: value(servers, "outcome_window_rows") > 0)
            so_far = servers.scrapes()
            wait_for("all of it was scraped and recorded", lambda: servers.scrapes() >= so_far + 4)
            servers.busy = time.time()
            crowd.stop()
            facts = running.result().facts()
        assert facts["unexpected"] == 0, facts
        yield servers


def asked(kind: Kind, count: int, seed: int) -> list[Ask]:
    """Requests of one kind."""
    asker = Asker(seed)
    return [asker.ask(kind) for _ in range(count)]


def tell_results(servers: Servers) -> None:
    """Players tell how three battles ended."""
    moves = [ask for ask in asked("predict", 20, 12) if ask.path.endswith("best-move")]
    with httpx.Client(base_url=servers.api, timeout=30) as http:
        for ask, result in zip(moves, ("win", "loss", "tie"), strict=False):
            prediction = http.post(ask.path, json=ask.json).json()["prediction_id"]
            answer = http.post(f"/predictions/{prediction}/outcome", json={"result": result})
            assert answer.is_success, answer.text


def value(servers: Servers, name: str) -> float:
    """A metric's value, 0 where there is none."""
    found = servers.ask(f"sum({name})")
    return float(found[0]["value"][1]) if found else 0.0


@pytest.fixture(scope="module")
def scraped(servers: Servers) -> set[str]:
    """Every name that the API and the machine show, with what Prometheus makes of histograms."""
    text = httpx.get(f"{servers.api}/metrics").text + httpx.get(f"{servers.node}/metrics").text
    found = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    found |= set(re.findall(r"^(\w+)[{ ]", text, re.MULTILINE))
    histograms = re.findall(r"^# TYPE (\w+) histogram", text, re.MULTILINE)
    # The watcher's findings are shown once it has some.
    found |= set(gauges.METRICS)
    return found | {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}


@pytest.fixture(scope="module")
def source(servers: Servers) -> Source:
    """The minute that ended while there was traffic, at the pace of the test's scrapes."""
    return Source(servers.prometheus, servers.busy - 60, servers.busy, scrape=1.0)


def names(expression: str) -> set[str]:
    """Names of the metrics in an expression; those of recorded series have colons."""
    plain = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(?:by|without)\s*\([^)]*\)', " ", expression)
    return set(re.findall(r"[a-zA-Z_:][\w:]*", plain)) - WORDS


def permissive(expression: str) -> str:
    """An alert's expression with limits that everything is beyond: it answers wherever there is data."""
    always = {">": "> -1e99", ">=": "> -1e99", "<": "< 1e99", "==": "> -1e99"}
    limit = re.compile(r"(>=|==|>|<) (?:[\d.]+ \* )?[\d.]+(?![\w.\[])")
    return limit.sub(lambda found: always[found[1]], expression)


def sources(expression: str) -> set[str]:
    """Names of scraped metrics that an expression rests on, recorded series followed."""
    recorded = {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}
    found = set()
    for name in names(expression):
        found |= sources(recorded[name]) if name in recorded else {name}
    return found


EXPRESSIONS = [
    *(
        (f"rule {rule['record']} {rule.get('labels', '')}", rule["expr"])
        for rule in rules()
        if "record" in rule
    ),
    *((f"alert {name}", alert["expr"]) for name, alert in alerts().items()),
    *(
        (f"panel {panel['title']}", target["expr"])
        for board in boards().values()
        for panel in panels(board)
        for target in panel["targets"]
    ),
]


def test_every_target_is_up(servers: Servers) -> None:
    found = {one["metric"]["job"]: one["value"][1] for one in servers.ask("up")}
    assert found == {"api": "1", "prometheus": "1", "node": "1"}


def test_every_name_is_in_a_live_scrape(scraped: set[str]) -> None:
    wanted = {name: what for what, expression in EXPRESSIONS for name in sources(expression)}
    missing = {name: what for name, what in wanted.items() if name not in scraped | OWN}
    assert missing == {}


def test_no_expression_is_refused_and_none_is_empty_where_data_must_be(
    servers: Servers, source: Source
) -> None:
    empty = []
    for what, expression in EXPRESSIONS:
        kind, _, name = what.partition(" ")
        if kind == "panel":
            query, seldom = source.filled_in(expression), name in QUIET
            found = servers.ask_range(query, source.start, source.end, source.step)
        else:
            query = permissive(expression)
            seldom = any(map(SELDOM.search, {expression, *sources(expression)}))
            servers.ask(expression)
            found = servers.ask(query)
        if not found and not seldom:
            empty.append((what, query))
    assert empty == []


def test_prometheus_has_evaluated_every_rule_and_nothing_fires(servers: Servers) -> None:
    groups = httpx.get(f"{servers.prometheus}/api/v1/rules").json()["data"]["groups"]
    found = [rule for group in groups for rule in group["rules"]]
    assert len(found) == len(rules())
    assert [rule["name"] for rule in found if rule["health"] != "ok"] == []
    assert [rule["name"] for rule in found if rule.get("state") == "firing"] == []


@pytest.mark.parametrize("name", boards())
def test_panels_can_be_drawn_from_the_answers(source: Source, name: str, tmp_path: Path) -> None:
    picture = tmp_path / f"{name}.png"
    empty = render(boards()[name], source, picture)
    assert set(empty) <= QUIET
    assert picture.stat().st_size > 50_000


def test_the_variables_have_values(servers: Servers) -> None:
    assert {one["metric"]["job"] for one in servers.ask("api_requests_total")} == {"api"}


def test_a_fault_of_the_service_is_seen(servers: Servers) -> None:
    """The alert's own arithmetic on live counters: mistakes of callers are no faults."""
    (ratio,) = servers.ask("job:api_errors:ratio_rate5m")
    assert float(ratio["value"][1]) == 0.0
    assert float(servers.ask('sum(api_requests_total{status=~"4.."})')[0]["value"][1]) > 0


@pytest.mark.slow
def test_an_api_that_is_away_raises_the_alarm_and_nothing_else(tmp_path: Path) -> None:
    """On a real server, with minutes made seconds: nobody listens at the address of the API."""
    api = f"127.0.0.1:{free_port()}"
    with watched(f"http://{api}", tmp_path, hurried=True) as servers:
        firing = f'ALERTS{{alertname="ApiDown", alertstate="firing", instance="{api}"}}'
        wait_for("ApiDown fires", lambda: bool(servers.ask(firing)))
        # How the disk and the memory of this machine are is its own business.
        assert servers.firing() - {"DiskFullSoon", "DiskSpaceLow", "MemoryLow"} == {"ApiDown"}
        told = httpx.get(f"{servers.prometheus}/api/v1/alerts").json()["data"]["alerts"]
    (alert,) = [
        one for one in told if (one["labels"]["alertname"], one["labels"].get("instance")) == ("ApiDown", api)
    ]
    assert alert["labels"]["severity"] == "critical"
    assert f"has not reached api {api}" in alert["annotations"]["description"]


# --- Grafana ------------------------------------------------------------------------------------------------


@pytest.fixture
def grafana() -> Iterator[httpx.Client]:
    """A real Grafana, named by ``GRAFANA_URL`` (user and password in it, or ``GRAFANA_TOKEN``)."""
    url = os.environ.get("GRAFANA_URL")
    if not url:
        pytest.skip("GRAFANA_URL is not set: the dashboards were not loaded in Grafana")
    token = os.environ.get("GRAFANA_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        yield client


@pytest.mark.parametrize("name", boards())
def test_grafana_imports_and_opens_a_dashboard(grafana: httpx.Client, name: str) -> None:
    board: dict[str, Any] = json.loads(json.dumps(boards()[name]))
    board["uid"] += "-tried"
    board["title"] += " (tried)"
    try:
        saved = grafana.post("/api/dashboards/db", json={"dashboard": board, "overwrite": True})
        assert saved.status_code == 200, saved.text
        opened = grafana.get(f"/api/dashboards/uid/{board['uid']}").json()["dashboard"]
        assert [panel["title"] for panel in opened["panels"]] == [panel["title"] for panel in board["panels"]]
    finally:
        grafana.delete(f"/api/dashboards/uid/{board['uid']}")
