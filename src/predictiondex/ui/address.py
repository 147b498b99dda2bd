"""The selection in the page's address, so that it can be kept and shared.

``?you=pikachu&you.moves=thunderbolt,quickattack&foe=charizard&foe.level=60&ask=1``: ids or names in either
language; only what differs from the usual is written. Whatever cannot be understood is left out, with a
hint; nothing in an address is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from predictiondex.errors import UnknownName
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import AVS, BOOSTS, FRIENDSHIP, IVS, LEVELS, STAGES, STATS
from predictiondex.ui.choice import (
    BATTLES,
    ENGINES,
    MAX_MOVES,
    MAX_SEED,
    SIDES,
    STATUSES,
    Choice,
    SideChoice,
)
from predictiondex.ui.facts import Facts
from predictiondex.wire import PokemonDetail

#: Hints show so many characters of a value.
MAX_SHOWN = 40
#: So many moves of a list are looked at.
MAX_LISTED = 10


Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something in the address that was left out: a key of the catalogue with its values."""

    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What reading an address needs to know: all names, a form's Megas, and the moves it can have."""

    facts: Facts
    detail: Callable[[str], PokemonDetail]
    pool: Callable[[str], Sequence[str]]


def write(choice: Choice) -> dict[str, str]:
    """The choice as parameters; what is as usual is left out."""
    parameters: dict[str, str] = {}
    for side in SIDES:
        parameters.update(write_side(side, getattr(choice, side)))
    usual = Choice()
    if choice.engine != usual.engine:
        parameters["engine"] = choice.engine
    if choice.battles != usual.battles:
        parameters["battles"] = str(choice.battles)
    if choice.seed != usual.seed:
        parameters["seed"] = str(choice.seed)
    return parameters


def write_side(side: str, chosen: SideChoice) -> dict[str, str]:
    """One Pokémon as parameters that begin with ``side``."""
    if chosen.pokemon is None:
        return {}
    usual = SideChoice()
    written: dict[str, str] = {side: chosen.pokemon}
    for entry in fields(SideChoice):
        value = getattr(chosen, entry.name)
        if entry.name != "pokemon" and value != getattr(usual, entry.name):
            written[f"{side}.{entry.name}"] = (
                ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            )
    return written


def read(parameters: Mapping[str, str], lookup: Lookup) -> tuple[Choice, list[Hint]]:
    """The choice that an address stands for, and hints about what was left out of it."""
    reader = Reader(parameters, lookup)
    usual = Choice()
    choice = Choice(
        you=reader.side("you"),
        foe=reader.side("foe"),
        battles=min(BATTLES, key=lambda n: abs(n - reader.whole("battles", usual.battles, 1, BATTLES[-1]))),
        seed=reader.whole("seed", usual.seed, 0, MAX_SEED),
        engine=reader.one_of("engine", ENGINES, usual.engine),
    )
    return choice, reader.hints


class Reader:
    """Reads parameters one by one and collects hints about what cannot be understood."""

    def __init__(self, parameters: Mapping[str, str], lookup: Lookup) -> None:
        self._parameters = parameters
        self.lookup = lookup
        self.hints: list[Hint] = []

    def side(self, side: str) -> SideChoice:
        """One side. Without a Pokémon the rest of it means nothing."""
        found = self._form(side)
        if found is None:
            return SideChoice()
        usual = SideChoice()
        form, mega = found
        return SideChoice(
            pokemon=form.id,
            moves=self._moves(f"{side}.moves", form),
            level=self.whole(f"{side}.level", usual.level, *LEVELS),
            nature=self.nature(f"{side}.nature"),
            ivs=self._row(f"{side}.ivs", usual.ivs, *IVS, len(STATS)),
            avs=self._row(f"{side}.avs", usual.avs, *AVS, len(STATS)),
            mega=mega or self.one_of(f"{side}.mega", ("", *form.megas), ""),
            hp=self.whole(f"{side}.hp", usual.hp, 1, 100),
            status=self.one_of(f"{side}.status", STATUSES, ""),
            boosts=self._row(f"{side}.boosts", usual.boosts, *STAGES, len(BOOSTS)),
            friendship=self.whole(f"{side}.friendship", usual.friendship, *FRIENDSHIP),
        )

    def text(self, name: str) -> str:
        """A parameter as it stands; empty where it is missing."""
        return self._parameters.get(name, "")

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        """A whole number within its limits."""
        text = self.text(name)
        if not text:
            return usual
        value = whole_number(text)
        if value is None or not least <= value <= most:
            self.hint("address.number", name, text, least=str(least), most=str(most))
            return usual
        return value

    def one_of(self, name: str, choices: Sequence[Word], usual: Word) -> Word:
        """One of some words."""
        text = self.text(name)
        found = next((choice for choice in choices if choice == text), None)
        if found is None and text:
            self.hint("address.option", name, text)
        return usual if found is None else found

    def _form(self, side: str) -> tuple[PokemonDetail, str] | None:
        """The form, and the Mega Evolution where a Mega was named: it is its base form evolving."""
        text = self.text(side)
        if not text:
            return None
        try:
            form = self.lookup.detail(self.lookup.facts.form_id(text))
        except UnknownName as error:
            self._unknown("address.pokemon", side, text, error)
            return None
        if form.mega_of:
            return self.lookup.detail(form.mega_of), form.mega_key or ""
        return form, ""

    def _moves(self, name: str, form: PokemonDetail) -> tuple[str, ...]:
        found: list[str] = []
        legal = self.lookup.pool(form.id)
        for text in filter(None, self.text(name).split(",")[:MAX_LISTED]):
            try:
                move = self.lookup.facts.move_id(text)
            except UnknownName as error:
                self._unknown("address.move", name, text, error)
                continue
            if move not in legal:
                self.hint("address.illegal", name, text)
            elif move not in found:
                found.append(move)
        if len(found) > MAX_MOVES:
            self.hint("address.too_many", name, "")
        return tuple(found[:MAX_MOVES])

    def forms(self, name: str, most: int) -> tuple[str, ...]:
        """Up to ``most`` forms with commas between them."""
        found: list[str] = []
        for text in filter(None, self.text(name).split(",")[:most]):
            try:
                found.append(self.lookup.facts.form_id(text))
            except UnknownName as error:
                self._unknown("address.pokemon", name, text, error)
        return tuple(dict.fromkeys(found))

    def nature(self, name: str) -> str:
        """A nature by name or id."""
        text = self.text(name)
        try:
            return pokedex.nature(text).id if text else SideChoice().nature
        except UnknownName as error:
            self._unknown("address.nature", name, text, error)
            return SideChoice().nature

    def _row(self, name: str, usual: tuple[int, ...], least: int, most: int, length: int) -> tuple[int, ...]:
        text = self.text(name)
        if not text:
            return usual
        values = [whole_number(part) for part in text.split(",")[: length + 1]]
        row = tuple(value for value in values if value is not None and least <= value <= most)
        if len(values) != length or len(row) != length:
            self.hint("address.row", name, text, length=str(length), least=str(least), most=str(most))
            return usual
        return row

    def _unknown(self, key: str, name: str, text: str, error: UnknownName) -> None:
        self.hint(key, name, text)
        if error.nearest:
            self.hints.append(Hint("address.nearest", {"names": ", ".join(error.nearest)}))

    def hint(self, key: str, name: str, text: str, **values: str) -> None:
        """Say that part of a parameter was left out."""
        shown = text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
        self.hints.append(Hint(key, {"name": name, "text": shown, **values}))


def whole_number(text: str) -> int | None:
    """A whole number in plain digits; ``None`` for anything else."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    return sign * int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else None
