"""A typical battle, told turn by turn with bars of hit points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.messages import in_, together
from predictiondex.ui import figures
from predictiondex.ui.choice import Choice
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.state import remembered
from predictiondex.ui.texts import Words
from predictiondex.ui.views.bars import hp_bar
from predictiondex.ui.views.waiting import refused
from predictiondex.wire import Advice, ReplayAnswer

#: Battles among which the typical one is looked for.
BATTLES: Final = 1000
_SESSION: Final = "pdx.story"
_TURN: Final = "story.turn"


@dataclass(slots=True)
class Told:
    """The battle that was told last (or why it was not), and the request it answers."""

    request: dict[str, Any] | None = None
    answer: ReplayAnswer | Obstacle | ApiError | None = None

    def ask(self, request: dict[str, Any], api: Service) -> None:
        """Have a battle told, from its beginning."""
        st.session_state[_TURN] = 0
        self.tell(request, api)

    def in_language_of(self, request: dict[str, Any], api: Service) -> None:
        """Have the battle that is being looked at told in another language."""
        told = self.request if isinstance(self.answer, ReplayAnswer) else None
        if told and told != request and told | {"lang": request["lang"]} == request:
            self.tell(request, api)

    def tell(self, request: dict[str, Any], api: Service) -> None:
        """Ask the service."""
        try:
            self.answer = api.ask(lambda client: client.replay(request))
        except ApiError as error:
            self.answer = error
        self.request = request


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the story: hit points of both, and what has just happened."""

    you: int
    foe: int
    lines: tuple[str, ...]


def request_of(asked: Choice, advice: Advice, lang: str) -> dict[str, Any]:
    """The question for a battle that begins as was advised."""
    body = asked.request(lang)
    return {
        "you": body["you"],
        "opponent": body["opponent"],
        "seed": asked.seed,
        "simulations": BATTLES,
        "lang": lang,
        "opening": advice.recommended_move,
    }


def scenes(told: ReplayAnswer) -> list[Scene]:
    """The pictures: before the battle, and after every turn."""
    hp = [(turn.hp_you, turn.hp_opponent) for turn in told.turns] + [(told.hp_you, told.hp_opponent)]
    found = [Scene(*hp[0], ())]
    for turn, after in zip(told.turns, hp[1:], strict=True):
        found.append(Scene(*after, tuple(turn.lines[1:])))  # the first line tells what the bars show
    last = found[-1]
    return [*found[:-1], Scene(last.you, last.foe, (*last.lines, told.ending))]


@st.fragment
def story(asked: Choice, advice: Advice, api: Service, t: Words) -> None:
    """A button, and behind it the battle. Looking at it runs nothing else of the page."""
    request = request_of(asked, advice, t.lang)
    kept = remembered(_SESSION, Told)
    kept.in_language_of(request, api)
    told = kept.answer if kept.request == request else None
    with st.container(border=True, key="story"):
        st.html(f'<div lang="{t.lang}" class="pdx-part"><h3>{t("story.title")}</h3></div>')
        if isinstance(told, ReplayAnswer):
            _show(told, asked, t)
            return
        show, icon = t("story.show"), ":material/movie:"
        st.button(show, key="story.show", icon=icon, on_click=kept.ask, args=(request, api))
        if isinstance(told, ApiError):
            refused(told.problem, t)
        elif told:
            st.warning(t("story.later", detail=in_(told.detail, t.lang)), icon=":material/cloud_off:")


def _show(told: ReplayAnswer, asked: Choice, t: Words) -> None:
    all_scenes = scenes(told)
    last = len(all_scenes) - 1
    st.session_state.setdefault(_TURN, 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for step, icon in ((-1, ":material/skip_previous:"), (1, ":material/skip_next:")):
            here = st.session_state[_TURN]
            st.button(
                t("story.back") if step < 0 else t("story.next"),
                key=f"story-step{step}",
                icon=icon,
                on_click=_step,
                args=(step, last),
                disabled=not 0 <= here + step <= last,
            )
        st.slider(t("story.turn"), 0, last, key=_TURN, width=260)
    st.html(f'<div lang="{t.lang}">{_picture(told, all_scenes, asked, t)}</div>')
    st.html(f'<div lang="{t.lang}">{_share(told, t)}</div>')


def _step(step: int, last: int) -> None:
    st.session_state[_TURN] = min(max(st.session_state[_TURN] + step, 0), last)


def _picture(told: ReplayAnswer, all_scenes: list[Scene], asked: Choice, t: Words) -> str:
    number = st.session_state[_TURN]
    scene, first = all_scenes[number], all_scenes[0]
    bars = "".join(
        _one(name, left, max(left, round(begun * 100 / percent)), t)
        for name, left, begun, percent in (
            (told.you.name, scene.you, first.you, asked.you.hp),
            (told.opponent.name, scene.foe, first.foe, asked.foe.hp),
        )
    )
    title = t("story.after", number=number) if number else t("story.before")
    lines = _lines(scene.lines, t)
    told_now = f'<div aria-live="polite"><h4>{escape(title)}</h4><ol class="pdx-lines">{lines}</ol></div>'
    return f'<div class="pdx-fight">{bars}</div>{told_now}'


def _one(name: str, left: int, full: int, t: Words) -> str:
    return hp_bar(name, 100 * left / full, t("story.hp", left=left, full=full))


def _share(told: ReplayAnswer, t: Words) -> str:
    """How usual this battle is."""
    values = {
        "share": figures.share(told.share, t.lang),
        "turns": len(told.turns),
        "battles": figures.count(told.battles, t.lang),
    }
    summary = escape(t(f"went.{told.winner}", **values))
    folded = (
        f"<details><summary>{escape(t('story.whole'))}</summary>"
        f'<ol class="pdx-lines">{_lines(told.lines, t)}</ol></details>'
    )
    return f"<p>{summary}</p>{folded}"


def _lines(lines: Sequence[str], t: Words) -> str:
    """Lines of a battle as the rules tell it: their blanks before ``!`` would break."""
    return "".join(f"<li>{escape(together(line, t.lang))}</li>" for line in lines)
