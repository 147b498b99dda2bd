"""Between the visitor's session and a :class:`Choice`, and between a page and its address.

The two sides are the same on every page that shows them. Their widgets keep what they hold while they are off
the screen (``persist_state``); what the session lacks all the same is put back from the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
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

Remembered = TypeVar("Remembered")


@dataclass(slots=True)
class Visit:
    """What a session remembers.

    ``question`` is what was last asked, in no language yet; ``answered`` the request that ``advice``
    answers; ``notes`` are texts that were typed on a side, with the form that each was taken for, if any;
    ``lang`` is set once the address or the visitor has named a language; ``shown`` is the page and the
    address that the session stands for, taken in or written last; ``linked`` the page that a link leads to,
    and with what.
    """

    choice: Choice = field(default_factory=Choice)
    question: Choice | None = None
    advice: Advice | None = None
    answered: dict[str, Any] | None = None
    hints: list[Hint] = field(default_factory=list)
    notes: dict[SideName, tuple[str, str | None]] = field(default_factory=dict)
    complaint: str = ""
    lang: Lang | None = None
    shown: tuple[str, dict[str, str]] | None = None
    linked: tuple[str, dict[str, str]] | None = None


def visit() -> Visit:
    """What this session remembers; made on first use."""
    return remembered(_SESSION, Visit)


def remembered(name: str, make: Callable[[], Remembered]) -> Remembered:
    """What this session keeps under ``name``; made on first use."""
    if name not in st.session_state:
        st.session_state[name] = make()
    kept: Remembered = st.session_state[name]
    return kept


@contextmanager
def news(page: str) -> Iterator[dict[str, str]]:
    """Parameters of an address that somebody meant: there on arrival, by a link, by Back and Forward.

    Any other is one that the browser tells late, not having heard yet what was written meanwhile. They are
    taken in within the block: what cuts it short (another run, an API that is away) leaves them to the next.
    """
    parameters = st.query_params.to_dict()
    known = visit()
    linked, known.linked = known.linked, None
    meant = known.shown is None or by_history() or linked == (page, parameters)
    if not meant or known.shown == (page, parameters):
        yield {}
        return
    known.shown = None
    yield {name: value for name, value in parameters.items() if name != "lang"}
    known.shown = (page, parameters)


def hint(hints: Iterable[Hint]) -> None:
    """Tell the visitor, of each thing once."""
    known = visit().hints
    known += [one for one in hints if one not in known]


def by_history() -> bool:
    """Whether Back or Forward led to this run."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def write_address(page: str, parameters: Mapping[str, str]) -> None:
    """Keep the page's address in step with its selection."""
    known = visit()
    wanted = {**parameters, "lang": known.lang} if known.lang else dict(parameters)
    known.shown = (page, wanted)
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
