"""Moves as a table: on the page of moves, and in a learnset."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from predictiondex.ui import figures, locks
from predictiondex.ui.facts import Facts, named
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip
from predictiondex.ui.ways import href
from predictiondex.wire import MoveSummary

#: As the games write it.
NONE = "—"
CATEGORIES = {"Physical": "move.physical", "Special": "move.special", "Status": "move.status"}


def move_table(
    rows: Iterable[tuple[str, MoveSummary]],
    facts: Facts,
    t: Words,
    *,
    label: str,
    first: str = "",
    pp: bool = False,
) -> str:
    """Moves with their figures; ``first`` is the title of a column before them."""
    head = _title(first, "pdx-num") if first else ""
    head += _title(t("moves.name")) + _title(t("moves.type")) + _title(t("moves.category"), "pdx-wide")
    head += _title(t("moves.power"), "pdx-num") + _title(t("moves.accuracy"), "pdx-num")
    if pp:
        head += _title(t("moves.pp"), "pdx-num", t("moves.pp_ups"))
    body = "".join(_row(cell, move, facts, t, first=bool(first), pp=pp) for cell, move in rows)
    return (
        f'<div class="pdx-scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f'<table class="pdx-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _title(text: str, kind: str = "", rest: str = "") -> str:
    return f'<th scope="col" class="{kind}">{escape(text)}{_roomy(rest)}</th>'


def _roomy(text: str) -> str:
    """What follows where there is room: not on a phone."""
    return f'<span class="pdx-wide"> {escape(text)}</span>' if text else ""


def _row(cell: str, move: MoveSummary, facts: Facts, t: Words, *, first: bool, pp: bool) -> str:
    before = f'<td class="pdx-num">{escape(cell)}</td>' if first else ""
    link = f'<a class="pdx-to" href="{href("moves", move=move.id)}">{escape(named(move.names, t.lang))}</a>'
    numbers = [escape(power(move)), escape(accuracy(move, t)), *([points(move)] if pp else [])]
    return (
        f'<tr>{before}<th scope="row">{link}</th><td>{chip(move.type, facts, t.lang)}</td>'
        f'<td class="pdx-wide">{escape(t(CATEGORIES[move.category]))}</td>'
        + "".join(f'<td class="pdx-num">{number}</td>' for number in numbers)
        + "</tr>"
    )


def points(move: MoveSummary) -> str:
    """Its PP, and in brackets the most it can have."""
    base = locks.base(move.id)
    return f"{base}{_roomy(f'({move.pp})' if base != move.pp else '')}"


def power(move: MoveSummary) -> str:
    """Its power, or a dash."""
    return str(move.power) if move.power else NONE


def accuracy(move: MoveSummary, t: Words) -> str:
    """Its accuracy in per cent, or a dash where it never misses."""
    if move.accuracy is None:
        return NONE
    return f"{move.accuracy}{figures.sign(t.lang)}"
