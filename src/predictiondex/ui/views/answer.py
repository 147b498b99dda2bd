"""The answer on the screen: one recommendation, the chance of every opening, and why."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from predictiondex.ui import figures
from predictiondex.ui.choice import Choice
from predictiondex.ui.facts import Facts
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip, listing, tag
from predictiondex.wire import Advice, MoveAdvice

#: Who signs answers that no model had a part in.
SIMULATION = "simulation"
#: Reasons that say how far something moved the model's chance.
WEIGHED = ("contributions_base", "contribution")
#: From this chance on (0-1) the words of the verdict, best first.
VERDICTS = (
    (0.9, "answer.sure_win"),
    (0.6, "answer.likely_win"),
    (0.4, "answer.open"),
    (0.1, "answer.likely_loss"),
    (0.0, "answer.sure_loss"),
)


def answer(advice: Advice, asked: Choice, facts: Facts, t: Words) -> None:
    """Show an answer to what was ``asked``."""
    st.html(_wrapped(recommendation(advice, facts, t), t))
    moves, reasons = st.columns([3, 2], gap="medium")
    moves.html(_wrapped(openings(advice, facts, t), t))
    reasons.html(_wrapped(why(advice, t), t))
    with st.expander(t("answer.details"), icon=":material/info:"):
        if advice.model.name != SIMULATION:
            st.write(t("answer.estimate"))
        if advice.simulations:
            battles = figures.count(advice.simulations, t.lang)
            st.write(t("answer.method", battles=battles, seed=asked.seed))
        st.write(t("answer.made_by", name=advice.model.name, version=advice.model.version))


def _wrapped(html: str, t: Words) -> str:
    return f'<section lang="{t.lang}">{html}</section>'


def recommendation(advice: Advice, facts: Facts, t: Words, title: str = "answer.open_with") -> str:
    """The one thing to know, large; ``title``: key of the words above it."""
    best = advice.moves[0]
    you, foe = (t("answer.level", name=one.name, level=one.level) for one in (advice.you, advice.opponent))
    between = f'<p class="pdx-quiet">{_interval(best, t)}</p>' if best.interval else ""
    return (
        '<div class="pdx-answer" role="status"><div class="pdx-grid"><div>'
        f"<h2>{escape(t(title))}</h2>"
        f'<p class="pdx-move">{escape(best.name)} {chip(best.type, facts, t.lang)}</p>'
        f'<p class="pdx-verdict">{escape(t(verdict(advice.win_probability)))}</p>'
        f'<p class="pdx-quiet">{escape(t("answer.versus", you=you, foe=foe))}</p></div>'
        f'<div class="pdx-odds"><strong>{figures.share(advice.win_probability, t.lang)}</strong>'
        f"<p>{escape(t('answer.chance'))}</p>{between}</div></div></div>"
    )


def verdict(probability: float) -> str:
    """Key of the words for a chance to win (0-1)."""
    return next(key for least, key in VERDICTS if probability >= least)


def openings(advice: Advice, facts: Facts, t: Words, title: str = "answer.moves") -> str:
    """Every move with its chance as a bar, best first; what one use does is folded away."""
    rows = "".join(_opening(move, facts, t, best=place == 0) for place, move in enumerate(advice.moves))
    doubt = f'<p class="pdx-quiet">{escape(t("answer.doubt"))}</p>' if _outdone(advice.moves, t) else ""
    return f'<div class="pdx-part"><h3>{escape(t(title))}</h3><ol class="pdx-moves">{rows}</ol>{doubt}</div>'


def _outdone(moves: Sequence[MoveAdvice], t: Words) -> bool:
    """Whether another move than the best is seen to have a higher chance: a search is in doubt."""
    highest = max(move.win_probability for move in moves)
    return figures.share(highest, t.lang) != figures.share(moves[0].win_probability, t.lang)


def _opening(move: MoveAdvice, facts: Facts, t: Words, *, best: bool) -> str:
    chance = figures.share(move.win_probability, t.lang)
    remarks = [t("answer.best")] if best else [t("answer.equal")] if move.equal_to_best else []
    shown = "".join(tag(remark) for remark in remarks)
    return (
        f'<li class="{"pdx-best" if best else "pdx-other"}"><div class="pdx-row">'
        f'<span class="pdx-name">{escape(move.name)}</span>{chip(move.type, facts, t.lang)}{shown}'
        f'<span class="pdx-p">{chance}</span></div>{_bar(move, t)}{_figures(move, t)}</li>'
    )


def _bar(move: MoveAdvice, t: Words) -> str:
    """The chance as a bar, with its interval as a whisker; a screen reader gets both as words."""
    words = t("answer.bar", chance=figures.share(move.win_probability, t.lang))
    whisker = ""
    if move.interval:
        low, high = (100 * end for end in move.interval)
        whisker = f'<b style="left:{low:.2f}%;width:{high - low:.2f}%"></b>'
        words += f", {_interval(move, t)}"
    fill = f'<i style="width:{100 * move.win_probability:.2f}%"></i>'
    return f'<div class="pdx-bar" role="img" aria-label="{escape(words)}">{fill}{whisker}</div>'


def _interval(move: MoveAdvice, t: Words) -> str:
    assert move.interval is not None
    low, high = move.interval
    return t("answer.between", span=figures.span(100 * low, 100 * high, t.lang))


def _figures(move: MoveAdvice, t: Words) -> str:
    """What one use does."""
    kind = t(f"move.{move.category.lower()}")
    facts = [kind]
    if move.power:
        facts.append(t("move.power", power=move.power))
    if move.accuracy is None:
        facts.append(t("move.sure"))
    else:
        facts.append(t("move.accuracy", chance=figures.share(move.accuracy, t.lang)))
    if move.stab and move.category != "Status":
        facts.append(t("answer.stab"))
    least, most = move.damage_percent
    damage = t("answer.of_hp", span=figures.span(least, most, t.lang)) if most else t("answer.no_damage")
    entries = [(t("answer.damage"), damage)]
    if most:
        entries.append((t("answer.ko"), figures.share(move.ko_chance, t.lang)))
    if move.category != "Status" and move.type_multiplier != 1:
        multiplier = figures.decimal(move.type_multiplier, t.lang)
        entries.append((t("answer.effective_hint"), t("answer.effective", multiplier=multiplier)))
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in entries)
    shown = f'<dl class="pdx-figures">{pairs}</dl><span class="pdx-quiet">{escape(" · ".join(facts))}</span>'
    return f"<details><summary>{escape(t('answer.damage_of', name=move.name))}</summary>{shown}</details>"


def why(advice: Advice, t: Words) -> str:
    """Reasons, what moved the model's chance, and what else the service has to say."""
    parts = [
        ("answer.why", [one.text for one in advice.explanation if one.kind not in WEIGHED]),
        ("answer.weighed", [one.text for one in advice.explanation if one.kind in WEIGHED]),
        ("answer.warnings", advice.warnings),
    ]
    shown = "".join(f"<h3>{escape(t(title))}</h3>{listing(texts)}" for title, texts in parts if texts)
    return f'<div class="pdx-part">{shown}</div>'
