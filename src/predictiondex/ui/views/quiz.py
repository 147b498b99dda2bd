"""The quiz: one question at a time, an answer at once and why, a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from secrets import randbelow
from typing import Any, cast

import streamlit as st

from predictiondex.ui import figures, state
from predictiondex.ui.address import Hint
from predictiondex.ui.facts import Facts, facts
from predictiondex.ui.questions import LEVELS, Level, Maker, Question, Thing
from predictiondex.ui.selection import Selection, left_out, selection
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip, form_card, hints, title
from predictiondex.ui.views.typechart import WORDS
from predictiondex.ui.ways import href

PAGE = "quiz"
USUAL: dict[str, Any] = {"level": "easy", "seed": ""}
NAMES: dict[Level, str] = {"easy": "quiz.easy", "medium": "quiz.medium", "hard": "quiz.hard"}
#: Series that can be drawn by chance; an address may name others, of so many digits.
SERIES, DIGITS = 10_000, 9


@dataclass(slots=True)
class Game:
    """A series of questions in progress. ``given`` is the place of the answer to the present question."""

    series: tuple[str, int]
    number: int = 1
    question: Question | None = None
    given: int | None = None
    asked: int = 0
    right: int = 0
    streak: int = 0
    best: int = 0

    def answer(self, place: int) -> None:
        """Take an answer; a second one to the same question does not count."""
        if self.question is None or self.given is not None:
            return
        self.given = place
        self.asked += 1
        if place == self.question.right:
            self.right += 1
            self.streak += 1
            self.best = max(self.best, self.streak)
        else:
            self.streak = 0

    def go_on(self) -> None:
        """To the next question."""
        self.number += 1
        self.question = self.given = None


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    known = facts(service(t.lang))
    chosen = selection(PAGE, USUAL, frozenset({"level"}))
    chosen.begin(read, t.lang)
    if not chosen.values["seed"]:
        chosen.values["seed"] = str(randbelow(SERIES))
    st.html(f'<div lang="{t.lang}">{title(t("quiz.title"))}</div>')
    hints(chosen.hints, t)
    chosen.write(**chosen.values)
    level = _level(chosen, t)
    series = (level, int(chosen.values["seed"]))
    game = state.remembered("game", lambda: Game(series))
    if game.series != series:
        game = st.session_state["game"] = Game(series)
    score = st.empty()
    if game.question is None:
        with st.spinner(t("quiz.preparing")):
            game.question = Maker(known, service(t.lang)).question(level, series[1], game.number)
    _ask(game, game.question, known, t)
    score.html(_score(game, t))
    st.caption(t("quiz.keys", most=len(game.question.options)))
    st.caption(t("quiz.share"))


def read(parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[Hint]]:
    """What an address asks for."""
    found: dict[str, Any] = {}
    missed: list[Hint] = []
    for name, text in parameters.items():
        if name == "level" and text not in LEVELS:
            missed.append(left_out("address.option", name, text))
        elif name == "seed" and text and not (text.isdecimal() and len(text) <= DIGITS):
            missed.append(Hint("quiz.seed", {"name": name}))
        else:
            found[name] = text
    return found, missed


def _level(chosen: Selection, t: Words) -> Level:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("quiz.level"),
            LEVELS,
            format_func=lambda level: t(NAMES[level]),
            key=chosen.key("level"),
            required=True,
        )
        st.button(
            t("quiz.again"), icon=":material/restart_alt:", key="quiz.again", on_click=_again, args=(chosen,)
        )
    return cast("Level", chosen.values["level"])


def _again(chosen: Selection) -> None:
    """Another series."""
    former = chosen.values["seed"]
    while chosen.values["seed"] == former:
        chosen.values["seed"] = str(randbelow(SERIES))


def _score(game: Game, t: Words) -> str:
    pairs = (
        (t("quiz.score"), t("quiz.of", right=game.right, asked=game.asked)),
        (t("quiz.streak"), str(game.streak)),
        (t("quiz.best"), str(game.best)),
    )
    tiles = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="pdx-tiles" lang="{t.lang}">{tiles}</dl>'


def _ask(game: Game, question: Question, known: Facts, t: Words) -> None:
    """The question with its options as buttons, and after the answer what was right."""
    values = {name: spoken(thing, known, t) for name, thing in question.about.items()}
    number = escape(t("quiz.number", number=game.number))
    st.html(
        f'<section class="pdx-ask" lang="{t.lang}"><p class="pdx-quiet">{number}</p>'
        f"<h3>{escape(t(question.prompt, **values))}</h3>{_pictures(question, known, t)}</section>"
    )
    if game.given is None:
        with st.container(horizontal=True, key="quiz-options"):
            for place, option in enumerate(question.options):
                st.button(
                    spoken(option, known, t),
                    key=f"quiz-option-{place}",
                    shortcut=str(place + 1),
                    on_click=game.answer,
                    args=(place,),
                )
        return
    st.html(_answered(game, question, known, t))
    st.html(_feedback(game, question, values, known, t))
    st.button(
        t("quiz.next"),
        type="primary",
        icon=":material/arrow_forward:",
        key="quiz.next",
        shortcut="n",
        on_click=game.go_on,
    )


def _pictures(question: Question, known: Facts, t: Words) -> str:
    """Who or what it is about: Pokémon as cards, types as chips."""
    things = [*question.about.values(), *question.options]
    seen = [thing.id for thing in things if thing.kind == "form"]
    cards = "".join(
        f"<li>{form_card(known.everybody[one], href('pokedex', pokemon=one), known, t, types=False)}</li>"
        for one in dict.fromkeys(seen)
    )
    if cards:
        return f'<ul class="pdx-cards">{cards}</ul>'
    chips = "".join(chip(thing.id, known, t.lang) for thing in things if thing.kind == "type")
    return f'<p class="pdx-chips">{chips}</p>'


def _answered(game: Game, question: Question, known: Facts, t: Words) -> str:
    """The options once more: which was right, and which was chosen."""
    items = ""
    for place, option in enumerate(question.options):
        kind, sign, words = "", "", ""
        if place == question.right:
            kind, sign, words = "pdx-right", "✓ ", t("quiz.is_right")
        elif place == game.given:
            kind, sign, words = "pdx-wrong", "✗ ", t("quiz.is_wrong")
        unseen = f'<span class="pdx-unseen"> ({escape(words)})</span>' if words else ""
        mark = f'<span aria-hidden="true">{sign}</span>'
        items += f'<li class="{kind}">{mark}{escape(spoken(option, known, t))}{unseen}</li>'
    return f'<ul class="pdx-options" lang="{t.lang}">{items}</ul>'


def _feedback(game: Game, question: Question, values: Mapping[str, str], known: Facts, t: Words) -> str:
    answer = spoken(question.options[question.right], known, t)
    right = game.given == question.right
    verdict = t("quiz.right") if right else t("quiz.wrong", answer=answer)
    pairs = [
        (spoken(option, known, t), _figure(question.reason, value, t))
        for option, value in zip(question.options, question.figures, strict=False)
    ]
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    more = f'<dl class="pdx-figures">{shown}</dl>' if shown else ""
    sign, kind = ("✓", "pdx-right") if right else ("✗", "pdx-wrong")
    return (
        f'<div class="pdx-note {kind}" role="status" lang="{t.lang}"><h4>'
        f'<span aria-hidden="true">{sign}</span> {escape(verdict)}</h4>'
        f"<p>{escape(t(question.reason, **values))}</p>{more}</div>"
    )


def _figure(reason: str, value: float, t: Words) -> str:
    if reason == "quiz.because_damage":
        return figures.percent(value, t.lang)
    if reason == "quiz.because_opening":
        return figures.count(round(1000 * value), t.lang)
    return figures.decimal(value, t.lang)


def spoken(thing: Thing, known: Facts, t: Words) -> str:
    """The name of a thing."""
    if thing.kind == "form":
        return known.form_name(thing.id, t.lang)
    if thing.kind == "move":
        return known.move_name(thing.id, t.lang)
    if thing.kind == "type":
        return known.type_name(thing.id, t.lang)
    value = float(thing.id)
    return f"×{figures.decimal(value, t.lang)} ({t(WORDS[value])})"
