"""Between the visitor's session and a :class:`Choice`.

Streamlit forgets a widget's value in a run that does not show the widget (folded away, or no page to be
had), and what the session then holds under its key may be long out of date. The choice is therefore kept
apart, and put into the widgets whenever they come into being.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from predictiondex.pokedex.model import BOOSTS, STATS, Lang
from predictiondex.ui.address import Hint
from predictiondex.ui.choice import SIDES, Choice, SideChoice, SideName
from predictiondex.wire import Advice

_LISTS = {"ivs": STATS, "avs": STATS, "boosts": BOOSTS}
_SINGLE = ("pokemon", "level", "nature", "mega", "hp", "status")
_SESSION = "pdx"


@dataclass(slots=True)
class Visit:
    """What a session remembers.

    ``question`` is what was last asked, in no language yet; ``answered`` the request that ``advice``
    answers; ``notes`` are texts (a key and its values) about what was typed on a side; ``lang`` is set once
    the address or the visitor has named a language; ``arrived`` once the address was read; ``current`` names
    the widgets whose values in the session are to be believed.
    """

    choice: Choice = field(default_factory=Choice)
    question: Choice | None = None
    advice: Advice | None = None
    answered: dict[str, Any] | None = None
    hints: list[Hint] = field(default_factory=list)
    notes: dict[SideName, tuple[str, dict[str, str]]] = field(default_factory=dict)
    complaint: str = ""
    lang: Lang | None = None
    arrived: bool = False
    current: set[str] = field(default_factory=set)


def visit() -> Visit:
    """What this session remembers; made on first use."""
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = Visit()
    remembered: Visit = st.session_state[_SESSION]
    return remembered


def key(side: SideName, name: str) -> str:
    """Key of a widget of a side: ``you.level``, ``foe.avs.spe``."""
    return f"{side}.{name}"


def shown(name: str) -> str:
    """The key of a widget that is put on the screen now: it keeps its value until the next run."""
    visit().current.add(name)
    return name


def show(choice: Choice) -> None:
    """Put ``choice`` into every widget, also those already on the screen."""
    visit().choice = choice
    offer(choice)


def offer(choice: Choice) -> None:
    """Put ``choice`` into every widget as if the visitor had entered it."""
    values = _values(choice)
    st.session_state.update(values)
    visit().current = set(values)


def restore() -> None:
    """At the beginning of a run: widgets that were not on the screen get the values they had."""
    remembered = visit()
    for name, value in _values(remembered.choice).items():
        if name not in remembered.current:
            st.session_state[name] = value
    remembered.current = set()


def collect() -> Choice:
    """What the widgets say now; it is remembered. An emptied field counts as unchanged."""
    former = visit().choice
    sides = {side: _collect_side(side, getattr(former, side)) for side in SIDES}
    visit().choice = Choice(
        **sides,
        battles=_value("battles", former.battles),
        seed=_value("seed", former.seed),
    )
    return visit().choice


def _collect_side(side: SideName, former: SideChoice) -> SideChoice:
    found: dict[str, Any] = {name: _value(key(side, name), getattr(former, name)) for name in _SINGLE}
    found["pokemon"] = st.session_state.get(key(side, "pokemon"), former.pokemon)
    found["moves"] = tuple(_value(key(side, "moves"), former.moves))
    for name, parts in _LISTS.items():
        old = getattr(former, name)
        found[name] = tuple(
            _value(key(side, f"{name}.{part}"), value) for part, value in zip(parts, old, strict=True)
        )
    return replace(former, **found)


def _value(name: str, otherwise: Any) -> Any:
    value = st.session_state.get(name, otherwise)
    return otherwise if value is None else value


def _values(choice: Choice) -> dict[str, Any]:
    values: dict[str, Any] = {"battles": choice.battles, "seed": choice.seed}
    for side in SIDES:
        chosen: SideChoice = getattr(choice, side)
        values.update({key(side, name): getattr(chosen, name) for name in _SINGLE})
        values[key(side, "moves")] = list(chosen.moves)
        for name, parts in _LISTS.items():
            row = zip(parts, getattr(chosen, name), strict=True)
            values.update({key(side, f"{name}.{part}"): value for part, value in row})
    return values
