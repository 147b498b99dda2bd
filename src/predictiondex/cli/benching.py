"""The measurement of ``bench battle``: the same matchups in both engines, in one run.

Both are timed in seconds of processor, so that other work on the machine does not count for either.
"""

from __future__ import annotations

import hashlib
import platform
import random
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import ENGINE_VERSION, warm_up
from predictiondex.battle.combatant import new_state
from predictiondex.battle.jobs import read_set
from predictiondex.battle.montecarlo import CHUNK, Tally, play, read_policy
from predictiondex.pokedex import pokedex

#: Moves that competitions ban; left out so that matchups are what people play.
_BANNED = {"fissure", "guillotine", "horndrill", "doubleteam", "minimize"}
_GREEDY = (read_policy("greedy"), read_policy("greedy"))


def random_set(chance: random.Random) -> dict[str, Any]:
    """A random form at level 50 with up to four random legal moves, one of them damaging at least."""
    forms = [form for form in pokedex.forms.values() if form.kind != "mega"]
    while True:
        form = chance.choice(forms)
        pool = sorted(form.movepool - _BANNED)
        moves = chance.sample(pool, min(4, len(pool)))
        if any(pokedex.moves[move].power > 0 for move in moves):
            return {"species": form.name, "moves": moves}


def random_matchups(count: int, seed: int) -> list[dict[str, Any]]:
    """Random matchups as job objects; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - matchups, not secrets
    return [{"a": random_set(chance), "b": random_set(chance)} for _ in range(count)]


def measure(*, matchups: int, seconds: float, seed: int, reference: bool) -> dict[str, Any]:
    """The figures of ``bench battle``."""
    jobs = random_matchups(matchups, seed)
    states = [new_state(read_set(job["a"], "a"), read_set(job["b"], "b")) for job in jobs]
    compiling = warm_up()
    figures: dict[str, Any] = {"compile_or_load_s": round(compiling, 2), "matchups": matchups}
    n = _battles_for(states, seconds)
    battles, turns, spent, checksum = _ours(states, n)
    figures |= {
        "battles": battles,
        "battles_per_s": battles / spent,
        "turns_per_s": turns / spent,
        "turns_per_battle": turns / battles,
        "two_thread_speedup": _speedup(states, n),
        "checksum": checksum,
        "engine": ENGINE_VERSION,
        "python": platform.python_version(),
    }
    return figures | (_reference(jobs, seconds, battles / spent, turns / spent) if reference else {})


def _battles_for(states: list[NDArray[np.int64]], seconds: float) -> int:
    trial = 2000
    start = process_time()
    _ours(states, trial)
    return max(trial, int(trial * seconds / max(process_time() - start, 1e-6)))


def _ours(states: list[NDArray[np.int64]], n: int, threads: int = 1) -> tuple[int, int, float, str]:
    """Battles, turns, processor seconds, and a checksum of the first outcomes of each matchup."""
    digest = hashlib.sha256()
    battles = turns = 0
    start = process_time()
    for state in states:
        tally = play(state, n=n, seed=1, policies=_GREEDY, threads=threads)
        battles += tally.n
        turns += tally.turns
    spent = process_time() - start
    for state in states:
        fixed: Tally = play(state, n=1000, seed=1, policies=_GREEDY)
        digest.update(f"{fixed.wins},{fixed.losses},{fixed.ties},{fixed.turns};".encode())
    return battles, turns, spent, digest.hexdigest()[:16]


def _speedup(states: list[NDArray[np.int64]], n: int) -> float:
    """Wall time on one thread over wall time on two, for the same battles: the median of three pairs."""
    n = max(n, 4 * CHUNK)

    def wall(threads: int) -> float:
        start = perf_counter()
        for state in states[:10]:
            play(state, n=n, seed=1, policies=_GREEDY, threads=threads)
        return perf_counter() - start

    return median(wall(1) / wall(2) for _ in range(3))


def _reference(jobs: list[dict[str, Any]], seconds: float, ours: float, our_turns: float) -> dict[str, Any]:
    from predictiondex.reference.play import play as play_reference

    n = max(10, int(seconds * 900 / len(jobs)))
    tasks = [{**job, "policy": "greedy", "n": n} for job in jobs]
    warming = [{**job, "n": 50} for job in tasks]  # its own compiler needs some battles to settle
    results = list(play_reference([*warming, *tasks]))[len(warming) :]
    spent = sum(result["seconds"] for result in results)
    battles = len(jobs) * n
    turns = sum(result["turns"] for result in results)
    return {
        "reference_battles": battles,
        "reference_battles_per_s": battles / spent,
        "reference_turns_per_s": turns / spent,
        "ratio": ours / (battles / spent),
        "turn_ratio": our_turns / (turns / spent),
    }
