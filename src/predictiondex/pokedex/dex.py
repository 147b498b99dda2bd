"""The Pokédex: every fact of the games in one immutable object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from predictiondex.pokedex.model import TYPES, Form, Move, Names, Nature, Species
from predictiondex.pokedex.names import Entry, Label, NameIndex, closest


@dataclass(frozen=True, slots=True, eq=False)
class Pokedex:
    """Forms, species, moves, types and natures of Let's Go, Pikachu / Eevee, and the ways to find them.

    ``type_chart[attacker][defender]`` is 0, 0.5, 1 or 2, both in the order of ``TYPES``.
    ``type_immunities[type]`` holds what cannot touch a Pokémon of that type besides moves of a type:
    conditions (``par``, ``brn``, ``psn``, ``tox``, ``frz``), ``powder`` moves, being ``trapped``...
    ``metronome`` lists the moves that Metronome draws from, in the order it numbers them.
    ``version`` is the reference's; ``checksum`` the snapshot's SHA-256; ``sources`` names where each part is
    from. The methods that resolve a name raise :class:`UnknownName`, with the nearest three, for an unknown
    one; ``field`` is the path of the input it came from, for the error.
    """

    forms: Mapping[str, Form]
    species: Mapping[str, Species]
    moves: Mapping[str, Move]
    natures: Mapping[str, Nature]
    type_names: Mapping[str, Names]
    type_chart: tuple[tuple[float, ...], ...]
    type_immunities: Mapping[str, frozenset[str]]
    metronome: tuple[str, ...]
    version: str
    checksum: str
    sources: Mapping[str, Any]
    _form_index: NameIndex[Form] = field(init=False, repr=False)
    _move_index: NameIndex[Move] = field(init=False, repr=False)
    _type_index: NameIndex[str] = field(init=False, repr=False)
    _nature_index: NameIndex[Nature] = field(init=False, repr=False)
    #: By form and level; what was looked up once is asked for again and again.
    _learned: dict[tuple[str, int], tuple[str, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        forms = (
            Entry(form, _labels(form.names, form.id, form.slug, form.name), form.dex)
            for form in self._ordered()
        )
        moves = (
            Entry(move, _labels(move.names, move.id, move.slug), move.num) for move in self.moves.values()
        )
        types = (Entry(name, _labels(names, name)) for name, names in self.type_names.items())
        natures = (Entry(nature, _labels(nature.names, nature.id)) for nature in self.natures.values())
        # The class is frozen for its users; its own indexes are made once, here.
        object.__setattr__(self, "_form_index", NameIndex("Pokémon", forms))
        object.__setattr__(self, "_move_index", NameIndex("move", moves))
        object.__setattr__(self, "_type_index", NameIndex("type", types))
        object.__setattr__(self, "_nature_index", NameIndex("nature", natures))

    def _ordered(self) -> Iterable[Form]:
        """Base forms first, so that a species' bare name and number mean its base form."""
        return sorted(self.forms.values(), key=lambda form: form.kind != "base")

    def form(self, name: str | int, field: str = "") -> Form:
        """The form with this id, slug, national number, or English or French name."""
        return self._form_index.find(name, field=field)

    def move(self, name: str | int, field: str = "") -> Move:
        """The move with this id, slug, number, or English or French name."""
        return self._move_index.find(name, field=field)

    def type(self, name: str, field: str = "") -> str:
        """The type with this English or French name, as it is written in ``TYPES``."""
        return self._type_index.find(name, field=field)

    def nature(self, name: str, field: str = "") -> Nature:
        """The nature with this id, or English or French name."""
        return self._nature_index.find(name, field=field)

    def search_forms(self, text: str, lang: str = "en") -> list[Form]:
        """Forms that ``text`` may mean, best first; small typos are forgiven, an empty text means all."""
        return self._form_index.search(text, lang)

    def search_moves(self, text: str, lang: str = "en") -> list[Move]:
        """Moves that ``text`` may mean, best first; small typos are forgiven, an empty text means all."""
        return self._move_index.search(text, lang)

    def effectiveness(self, attacking: str, defending: Iterable[str]) -> float:
        """How much a move of type ``attacking`` does to a Pokémon of the ``defending`` types (0 to 4)."""
        row = self.type_chart[TYPES.index(attacking)]
        product = 1.0
        for name in defending:
            product *= row[TYPES.index(name)]
        return product

    def mega_form(self, form: Form, key: str | None) -> Form | None:
        """The Mega form that ``form`` reaches with ``mega``, ``x`` or ``y``; ``None`` when there is none."""
        for other in self.species[form.species].forms:
            mega = self.forms[other]
            if mega.mega_of == form.id and mega.mega_key == key:
                return mega
        return None

    def learned_by(self, move: str) -> tuple[Form, ...]:
        """Forms that may have the move (its id), in Pokédex order."""
        return tuple(form for form in self.forms.values() if move in form.movepool)

    def level_up_moves(self, form: Form, level: int) -> tuple[str, ...]:
        """The last four moves learned by ``level``, oldest first: the likeliest set of a Pokémon met there.

        Of moves learned at the same level the stronger ones count as later. Fewer than four are given where
        the form has learned fewer. A Mega uses its base form's moves.
        """
        known = self._learned.get((form.id, level))
        if known is None:
            known = self._learned[form.id, level] = self._last_learned(form, level)
        return known

    def _last_learned(self, form: Form, level: int) -> tuple[str, ...]:
        source = self.forms[form.mega_of] if form.mega_of else form
        latest: dict[str, int] = {}
        for learn in source.learnset:
            if learn.level is not None and learn.level <= level:
                latest[learn.move] = max(learn.level, latest.get(learn.move, 0))
        ranked = sorted(latest, key=lambda move: (latest[move], self.moves[move].power, move))
        return tuple(ranked[-4:])


def _labels(names: Names, *identifiers: str) -> tuple[Label, ...]:
    """Accepted spellings of one thing; messages show the display name that looks most like the spelling."""
    both = names.en == names.fr  # such a name belongs to neither language more than to the other
    labels = [
        Label(names.en, names.en, "" if both else "en"),
        Label(names.fr, names.fr, "" if both else "fr"),
    ]
    labels += [Label(alias, closest(alias, (names.en, names.fr)), "") for alias in names.aliases]
    labels += [Label(identifier, names.en, "") for identifier in identifiers]
    return tuple(labels)
