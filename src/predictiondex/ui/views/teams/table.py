"""Everyone against everyone as a table of chances: whom to send first, and who is the weakest link."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Final

from predictiondex.ui import figures
from predictiondex.ui.badges import badge
from predictiondex.ui.facts import Facts
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import listing, tag
from predictiondex.wire import MatchupRow, MatchupsAnswer, SideSummary
from predictiondex.wire.answers import Interval

#: From this chance on (0-1) a cell looks like this, from bad to good; the number in it says the same.
SHADES: Final = ((0.8, 4), (0.6, 3), (0.4, 2), (0.2, 1), (0.0, 0))


def table(answer: MatchupsAnswer, known: Facts, t: Words) -> str:
    """The advice, the table, and what else the service has to say."""
    folded = ""
    if answer.warnings:
        folded = (
            f"<details><summary>{escape(t('answer.warnings'))}</summary>{listing(answer.warnings)}</details>"
        )
    return f"{_advice(answer, t)}{_heat(answer, known, t)}{folded}"


def _advice(answer: MatchupsAnswer, t: Words) -> str:
    """The one thing to know, large."""
    first, weakest = answer.matrix[answer.send_first], answer.matrix[answer.weakest]
    quiet = t("teams.weakest", name=weakest.you.name, chance=figures.share(weakest.average, t.lang))
    weak = f'<p class="pdx-verdict">{escape(quiet)}</p>' if len(answer.matrix) > 1 else ""
    return (
        '<div class="pdx-answer" role="status"><div class="pdx-grid"><div>'
        f"<h2>{escape(t('teams.first'))}</h2>"
        f'<p class="pdx-move">{escape(first.you.name)}</p>{weak}</div>'
        f'<div class="pdx-odds"><strong>{figures.share(first.average, t.lang)}</strong>'
        f"<p>{escape(t('teams.average_of_wins'))}</p></div></div></div>"
    )


def _heat(answer: MatchupsAnswer, known: Facts, t: Words) -> str:
    heads = "".join(
        f'<th scope="col">{_face(one, known)}<span>{escape(one.name)}</span></th>' for one in answer.opponents
    )
    rows = "".join(_row(place, row, answer, known, t) for place, row in enumerate(answer.matrix))
    caption = escape(t("teams.caption"))
    return (
        f'<div class="pdx-part"><h3>{caption}</h3></div>'
        f'<div class="pdx-heat" tabindex="0" role="region" aria-label="{caption}"><table>'
        f'<thead><tr><th scope="col">{escape(t("teams.corner"))}</th>{heads}'
        f'<th scope="col">{escape(t("teams.average"))}</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(place: int, row: MatchupRow, answer: MatchupsAnswer, known: Facts, t: Words) -> str:
    spans = [_span(one, t) for one in row.intervals] if row.intervals else [""] * len(row.win_probabilities)
    cells = "".join(map(partial(_cell, t=t), row.win_probabilities, spans))
    remark = ""
    if len(answer.matrix) > 1 and place in (answer.send_first, answer.weakest):
        remark = tag(t("teams.tag_first") if place == answer.send_first else t("teams.tag_weakest"))
    average = f"<td><b>{figures.share(row.average, t.lang)}</b></td>"
    name = f"{_face(row.you, known)}<span>{escape(row.you.name)}</span>{remark}"
    return f'<tr><th scope="row">{name}</th>{cells}{average}</tr>'


def _cell(chance: float, span: str, t: Words) -> str:
    shade = next(shade for least, shade in SHADES if chance >= least)
    return f'<td class="pdx-shade{shade}"{span}>{figures.share(chance, t.lang)}</td>'


def _span(interval: Interval, t: Words) -> str:
    between = t("answer.between", span=figures.span(100 * interval[0], 100 * interval[1], t.lang))
    return f' title="{escape(between)}"'


def _face(one: SideSummary, known: Facts) -> str:
    form = known.everybody.get(one.id)
    return badge(one.id, tuple(form.types), one.name) if form else ""
