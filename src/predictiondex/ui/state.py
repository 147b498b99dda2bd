"""Between the visitor's session and a :class:`Choice`, and between a page and its address.

The two sides are the same on every page that shows them. Their widgets keep what they hold while they are off
the screen (``persist_state``); what the session lacks all the same is put back from the choice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from predictiondex.messages.text import Lang
from predictiondex.pokedex.model import BOOSTS, STATS
from predictiondex.ui.address import Hint
from predictiondex.ui.choice import SIDES, Choice, SideChoice, SideName
from predictiondex.wire import Advice

_LISTS = {"ivs": STATS, "avs": STATS, "boosts": BOOSTS}
_SINGLE = ("pokemon", "level", "nature", "mega", "hp", "status", "friendship")
_WHOLE = ("battles", "seed", "engine")
_SESSION = "pdx"

#: A browser shows an address that was written within this time.
DELIVERY_SECONDS = 0.5

Remembered = TypeVar("Remembered")


@dataclass(slots=True)
class Visit:
    """What a session remembers.

    ``question`` is what was last asked, in no language yet; ``answered`` the request that ``advice``
    answers; ``notes`` are texts that were typed on a side, with the form that each was taken for, if any;
    ``lang`` is set once the address or the visitor has named a language; ``arrived`` once an address was
    read; ``wrote`` is the page whose address was written last, and what was written; ``replaced`` what stood
    there before, and until when.
    """

    choice: Choice = field(default_factory=Choice)
    question: Choice | None = None
    advice: Advice | None = None
    answered: dict[str, Any] | None = None
    hints: list[Hint] = field(default_factory=list)
    notes: dict[SideName, tuple[str, str | None]] = field(default_factory=dict)
    complaint: str = ""
    lang: Lang | None = None
    arrived: bool = False
    wrote: tuple[str, dict[str, str]] | None = None
    replaced: tuple[float, str, dict[str, str]] | None = None


def visit() -> Visit:
    """What this session remembers; made on first use."""
    return remembered(_SESSION, Visit)


def remembered(name: str, make: Callable[[], Remembered]) -> Remembered:
    """What this session keeps under ``name``; made on first use."""
    if name not in st.session_state:
        st.session_state[name] = make()
    kept: Remembered = st.session_state[name]
    return kept


def news(page: str) -> dict[str, str]:
    """Parameters of the address that the page did not write itself: there on arrival, and by a link."""
    parameters = st.query_params.to_dict()
    known = visit()
    if known.arrived and (known.wrote == (page, parameters) or late(page)):
        return {}
    known.arrived = True
    return {name: value for name, value in parameters.items() if name != "lang"}


def late(page: str) -> bool:
    """Whether the browser tells a former address, not having heard yet of the one that was written last.
    Who goes back and forth means it."""
    if by_history():
        return False
    at, former, parameters = visit().replaced or (0.0, "", {})
    fresh = time.monotonic() - at < DELIVERY_SECONDS
    return fresh and former == page and parameters == st.query_params.to_dict()


def by_history() -> bool:
    """Whether Back or Forward led to this run."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def write_address(page: str, parameters: Mapping[str, str]) -> None:
    """Keep the page's address in step with its selection."""
    known = visit()
    wanted = {**parameters, "lang": known.lang} if known.lang else dict(parameters)
    if known.wrote and known.wrote != (page, wanted):
        known.replaced = (time.monotonic(), *known.wrote)
    known.wrote = (page, wanted)
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)


def key(side: SideName, name: str) -> str:
    """Key of a widget of a side: ``you.level``, ``foe.avs.spe``."""
    return f"{side}.{name}"


def show(choice: Choice) -> None:
    """Put ``choice`` into every widget, also those already on the screen."""
    visit().choice = choice
    offer(choice)


def offer(choice: Choice) -> None:
    """Put ``choice`` into every widget as if the visitor had entered it."""
    st.session_state.update(_values(choice))


def restore() -> None:
    """At the beginning of a run: every widget of the choice has a value."""
    for name, value in _values(visit().choice).items():
        st.session_state.setdefault(name, value)


def collect() -> Choice:
    """What the widgets say now; it is remembered."""
    visit().choice = entered()
    return visit().choice


def entered() -> Choice:
    """What the widgets say now, also of what no page has had the time to take in. An emptied field counts as
    unchanged."""
    former = visit().choice
    whole = {name: _value(name, getattr(former, name)) for name in _WHOLE}
    return Choice(_entered_side("you", former.you), _entered_side("foe", former.foe), **whole)


def _entered_side(side: SideName, former: SideChoice) -> SideChoice:
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
    values: dict[str, Any] = {name: getattr(choice, name) for name in _WHOLE}
    for side in SIDES:
        chosen: SideChoice = getattr(choice, side)
        values.update({key(side, name): getattr(chosen, name) for name in _SINGLE})
        values[key(side, "moves")] = list(chosen.moves)
        for name, parts in _LISTS.items():
            row = zip(parts, getattr(chosen, name), strict=True)
            values.update({key(side, f"{name}.{part}"): value for part, value in row})
    return values
