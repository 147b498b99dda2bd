"""Service levels as data: what is promised, how it is measured, and when spending the budget is an alarm.

``docker/prometheus/rules.yml`` is made from this by ``scripts/build_rules.py``, and the dashboards read the
recorded series by the names given here. The windows and factors of the alarms are those of the SRE workbook
(Beyer et al., 2018, chapter 5): a page when 2 % of a 30 days' budget burns in one hour or 5 % in six, a
ticket when a tenth burns in three days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

#: Stands for the window in the expressions below.
WINDOW: Final = "WINDOW"

#: Paths that machines ask to see how the service is: being told "not ready" is no failed request.
_PROBES: Final = 'endpoint!~"/livez|/readyz|/health|/metrics"'

#: Seconds within which a prediction is made, a bound of the histogram's buckets.
LATENCY_TARGET: Final = 0.05


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A promise: at least ``objective`` of the events of ``total`` are not in ``bad``.

    Both are PromQL rates by job over a window written as ``WINDOW``.
    """

    name: str
    title: str
    objective: float
    description: str
    bad: str
    total: str


LEVELS: Final = (
    ServiceLevel(
        name="availability",
        title="Availability",
        objective=0.999,
        description="Requests that the service does not fail at: no 5xx. Health probes are not counted.",
        bad=f'sum by (job) (rate(api_requests_total{{status=~"5..",{_PROBES}}}[WINDOW]))',
        total=f"sum by (job) (rate(api_requests_total{{{_PROBES}}}[WINDOW]))",
    ),
    ServiceLevel(
        name="latency",
        title="Latency",
        objective=0.99,
        description=f"Predictions made within {1000 * LATENCY_TARGET:.0f} ms.",
        bad=(
            "(sum by (job) (rate(model_prediction_latency_seconds_count[WINDOW])) - "
            f'sum by (job) (rate(model_prediction_latency_seconds_bucket{{le="{LATENCY_TARGET}"}}[WINDOW])))'
        ),
        total="sum by (job) (rate(model_prediction_latency_seconds_count[WINDOW]))",
    ),
    ServiceLevel(
        name="calibration",
        title="Calibration",
        objective=0.95,
        description="Served win probabilities that a simulation of the same battle confirms to within 0.1.",
        bad="sum by (job) (rate(shadow_misses_total[WINDOW]))",
        total="sum by (job) (rate(shadow_samples_total[WINDOW]))",
    ),
)


@dataclass(frozen=True, slots=True)
class Burn:
    """An alarm: the budget burns ``factor`` times as fast as it may, in a long and in a short window."""

    factor: float
    long: str
    short: str


#: Kind of alarm -> (severity, least events in the window of the third, burns of which one suffices).
FAST: Final = (Burn(14.4, "1h", "5m"), Burn(6, "6h", "30m"))
SLOW: Final = (Burn(3, "1d", "2h"), Burn(1, "3d", "6h"))
#: Fewer events than this in an hour (a day, for slow burns) prove nothing.
ENOUGH: Final = 100

WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
RUNBOOKS: Final = "docs/MONITORING_README.md"


def ratio_name(window: str) -> str:
    """Name of the recorded share of bad events over a window."""
    return f"service_level:bad:ratio_rate{window}"


def rule_groups() -> list[dict[str, Any]]:
    """The groups of ``rules.yml``: recorded series, then the alarms of each level."""
    return [
        {"name": "recorded", "rules": _recorded()},
        {"name": "service-levels", "rules": [rule for level in LEVELS for rule in _of_level(level)]},
        {"name": "burn-rates", "rules": [rule for level in LEVELS for rule in _alarms(level)]},
    ]


def _recorded() -> list[dict[str, Any]]:
    """Series that several panels and alerts read."""
    disks = '{fstype!~"tmpfs|ramfs|overlay|squashfs|fuse.*"}'
    latency = "rate(model_prediction_latency_seconds_bucket[5m])"
    confidence = "rate(model_prediction_confidence_{}[30m])"
    failed = f'api_requests_total{{status=~"5..",{_PROBES}}}'
    requests = f"api_requests_total{{{_PROBES}}}"
    expressions = {
        "job:api_requests:rate5m": f"sum by (job) (rate({requests}[5m]))",
        "job:api_requests:increase5m": f"sum by (job) (increase({requests}[5m]))",
        "job:api_errors:ratio_rate5m": (
            f"(sum by (job) (rate({failed}[5m])) or 0 * job:api_requests:rate5m) "
            "/ (job:api_requests:rate5m > 0)"
        ),
        "job_model:model_prediction_latency_seconds:p99_5m": (
            f"histogram_quantile(0.99, sum by (job, model_name, le) ({latency}))"
        ),
        "job_model:model_prediction_confidence:mean30m": (
            f"sum by (job, model_name) ({confidence.format('sum')}) "
            f"/ (sum by (job, model_name) ({confidence.format('count')}) > 0)"
        ),
        "instance_mountpoint:node_filesystem_avail:ratio": (
            f"node_filesystem_avail_bytes{disks} / (node_filesystem_size_bytes{disks} > 0)"
        ),
        "instance:node_memory_available:ratio": (
            "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
        ),
        "instance:node_cpu_busy:ratio_rate5m": (
            '1 - avg by (job, instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'
        ),
    }
    return [{"record": name, "expr": expression} for name, expression in expressions.items()]


def _of_level(level: ServiceLevel) -> list[dict[str, Any]]:
    """What is recorded of one level: shares of bad events, their number, the objective, the budget left."""
    label = {"service_level": level.name}
    rules = []
    for window in WINDOWS:
        bad, total = (text.replace(WINDOW, window) for text in (level.bad, level.total))
        expression = f"({bad} or 0 * {total}) / ({total} > 0)"
        rules.append({"record": ratio_name(window), "expr": expression, "labels": label})
    for window, seconds in (("1h", 3600), ("1d", 86400)):
        events = f"{seconds} * {level.total.replace(WINDOW, window)}"
        rules.append({"record": f"service_level:events:increase{window}", "expr": events, "labels": label})
    budget = round(1 - level.objective, 6)
    left = f'1 - {ratio_name("3d")}{{service_level="{level.name}"}} / {budget}'
    rules.append({"record": "service_level:budget_left:ratio3d", "expr": left, "labels": label})
    rules.append({"record": "service_level:objective", "expr": f"vector({level.objective})", "labels": label})
    return rules


def _alarms(level: ServiceLevel) -> list[dict[str, Any]]:
    budget = round(1 - level.objective, 6)
    alarms = []
    for pace, severity, window, wait, burns in (
        ("Fast", "critical", "1h", "2m", FAST),
        ("Slow", "warning", "1d", "15m", SLOW),
    ):
        name = f"{level.title}Burning{pace}"
        select = f'{{service_level="{level.name}"}}'
        either = " or ".join(_burning(burn, select, budget) for burn in burns)
        alarms.append(
            {
                "alert": name,
                "expr": f"({either}) and service_level:events:increase{window}{select} >= {ENOUGH}",
                "for": wait,
                "labels": {"severity": severity},
                "annotations": {
                    "summary": f"{level.title} burns its budget {'quickly' if pace == 'Fast' else 'slowly'}",
                    "description": "{{ $value | humanizePercentage }} of the events are bad; "
                    f"{100 * budget:g} % may be. {level.description}",
                    "runbook_url": f"{RUNBOOKS}#{name.lower()}",
                },
            }
        )
    return alarms


def _burning(burn: Burn, select: str, budget: float) -> str:
    limit = f"{burn.factor:g} * {budget:g}"
    long, short = (f"{ratio_name(window)}{select} > {limit}" for window in (burn.long, burn.short))
    return f"({long} and {short})"
