"""What the visitor has chosen: both sides and how thoroughly to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from predictiondex.pokedex.model import BOOSTS, IVS, STATS

SideName = Literal["you", "foe"]
Engine = Literal["hybrid", "model", "simulation"]
SIDES: Final[tuple[SideName, ...]] = ("you", "foe")

STATUSES: Final = ("", "par", "brn", "psn", "tox", "slp", "frz")
#: How many battles may be chosen for each move.
BATTLES: Final = (200, 1000, 5000, 20000)
#: What may make the answer; the first one is the usual: at once, and with intervals.
ENGINES: Final[tuple[Engine, ...]] = ("hybrid", "model", "simulation")
MAX_MOVES: Final = 4
NEUTRAL: Final = "serious"
MAX_SEED: Final = 2**31 - 1


def filled(known: Sequence[str], likely: Sequence[str]) -> tuple[str, ...]:
    """Moves that are known, filled up with the likeliest ones (those learned last come first)."""
    return (*known, *(move for move in reversed(likely) if move not in known))[:MAX_MOVES]


@dataclass(frozen=True, slots=True)
class SideChoice:
    """One Pokémon as chosen so far. Ids throughout; ``mega`` and ``status`` are empty for none."""

    pokemon: str | None = None
    moves: tuple[str, ...] = ()
    level: int = 50
    nature: str = NEUTRAL
    ivs: tuple[int, ...] = (IVS.high,) * len(STATS)
    avs: tuple[int, ...] = (0,) * len(STATS)
    mega: str = ""
    hp: int = 100
    status: str = ""
    boosts: tuple[int, ...] = (0,) * len(BOOSTS)
    friendship: int = 70

    def fresh(self) -> SideChoice:
        """The same one before any fight: healthy, and nothing gained or lost."""
        usual = SideChoice()
        return replace(self, hp=usual.hp, status=usual.status, boosts=usual.boosts)

    def request(self) -> dict[str, Any]:
        """As the API takes a side; moves that were not chosen are left out, and so assumed."""
        body: dict[str, Any] = {
            "pokemon": self.pokemon,
            "level": self.level,
            "nature": self.nature,
            "ivs": dict(zip(STATS, self.ivs, strict=True)),
            "avs": dict(zip(STATS, self.avs, strict=True)),
            "friendship": self.friendship,
            "mega": self.mega or False,
            "hp_percent": float(self.hp),
            "status": self.status or None,
            "boosts": dict(zip(BOOSTS, self.boosts, strict=True)),
        }
        return {**body, "moves": list(self.moves)} if self.moves else body


@dataclass(frozen=True, slots=True)
class Choice:
    """Both sides; ``battles`` are played for each move, and the same ``seed`` gives the same answer.

    ``engine``: what makes the answer.
    """

    you: SideChoice = field(default_factory=SideChoice)
    foe: SideChoice = field(default_factory=SideChoice)
    battles: int = 1000
    seed: int = 1
    engine: Engine = ENGINES[0]

    def missing(self) -> str | None:
        """What has still to be chosen before anything can be asked."""
        if not self.you.pokemon:
            return "you"
        if not self.foe.pokemon:
            return "foe"
        return None if self.you.moves else "moves"

    def request(self, lang: str) -> dict[str, Any]:
        """As ``POST /predict/best-move`` takes it."""
        return {
            "you": self.you.request(),
            "opponent": self.foe.request(),
            "engine": self.engine,
            "contributions": self.engine != "simulation",
            "simulations": self.battles,
            "seed": self.seed,
            "lang": lang,
        }
