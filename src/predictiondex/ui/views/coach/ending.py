"""After the fight: how it ended, told to the service, and what next."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from predictiondex.ui import state
from predictiondex.ui.choice import Choice, SideChoice
from predictiondex.ui.facts import Facts
from predictiondex.ui.fight import Fight
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.coach.board import board, history
from predictiondex.ui.views.coach.corner import Corner
from predictiondex.ui.views.outcome import tell
from predictiondex.ui.views.waiting import waiting


def show(mine: Corner, fight: Fight, known: Facts, api: Service, t: Words) -> None:
    """One run of the page after the fight."""
    assert fight.ending
    st.html(f'<div lang="{t.lang}">{board(fight, known, t)}</div>')
    obstacle = tell(mine.reports(), api)
    if obstacle:
        st.info(t("coach.untold"), icon=":material/cloud_off:")
    else:
        st.success(t(f"thanks.{fight.ending}"), icon=":material/check:")
    with st.container(horizontal=True):
        st.button(
            t("coach.again"),
            type="primary",
            key="coach.again",
            icon=":material/replay:",
            on_click=_again,
            args=(mine,),
        )
        if fight.now.you.hp:
            st.button(
                t("coach.onward"),
                key="coach.onward",
                icon=":material/arrow_forward:",
                on_click=_onward,
                args=(mine,),
            )
        st.button(t("coach.undo"), key="coach.undo", icon=":material/undo:", on_click=_undo, args=(mine,))
    if len(fight.moments) > 1:
        st.html(f'<div lang="{t.lang}">{history(mine, fight, known, t)}</div>')
    if obstacle:
        waiting(api, obstacle, t)


def _again(mine: Corner) -> None:
    """The same two once more, or others."""
    mine.fight = mine.worn = None
    choice = state.visit().choice
    state.show(replace(choice, you=choice.you.fresh(), foe=choice.foe.fresh()))


def _onward(mine: Corner) -> None:
    """Your Pokémon stays as it is and meets another."""
    assert mine.fight is not None
    you, _ = mine.fight.selection()
    mine.go_on()
    choice: Choice = state.visit().choice
    state.show(replace(choice, you=you, foe=SideChoice(level=choice.foe.level)))


def _undo(mine: Corner) -> None:
    """It did not end that way. An end that a button told leaves the turn as it is."""
    assert mine.fight is not None
    now = mine.fight.now
    if now.you.hp and now.foe.hp:
        mine.end("")
    else:
        mine.back()
