"""What a page shows, in the session and in the address: for pages whose selection is a few plain values.

Streamlit forgets a widget that is not on the screen; what it held is kept here, and put back when the visitor
returns. The address wins where it says something that the page did not write itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from predictiondex.errors import UnknownName
from predictiondex.messages.text import Lang
from predictiondex.ui import state
from predictiondex.ui.address import MAX_SHOWN, Hint

#: Reads parameters of an address: the values they stand for, and hints about those left out.
Reader = Callable[[Mapping[str, str]], tuple[dict[str, Any], list[Hint]]]


@dataclass(slots=True)
class Selection:
    """The selection of one page: ``values`` by name; ``widgets`` names those that have a widget.

    ``opened`` names the value that opens one thing instead of the list, if there is one.
    """

    page: str
    usual: Mapping[str, Any]
    widgets: frozenset[str]
    opened: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    hints: list[Hint] = field(default_factory=list)
    lang: Lang | None = None

    def key(self, name: str) -> str:
        """Key of the widget of a value."""
        return f"{self.page}.{name}"

    def begin(self, read: Reader, lang: Lang) -> None:
        """At the beginning of a run: take over what widgets and address say."""
        for name in self.widgets:
            entered = st.session_state.get(self.key(name))
            if entered is not None:
                self.values[name] = entered
        taken_back = self.opened and self._taken_back()
        with state.news(self.page) as parameters:
            if taken_back:
                self.values[self.opened] = self.usual[self.opened]
            arrived = {name: text for name, text in parameters.items() if name in self.usual}
            if arrived:
                read_values, self.hints = read(arrived)
                self.values.update(read_values)
                self._offer()
        if not arrived and lang != self.lang:
            self._offer()  # lists show what is chosen in the new language
        for name in self.widgets:
            st.session_state.setdefault(self.key(name), self.values[name])
        self.lang = lang

    def put(self, **values: Any) -> None:
        """Change values as if the visitor had; in a callback, or before their widgets are shown."""
        self.values.update(values)
        self._offer()

    def write(self, **parameters: str) -> None:
        """Keep the address in step: what is as usual, or empty, is left out."""
        usual = self.usual
        wanted = {name: text for name, text in parameters.items() if text != str(usual.get(name, ""))}
        state.write_address(self.page, wanted)

    def _taken_back(self) -> bool:
        """Whether Back led to where nothing was opened yet. A browser that has not heard yet what was written
        tells an address without it, too."""
        page, shown = state.visit().shown or (self.page, {self.opened: ""})  # a run was cut short: it may be
        lost = self.opened in shown and self.opened not in st.query_params
        return page == self.page and lost and state.by_history()

    def _offer(self) -> None:
        for name in self.widgets:
            st.session_state[self.key(name)] = self.values[name]


def selection(
    page: str, usual: Mapping[str, Any], widgets: frozenset[str] = frozenset(), opened: str = ""
) -> Selection:
    """The selection of a page in this session; as ``usual`` on the first visit."""
    return state.remembered(f"selection-{page}", lambda: Selection(page, usual, widgets, opened, dict(usual)))


def unknown(key: str, name: str, text: str, error: UnknownName) -> list[Hint]:
    """Hints about a name that nobody has: ``key`` of the text, and the nearest names."""
    found = [left_out(key, name, text)]
    if error.nearest:
        found.append(Hint("address.nearest", {"names": ", ".join(error.nearest)}))
    return found


def left_out(key: str, name: str, text: str) -> Hint:
    """A hint about a value that cannot be."""
    return Hint(key, {"name": name, "text": text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"})
