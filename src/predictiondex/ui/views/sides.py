"""Both sides, on every page that asks for them: what an address says of them, and choosing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from predictiondex.ui import address, state
from predictiondex.ui.address import Lookup, Reader
from predictiondex.ui.choice import SIDES, Choice, SideName
from predictiondex.ui.facts import Facts, detail, likeliest, pool
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.side import settle, side


def reader(parameters: Mapping[str, str], known: Facts, api: Service) -> Reader:
    """A reader of an address that knows what the API knows."""
    return Reader(parameters, Lookup(known, lambda form: detail(api, form), lambda form: pool(api, form)))


def arrive(parameters: Mapping[str, str], known: Facts, api: Service) -> Choice:
    """Take over the choice that an address stands for; what it does not name stays as it was chosen."""
    remembered = state.visit()
    choice, hints = address.read(parameters, reader(parameters, known, api).lookup)
    state.hint(hints)
    for name in SIDES:
        if name not in parameters:
            choice = replace(choice, **{name: getattr(remembered.choice, name)})
    you = choice.you
    if you.pokemon and not you.moves:
        choice = replace(
            choice, you=replace(you, moves=likeliest(you.pokemon, you.level, pool(api, you.pokemon)))
        )
    state.show(choice)
    return choice


def settle_all(known: Facts, api: Service, t: Words) -> None:
    """Make what was just entered fit together, before any widget shows it."""
    state.restore()
    for name in SIDES:
        settle(name, known, api, t)


def choose(names: Sequence[SideName], known: Facts, api: Service, t: Words) -> Choice:
    """Show the widgets of these sides; the choice as it is now. :func:`settle_all` has run before."""
    for column, name in zip(st.columns(len(names), gap="medium"), names, strict=True):
        with column.container(border=True, key=f"side-{name}"):
            side(name, known, api, t)
    return state.collect()
