"""What the API measures. The first six names and their labels are a contract with dashboards and alerts."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from predictiondex import __version__
from predictiondex.monitoring.gauges import WatchCollector

REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PREDICTION_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
CONFIDENCE_BUCKETS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99, 1.0)

#: Label of every request that matches no route: a scan of random paths must not grow the series.
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})

# Creation times double the number of series and no panel or alert reads them.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one app, in a registry of its own so that several apps can live in one process.

    ``home``: where the watcher writes what it finds, which is shown among them.
    """

    def __init__(self, home: Path) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(WatchCollector(home))
        self._request_metrics()
        self._model_metrics()
        build = Gauge(
            "api_build_info", "Version of the service; always 1.", ["version"], registry=self.registry
        )
        build.labels(__version__).set(1)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def _request_metrics(self) -> None:
        self.requests = Counter(
            "api_requests_total",
            "Requests answered.",
            ["method", "endpoint", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "api_request_duration_seconds",
            "Time from the first byte of a request to the end of its answer.",
            ["method", "endpoint"],
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self.errors = Counter(
            "api_errors_total",
            "Requests answered with a 4xx or 5xx, by kind of problem.",
            ["method", "endpoint", "error_type"],
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "api_requests_in_flight", "Requests being answered right now.", registry=self.registry
        )

    def _model_metrics(self) -> None:
        self.predictions = Counter(
            "model_predictions_total", "Predictions served.", ["model_name"], registry=self.registry
        )
        self.prediction_seconds = Histogram(
            "model_prediction_latency_seconds",
            "Time to make one prediction, without HTTP.",
            ["model_name"],
            buckets=PREDICTION_BUCKETS,
            registry=self.registry,
        )
        self.confidence = Histogram(
            "model_prediction_confidence",
            "max(p, 1 - p) of the recommended move.",
            ["model_name"],
            buckets=CONFIDENCE_BUCKETS,
            registry=self.registry,
        )

    def request(
        self, method: str, endpoint: str, status: int, seconds: float, error_type: str | None
    ) -> None:
        """Count one finished request."""
        method = method if method in METHODS else "OTHER"
        self.requests.labels(method, endpoint, str(status)).inc()
        self.request_seconds.labels(method, endpoint).observe(seconds)
        if error_type is not None:
            self.errors.labels(method, endpoint, error_type).inc()

    def prediction(self, model: str, seconds: float, confidence: float) -> None:
        """Count one prediction."""
        self.predictions.labels(model).inc()
        self.prediction_seconds.labels(model).observe(seconds)
        self.confidence.labels(model).observe(confidence)

    def render(self, accept: str) -> tuple[bytes, str]:
        """The exposition and its content type, in the format that the scraper asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type
