"""One battle as an object: build it, ask what can be chosen, step it, save it, play it out many times.

    >>> battle = Battle(squirtle, charmander, seed=1)
    >>> battle.choices("A")
    ('watergun', 'bubblebeam')
    >>> battle.step("watergun", "ember")
    >>> battle.hp

For thousands of battles at once see :class:`predictiondex.battle.batch.BattleBatch`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import layout as at
from predictiondex.battle import rng, run, savestate
from predictiondex.battle.choices import locked_move, selectable
from predictiondex.battle.combatant import FORM_IDS, Combatant, new_state
from predictiondex.battle.log import ROOM, Event, Side, read_log, recording
from predictiondex.battle.montecarlo import Tally, play, read_policy
from predictiondex.battle.moves import MOVE_IDS, STRUGGLE
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, STATS, TYPES

#: What is "chosen" in the turn lost after Hyper Beam and its like.
RECHARGE: Final = "recharge"
Winner = Literal["A", "B", "tie"]
_WINNERS: Final[tuple[Winner, ...]] = ("A", "B", "tie")


@dataclass(frozen=True, slots=True)
class SideView:
    """What one side of a battle looks like now; ids and names as in the Pokédex.

    ``stats`` are without stages, in points; ``pp`` by move id; ``conditions`` in the order they began, with
    the ends of turn they have left (0: until something removes them).
    """

    form: str
    types: tuple[str, ...]
    hp: int
    max_hp: int
    stats: Mapping[str, int]
    boosts: Mapping[str, int]
    status: str | None
    pp: Mapping[str, int]
    conditions: Mapping[str, int]


class Battle:
    """A battle between two combatants, somewhere between two turns.

    ``seed`` is a whole number for the fast source (``index`` picks one of the seed's streams: the battle that
    a Monte Carlo run numbers so), or four 16-bit words for the reference's generator. ``script`` replaces
    both: the exact rolls, as pairs (range, value). Mega Evolution, where a combatant has one, happens by
    itself on the first turn it can.

    Raises ``UsageError`` naming the field.
    """

    def __init__(
        self,
        a: Combatant,
        b: Combatant,
        *,
        seed: int | Sequence[int] = 1,
        index: int = 0,
        script: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        state = new_state(a, b, log=ROOM)
        if script is not None:
            state = rng.with_script(state, savestate.read_rolls(script, "script"))
        elif isinstance(seed, (int, np.integer)):
            _check_fast(int(seed), index)
            rng.use_fast(state, int(seed), index)
        else:
            rng.use_gen5(state, _check_words(seed))
            run.begin(state.reshape(1, -1))
        self._state = state

    @classmethod
    def from_state(cls, state: NDArray[np.int64]) -> Battle:
        """A battle from a kernel state of at least ``STATE`` fields; the state is copied."""
        battle = cls.__new__(cls)
        battle._state = recording(state[np.newaxis])[0]
        return battle

    # --- what can be seen -----------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Whether the battle has ended."""
        return bool(self._state[at.ENDED])

    @property
    def winner(self) -> Winner | None:
        """``"A"``, ``"B"``, ``"tie"``, or ``None`` while the battle goes on."""
        return _WINNERS[self._state[at.WINNER]] if self.over else None

    @property
    def turn(self) -> int:
        """Number of the turn to be played, from 1; of the last one once the battle is over."""
        return int(self._state[at.TURN])

    @property
    def hp(self) -> tuple[int, int]:
        """Hit points left, of A and of B."""
        return int(self._state[at.A + at.HP]), int(self._state[at.B + at.HP])

    @property
    def a(self) -> SideView:
        """Side A as it stands."""
        return _view(self._block("A"))

    @property
    def b(self) -> SideView:
        """Side B as it stands."""
        return _view(self._block("B"))

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened in the last turn played."""
        return read_log(self._state)

    @property
    def script_left(self) -> int:
        """Rolls of the script not drawn yet."""
        return rng.script_left(self._state)

    def choices(self, side: Side) -> tuple[str, ...]:
        """Ids of the moves a side can choose; the only one where it has no choice.

        That one may be a move it is locked into, ``"recharge"`` or ``"struggle"``. Empty once the battle is
        over.
        """
        return () if self.over else tuple(self._slots(side))

    # --- playing --------------------------------------------------------------------------------------

    def step(self, move_a: str | int | None = None, move_b: str | int | None = None) -> None:
        """Play one turn. Moves by id or by slot (0 to 3); ``None`` where there is only one to choose.

        Raises ``UsageError`` (field ``move_a``, ``move_b``) for what cannot be chosen, and (field
        ``script``) where a script states another range than is drawn, or ends too early.
        """
        if self.over:
            raise UsageError("The battle is over.", field="turn")
        slots = np.array([[self._slot("A", move_a, "move_a"), self._slot("B", move_b, "move_b")]])
        self._state[at.LOG_COUNT] = 0
        run.step(self._state.reshape(1, -1), slots)
        if self._state[at.RNG_KIND] == rng.SCRIPTED and self._state[at.SCRIPT_FAULT]:
            wanted = int(self._state[at.SCRIPT_FAULT])
            drawn = int(self._state[at.SCRIPT_AT] - at.VECTOR - ROOM * 4) // 2
            raise UsageError(
                f"A roll of range {wanted} was drawn that the script does not state ({drawn} rolls drawn "
                "in all by the end of the turn).",
                field="script",
            )

    def pick(self, policy_a: str = "greedy", policy_b: str = "greedy") -> tuple[str, str]:
        """What two policies choose now; a policy that plays at random draws from the battle's numbers."""
        if self.over:
            raise UsageError("The battle is over.", field="turn")
        policy = np.array(
            [*read_policy(policy_a, "policy_a"), *read_policy(policy_b, "policy_b")], dtype=np.int64
        )
        slots = np.zeros((1, 2), dtype=np.int64)
        run.choose(self._state.reshape(1, -1), policy, slots, np.zeros_like(self._state))
        return self._id_at("A", int(slots[0, 0])), self._id_at("B", int(slots[0, 1]))

    def run(
        self,
        n: int = 1000,
        seed: int = 1,
        *,
        policy_a: str = "greedy",
        policy_b: str = "greedy",
        threads: int = 1,
    ) -> Tally:
        """Play ``n`` battles to the end from here; this battle itself stays where it is."""
        policies = read_policy(policy_a, "policy_a"), read_policy(policy_b, "policy_b")
        start = self._state[: at.VECTOR].copy()
        start[at.LOG_CAPACITY] = 0
        return play(start, n=n, seed=seed, policies=policies, threads=threads)

    def copy(self) -> Battle:
        """An independent battle in the same state, random numbers included."""
        battle = Battle.__new__(Battle)
        battle._state = self._state.copy()
        return battle

    # --- saving ---------------------------------------------------------------------------------------

    @property
    def state(self) -> NDArray[np.int64]:
        """A copy of the kernel's vector (:mod:`predictiondex.battle.layout`), without the log."""
        state: NDArray[np.int64] = self._state[: at.VECTOR].copy()
        state[at.LOG_CAPACITY] = state[at.LOG_COUNT] = 0
        return state

    def to_dict(self) -> dict[str, Any]:
        """The complete state as plain values, by name."""
        return savestate.write(self._state)

    def to_json(self) -> str:
        """The complete state as JSON: played on after :meth:`from_json`, it goes on exactly the same."""
        return json.dumps(self.to_dict(), indent=1)

    @classmethod
    def from_dict(cls, given: object) -> Battle:
        """A battle from what :meth:`to_dict` gave; raises ``UsageError`` naming the field at fault."""
        battle = cls.__new__(cls)
        battle._state = savestate.read(given, ROOM)
        return battle

    @classmethod
    def from_json(cls, text: str) -> Battle:
        """A battle from JSON; raises ``UsageError`` naming the field (or the place in the text) at fault."""
        try:
            given = json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise UsageError(f"This is not whole JSON ({place}): {error.msg}.", field="json") from error
        except RecursionError as error:
            raise UsageError("This JSON is nested too deeply.", field="json") from error
        return cls.from_dict(given)

    # --- inner workings -------------------------------------------------------------------------------

    def _block(self, side: str) -> NDArray[np.int64]:
        if side not in ("A", "B"):
            raise UsageError('A side is "A" or "B".', field="side")
        start = int(at.A if side == "A" else at.B)
        return self._state[start : start + at.SIDE]

    def _slots(self, side: str) -> dict[str, int]:
        """Slot of each move that can be chosen; any slot will do for a forced one."""
        block = self._block(side)
        lock = int(locked_move(block, 0))
        if lock != at.NONE:
            return {RECHARGE if lock == at.RECHARGE_TURN else MOVE_IDS[lock]: 0}
        free = int(selectable(block, 0))
        slots = {MOVE_IDS[block[at.MOVE + slot]]: slot for slot in range(4) if free >> slot & 1}
        return slots or {MOVE_IDS[STRUGGLE]: 0}

    def _id_at(self, side: str, slot: int) -> str:
        slots = self._slots(side)
        if len(slots) == 1:
            return next(iter(slots))
        return next(move for move, number in slots.items() if number == slot)

    def _slot(self, side: str, move: str | int | None, field: str) -> int:
        slots = self._slots(side)
        known = ", ".join(slots)
        if move is None:
            if len(slots) > 1:
                raise UsageError(f"{field} is missing: one of {known}.", field=field)
            return next(iter(slots.values()))
        if isinstance(move, str):
            if move not in slots and move != RECHARGE:
                move = pokedex.move(move, field=field).id
            if move in slots:
                return slots[move]
        elif not isinstance(move, bool) and isinstance(move, (int, np.integer)) and move in slots.values():
            return int(move)
        raise UsageError(f"{move!r} cannot be chosen now: one of {known}.", field=field)


def _view(s: NDArray[np.int64]) -> SideView:
    order = s[at.CONDITION_ORDER : at.CONDITION_ORDER + s[at.CONDITION_COUNT]].tolist()
    return SideView(
        form=FORM_IDS[s[at.FORM]],
        types=tuple(TYPES[number] for number in (s[at.TYPE1], s[at.TYPE2]) if number != at.NONE),
        hp=int(s[at.HP]),
        max_hp=int(s[at.MAX_HP]),
        stats=dict(zip(STATS[1:], s[at.ATK : at.ATK + 5].tolist(), strict=True)),
        boosts=dict(zip(BOOSTS, s[at.STAGE : at.STAGE + 7].tolist(), strict=True)),
        status=at.STATUS_NAMES[s[at.STATUS]] or None,
        pp={
            MOVE_IDS[s[at.MOVE + slot]]: int(s[at.PP + slot])
            for slot in range(4)
            if s[at.MOVE + slot] != at.NONE
        },
        conditions={at.CONDITION_NAMES[bit]: int(s[at.DURATION + bit]) for bit in order},
    )


def _check_fast(seed: int, index: int) -> None:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < 1 << 63:
        raise UsageError("index is a whole number from 0.", field="index")
    if not 0 <= seed < 1 << 63:
        raise UsageError("seed is a whole number from 0 to 2^63 - 1.", field="seed")


def _check_words(seed: object) -> Sequence[int]:
    words = list(seed) if isinstance(seed, Sequence) and not isinstance(seed, str) else []
    if len(words) != 4 or not all(
        isinstance(word, int) and not isinstance(word, bool) and 0 <= word < 1 << 16 for word in words
    ):
        raise UsageError("seed is a whole number, or four words from 0 to 65535.", field="seed")
    return cast(Sequence[int], words)


def _refuse_constant(name: str) -> float:
    raise UsageError(f"{name} is not a number that a battle can hold.", field="json")
