"""PokeAPI's answers, as far as they are used, and what they say about these games.

PokeAPI describes the newest games and lists what was different before. Two rules read it for Let's Go:

* ``past_values`` of a move holds the values in force *before* a version group, so the first one that is
  later than Let's Go's applies;
* ``past_types``, ``past_stats`` and ``past_damage_relations`` hold the values *up to and including* a
  generation, so the first one from generation 7 on applies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

#: The version group of these games, and the generation it belongs to.
VERSION_GROUP = "lets-go-pikachu-lets-go-eevee"
GENERATION = 7

GENERATIONS = {
    f"generation-{roman}": number
    for number, roman in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), 1)
}

METHODS = {"level-up": "level", "machine": "machine", "tutor": "tutor"}

STAT_IDS = {
    "hp": "hp",
    "attack": "atk",
    "defense": "def",
    "special-attack": "spa",
    "special-defense": "spd",
    "speed": "spe",
}


#: What an address of a picture may be made of.
_ADDRESS = re.compile(r"https?://[!-~]+")


class _Answer(BaseModel):
    # Figures must be figures: a "35" is a sign that something else answered.
    model_config = ConfigDict(strict=True, frozen=True)


class Named(_Answer):
    """A reference to another resource."""

    name: str


class Listing(_Answer):
    results: list[Named] = Field(min_length=1)


class VersionGroup(_Answer):
    name: str
    order: int


class LocalName(_Answer):
    #: As much as the tables take, and no control characters, which databases refuse.
    name: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
    language: Named


class _StatValue(_Answer):
    base_stat: int
    stat: Named


class _TypeSlot(_Answer):
    slot: int
    type: Named


class _PastTypes(_Answer):
    generation: Named
    types: list[_TypeSlot]


class _PastStats(_Answer):
    generation: Named
    stats: list[_StatValue]


class _LearnDetail(_Answer):
    level_learned_at: int
    version_group: Named
    move_learn_method: Named


class _Learned(_Answer):
    move: Named
    version_group_details: list[_LearnDetail]


class Pokemon(_Answer):
    """``/pokemon/{slug}``: one form. Height in decimetres, weight in hectograms."""

    name: str
    height: int = Field(ge=0, le=10_000)
    weight: int = Field(ge=0, le=100_000)
    stats: list[_StatValue] = Field(min_length=6)
    types: list[_TypeSlot] = Field(min_length=1)
    moves: list[_Learned]
    past_types: list[_PastTypes] = []
    past_stats: list[_PastStats] = []
    sprites: dict[str, Any] = {}

    def base_stats(self) -> dict[str, int]:
        """Base stats in these games, by our names."""
        values = {value.stat.name: value.base_stat for value in self.stats}
        # An older entry lists only the stats that changed; the earliest one that applies wins.
        for past in reversed(applying(self.past_stats)):
            values |= {value.stat.name: value.base_stat for value in past.stats}
        return {ours: values[theirs] for theirs, ours in STAT_IDS.items()}

    def type_names(self) -> tuple[str, ...]:
        """Types in these games, in slot order."""
        past = applying(self.past_types)
        slots = past[0].types if past else self.types
        return tuple(slot.type.name.capitalize() for slot in sorted(slots, key=lambda slot: slot.slot))

    def learnset(self) -> set[tuple[str, str, int]]:
        """(move slug, our method, level) in these games; methods we do not know are left out."""
        return {
            (
                learned.move.name,
                METHODS[detail.move_learn_method.name],
                detail.level_learned_at if detail.move_learn_method.name == "level-up" else 0,
            )
            for learned in self.moves
            for detail in learned.version_group_details
            if detail.version_group.name == VERSION_GROUP and detail.move_learn_method.name in METHODS
        }

    def pictures(self) -> dict[str, str]:
        """Addresses of pictures by kind."""
        other = self.sprites.get("other")
        artwork = other.get("official-artwork") if isinstance(other, dict) else None
        found = {
            "front": self.sprites.get("front_default"),
            "artwork": artwork.get("front_default") if isinstance(artwork, dict) else None,
        }
        return {
            kind: address
            for kind, address in found.items()
            if isinstance(address, str) and _ADDRESS.fullmatch(address)
        }


class _Variety(_Answer):
    pokemon: Named


class Species(_Answer):
    """``/pokemon-species/{number}``."""

    id: int
    names: list[LocalName]
    varieties: list[_Variety] = []


class _PastMove(_Answer):
    version_group: Named
    power: int | None = None
    accuracy: int | None = None
    pp: int | None = None
    type: Named | None = None


class Move(_Answer):
    """``/move/{slug}``. ``power``, ``accuracy`` and ``pp`` are null where they do not apply."""

    name: str
    power: int | None
    accuracy: int | None
    pp: int | None
    priority: int
    type: Named
    damage_class: Named
    names: list[LocalName]
    past_values: list[_PastMove] = []

    def figures(self, orders: Mapping[str, int]) -> dict[str, Any]:
        """Power, accuracy, base PP and type in these games; ``orders`` of the version groups by name."""
        later = sorted(
            (past for past in self.past_values if orders[past.version_group.name] > orders[VERSION_GROUP]),
            key=lambda past: orders[past.version_group.name],
        )

        def then(name: str) -> Any:
            values = (getattr(past, name) for past in later)
            return next((value for value in values if value is not None), getattr(self, name))

        return {
            "power": then("power") or 0,
            "accuracy": then("accuracy"),
            "base_pp": then("pp"),
            "type": then("type").name.capitalize(),
            "category": self.damage_class.name.capitalize(),
            "priority": self.priority,
        }


class _Relations(_Answer):
    double_damage_to: list[Named]
    half_damage_to: list[Named]
    no_damage_to: list[Named]


class _PastRelations(_Answer):
    generation: Named
    damage_relations: _Relations


class Type(_Answer):
    """``/type/{name}``."""

    name: str
    names: list[LocalName]
    damage_relations: _Relations
    past_damage_relations: list[_PastRelations] = []

    def factors(self, types: Sequence[str]) -> dict[str, float]:
        """Factor against each of ``types`` in these games."""
        past = applying(self.past_damage_relations)
        relations = past[0].damage_relations if past else self.damage_relations
        special = {
            named.name.capitalize(): factor
            for factor, group in (
                (2.0, relations.double_damage_to),
                (0.5, relations.half_damage_to),
                (0.0, relations.no_damage_to),
            )
            for named in group
        }
        return {name: special.get(name, 1.0) for name in types}


def local_names(names: Iterable[LocalName]) -> dict[str, str]:
    """English and French names, where given."""
    return {name.language.name: name.name for name in names if name.language.name in ("en", "fr")}


class _Past(Protocol):
    @property
    def generation(self) -> Named: ...


P = TypeVar("P", bound=_Past)


def applying(past: Iterable[P]) -> list[P]:
    """Entries that still held in generation 7, the earliest first."""
    found = [entry for entry in past if GENERATIONS.get(entry.generation.name, 0) >= GENERATION]
    return sorted(found, key=lambda entry: GENERATIONS[entry.generation.name])
