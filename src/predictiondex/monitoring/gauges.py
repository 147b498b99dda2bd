"""What the watcher found out, as metrics: it writes a small file, the API shows its content when scraped."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from predictiondex.durable import write_whole

#: Findings older than this are not shown any more, but for the time of the last look.
STALE_SECONDS: Final = 900.0
LAST_RUN: Final = "watch_last_run_timestamp_seconds"

#: Name -> what it says, labels. Names that end in ``_total`` are counters since the watcher's start.
METRICS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "drift_score": ("Change of a column of the requests against the training data.", ("feature", "test")),
    "drift_detected": ("1 while enough columns have drifted.", ()),
    "drift_window_rows": ("Requests that drift is judged on.", ()),
    "shadow_calibration_error": ("Mean distance between served and simulated chances, by bins.", ()),
    "shadow_mean_squared_error": ("Mean squared error of served chances, simulation's noise taken off.", ()),
    "shadow_regret": ("Win probability lost by the recommended moves.", ()),
    "shadow_window_rows": ("Scored predictions behind the figures.", ()),
    "shadow_samples_total": ("Served predictions that were simulated again.", ()),
    "shadow_misses_total": ("Of these, told more than 0.1 away from the simulated chance.", ()),
    "outcome_brier": ("Brier score of served chances against results told by players.", ()),
    "outcome_window_rows": ("Told results behind the score.", ()),
    LAST_RUN: ("When a check last ran to its end, or else a watcher first began.", ("task",)),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one metric."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


def state_file(home: Path) -> Path:
    """Where the watcher of a home writes."""
    return home / "monitoring" / "watch.json"


def write(path: Path, samples: Iterable[Sample], *, written: float | None = None) -> None:
    """Replace the findings, in one step. Raises ``OSError`` when that is not possible.

    ``written``: when they were found (Unix time), where that is not now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "written": time.time() if written is None else written,
        "samples": [[one.name, one.value, list(one.labels)] for one in samples],
    }
    write_whole(path, json.dumps(content, allow_nan=False).encode())


def read(path: Path) -> tuple[float, list[Sample]]:
    """When the findings were written (Unix time) and what they are; nothing where there are none."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        samples = [Sample(name, float(value), tuple(labels)) for name, value, labels in content["samples"]]
        return float(content["written"]), samples
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0, []


class WatchCollector(Collector):
    """Shows the findings of the watcher of a home; to be registered with a registry of metrics."""

    def __init__(self, home: Path) -> None:
        self._path = state_file(home)

    def describe(self) -> Iterator[Metric]:
        """The names, so that registering reads no file."""
        for name in METRICS:
            yield _family(name)

    def collect(self) -> Iterator[Metric]:
        """The findings, while they are fresh."""
        written, samples = read(self._path)
        # Written in the future, by a clock that was wrong since, they would never be old.
        fresh = abs(time.time() - written) < STALE_SECONDS
        families = {one.name: _family(one.name) for one in samples if one.name in METRICS}
        for one in samples:
            if one.name in families and (fresh or one.name == LAST_RUN):
                families[one.name].add_metric(one.labels, one.value)
        yield from (family for family in families.values() if family.samples)


def _family(name: str) -> CounterMetricFamily | GaugeMetricFamily:
    text, labels = METRICS[name]
    kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    return kind(name, text, labels=labels)
