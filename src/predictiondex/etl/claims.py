"""What a source says, in one shape for all sources, so that they can be held against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from predictiondex.pokedex import STATS, TYPES, Form, Move, Pokedex

#: One fact: a figure, a name, an ordered tuple, or a set of which each element is a fact of its own.
Value = int | float | str | None | tuple[str, ...] | frozenset[tuple[str, int]]

#: (entity, id, field), such as ``("form", "pikachu", "base_stats.hp")``.
Key = tuple[str, str, str]

#: Learn methods that outside sources record.
CHECKED_METHODS = ("level", "machine", "tutor")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a source could not say, and why. ``field`` is empty for the entity as a whole."""

    entity: str
    id: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A further spelling that a source brings. ``owner`` is ``move``, ``species``, ``type``..."""

    owner: str
    id: str
    lang: str
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The remote address of a picture of a form."""

    form: str
    kind: str
    address: str


@dataclass(slots=True)
class Claims:
    """All that one source said.

    ``moves_known``: move ids the source knows at all; a learnset row with another move cannot be
    checked by it. ``requests`` went over the network, ``cached`` did not, ``retries`` are among the
    requests. ``down``: why the source stopped answering, if it did.
    """

    source: str
    version: str = ""
    values: dict[Key, Value] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    ignored: list[Gap] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    moves_known: frozenset[str] | None = None
    requests: int = 0
    cached: int = 0
    retries: int = 0
    down: str = ""


def snapshot_claims(pokedex: Pokedex) -> Claims:
    """The bundled snapshot's facts: what everything else is compared with."""
    claims = Claims("snapshot", pokedex.version)
    for form in pokedex.forms.values():
        claims.values |= {("form", form.id, name): get(form) for name, get in FORM_FIELDS.items()}
        if form.kind != "mega":
            for method in CHECKED_METHODS:
                claims.values["form", form.id, f"learnset.{method}"] = _learned(form, method)
    for move in pokedex.moves.values():
        claims.values |= {("move", move.id, name): get(move) for name, get in MOVE_FIELDS.items()}
    for species in pokedex.species.values():
        claims.values["species", species.id, "dex"] = species.dex
        claims.values["species", species.id, "names.en"] = species.names.en
        claims.values["species", species.id, "names.fr"] = species.names.fr
    for name, row in zip(TYPES, pokedex.type_chart, strict=True):
        claims.values["type", name, "names.en"] = pokedex.type_names[name].en
        claims.values["type", name, "names.fr"] = pokedex.type_names[name].fr
        for defender, factor in zip(TYPES, row, strict=True):
            claims.values["type", name, f"against.{defender}"] = factor
    return claims


def _learned(form: Form, method: str) -> frozenset[tuple[str, int]]:
    return frozenset((learn.move, learn.level or 0) for learn in form.learnset if learn.method == method)


def _stat(index: int) -> Callable[[Form], Value]:
    return lambda form: form.base_stats[index]


FORM_FIELDS: dict[str, Callable[[Form], Value]] = {
    "types": lambda form: form.types,
    "weight_kg": lambda form: form.weight_kg,
    "height_m": lambda form: form.height_m,
    **{f"base_stats.{stat}": _stat(index) for index, stat in enumerate(STATS)},
}

MOVE_FIELDS: dict[str, Callable[[Move], Value]] = {
    "type": lambda move: move.type,
    "category": lambda move: move.category,
    "power": lambda move: move.power,
    "accuracy": lambda move: move.accuracy,
    "base_pp": lambda move: move.base_pp,
    "priority": lambda move: move.priority,
    "names.en": lambda move: move.names.en,
    "names.fr": lambda move: move.names.fr,
}
