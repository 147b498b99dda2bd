"""The planner: which four moves, at what level, with how many awakening values."""

from __future__ import annotations

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.messages import in_
from predictiondex.ui import state, wish
from predictiondex.ui.facts import Facts, facts, trainers
from predictiondex.ui.service import Obstacle, Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import sides
from predictiondex.ui.views.parts import hints, note, title
from predictiondex.ui.views.planner import form
from predictiondex.ui.views.planner.desk import PAGE, Desk, Plan, desk
from predictiondex.ui.views.planner.progress import progress
from predictiondex.ui.views.planner.result import result
from predictiondex.ui.views.waiting import refused, waiting
from predictiondex.wire import PlanAnswer

#: Parameter that says: ask at once.
ASK = "ask"


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    api = service(t.lang)
    known = facts(api)
    mine = desk()
    with state.news(PAGE) as parameters:
        if parameters:
            choice = sides.arrive(parameters, known, api)
            reader = sides.reader(parameters, known, api)
            form.offer(wish.read(reader, trainers(api, t.lang) if "trainer" in parameters else ()))
            state.hint(reader.hints)
            state.show(choice)
    sides.settle_all(known, api, t)
    st.html(
        f'<div lang="{t.lang}">{title(t("planner.title"))}<p class="pdx-quiet">{t("planner.intro")}</p></div>'
    )
    hints(state.visit().hints, t)
    wanted, foe = form.show(known, api, t)
    pressed = st.button(t("planner.ask"), type="primary", icon=":material/route:", key="planner.ask")
    if pressed:
        state.visit().hints.clear()
    if pressed or ASK in parameters:
        missing = wanted.missing(foe)
        if missing:
            st.html(note(t(f"missing.{missing}"), []))
        else:
            mine.ask(Plan(wanted, foe), api, t.lang)
    asked = {ASK: "1"} if mine.plan == Plan(wanted, foe) else {}
    state.write_address(PAGE, wish.write(wanted, state.visit().choice.foe) | asked)
    _show(mine, Plan(wanted, foe), known, api, t)


def _show(mine: Desk, wanted: Plan, known: Facts, api: Service, t: Words) -> None:
    """The answer, how far it is, or why there is none."""
    if mine.job and mine.job.future.done():
        mine.take()
    told = isinstance(mine.outcome, PlanAnswer | ApiError)
    if told and not mine.job and mine.lang != t.lang:  # the service told it in another language
        mine.retell(api, t.lang)
    if mine.job:
        progress(mine, t)
    if isinstance(mine.outcome, ApiError):
        refused(mine.outcome.problem, t)
    elif isinstance(mine.outcome, Obstacle):
        _obstacle(mine, mine.outcome, api, t)
    elif mine.outcome and mine.plan:
        if mine.plan != wanted:
            st.info(t("answer.changed"), icon=":material/history:")
        result(mine.outcome, mine.plan, known, t)


def _obstacle(mine: Desk, obstacle: Obstacle, api: Service, t: Words) -> None:
    """A service that is away is asked again by itself; one that took too long only if the visitor says so."""
    if obstacle.kind == "busy":
        texts = [t("planner.less"), in_(obstacle.detail, t.lang)]
        st.html(f'<div lang="{t.lang}">{note(t("planner.too_long"), texts)}</div>')
    elif obstacle.kind != "key" and api.obstacle() is None and mine.plan:
        mine.ask(mine.plan, api, t.lang)
        progress(mine, t)
    else:
        waiting(api, obstacle, t)
