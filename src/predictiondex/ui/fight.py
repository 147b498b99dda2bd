"""A real fight as it is followed: how both sides stood at the start of every turn, and what to ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui import locks
from predictiondex.ui.choice import MAX_MOVES, SIDES, SideChoice, SideName, filled

#: What holds a Pokémon or covers its side, as far as a player sees it.
CONDITIONS: Final = (
    "confusion", "leechseed", "reflect", "lightscreen", "substitute", "partiallytrapped", "focusenergy",
    "taunt", "encore", "disable", "yawn", "mist", "minimize", "defensecurl", *locks.LOCKS,
)  # fmt: skip
#: The engines of advice while fighting: at once, or looking ahead every turn.
Advisor = Literal["model", "search"]
_MOST_STATUS_TURNS: Final = 15

Ending = Literal["", "win", "loss", "tie"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one side stands at the start of a turn.

    ``conditions`` by name with the move that each concerns, if any. ``last``: what it used in the turn
    before, if known. ``decoy``: hit points left of its substitute, in per cent. ``pp``: what is left of the
    moves that are no longer full. ``ages``: ends of turn since a condition or bad poison began, where that
    was before the first turn that is known.
    """

    hp: int = 100
    status: str = ""
    boosts: tuple[int, ...] = (0,) * len(BOOSTS)
    conditions: Mapping[str, str] = field(default_factory=dict)
    last: str = ""
    decoy: int = 100
    pp: Mapping[str, int] = field(default_factory=dict)
    ages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """Both sides at the start of a turn; ``seen`` are the moves that the opponent has shown."""

    you: Standing
    foe: Standing
    seen: tuple[str, ...] = ()

    def side(self, side: SideName) -> Standing:
        """How one side stands."""
        return self.you if side == "you" else self.foe

    def putting(self, side: SideName, standing: Standing) -> Moment:
        """The same with one side standing otherwise."""
        return replace(self, you=standing) if side == "you" else replace(self, foe=standing)


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

    def then(self, told: Moment) -> Fight:
        """One turn later, as it was ``told``; PP are counted here. Whoever has no hp left has lost."""
        moment = replace(told, seen=self.seen_after(told))
        for side in SIDES:
            before, after = self.now.side(side), told.side(side)
            left = locks.spent(before.pp, before.conditions, after.last)
            moment = moment.putting(side, replace(after, pp=left, ages={}))
        ending: Ending = ""
        if not (moment.you.hp and moment.foe.hp):
            ending = "win" if moment.you.hp else "loss" if moment.foe.hp else "tie"
        return replace(self, moments=(*self.moments, moment), ending=ending)

    def back(self) -> Fight:
        """One turn earlier, and going on."""
        return self.until(max(0, len(self.moments) - 2))

    def until(self, place: int) -> Fight:
        """As it stood at the start of an earlier turn, and going on."""
        return replace(self, moments=self.moments[: place + 1], ending="")

    def ended(self, ending: Ending) -> Fight:
        """The same, over; or going on all the same."""
        return replace(self, ending=ending)

    def standing(self, side: SideName, standing: Standing) -> Fight:
        """The same, but a side stands otherwise now."""
        return replace(self, moments=(*self.moments[:-1], self.now.putting(side, standing)))

    def without(self, side: SideName, condition: str) -> Fight:
        """The same, but a condition is over now."""
        held = self.now.side(side)
        left = {name: move for name, move in held.conditions.items() if name != condition}
        return self.standing(side, replace(held, conditions=left))

    def with_pp(self, side: SideName, move: str, left: int) -> Fight:
        """The same, but a move has so many PP now."""
        held = self.now.side(side)
        others = {name: number for name, number in held.pp.items() if name != move}
        changed = others if left == locks.full(move) else {**others, move: left}
        return self.standing(side, replace(held, pp=changed))

    def showing(self, seen: tuple[str, ...]) -> Fight:
        """The same, but the opponent has shown these moves."""
        return replace(self, moments=(*self.moments[:-1], replace(self.now, seen=seen)))

    def moves(self, side: SideName) -> tuple[str, ...]:
        """The moves of a side. What the opponent has shown is filled up with what it likely has."""
        return self.you.moves if side == "you" else filled(self.now.seen, self.likely)

    def left(self, side: SideName, move: str) -> int:
        """PP left of a move."""
        return self.now.side(side).pp.get(move, locks.full(move))

    def usable(self, side: SideName) -> tuple[str, ...]:
        """What a side can use now, as far as its PP and the moves used before tell."""
        forced = locks.forced(self.now.side(side).conditions)
        if forced:
            return (forced,)
        return tuple(move for move in self.moves(side) if self.left(side, move)) or (locks.STRUGGLE,)

    def held_after(self, side: SideName, told: Moment, *, tired: bool = False) -> dict[str, str]:
        """What holds a side after a turn in which nothing but the moves used changed that."""
        target: SideName = "foe" if side == "you" else "you"
        now, before, after = self.now.side(side), self.now.side(target), told.side(target)
        hidden = "substitute" in before.conditions or locks.heals(after.last)
        stays = {name: move for name, move in now.conditions.items() if name not in locks.LOCKS}
        return stays | locks.bound_by(
            told.side(side).last,
            now.conditions,
            lambda condition: self._since(side, condition),
            landed=hidden or before.hp != after.hp,
            tired=tired,
        )

    def seen_after(self, told: Moment) -> tuple[str, ...]:
        """Moves that the opponent has shown after a turn: those it used, or is held to, are among them."""
        held = [told.foe.conditions.get(name, "") for name in ("encore", "disable")]
        used = "" if locks.forced(self.now.foe.conditions) else told.foe.last
        shown = (move for move in (used, *held) if locks.is_own(move))
        return tuple(dict.fromkeys((*told.seen, *shown)))[:MAX_MOVES]

    def last(self, side: SideName) -> str:
        """The move that a side used last; a turn in which it used none does not count."""
        used = (moment.side(side).last for moment in reversed(self.moments))
        return next((move for move in used if locks.is_own(move) or move == locks.STRUGGLE), "")

    def request(self, engine: Advisor, lang: str) -> dict[str, Any]:
        """As ``POST /predict/best-move`` takes the turn about to be played."""
        return {
            "you": self._side("you", self.you.moves),
            "opponent": self._side("foe", self.moves("foe") if self.now.seen else ()),
            "engine": engine,
            "turn": self.turn,
            "lang": lang,
        }

    def selection(self, place: int = -1) -> tuple[SideChoice, SideChoice]:
        """Both sides as they stood at the start of a turn, now if no ``place`` is named, for the address."""
        moment = self.moments[place]
        return _chosen(self.you, moment.you), replace(_chosen(self.foe, moment.foe), moves=moment.seen)

    def ages(self, side: SideName) -> dict[str, int]:
        """Ends of turn since each condition, and bad poison, began."""
        now = self.now.side(side)
        known = {name: self._since(side, name) for name in now.conditions}
        return known | ({"tox": self._since(side, "")} if now.status == "tox" else {})

    def _side(self, side: SideName, moves: tuple[str, ...]) -> dict[str, Any]:
        chosen = self.you if side == "you" else self.foe
        now, ages = self.now.side(side), self.ages(side)
        body = replace(_chosen(chosen, now), moves=moves).request()
        body["conditions"] = [
            _condition(name, move, ages[name], now)
            for name, move in now.conditions.items()
            if move or name not in locks.NAMED
        ]
        body["pp"] = {move: left for move, left in now.pp.items() if move in moves}
        if now.status == "tox":
            body["status_turns"] = min(ages["tox"], _MOST_STATUS_TURNS)
        if last := self.last(side):
            body["last_move"] = last
        return body

    def _since(self, side: SideName, condition: str) -> int:
        """Ends of turn since a condition (or, without a name, the status) began."""
        turns = 0
        status = self.now.side(side).status
        for earlier in reversed(self.moments):
            standing = earlier.side(side)
            if not (condition in standing.conditions if condition else standing.status == status):
                return turns
            turns += 1
        before = self.moments[0].side(side).ages.get(condition or status, 0)
        return turns - 1 + before  # it was there before the first turn that is known


def _condition(name: str, move: str, turns: int, now: Standing) -> dict[str, Any]:
    body: dict[str, Any] = {"name": name, "turns": turns}
    if move:
        body["move"] = move
    if name == "substitute":
        body["hp_percent"] = float(now.decoy)
    return body


def _standing(chosen: SideChoice) -> Standing:
    return Standing(chosen.hp, chosen.status, chosen.boosts)


def _chosen(side: SideChoice, now: Standing) -> SideChoice:
    return replace(side, hp=max(1, now.hp), status=now.status, boosts=now.boosts)
