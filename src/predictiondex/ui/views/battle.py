"""The battle page: two Pokémon, one question, one answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.ui import address, state, ways
from predictiondex.ui.choice import BATTLES, ENGINES, MAX_SEED, SIDES, Choice, SideChoice
from predictiondex.ui.facts import Facts, facts
from predictiondex.ui.figures import count
from predictiondex.ui.service import Obstacle, Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import outcome, sides, story
from predictiondex.ui.views.answer import answer
from predictiondex.ui.views.parts import hints, note
from predictiondex.ui.views.side import KEEP
from predictiondex.ui.views.waiting import refused, waiting
from predictiondex.wire import Advice

#: A battle that is neither won nor lost beforehand.
EXAMPLE = Choice(
    you=SideChoice("pikachu", ("thunderbolt", "quickattack", "irontail", "thunderwave")),
    foe=SideChoice("charizard"),
)
#: Parameter that says: ask at once.
ASK = "ask"


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    api = service(t.lang)
    known = facts(api)
    visit = state.visit()
    with state.news("battle") as parameters:
        if parameters:
            choice = sides.arrive(parameters, known, api)
            if ASK in parameters:
                _ask(visit, choice)
    sides.settle_all(known, api, t)
    st.html(f'<p class="pdx-quiet" lang="{t.lang}">{t("battle.intro")}</p>')
    hints(visit.hints, t)
    sides.choose(SIDES, known, api, t)
    _settings(t)
    choice = state.collect()
    _buttons(visit, choice, t)
    _write_address(visit)
    if visit.complaint and visit.complaint == choice.missing():
        st.html(note(t(f"missing.{visit.complaint}"), []))
    if visit.question:
        _answer(visit, visit.question, known, api, t)


def _settings(t: Words) -> None:
    with st.expander(t("settings.title"), icon=":material/casino:"):
        st.segmented_control(
            t("settings.engine"),
            ENGINES,
            format_func=lambda engine: t(f"engine.{engine}"),
            key="engine",
            help=t("settings.engines"),
            persist_state=KEEP,
        )
        with st.container(horizontal=True):
            st.selectbox(
                t("settings.battles"),
                BATTLES,
                format_func=lambda n: count(n, t.lang),
                key="battles",
                help=t("settings.help"),
                width=220,
                persist_state=KEEP,
            )
            st.number_input(t("settings.seed"), 0, MAX_SEED, key="seed", width=220, persist_state=KEEP)


def _buttons(visit: state.Visit, choice: Choice, t: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("battle.ask"), type="primary", icon=":material/swords:", key="ask"):
            visit.hints.clear()
            _ask(visit, choice)
        st.button(t("battle.swap"), icon=":material/swap_horiz:", key="swap", on_click=_swap)
        if choice.you.pokemon is None and choice.foe.pokemon is None:
            st.button(t("battle.example"), icon=":material/lightbulb:", key="example", on_click=_example)


def _ask(visit: state.Visit, choice: Choice) -> None:
    """Make ``choice`` the question, or say what is missing."""
    visit.complaint = choice.missing() or ""
    if not visit.complaint:
        visit.question = choice


def _swap() -> None:
    choice = state.entered()
    state.offer(replace(choice, you=choice.foe, foe=choice.you))


def _example() -> None:
    visit = state.visit()
    state.show(EXAMPLE)
    _ask(visit, EXAMPLE)


def _write_address(visit: state.Visit) -> None:
    """Keep the address in step with the selection."""
    parameters = address.write(visit.choice)
    if visit.question == visit.choice:
        parameters[ASK] = "1"
    state.write_address("battle", parameters)


def _answer(visit: state.Visit, question: Choice, known: Facts, api: Service, t: Words) -> None:
    """Show the answer to the question, asking for it where it is not there yet."""
    request = question.request(t.lang)
    if visit.advice is None or request != visit.answered:
        try:
            with st.spinner(t("answer.working")):
                found = api.advise(request)
        except ApiError as error:
            refused(error.problem, t)
            return
        if isinstance(found, Obstacle):
            waiting(api, found, t)
            return
        visit.advice, visit.answered = _as_told(found, request, visit), request
    if question != visit.choice:
        st.info(t("answer.changed"), icon=":material/history:")
    answer(visit.advice, question, known, t)
    story.story(question, visit.advice, api, t)
    outcome.ask(visit.advice, api, t)
    coach = ways.href("coach", **address.write(question))
    follow = f'<a class="pdx-to" href="{coach}">{t("battle.follow")}</a>'
    st.html(f'<p class="pdx-quiet" lang="{t.lang}">{follow}<br>{t("battle.share")}</p>')


def _as_told(found: Advice, request: dict[str, Any], visit: state.Visit) -> Advice:
    """The same question in another language is the prediction of before: a battle ends once."""
    former = visit.advice
    if former is None or visit.answered is None or visit.answered | {"lang": request["lang"]} != request:
        return found
    return found.model_copy(update={"prediction_id": former.prediction_id})
