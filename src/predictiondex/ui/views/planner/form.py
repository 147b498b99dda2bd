"""The planner's form."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

import streamlit as st

from predictiondex.pokedex.model import AVS, LEVELS
from predictiondex.ui import figures, state
from predictiondex.ui.choice import SideChoice
from predictiondex.ui.facts import Facts, likeliest, pool, trainers
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import sides
from predictiondex.ui.views.planner.desk import PAGE
from predictiondex.ui.views.side import KEEP, nature_label, natures
from predictiondex.ui.wish import LEAST_WANT, MOST_OWN, MOST_WANT, VERSUS, Wish, met

_NUMBER: Final = 150
#: Key of what the switch showed last.
_SHOWN: Final = f"{PAGE}.shown"


def offer(wish: Wish) -> None:
    """Put a wish into the fields."""
    for entry in fields(Wish):
        value = getattr(wish, entry.name)
        st.session_state[_key(entry.name)] = list(value) if isinstance(value, tuple) else value


def show(known: Facts, api: Service, t: Words) -> tuple[Wish, SideChoice]:
    """Show the form; the wish, and whom it is to beat."""
    _settle(known, t)
    with st.container(border=True, key="planner-form"):
        st.multiselect(
            t("planner.own"),
            list(known.forms),
            format_func=lambda form: known.form_name(form, t.lang),
            key=_key("pokemon"),
            max_selections=MOST_OWN,
            accept_new_options=True,
            select_all=False,  # Enter takes the best match, and not all of them
            placeholder=t("side.search"),
            persist_state=KEEP,
        )
        versus = st.segmented_control(
            t("planner.versus"),
            VERSUS,
            format_func=lambda kind: t(f"versus.{kind}"),
            key=_key("versus"),
            required=True,
            persist_state=KEEP,
        )
        st.session_state[_SHOWN] = versus
        foe = SideChoice()
        if versus == "foe":
            foe = sides.choose(["foe"], known, api, t).foe
        elif versus == "trainer":
            foe = _trainer(known, api, t)
        _bounds(t)
    return _entered(), foe


def _settle(known: Facts, t: Words) -> None:
    """Every field has a value; a typed name becomes the form that it means."""
    you = state.visit().choice.you
    usual = Wish(pokemon=(you.pokemon,) if you.pokemon else (), level=you.level, nature=you.nature)
    for entry in fields(Wish):
        value = getattr(usual, entry.name)
        st.session_state.setdefault(_key(entry.name), list(value) if isinstance(value, tuple) else value)
    if st.session_state[_key("versus")] is None:  # the browser clicked elsewhere before it had the switch
        st.session_state[_key("versus")] = st.session_state.get(_SHOWN, usual.versus)
    entered = st.session_state[_key("pokemon")]
    found = [
        one if one in known.forms else next(iter(known.search_forms(one, t.lang)), None) for one in entered
    ]
    meant = list(dict.fromkeys(one for one in found if one in known.forms))[:MOST_OWN]
    if meant != entered:
        st.session_state[_key("pokemon")] = meant


def _trainer(known: Facts, api: Service, t: Words) -> SideChoice:
    """A trainer and one of the team."""
    listed = trainers(api, t.lang)
    if st.session_state[_key("trainer")] not in listed:
        st.session_state[_key("trainer")] = None  # whom one would meet is for the visitor to say
    chosen = st.selectbox(
        t("planner.trainer"),
        list(listed),
        index=None,
        placeholder=t("planner.trainer_none"),
        format_func=lambda one: t("planner.place", name=listed[one].name, place=listed[one].place),
        key=_key("trainer"),
        persist_state=KEEP,
    )
    if chosen is None:
        return SideChoice()
    team = listed[chosen].team
    numbers = list(range(1, len(team) + 1))
    if st.session_state[_key("member")] not in numbers:
        st.session_state[_key("member")] = 1
    number = st.selectbox(
        t("planner.member"),
        numbers,
        format_func=lambda one: t("answer.level", name=team[one - 1].name, level=team[one - 1].level),
        key=_key("member"),
        persist_state=KEEP,
    )
    member = team[(number or 1) - 1]
    foe = met(member, likeliest(member.pokemon, member.level, pool(api, member.pokemon)))
    moves = ", ".join(known.move_name(move, t.lang) for move in foe.moves)
    st.caption(t("planner.known", moves=moves) if moves else t("planner.unknown"))
    return foe


def _bounds(t: Words) -> None:
    """How far the visitor would go."""
    with st.container(horizontal=True):
        st.number_input(t("planner.level"), *LEVELS, key=_key("level"), width=_NUMBER, persist_state=KEEP)
        st.slider(
            t("planner.want"),
            LEAST_WANT,
            MOST_WANT,
            key=_key("want"),
            format=figures.slider(t.lang),
            width=2 * _NUMBER,
            persist_state=KEEP,
        )
    with st.expander(t("planner.more"), icon=":material/tune:"), st.container(horizontal=True):
        st.number_input(t("planner.highest"), *LEVELS, key=_key("highest"), width=_NUMBER, persist_state=KEEP)
        st.number_input(t("planner.avs"), *AVS, key=_key("avs"), width=_NUMBER, persist_state=KEEP)
        st.selectbox(
            t("side.nature"),
            natures(t),
            format_func=lambda nature: nature_label(nature, t),
            key=_key("nature"),
            width=2 * _NUMBER,
            persist_state=KEEP,
        )


def _entered() -> Wish:
    usual = Wish()
    values = {entry.name: st.session_state[_key(entry.name)] for entry in fields(Wish)}
    values = {name: getattr(usual, name) if value is None else value for name, value in values.items()}
    return Wish(**{**values, "pokemon": tuple(values["pokemon"])})


def _key(name: str) -> str:
    return f"{PAGE}.{name}"
