"""The configuration under test, as data."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "docker" / "prometheus"
GRAFANA = ROOT / "docker" / "grafana"
RUNBOOKS = ROOT / "docs" / "MONITORING_README.md"
HERE = Path(__file__).parent
RULE_FILES = ("rules.yml", "alerts.yml")


@cache
def rules() -> list[dict[str, Any]]:
    """Every recording and alerting rule."""
    groups = [
        group
        for name in RULE_FILES
        for group in yaml.safe_load((PROMETHEUS / name).read_text(encoding="utf-8"))["groups"]
    ]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    """Every alert by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def cases() -> dict[str, list[dict[str, Any]]]:
    """The promtool test groups by the alert they are about."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name in ("alerts.test.yml", "burn.test.yml"):
        for group in yaml.safe_load((HERE / name).read_text(encoding="utf-8"))["tests"]:
            found.setdefault(group["name"].split()[0], []).append(group)
    return found


def anchors() -> set[str]:
    """Anchors of the headings of the runbooks, as a Markdown page has them."""
    headings = re.findall(r"^#+ (.+)$", RUNBOOKS.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@cache
def boards() -> dict[str, dict[str, Any]]:
    """The checked-in dashboards by file name."""
    folder = GRAFANA / "dashboards"
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """The panels of a dashboard that ask Prometheus something."""
    return [panel for panel in board["panels"] if panel["type"] not in {"row", "text"}]
