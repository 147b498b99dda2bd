"""How the battle really ended: asked on the page, told to the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import streamlit as st

from predictiondex.client import ApiError, Client
from predictiondex.messages import Said, in_
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.state import remembered
from predictiondex.ui.texts import Words
from predictiondex.wire import Advice, OutcomeAnswer
from predictiondex.wire.outcomes import Result

RESULTS: Final[tuple[Result, ...]] = ("win", "loss", "tie")
_ICONS: Final = {"win": ":material/thumb_up:", "loss": ":material/thumb_down:", "tie": ":material/balance:"}
_SESSION: Final = "pdx.told"
_MOVE: Final = "outcome.move"


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of one prediction; ``move`` was really used, if that is known."""

    prediction_id: str
    result: Result
    move: str | None = None


@dataclass(slots=True)
class Told:
    """What the session has told, by prediction, what the service said against it, and what kept it away."""

    done: dict[str, Result] = field(default_factory=dict)
    refused: dict[str, Said] = field(default_factory=dict)
    obstacle: Said = ""


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
            known.refused[report.prediction_id] = error.said
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
    known, prediction = told(), advice.prediction_id
    with st.container(border=True, key="outcome"):
        st.html(f'<div lang="{t.lang}" class="pdx-part"><h3>{t("outcome.title")}</h3></div>')
        if prediction in known.refused:
            st.warning(
                t("outcome.refused", detail=in_(known.refused[prediction], t.lang)), icon=":material/info:"
            )
        elif prediction in known.done:
            st.success(t(f"thanks.{known.done[prediction]}"), icon=":material/check:")
        else:
            _question(advice, api, t)


def _question(advice: Advice, api: Service, t: Words) -> None:
    names = {move.id: move.name for move in advice.moves}
    st.selectbox(t("outcome.move"), list(names), format_func=names.__getitem__, key=_MOVE, width=320)
    with st.container(horizontal=True):
        for result in RESULTS:
            st.button(
                t(f"outcome.{result}"),
                key=f"outcome.{result}",
                icon=_ICONS[result],
                on_click=_pressed,
                args=(advice.prediction_id, result, api),
            )
    if told().obstacle:
        st.warning(t("outcome.later", detail=in_(told().obstacle, t.lang)), icon=":material/cloud_off:")


def _pressed(prediction_id: str, result: Result, api: Service) -> None:
    obstacle = tell([Report(prediction_id, result, st.session_state.get(_MOVE))], api)
    told().obstacle = obstacle.detail if obstacle else ""
