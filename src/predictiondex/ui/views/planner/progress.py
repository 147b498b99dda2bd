"""How long a plan has taken so far, with a way out."""

from __future__ import annotations

import streamlit as st

from predictiondex.client import PLAN_TIMEOUT
from predictiondex.ui.texts import Words
from predictiondex.ui.views.planner.desk import Desk

#: Seconds between two looks at the work.
EVERY = 0.5


@st.fragment(run_every=EVERY)
def progress(mine: Desk, t: Words) -> None:
    """Runs by itself beside the page; the whole page runs anew once the plan is there."""
    job = mine.job
    if job is None or job.future.done():
        st.rerun()
        return
    seconds = job.seconds
    st.progress(min(seconds / PLAN_TIMEOUT, 1.0), text=t("planner.working", seconds=int(seconds)))
    if st.button(t("planner.cancel"), key="planner.cancel", icon=":material/close:"):
        mine.cancel()
        st.rerun()
