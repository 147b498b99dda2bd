"""What a set is worth against one opponent: greedy with the best opening, or looking ahead every turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final, Literal, TypeVar

from predictiondex.battle import Combatant, Tally, simulate, stopping
from predictiondex.battle.montecarlo import wilson
from predictiondex.pokedex.model import Move

Play = Literal["greedy", "advice"]
#: Sets are tried out beside each other; the kernel lets go of the interpreter.
THREADS: Final = 2
#: Turns from which battles count as long, greedy ones and those with a look ahead (whose cost grows with the
#: square of their length), and how many are played all the same.
_LONG, _LONG_TO_SEARCH, _LEAST = 20.0, 6.0, 24

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Worth:
    """The chance of one set played one way, from ``n`` battles of ``turns`` on average; ``opening`` for
    greedy play."""

    p: float
    n: int
    play: Play
    opening: str | None = None
    turns: float = 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval (Wilson)."""
        return wilson(self.p, self.n)


class Scorer:
    """Plays sets against one opponent and counts the battles. Same seeds, same luck for every set."""

    def __init__(self, opponent: Combatant) -> None:
        self.opponent = opponent
        self.battles = 0
        self._share = {"greedy": 1.0, "search": 1.0}
        self._lock = Lock()

    def plain(self, who: Combatant, n: int, seed: int) -> Worth:
        """Greedy against greedy, no opening chosen."""
        tally = self._play(who, n, seed, "greedy")
        return Worth(tally.p, tally.n, "greedy", turns=tally.mean_turns)

    def pace(self, who: Combatant, seed: int) -> float:
        """Turns that greedy battles of this kind last; from here on long ones are played less often."""
        turns = self._play(who, 50, seed, "greedy").mean_turns
        self.slow_down(turns)
        return turns

    def slow_down(self, turns: float) -> None:
        """Play battles that last so many turns as often as their cost allows."""
        turns = max(1.0, turns)
        self._share = {"greedy": min(1.0, _LONG / turns), "search": min(1.0, (_LONG_TO_SEARCH / turns) ** 2)}

    def opened(self, who: Combatant, n: int, seed: int) -> Worth:
        """The best opening, greedy from then on."""
        values = {move.id: self._play(who, n, seed, f"first:{move.id}") for move in who.moves}
        best = max(values, key=lambda move: values[move].p)
        return Worth(values[best].p, values[best].n, "greedy", best, values[best].mean_turns)

    def advised(self, who: Combatant, n: int, seed: int) -> Worth:
        """Looking ahead every turn."""
        policy = "search" if len(who.moves) > 1 else "greedy"
        tally = self._play(who, n, seed, policy)
        return Worth(tally.p, tally.n, "advice", turns=tally.mean_turns)

    def played(self, who: Combatant, play: Play, n: int, seed: int) -> Worth:
        """One of the two ways to play."""
        return self.opened(who, n, seed) if play == "greedy" else self.advised(who, n, seed)

    def _play(self, who: Combatant, n: int, seed: int, policy: str) -> Tally:
        share = self._share["search" if policy == "search" else "greedy"]
        n = max(min(n, _LEAST), int(n * share))
        with self._lock:
            self.battles += n
        return simulate(who, self.opponent, n=n, seed=seed, policy_a=policy)


def with_set(who: Combatant, moves: Iterable[Move]) -> Combatant:
    """The same Pokémon with other moves."""
    return replace(who, moves=tuple(moves))


def all_at_once(
    call: Callable[[Item], Worth], items: Sequence[Item], told: Callable[[], None]
) -> list[Worth]:
    """``call`` for every item in a few threads, in order; ``told`` after each."""

    def one(item: Item) -> Worth:
        worth = call(item)
        told()
        return worth

    with ThreadPoolExecutor(THREADS, initializer=stopping.watch, initargs=(stopping.current(),)) as pool:
        return list(pool.map(one, items))
