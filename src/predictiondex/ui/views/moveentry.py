"""One move: its figures, what is special about it, and who can have it."""

from __future__ import annotations

from fractions import Fraction
from html import escape

import streamlit as st

from predictiondex.ui import figures, locks
from predictiondex.ui.facts import Facts, named
from predictiondex.ui.specials import SPECIALS
from predictiondex.ui.texts import Words
from predictiondex.ui.views.movetable import CATEGORIES, accuracy, power
from predictiondex.ui.views.parts import chip, form_card, listing, short_name
from predictiondex.ui.ways import BATTLE, href
from predictiondex.wire import MoveDetail, MoveEffect

#: Whom a move is aimed at, in a battle of two.
TARGETS = {
    "normal": "moves.to_foe",
    "any": "moves.to_foe",
    "allAdjacentFoes": "moves.to_foe",
    "randomNormal": "moves.to_foe",
    "allAdjacent": "moves.to_foe",
    "self": "moves.to_self",
    "allySide": "moves.to_side",
    "foeSide": "moves.to_foe_side",
    "all": "moves.to_all",
    "adjacentAlly": "moves.to_partner",
    "scripted": "moves.to_last",
}
STATUS_WORDS = {
    "slp": "status.slp",
    "par": "status.par",
    "psn": "status.psn",
    "tox": "status.tox",
    "brn": "status.brn",
    "frz": "status.frz",
}
#: What a flag means to a player.
FLAGS = {
    "charge": "moves.charge",
    "recharge": "moves.recharge",
    "contact": "moves.contact",
    "sound": "moves.sound",
    "powder": "moves.powder",
    "defrost": "moves.defrost",
}
#: Conditions of a target that players have a word for, and those of a side.
CONDITIONS = frozenset({"confusion", "partiallytrapped", "yawn"})
SCREENS = frozenset({"reflect", "lightscreen"})


def entry(move: MoveDetail, known: Facts, t: Words) -> None:
    """Show everything about a move."""
    for content in (head(move, known, t), particulars(move, t), learners(move, known, t)):
        st.html(f'<section class="pdx-part" lang="{t.lang}">{content}</section>')


def head(move: MoveDetail, known: Facts, t: Words) -> str:
    """Name, type and figures."""
    name = named(move.names, t.lang)
    other = move.names.en if t.lang == "fr" else move.names.fr
    pairs = [
        (t("moves.category"), t(CATEGORIES[move.category])),
        (t("moves.power"), power(move)),
        (t("moves.accuracy"), accuracy(move, t)),
        (t("moves.pp"), _points(move, t)),
        (t("moves.target"), t(TARGETS.get(move.target, "moves.to_foe"))),
    ]
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    also = f' <span class="pdx-quiet">{escape(other)}</span>' if other != name else ""
    return (
        f'<h3 class="pdx-name">{escape(name)}{also}</h3>'
        f'<p class="pdx-chips">{chip(move.type, known, t.lang)}</p><dl class="pdx-figures">{shown}</dl>'
    )


def _points(move: MoveDetail, t: Words) -> str:
    base = locks.base(move.id)
    return str(base) if base == move.pp else t("moves.pp_most", base=base, most=move.pp)


def particulars(move: MoveDetail, t: Words) -> str:
    """What is special about it, as sentences."""
    told = [*_timing(move, t), *_damage(move, t), *_price(move, t), *_effects(move, t)]
    told += [t(FLAGS[flag]) for flag in FLAGS if flag in move.flags]
    told += [t(key) for key in SPECIALS.get(move.id, ())]
    return f"<h3>{escape(t('moves.effects'))}</h3>{listing(told)}" if told else ""


def _timing(move: MoveDetail, t: Words) -> list[str]:
    told = []
    if move.priority:
        words = "moves.first" if move.priority > 0 else "moves.last"
        told.append(t(words, priority=figures.signed(move.priority)))
    if move.accuracy is None:
        told.append(t("moves.never_misses"))
    return told


def _damage(move: MoveDetail, t: Words) -> list[str]:
    told = []
    if move.multihit:
        least, most = move.multihit
        words = "moves.twice" if least == most else "moves.times"
        told.append(t(words, least=least, most=most))
    shares = (("moves.drain", move.drain), ("moves.recoil", move.recoil), ("moves.heal", move.heal))
    told += [t(words, share=_share(share, t)) for words, share in shares if share]
    if move.fixed_damage == "level":
        told.append(t("moves.fixed_level"))
    elif move.fixed_damage:
        told.append(t("moves.fixed", damage=move.fixed_damage))
    if move.crit_ratio > 1:
        told.append(t("moves.critical"))
    always = (("moves.always_critical", move.always_critical), ("moves.knocks_out", move.knocks_out))
    return told + [t(words) for words, applies in always if applies]


def _price(move: MoveDetail, t: Words) -> list[str]:
    """What it costs its user."""
    prices = (("moves.faints", move.faints), ("moves.crashes", move.crashes), ("moves.rampage", move.rampage))
    told = [t(words) for words, applies in prices if applies]
    if move.own_stages:
        told.append(t("moves.own_stages", stages=_stages(move.own_stages, t)))
    return told


def _effects(move: MoveDetail, t: Words) -> list[str]:
    """What it does besides damage, always and at times."""
    told = []
    if move.status in STATUS_WORDS:
        told.append(t("moves.inflicts", status=t(STATUS_WORDS[move.status]).lower()))
    if move.condition in CONDITIONS:
        told.append(t("moves.inflicts", status=short_name(move.condition, t).lower()))
    if move.condition in SCREENS and move.condition != move.id:
        told.append(t("moves.puts_up", what=short_name(move.condition, t)))
    if move.stages:
        own = TARGETS.get(move.target) in ("moves.to_self", "moves.to_side")
        told.append(t("moves.own_stages" if own else "moves.stages", stages=_stages(move.stages, t)))
    return told + [
        t("moves.effect", chance=figures.percent(one.chance, t.lang), what=_effect(one, t))
        for one in move.effects
    ]


def _effect(one: MoveEffect, t: Words) -> str:
    if one.stages:
        return _stages(one.stages, t)
    if one.status:
        return t("moves.random_status" if one.status == "random" else STATUS_WORDS[one.status]).lower()
    return t("moves.flinching" if one.condition == "flinch" else f"condition.{one.condition}").lower()


def _stages(stages: dict[str, int], t: Words) -> str:
    """Such as ``Attack +1, Sp. Def −1``."""
    return ", ".join(f"{t(f'stat.{stat}')} {figures.signed(change)}" for stat, change in stages.items())


def _share(parts: tuple[int, int], t: Words) -> str:
    return figures.share(float(Fraction(*parts)), t.lang)


def learners(move: MoveDetail, known: Facts, t: Words) -> str:
    """Everybody who can have it: to the Pokédex, or straight into a battle with it."""
    words = t("moves.learners", number=len(move.learned_by))
    if not move.learned_by:
        return f"<h3>{escape(words)}</h3><p>{escape(t('moves.nobody'))}</p>"
    cards = ""
    for form_id in move.learned_by:
        form = known.everybody[form_id]
        battle = href(BATTLE, you=form_id, **{"you.moves": move.id})
        who = escape(t("moves.try_with", name=named(form.names, t.lang)))
        cards += (
            f'<li class="pdx-both">{form_card(form, href("pokedex", pokemon=form_id), known, t)}'
            f'<a class="pdx-to pdx-try" href="{battle}" aria-label="{who}" title="{who}">'
            f"{escape(t('moves.try'))}</a></li>"
        )
    return f'<h3>{escape(words)}</h3><ul class="pdx-cards">{cards}</ul>'
