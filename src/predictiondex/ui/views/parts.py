"""Pieces of HTML that several views use. Everything that comes from outside is escaped here."""

from __future__ import annotations

from html import escape

import streamlit as st

from predictiondex.pokedex.model import Lang
from predictiondex.ui.facts import Facts
from predictiondex.ui.palette import paint
from predictiondex.ui.texts import Words


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
