"""Many battles as one array, stepped together: for research on policies and for training players.

A batch is an ``int64`` array of shape ``(n, VECTOR)``, one battle a row; nothing in it is a Python object
for each battle, and a turn of all battles is one call into compiled code.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import layout as at
from predictiondex.battle import rng, run
from predictiondex.battle.combatant import Combatant, new_state
from predictiondex.battle.compiled import entry
from predictiondex.battle.library import Battle
from predictiondex.battle.montecarlo import read_policy
from predictiondex.battle.policies import GREEDY
from predictiondex.battle.rng import seed_fast
from predictiondex.errors import UsageError

#: Most battles in one batch: 200,000 take about a gigabyte.
MAX_BATTLES = 200_000
_SIDES = (int(at.A), int(at.B))
_LOCKS = 1 << at.MUST_RECHARGE | 1 << at.TWO_TURN | 1 << at.LOCKED_MOVE | 1 << at.BIDE
_GREEDY = np.array([GREEDY, at.NONE, GREEDY, at.NONE], dtype=np.int64)
_BITS = np.arange(4, dtype=np.int64)


class BattleBatch:
    """Battles stepped together. ``states`` is the array itself, ``(n, VECTOR)``; see ``layout`` for columns.

    Arrays of a batch have one row a battle and, where both sides have a value, A's in column 0.
    """

    def __init__(self, states: NDArray[np.int64]) -> None:
        if states.ndim != 2 or states.shape[1] != at.VECTOR or states.dtype != np.int64:
            raise UsageError(f"states is an int64 array (n, {at.VECTOR}).", field="states")
        _check_size(len(states))
        self.states = np.ascontiguousarray(states)

    @classmethod
    def start(cls, a: Combatant, b: Combatant, *, n: int, seed: int = 1) -> BattleBatch:
        """``n`` battles at turn 1, battle ``i`` with the numbers of battle ``i`` of a Monte Carlo run."""
        _check_size(n)
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 63:
            raise UsageError("seed is a whole number from 0 to 2^63 - 1.", field="seed")
        batch = cls(np.repeat(new_state(a, b)[np.newaxis], n, axis=0))
        batch.reseed(seed)
        return batch

    @classmethod
    def of(cls, battles: Iterable[Battle]) -> BattleBatch:
        """A batch of battles from wherever they stand, each with its own random numbers."""
        rows = [battle.state for battle in battles]
        if not rows:
            raise UsageError("A batch holds at least one battle.", field="battles")
        batch = cls(np.stack(rows))
        if (batch.states[:, at.RNG_KIND] == rng.SCRIPTED).any():
            raise UsageError("A scripted battle cannot be part of a batch.", field="battles")
        return batch

    def reseed(self, seed: int) -> None:
        """Give battle ``i`` the fast stream ``i`` of ``seed``."""
        reseed(self.states, seed)

    def __len__(self) -> int:
        return len(self.states)

    # --- what can be seen -----------------------------------------------------------------------------

    @property
    def hp(self) -> NDArray[np.int64]:
        """Hit points left, ``(n, 2)``."""
        return self._pair(at.HP)

    @property
    def max_hp(self) -> NDArray[np.int64]:
        """Most hit points, ``(n, 2)``."""
        return self._pair(at.MAX_HP)

    @property
    def turn(self) -> NDArray[np.int64]:
        """Number of the turn to be played, ``(n,)``."""
        turns: NDArray[np.int64] = self.states[:, at.TURN].copy()
        return turns

    @property
    def ended(self) -> NDArray[np.bool_]:
        """Which battles are over, ``(n,)``."""
        over: NDArray[np.bool_] = self.states[:, at.ENDED] == 1
        return over

    @property
    def winner(self) -> NDArray[np.int64]:
        """0 where A won, 1 where B did, 2 for a tie, -1 while a battle goes on; ``(n,)``."""
        return np.where(self.ended, self.states[:, at.WINNER], -1)

    @property
    def choices(self) -> NDArray[np.bool_]:
        """Which slots can be chosen, ``(n, 2, 4)``.

        All four where a side has no choice (locked into a move, recharging, nothing left but Struggle): the
        slot then makes no difference.
        """
        free = np.stack([self._selectable(side) for side in _SIDES], axis=1)
        forced = np.stack([self.states[:, side + at.CONDITIONS] & _LOCKS != 0 for side in _SIDES], axis=1)
        forced |= ~free.any(axis=2)
        either: NDArray[np.bool_] = free | forced[:, :, np.newaxis]
        return either

    def battle(self, number: int) -> Battle:
        """One of the battles as an object of its own (a copy)."""
        if not -len(self) <= number < len(self):
            raise UsageError(f"There are {len(self)} battles.", field="number")
        return Battle.from_state(self.states[number])

    # --- playing --------------------------------------------------------------------------------------

    def step(self, slots: NDArray[np.integer]) -> None:
        """Play one turn of every battle that is not over; ``slots`` ``(n, 2)`` from 0 to 3.

        Raises ``UsageError`` naming the first battle and side whose slot cannot be chosen; nothing has been
        played then.
        """
        given = np.asarray(slots)
        if given.shape != (len(self), 2) or not np.issubdtype(given.dtype, np.integer):
            raise UsageError(f"slots is an array of whole numbers ({len(self)}, 2).", field="slots")
        chosen = np.ascontiguousarray(given, dtype=np.int64)
        within = (chosen >= 0) & (chosen < 4)
        allowed = np.take_along_axis(self.choices, np.clip(chosen, 0, 3)[:, :, np.newaxis], axis=2)[:, :, 0]
        wrong = ~(within & allowed) & ~self.ended[:, np.newaxis]
        if wrong.any():
            battle, side = (int(number) for number in np.argwhere(wrong)[0])
            raise UsageError(
                f"Slot {chosen[battle, side]} cannot be chosen by {'AB'[side]} in battle {battle}.",
                field=f"slots[{battle}][{side}]",
            )
        run.step(self.states, chosen)

    def choose(self, policy_a: str = "greedy", policy_b: str = "greedy") -> NDArray[np.int64]:
        """What two policies choose in every battle, ``(n, 2)``; 0 where a battle is over."""
        policy = np.array(
            [*read_policy(policy_a, "policy_a"), *read_policy(policy_b, "policy_b")], dtype=np.int64
        )
        return _chosen(self.states, policy)

    def play_out(self, policy_a: str = "greedy", policy_b: str = "greedy") -> None:
        """Play every battle to its end by two policies."""
        while not self.ended.all():
            self.step(self.choose(policy_a, policy_b))

    def copy(self) -> BattleBatch:
        """An independent batch in the same states, random numbers included."""
        return BattleBatch(self.states.copy())

    # --- inner workings -------------------------------------------------------------------------------

    def _pair(self, field: int) -> NDArray[np.int64]:
        return self.states[:, [side + field for side in _SIDES]]

    def _selectable(self, side: int) -> NDArray[np.bool_]:
        """As the kernel's ``selectable``, for all battles: filled, with PP left, not disabled."""
        filled = self.states[:, side + at.MOVE : side + at.MOVE + 4] != at.NONE
        left = self.states[:, side + at.PP : side + at.PP + 4] > 0
        disabled = self.states[:, side + at.DISABLED, np.newaxis] >> _BITS & 1 == 1
        free: NDArray[np.bool_] = filled & left & ~disabled
        return free


def reseed(states: NDArray[np.int64], seed: int) -> None:
    """Give state ``i`` of many ``(n, at least STATE)`` the fast stream ``i`` of ``seed``."""
    _reseed(states, np.uint64(seed))


@entry
def _reseed(states, seed):  # type: ignore[no-untyped-def]
    for number in range(states.shape[0]):
        seed_fast(states[number], seed, np.uint64(number))


def greedy_slots(states: NDArray[np.int64]) -> NDArray[np.int64]:
    """What both sides choose in many states ``(n, VECTOR)`` when greedy, ``(n, 2)``; 0 where one is over.

    The states stay as they are.
    """
    return _chosen(states.copy(), _GREEDY)


def _chosen(states: NDArray[np.int64], policy: NDArray[np.int64]) -> NDArray[np.int64]:
    slots = np.zeros((len(states), 2), dtype=np.int64)
    run.choose(states, policy, slots, np.zeros(at.VECTOR, dtype=np.int64))
    return slots


def _check_size(n: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_BATTLES:
        raise UsageError(f"n is a whole number from 1 to {MAX_BATTLES}.", field="n")
