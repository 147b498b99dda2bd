"""The quiz: one question at a time, an answer at once and why, a score."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from secrets import randbelow
from typing import Any, cast

import streamlit as st

from predictiondex.client import ApiError, ApiUnavailable
from predictiondex.ui import figures, keyboard, state
from predictiondex.ui.address import Hint
from predictiondex.ui.facts import Facts, facts
from predictiondex.ui.game import KEYS, NEXT, Game
from predictiondex.ui.questions import LEVELS, Level, Maker, Question, Thing
from predictiondex.ui.selection import Selection, left_out, selection
from predictiondex.ui.service import Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import chip, form_card, hints, title
from predictiondex.ui.views.typechart import WORDS
from predictiondex.ui.views.waiting import stopped
from predictiondex.ui.ways import href

PAGE = "quiz"
USUAL: dict[str, Any] = {"level": "easy", "seed": ""}
NAMES: dict[Level, str] = {"easy": "quiz.easy", "medium": "quiz.medium", "hard": "quiz.hard"}
#: Series that can be drawn by chance; an address may name others, of so many digits.
SERIES, DIGITS = 10_000, 9


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    keyboard.listen(KEYS)
    api = service(t.lang)
    known = facts(api)
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
        game.end()
        game = st.session_state["game"] = Game(series)
    _play(game, known, api, t)
    st.caption(t("quiz.share"))


@st.fragment
def _play(game: Game, known: Facts, api: Service, t: Words) -> None:
    """The score, the question, and what is pressed. A run of it runs nothing else of the page."""
    try:
        maker = Maker(known, api)
        with st.spinner(t("quiz.preparing")):
            game.press(keyboard.pressed(), maker)
            question = game.present(maker)
    except (ApiUnavailable, ApiError) as error:
        stopped(error, api, t)
        return
    st.html(_score(game, t))
    _ask(game, question, known, t)
    st.caption(t("quiz.keys", most=len(question.options)))
    game.look_ahead(maker)


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
    keyboard.show(
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
                    args=(place, game.number),
                )
        return
    st.html(_answered(game, question, known, t))
    st.html(_feedback(game, question, values, known, t))
    st.button(
        t("quiz.next"),
        type="primary",
        icon=":material/arrow_forward:",
        key="quiz.next",
        shortcut=NEXT,
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
