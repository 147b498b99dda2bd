"""The Pokédex: every form to choose from, and one of them with all that is known."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from predictiondex.errors import UnknownName
from predictiondex.pokedex import pokedex
from predictiondex.ui.address import Hint
from predictiondex.ui.facts import Facts, facts
from predictiondex.ui.selection import Selection, left_out, selection, unknown
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.entry import entry
from predictiondex.ui.views.parts import form_card, hints, title, type_list
from predictiondex.ui.ways import href

PAGE = "pokedex"
USUAL = {"pokemon": "", "q": "", "type": "", "kind": ""}
WIDGETS = frozenset({"q", "type", "kind"})
KINDS = {
    "": "pokedex.every_kind",
    "base": "pokedex.base",
    "alola": "pokedex.alola",
    "starter": "pokedex.starter",
    "mega": "pokedex.mega",
}
#: Longest text to search for.
MAX_TEXT = 40


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    known = facts(service(t.lang))
    chosen = selection(PAGE, USUAL, WIDGETS, "pokemon")
    chosen.begin(lambda parameters: read(parameters, known), t.lang)
    st.html(f'<div lang="{t.lang}">{title(t("pokedex.title"))}</div>')
    hints(chosen.hints, t)
    form_id = chosen.values["pokemon"]
    if form_id:
        _one(form_id, known, t)
    else:
        _all(chosen, known, t)
    chosen.write(**{name: str(value) for name, value in chosen.values.items()})


def read(parameters: Mapping[str, str], known: Facts) -> tuple[dict[str, Any], list[Hint]]:
    """What an address asks for."""
    found: dict[str, Any] = {}
    missed: list[Hint] = []
    for name, text in parameters.items():
        try:
            if name == "pokemon":
                found[name] = known.form_id(text) if text else ""
            elif name == "type":
                found[name] = pokedex.type(text) if text else ""
            elif name == "kind" and text not in KINDS:
                missed.append(left_out("address.option", name, text))
            else:
                found[name] = text[:MAX_TEXT]
        except UnknownName as error:
            key = "address.pokemon" if name == "pokemon" else "address.option"
            missed += unknown(key, name, text, error)
    return found, missed


def matching(known: Facts, text: str, type_name: str, kind: str, t: Words) -> list[str]:
    """Ids of the forms that are looked for, best first."""
    ids = known.search_forms(text, t.lang) if text.strip() else list(known.everybody)
    forms = (known.everybody[form_id] for form_id in ids)
    return [
        form.id for form in forms if (not type_name or type_name in form.types) and kind in ("", form.kind)
    ]


def _all(chosen: Selection, known: Facts, t: Words) -> None:
    """The filters and everybody who passes them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("pokedex.search"), key=chosen.key("q"), max_chars=MAX_TEXT, icon=":material/search:", width=320
        )
        type_list(t("pokedex.type"), chosen.key("type"), t("pokedex.every_type"), known, t)
        st.selectbox(
            t("pokedex.kind"),
            list(KINDS),
            format_func=lambda kind: t(KINDS[kind]),
            key=chosen.key("kind"),
            width=180,
        )
    values = chosen.values
    found = matching(known, values["q"], values["type"], values["kind"], t)
    count = (
        t("pokedex.found", number=len(found), total=len(known.everybody)) if found else t("pokedex.nobody")
    )
    st.html(f'<p class="pdx-quiet" role="status" lang="{t.lang}">{escape(count)}</p>')
    cards = (form_card(known.everybody[form_id], href(PAGE, pokemon=form_id), known, t) for form_id in found)
    items = "".join(f"<li>{card}</li>" for card in cards)
    st.html(f'<ul class="pdx-cards" lang="{t.lang}">{items}</ul>')


def _one(form_id: str, known: Facts, t: Words) -> None:
    """Ways on, and the entry itself."""
    ids = list(known.everybody)
    place = ids.index(form_id)
    links = [f'<a class="pdx-to" href="{href(PAGE, pokemon="")}">← {escape(t("pokedex.back"))}</a>']
    for other in (place - 1, place + 1):
        if 0 <= other < len(ids):
            name = escape(known.form_name(ids[other], t.lang))
            arrow = f"‹ {name}" if other < place else f"{name} ›"
            links.append(f'<a class="pdx-to" href="{href(PAGE, pokemon=ids[other])}">{arrow}</a>')
    label = escape(t("pokedex.around"))
    st.html(f'<nav class="pdx-nav" aria-label="{label}" lang="{t.lang}">{"".join(links)}</nav>')
    entry(form_id, known, service(t.lang), t)
