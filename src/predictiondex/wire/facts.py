"""The facts as the API serves them. Every name comes in both languages, so that no answer depends on one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from predictiondex.pokedex.model import Category, LearnMethod


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True)


class NamePair(_Fact):
    """A name in English and French."""

    en: str
    fr: str


class TypeRef(_Fact):
    """A type; ``id`` is the lower-case English name."""

    id: str
    name: str = Field(description="As other answers spell it, such as `Fire`.")
    names: NamePair


class PokemonSummary(_Fact):
    """A form in a list."""

    id: str
    slug: str
    dex: int
    kind: str
    names: NamePair
    types: list[str]
    base_stats: dict[str, int]


class PokemonDetail(PokemonSummary):
    """A form with everything but its moves."""

    species: str
    weight_kg: float
    height_m: float
    evolves_from: str | None
    mega_of: str | None
    mega_key: str | None
    megas: dict[str, str] = Field(description="Choice of Mega Evolution -> form id.")
    forms: list[str] = Field(description="All forms of the species.")


class PokemonPage(_Fact):
    """A page of forms; ``total`` counts all that match."""

    total: int
    limit: int
    offset: int
    items: list[PokemonSummary]


class MoveSummary(_Fact):
    """A move in a list. ``accuracy`` is in per cent, null when it never misses."""

    id: str
    slug: str
    num: int
    names: NamePair
    type: str
    category: Category
    power: int
    accuracy: int | None
    pp: int
    priority: int


class MoveEffect(_Fact):
    """What may come with a hit of a move: a status, a condition or stages of its target."""

    chance: int = Field(description="Per cent of its hits.")
    status: str | None = Field(description="`random`: a burn, paralysis or being frozen.")
    condition: str | None
    stages: dict[str, int]


class MoveDetail(MoveSummary):
    """A move with its particulars and who can have it."""

    target: str
    flags: list[str]
    crit_ratio: int
    multihit: tuple[int, int] | None
    drain: tuple[int, int] | None
    recoil: tuple[int, int] | None
    heal: tuple[int, int] | None
    fixed_damage: int | str | None
    status: str | None
    condition: str | None = Field(description="Condition of the target, or of a side, that it brings about.")
    stages: dict[str, int] = Field(description="Stages of whom it is aimed at that it changes.")
    own_stages: dict[str, int] = Field(description="Stages of its user that a hit changes.")
    effects: list[MoveEffect] = Field(description="What may come with a hit besides.")
    always_critical: bool
    knocks_out: bool = Field(description="A hit knocks out at once.")
    faints: bool = Field(description="Its user faints by it.")
    crashes: bool = Field(description="A miss costs its user half of its HP.")
    rampage: bool = Field(description="It goes on for two or three turns, then its user is confused.")
    learned_by: list[str] = Field(description="Ids of the forms that can have it.")


class MovePage(_Fact):
    """A page of moves; ``total`` counts all that match."""

    total: int
    limit: int
    offset: int
    items: list[MoveSummary]


class Way(_Fact):
    """One way to learn a move. ``level`` only for ``level``."""

    method: LearnMethod
    level: int | None


class FormMove(_Fact):
    """A move that a form can have; no ``ways`` of its own means: from an earlier stage."""

    move: MoveSummary
    ways: list[Way]


class FormMoves(_Fact):
    """Every legal move of a form."""

    pokemon: str
    total: int
    items: list[FormMove]


class Weaknesses(_Fact):
    """What each attacking type does to a form."""

    pokemon: str
    types: list[str]
    multipliers: dict[str, float]
    weak_to: list[str]
    resists: list[str]
    immune_to: list[str]


class Affinity(_Fact):
    """One entry of the type chart."""

    attacker: str
    defender: str
    multiplier: float


class TypeChart(_Fact):
    """The type chart, or the part that was asked for."""

    total: int
    items: list[Affinity]


class TypeList(_Fact):
    """All types in the order of the chart."""

    total: int
    items: list[TypeRef]
