"""How far a plan is, with a way out."""

from __future__ import annotations

from typing import Final

import streamlit as st

from predictiondex.ui.texts import Words
from predictiondex.ui.views.planner.desk import Desk
from predictiondex.wire import PlanProgress

#: As long as nothing was told.
_WAITING: Final = PlanProgress(step="waiting", done=0, total=1, share=0.0)

#: Seconds between two looks at the work.
EVERY = 0.5


@st.fragment(run_every=EVERY)
def progress(mine: Desk, t: Words) -> None:
    """Runs by itself beside the page; the whole page runs anew once the plan is there."""
    job = mine.job
    if job is None or job.future.done():
        st.rerun()
        return
    now = job.course.last or _WAITING
    st.progress(now.share, text=words(now, int(job.seconds), t))
    st.caption(t("planner.working"))
    if st.button(t("planner.cancel"), key="planner.cancel", icon=":material/close:"):
        mine.cancel()
        st.rerun()


def words(now: PlanProgress, seconds: int, t: Words) -> str:
    """What is being done."""
    stage = t(f"step.{now.step}")
    if now.total == 1:
        return t("planner.stage", stage=stage, seconds=seconds)
    return t("planner.parts", stage=stage, done=now.done, total=now.total, seconds=seconds)
