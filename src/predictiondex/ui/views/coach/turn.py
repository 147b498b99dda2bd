"""One turn of the fight: how it stands, what to use now, and what happened."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.ui import locks
from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.facts import Facts
from predictiondex.ui.fight import Advisor, Fight
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.answer import openings, recommendation, why
from predictiondex.ui.views.coach import happened
from predictiondex.ui.views.coach.board import board, history, side_name
from predictiondex.ui.views.coach.corner import AHEAD, Corner, key
from predictiondex.ui.views.parts import short_name
from predictiondex.ui.views.side import KEEP
from predictiondex.ui.views.waiting import refused, waiting
from predictiondex.wire import Advice, Problem

#: The field of a problem that says: this condition has been over for some turns.
_OVER: Final = re.compile(r"(you|opponent)\.conditions\[(\d+)\]\.turns")


def show(mine: Corner, fight: Fight, known: Facts, api: Service, t: Words) -> None:
    """One run of the page in the middle of a fight."""
    st.html(f'<div lang="{t.lang}">{board(fight, known, t)}</div>')
    _locks(mine, fight, known, t)
    advice = _advice(mine, fight, known, api, t)
    for name in mine.over:
        st.info(t("coach.over", name=name), icon=":material/timer_off:")
    if advice:
        title = "coach.use" if fight.turn > 1 else "answer.open_with"
        st.html(f'<section lang="{t.lang}">{recommendation(advice, known, t, title)}</section>')
    st.toggle(t("coach.ahead"), key=AHEAD, persist_state=KEEP, help=t("coach.ahead_help"))
    happened.show(mine, mine.fight or fight, advice, known, api, t)
    _buttons(mine, fight, t)
    if advice:
        moves, reasons = st.columns([3, 2], gap="medium")
        moves.html(f'<section lang="{t.lang}">{openings(advice, known, t, "coach.moves")}</section>')
        reasons.html(f'<section lang="{t.lang}">{why(advice, t)}</section>')
    if len(fight.moments) > 1:
        st.html(f'<div lang="{t.lang}">{history(mine, fight, known, t)}</div>')


def _locks(mine: Corner, fight: Fight, known: Facts, t: Words) -> None:
    """What the page concluded from the moves used can be taken off at once."""
    held = [(side, name) for side in SIDES for name in fight.now.side(side).conditions if name in locks.LOCKS]
    if not held:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="coach-locks"):
        st.caption(t("coach.concluded"), width="content")
        for side, name in held:
            st.button(
                t("coach.not_so", name=side_name(side, fight, known, t), what=short_name(name, t)),
                key=key(side, "free", name),
                icon=":material/lock_open:",
                on_click=mine.free,
                args=(side, name),
            )


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
            return side, list(fight.now.side(side).conditions)[int(match[2])]
    return None


def _end_of(over: tuple[SideName, str], mine: Corner, fight: Fight, known: Facts, t: Words) -> Fight:
    """The fight without a condition that has run out; the visitor is told."""
    side, condition = over
    mine.fight = fight.without(side, condition)
    place = key(side, "conditions")
    st.session_state[place] = [name for name in st.session_state[place] if name != condition]
    mine.over.append(f"{t(f'condition.{condition}')} ({side_name(side, fight, known, t)})")
    return mine.fight


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
    mine.fight = mine.worn = None
