"""The alerts: promtool's cases pass, every alert has some, and changing a name or a limit breaks them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import build_rules
from tests.components import require
from tests.monitoring.configs import HERE, PROMETHEUS, RULE_FILES, alerts, anchors, cases

ALERTS = alerts()
CASES = cases()
#: A limit: a comparison with a number, or with the product of two.
LIMIT = re.compile(r"(?<=[<>=] )(?:[\d.]+ \* )?[\d.]+(?![\w.\[])")
FILES = ("alerts.test.yml", "burn.test.yml", "levels.test.yml")


def promtool(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run promtool."""
    command = [require("prometheus").with_name("promtool"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_the_rules_follow_from_the_service_levels() -> None:
    told = (PROMETHEUS / "rules.yml").read_text(encoding="utf-8")
    assert told == build_rules.text(), "run .venv/bin/python -m scripts.build_rules"


def test_prometheus_takes_the_configuration() -> None:
    result = promtool("check", "config", PROMETHEUS / "prometheus.yml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_jobs_are_scraped_every_15_seconds() -> None:
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
    assert config["global"]["scrape_interval"] == "15s"
    assert [job["job_name"] for job in config["scrape_configs"]] == ["api", "prometheus", "node"]
    assert not any("scrape_interval" in job for job in config["scrape_configs"])


def test_alertmanager_takes_its_configuration() -> None:
    command = [require("alertmanager"), "check-config", PROMETHEUS / "alertmanager.yml"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", [pytest.param(FILES[0], marks=pytest.mark.slow), *FILES[1:]])
def test_promtools_cases_pass(name: str) -> None:
    result = promtool("test", "rules", HERE / name)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_alerts_of_the_brief_are_there() -> None:
    assert {"HighPredictionLatency", "LowModelConfidence", "HighErrorRate"} <= set(ALERTS)


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_every_alert_has_a_case_where_it_fires_and_one_where_it_is_silent(name: str) -> None:
    asked = [one for group in CASES[name] for one in group["promql_expr_test"]]
    assert any(one["exp_samples"] for one in asked)
    assert any(not one["exp_samples"] for one in asked)
    series = " ".join(one["series"] for group in CASES[name] for one in group["input_series"])
    assert "over" in series
    assert "under" in series or "long-" in series


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_every_alert_explains_itself(name: str) -> None:
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    page, _, anchor = alert["annotations"]["runbook_url"].partition("#")
    assert page == "docs/MONITORING_README.md"
    assert anchor == name.lower()
    assert anchor in anchors()


# --- mutations --------------------------------------------------------------------------------------------


def verdict(folder: Path, changed: dict[str, Any], name: str) -> bool:
    """Whether the cases of alert ``name`` pass with the rule ``changed`` in the place of the alert."""
    folder.mkdir(parents=True, exist_ok=True)
    # Of the recorded series only those that alerts on thresholds read; burn.test.yml gives the others itself.
    recorded = yaml.safe_load((PROMETHEUS / "rules.yml").read_text(encoding="utf-8"))["groups"][0]
    group = {"name": "tried", "rules": [*recorded["rules"], changed]}
    (folder / "rules.yml").write_text(yaml.safe_dump({"groups": [group]}), encoding="utf-8")
    suite = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": CASES[name]}
    (folder / "suite.yml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    return promtool("test", "rules", "suite.yml", cwd=folder).returncode == 0


def mutants(alert: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The alert under another name, and with each limit moved a fifth up and down."""
    yield "another name", {**alert, "alert": alert["alert"] + "s"}
    for found in LIMIT.finditer(alert["expr"]):
        limit = found.group()
        for changed in (f"({limit} * 1.2)", f"({limit} * 0.8)") if limit != "0" else ("1e6", "-1e6"):
            text = alert["expr"][: found.start()] + changed + alert["expr"][found.end() :]
            yield f"{limit} -> {changed}", {**alert, "expr": text}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ALERTS))
def test_changing_a_name_or_a_limit_breaks_a_case(name: str, tmp_path: Path) -> None:
    alert = ALERTS[name]
    tried = list(mutants(alert))
    assert len(tried) >= 3, "an alert without a limit"
    assert verdict(tmp_path / "unchanged", alert, name)
    survivors = [what for at, (what, mutant) in enumerate(tried) if verdict(tmp_path / str(at), mutant, name)]
    assert survivors == []


@pytest.mark.slow
def test_texts_of_firing_alerts_are_filled_in(tmp_path: Path) -> None:
    """promtool shows what an alert says when the wrong text is expected of it."""
    groups = []
    for name, found in CASES.items():
        late = max(found[0]["promql_expr_test"], key=lambda one: len(one["exp_samples"]))
        wrong = {"exp_labels": {"never": "so"}}
        asked = {"eval_time": late["eval_time"], "alertname": name, "exp_alerts": [wrong]}
        groups.append({**found[0], "promql_expr_test": [], "alert_rule_test": [asked]})
    files = [str(PROMETHEUS / file) for file in RULE_FILES]
    suite = {"rule_files": files, "evaluation_interval": "1m", "tests": groups}
    (tmp_path / "suite.yml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    result = promtool("test", "rules", tmp_path / "suite.yml")
    said = result.stdout + result.stderr
    silent = [name for name, alert in ALERTS.items() if alert["annotations"]["summary"] not in said]
    assert silent == []
    assert not re.search(r"error expanding|no value|%!|\{\{", said)
