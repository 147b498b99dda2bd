"""The fight at a glance: who stands how, and what has happened so far."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui import figures, locks
from predictiondex.ui.choice import SIDES, SideName
from predictiondex.ui.facts import Facts
from predictiondex.ui.fight import Fight
from predictiondex.ui.texts import Words
from predictiondex.ui.views.bars import hp_bar
from predictiondex.ui.views.coach.corner import Corner
from predictiondex.ui.views.parts import short_name, tag


def side_name(side: SideName, fight: Fight, known: Facts, t: Words) -> str:
    """The Pokémon of a side; said otherwise where both are the same."""
    chosen = fight.you if side == "you" else fight.foe
    name = known.form_name(chosen.pokemon or "", t.lang)
    return t(f"whose.{side}", name=name) if fight.you.pokemon == fight.foe.pokemon else name


def board(fight: Fight, known: Facts, t: Words) -> str:
    """Bars of hit points, and everything that is not as usual."""
    sides = "".join(_side(side, fight, known, t) for side in SIDES)
    title = escape(t("coach.turn", turn=fight.turn))
    return f'<h2 class="pdx-turn">{title}</h2><div class="pdx-fight">{sides}</div>'


def used_name(move: str, known: Facts, t: Words) -> str:
    """What was used, which may be a turn of rest."""
    return t("coach.recharge") if move == locks.RECHARGE else known.move_name(move, t.lang)


def _side(side: SideName, fight: Fight, known: Facts, t: Words) -> str:
    now = fight.now.side(side)
    name = side_name(side, fight, known, t)
    bar = hp_bar(name, now.hp, t("coach.hp_left", hp=figures.percent(now.hp, t.lang)))
    tags = "".join(tag(text) for text in _remarks(side, fight, known, t))
    return f"<div>{bar}<div>{tags}</div></div>"


def _remarks(side: SideName, fight: Fight, known: Facts, t: Words) -> list[str]:
    now = fight.now.side(side)
    remarks = [t(f"status.{now.status}")] if now.status else []
    remarks += [
        f"{t(f'stat.{name}')} {figures.signed(stage)}"
        for name, stage in zip(BOOSTS, now.boosts, strict=True)
        if stage
    ]
    remarks += [_condition(name, move, known, t) for name, move in now.conditions.items()]
    empty = (move for move, left in now.pp.items() if not left)
    return remarks + [t("coach.empty", move=known.move_name(move, t.lang)) for move in empty]


def _condition(name: str, move: str, known: Facts, t: Words) -> str:
    """A condition, with the move that it concerns instead of examples."""
    if not move:
        return t(f"condition.{name}")
    return t("coach.with_move", what=short_name(name, t), move=known.move_name(move, t.lang))


def history(mine: Corner, fight: Fight, known: Facts, t: Words) -> str:
    """The turns so far as a table."""
    names = [side_name(side, fight, known, t) for side in SIDES]
    heads = [
        t("coach.advised"),
        *(t("coach.used_by", name=name) for name in names),
        *(t("coach.hp_of", name=name) for name in names),
    ]
    head = f'<th scope="col">{escape(t("story.turn"))}</th>' + _cells(heads, "th", ' scope="col"')
    noted = mine.advised()
    advised = (noted[place].move if place in noted else "" for place in range(len(fight.moments) - 1))
    rows = "".join(_row(place, move, fight, known, t) for place, move in enumerate(advised))
    caption = f"<caption>{escape(t('coach.history'))}</caption>"
    return (
        f'<div class="pdx-scroll" tabindex="0" role="region" aria-label="{escape(t("coach.history"))}">'
        f'<table class="pdx-table">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(place: int, advised: str, fight: Fight, known: Facts, t: Words) -> str:
    after = fight.moments[place + 1]
    moves = (advised, *(after.side(side).last for side in SIDES))
    cells = [used_name(move, known, t) if move else "\N{EM DASH}" for move in moves]
    cells += [figures.percent(after.side(side).hp, t.lang) for side in SIDES]
    return f'<tr><th scope="row">{fight.first + place}</th>{_cells(cells, "td")}</tr>'


def _cells(texts: Sequence[str], name: str, rest: str = "") -> str:
    """The cells of a row; what was advised, the first of them, is left out on a phone."""
    advised, *others = (escape(text) for text in texts)
    shown = "".join(f"<{name}{rest}>{text}</{name}>" for text in others)
    return f'<{name}{rest} class="pdx-wide">{advised}</{name}>{shown}'
