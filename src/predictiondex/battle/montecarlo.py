"""Many battles from one state: wins, losses and ties, the same for any number of threads.

Each battle draws from a stream derived from the run's seed and its own number, so that how the work is cut
up changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import run, stopping
from predictiondex.battle.combatant import Combatant, new_state
from predictiondex.battle.layout import LOG_CAPACITY, NONE, VECTOR
from predictiondex.battle.moves import MOVE_NUMBER
from predictiondex.battle.policies import NAMES, SEARCH
from predictiondex.errors import UsageError

#: Battles that one thread plays in one go.
CHUNK = 16_384
#: The same where the work may be given up, of simple policies and with a side that searches (a thousand
#: times as long): tens of milliseconds at most, as a rule.
_PORTION, _SEARCHED = 2048, 16
#: Most battles one call plays.
MAX_BATTLES = 100_000_000
#: Numbers that no cache line spans.
_LINE = 16
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of ``n`` battles as side A saw them; ``turns`` is the total number of turns."""

    n: int
    wins: int
    losses: int
    ties: int
    turns: int

    @property
    def p(self) -> float:
        """Chance that A wins, ties counted one half."""
        return (self.wins + self.ties / 2) / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 per cent interval of ``p`` (Wilson's)."""
        return wilson(self.p, self.n)

    @property
    def mean_turns(self) -> float:
        """Turns a battle lasted on average."""
        return self.turns / self.n


def wilson(p: float, n: int, z: float = _Z95) -> tuple[float, float]:
    """Wilson's interval of a share ``p`` seen in ``n`` trials."""
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, min(p, centre - spread)), min(1.0, max(p, centre + spread))


def read_policy(policy: str, field: str = "policy") -> tuple[int, int]:
    """Kind and move number of a policy such as ``greedy`` or ``first:thunderbolt``."""
    name, _, move = policy.partition(":")
    if name not in NAMES:
        raise UsageError(f"Unknown policy {policy!r}: one of {', '.join(NAMES)}.", field=field)
    if (name in ("fixed", "first")) != bool(move):
        wanted = "takes no move" if move else f"needs a move: {name}:MOVE"
        raise UsageError(f"Policy {name!r} {wanted}.", field=field)
    if move and move not in MOVE_NUMBER:
        from predictiondex.pokedex import pokedex

        move = pokedex.move(move, field=field).id
    return NAMES.index(name), MOVE_NUMBER[move] if move else NONE


def _check_run(n: int, seed: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_BATTLES:
        raise UsageError(f"n is a whole number from 1 to {MAX_BATTLES}.", field="n")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 63:
        raise UsageError("seed is a whole number from 0 to 2^63 - 1.", field="seed")


def play(
    state: NDArray[np.int64],
    *,
    n: int,
    seed: int,
    policies: tuple[tuple[int, int], tuple[int, int]],
    threads: int = 1,
) -> Tally:
    """Play ``n`` battles from a state with policies ``((kind, move), (kind, move))``.

    Raises :class:`~predictiondex.errors.GivenUp` where it may be stopped (``predictiondex.battle.stopping``).
    """
    _check_run(n, seed)
    policy = np.array([*policies[0], *policies[1]], dtype=np.int64)
    searching = SEARCH in (policies[0][0], policies[1][0])
    most = CHUNK if stopping.current() is None else _SEARCHED if searching else _PORTION

    def chunk(first: int) -> NDArray[np.int64]:
        stopping.check()
        # Written at every battle: room around them, so that threads share no line of the cache.
        tally = np.zeros(_LINE + 4 + _LINE, dtype=np.int64)[_LINE : _LINE + 4]
        work = np.zeros((4, VECTOR), dtype=np.int64)[1:3]
        start = state[:VECTOR].copy()
        start[LOG_CAPACITY] = 0  # there is no room for a log behind these vectors
        count = min(most, n - first)
        if searching:
            run.run_searching(start, first, count, np.uint64(seed), policy, tally, work)
        else:
            run.run_battles(start, first, count, np.uint64(seed), policy, tally, work[0])
        return tally

    firsts = range(0, n, most)
    if threads <= 1 or len(firsts) == 1:
        total = sum((chunk(first) for first in firsts), np.zeros(4, dtype=np.int64))
    else:
        with ThreadPoolExecutor(threads) as pool:
            total = sum(pool.map(chunk, firsts), np.zeros(4, dtype=np.int64))
    wins, losses, ties, turns = (int(number) for number in total)
    return Tally(n, wins, losses, ties, turns)


def simulate(
    a: Combatant,
    b: Combatant,
    *,
    n: int = 1000,
    seed: int = 1,
    policy_a: str = "greedy",
    policy_b: str = "greedy",
    threads: int = 1,
) -> Tally:
    """Play ``n`` battles; same seed, same counts.

    >>> simulate(pikachu, squirtle, n=1000, seed=1, policy_a="first:thunderbolt").p
    """
    policies = read_policy(policy_a, "policy_a"), read_policy(policy_b, "policy_b")
    return play(new_state(a, b), n=n, seed=seed, policies=policies, threads=threads)


def openings(
    a: Combatant, b: Combatant, *, n: int = 1000, seed: int = 1, threads: int = 1, policy_b: str = "greedy"
) -> Mapping[str, Tally]:
    """Value of each of A's moves as an opening, by move id: that move on turn 1, greedy afterwards."""
    return {
        move.id: simulate(
            a, b, n=n, seed=seed, policy_a=f"first:{move.id}", policy_b=policy_b, threads=threads
        )
        for move in a.moves
    }


@cache
def warm_up() -> float:
    """Compile the kernel or load it from its cache; returns the seconds that took. Call before serving."""
    from time import perf_counter

    from predictiondex.pokedex import pokedex

    start = perf_counter()
    who = Combatant(pokedex.forms["pikachu"], (pokedex.moves["thundershock"],))
    simulate(who, who, n=1)
    return perf_counter() - start


def warm_up_all() -> float:
    """:func:`warm_up` for every entry point: replays, stepping, search and the calculator too."""
    from time import perf_counter

    from predictiondex.battle.calculator import damage_rolls
    from predictiondex.pokedex import pokedex

    start = perf_counter()
    warm_up()
    who = Combatant(pokedex.forms["pikachu"], (pokedex.moves["thundershock"], pokedex.moves["growl"]))
    simulate(who, who, n=1, policy_a="search")
    damage_rolls(who, who, who.moves[0])
    states = new_state(who, who).reshape(1, -1)
    slots = np.zeros((1, 2), dtype=np.int64)
    run.begin(states)
    run.choose(states, np.array([0, NONE, 0, NONE]), slots, np.zeros(VECTOR, dtype=np.int64))
    run.step(states, slots)
    return perf_counter() - start
