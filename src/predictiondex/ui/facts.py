"""The facts that the page shows, as the API tells them, kept for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from predictiondex.client import Client
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.names import Entry, Label, NameIndex, key
from predictiondex.ui.service import Service
from predictiondex.wire import (
    FormMove,
    MoveDetail,
    MoveSummary,
    NamePair,
    PokemonDetail,
    PokemonSummary,
    TrainerList,
    TrainerSummary,
    TypeChart,
    Weaknesses,
)

#: Facts change with the program only; an API that was replaced shows after this time.
KEEP = timedelta(minutes=10)


class Facts:
    """Everything that can be chosen, by id, and how it is found by name.

    ``forms`` are the forms one meets or owns, in Pokédex order; a Mega is a state of its base form, but is
    found by its name. ``moves`` holds every move.
    """

    def __init__(self, client: Client) -> None:
        listed = client.pokemon_list().items
        self.everybody: Mapping[str, PokemonSummary] = {form.id: form for form in listed}
        self.forms: Mapping[str, PokemonSummary] = {form.id: form for form in listed if form.kind != "mega"}
        self.moves: Mapping[str, MoveSummary] = {move.id: move for move in client.moves().items}
        self.type_names: Mapping[str, NamePair] = {entry.name: entry.names for entry in client.types().items}
        # Base forms first, so that a species' bare number means its base form.
        ordered = sorted(listed, key=lambda form: form.kind != "base")
        self._form_names = NameIndex(
            "Pokémon", (Entry(form.id, _labels(form.names, form.id, form.slug), form.dex) for form in ordered)
        )
        self._move_names = NameIndex(
            "move", (Entry(move.id, _labels(move.names, move.id, move.slug)) for move in self.moves.values())
        )

    def form_id(self, name: str) -> str:
        """The id of the form of this name. Raises :class:`UnknownName` with the nearest three."""
        return self._form_names.find(name)

    def move_id(self, name: str) -> str:
        """The id of the move of this name. Raises :class:`UnknownName` with the nearest three."""
        return self._move_names.find(name)

    def search_forms(self, text: str, lang: Lang) -> list[str]:
        """Ids of what ``text`` may mean, best first; accents and small typos do not matter."""
        return self._form_names.search(text, lang) if text.strip() else []

    def search_moves(self, text: str, lang: Lang) -> list[str]:
        """Ids of moves that ``text`` may mean, best first; accents and small typos do not matter."""
        return self._move_names.search(text, lang) if text.strip() else []

    def form_name(self, form_id: str, lang: Lang) -> str:
        """A form in the reader's language; a text that is no id is shown as it is."""
        form = self.everybody.get(form_id)
        return named(form.names, lang) if form else form_id

    def move_name(self, move_id: str, lang: Lang) -> str:
        """A move in the reader's language; a text that is no id is shown as it is."""
        move = self.moves.get(move_id)
        return named(move.names, lang) if move else move_id

    def type_name(self, type_name: str, lang: Lang) -> str:
        """A type in the reader's language."""
        names = self.type_names.get(type_name)
        return named(names, lang) if names else type_name


def named(names: NamePair, lang: Lang) -> str:
    """The name in ``lang``."""
    return names.fr if lang == "fr" else names.en


def facts(service: Service) -> Facts:
    """The facts. Raises :class:`ApiUnavailable` or :class:`ApiError` where they cannot be had."""
    return _facts(service.url, service)


def detail(service: Service, form_id: str) -> PokemonDetail:
    """One form with its Mega Evolutions. Raises as :func:`facts`."""
    return _detail(service.url, form_id, service)


def pool(service: Service, form_id: str) -> tuple[str, ...]:
    """Ids of the moves that a form can have. Raises as :func:`facts`."""
    return tuple(entry.move.id for entry in learnset(service, form_id))


def learnset(service: Service, form_id: str) -> list[FormMove]:
    """The moves that a form can have, and how it learns them. Raises as :func:`facts`."""
    return _learnset(service.url, form_id, service)


def weaknesses(service: Service, form_id: str) -> Weaknesses:
    """What each attacking type does to a form. Raises as :func:`facts`."""
    return _weaknesses(service.url, form_id, service)


def move_detail(service: Service, move_id: str) -> MoveDetail:
    """One move with its particulars and who can have it. Raises as :func:`facts`."""
    return _move_detail(service.url, move_id, service)


def chart(service: Service) -> Mapping[tuple[str, str], float]:
    """What an attacking type does to a defending type, by both names. Raises as :func:`facts`."""
    return {(one.attacker, one.defender): one.multiplier for one in _chart(service.url, service).items}


def trainers(service: Service, lang: Lang) -> Mapping[str, TrainerSummary]:
    """Opponents of the games by id, with names in ``lang``. Raises as :func:`facts`."""
    return {one.id: one for one in _trainers(service.url, lang, service).items}


def likeliest(form_id: str, level: int, legal: tuple[str, ...]) -> tuple[str, ...]:
    """The four moves that a form most likely has at ``level``, as far as they are ``legal``."""
    form = pokedex.forms.get(form_id)
    if form is None:
        return ()
    return tuple(move for move in pokedex.level_up_moves(form, level) if move in legal)


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _facts(url: str, _service: Service) -> Facts:  # noqa: ARG001 - part of the key
    return Facts(_service.client)


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _detail(url: str, form_id: str, _service: Service) -> PokemonDetail:  # noqa: ARG001 - part of the key
    return _service.client.pokemon(form_id)


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _learnset(url: str, form_id: str, _service: Service) -> list[FormMove]:  # noqa: ARG001 - part of the key
    return _service.client.pokemon_moves(form_id).items


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _weaknesses(url: str, form_id: str, _service: Service) -> Weaknesses:  # noqa: ARG001 - part of the key
    return _service.client.weaknesses(form_id)


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _move_detail(url: str, move_id: str, _service: Service) -> MoveDetail:  # noqa: ARG001 - part of the key
    return _service.client.move(move_id)


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _chart(url: str, _service: Service) -> TypeChart:  # noqa: ARG001 - part of the key
    return _service.client.affinities()


@st.cache_resource(ttl=KEEP, show_spinner=False)
def _trainers(url: str, lang: Lang, _service: Service) -> TrainerList:  # noqa: ARG001 - part of the key
    return _service.client.trainers(lang=lang)


def _labels(names: NamePair, *identifiers: str) -> tuple[Label, ...]:
    if key(names.en) == key(names.fr):
        labels = [Label(names.en, names.en, "")]  # at home in both languages
    else:
        labels = [Label(names.en, names.en, "en"), Label(names.fr, names.fr, "fr")]
    return (*labels, *(Label(identifier, names.en, "") for identifier in identifiers))
