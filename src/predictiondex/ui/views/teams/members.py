"""One team: who is in it, who joins, and the team as a text."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from predictiondex.client import ApiError
from predictiondex.messages import in_, message
from predictiondex.pokedex.model import LEVELS
from predictiondex.ui import team
from predictiondex.ui.badges import badge
from predictiondex.ui.choice import SideChoice, SideName
from predictiondex.ui.facts import Facts, named
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.team import MOST, Member
from predictiondex.ui.texts import Words
from predictiondex.ui.views.parts import note
from predictiondex.ui.views.side import KEEP
from predictiondex.ui.views.teams.bench import Bench, Reading, key
from predictiondex.ui.views.waiting import refused
from predictiondex.wire import FieldError, ParsedTeam, Problem

#: Of the fields for text, in pixels.
HEIGHT: Final = 200


def members(side: SideName, mine: Bench, known: Facts, api: Service, t: Words) -> None:
    """Show a team and everything that changes it."""
    st.html(f'<div lang="{t.lang}" class="pdx-part"><h3>{escape(t(f"team.{side}"))}</h3></div>')
    for place, member in enumerate(mine.teams[side]):
        _row(side, place, member, mine, known, t)
    if len(mine.teams[side]) < MOST:
        _joining(side, mine, known, t)
    text = st.expander(
        t("teams.text"), icon=":material/content_paste:", key=key(side, "text"), on_change="rerun"
    )
    if text.open:
        with text:
            _text(side, mine, api, t)


def _row(side: SideName, place: int, member: Member, mine: Bench, known: Facts, t: Words) -> None:
    form = known.everybody[member.side.pokemon or ""]
    name = named(form.names, t.lang)
    moves = ", ".join(known.move_name(move, t.lang) for move in member.side.moves) or t("side.moves_none_foe")
    title = t("answer.level", name=name, level=member.side.level)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<div class="pdx-side pdx-member" lang="{t.lang}">{badge(form.id, tuple(form.types), name)}'
            f'<div><b>{escape(title)}</b><p class="pdx-quiet">{escape(moves)}</p></div></div>'
        )
        st.button(
            t("teams.leave", name=name),
            key=key(side, f"leave{place}"),
            icon=":material/close:",
            type="tertiary",
            on_click=_leave,
            args=(side, place, mine),
        )


def _leave(side: SideName, place: int, mine: Bench) -> None:
    mine.teams[side] = mine.teams[side][:place] + mine.teams[side][place + 1 :]


def _joining(side: SideName, mine: Bench, known: Facts, t: Words) -> None:
    """A name that is chosen joins the team at once, and the field is empty again."""
    st.session_state.setdefault(key(side, "level"), SideChoice().level)
    name, level = st.columns([3, 1], vertical_alignment="bottom")
    name.selectbox(
        t("teams.join_you") if side == "you" else t("teams.join_foe"),
        list(known.forms),
        format_func=lambda form: known.form_name(form, t.lang),
        key=key(side, "join"),
        index=None,
        placeholder=t("side.search"),
        accept_new_options=True,
        on_change=_join,
        args=(side, mine, known, t),
    )
    level.number_input(t("side.level"), *LEVELS, key=key(side, "level"), persist_state=KEEP)
    unknown = st.session_state.pop(key(side, "unknown"), None)
    if unknown:
        st.caption(t("side.nobody", text=unknown[:40]))


def _join(side: SideName, mine: Bench, known: Facts, t: Words) -> None:
    entered: str | None = st.session_state[key(side, "join")]
    st.session_state[key(side, "join")] = None
    if entered is None:
        return
    found = entered if entered in known.forms else next(iter(known.search_forms(entered, t.lang)), None)
    if found is None or found not in known.forms:
        st.session_state[key(side, "unknown")] = entered
        return
    level = st.session_state[key(side, "level")] or SideChoice().level
    mine.teams[side] = (*mine.teams[side], *team.simple([found], level))[:MOST]


def _text(side: SideName, mine: Bench, api: Service, t: Words) -> None:
    """Reading a team from a text, and writing it as one."""
    st.text_area(
        t("teams.paste"),
        key=key(side, "paste"),
        height=HEIGHT,
        placeholder=t("teams.sample"),
        persist_state=KEEP,
    )
    if st.button(t("teams.read"), key=key(side, "read"), icon=":material/download:"):
        _read(side, mine, api, t)
    _remarks(side, mine, api, t)
    if mine.teams[side]:
        written = api.ask(lambda client: client.export_team(team.export(mine.teams[side])))
        if not isinstance(written, Obstacle):
            st.caption(t("teams.copy"))
            st.code(written.text, language=None, height=HEIGHT)


def _read(side: SideName, mine: Bench, api: Service, t: Words) -> None:
    """A text that can be read becomes the team; one that cannot leaves everything as it was."""
    text = st.session_state[key(side, "paste")]
    mine.readings.pop(side, None)
    if not text.strip():
        st.info(t("teams.empty"))
        return
    found = _reading(text, api, t)
    if isinstance(found, Obstacle):
        detail = in_(found.detail, t.lang)
        st.warning(t("teams.later", detail=detail), icon=":material/cloud_off:")
        return
    mine.readings[side] = found
    if isinstance(found.found, ParsedTeam):
        mine.teams[side] = team.parsed(found.found)
        st.rerun()


def _reading(text: str, api: Service, t: Words) -> Reading | Obstacle:
    """What the service makes of a text."""
    try:
        found = api.ask(lambda client: client.parse_team(text, lang=t.lang))
    except ApiError as error:
        return Reading(text, error.problem, t.lang)
    return found if isinstance(found, Obstacle) else Reading(text, found, t.lang)


def _remarks(side: SideName, mine: Bench, api: Service, t: Words) -> None:
    """What was said about the text; in another language than then it is asked for again."""
    reading = mine.readings.get(side)
    if reading and reading.lang != t.lang:
        again = _reading(reading.text, api, t)
        if isinstance(again, Reading):
            reading = mine.readings[side] = again
    if reading is None:
        return
    if isinstance(reading.found, Problem):
        _fault(reading.found, reading.text, t)
    else:
        for remark in reading.found.warnings:
            st.caption(remark)


def _fault(problem: Problem, text: str, t: Words) -> None:
    """The line that could not be read, as it stands, and why."""
    lines = text.splitlines()
    told = []
    for error in problem.errors:
        if error.line and error.line <= len(lines):
            line = lines[error.line - 1].strip()[:80]
            told.append(t("teams.line", number=error.line, line=line, reason=_reason(error, t)))
    if told:
        st.html(f'<div lang="{t.lang}">{note(t("teams.fault"), [*told, t("teams.kept")], stop=True)}</div>')
    else:
        refused(problem, t)


def _reason(error: FieldError, t: Words) -> str:
    """What is wrong, without the number of the line before it: that is told with the line."""
    return error.message.removeprefix(message("team.line", number=error.line, reason="").in_(t.lang))
