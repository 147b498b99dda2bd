"""What the API measures. The first six names and their labels are a contract with dashboards and alerts.

With several workers each writes its values to files (``PROMETHEUS_MULTIPROC_DIR``, set before this module is
imported) and whoever is scraped adds them up; see :mod:`predictiondex.api.multiprocess`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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
from predictiondex.api import multiprocess
from predictiondex.api.predictionlog import Counts, PredictionLog
from predictiondex.monitoring.gauges import WatchCollector

if TYPE_CHECKING:
    from predictiondex.api.answers import Recommended

REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PREDICTION_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
CONFIDENCE_BUCKETS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99, 1.0)
CHANCE_BUCKETS = tuple(tenth / 10 for tenth in range(1, 11))

#: Label of every request that matches no route: a scan of random paths must not grow the series.
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
#: Label of every method that is none of these, or was never told.
NO_METHOD = "OTHER"
#: Why a request was one too many.
LIMITS: Final = ("key", "overload")
RELOADS: Final = ("ok", "failed")
RESULTS: Final = ("win", "loss", "tie")

# Creation times double the number of series and no panel or alert reads them.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one app, in a registry of its own so that several apps can live in one process.

    ``home``: where the watcher writes what it finds, which is shown among them.
    """

    def __init__(self, home: Path) -> None:
        self.registry = CollectorRegistry()
        self._shown = self.registry
        if multiprocess.active():
            self._shown = CollectorRegistry()
            multiprocess.register(self._shown)
        else:
            ProcessCollector(registry=self.registry)
            # Of several workers these would be the counts of whichever is asked, now this one and now that.
            GCCollector(registry=self.registry)
        PlatformCollector(registry=self._shown)
        self._shown.register(WatchCollector(home))
        # What repeats for every request is looked up once.
        self._request_series: dict[tuple[str, str, int], tuple[Any, Any]] = {}
        self._prediction_series: dict[str, tuple[Any, ...]] = {}
        self._reloads = dict.fromkeys(RELOADS, 0)
        self._logged = Counts(written=0, dropped=0)
        self._request_metrics()
        self._model_metrics()
        self._log_metrics()
        self._service_metrics()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, text: str, several: Any, *labels: str) -> Gauge:
        """``several``: how the values of several workers become one."""
        return Gauge(name, text, labels, multiprocess_mode=several, registry=self.registry)

    def _request_metrics(self) -> None:
        route = ("method", "endpoint")
        self.requests = self._counter("api_requests_total", "Requests answered.", *route, "status")
        self.request_seconds = self._histogram(
            "api_request_duration_seconds",
            "Time from the first byte of a request to the end of its answer.",
            REQUEST_BUCKETS,
            *route,
        )
        text = "Requests answered with a 4xx or 5xx, by kind of problem."
        self.errors = self._counter("api_errors_total", text, *route, "error_type")
        self.in_progress = self._gauge(
            "api_requests_in_progress", "Requests being answered right now.", "livesum"
        )
        text = "Requests refused as too many: of one key, or of all together."
        self.limited = self._counter("api_rate_limited_total", text, "reason")
        for reason in LIMITS:
            self.limited.labels(reason)

    def _model_metrics(self) -> None:
        name = "model_name"
        self.predictions = self._counter("model_predictions_total", "Predictions served.", name)
        self.prediction_seconds = self._histogram(
            "model_prediction_latency_seconds",
            "Time to make one prediction that is no plan, without HTTP.",
            PREDICTION_BUCKETS,
            name,
        )
        self.confidence = self._histogram(
            "model_prediction_confidence", "max(p, 1 - p) of the recommended move.", CONFIDENCE_BUCKETS, name
        )
        self.win_probability = self._histogram(
            "model_win_probability", "Chance to win with the recommended move.", CHANCE_BUCKETS, name
        )
        text = "Types of the recommended moves."
        self.recommended = self._counter("model_recommended_type_total", text, name, "type")
        text = "What answers predictions; always 1."
        self.model = self._gauge("model_info", text, "livemax", name, "version", "engine")
        text = "When the model in use was loaded (Unix time)."
        self.loaded = self._gauge("model_loaded_timestamp_seconds", text, "livemax")
        self.reloads = self._counter("model_reloads_total", "New champions taken up, or left out.", "result")
        for result in RELOADS:
            self.reloads.labels(result)

    def _log_metrics(self) -> None:
        self.log_queue = self._gauge(
            "prediction_log_queue", "Predictions that are not in the database yet.", "livesum"
        )
        self.log_bytes = self._gauge(
            "prediction_log_spool_bytes", "Bytes that are not in the database yet.", "livesum"
        )
        text = "Bytes that may wait for the database."
        self.log_limit = self._gauge("prediction_log_spool_limit_bytes", text, "livemax")
        text = "Predictions served that are not in the log: it was full, or the database refuses them."
        self.log_dropped = self._counter("prediction_log_dropped_total", text)
        self.log_written = self._counter("prediction_log_written_total", "Predictions made durable.")
        self.outcomes = self._counter("outcomes_total", "Results told for predictions.", "result")
        for result in RESULTS:
            self.outcomes.labels(result)

    def _service_metrics(self) -> None:
        text = "Version of the service; always 1."
        self._gauge("build_info", text, "livemax", "version").labels(__version__).set(1)

    def request(
        self, method: str, endpoint: str, status: int, seconds: float, error_type: str | None
    ) -> None:
        """Count one finished request."""
        method = method if method in METHODS else NO_METHOD
        series = self._request_series.get((method, endpoint, status))
        if series is None:
            series = (
                self.requests.labels(method, endpoint, str(status)),
                self.request_seconds.labels(method, endpoint),
            )
            self._request_series[method, endpoint, status] = series
        series[0].inc()
        series[1].observe(seconds)
        if error_type is not None:
            self.errors.labels(method, endpoint, error_type).inc()

    def refused(self, status: int, error_type: str) -> None:
        """Count what was refused before it was a whole request: it has neither route nor method yet."""
        self.requests.labels(NO_METHOD, UNMATCHED, str(status)).inc()
        self.errors.labels(NO_METHOD, UNMATCHED, error_type).inc()

    def prediction(self, model: str, seconds: float | None, recommended: Recommended | None) -> None:
        """Count one prediction, the seconds it took, and the move that it recommends where it does.

        No seconds of a plan: they are told to its caller, and nobody is promised them in milliseconds.
        """
        series = self._series_of(model)
        series[0].inc()
        if seconds is not None:
            series[1].observe(seconds)
        if recommended is not None:
            series[2].observe(recommended.confidence)
            series[3].observe(recommended.win_probability)
            self.recommended.labels(model, recommended.type).inc()

    def _series_of(self, model: str) -> tuple[Any, ...]:
        series = self._prediction_series.get(model)
        if series is None:
            measured = (self.predictions, self.prediction_seconds, self.confidence, self.win_probability)
            series = tuple(one.labels(model) for one in measured)
            self._prediction_series[model] = series
        return series

    def serving(self, name: str, version: str, engine: str, since: float) -> None:
        """Tell what answers from now on; ``since`` in Unix time."""
        if multiprocess.active():  # there a series cannot be taken away
            for labels in list(self.model._metrics):
                self.model.labels(*labels).set(0)
        else:
            self.model.clear()
        self.model.labels(name, version, engine).set(1)
        self.loaded.set(since)

    def reloaded(self, counts: Mapping[str, int]) -> None:
        """Tell how many new champions were taken up or left out since the start."""
        for result, count in counts.items():
            self.reloads.labels(result).inc(count - self._reloads[result])
            self._reloads[result] = count

    def log_state(self, log: PredictionLog) -> None:
        """Tell how the prediction log of this process stands."""
        self.log_limit.set(log.limit)
        self.log_queue.set(log.waiting_rows)
        self.log_bytes.set(log.waiting_bytes)
        counts = log.counts
        self.log_written.inc(counts.written - self._logged.written)
        self.log_dropped.inc(counts.dropped - self._logged.dropped)
        self._logged = counts

    def render(self, accept: str) -> tuple[bytes, str]:
        """The exposition and its content type, in the format that the scraper asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self._shown), content_type
