"""One turn of the fight: how it stands, what to use now, and what happened."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui.choice import MAX_MOVES, SIDES, STATUSES, SideName
from predictiondex.ui.facts import Facts, pool
from predictiondex.ui.fight import CONDITIONS, Advisor, Fight
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.answer import openings, recommendation, why
from predictiondex.ui.views.coach.board import board, history, side_name
from predictiondex.ui.views.coach.corner import AHEAD, MORE, SEEN, USED, Corner, entered, key
from predictiondex.ui.views.side import KEEP, SMALL
from predictiondex.ui.views.waiting import refused, waiting
from predictiondex.wire import Advice, Problem

#: The field of a problem that says: this condition has been over for some turns.
_OVER: Final = re.compile(r"(you|opponent)\.conditions\[(\d+)\]\.turns")


def show(mine: Corner, fight: Fight, known: Facts, api: Service, t: Words) -> None:
    """One run of the page in the middle of a fight."""
    st.html(f'<div lang="{t.lang}">{board(fight, known, t)}</div>')
    advice = _advice(mine, fight, known, api, t)
    for name in mine.over:
        st.info(t("coach.over", name=name), icon=":material/timer_off:")
    if advice:
        title = "coach.use" if fight.turn > 1 else "answer.open_with"
        st.html(f'<section lang="{t.lang}">{recommendation(advice, known, t, title)}</section>')
    st.toggle(t("coach.ahead"), key=AHEAD, persist_state=KEEP, help=t("coach.ahead_help"))
    _what_happened(mine, mine.fight or fight, advice, known, api, t)
    _buttons(mine, fight, t)
    if advice:
        moves, reasons = st.columns([3, 2], gap="medium")
        moves.html(f'<section lang="{t.lang}">{openings(advice, known, t, "coach.moves")}</section>')
        reasons.html(f'<section lang="{t.lang}">{why(advice, t)}</section>')
    if len(fight.moments) > 1:
        st.html(f'<div lang="{t.lang}">{history(mine, fight, known, t)}</div>')


def _advice(mine: Corner, fight: Fight, known: Facts, api: Service, t: Words) -> Advice | None:
    """Advice for this turn; without any, what keeps it away is on the screen."""
    engine: Advisor = "search" if st.session_state.get(AHEAD) else "model"
    place = len(fight.moments) - 1
    request = fight.request(engine, t.lang)
    former = mine.advice.get(place)
    if former and former[0] == request:
        found: Advice | Obstacle = former[1]
    else:
        try:
            with st.spinner(t("coach.thinking")):
                found = api.advise(request)
        except ApiError as error:
            over = _over(error.problem, fight)
            if over is None:
                refused(error.problem, t)
                return None
            return _advice(mine, _end_of(over, mine, fight, known, t), known, api, t)
    if isinstance(found, Obstacle):
        waiting(api, found, t)
        return former[1] if former else None
    mine.advice[place] = (request, found)
    mine.propose(found.recommended_move)
    return found


def _over(problem: Problem, fight: Fight) -> tuple[SideName, str] | None:
    """The condition that the service says has run out, if that is what it says."""
    for error in problem.errors:
        if match := _OVER.fullmatch(error.field):
            side: SideName = "you" if match[1] == "you" else "foe"
            return side, getattr(fight.now, side).conditions[int(match[2])]
    return None


def _end_of(over: tuple[SideName, str], mine: Corner, fight: Fight, known: Facts, t: Words) -> Fight:
    """The fight without a condition that has run out; the visitor is told."""
    side, condition = over
    mine.fight = fight.without(side, condition)
    place = key(side, "conditions")
    st.session_state[place] = [name for name in st.session_state[place] if name != condition]
    mine.over.append(f"{t(f'condition.{condition}')} ({side_name(side, fight, known, t)})")
    return mine.fight


def _what_happened(
    mine: Corner, fight: Fight, advice: Advice | None, known: Facts, api: Service, t: Words
) -> None:
    """The fields for what the turn brought; everything stands as it did, so that only changes are entered."""
    with st.container(border=True, key="coach-turn"):
        heading = f"<h3>{t('coach.happened', turn=fight.turn)}</h3><p>{t('coach.changes')}</p>"
        st.html(f'<div lang="{t.lang}" class="pdx-part">{heading}</div>')
        names = _choices(fight, advice, known, t)
        st.pills(t("coach.used"), list(names), format_func=names.__getitem__, key=USED, persist_state=KEEP)
        for column, side in zip(st.columns(2, gap="medium"), SIDES, strict=True):
            with column:
                _side(side, fight, known, t)
        legal = sorted(pool(api, fight.foe.pokemon or ""), key=lambda move: known.move_name(move, t.lang))
        st.multiselect(
            t("coach.seen", name=side_name("foe", fight, known, t)),
            legal,
            format_func=lambda move: known.move_name(move, t.lang),
            key=SEEN,
            max_selections=MAX_MOVES,
            placeholder=t("coach.seen_none"),
            persist_state=KEEP,
        )
        more = st.expander(t("coach.more"), icon=":material/tune:", key=MORE, on_change="rerun")
        if more.open:
            for column, side in zip(more.columns(2, gap="medium"), SIDES, strict=True):
                with column:
                    _more(side, fight, known, t)
        st.button(
            t("coach.next"),
            type="primary",
            icon=":material/skip_next:",
            key="coach.next",
            on_click=_next,
            args=(mine,),
        )


def _choices(fight: Fight, advice: Advice | None, known: Facts, t: Words) -> dict[str, str]:
    """What you may have used, with names; at times only the service knows, as after Hyper Beam."""
    names = {move: known.move_name(move, t.lang) for move in fight.you.moves}
    forced = {move.id: move.name for move in advice.moves if move.id not in names} if advice else {}
    kept = st.session_state.get(USED)
    if kept and kept not in names | forced:
        st.session_state[USED] = None
    return names | forced


def _side(side: SideName, fight: Fight, known: Facts, t: Words) -> None:
    name = side_name(side, fight, known, t)
    st.slider(t("coach.hp", name=name), 0, 100, key=key(side, "hp"), format="%d%%", persist_state=KEEP)
    st.selectbox(
        t("coach.status", name=name),
        STATUSES,
        format_func=lambda status: t(f"status.{status or 'none'}"),
        key=key(side, "status"),
        persist_state=KEEP,
    )


def _more(side: SideName, fight: Fight, known: Facts, t: Words) -> None:
    name = side_name(side, fight, known, t)
    st.multiselect(
        t("coach.conditions", name=name),
        CONDITIONS,
        format_func=lambda condition: t(f"condition.{condition}"),
        key=key(side, "conditions"),
        placeholder=t("coach.conditions_none"),
        persist_state=KEEP,
    )
    st.markdown(f"**{t('coach.boosts', name=name)}**")
    with st.container(horizontal=True, gap="small"):
        for part in BOOSTS:
            st.number_input(t(f"stat.{part}"), -6, 6, key=key(side, part), width=SMALL, persist_state=KEEP)


def _next(mine: Corner) -> None:
    mine.then(entered())


def _buttons(mine: Corner, fight: Fight, t: Words) -> None:
    with st.container(horizontal=True):
        st.button(
            t("outcome.win"), key="coach.win", icon=":material/thumb_up:", on_click=mine.end, args=("win",)
        )
        st.button(
            t("outcome.loss"),
            key="coach.loss",
            icon=":material/thumb_down:",
            on_click=mine.end,
            args=("loss",),
        )
        if len(fight.moments) > 1:
            st.button(t("coach.undo"), key="coach.undo", icon=":material/undo:", on_click=mine.back)
        st.button(t("coach.stop"), key="coach.stop", icon=":material/close:", on_click=_stop, args=(mine,))


def _stop(mine: Corner) -> None:
    mine.fight = None
