"""What the API's metrics say at one moment, and what changed between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from prometheus_client.parser import text_string_to_metric_families

#: What a histogram of prometheus_client is made of: upper bound -> observations up to it.
Buckets = Mapping[float, float]
#: Requests that tell nothing about what visitors see.
PROBES = frozenset({"/readyz", "/livez", "/health", "/metrics"})


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the API: requests, those answered with a 4xx or 5xx, and how long they took."""

    endpoint: str
    requests: float
    refused: float
    failed: float
    seconds: Buckets


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures at ``time`` (Unix time). ``gauges`` are metrics without labels, by name."""

    time: float
    routes: Mapping[str, Route] = field(default_factory=dict)
    predictions: float = 0.0
    prediction_seconds: Buckets = field(default_factory=dict)
    confidence: float | None = None
    gauges: Mapping[str, float] = field(default_factory=dict)
    drift: Mapping[str, float] = field(default_factory=dict)
    last_runs: Mapping[str, float] = field(default_factory=dict)

    @property
    def requests(self) -> float:
        """Requests of visitors and programs, those of probes aside."""
        return sum(route.requests for route in self.routes.values())

    @property
    def failed(self) -> float:
        """Of these, answered with a 5xx."""
        return sum(route.failed for route in self.routes.values())

    @property
    def request_seconds(self) -> Buckets:
        """How long they took."""
        return added(route.seconds for route in self.routes.values())

    def since(self, former: Reading) -> Reading:
        """What came since ``former``; all of it where the counters began anew meanwhile."""
        if self.requests < former.requests or self.predictions < former.predictions:
            return self
        routes = {name: _less(route, former.routes.get(name)) for name, route in self.routes.items()}
        seconds = _minus(self.prediction_seconds, former.prediction_seconds)
        return Reading(
            self.time, routes, self.predictions - former.predictions, seconds, self.confidence, self.gauges
        )


def read(text: str, time: float) -> Reading:
    """The metrics as Prometheus reads them. Raises ``ValueError`` for something else."""
    requests: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    buckets: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    sums: dict[str, float] = defaultdict(float)
    gauges: dict[str, float] = {}
    drift: dict[str, float] = {}
    last_runs: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for name, labels, value, *_ in family.samples:
            endpoint = labels.get("endpoint", "")
            if endpoint in PROBES:
                continue
            if name == "api_requests_total":
                requests[endpoint][labels["status"][:1]] += value
            elif name == "api_request_duration_seconds_bucket":
                buckets[endpoint][_bound(labels)] += value
            elif name in ("model_prediction_latency_seconds_bucket", "model_prediction_confidence_bucket"):
                buckets[name][_bound(labels)] += value
            elif name == "drift_score" and labels.get("test") == "psi":
                drift[labels["feature"]] = value
            elif name == "watch_last_run_timestamp_seconds":
                last_runs[labels["task"]] = value
            elif not labels:
                gauges[name] = value
            sums[name] += value
    asked = sums["model_prediction_confidence_count"]
    return Reading(
        time,
        {name: _route(name, counts, buckets[name]) for name, counts in requests.items()},
        sums["model_predictions_total"],
        dict(buckets["model_prediction_latency_seconds_bucket"]),
        sums["model_prediction_confidence_sum"] / asked if asked else None,
        gauges,
        drift,
        last_runs,
    )


def quantile(share: float, buckets: Buckets) -> float | None:
    """The value that ``share`` (0-1) of the observations stay below, as Prometheus estimates it."""
    total = buckets.get(inf, 0.0)
    if not total:
        return None
    below, floor = 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= share * total:
            if bound == inf or count == below:
                return floor
            return floor + (bound - floor) * (share * total - below) / (count - below)
        below, floor = count, bound
    return floor


def added(several: Iterable[Buckets]) -> Buckets:
    """Histograms of the same bounds as one."""
    total: dict[float, float] = defaultdict(float)
    for buckets in several:
        for bound, count in buckets.items():
            total[bound] += count
    return total


def _bound(labels: Mapping[str, str]) -> float:
    return float(labels["le"].replace("+Inf", "inf"))


def _route(endpoint: str, counts: Mapping[str, float], buckets: Buckets) -> Route:
    return Route(endpoint, sum(counts.values()), counts.get("4", 0.0), counts.get("5", 0.0), dict(buckets))


def _less(route: Route, former: Route | None) -> Route:
    if former is None:
        return route
    return Route(
        route.endpoint,
        route.requests - former.requests,
        route.refused - former.refused,
        route.failed - former.failed,
        _minus(route.seconds, former.seconds),
    )


def _minus(buckets: Buckets, former: Buckets) -> Buckets:
    return {bound: count - former.get(bound, 0.0) for bound, count in buckets.items()}
