"""Keys that are pressed on a page, every one of them and in their order.

Streamlit binds a key to a button. While a run replaces the buttons there is nobody to hear it: the key is
lost, or it goes to a button of before. Here the browser itself counts what is pressed and tells all of it,
and the session takes what it has not taken yet, however late a run comes to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

import streamlit as st

from predictiondex.ui.state import remembered

#: Keys that the browser keeps; nobody presses more between two runs.
MOST: Final = 64
#: What is on the screen of a page that listens.
MARK: Final = "pdx-keyboard"
_KEY: Final = "keyboard"
_SESSION: Final = "pdx.keyboard"

# Listens as soon as it is on the screen, to which a component comes later as a rule: either may be first. It
# hears nothing where its mark is not, on other pages. Digits are known by their place: French keyboards have
# them behind Shift. Streamlit, which shows a key on its button and would press that, does not hear what is
# taken here.
_LISTENER: Final = """
<span class="pdx-keyboard" hidden></span>
<script>
(() => {
  const given = GIVEN;
  if (window.pdxKeys?.session === given.session) return;
  const known = window.pdxKeys;
  window.pdxKeys = { ...given, count: 0, told: 0, last: [] };
  if (known) return;
  const typing = "input:not([type=radio], [type=checkbox]), textarea, [contenteditable]";
  window.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    if (!document.querySelector(".pdx-keyboard") || event.target.closest?.(typing)) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const key = digit ?? event.key.toLowerCase(), kept = window.pdxKeys;
    if (!kept.keys.includes(key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.count += 1;
    kept.last = [...kept.last, key].slice(-kept.most);
    window.pdxTell?.();
  }, true);
})();
</script>
"""
#: Passes on what is pressed, and what was pressed before it was there.
_TELLER: Final = """
export default function ({ setStateValue }) {
  const tell = () => {
    const { session, count, last } = window.pdxKeys;
    window.pdxKeys.told = count;
    setStateValue("pressed", { session, count, last });
  };
  window.pdxTell = tell;
  if (window.pdxKeys?.told < window.pdxKeys?.count) tell();
  return () => { if (window.pdxTell === tell) window.pdxTell = null; };
}
"""
_teller = st.components.v2.component("predictiondex_keyboard", js=_TELLER)


@dataclass(slots=True)
class Taken:
    """How many keys of this session's browser have been taken."""

    session: str = field(default_factory=lambda: token_hex(8))
    count: int = 0

    def take(self, told: Any) -> list[str]:
        """What is new in what the browser tells. Anybody may have sent it."""
        if not isinstance(told, Mapping) or told.get("session") != self.session:
            return []
        count, last = told.get("count"), told.get("last")
        if not isinstance(count, int) or not isinstance(last, list) or count <= self.count:
            return []
        new = last[-min(count - self.count, MOST) :]
        self.count = count
        return [str(key) for key in new]


def listen(keys: str) -> None:
    """Hear ``keys`` on this page: digits and small letters. To be called before what they are pressed for."""
    given = json.dumps({"session": remembered(_SESSION, Taken).session, "keys": list(keys), "most": MOST})
    st.html(_LISTENER.replace("GIVEN", given), unsafe_allow_javascript=True)


def show(html: str) -> None:
    """Show what keys are pressed for, after the listener and never before it: who sees it is heard.

    Streamlit puts HTML that may hold scripts on the screen in a step of its own, in the order of the page.
    """
    st.html(html, unsafe_allow_javascript=True)


def pressed() -> list[str]:
    """What was pressed since the last run, in its order. Once in a page or in the fragment that keys run.

    What is taken is not told again: do it before the next element, where a run may end for another one.
    """
    told = _teller(key=_KEY, on_pressed_change=lambda: None).pressed
    return remembered(_SESSION, Taken).take(told)
