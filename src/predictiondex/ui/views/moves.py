"""The page of moves: all of them, filtered and sorted, and one with its particulars and who can have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from predictiondex.errors import UnknownName
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.names import key as compared
from predictiondex.ui.address import Hint
from predictiondex.ui.facts import Facts, facts, move_detail, named
from predictiondex.ui.selection import Selection, left_out, selection, unknown
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.moveentry import entry
from predictiondex.ui.views.movetable import CATEGORIES, move_table
from predictiondex.ui.views.parts import hints, title, type_list
from predictiondex.ui.ways import href
from predictiondex.wire import MoveSummary

PAGE = "moves"
USUAL: dict[str, Any] = {"move": "", "q": "", "type": "", "category": "", "power": 0, "sort": "name"}
WIDGETS = frozenset({"q", "type", "category", "power", "sort"})
SORTS = {
    "name": "moves.by_name",
    "power": "moves.by_power",
    "accuracy": "moves.by_accuracy",
    "pp": "moves.by_pp",
    "type": "moves.by_type",
}
#: Longest text to search for, greatest least power, and the steps to it.
MAX_TEXT, MAX_POWER, STEP = 40, 250, 10
#: A move that never misses comes before one of 100 %.
SURE = 101


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    known = facts(service(t.lang))
    chosen = selection(PAGE, USUAL, WIDGETS, "move")
    chosen.begin(lambda parameters: read(parameters, known), t.lang)
    st.html(f'<div lang="{t.lang}">{title(t("moves.title"))}</div>')
    hints(chosen.hints, t)
    move_id = chosen.values["move"]
    if move_id:
        back = f'<a class="pdx-to" href="{href(PAGE, move="")}">← {escape(t("moves.back"))}</a>'
        st.html(f'<nav class="pdx-nav" lang="{t.lang}">{back}</nav>')
        entry(move_detail(service(t.lang), move_id), known, t)
    else:
        _all(chosen, known, t)
    chosen.write(**{name: str(value) for name, value in chosen.values.items()})


def read(parameters: Mapping[str, str], known: Facts) -> tuple[dict[str, Any], list[Hint]]:
    """What an address asks for."""
    found: dict[str, Any] = {}
    missed: list[Hint] = []
    choices: dict[str, Mapping[str, str]] = {"category": {"": "", **CATEGORIES}, "sort": SORTS}
    for name, text in parameters.items():
        try:
            if name == "move":
                found[name] = known.move_id(text) if text else ""
            elif name == "type":
                found[name] = pokedex.type(text) if text else ""
            elif name == "power":
                found[name] = min(MAX_POWER, int(text) // STEP * STEP) if text.isdecimal() else 0
            elif text not in choices.get(name, {text: ""}):
                missed.append(left_out("address.option", name, text))
            else:
                found[name] = text[:MAX_TEXT]
        except UnknownName as error:
            missed += unknown("address.move" if name == "move" else "address.option", name, text, error)
    return found, missed


def matching(known: Facts, wanted: Mapping[str, Any], t: Words) -> list[MoveSummary]:
    """The moves that are looked for, in the order that was chosen."""
    text = wanted["q"]
    ids = known.search_moves(text, t.lang) if text.strip() else list(known.moves)
    found = [
        move
        for move in (known.moves[move_id] for move_id in ids)
        if wanted["type"] in ("", move.type)
        and wanted["category"] in ("", move.category)
        and move.power >= wanted["power"]
    ]
    if text.strip() and wanted["sort"] == "name":
        return found  # what fits the text best comes first
    return sorted(found, key=_order(wanted["sort"], known, t))


def _order(sort: str, known: Facts, t: Words) -> Callable[[MoveSummary], tuple[Any, ...]]:
    def name(move: MoveSummary) -> str:
        return compared(named(move.names, t.lang))

    orders: dict[str, Callable[[MoveSummary], Any]] = {
        "power": lambda move: -move.power,
        "accuracy": lambda move: -(SURE if move.accuracy is None else move.accuracy),
        "pp": lambda move: -move.pp,
        "type": lambda move: compared(known.type_name(move.type, t.lang)),
    }
    order = orders.get(sort)
    return lambda move: (order(move) if order else "", name(move))


def _all(chosen: Selection, known: Facts, t: Words) -> None:
    """The filters and the moves that pass them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("moves.search"), key=chosen.key("q"), max_chars=MAX_TEXT, icon=":material/search:", width=250
        )
        type_list(t("moves.type"), chosen.key("type"), t("moves.every_type"), known, t)
        st.selectbox(
            t("moves.category"),
            ["", *CATEGORIES],
            format_func=lambda name: t(CATEGORIES[name]) if name else t("moves.every_category"),
            key=chosen.key("category"),
            width=190,
        )
        st.number_input(t("moves.least"), 0, MAX_POWER, step=STEP, key=chosen.key("power"), width=150)
        st.selectbox(
            t("moves.sort"),
            list(SORTS),
            format_func=lambda name: t(SORTS[name]),
            key=chosen.key("sort"),
            width=150,
        )
    found = matching(known, chosen.values, t)
    count = t("moves.found", number=len(found), total=len(known.moves)) if found else t("moves.nothing")
    table = (
        move_table((("", move) for move in found), known, t, label=t("moves.title"), pp=True) if found else ""
    )
    status = f'<p class="pdx-quiet" role="status">{escape(count)}</p>'
    st.html(f'<div class="pdx-tall" lang="{t.lang}">{status}{table}</div>')
