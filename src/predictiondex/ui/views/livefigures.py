"""Live figures: requests, how long they take, predictions, and what the watcher found."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from predictiondex.ui import figures
from predictiondex.ui.readings import Buckets, Reading, quantile
from predictiondex.ui.texts import Words
from predictiondex.ui.views.goodness import points, tiles

#: Routes and drifted columns that are shown, the most asked and most changed ones.
ROUTES, COLUMNS = 12, 5
#: Bars that are worth drawing.
DRAWN = 4
#: From this index on a change counts.
DRIFTED = 0.2
NOTHING = "—"


def live(kept: Sequence[Reading], t: Words) -> str:
    """The figures of this moment; ``kept`` are readings of the last minutes, the newest at the end."""
    last, first = kept[-1], kept[0]
    fresh = last.since(first)
    span = last.time - first.time
    asked = fresh if fresh.requests else last
    made = fresh if fresh.predictions else last
    predicted_most = took(0.95, made.prediction_seconds, t)
    pairs = {
        t("monitoring.requests"): (_count(last.requests, t), _rate(fresh.requests, span, t)),
        t("monitoring.failed"): (_count(last.failed, t), ""),
        t("monitoring.half"): (took(0.5, asked.request_seconds, t), ""),
        t("monitoring.most"): (took(0.95, asked.request_seconds, t), ""),
        t("monitoring.predictions"): (_count(last.predictions, t), _rate(fresh.predictions, span, t)),
        t("monitoring.predicted"): (
            took(0.5, made.prediction_seconds, t),
            t("monitoring.predicted_most", time=predicted_most),
        ),
        t("monitoring.confidence"): (
            NOTHING if last.confidence is None else figures.share(last.confidence, t.lang),
            "",
        ),
        t("monitoring.progress"): (_count(last.gauges.get("api_requests_in_progress", 0), t), ""),
        t("monitoring.queue"): (
            _count(last.gauges.get("prediction_log_queue", 0), t),
            t("monitoring.dropped", number=_count(last.gauges.get("prediction_log_dropped_total", 0), t)),
        ),
    }
    window = t("monitoring.window", age=figures.age(span, t.lang)) if span else t("monitoring.total")
    return (
        f"<h3>{escape(t('monitoring.live'))}</h3>{tiles(pairs)}{spark(kept, t)}"
        f'<p class="pdx-quiet">{escape(window)}</p>'
    )


def spark(kept: Sequence[Reading], t: Words) -> str:
    """Requests per second between the readings, as bars."""
    rates = [
        new.since(old).requests / (new.time - old.time) for old, new in pairwise(kept) if new.time > old.time
    ]
    if len(rates) < DRAWN:
        return ""
    most = max(*rates, 1.0)
    bars = "".join(f'<i style="height:{max(2.0, 100 * rate / most):.0f}%"></i>' for rate in rates)
    words = t("monitoring.rates", rates=", ".join(figures.decimal(rate, t.lang) for rate in rates[-5:]))
    return (
        f'<div class="pdx-spark" role="img" aria-label="{escape(words)}" title="{escape(words)}">{bars}</div>'
    )


def routes(last: Reading, t: Words) -> str:
    """Every address of the API with its figures, the most asked first."""
    names = ("route", "requests", "refused", "failed", "half", "most")
    titles = (
        t("monitoring.route"),
        t("monitoring.requests"),
        t("monitoring.refused"),
        t("monitoring.failed"),
        t("monitoring.half"),
        t("monitoring.most"),
    )
    head = "".join(
        f'<th scope="col" class="{"" if name == "route" else "pdx-num"}">{escape(title)}</th>'
        for name, title in zip(names, titles, strict=True)
    )
    body = ""
    for route in sorted(last.routes.values(), key=lambda route: -route.requests)[:ROUTES]:
        cells = (
            _count(route.requests, t),
            _count(route.refused, t),
            _count(route.failed, t),
            took(0.5, route.seconds, t),
            took(0.95, route.seconds, t),
        )
        numbers = "".join(f'<td class="pdx-num">{escape(cell)}</td>' for cell in cells)
        body += f'<tr><th scope="row"><code>{escape(route.endpoint)}</code></th>{numbers}</tr>'
    label = escape(t("monitoring.routes"))
    return (
        f'<h4>{label}</h4><div class="pdx-scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="pdx-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        if body
        else ""
    )


def watch(last: Reading, t: Words) -> str:
    """What the watcher found: drift, and served chances against battles played again."""
    heading = f"<h3>{escape(t('monitoring.watch'))}</h3>"
    if not last.last_runs:
        return f"{heading}<p>{escape(t('monitoring.nobody'))}</p>"
    gauges = last.gauges
    drifted = gauges.get("drift_detected")
    told = (
        "monitoring.unknown" if drifted is None else "monitoring.drifted" if drifted else "monitoring.steady"
    )
    error, brier = gauges.get("shadow_mean_squared_error"), gauges.get("outcome_brier")
    pairs = {
        t("monitoring.drift"): (
            t(told),
            t("monitoring.judged", number=_count(gauges.get("drift_window_rows", 0), t)),
        ),
        t("monitoring.error"): (
            _points(None if error is None else max(0.0, error) ** 0.5, t),
            t("monitoring.replayed", number=_count(gauges.get("shadow_window_rows", 0), t)),
        ),
        t("monitoring.calibration"): (_points(gauges.get("shadow_calibration_error"), t), ""),
        t("monitoring.regret"): (_points(gauges.get("shadow_regret"), t), ""),
        t("monitoring.outcomes"): (
            NOTHING if brier is None else figures.fine(brier, t.lang),
            t("monitoring.told", number=_count(gauges.get("outcome_window_rows", 0), t)),
        ),
    }
    looked = t("monitoring.looked", age=figures.age(last.time - max(last.last_runs.values()), t.lang))
    return f'{heading}{tiles(pairs)}{_columns(last, t)}<p class="pdx-quiet">{escape(looked)}</p>'


def _columns(last: Reading, t: Words) -> str:
    """The columns that changed most."""
    most = sorted(last.drift.items(), key=lambda item: -item[1])[:COLUMNS]
    if not most:
        return ""
    items = "".join(
        f"<div><dt><code>{escape(name)}</code></dt><dd>{'⚠ ' if value > DRIFTED else ''}"
        f"{escape(figures.fine(value, t.lang))}</dd></div>"
        for name, value in most
    )
    return f'<h4>{escape(t("monitoring.drift_columns"))}</h4><dl class="pdx-figures">{items}</dl>'


def took(share: float, buckets: Buckets, t: Words) -> str:
    """The time that ``share`` of something stays below."""
    seconds = quantile(share, buckets)
    return NOTHING if seconds is None else figures.time_taken(seconds, t.lang)


def _rate(number: float, seconds: float, t: Words) -> str:
    if seconds <= 0:
        return ""
    return t("monitoring.per_second", rate=figures.decimal(number / seconds, t.lang))


def _count(value: float, t: Words) -> str:
    return figures.count(round(value), t.lang)


def _points(value: float | None, t: Words) -> str:
    return NOTHING if value is None else points(value, t)
