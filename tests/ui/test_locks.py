"""PP and locks as the page counts them from the moves used: against battles of the rules themselves."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from predictiondex.advisor.situation import situation
from predictiondex.battle import Battle, Combatant, Event
from predictiondex.pokedex import pokedex
from predictiondex.ui import locks
from predictiondex.ui.choice import SIDES, SideChoice, SideName
from predictiondex.ui.fight import Fight, Moment, Standing
from predictiondex.wire import BestMoveRequest

LETTERS: dict[SideName, str] = {"you": "A", "foe": "B"}
TURNS = 60
SEEN = ("confusion", "substitute")
#: Moves with everything that binds, and what gets in its way: misses, Protect, paralysis, confusion, poison.
SETS = [
    (("dig", "hyperbeam", "outrage", "protect"), ("fly", "thrash", "bide", "thunderwave")),
    (("petaldance", "rage", "solarbeam", "recover"), ("skullbash", "protect", "toxic")),
    (("hyperbeam", "softboiled"), ("skyattack", "softboiled", "outrage", "substitute")),
    (("bide", "dig", "rest"), ("rage", "razorwind", "confuseray", "withdraw")),
]
BATTLES = 30


def combatant(form: str, moves: tuple[str, ...]) -> Combatant:
    return Combatant(pokedex.forms[form], tuple(pokedex.moves[move] for move in moves), strict=False)


@dataclass
class Follower:
    """A player who reports a battle of the rules to the page, and takes off what the page got wrong."""

    battle: Battle
    fight: Fight
    corrected: int = 0
    turns: int = 0

    def play(self, luck: random.Random) -> None:
        """One turn with moves at random, reported."""
        self.battle.step(*(luck.choice(self.battle.choices(letter)) for letter in ("A", "B")))
        if self.battle.over:
            return
        told = self.fight.now
        for side in SIDES:
            view = self.battle.a if side == "you" else self.battle.b
            used = shown(self.battle.events, LETTERS[side])
            told = told.putting(side, replace(told.side(side), hp=view.hp, last=used))
        for side in SIDES:
            told = told.putting(side, replace(told.side(side), conditions=self._held(side, told)))
        self.fight = self.fight.then(told)
        self.turns += 1
        self._correct()

    def _held(self, side: SideName, told: Moment) -> dict[str, str]:
        """With the confusion and the substitute that show on the screen, whatever the page thinks of them."""
        real = (self.battle.a if side == "you" else self.battle.b).conditions
        tired = "confusion" in real and "confusion" not in self.fight.now.side(side).conditions
        held = self.fight.held_after(side, told, tired=tired)
        concluded = {name: move for name, move in held.items() if name not in SEEN}
        return concluded | {name: "" for name in SEEN if name in real}

    def _correct(self) -> None:
        """Take off a lock that the screen does not show; none may be missing."""
        for side in SIDES:
            real = (self.battle.a if side == "you" else self.battle.b).conditions
            held = {name for name in self.fight.now.side(side).conditions if name in locks.LOCKS}
            assert {name for name in real if name in locks.LOCKS} <= held, "a lock was not concluded"
            for name in held - real.keys():
                self.corrected += 1
                self.fight = self.fight.without(side, name)


def shown(events: tuple[Event, ...], letter: str) -> str:
    """What a player sees a side use."""
    for event in events:
        if event.side == letter:
            if event.kind == "move":
                return event.move or ""
            if event.kind == "cannot" and event.reason == "recharging":
                return locks.RECHARGE
            if event.kind in ("bidestores", "bidereleases"):
                return "bide"
    return ""


def offered(fight: Fight) -> set[str]:
    """What the service would advise among."""
    body = fight.request("search", "en")
    for side in ("you", "opponent"):
        # Confusion takes no choice away, and may have ended and begun anew in one turn.
        held = [one for one in body[side]["conditions"] if one["name"] != "confusion"]
        body[side] |= {"hp_percent": 50.0, "strict": False, "conditions": held}
    request = BestMoveRequest.model_validate(body)
    now = situation(request.you, request.opponent, lang="en", strict=False, turn=request.turn)
    return set(now.choices)


def begun(mine: tuple[str, ...], theirs: tuple[str, ...], seed: int) -> Follower:
    battle = Battle(combatant("chansey", mine), combatant("chansey", theirs), seed=seed)
    fight = Fight.begin(SideChoice("chansey", mine), SideChoice("chansey", theirs), ())
    start = Moment(Standing(battle.a.hp), Standing(battle.b.hp), theirs)  # in points: no hit is too small
    return Follower(battle, replace(fight, moments=(start,)))


@pytest.mark.parametrize(("mine", "theirs"), SETS)
def test_pp_and_locks_are_those_of_the_rules(mine: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    turns = corrected = 0
    for seed in range(BATTLES):
        follower, luck = begun(mine, theirs, seed), random.Random(seed)  # noqa: S311 - choices of a test, not secrets
        battle = follower.battle
        while follower.turns < TURNS:
            follower.play(luck)
            if battle.over:
                break
            fight = follower.fight
            for side, view in (("you", battle.a), ("foe", battle.b)):
                assert {move: fight.left(side, move) for move in fight.moves(side)} == view.pp
                assert set(fight.usable(side)) == set(battle.choices(LETTERS[side]))
            assert offered(fight) == set(battle.choices("A"))
        turns += follower.turns
        corrected += follower.corrected
    assert turns > 5 * BATTLES
    # Where a move missed, but its target lost HP all the same, nobody could tell from the report.
    assert corrected < turns / 10
