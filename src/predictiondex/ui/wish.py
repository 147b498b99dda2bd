"""What the planner is asked for: which of your Pokémon, against whom, and how far you would go."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Final, Literal

from predictiondex.pokedex.model import AVS, LEVELS
from predictiondex.ui.address import Reader, write_side
from predictiondex.ui.choice import NEUTRAL, SideChoice, filled
from predictiondex.wire import TrainerPokemon

#: The same Pokémon as yours, one of your choice, or one of a trainer's.
Versus = Literal["mirror", "foe", "trainer"]
VERSUS: Final[tuple[Versus, ...]] = ("mirror", "foe", "trainer")
MOST_OWN: Final = 6
LEAST_WANT, MOST_WANT = 50, 99


@dataclass(frozen=True, slots=True)
class Wish:
    """The planner's form. ``want`` is in per cent; ``member`` counts the trainer's Pokémon from 1."""

    pokemon: tuple[str, ...] = ()
    versus: Versus = "mirror"
    trainer: str = ""
    member: int = 1
    level: int = 50
    want: int = 90
    highest: int = LEVELS.high
    avs: int = AVS.high
    nature: str = NEUTRAL

    def request(self, opponent: dict[str, Any] | Literal["mirror"], lang: str) -> dict[str, Any]:
        """As ``POST /predict/plan`` takes it."""
        return {
            "pokemon": list(self.pokemon),
            "opponent": opponent,
            "level": self.level,
            "want": self.want / 100,
            "highest_level": max(self.highest, self.level),
            "most_avs": self.avs,
            "nature": self.nature,
            "lang": lang,
        }

    def missing(self, foe: SideChoice) -> str | None:
        """What has still to be chosen before anything can be asked."""
        if not self.pokemon:
            return "you"
        if self.versus == "foe" and not foe.pokemon:
            return "foe"
        return "trainer" if self.versus == "trainer" and not self.trainer else None


def write(wish: Wish, foe: SideChoice) -> dict[str, str]:
    """The wish as parameters of an address; what is as usual is left out."""
    usual = Wish()
    parameters = {"pokemon": ",".join(wish.pokemon)} if wish.pokemon else {}
    for name in ("versus", "level", "want", "highest", "avs", "nature"):
        if getattr(wish, name) != getattr(usual, name):
            parameters[name] = str(getattr(wish, name))
    if wish.versus == "trainer" and wish.trainer:
        parameters |= {"trainer": wish.trainer, "member": str(wish.member)}
    return parameters | write_side("foe", foe) if wish.versus == "foe" else parameters


def read(reader: Reader, trainers: Container[str]) -> Wish:
    """The wish that an address stands for; ``trainers`` are those that the service knows."""
    usual = Wish()
    trainer = reader.text("trainer")
    if trainer and trainer not in trainers:
        reader.hint("address.trainer", "trainer", trainer)
        trainer = usual.trainer
    return Wish(
        pokemon=reader.forms("pokemon", MOST_OWN),
        versus=reader.one_of("versus", VERSUS, usual.versus),
        trainer=trainer,
        member=reader.whole("member", usual.member, 1, MOST_OWN),
        level=reader.whole("level", usual.level, *LEVELS),
        want=reader.whole("want", usual.want, LEAST_WANT, MOST_WANT),
        highest=reader.whole("highest", usual.highest, *LEVELS),
        avs=reader.whole("avs", usual.avs, *AVS),
        nature=reader.nature("nature"),
    )


def met(member: TrainerPokemon, likely: tuple[str, ...]) -> SideChoice:
    """A trainer's Pokémon as a side; moves that nobody names are filled up with the likeliest."""
    named = tuple(move.id for move in member.moves)
    moves = named if member.complete or not named else filled(named, likely)
    return SideChoice(pokemon=member.pokemon, level=member.level, moves=moves)
