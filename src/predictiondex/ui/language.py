"""Which language the page speaks: the address or the visitor decides, the browser proposes."""

from __future__ import annotations

from typing import cast

import streamlit as st

from predictiondex.messages.text import Lang
from predictiondex.ui import state
from predictiondex.ui.address import Hint
from predictiondex.ui.texts import LANGS, OWN_NAMES, Words

KEY = "lang"


def choose_language() -> Lang:
    """Show the switch and return the language of this run.

    A browser that has not loaded the switch yet when something else is clicked says that none is chosen.
    """
    if st.session_state.get(KEY) is None:
        st.session_state[KEY] = _from_address() or state.visit().lang or _from_browser()
    t = Words(st.session_state[KEY])
    chosen = st.segmented_control(
        t("app.language"),
        LANGS,
        format_func=OWN_NAMES.__getitem__,
        key=KEY,
        required=True,
        label_visibility="collapsed",
        on_change=_changed,
    )
    return cast("Lang", chosen)


def declare(lang: Lang, script: str = "") -> None:
    """Tell the browser: screen readers pronounce by the document's language, which Streamlit leaves alone.
    ``script`` runs with it; one of its own would take up a line of the page."""
    st.html(
        f'<script>document.documentElement.lang = "{lang}";{script}</script>', unsafe_allow_javascript=True
    )


def _from_address() -> Lang | None:
    text = st.query_params.get(KEY, "")
    found = next((lang for lang in LANGS if lang == text.lower()), None)
    if text and not found:
        state.hint([Hint("address.lang", {"name": KEY, "text": text[:20]})])
    if found:  # an address without one takes nothing back: links from page to page have none
        state.visit().lang = found
    return found


def _from_browser() -> Lang:
    locale = st.context.locale or ""
    return "fr" if locale.lower().startswith("fr") else "en"


def _changed() -> None:
    if st.session_state[KEY] is None:
        return
    remembered = state.visit()
    remembered.lang = st.session_state[KEY]
    state.show(remembered.choice)
    for name, value in st.session_state.items():  # lists show what is chosen in the new language
        if "." in str(name) and isinstance(value, str | int | list) and not isinstance(value, bool):
            st.session_state[name] = value
