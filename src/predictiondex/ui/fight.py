"""A real fight as it is followed: how both sides stood at the start of every turn, and what to ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui.choice import SideChoice, SideName, filled

#: What holds a Pokémon or covers its side, as far as a player sees it and need not name a move.
CONDITIONS: Final = (
    "confusion", "leechseed", "reflect", "lightscreen", "substitute", "partiallytrapped", "focusenergy",
    "taunt", "yawn", "mist", "minimize", "defensecurl", "mustrecharge",
)  # fmt: skip
#: The engines of advice while fighting: at once, or looking ahead every turn.
Advisor = Literal["model", "search"]
_MOST_STATUS_TURNS: Final = 15

Ending = Literal["", "win", "loss", "tie"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one side stands at the start of a turn. ``last``: the move it used in the turn before, if known."""

    hp: int = 100
    status: str = ""
    boosts: tuple[int, ...] = (0,) * len(BOOSTS)
    conditions: tuple[str, ...] = ()
    last: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Both sides at the start of a turn; ``seen`` are the moves that the opponent has shown."""

    you: Standing
    foe: Standing
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fight:
    """A fight from turn ``first`` on. ``likely``: what the opponent is taken to have if nobody saw else."""

    you: SideChoice
    foe: SideChoice
    likely: tuple[str, ...]
    moments: tuple[Moment, ...]
    first: int = 1
    ending: Ending = ""

    @classmethod
    def begin(cls, you: SideChoice, foe: SideChoice, likely: Sequence[str], first: int = 1) -> Fight:
        """The fight as it is chosen, before turn ``first``."""
        start = Moment(_standing(you), _standing(foe), foe.moves)
        return cls(you, foe, tuple(likely), (start,), first)

    @property
    def now(self) -> Moment:
        """The start of the turn about to be played."""
        return self.moments[-1]

    @property
    def turn(self) -> int:
        """Number of the turn about to be played."""
        return self.first + len(self.moments) - 1

    def then(self, moment: Moment) -> Fight:
        """One turn later. Whoever has no hp left has lost."""
        ending: Ending = ""
        if not (moment.you.hp and moment.foe.hp):
            ending = "win" if moment.you.hp else "loss" if moment.foe.hp else "tie"
        return replace(self, moments=(*self.moments, moment), ending=ending)

    def back(self) -> Fight:
        """One turn earlier, and going on."""
        return replace(self, moments=self.moments[:-1] or self.moments, ending="")

    def without(self, side: SideName, condition: str) -> Fight:
        """The same, but a condition is over now."""
        standing: Standing = getattr(self.now, side)
        left = tuple(name for name in standing.conditions if name != condition)
        changed = replace(standing, conditions=left)
        now = replace(self.now, you=changed) if side == "you" else replace(self.now, foe=changed)
        return replace(self, moments=(*self.moments[:-1], now))

    def foe_moves(self) -> tuple[str, ...]:
        """What the opponent has shown, filled up with what it likely has."""
        return filled(self.now.seen, self.likely)

    def request(self, engine: Advisor, lang: str) -> dict[str, Any]:
        """As ``POST /predict/best-move`` takes the turn about to be played."""
        return {
            "you": self._side("you", self.you.moves),
            "opponent": self._side("foe", self.foe_moves() if self.now.seen else ()),
            "engine": engine,
            "turn": self.turn,
            "lang": lang,
        }

    def selection(self) -> tuple[SideChoice, SideChoice]:
        """Both sides as they stand, for the address."""
        return _chosen(self.you, self.now.you), replace(_chosen(self.foe, self.now.foe), moves=self.now.seen)

    def _side(self, side: SideName, moves: tuple[str, ...]) -> dict[str, Any]:
        chosen: SideChoice = getattr(self, side)
        now: Standing = getattr(self.now, side)
        body = replace(_chosen(chosen, now), moves=moves).request()
        body["conditions"] = [{"name": name, "turns": self._since(side, name)} for name in now.conditions]
        if now.status == "tox":
            body["status_turns"] = min(self._since(side, ""), _MOST_STATUS_TURNS)
        if now.last:
            body["last_move"] = now.last
        return body

    def _since(self, side: SideName, condition: str) -> int:
        """Ends of turn since a condition (or, without a name, the status) began."""
        turns = 0
        status = getattr(self.now, side).status
        for earlier in reversed(self.moments):
            standing: Standing = getattr(earlier, side)
            if not (condition in standing.conditions if condition else standing.status == status):
                return turns
            turns += 1
        return turns - 1  # it was there before the first turn


def _standing(chosen: SideChoice) -> Standing:
    return Standing(chosen.hp, chosen.status, chosen.boosts)


def _chosen(side: SideChoice, now: Standing) -> SideChoice:
    return replace(side, hp=max(1, now.hp), status=now.status, boosts=now.boosts)
