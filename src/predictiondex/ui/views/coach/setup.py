"""Before the fight: who fights whom."""

from __future__ import annotations

import streamlit as st

from predictiondex.ui import state
from predictiondex.ui.choice import SIDES, Choice
from predictiondex.ui.facts import Facts
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import sides
from predictiondex.ui.views.parts import note


def show(known: Facts, api: Service, t: Words) -> Choice | None:
    """Let both sides be chosen; the choice once the visitor begins the fight with it."""
    st.html(f'<p class="pdx-quiet" lang="{t.lang}">{t("coach.intro")}</p>')
    sides.settle_all(known, api, t)
    choice = sides.choose(SIDES, known, api, t)
    begun = st.button(t("coach.begin"), type="primary", icon=":material/sports_mma:", key="coach.begin")
    missing = choice.missing() if begun else None
    if missing:
        st.html(note(t(f"missing.{missing}"), []))
    return choice if begun and not missing else None


def done() -> None:
    """The fight has begun: the page is shown anew, without the fields for choosing."""
    state.collect()
    st.rerun()
