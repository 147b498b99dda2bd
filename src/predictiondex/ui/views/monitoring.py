"""The monitoring page: how every service is, live figures, drift, and the model's versions."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from html import escape
from typing import Any

import streamlit as st

from predictiondex.ui import figures, state
from predictiondex.ui.pulse import Pulse, pulse
from predictiondex.ui.readings import Reading
from predictiondex.ui.selection import selection
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.livefigures import live, routes, watch
from predictiondex.ui.views.parts import note, title
from predictiondex.ui.views.servicetable import services
from predictiondex.ui.views.versions import events, model, versions

PAGE = "monitoring"
USUAL: dict[str, Any] = {"auto": True}
#: Seconds between two looks, and how many of them a session remembers.
EVERY, KEPT = 5.0, 61
STATES = {
    "ok": "monitoring.ok",
    "degraded": "monitoring.degraded",
    "unavailable": "monitoring.unavailable",
}
SIGNS = {"ok": "✓", "degraded": "⚠", "unavailable": "✗"}


def page(t: Words) -> None:
    """One run of the page. It stands while the API is away."""
    chosen = selection(PAGE, USUAL, frozenset(USUAL))
    chosen.begin(lambda _: ({}, []), t.lang)
    chosen.write()
    st.html(f'<div lang="{t.lang}">{title(t("monitoring.title"))}</div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        auto = st.toggle(t("monitoring.auto"), key=chosen.key("auto"))
        st.button(t("monitoring.refresh"), icon=":material/refresh:", key="monitoring.refresh")
    st.fragment(_look, run_every=EVERY if auto else None)(t)


def _look(t: Words) -> None:
    """Ask everybody and show what was heard; what was heard before stays where nothing is now."""
    now = pulse(service(t.lang))
    kept: deque[Reading] = state.remembered("readings", lambda: deque(maxlen=KEPT))
    if now.reading and (not kept or kept[-1].time < now.reading.time):
        kept.append(now.reading)
    last = state.remembered("pulses", dict[str, Any])
    last.update({name: found for name in ("model", "history") if (found := getattr(now, name)) is not None})
    parts = [summary(now, t), services(now, t)]
    if kept:
        parts += [live(list(kept), t), routes(kept[-1], t), watch(kept[-1], t)]
    elif now.health is not None:
        parts.append(note(t("monitoring.no_figures", detail=now.troubles.get("metrics", "")), []))
    parts += [model(last.get("model"), t), versions(last.get("history"), t), events(last.get("history"), t)]
    for part in filter(None, parts):
        st.html(f'<section class="pdx-part" lang="{t.lang}">{part}</section>')


def summary(now: Pulse, t: Words) -> str:
    """The one thing to know, and when it was so."""
    at = t("monitoring.at", time=datetime.fromtimestamp(now.time, UTC).strftime("%H:%M:%S"))
    if now.health is None:
        url = service(t.lang).url
        texts = [t("monitoring.silent_help", url=url), t("away.detail", detail=now.troubles["health"]), at]
        return note(f"✗ {t('monitoring.silent')}", texts, stop=True)
    status = now.health.status
    up = t(
        "monitoring.uptime", version=now.health.version, age=figures.age(now.health.uptime_seconds, t.lang)
    )
    heading = f"{SIGNS[status]} {escape(t(STATES[status]))}"
    kind = "pdx-right" if status == "ok" else "pdx-wrong"
    return f'<div class="pdx-note {kind}"><h3>{heading}</h3><p>{escape(up)} {escape(at)}</p></div>'
