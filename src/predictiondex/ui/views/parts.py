"""Pieces of HTML that several views use. Everything that comes from outside is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from predictiondex.messages.text import Lang
from predictiondex.ui.address import Hint
from predictiondex.ui.badges import badge
from predictiondex.ui.facts import Facts, named
from predictiondex.ui.palette import paint
from predictiondex.ui.texts import Words
from predictiondex.wire import PokemonSummary

#: An address full of nonsense is answered with no more hints than this.
MAX_HINTS = 6


def heading(t: Words) -> None:
    """The name of the product and what it is for."""
    st.html(
        f'<div class="pdx-head" lang="{t.lang}"><h1>PredictionDex</h1><p>{escape(t("app.tagline"))}</p></div>'
    )


def chip(type_name: str, facts: Facts, lang: Lang) -> str:
    """A type in its colours, always with its name."""
    colours = paint(type_name)
    name = escape(facts.type_name(type_name, lang))
    return f'<span class="pdx-chip" style="background:{colours.back};color:{colours.text}">{name}</span>'


def tag(text: str) -> str:
    """A short remark in a frame."""
    return f'<span class="pdx-tag">{escape(text)}</span>'


def listing(texts: list[str]) -> str:
    """Sentences as a list."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def note(title: str, texts: list[str], *, stop: bool = False) -> str:
    """A box that says something important; screen readers announce it."""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in texts)
    kind, role = ("pdx-note pdx-stop", "alert") if stop else ("pdx-note", "status")
    return f'<div class="{kind}" role="{role}"><h2>{escape(title)}</h2>{paragraphs}</div>'


def title(text: str) -> str:
    """The heading of a page."""
    return f'<h2 class="pdx-title">{escape(text)}</h2>'


def hints(found: Sequence[Hint], t: Words) -> None:
    """What was left out of the address, if anything."""
    if found:
        texts = [t(hint.key, **hint.values) for hint in found[:MAX_HINTS]]
        st.html(f'<div lang="{t.lang}">{note(t("address.title"), texts)}</div>')


def form_card(form: PokemonSummary, href: str, facts: Facts, t: Words, *, types: bool = True) -> str:
    """A form as a link: picture, number, name and, unless a question is about them, types."""
    name = named(form.names, t.lang)
    chips = "".join(chip(type_name, facts, t.lang) for type_name in form.types) if types else ""
    return (
        f'<a class="pdx-to pdx-card" href="{href}">{badge(form.id, tuple(form.types), name)}'
        f'<span class="pdx-card-text"><span class="pdx-quiet">{escape(t("pokedex.number", number=form.dex))}'
        f'</span><b>{escape(name)}</b><span class="pdx-chips">{chips}</span></span></a>'
    )


def type_list(label: str, key: str, nothing: str, facts: Facts, t: Words) -> None:
    """A list of all types to choose one from; ``nothing`` stands for none of them."""
    st.selectbox(
        label,
        ["", *facts.type_names],
        format_func=lambda name: facts.type_name(name, t.lang) if name else nothing,
        key=key,
        width=170,
    )


def short_name(condition: str, t: Words) -> str:
    """A condition without examples of what brings it about."""
    return t(f"condition.{condition}").split(" (")[0]
