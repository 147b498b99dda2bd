"""What can be seen of a running service from outside: its metrics, its prediction log, its own log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from predictiondex import store
from predictiondex.settings import Settings
from predictiondex.store import PredictionRow


def value(http: httpx.Client, name: str, **labels: str) -> float:
    """The sum of a metric's series with these labels."""
    answer = http.get("/metrics")
    assert answer.status_code == 200, answer.text  # whoever waits for a value forgives errors of HTTP
    families = text_string_to_metric_families(answer.text)
    samples = [one for family in families for one in family.samples]
    return sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items())


def rows(settings: Settings) -> list[PredictionRow]:
    """Every prediction in the database."""
    engine = store.engine(settings.database_url)
    try:
        return store.Predictions(engine).recent(1_000_000)
    finally:
        engine.dispose()


def logged(settings: Settings) -> set[str]:
    """The ids of these."""
    return {row.prediction_id for row in rows(settings)}


def faults(log: Path) -> list[dict[str, Any]]:
    """What a service's log tells of faults of ours; it is JSON to the last line."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line for line in lines if line["level"] in ("error", "critical")]
