"""The dashboards as data. ``scripts/build_dashboards.py`` makes Grafana's JSON from them.

``API`` in an expression stands for the labels that the variables choose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from predictiondex.monitoring.levels import LEVELS

Kind = Literal["stat", "timeseries", "stacked", "bars", "heatmap", "table"]

_API: Final = 'job=~"$job", instance=~"$instance"'
_GREEN, _AMBER, _RED = "green", "orange", "red"
#: Colour from each value on; the first one counts from minus infinity.
Steps = tuple[tuple[float | None, str], ...]


def rising(amber: float, red: float) -> Steps:
    """More is worse."""
    return ((None, _GREEN), (amber, _AMBER), (red, _RED))


def falling(red: float, amber: float) -> Steps:
    """Less is worse."""
    return ((None, _RED), (red, _AMBER), (amber, _GREEN))


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. ``queries``: PromQL and the legend of its series. ``quiet``: why it may rightly be empty."""

    title: str
    description: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    kind: Kind = "timeseries"
    steps: Steps = ((None, _GREEN),)
    width: int = 12
    alert: str = ""
    quiet: str = ""
    decimals: int | None = None
    top: float | None = None

    @property
    def height(self) -> int:
        """In units of Grafana's grid."""
        return 4 if self.kind == "stat" else 8


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under a heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard."""

    uid: str
    file: str
    title: str
    description: str
    rows: tuple[Row, ...]
    alerts: tuple[str, ...]


def _stat(title: str, unit: str, query: str, description: str, **more: object) -> Panel:
    panel = Panel(title, description, unit, ((query, ""),), kind="stat", width=4)
    return replace(panel, **more)  # type: ignore[arg-type]


def _quantiles(metric: str, by: str = "") -> tuple[tuple[str, str], ...]:
    name = "{{" + by + "}} " if by else ""
    labels = f"le, {by}" if by else "le"
    rate = f"sum by ({labels}) (rate({metric}_bucket{{API}}[$__rate_interval]))"
    return tuple((f"histogram_quantile(0.{p}, {rate})", f"{name}P{p}") for p in (50, 95, 99))


def _level_panel() -> Panel:
    return Panel(
        "Budget left",
        "What is left of each level's budget of bad events, over three days. Below 0 it is overspent.",
        "percentunit",
        tuple(
            (f'service_level:budget_left:ratio3d{{service_level="{level.name}", job=~"$job"}}', level.title)
            for level in LEVELS
            if level.name != "calibration"
        ),
        kind="bars",
        steps=falling(0, 0.25),
        width=8,
        alert="AvailabilityBurningFast",
        top=1.0,
    )


_NO_ERRORS: Final = "empty while nothing fails"
_SHADOW: Final = "empty until predictions have been re-scored"
_DRIFT: Final = "empty until there are predictions enough to compare"
_OUTCOMES: Final = "empty until players tell how battles ended"

API_BOARD: Final = Board(
    uid="pdx-api",
    file="api_performance.json",
    title="PredictionDex: API",
    description="Requests, latency, errors, saturation, service levels and the prediction log of the API.",
    alerts=(
        "ApiDown", "HighErrorRate", "ManyRequestsRefused", "TargetDown", "AvailabilityBurningFast",
        "AvailabilityBurningSlow", "PredictionLogFilling", "PredictionLogDropping", "DiskSpaceLow",
        "DiskFullSoon", "MemoryLow",
    ),
    rows=(
        Row("Now", (
            _stat("API up", "percentunit", "avg(up{API})", "Share of the instances that answer.",
                  steps=falling(0.5, 1), alert="ApiDown"),
            _stat("Requests", "reqps", "sum(rate(api_requests_total{API}[$__rate_interval]))",
                  "Requests a second."),
            _stat("Failing", "percentunit", 'max(job:api_errors:ratio_rate5m{job=~"$job"})',
                  "Share of requests answered with a 5xx, over 5 minutes.", steps=rising(0.01, 0.05),
                  alert="HighErrorRate", decimals=2),
            _stat("P99", "s", _quantiles("api_request_duration_seconds")[2][0],
                  "99 % of the requests are answered within this time.", steps=rising(0.25, 1)),
            _stat("Uptime", "s", "min(time() - process_start_time_seconds{API})",
                  "Since the last start of the youngest instance."),
            _stat("Alerts firing", "short", 'count(ALERTS{alertstate="firing"}) or vector(0)',
                  "Alerts firing at this moment, all jobs.", steps=rising(1, 1), decimals=0),
        )),
        Row("Requests", (
            Panel("Requests by endpoint", "Requests a second, by route.", "reqps", (
                ("sum by (endpoint) (rate(api_requests_total{API}[$__rate_interval]))", "{{endpoint}}"),
            ), kind="stacked"),
            Panel("Latency", "Time from the first byte of a request to the end of its answer.", "s",
                  _quantiles("api_request_duration_seconds"), steps=rising(0.25, 1)),
            Panel("P95 by endpoint", "95 % of each route's requests are answered within this time.", "s", (
                ("histogram_quantile(0.95, sum by (le, endpoint) "
                 "(rate(api_request_duration_seconds_bucket{API}[$__rate_interval])))", "{{endpoint}}"),
            )),
            Panel("Answers by status", "Requests a second, by status code.", "reqps", (
                ("sum by (status) (rate(api_requests_total{API}[$__rate_interval]))", "{{status}}"),
            ), kind="stacked"),
        )),
        Row("Errors", (
            Panel("Error rate", "Share of requests answered with a 5xx, over 5 minutes: the service's fault.",
                  "percentunit", (
                ('job:api_errors:ratio_rate5m{job=~"$job"}', "5xx"),
            ), steps=rising(0.01, 0.05), width=8, alert="HighErrorRate"),
            Panel("Callers' mistakes", "Share of requests answered with a 4xx.", "percentunit", (
                ('(sum(rate(api_requests_total{API, status=~"4.."}[$__rate_interval])) or vector(0)) '
                 "/ sum(rate(api_requests_total{API}[$__rate_interval]))", "4xx"),
            ), width=8),
            Panel("Errors by kind", "Requests a second answered with a problem, by its kind and route.",
                  "reqps", (
                ("sum by (error_type, endpoint) (rate(api_errors_total{API}[$__rate_interval]))",
                 "{{error_type}} {{endpoint}}"),
            ), width=8, alert="HighErrorRate", quiet=_NO_ERRORS),
        )),
        Row("Saturation", (
            Panel("Requests in progress", "Being answered at this moment.", "short", (
                ("sum by (instance) (api_requests_in_progress{API})", "{{instance}}"),
            ), steps=rising(32, 128), width=6),
            Panel("Refused", "Requests a second answered 429 (key) or 503 (overload).", "reqps", (
                ("sum by (reason) (rate(api_rate_limited_total{API}[$__rate_interval]))", "{{reason}}"),
            ), steps=rising(1, 5), width=6, alert="ManyRequestsRefused",
                  quiet="empty while nobody is refused"),
            Panel("Processor", "Busy share of the machine's cores, and cores used by the API.", "short", (
                ("instance:node_cpu_busy:ratio_rate5m", "machine {{instance}} (share)"),
                ("sum by (instance) (rate(process_cpu_seconds_total{API}[$__rate_interval]))",
                 "API {{instance}} (cores)"),
            ), width=6),
            Panel("Memory of the API", "Resident memory.", "bytes", (
                ("process_resident_memory_bytes{API}", "{{instance}}"),
            ), steps=rising(2e9, 4e9), width=6),
            Panel("Memory available", "Share of the machine's memory.", "percentunit", (
                ("instance:node_memory_available:ratio", "{{instance}}"),
            ), steps=falling(0.1, 0.2), alert="MemoryLow", top=1.0),
            Panel("Disk available", "Share of each disk.", "percentunit", (
                ("instance_mountpoint:node_filesystem_avail:ratio", "{{instance}} {{mountpoint}}"),
            ), steps=falling(0.1, 0.2), alert="DiskSpaceLow", top=1.0),
        )),
        Row("Service levels", (
            _level_panel(),
            Panel("Bad events, 1 h", "Share of bad events of each level over an hour, beside what may be.",
                  "percentunit", (
                ('service_level:bad:ratio_rate1h{service_level!="calibration", job=~"$job"}',
                 "{{service_level}}"),
                ('1 - service_level:objective{service_level!="calibration"}', "{{service_level}}: allowed"),
            ), width=8, alert="AvailabilityBurningFast"),
            Panel("Alerts", "Firing and pending.", "short", (
                ("ALERTS", "{{alertname}}"),
            ), kind="table", width=8, quiet="empty while all is well"),
        )),
        Row("Prediction log", (
            Panel("Waiting", "Predictions in the queue to the database.", "short", (
                ("sum by (instance) (prediction_log_queue{API})", "{{instance}}"),
            ), width=8),
            Panel("Spool", "How full the spool on disk is.", "percentunit", (
                ("sum by (instance) (prediction_log_spool_bytes{API}) "
                 "/ sum by (instance) (prediction_log_spool_limit_bytes{API})", "{{instance}}"),
            ), steps=rising(0.5, 0.8), width=8, alert="PredictionLogFilling", top=1.0),
            Panel("Written and dropped", "Predictions a second.", "ops", (
                ("sum(rate(prediction_log_written_total{API}[$__rate_interval]))", "written"),
                ("sum(rate(prediction_log_dropped_total{API}[$__rate_interval]))", "dropped"),
            ), width=8, alert="PredictionLogDropping"),
        )),
    ),
)  # fmt: skip

MODEL_BOARD: Final = Board(
    uid="pdx-model",
    file="model_performance.json",
    title="PredictionDex: model",
    description="Predictions, their latency, confidence and distribution, versions, calibration and drift.",
    alerts=(
        "HighPredictionLatency", "LowModelConfidence", "ModelReloadFailed", "DataDrift", "ShadowErrorHigh",
        "ShadowCalibrationOff", "ShadowRegretHigh", "OutcomesContradict", "WatchStopped",
        "LatencyBurningFast", "LatencyBurningSlow", "CalibrationBurningFast", "CalibrationBurningSlow",
    ),
    rows=(
        Row("Now", (
            _stat("Predictions", "ops", "sum(rate(model_predictions_total{API}[$__rate_interval]))",
                  "Predictions a second."),
            _stat("P99", "s", _quantiles("model_prediction_latency_seconds")[2][0],
                  "99 % of the predictions are made within this time, without HTTP.",
                  steps=rising(0.05, 0.1), alert="HighPredictionLatency"),
            _stat("Confidence", "percentunit",
                  "sum(rate(model_prediction_confidence_sum{API}[$__rate_interval])) "
                  "/ sum(rate(model_prediction_confidence_count{API}[$__rate_interval]))",
                  "Mean of max(p, 1 - p) of the recommended moves; 50 % is a coin.",
                  steps=falling(0.6, 0.65), alert="LowModelConfidence"),
            _stat("Model loaded", "s", "max(time() - model_loaded_timestamp_seconds{API})",
                  "Since the model in use was loaded."),
            _stat("Shadow RMSE", "percentunit", "sqrt(max(shadow_mean_squared_error{API}))",
                  "Root mean squared error of served probabilities against simulation.",
                  steps=rising(0.07, 0.1), alert="ShadowErrorHigh", quiet=_SHADOW, decimals=2),
            _stat("Drift", "short", "max(drift_detected{API})", "1 while drift is detected.",
                  steps=rising(1, 1), alert="DataDrift", quiet=_DRIFT, decimals=0),
        )),
        Row("Predictions", (
            Panel("Predictions by model", "Predictions a second.", "ops", (
                ("sum by (model_name) (rate(model_predictions_total{API}[$__rate_interval]))",
                 "{{model_name}}"),
            ), kind="stacked"),
            Panel("Latency", "Time to make one prediction, without HTTP.", "s",
                  _quantiles("model_prediction_latency_seconds", "model_name"), steps=rising(0.05, 0.1),
                  alert="HighPredictionLatency"),
            Panel("Confidence", "Mean confidence of each model, and the share of predictions under 60 %.",
                  "percentunit", (
                ("sum by (model_name) (rate(model_prediction_confidence_sum{API}[$__rate_interval])) "
                 "/ sum by (model_name) (rate(model_prediction_confidence_count{API}[$__rate_interval]))",
                 "{{model_name}} mean"),
                ('sum by (model_name) (rate(model_prediction_confidence_bucket{API, le="0.6"}'
                 "[$__rate_interval])) / sum by (model_name) "
                 "(rate(model_prediction_confidence_count{API}[$__rate_interval]))",
                 "{{model_name}} under 60 %"),
            ), steps=falling(0.6, 0.65), alert="LowModelConfidence", top=1.0),
            Panel("Latency of all predictions", "How many predictions took how long.", "s", (
                ("sum by (le) (increase(model_prediction_latency_seconds_bucket{API}[$__rate_interval]))",
                 "{{le}}"),
            ), kind="heatmap"),
        )),
        Row("Distributions", (
            Panel("Recommended types", "Types of the recommended moves, over the time shown.", "short", (
                ("sort_desc(sum by (type) (increase(model_recommended_type_total{API}[$__range])))",
                 "{{type}}"),
            ), kind="bars", width=8, decimals=0),
            Panel("Win probabilities", "How often which chance to win was told.", "percentunit", (
                ("sum by (le) (increase(model_win_probability_bucket{API}[$__rate_interval]))", "{{le}}"),
            ), kind="heatmap", width=8),
            Panel("Confidences", "How often which confidence was told.", "percentunit", (
                ("sum by (le) (increase(model_prediction_confidence_bucket{API}[$__rate_interval]))",
                 "{{le}}"),
            ), kind="heatmap", width=8),
        )),
        Row("Versions", (
            Panel("Versions served", "What answers, by instance.", "short", (
                ("max by (model_name, version, engine, instance) (model_info{API})",
                 "{{model_name}} {{version}}"),
            ), kind="table"),
            Panel("Reloads", "Champions loaded or refused, by result.", "short", (
                ("sum by (result) (increase(model_reloads_total{API}[$__rate_interval]))", "{{result}}"),
            ), alert="ModelReloadFailed", quiet="empty until a champion is exchanged"),
        )),
        Row("Shadow scoring: served probabilities against simulation", (
            Panel("Error", "RMSE, calibration error and regret of the last re-scored predictions.",
                  "percentunit", (
                ("sqrt(max(shadow_mean_squared_error{API}))", "RMSE"),
                ("max(shadow_calibration_error{API})", "calibration error"),
                ("max(shadow_regret{API})", "regret"),
            ), steps=rising(0.07, 0.1), alert="ShadowErrorHigh", quiet=_SHADOW),
            Panel("Re-scored", "Predictions re-scored a second, and those off by more than 0.1.", "ops", (
                ("sum(rate(shadow_samples_total{API}[$__rate_interval]))", "re-scored"),
                ("sum(rate(shadow_misses_total{API}[$__rate_interval]))", "off by more than 0.1"),
            ), width=6, alert="CalibrationBurningFast", quiet=_SHADOW),
            Panel("Calibration budget left", "What is left of the budget over three days.", "percentunit", (
                ('service_level:budget_left:ratio3d{service_level="calibration", job=~"$job"}', "left"),
            ), kind="bars", steps=falling(0, 0.25), width=6, alert="CalibrationBurningSlow", quiet=_SHADOW,
                  top=1.0),
            Panel("Brier score of told outcomes", "Predictions against results that players told; a coin "
                  "scores 0.25.", "short", (
                ("max(outcome_brier{API})", "Brier score"),
            ), steps=rising(0.2, 0.25), alert="OutcomesContradict", quiet=_OUTCOMES, decimals=3),
            Panel("Outcomes told", "By result, over the time shown.", "short", (
                ("sum by (result) (increase(outcomes_total{API}[$__range]))", "{{result}}"),
            ), kind="bars", quiet=_OUTCOMES, decimals=0),
        )),
        Row("Drift: requests against the training reference", (
            Panel("Population stability index",
                  "By feature; above 0.2, and no accident, it counts as drifted.",
                  "short", (
                ('max by (feature) (drift_score{API, test="psi"})', "{{feature}}"),
            ), steps=rising(0.1, 0.2), alert="DataDrift", quiet=_DRIFT, decimals=2),
            Panel("Kolmogorov-Smirnov distance", "By feature: the largest gap between the distributions.",
                  "short", (
                ('max by (feature) (drift_score{API, test="ks"})', "{{feature}}"),
            ), alert="DataDrift", quiet=_DRIFT, decimals=2),
            Panel("Window", "Predictions compared.", "short", (
                ("max(drift_window_rows{API})", "rows"),
            ), width=6, quiet=_DRIFT, decimals=0),
            Panel("Last checks", "Time since the last check of each kind.", "s", (
                ("time() - max by (task) (watch_last_run_timestamp_seconds{API})", "{{task}}"),
            ), steps=rising(1800, 3600), width=6, alert="WatchStopped", quiet="empty until the first check"),
        )),
    ),
)  # fmt: skip

BOARDS: Final = (API_BOARD, MODEL_BOARD)


def expression(query: str) -> str:
    """A query with the labels that the variables choose."""
    return query.replace("{API}", f"{{{_API}}}").replace("{API,", f"{{{_API},")
