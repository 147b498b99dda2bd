"""How the battle really ended: asked on the page, told to the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import streamlit as st

from predictiondex.client import ApiError, Client
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.state import remembered
from predictiondex.ui.texts import Words
from predictiondex.wire import Advice, OutcomeAnswer
from predictiondex.wire.outcomes import Result

RESULTS: Final[tuple[Result, ...]] = ("win", "loss", "tie")
_ICONS: Final = {"win": ":material/thumb_up:", "loss": ":material/thumb_down:", "tie": ":material/balance:"}
_SESSION: Final = "pdx.told"


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of one prediction; ``move`` was really used, if that is known."""

    prediction_id: str
    result: Result
    move: str | None = None


@dataclass(slots=True)
class Told:
    """What the session has told, by prediction, and what the service said against it."""

    done: dict[str, Result] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def told() -> Told:
    """What this session has told so far."""
    return remembered(_SESSION, Told)


def tell(reports: list[Report], api: Service) -> Obstacle | None:
    """Tell what has not been told; what stands in the way of the rest, which may be told again later."""
    known = told()
    for report in reports:
        if report.prediction_id in known.done:
            continue
        try:
            found = api.ask(partial(_send, report))
        except ApiError as error:  # the first report stands: telling again would change nothing
            known.refused[report.prediction_id] = error.message
        else:
            if isinstance(found, Obstacle):
                return found
        known.done[report.prediction_id] = report.result
    return None


def _send(report: Report, client: Client) -> OutcomeAnswer:
    return client.tell_outcome(report.prediction_id, report.result, move=report.move)


@st.fragment
def ask(advice: Advice, api: Service, t: Words) -> None:
    """Ask how the battle of ``advice`` ended, and pass it on."""
    with st.container(border=True, key="outcome"):
        st.html(f'<div lang="{t.lang}" class="pdx-part"><h3>{t("outcome.title")}</h3></div>')
        names = {move.id: move.name for move in advice.moves}
        result: Result | None = told().done.get(advice.prediction_id)
        if result is None:
            move = st.selectbox(
                t("outcome.move"), list(names), format_func=names.__getitem__, key="outcome.move", width=320
            )
            result = _buttons(t)
            obstacle = tell([Report(advice.prediction_id, result, move)], api) if result else None
            if obstacle:
                st.warning(t("outcome.later", detail=obstacle.detail), icon=":material/cloud_off:")
            elif result:
                st.rerun(scope="fragment")
            return
        refused = told().refused.get(advice.prediction_id)
        if refused:
            st.warning(t("outcome.refused", detail=refused), icon=":material/info:")
        else:
            st.success(t(f"thanks.{result}"), icon=":material/check:")


def _buttons(t: Words) -> Result | None:
    """The result whose button was pressed just now."""
    pressed: Result | None = None
    with st.container(horizontal=True):
        for result in RESULTS:
            if st.button(t(f"outcome.{result}"), key=f"outcome.{result}", icon=_ICONS[result]):
                pressed = result
    return pressed
