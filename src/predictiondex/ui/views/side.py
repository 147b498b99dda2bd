"""One side of the battle: who it is, its moves, its level, and the rest folded away."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import AVS, BOOSTS, FRIENDSHIP, IVS, LEVELS, STAGES, STATS
from predictiondex.pokedex.names import key as compared
from predictiondex.ui import figures
from predictiondex.ui.badges import badge
from predictiondex.ui.choice import MAX_MOVES, STATUSES, SideChoice, SideName
from predictiondex.ui.facts import Facts, detail, likeliest, named, pool
from predictiondex.ui.service import Service
from predictiondex.ui.state import key, visit
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip
from predictiondex.wire import MoveSummary, NamePair

#: Width of a field for a small number, in pixels: three stand side by side on a phone.
SMALL = 84
#: Values outlive their widgets: folded away, or while another page is on the screen.
KEEP: Final = "session"
#: As the games write it, and short enough for a phone.
NEVER_MISSES = NO_POWER = "—"


def settle(side: SideName, facts: Facts, service: Service, t: Words) -> None:
    """Make what was just entered fit together, before the widgets show it.

    A typed name becomes its form; another form gets moves it can have. Raises as the facts do.
    """
    former: SideChoice = getattr(visit().choice, side)
    form_id = _settle_form(side, former, facts, t)
    if form_id is None:
        return
    level = st.session_state.get(key(side, "level")) or former.level
    legal = pool(service, form_id)
    entered = st.session_state.get(key(side, "moves"), [])
    found = (move if move in legal else _move(move, facts, legal, t) for move in entered)
    moves = list(dict.fromkeys(move for move in found if move))[:MAX_MOVES]
    if (form_id, level) != (former.pokemon, former.level) and side == "you":
        automatic = former.pokemon is None or _automatic(former, service)
        if automatic or not moves:
            moves = list(likeliest(form_id, level, legal))
    if moves != entered:
        st.session_state[key(side, "moves")] = moves
    if st.session_state.get(key(side, "mega"), "") not in ("", *detail(service, form_id).megas):
        st.session_state[key(side, "mega")] = ""


def _settle_form(side: SideName, former: SideChoice, facts: Facts, t: Words) -> str | None:
    """The id of the form that is meant; a text that means none leaves the former one, with a note."""
    entered: str | None = st.session_state.get(key(side, "pokemon"))
    if entered is None or entered in facts.forms:
        if entered != former.pokemon:
            visit().notes.pop(side, None)
        return entered
    found = [form_id for form_id in facts.search_forms(entered, t.lang) if form_id in facts.forms]
    known = former.pokemon if former.pokemon in facts.forms else None
    meant = found[0] if found else known
    st.session_state[key(side, "pokemon")] = meant
    text = entered[:40]
    visit().notes.pop(side, None)
    if not found:
        visit().notes[side] = (text, None)
    elif not _begins(facts.everybody[found[0]].names, entered):
        visit().notes[side] = (text, found[0])
    return meant


def _begins(names: NamePair, text: str) -> bool:
    """Whether a name begins with ``text``, accents aside: then nobody need be told what was understood."""
    return any(compared(name).startswith(compared(text)) for name in (names.en, names.fr))


def _automatic(former: SideChoice, service: Service) -> bool:
    """Whether the moves so far were proposed by the page and left alone."""
    assert former.pokemon is not None
    proposed = likeliest(former.pokemon, former.level, pool(service, former.pokemon))
    return set(former.moves) == set(proposed)


def _move(text: str, facts: Facts, legal: tuple[str, ...], t: Words) -> str | None:
    """The legal move that a typed text means best."""
    return next((move for move in facts.search_moves(text, t.lang) if move in legal), None)


def side(side: SideName, facts: Facts, service: Service, t: Words) -> None:
    """Show the widgets of a side. :func:`settle` has run before."""
    form_id: str | None = st.session_state.get(key(side, "pokemon"))
    st.html(_card(side, form_id, facts, t))
    name, level = st.columns([3, 1], vertical_alignment="bottom")
    name.selectbox(
        _role(side, t),
        list(facts.forms),
        format_func=lambda form: facts.form_name(form, t.lang),
        key=key(side, "pokemon"),
        persist_state=KEEP,
        index=None,
        placeholder=t("side.search"),
        label_visibility="collapsed",
        accept_new_options=True,  # a text without its accents or with a typo: settle() finds what is meant
    )
    level.number_input(t("side.level"), *LEVELS, key=key(side, "level"), persist_state=KEEP)
    if side in visit().notes:
        st.caption(_note(*visit().notes[side], facts, t))
    if form_id:
        _moves(side, pool(service, form_id), facts, t)
        more = st.expander(t("side.more"), icon=":material/tune:", key=key(side, "more"), on_change="rerun")
        if more.open:  # two dozen fields a side: the page is there sooner without them
            with more:
                _rest(side, tuple(detail(service, form_id).megas.items()), facts, t)


def _note(text: str, form: str | None, facts: Facts, t: Words) -> str:
    """What was made of a typed text."""
    if form is None:
        return t("side.nobody", text=text)
    return t("side.understood", text=text, name=facts.form_name(form, t.lang))


def _card(side: SideName, form_id: str | None, facts: Facts, t: Words) -> str:
    """Picture, whose it is, name and types."""
    if form_id is None:
        picture, name, line = '<span class="pdx-blank" aria-hidden="true">?</span>', t("side.blank"), ""
    else:
        form = facts.forms[form_id]
        name = named(form.names, t.lang)
        picture = badge(form.id, tuple(form.types), name)
        chips = "".join(chip(type_name, facts, t.lang) for type_name in form.types)
        number = escape(t("side.number", number=form.dex))
        line = f'<p>{chips}<span class="pdx-quiet">{number}</span></p>'
    role = f'<p class="pdx-role">{escape(_role(side, t))}</p>'
    words = f"<div>{role}<h2>{escape(name)}</h2>{line}</div>"
    return f'<div class="pdx-side" lang="{t.lang}">{picture}{words}</div>'


def _role(side: SideName, t: Words) -> str:
    return t("side.you") if side == "you" else t("side.foe")


def _moves(side: SideName, legal: tuple[str, ...], facts: Facts, t: Words) -> None:
    ordered = sorted(legal, key=lambda move: compared(facts.move_name(move, t.lang)))
    st.multiselect(
        t("side.moves_you") if side == "you" else t("side.moves_foe"),
        ordered,
        format_func=lambda move: move_label(facts.moves[move], facts, t) if move in facts.moves else move,
        key=key(side, "moves"),
        persist_state=KEEP,
        max_selections=MAX_MOVES,
        accept_new_options=True,
        select_all=False,  # Enter takes the best match, and not all of them
        placeholder=t("side.moves_none_you") if side == "you" else t("side.moves_none_foe"),
    )
    form_id, level = st.session_state[key(side, "pokemon")], st.session_state[key(side, "level")]
    if side == "foe" and not st.session_state[key(side, "moves")] and level:
        names = ", ".join(facts.move_name(move, t.lang) for move in likeliest(form_id, level, legal))
        st.caption(t("side.assumed", moves=names))


def move_label(move: MoveSummary, facts: Facts, t: Words) -> str:
    """A move in a list: name, type, power, accuracy."""
    accuracy = NEVER_MISSES if move.accuracy is None else f"{move.accuracy}{figures.sign(t.lang)}"
    values = {
        "name": named(move.names, t.lang),
        "type": facts.type_name(move.type, t.lang),
        "accuracy": accuracy,
    }
    if move.category == "Status":
        return t("move.label_status", **values)
    return t("move.label", power=move.power or NO_POWER, **values)


def _rest(side: SideName, megas: tuple[tuple[str, str], ...], facts: Facts, t: Words) -> None:
    """Everything that most visitors leave as it is."""
    st.selectbox(
        t("side.nature"),
        natures(t),
        format_func=lambda nature: nature_label(nature, t),
        key=key(side, "nature"),
        persist_state=KEEP,
    )
    if megas:
        names = {"": t("side.mega_none"), **{name: facts.form_name(form, t.lang) for name, form in megas}}
        st.selectbox(
            t("side.mega"),
            list(names),
            format_func=names.__getitem__,
            key=key(side, "mega"),
            persist_state=KEEP,
        )
    with st.container(horizontal=True):
        st.number_input(t("side.hp"), 1, 100, key=key(side, "hp"), persist_state=KEEP, width=2 * SMALL)
        st.selectbox(
            t("side.status"),
            STATUSES,
            format_func=lambda status: t(f"status.{status or 'none'}"),
            key=key(side, "status"),
            persist_state=KEEP,
            width=2 * SMALL,
        )
    st.number_input(
        t("side.friendship"),
        *FRIENDSHIP,
        key=key(side, "friendship"),
        persist_state=KEEP,
        width=2 * SMALL,
    )
    _row(side, "avs", STATS, AVS, t)
    _row(side, "ivs", STATS, IVS, t)
    _row(side, "boosts", BOOSTS, STAGES, t)


def _row(side: SideName, name: str, parts: tuple[str, ...], limits: tuple[int, int], t: Words) -> None:
    """A field for each stat."""
    st.markdown(f"**{t(f'side.{name}')}**")
    with st.container(horizontal=True, gap="small"):
        for part in parts:
            st.number_input(
                t(f"stat.{part}"),
                *limits,
                key=key(side, f"{name}.{part}"),
                persist_state=KEEP,
                width=SMALL,
            )


def natures(t: Words) -> list[str]:
    """All natures in the order of their names, which differs by language."""
    return sorted(pokedex.natures, key=lambda nature: compared(pokedex.natures[nature].names.in_(t.lang)))


def nature_label(nature_id: str, t: Words) -> str:
    """A nature and what it does."""
    nature = pokedex.natures[nature_id]
    name = nature.names.in_(t.lang)
    if nature.plus is None or nature.minus is None:
        return t("nature.neutral", name=name)
    return t("nature.effect", name=name, plus=t(f"stat.{nature.plus}"), minus=t(f"stat.{nature.minus}"))
