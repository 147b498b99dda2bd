"""The fight at a glance: who stands how, and what has happened so far."""

from __future__ import annotations

from html import escape

from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui import figures
from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.facts import Facts
from predictiondex.ui.fight import Fight, Standing
from predictiondex.ui.texts import Words
from predictiondex.ui.views.bars import hp_bar
from predictiondex.ui.views.coach.corner import Corner
from predictiondex.ui.views.parts import tag


def side_name(side: SideName, fight: Fight, known: Facts, t: Words) -> str:
    """The Pokémon of a side; said otherwise where both are the same."""
    if fight.you.pokemon == fight.foe.pokemon:
        return t("side.you") if side == "you" else t("side.foe")
    chosen = fight.you if side == "you" else fight.foe
    return known.form_name(chosen.pokemon or "", t.lang)


def board(fight: Fight, known: Facts, t: Words) -> str:
    """Bars of hit points, and everything that is not as usual."""
    sides = "".join(_side(side, fight, known, t) for side in SIDES)
    title = escape(t("coach.turn", turn=fight.turn))
    return f'<h2 class="pdx-turn">{title}</h2><div class="pdx-fight">{sides}</div>'


def _side(side: SideName, fight: Fight, known: Facts, t: Words) -> str:
    now: Standing = getattr(fight.now, side)
    name = side_name(side, fight, known, t)
    bar = hp_bar(name, now.hp, t("coach.hp_left", hp=figures.percent(now.hp, t.lang)))
    tags = "".join(tag(text) for text in _remarks(now, t))
    return f"<div>{bar}<div>{tags}</div></div>"


def _remarks(now: Standing, t: Words) -> list[str]:
    remarks = [t(f"status.{now.status}")] if now.status else []
    remarks += [
        f"{t(f'stat.{name}')} {stage:+d}".replace("-", "\N{MINUS SIGN}")
        for name, stage in zip(BOOSTS, now.boosts, strict=True)
        if stage
    ]
    return remarks + [t(f"condition.{name}") for name in now.conditions]


def history(mine: Corner, fight: Fight, known: Facts, t: Words) -> str:
    """The turns so far as a table."""
    heads = (
        t("story.turn"),
        t("coach.advised"),
        t("coach.used_short"),
        *(side_name(side, fight, known, t) for side in SIDES),
    )
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(_row(place, mine, fight, known, t) for place in range(len(fight.moments) - 1))
    caption = f"<caption>{escape(t('coach.history'))}</caption>"
    return (
        f'<div class="pdx-scroll" tabindex="0" role="region" aria-label="{escape(t("coach.history"))}">'
        f'<table class="pdx-table">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(place: int, mine: Corner, fight: Fight, known: Facts, t: Words) -> str:
    after = fight.moments[place + 1]
    advised = mine.advice[place][1].recommended_move if place in mine.advice else ""
    cells = (
        known.move_name(advised, t.lang) if advised else "\N{EM DASH}",
        known.move_name(after.you.last, t.lang) if after.you.last else "\N{EM DASH}",
        figures.percent(after.you.hp, t.lang),
        figures.percent(after.foe.hp, t.lang),
    )
    shown = "".join(f"<td>{escape(text)}</td>" for text in cells)
    return f'<tr><th scope="row">{fight.first + place}</th>{shown}</tr>'
