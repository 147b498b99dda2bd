"""The teams page: everyone of yours against everyone of theirs."""

from __future__ import annotations

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.ui import state, team
from predictiondex.ui.choice import SIDES
from predictiondex.ui.facts import Facts, facts
from predictiondex.ui.service import Obstacle, Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import sides
from predictiondex.ui.views.parts import hints, note, title
from predictiondex.ui.views.teams.bench import PAGE, Bench, bench
from predictiondex.ui.views.teams.members import members
from predictiondex.ui.views.teams.table import table
from predictiondex.ui.views.waiting import refused, waiting

#: Two teams to try the page with.
EXAMPLE = (
    ("pikachu", "charizard", "starmie", "snorlax", "gengar", "machamp"),
    ("venusaur", "gyarados", "alakazam", "golem", "dragonite", "eevee"),
)
#: Parameter that says: compare at once.
ASK = "ask"


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    api = service(t.lang)
    known = facts(api)
    mine = bench()
    with state.news(PAGE) as parameters:
        if parameters:
            reader = sides.reader(parameters, known, api)
            mine.teams.update(team.read(reader))
            state.hint(reader.hints)
            if ASK in parameters:
                mine.ask()
    st.html(
        f'<div lang="{t.lang}">{title(t("teams.title"))}<p class="pdx-quiet">{t("teams.intro")}</p></div>'
    )
    hints(state.visit().hints, t)
    for column, side in zip(st.columns(2, gap="medium"), SIDES, strict=True):
        with column.container(border=True, key=f"team-{side}"):
            members(side, mine, known, api, t)
    _buttons(mine, t)
    _write_address(mine)
    if mine.complaint and not mine.teams[mine.complaint]:
        st.html(note(t(f"missing.{mine.complaint}"), []))
    if mine.question:
        _answer(mine, known, api, t)


def _buttons(mine: Bench, t: Words) -> None:
    with st.container(horizontal=True):
        if st.button(t("teams.ask"), type="primary", icon=":material/grid_on:", key="teams.ask"):
            state.visit().hints.clear()
            mine.ask()
        if not any(mine.teams.values()):
            st.button(
                t("battle.example"),
                icon=":material/lightbulb:",
                key="teams.example",
                on_click=_example,
                args=(mine,),
            )


def _example(mine: Bench) -> None:
    for side, forms in zip(SIDES, EXAMPLE, strict=True):
        mine.teams[side] = team.simple(forms)
    mine.ask()


def _write_address(mine: Bench) -> None:
    parameters = team.write(mine.teams)
    if mine.question == mine.teams:
        parameters[ASK] = "1"
    state.write_address(PAGE, parameters)


def _answer(mine: Bench, known: Facts, api: Service, t: Words) -> None:
    """Show the table for the question, asking for it where it is not there yet."""
    assert mine.question
    request = team.matchups(mine.question["you"], mine.question["foe"], t.lang)
    if mine.answer is None or mine.answered != request:
        try:
            with st.spinner(t("answer.working")):
                found = api.ask(lambda client: client.matchups(request))
        except ApiError as error:
            refused(error.problem, t)
            return
        if isinstance(found, Obstacle):
            waiting(api, found, t)
            return
        mine.answer, mine.answered = found, request
    if mine.question != mine.teams:
        st.info(t("answer.changed"), icon=":material/history:")
    st.html(f'<section lang="{t.lang}">{table(mine.answer, known, t)}</section>')
