"""A plan on the screen: the four moves, the ways to train, and why."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from predictiondex.pokedex.model import STATS
from predictiondex.ui import figures, ways
from predictiondex.ui.address import write_side
from predictiondex.ui.choice import SideChoice
from predictiondex.ui.facts import Facts
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip, listing, tag
from predictiondex.ui.views.planner.desk import Plan
from predictiondex.wire import MoveRef, PlanAnswer, PlanOption, PlanSet


def result(answer: PlanAnswer, plan: Plan, known: Facts, t: Words) -> None:
    """Show what came out."""
    parts = [
        _best(answer, known, t),
        _options(answer, t),
        _others(answer, known, t),
        _why(answer, known, t),
        _onward(answer, plan, t),
    ]
    st.html(f'<section lang="{t.lang}">{"".join(parts)}</section>')


def _best(answer: PlanAnswer, known: Facts, t: Words) -> str:
    """The one thing to know, large."""
    best = answer.best
    want = figures.share(answer.want, t.lang)
    told = t("planner.reached", want=want) if answer.reached else t("planner.unreached", want=want)
    you = t("answer.level", name=known.form_name(answer.you.id, t.lang), level=answer.you.level)
    foe = t("answer.level", name=known.form_name(answer.opponent.id, t.lang), level=answer.opponent.level)
    moves = "".join(f"<li>{_move(move, known, t)}</li>" for move in best.moves)
    low, high = best.interval
    span = t("answer.between", span=figures.span(100 * low, 100 * high, t.lang))
    return (
        '<div class="pdx-answer" role="status"><div class="pdx-grid"><div>'
        f'<h2>{escape(t("planner.best"))}</h2><ul class="pdx-set">{moves}</ul>'
        f'<p class="pdx-verdict">{escape(told)}</p>'
        f'<p class="pdx-quiet">{escape(t("answer.versus", you=you, foe=foe))}</p></div>'
        f'<div class="pdx-odds"><strong>{figures.share(best.win_probability, t.lang)}</strong>'
        f'<p>{escape(t("planner.as_it_is"))}</p><p class="pdx-quiet">{escape(span)}</p></div></div></div>'
    )


def _move(move: MoveRef, known: Facts, t: Words) -> str:
    summary = known.moves.get(move.id)
    kind = chip(summary.type, known, t.lang) if summary else ""
    return f"<b>{escape(known.move_name(move.id, t.lang))}</b> {kind}"


def _options(answer: PlanAnswer, t: Words) -> str:
    """The ways to train, with what they cost, as a table."""
    heads = ("planner.way", "planner.way_level", "planner.way_avs", "planner.way_chance")
    head = "".join(f'<th scope="col">{escape(t(key))}</th>' for key in heads)
    rows = "".join(_option(option, t) for option in answer.options)
    name = escape(t("planner.options"))
    return (
        f'<div class="pdx-part"><h3>{name}</h3></div><div class="pdx-scroll" tabindex="0" role="region" '
        f'aria-label="{name}"><table class="pdx-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _option(option: PlanOption, t: Words) -> str:
    low, high = option.interval
    span = figures.span(100 * low, 100 * high, t.lang)
    reached = tag(t("planner.enough")) if option.reached else tag(t("planner.not_enough"))
    return (
        f'<tr><th scope="row">{escape(t(f"option.{option.kind}"))}</th><td>{option.level}</td>'
        f"<td>{escape(avs(option, t))}</td><td><b>{figures.share(option.win_probability, t.lang)}</b> "
        f'<span class="pdx-quiet">({span})</span> {reached}</td></tr>'
    )


def avs(option: PlanOption, t: Words) -> str:
    """Awakening values in words, and what they add up to."""
    given = {name: option.avs[name] for name in STATS if option.avs.get(name)}
    if not given:
        return t("planner.no_avs")
    values, total = set(given.values()), figures.count(option.total_avs, t.lang)
    if len(given) == len(STATS) and len(values) == 1:
        return t("planner.all_avs", each=values.pop(), total=total)
    stats = ", ".join(f"{t(f'stat.{name}')} {value}" for name, value in given.items())
    return t("planner.some_avs", stats=stats, total=total) if len(given) > 1 else stats


def _others(answer: PlanAnswer, known: Facts, t: Words) -> str:
    """Sets that came close, and your other Pokémon."""
    parts = [_folded(t("planner.sets"), [_set(one, known, t) for one in answer.sets[1:]])]
    if len(answer.candidates) > 1:
        rows = [
            t(
                "planner.candidate",
                name=known.form_name(one.pokemon.id, t.lang),
                chance=figures.share(one.win_probability, t.lang),
                moves=_names(one.moves, known, t),
            )
            for one in answer.candidates
        ]
        parts.append(f'<div class="pdx-part"><h3>{escape(t("planner.candidates"))}</h3>{listing(rows)}</div>')
    return "".join(parts)


def _set(one: PlanSet, known: Facts, t: Words) -> str:
    chance = figures.share(one.win_probability, t.lang)
    return t("planner.set", moves=_names(one.moves, known, t), chance=chance)


def _names(moves: Sequence[MoveRef], known: Facts, t: Words) -> str:
    return ", ".join(known.move_name(move.id, t.lang) for move in moves)


def _folded(title: str, texts: list[str]) -> str:
    return f"<details><summary>{escape(title)}</summary>{listing(texts)}</details>" if texts else ""


def _why(answer: PlanAnswer, known: Facts, t: Words) -> str:
    """Reasons as the service wrote them."""
    against = t("planner.against", moves=_names(answer.opponent_moves.moves, known, t))
    made = t("planner.made", battles=figures.count(answer.battles, t.lang))
    reasons = listing([*(reason.text for reason in answer.explanation), against])
    warnings = f"<h3>{escape(t('answer.warnings'))}</h3>{listing(answer.warnings)}" if answer.warnings else ""
    quiet = f'<p class="pdx-quiet">{escape(made)}</p>'
    return f'<div class="pdx-part"><h3>{escape(t("answer.why"))}</h3>{reasons}{warnings}{quiet}</div>'


def _onward(answer: PlanAnswer, plan: Plan, t: Words) -> str:
    """The same two on the battle page."""
    moves = tuple(move.id for move in answer.best.moves)
    you = SideChoice(answer.you.id, moves, answer.you.level, plan.wish.nature)
    foe = plan.foe if plan.foe.pokemon else SideChoice(answer.opponent.id, level=answer.opponent.level)
    href = ways.href("battle", **write_side("you", you), **write_side("foe", foe), ask="1")
    return f'<p><a class="pdx-to" href="{href}">{escape(t("planner.try"))}</a></p>'
