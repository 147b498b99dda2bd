"""One form in the Pokédex: who it is, its stats, what hurts it, its moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import STATS
from predictiondex.pokedex.names import key as compared
from predictiondex.ui import figures
from predictiondex.ui.badges import badge
from predictiondex.ui.facts import Facts, detail, learnset, named, weaknesses
from predictiondex.ui.radar import radar
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.movetable import move_table
from predictiondex.ui.views.parts import chip, form_card, tag
from predictiondex.ui.ways import BATTLE, href
from predictiondex.wire import FormMove, MoveSummary, PokemonDetail, Weaknesses

KIND_WORDS = {"alola": "pokedex.alola", "starter": "pokedex.starter", "mega": "pokedex.mega"}
#: What an attack does, and the words for it, worst first.
EFFECTS = (
    (4.0, "pokedex.quadruple"),
    (2.0, "pokedex.double"),
    (0.5, "pokedex.half"),
    (0.25, "pokedex.quarter"),
    (0.0, "pokedex.nothing"),
)
#: Ways to learn, in the order they are shown.
METHODS = {
    "level": "pokedex.by_level",
    "machine": "pokedex.by_machine",
    "tutor": "pokedex.by_tutor",
    "event": "pokedex.by_event",
}
#: Around the shape as in the games: attack and defence on one side, their special likes on the other.
AROUND = ("hp", "atk", "def", "spe", "spd", "spa")
#: A bar of this length is full.
FULL = 200


def entry(form_id: str, known: Facts, service: Service, t: Words) -> None:
    """Show everything about a form. Raises as the facts do."""
    form = detail(service, form_id)
    _html(head(form, known, t), t)
    left, right = st.columns(2, gap="large")
    with left:
        _html(stats(form, t), t)
    with right:
        _html(defence(weaknesses(service, form_id), known, t), t)
        _html(relatives(form, known, t), t)
    _html(moves(learnset(service, form_id), known, t), t)


def _html(content: str, t: Words) -> None:
    if content:
        st.html(f'<section class="pdx-part" lang="{t.lang}">{content}</section>')


def head(form: PokemonDetail, known: Facts, t: Words) -> str:
    """Picture, names, types, size, and the ways to a battle."""
    name = named(form.names, t.lang)
    other = form.names.en if t.lang == "fr" else form.names.fr
    chips = "".join(chip(type_name, known, t.lang) for type_name in form.types)
    kind = tag(t(KIND_WORDS[form.kind])) if form.kind in KIND_WORDS else ""
    size = t(
        "pokedex.size",
        height=figures.decimal(form.height_m, t.lang),
        weight=figures.decimal(form.weight_kg, t.lang),
    )
    quiet = " · ".join([t("pokedex.number", number=form.dex), *([other] if other != name else []), size])
    return (
        f'<div class="pdx-entry">{badge(form.id, tuple(form.types), name)}<div>'
        f'<h3 class="pdx-name">{escape(name)}</h3><p class="pdx-chips">{chips}{kind}</p>'
        f'<p class="pdx-quiet">{escape(quiet)}</p></div><p class="pdx-acts">'
        f'<a class="pdx-to pdx-act" href="{href(BATTLE, you=form.id)}">{escape(t("pokedex.as_yours"))}</a>'
        f'<a class="pdx-to pdx-act pdx-second" href="{href(BATTLE, foe=form.id)}">'
        f"{escape(t('pokedex.as_foe'))}</a></p></div>"
    )


def stats(form: PokemonDetail, t: Words) -> str:
    """The shape, and the same numbers as a table."""
    values = form.base_stats
    words = ", ".join(f"{t(f'stat.{stat}')} {values[stat]}" for stat in STATS)
    labels = [t(f"stat.{stat}") for stat in AROUND]
    shape = radar([values[stat] for stat in AROUND], labels, t("pokedex.radar", stats=words))
    rows = "".join(_stat(t(f"stat.{stat}"), values[stat]) for stat in STATS)
    total = (
        f'<tr><th scope="row">{escape(t("pokedex.total"))}</th><td>{sum(values.values())}</td><td></td></tr>'
    )
    head = (
        f'<thead class="pdx-unseen"><tr><th scope="col">{escape(t("pokedex.stat"))}</th>'
        f'<th scope="col">{escape(t("pokedex.value"))}</th><td></td></tr></thead>'
    )
    return (
        f"<h3>{escape(t('pokedex.stats'))}</h3>{shape}"
        f'<table class="pdx-stats">{head}<tbody>{rows}{total}</tbody></table>'
    )


def _stat(name: str, value: int) -> str:
    bar = f'<span class="pdx-bar"><i style="width:{min(100, 100 * value / FULL):.1f}%"></i></span>'
    return f'<tr><th scope="row">{escape(name)}</th><td>{value}</td><td aria-hidden="true">{bar}</td></tr>'


def defence(found: Weaknesses, known: Facts, t: Words) -> str:
    """Attacking types by what they do to the form."""
    rows = ""
    for multiplier, words in EFFECTS:
        types = [name for name, value in found.multipliers.items() if value == multiplier]
        if types:
            chips = "".join(chip(name, known, t.lang) for name in types)
            sign = f"×{figures.decimal(multiplier, t.lang)}"
            rows += (
                f"<div><dt><b>{escape(sign)}</b> {escape(t(words))}</dt>"
                f'<dd class="pdx-chips">{chips}</dd></div>'
            )
    return (
        f'<h3>{escape(t("pokedex.defence"))}</h3><dl class="pdx-groups">{rows}</dl>'
        f'<p class="pdx-quiet">{escape(t("pokedex.rest"))}</p>'
    )


def relatives(form: PokemonDetail, known: Facts, t: Words) -> str:
    """Evolutions and the other forms of the species, as links."""
    groups = (
        ("pokedex.evolves_from", [form.evolves_from] if form.evolves_from else []),
        ("pokedex.evolves_into", [one.id for one in pokedex.forms.values() if one.evolves_from == form.id]),
        ("pokedex.forms", [other for other in form.forms if other != form.id]),
    )
    shown = ""
    for words, ids in groups:
        cards = "".join(
            f"<li>{form_card(known.everybody[one], href('pokedex', pokemon=one), known, t)}</li>"
            for one in ids
            if one in known.everybody
        )
        if cards:
            shown += f'<h4>{escape(t(words))}</h4><ul class="pdx-cards">{cards}</ul>'
    return f"<h3>{escape(t('pokedex.related'))}</h3>{shown}" if shown else ""


def moves(entries: Iterable[FormMove], known: Facts, t: Words) -> str:
    """The learnset, a table for each way to learn."""
    entries = list(entries)
    shown = ""
    for method, words in METHODS.items():
        rows = [(way.level, one.move) for one in entries for way in one.ways if way.method == method]
        shown += _table(t(words), rows, known, t, level=method == "level")
    inherited = [(None, one.move) for one in entries if not one.ways]
    shown += _table(t("pokedex.earlier"), inherited, known, t)
    return f'<h3>{escape(t("pokedex.moves"))}</h3><div class="pdx-tables">{shown}</div>'


def _table(
    name: str, rows: Sequence[tuple[int | None, MoveSummary]], known: Facts, t: Words, *, level: bool = False
) -> str:
    if not rows:
        return ""
    ordered = sorted(rows, key=lambda row: (row[0] or 0, compared(named(row[1].names, t.lang))))
    cells = (
        ("" if at is None else str(at) if at else t("pokedex.on_evolving"), move) for at, move in ordered
    )
    first = t("pokedex.level") if level else ""
    return f"<div><h4>{escape(name)}</h4>{move_table(cells, known, t, label=name, first=first)}</div>"
