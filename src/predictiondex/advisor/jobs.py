"""Jobs, one line of JSON each: the answers that ``predict --jobs`` and ``simulate --jobs`` write.

How a job looks is said in :mod:`predictiondex.battle.jobs`. Its moves need not be legal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from predictiondex.battle import Combatant, Tally, openings, simulate
from predictiondex.battle.jobs import read_set
from predictiondex.wire import EngineName


def predict_job(
    job: Mapping[str, Any], engine: EngineName = "simulation", n: int = 1000, seed: int = 1
) -> dict[str, Any]:
    """``{"id", "p", "n", "moves": {move id: p}}``: the chance of ``a`` and of each of its openings.

    Until a model is ready every engine is answered by simulation. Raises
    :class:`~predictiondex.errors.UsageError` with the field of the job.
    """
    del engine
    a, b = read_set(job.get("a"), "a"), read_set(job.get("b"), "b")
    values = openings(a, b, n=n, seed=seed)
    moves = {move: tally.p for move, tally in values.items()}
    return {"id": job.get("id"), "p": _play(job, a, b, n, seed).p, "n": n, "moves": moves}


def simulate_job(job: Mapping[str, Any], n: int = 1000, seed: int = 1) -> dict[str, Any]:
    """``{"id", "p", "n", "wins", "losses", "ties", "mean_turns"}`` under the policies of the job."""
    a, b = read_set(job.get("a"), "a"), read_set(job.get("b"), "b")
    tally = _play(job, a, b, n, seed)
    return {
        "id": job.get("id"),
        "p": tally.p,
        "n": tally.n,
        "wins": tally.wins,
        "losses": tally.losses,
        "ties": tally.ties,
        "mean_turns": tally.mean_turns,
    }


def _play(job: Mapping[str, Any], a: Combatant, b: Combatant, n: int, seed: int) -> Tally:
    policy_a, policy_b = (str(job.get(name) or "greedy") for name in ("policyA", "policyB"))
    return simulate(a, b, n=n, seed=seed, policy_a=policy_a, policy_b=policy_b)
