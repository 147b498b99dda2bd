"""What is rarely entered, folded away: stages, conditions with the moves they concern, and PP."""

from __future__ import annotations

import streamlit as st

from predictiondex.pokedex.model import BOOSTS, STAGES
from predictiondex.ui import figures, locks
from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.facts import Facts
from predictiondex.ui.fight import CONDITIONS, Fight
from predictiondex.ui.texts import Words
from predictiondex.ui.views.coach.board import side_name
from predictiondex.ui.views.coach.corner import MORE, STOCK, Corner, key, put
from predictiondex.ui.views.parts import short_name
from predictiondex.ui.views.side import KEEP, SMALL


def show(mine: Corner, fight: Fight, known: Facts, t: Words) -> None:
    """Both folds."""
    more = st.expander(t("coach.more"), icon=":material/tune:", key=MORE, on_change="rerun")
    if more.open:
        for column, side in zip(more.columns(2, gap="medium"), SIDES, strict=True):
            with column:
                _conditions(mine, side, fight, known, t)
                _boosts(side, fight, known, t)
    stock = st.expander(t("coach.stock"), icon=":material/battery_5_bar:", key=STOCK, on_change="rerun")
    if stock.open:
        stock.caption(t("coach.stock_help", turn=fight.turn))
        for column, side in zip(stock.columns(2, gap="medium"), SIDES, strict=True):
            with column:
                _stock(mine, side, fight, known, t)


def _conditions(mine: Corner, side: SideName, fight: Fight, known: Facts, t: Words) -> None:
    name = side_name(side, fight, known, t)
    chosen = st.multiselect(
        t("coach.conditions", name=name),
        CONDITIONS,
        format_func=lambda condition: t(f"condition.{condition}"),
        key=key(side, "conditions"),
        select_all=False,  # Enter takes the best match, and not all of them
        placeholder=t("coach.conditions_none"),
        persist_state=KEEP,
    )
    for condition in chosen:
        if condition in locks.NAMED:
            _about(mine, side, condition, known, t)
        elif condition == "substitute":
            st.slider(
                t("coach.decoy", name=name),
                1,
                100,
                key=key(side, "decoy"),
                format=figures.slider(t.lang),
                persist_state=KEEP,
            )


def _about(mine: Corner, side: SideName, condition: str, known: Facts, t: Words) -> None:
    """The move that a condition concerns."""
    put(key(side, "about", condition), mine.about(side, condition))
    st.selectbox(
        t("coach.about", what=short_name(condition, t)),
        mine.concerned(side, condition),
        format_func=lambda move: known.move_name(move, t.lang),
        key=key(side, "about", condition),
        persist_state=KEEP,
    )


def _boosts(side: SideName, fight: Fight, known: Facts, t: Words) -> None:
    st.markdown(f"**{t('coach.boosts', name=side_name(side, fight, known, t))}**")
    with st.container(horizontal=True, gap="small"):
        for part in BOOSTS:
            st.number_input(t(f"stat.{part}"), *STAGES, key=key(side, part), width=SMALL, persist_state=KEEP)


def _stock(mine: Corner, side: SideName, fight: Fight, known: Facts, t: Words) -> None:
    """PP left now, as the game shows them; of the opponent only of moves that it has shown."""
    st.markdown(f"**{side_name(side, fight, known, t)}**")
    moves = fight.you.moves if side == "you" else fight.now.seen
    if not moves:
        st.caption(t("coach.stock_unseen"))
    for move in moves:
        place = key(side, "pp", move)
        put(place, fight.left(side, move))
        st.number_input(
            t("coach.pp", move=known.move_name(move, t.lang), full=locks.full(move)),
            0,
            locks.full(move),
            key=place,
            on_change=mine.correct,
            args=(side, move),
        )
