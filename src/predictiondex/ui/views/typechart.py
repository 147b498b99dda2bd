"""The page of types: what each attacking type does to each other one, and to two at once."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import prod
from typing import Any

import streamlit as st

from predictiondex.errors import UnknownName
from predictiondex.pokedex import pokedex
from predictiondex.ui import figures
from predictiondex.ui.address import Hint
from predictiondex.ui.facts import Facts, chart, facts
from predictiondex.ui.selection import Selection, selection, unknown
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip, form_card, hints, title, type_list
from predictiondex.ui.ways import href

PAGE = "types"
USUAL = {"attacker": "", "defender": "", "second": ""}
#: What a multiplier is called.
WORDS = {
    0.0: "types.immune",
    0.25: "types.barely",
    0.5: "types.weak",
    1.0: "types.normal",
    2.0: "types.strong",
    4.0: "types.strongest",
}
#: How it is written in the matrix.
SIGNS = {0.0: "0", 0.25: "¼", 0.5: "½", 1.0: "1", 2.0: "2", 4.0: "4"}
#: Class of a cell of the matrix.
CELLS = {0.0: "pdx-zero", 0.5: "pdx-half", 2.0: "pdx-double"}
#: Classes of the chosen row and columns.
ACROSS, DOWN = "pdx-across", "pdx-down"
Chart = Mapping[tuple[str, str], float]


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    known, table = facts(service(t.lang)), chart(service(t.lang))
    chosen = selection(PAGE, USUAL, frozenset(USUAL))
    chosen.begin(read, t.lang)
    st.html(f'<div lang="{t.lang}">{title(t("types.title"))}</div>')
    hints(chosen.hints, t)
    _choose(chosen, known, t)
    attacker, defenders = chosen.values["attacker"], defending(chosen.values)
    contents = [verdict(attacker, defenders, table, known, t), matrix(attacker, defenders, table, known, t)]
    if defenders:
        contents.append(owners(defenders, known, t))
    for content in filter(None, contents):
        st.html(f'<section class="pdx-part" lang="{t.lang}">{content}</section>')
    chosen.write(**chosen.values)


def read(parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[Hint]]:
    """What an address asks for; ``defender`` may hold two types, with a comma between them."""
    found: dict[str, Any] = {}
    missed: list[Hint] = []
    for name, text in parameters.items():
        names = (name, "second") if name == "defender" and "," in text else (name,)
        for place, part in zip(names, text.split(",", 1), strict=False):
            try:
                found[place] = pokedex.type(part) if part else ""
            except UnknownName as error:
                missed += unknown("address.option", name, part, error)
    return found, missed


def defending(values: Mapping[str, str]) -> list[str]:
    """The types of the Pokémon that is attacked: none, one or two."""
    return list(dict.fromkeys(filter(None, (values["defender"], values["second"]))))


def multiplier(attacker: str, defenders: list[str], table: Chart) -> float:
    """What an attack does to a Pokémon of these types."""
    return prod(table[attacker, defender] for defender in defenders)


def _choose(chosen: Selection, known: Facts, t: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        type_list(t("types.attacker"), chosen.key("attacker"), t("types.any"), known, t)
        type_list(t("types.defender"), chosen.key("defender"), t("types.any"), known, t)
        type_list(t("types.second"), chosen.key("second"), t("types.alone"), known, t)
        two = len(defending(chosen.values)) > 1
        st.button(
            t("types.swap"),
            icon=":material/swap_horiz:",
            key="types.turn",
            on_click=_swap,
            args=(chosen,),
            disabled=two,
            help=t("types.one_only") if two else None,
        )


def _swap(chosen: Selection) -> None:
    """The attacking type defends, and the one that defends attacks."""
    attacker = next(iter(defending(chosen.values)), "")
    chosen.put(attacker=attacker, defender=chosen.values["attacker"], second="")


def verdict(attacker: str, defenders: list[str], table: Chart, known: Facts, t: Words) -> str:
    """What the chosen types do: one number where both are chosen, else groups."""
    if attacker and defenders:
        return _one(attacker, defenders, table, known, t)
    if attacker:
        name = known.type_name(attacker, t.lang)
        found = {other: table[attacker, other] for other in known.type_names}
        return f"<h3>{escape(t('types.does', attacker=name))}</h3>{groups(found, known, t)}"
    if defenders:
        names = " / ".join(known.type_name(one, t.lang) for one in defenders)
        found = {other: multiplier(other, defenders, table) for other in known.type_names}
        return f"<h3>{escape(t('types.takes', defender=names))}</h3>{groups(found, known, t)}"
    return ""


def _one(attacker: str, defenders: list[str], table: Chart, known: Facts, t: Words) -> str:
    total = multiplier(attacker, defenders, table)
    names = " / ".join(known.type_name(one, t.lang) for one in defenders)
    against = t("types.verdict", attacker=known.type_name(attacker, t.lang), defender=names)
    chips = " ".join(chip(one, known, t.lang) for one in defenders)
    steps = ""
    if len(defenders) > 1:
        factors = " × ".join(figures.decimal(table[attacker, one], t.lang) for one in defenders)
        product = t("types.product", factors=factors, result=figures.decimal(total, t.lang))
        steps = f'<p class="pdx-quiet">{escape(product)}</p>'
    return (
        f'<div class="pdx-answer" role="status"><h3 class="pdx-unseen">{escape(against)}</h3>'
        f'<p class="pdx-chips">{chip(attacker, known, t.lang)}<span aria-hidden="true">→</span>{chips}</p>'
        f'<p class="pdx-move">×{figures.decimal(total, t.lang)} <span>{escape(t(WORDS[total]))}</span></p>'
        f"{steps}</div>"
    )


def groups(found: Mapping[str, float], known: Facts, t: Words) -> str:
    """Types by their multiplier, the greatest first."""
    rows = ""
    for value in sorted(set(found.values()), reverse=True):
        chips = "".join(chip(name, known, t.lang) for name, one in found.items() if one == value)
        sign = f"×{figures.decimal(value, t.lang)}"
        rows += (
            f"<div><dt><b>{escape(sign)}</b> {escape(t(WORDS[value]))}</dt>"
            f'<dd class="pdx-chips">{chips}</dd></div>'
        )
    return f'<dl class="pdx-groups">{rows}</dl>'


def matrix(attacker: str, defenders: list[str], table: Chart, known: Facts, t: Words) -> str:
    """The whole chart; the chosen row and columns are marked."""
    head = "".join(_column(name, known, t, chosen=name in defenders) for name in known.type_names)
    body = ""
    for row in known.type_names:
        mark = ACROSS if row == attacker else ""
        cells = "".join(
            _cell(table[row, column], mark, DOWN if column in defenders else "")
            for column in known.type_names
        )
        body += f'<tr><th scope="row" class="{mark}">{chip(row, known, t.lang)}</th>{cells}</tr>'
    label = escape(t("types.matrix"))
    return (
        f"<h3>{label}</h3>"
        f'<div class="pdx-scroll" role="region" tabindex="0" aria-label="{label}"><table class="pdx-matrix">'
        f'<thead><tr><th scope="col">{escape(t("types.corner"))}</th>{head}</tr></thead>'
        f'<tbody>{body}</tbody></table></div><p class="pdx-quiet">{escape(t("types.help"))}</p>'
    )


def _column(name: str, known: Facts, t: Words, *, chosen: bool) -> str:
    mark = DOWN if chosen else ""
    return f'<th scope="col" class="{mark}">{chip(name, known, t.lang)}</th>'


def _cell(value: float, *marks: str) -> str:
    kind = " ".join(filter(None, (CELLS.get(value, ""), *marks)))
    return f'<td class="{kind}">{SIGNS[value]}</td>'


def owners(defenders: list[str], known: Facts, t: Words) -> str:
    """Forms of exactly these types."""
    cards = "".join(
        f"<li>{form_card(form, href('pokedex', pokemon=form.id), known, t)}</li>"
        for form in known.everybody.values()
        if set(form.types) == set(defenders)
    )
    return f'<h3>{escape(t("types.forms"))}</h3><ul class="pdx-cards">{cards}</ul>' if cards else ""
