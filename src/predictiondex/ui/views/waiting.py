"""What is shown while there is no answer to be had, and how the page goes on by itself."""

from __future__ import annotations

import time

import streamlit as st

from predictiondex.client import ApiError, ApiUnavailable
from predictiondex.messages import in_
from predictiondex.ui.objections import objection
from predictiondex.ui.service import Obstacle, Service, obstacle_of
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import note
from predictiondex.wire import Problem

#: Seconds between two looks at the service.
EVERY = 2.0


def waiting(service: Service, obstacle: Obstacle, t: Words) -> None:
    """Say why there is no answer; as soon as the service is ready the whole page runs anew."""
    if obstacle.kind == "key":  # only a person can help: nothing changes by asking again
        _say(service, obstacle, t)
    else:
        _watch(service, obstacle, t, time.monotonic())


def stopped(error: ApiUnavailable | ApiError, service: Service, t: Words) -> None:
    """As :func:`waiting`, for what kept a page or a part of it from being shown."""
    waiting(service, obstacle_of(error) or Obstacle("away", error.said), t)


@st.fragment(run_every=EVERY)
def _watch(service: Service, obstacle: Obstacle, t: Words, since: float) -> None:
    # In the run of the page itself the service has just said no: asking again at once would go in circles.
    if time.monotonic() - since > EVERY / 2:
        now = service.obstacle()
        if now is None:
            st.rerun()
        obstacle = now
    _say(service, obstacle, t)


def _say(service: Service, obstacle: Obstacle, t: Words) -> None:
    st.html(f'<div lang="{t.lang}">{_message(service, obstacle, t)}</div>')
    if st.button(t("away.retry"), key="retry", icon=":material/refresh:"):
        st.rerun()


def _message(service: Service, obstacle: Obstacle, t: Words) -> str:
    heard = t("away.detail", detail=in_(obstacle.detail, t.lang))
    if obstacle.kind == "warming":
        return note(t("warming.title"), [t("warming.text"), t("away.wait"), heard])
    if obstacle.kind == "busy":
        return note(t("busy.title"), [t("away.wait"), heard])
    if obstacle.kind == "key":
        texts = [t("key.text"), t("key.do"), *([heard] if obstacle.detail else [])]
        return note(t("key.title"), texts, stop=True)
    texts = [t("away.text", url=service.url), t("away.do"), t("away.wait"), heard]
    return note(t("away.title"), texts, stop=True)


def refused(problem: Problem, t: Words) -> None:
    """Say what the service objects to, one thing a line; the nearest names are part of what it says."""
    texts = [objection(error, t) for error in problem.errors] or [problem.detail]
    box = note(t("refused.title"), [*texts, t("refused.help")], stop=True)
    st.html(f'<div lang="{t.lang}">{box}</div>')
