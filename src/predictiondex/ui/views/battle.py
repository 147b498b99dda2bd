"""The battle page: two Pokémon, one question, one answer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.ui import address, state
from predictiondex.ui.choice import BATTLES, MAX_SEED, SIDES, Choice, SideChoice
from predictiondex.ui.facts import Facts, detail, facts, likeliest, pool
from predictiondex.ui.figures import count
from predictiondex.ui.service import Obstacle, Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.answer import answer
from predictiondex.ui.views.parts import note
from predictiondex.ui.views.side import settle, side
from predictiondex.ui.views.waiting import waiting
from predictiondex.wire import Problem

#: A battle that is neither won nor lost beforehand.
EXAMPLE = Choice(
    you=SideChoice("pikachu", ("thunderbolt", "quickattack", "irontail", "thunderwave")),
    foe=SideChoice("charizard"),
)
#: Parameter that says: ask at once.
ASK = "ask"
#: An address full of nonsense is answered with no more hints than this.
MAX_HINTS = 6


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    api = service()
    known = facts(api)
    visit = state.visit()
    if not visit.arrived:
        _arrive(visit, known, api)
    state.restore()
    for name in SIDES:
        settle(name, known, api, t)
    st.html(f'<p class="pdx-quiet" lang="{t.lang}">{t("battle.intro")}</p>')
    _hints(visit, t)
    _sides(known, api, t)
    _settings(t)
    choice = state.collect()
    _buttons(visit, choice, t)
    _write_address(visit)
    if visit.complaint:
        st.html(note(t(f"missing.{visit.complaint}"), []))
    if visit.question:
        _answer(visit, visit.question, known, api, t)


def _arrive(visit: state.Visit, known: Facts, api: Service) -> None:
    """Take over what the address says; once a session, because from then on the page writes it."""
    lookup = address.Lookup(known, lambda form: detail(api, form), lambda form: pool(api, form))
    parameters = st.query_params.to_dict()
    choice, hints = address.read(parameters, lookup)
    you = choice.you
    if you.pokemon and not you.moves:
        moves = likeliest(you.pokemon, you.level, pool(api, you.pokemon))
        choice = replace(choice, you=replace(you, moves=moves))
    state.show(choice)
    visit.hints += hints
    visit.arrived = True
    if ASK in parameters:
        _ask(visit, choice)


def _hints(visit: state.Visit, t: Words) -> None:
    if visit.hints:
        texts = [t(hint.key, **hint.values) for hint in visit.hints[:MAX_HINTS]]
        st.html(f'<div lang="{t.lang}">{note(t("address.title"), texts)}</div>')


def _sides(known: Facts, api: Service, t: Words) -> None:
    for column, name in zip(st.columns(2, gap="medium"), SIDES, strict=True):
        with column.container(border=True, key=f"side-{name}"):
            side(name, known, api, t)


def _settings(t: Words) -> None:
    with st.expander(t("settings.title"), icon=":material/casino:"), st.container(horizontal=True):
        st.selectbox(
            t("settings.battles"),
            BATTLES,
            format_func=lambda n: count(n, t.lang),
            key=state.shown("battles"),
            help=t("settings.help"),
            width=220,
        )
        st.number_input(t("settings.seed"), 0, MAX_SEED, key=state.shown("seed"), width=220)


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
    choice = state.visit().choice
    state.offer(replace(choice, you=choice.foe, foe=choice.you))


def _example() -> None:
    visit = state.visit()
    state.show(EXAMPLE)
    _ask(visit, EXAMPLE)


def _write_address(visit: state.Visit) -> None:
    """Keep the address in step with the selection."""
    parameters = address.write(visit.choice)
    if visit.lang:
        parameters["lang"] = visit.lang
    if visit.question == visit.choice:
        parameters[ASK] = "1"
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def _answer(visit: state.Visit, question: Choice, known: Facts, api: Service, t: Words) -> None:
    """Show the answer to the question, asking for it where it is not there yet."""
    request = question.request(t.lang)
    if visit.advice is None or request != visit.answered:
        try:
            with st.spinner(t("answer.working")):
                found = api.advise(request)
        except ApiError as error:
            st.html(f'<div lang="{t.lang}">{_refusal(error.problem, t)}</div>')
            return
        if isinstance(found, Obstacle):
            waiting(api, found, t)
            return
        visit.advice, visit.answered = found, request
    if question != visit.choice:
        st.info(t("answer.changed"), icon=":material/history:")
    answer(visit.advice, question, known, t)
    st.caption(t("battle.share"))


def _refusal(problem: Problem, t: Words) -> str:
    """What the service objects to, field by field."""
    texts = [f"{error.field}: {error.message}" for error in problem.errors] or [problem.detail]
    nearest = [name for error in problem.errors for name in error.nearest]
    if nearest:
        texts.append(t("refused.nearest", names=", ".join(nearest)))
    return note(t("refused.title"), [*texts, t("refused.help")], stop=True)
