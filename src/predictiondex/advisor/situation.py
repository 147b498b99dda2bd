"""The fight as it stands on the screen, turned into battles that can be played on.

What a player sees is written into a state of the rules: hp, status, stages, PP, conditions. What nobody sees
(how long a sleep or a confusion still lasts) is drawn anew for each battle played from here, all lengths
that are still possible weighing what the games' dice give them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.conditions import disable, write_conditions
from predictiondex.advisor.sides import Fighter, fighter
from predictiondex.battle import layout as at
from predictiondex.battle.batch import reseed
from predictiondex.battle.choices import locked_move, selectable
from predictiondex.battle.combatant import new_state
from predictiondex.battle.moves import MOVE_IDS, MOVE_NUMBER, STRUGGLE
from predictiondex.errors import UsageError
from predictiondex.messages import Message, message
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Names
from predictiondex.wire import Side

#: What is "chosen" in the turn lost after Hyper Beam and its like.
RECHARGE: Final = "recharge"
#: The slot of a choice that is none: locked in, recharging, or Struggle.
FORCED: Final = -1
#: Remaining sleep counters (attempts to move, plus one), by turns slept so far: 1 to 3 are lost in all.
_SLEEP: Final = {0: (2, 3, 4), 1: (1, 2, 3), 2: (1, 2), 3: (1,)}
#: Nobody counted: every pair of length and turns slept that still sleeps, equally often.
_SLEEP_UNKNOWN: Final = (1, 1, 1, 2, 2, 2, 3, 3, 4)
#: Rest always costs two turns.
_REST: Final = 3
#: The most states that are looked at together where lengths are hidden.
MOST_WORLDS: Final = 64


@dataclass(frozen=True, slots=True)
class Situation:
    """Two fighters and the state between them.

    ``start`` is a kernel state (``VECTOR`` numbers) in which unseen lengths have a likely value; ``hidden``
    maps places in it to the values they may have, each as likely as it is listed. ``choices`` are your
    moves that can be chosen now, by id, with their slots; where there is nothing to choose the only entry is
    ``recharge``, ``struggle`` or a move you are locked into, with the slot ``FORCED``.
    """

    you: Fighter
    opponent: Fighter
    start: NDArray[np.int64]
    hidden: Mapping[int, tuple[int, ...]]
    choices: Mapping[str, int]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose; else the only entry is forced."""
        return FORCED not in self.choices.values()

    def states(self, n: int, seed: int) -> NDArray[np.int64]:
        """``n`` states ``(n, VECTOR)``, each with its own stream of luck and its own unseen lengths.

        Row ``i`` of a seed is the same for every ``n``; streams are those of a Monte Carlo run.
        """
        rows = np.repeat(self.start[np.newaxis], n, axis=0)
        reseed(rows, seed)
        for place, values in self.hidden.items():
            luck = np.random.default_rng([seed & 0xFFFFFFFF, seed >> 32, place])
            rows[:, place] = np.array(values)[(luck.random(n) * len(values)).astype(np.int64)]
        return rows

    def worlds(self, most: int = MOST_WORLDS) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The states ``(n, VECTOR)`` that this may be, and how likely each is ``(n,)``; the likeliest first.

        All there are, or ``most`` that have every length as often as it is likely, where there are more.
        """
        if not self.hidden:
            return self.start[np.newaxis], np.ones(1)
        counts = [Counter(values).most_common() for values in self.hidden.values()]
        if prod(map(len, counts)) > most:
            states = np.repeat(self.start[np.newaxis], most, axis=0)
            mix = np.random.default_rng(most)  # what goes with what; the same for the same question
            for place, values in self.hidden.items():
                states[:, place] = np.array(values)[mix.permutation(most) * len(values) // most]
            return states, np.full(most, 1 / most)
        cases = list(product(*counts))
        states = np.repeat(self.start[np.newaxis], len(cases), axis=0)
        for number, place in enumerate(self.hidden):
            states[:, place] = [case[number][0] for case in cases]
        weights = np.array([prod(count for _, count in case) for case in cases], dtype=float)
        return states, weights / weights.sum()

    def with_opponent(self, opponent: Fighter) -> Situation:
        """The same situation with other moves of the opponent, all of them unused."""
        start = self.start.copy()
        block = start[at.B : at.B + at.SIDE]
        block[at.MOVE : at.MOVE + 4] = at.NONE
        block[at.DISABLED] = 0
        for slot, move in enumerate(opponent.moves):
            block[at.MOVE + slot] = MOVE_NUMBER[move.id]
            block[at.PP + slot] = move.pp
        disable(block)
        start[at.A + at.GREEDY_CHOICE] = start[at.B + at.GREEDY_CHOICE] = at.NONE
        return Situation(self.you, opponent, start, self.hidden, self.choices)


def situation(you: Side, opponent: Side, *, lang: Lang, strict: bool, turn: int = 1) -> Situation:
    """Look up both sides and write down how they stand at the start of ``turn``.

    Raises :class:`~predictiondex.errors.UsageError` and its kinds, naming the field, for what cannot be.
    """
    mine = fighter(you, "you", lang=lang, strict=strict, evolved=turn > 1)
    theirs = fighter(opponent, "opponent", lang=lang, strict=strict, evolved=turn > 1)
    return between(mine, theirs, you, opponent, turn=turn)


def between(
    mine: Fighter,
    theirs: Fighter,
    you: Side,
    opponent: Side,
    *,
    turn: int = 1,
    fields: tuple[str, str] = ("you", "opponent"),
) -> Situation:
    """The situation of two fighters that have been looked up already; ``fields`` is where their sides stand
    in the request, for errors."""
    start = new_state(mine.combatant, theirs.combatant)
    hidden: dict[int, tuple[int, ...]] = {}
    for block, one, side, field in (
        (int(at.A), mine, you, fields[0]),
        (int(at.B), theirs, opponent, fields[1]),
    ):
        s = start[block : block + at.SIDE]
        s[at.ACTIONS] = turn - 1
        _write_pp(s, side, one, field)
        found = _write_status(s, side, field) | write_conditions(s, side, field)
        hidden |= {block + place: values for place, values in found.items()}
    return Situation(mine, theirs, start, hidden, choices_of(start))


def _write_pp(s: NDArray[np.int64], side: Side, one: Fighter, field: str) -> None:
    slots = {move.id: slot for slot, move in enumerate(one.moves)}
    for name, left in side.pp.items():
        move = pokedex.move(name, f"{field}.pp.{name}")
        if move.id not in slots:
            said = message("side.not_its_move", move=move.names)
            raise UsageError(said, field=f"{field}.pp.{name}")
        s[at.PP + slots[move.id]] = left
    if side.last_move is not None:
        s[at.LAST_MOVE] = MOVE_NUMBER[pokedex.move(side.last_move, f"{field}.last_move").id]


def _write_status(s: NDArray[np.int64], side: Side, field: str) -> dict[int, tuple[int, ...]]:
    """Write sleep and bad poison; returns what stays open."""
    turns, where = side.status_turns, f"{field}.status_turns"
    if side.status == "tox":
        s[at.STATUS_TIME] = turns or 0
        return {}
    if side.status != "slp":
        if turns is not None:
            raise UsageError(message("side.status_turns"), field=where)
        return {}
    rests = side.last_move is not None and pokedex.move(side.last_move).id == "rest"
    if turns is not None and turns > (2 if rests else 3):
        raise UsageError(message("side.sleep"), field=where)
    if turns is None:
        times = tuple(range(1, _REST + 1)) if rests else _SLEEP_UNKNOWN
    else:
        times = (_REST - turns,) if rests else _SLEEP[turns]
    s[at.STATUS_TIME] = times[len(times) // 2]
    return {at.STATUS_TIME: times} if len(set(times)) > 1 else {}


def choices_of(start: NDArray[np.int64], side: int = int(at.A)) -> dict[str, int]:
    """What a side can choose, by id, with the slot; see :class:`Situation`."""
    block = start[side : side + at.SIDE].tolist()  # plain numbers: the rules run interpreted here
    lock = locked_move(block, 0)
    if lock == at.RECHARGE_TURN:
        return {RECHARGE: FORCED}
    if lock != at.NONE:
        return {MOVE_IDS[lock]: FORCED}
    free = selectable(block, 0)
    found = {MOVE_IDS[block[at.MOVE + slot]]: slot for slot in range(4) if free >> slot & 1}
    return found or {MOVE_IDS[STRUGGLE]: FORCED}


def check_choice(wanted: str, moves: Sequence[str], field: str) -> None:
    """Raise unless ``wanted`` can be chosen now; ``moves`` are the ids that can."""
    if wanted not in moves:
        choices = tuple(choice_name(move) for move in moves)
        said = message("ask.cannot_choose", move=choice_name(wanted), choices=choices)
        raise UsageError(said, field=field)


def choice_name(choice: str) -> Names | Message:
    """What players call a choice: a move, or the turn lost after Hyper Beam and its like."""
    return message("ask.recharge") if choice == RECHARGE else pokedex.moves[choice].names
