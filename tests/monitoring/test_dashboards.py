"""The dashboards: made from their source, of Grafana's types, complete, and leading to their runbooks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from scripts import build_dashboards, build_rules, render_dashboards
from scripts.dashboards import BOARDS
from tests.monitoring.configs import GRAFANA, alerts, boards, panels

FILES = boards()
PANELS = [
    pytest.param(board, panel, id=f"{name}-{panel['title']}")
    for name, board in FILES.items()
    for panel in panels(board)
]


def test_the_two_dashboards_of_the_brief_are_there() -> None:
    assert set(FILES) == {"model_performance.json", "api_performance.json"}


@pytest.mark.parametrize(("script", "written"), [(build_dashboards, "FOLDER"), (build_rules, "TARGET")])
def test_help_writes_nothing(
    script: Any, written: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, written, GRAFANA / "not" / "there")
    with pytest.raises(SystemExit) as ended:
        script.main(["--help"])
    assert ended.value.code == 0
    assert script.__name__ in capsys.readouterr().out


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.file)
def test_the_files_are_made_from_the_source(board: Any) -> None:
    told = (GRAFANA / "dashboards" / board.file).read_text(encoding="utf-8")
    assert told == build_dashboards.content(board), "run .venv/bin/python -m scripts.build_dashboards"


@pytest.mark.parametrize("name", FILES)
def test_grafanas_schema_loses_nothing_of_a_file(name: str) -> None:
    read = Dashboard.from_json(FILES[name])
    assert json.loads(json.dumps(read, cls=JSONEncoder)) == FILES[name]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("model_performance.json", ["Predictions", "P99", "Confidence", "Recommended types",
                                    "Win probabilities", "Versions served", "Error",
                                    "Population stability index"]),
        ("api_performance.json", ["Requests by endpoint", "Latency", "Error rate", "Uptime",
                                  "Requests in progress", "Budget left"]),
    ],
)  # fmt: skip
def test_the_panels_that_were_asked_for_are_there(name: str, wanted: list[str]) -> None:
    assert set(wanted) <= {panel["title"] for panel in panels(FILES[name])}


@pytest.mark.parametrize("name", FILES)
def test_latency_is_shown_at_three_quantiles(name: str) -> None:
    latency = next(panel for panel in panels(FILES[name]) if panel["title"] == "Latency")
    assert [re.findall(r"0\.\d+", target["expr"])[0] for target in latency["targets"]] == [
        "0.50",
        "0.95",
        "0.99",
    ]


@pytest.mark.parametrize(("board", "panel"), PANELS)
def test_a_panel_says_what_it_shows(board: dict[str, Any], panel: dict[str, Any]) -> None:
    del board
    assert panel["title"]
    assert len(panel["description"]) > 5
    assert panel["datasource"]["uid"] == "${datasource}"
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["value"] is None
    assert panel["targets"]


@pytest.mark.parametrize(("board", "panel"), PANELS)
def test_windows_follow_the_resolution_and_labels_the_variables(
    board: dict[str, Any], panel: dict[str, Any]
) -> None:
    names = {variable["name"] for variable in board["templating"]["list"]}
    for target in panel["targets"]:
        expression = target["expr"]
        assert set(re.findall(r"\[([^]]+)\]", expression)) <= {"$__rate_interval", "$__range"}
        used = set(re.findall(r"\$(\w+)", expression)) - {"__rate_interval", "__range"}
        assert used <= names
        own = re.findall(
            r"\b(?:api_|model_|process_|prediction_log|drift|shadow_|outcome|watch_|up\b)\w*(?={|\[)",
            expression,
        )
        assert len(own) == expression.count('instance=~"$instance"')


@pytest.mark.parametrize("name", FILES)
def test_panels_do_not_overlap(name: str) -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in FILES[name]["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        for cell in (
            (x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
        ):
            assert cell not in taken, f"{panel['title']} lies on {taken[cell]}"
            taken[cell] = panel["title"]
    numbers = [panel["id"] for panel in FILES[name]["panels"]]
    assert len(numbers) == len(set(numbers))


def test_links_lead_to_runbooks_that_are_there() -> None:
    texts = {
        board["uid"]: {
            panel["id"]: panel["options"]["content"] for panel in board["panels"] if panel["type"] == "text"
        }
        for board in FILES.values()
    }
    links = [link for board in FILES.values() for panel in panels(board) for link in panel.get("links") or []]
    assert len(links) > 20
    for link in links:
        found = re.fullmatch(r"/d/([\w-]+)\?viewPanel=(\d+)#(\w+)", link["url"])
        assert found, link["url"]
        headings = re.findall(r"^### (\w+)$", texts[found[1]][int(found[2])], re.MULTILINE)
        assert found[3] in {heading.lower() for heading in headings}


def test_every_alert_has_its_runbook_on_a_dashboard_and_every_dashboard_links_to_the_other() -> None:
    assert sorted(alert for board in BOARDS for alert in board.alerts) == sorted(alerts())
    for board in FILES.values():
        assert [link["tags"] for link in board["links"]] == [["predictiondex"]]
        assert board["tags"] == ["predictiondex"]


def test_grafana_is_provisioned_with_what_the_dashboards_name() -> None:
    folder = GRAFANA / "provisioning"
    source = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text(encoding="utf-8"))
    (prometheus,) = source["datasources"]
    assert (prometheus["uid"], prometheus["type"]) == ("prometheus", "prometheus")
    assert prometheus["jsonData"]["timeInterval"] == "15s"
    provider = yaml.safe_load((folder / "dashboards" / "dashboards.yml").read_text(encoding="utf-8"))
    assert provider["providers"][0]["options"]["path"] == "/var/lib/grafana/dashboards"
    for board in FILES.values():
        chosen = next(one for one in board["templating"]["list"] if one["name"] == "datasource")
        assert chosen["current"]["value"] == prometheus["uid"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "no address"])
def test_pictures_of_a_prometheus_that_is_away_are_refused_in_a_line(url: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=f"^No Prometheus answers at {url} "):
        render_dashboards.main([url, "--out", str(tmp_path / "new")])
