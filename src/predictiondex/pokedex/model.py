"""The facts as typed, immutable objects. Ids are Showdown ids (``pikachustarter``, ``thunderbolt``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Stat = Literal["hp", "atk", "def", "spa", "spd", "spe"]
STATS: tuple[Stat, ...] = ("hp", "atk", "def", "spa", "spd", "spe")

#: Stats that battle stages change, in the order used everywhere.
BOOSTS = ("atk", "def", "spa", "spd", "spe", "accuracy", "evasion")


class Bounds(NamedTuple):
    """The least and the most that a number can be."""

    low: int
    high: int


LEVELS, IVS, AVS = Bounds(1, 100), Bounds(0, 31), Bounds(0, 200)
FRIENDSHIP, STAGES = Bounds(0, 255), Bounds(-6, 6)

Category = Literal["Physical", "Special", "Status"]
LearnMethod = Literal["level", "machine", "tutor", "event"]

#: All eighteen types, in the order of the type chart's rows and columns.
TYPES = (
    "Normal", "Fire", "Water", "Electric", "Grass", "Ice", "Fighting", "Poison", "Ground",
    "Flying", "Psychic", "Bug", "Rock", "Ghost", "Dragon", "Dark", "Steel", "Fairy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """Display names. ``aliases`` are further accepted spellings in any language."""

    en: str
    fr: str
    aliases: tuple[str, ...] = ()

    def in_(self, lang: str) -> str:
        """The name in ``lang`` (``fr`` or anything else for English)."""
        return self.fr if lang == "fr" else self.en

    def lack(self, name: str, lang: str) -> bool:
        """Whether a name in ``lang`` is a spelling that is not among these."""
        return name != self.in_(lang) and name not in self.aliases


@dataclass(frozen=True, slots=True)
class Learn:
    """One way a form learns a move.

    ``level`` is 0-100 for ``level`` (0: learned on evolving into the form), otherwise ``None``.
    """

    move: str
    method: LearnMethod
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a species: what stands on one side of a battle.

    ``base_stats`` in the order of :data:`STATS`; ``weight_kg`` is a decimal number of kilograms.
    ``kind`` tells base forms, Alolan, partner (starter) and Mega forms apart; a Mega names the form
    it evolves from in ``mega_of`` and the choice that reaches it in ``mega_key`` (``mega``, ``x``, ``y``).
    ``learnset`` lists the form's own entries; ``movepool`` is every legal move id, pre-evolutions counted.
    """

    id: str
    slug: str
    name: str
    dex: int
    species: str
    kind: Literal["base", "alola", "starter", "mega"]
    names: Names
    types: tuple[str, ...]
    base_stats: tuple[int, int, int, int, int, int]
    weight_kg: float
    height_m: float
    learnset: tuple[Learn, ...]
    movepool: frozenset[str]
    evolves_from: str | None = None
    mega_of: str | None = None
    mega_key: Literal["mega", "x", "y"] | None = None

    def __hash__(self) -> int:
        """By its id: hashing its whole learnset took a quarter of drawing a matchup."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Species:
    """A species: one Pokédex number with all its forms."""

    id: str
    dex: int
    names: Names
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Secondary:
    """A chance effect of a damaging move. ``chance`` in per cent; ``on_self``: the user is affected."""

    chance: int
    status: str | None = None
    volatile: str | None = None
    boosts: tuple[tuple[str, int], ...] = ()
    on_self: bool = False
    random_status: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A move with every field the rules need. Fractions are (numerator, denominator).

    ``accuracy`` is ``None`` when the move never misses. ``pp`` is what a battle starts with in the games'
    maximum (PP Ups applied as the reference does). ``target`` and the ids in ``status``,
    ``volatile``, ``side_condition`` are Showdown's. ``fixed_damage`` is a number or ``"level"``.
    """

    id: str
    slug: str
    num: int
    names: Names
    type: str
    category: Category
    power: int
    accuracy: int | None
    pp: int
    base_pp: int
    priority: int
    target: str
    flags: frozenset[str]
    crit_ratio: int = 1
    will_crit: bool = False
    multihit: tuple[int, int] | None = None
    drain: tuple[int, int] | None = None
    recoil: tuple[int, int] | None = None
    struggle_recoil: bool = False
    crash_damage: bool = False
    heal: tuple[int, int] | None = None
    fixed_damage: int | Literal["level"] | None = None
    ohko: bool | str = False
    self_destruct: Literal["always", "ifHit"] | None = None
    force_switch: bool = False
    self_switch: bool = False
    breaks_protect: bool = False
    stalling: bool = False
    thaws_target: bool = False
    calls_move: bool = False
    ignore_immunity: bool = False
    use_target_attack: bool = False
    status: str | None = None
    volatile: str | None = None
    side_condition: str | None = None
    boosts: tuple[tuple[str, int], ...] = ()
    self_boosts: tuple[tuple[str, int], ...] = ()
    self_volatile: str | None = None
    self_side_condition: str | None = None
    secondaries: tuple[Secondary, ...] = ()
    #: Names of the reference's callbacks for this move (``onTry``, ``damageCallback``,
    #: ``condition.onResidual``...): what plain fields do not say and the battle rules must play.
    callbacks: tuple[str, ...] = field(default=())
    #: Plain members of the reference's condition of this move, such as ``("duration", 5)`` or
    #: ``("onResidualOrder", 8)``; a flag is ``True``.
    condition: tuple[tuple[str, int | bool | str], ...] = ()
    #: Metronome may call it (the order it draws from is :attr:`Pokedex.metronome`).
    metronome: bool = False


@dataclass(frozen=True, slots=True)
class Nature:
    """A nature: ``plus`` gains and ``minus`` loses ten per cent; both ``None`` for a neutral one."""

    id: str
    names: Names
    plus: Stat | None = None
    minus: Stat | None = None
