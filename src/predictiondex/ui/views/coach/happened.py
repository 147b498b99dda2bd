"""The fields to say what a turn brought. Everything stands as it did, until said otherwise."""

from __future__ import annotations

from typing import Final

import streamlit as st

from predictiondex.pokedex.names import key as compared
from predictiondex.ui import figures
from predictiondex.ui.choice import MAX_MOVES, SIDES, STATUSES, SideName
from predictiondex.ui.facts import Facts, pool
from predictiondex.ui.fight import Fight
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.coach import folded
from predictiondex.ui.views.coach.board import side_name, used_name
from predictiondex.ui.views.coach.corner import SEEN, USED, Corner, key, put
from predictiondex.ui.views.side import KEEP
from predictiondex.wire import Advice

#: "Used" by whoever could not move.
NOTHING: Final = ""


def show(mine: Corner, fight: Fight, advice: Advice | None, known: Facts, api: Service, t: Words) -> None:
    """One run of the fields."""
    options = {side: _options(side, fight, advice) for side in SIDES}
    for side in SIDES:
        if st.session_state.get(USED[side]) not in options[side]:
            put(USED[side], None)
    mine.conclude()
    with st.container(border=True, key="coach-turn"):
        heading = f"<h3>{t('coach.happened', turn=fight.turn)}</h3><p>{t('coach.changes')}</p>"
        st.html(f'<div lang="{t.lang}" class="pdx-part">{heading}</div>')
        for column, side in zip(st.columns(2, gap="medium"), SIDES, strict=True):
            with column:
                _used(side, options[side], fight, known, t)
        for column, side in zip(st.columns(2, gap="medium"), SIDES, strict=True):
            with column:
                _side(side, fight, known, t)
        _seen(fight, known, api, t)
        folded.show(mine, fight, known, t)
        st.button(
            t("coach.next"),
            type="primary",
            icon=":material/skip_next:",
            key="coach.next",
            on_click=_next,
            args=(mine,),
        )


def _options(side: SideName, fight: Fight, advice: Advice | None) -> list[str]:
    """What a side may have used, or nothing; at times only the service knows what you could."""
    shown = fight.showing(tuple(st.session_state[SEEN]))
    advised = [move.id for move in advice.moves] if advice and side == "you" else []
    return list(dict.fromkeys((*shown.usable(side), *advised, NOTHING)))


def _used(side: SideName, options: list[str], fight: Fight, known: Facts, t: Words) -> None:
    st.pills(
        t("coach.used") if side == "you" else t("coach.foe_used", name=side_name(side, fight, known, t)),
        options,
        format_func=lambda move: used_name(move, known, t) if move else t("coach.nothing"),
        key=USED[side],
        persist_state=KEEP,
        wrap=True,
    )


def _side(side: SideName, fight: Fight, known: Facts, t: Words) -> None:
    name = side_name(side, fight, known, t)
    percent = figures.slider(t.lang)
    st.slider(t("coach.hp", name=name), 0, 100, key=key(side, "hp"), format=percent, persist_state=KEEP)
    st.selectbox(
        t("coach.status", name=name),
        STATUSES,
        format_func=lambda status: t(f"status.{status or 'none'}"),
        key=key(side, "status"),
        persist_state=KEEP,
    )


def _seen(fight: Fight, known: Facts, api: Service, t: Words) -> None:
    """The opponent's moves. One that is added here is taken to be what it used."""
    legal = sorted(
        pool(api, fight.foe.pokemon or ""), key=lambda move: compared(known.move_name(move, t.lang))
    )
    st.multiselect(
        t("coach.seen", name=side_name("foe", fight, known, t)),
        legal,
        format_func=lambda move: known.move_name(move, t.lang),
        key=SEEN,
        max_selections=MAX_MOVES,
        select_all=False,  # Enter takes the best match, and not all of them
        placeholder=t("coach.seen_none"),
        persist_state=KEEP,
        on_change=_shown,
        args=(fight,),
    )


def _shown(fight: Fight) -> None:
    new = [move for move in st.session_state[SEEN] if move not in fight.now.seen]
    if new and not st.session_state.get(USED["foe"]):
        st.session_state[USED["foe"]] = new[-1]


def _next(mine: Corner) -> None:
    mine.conclude()
    mine.then(mine.told())
