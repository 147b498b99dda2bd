"""Jobs, one line of JSON each: the answers that ``predict --jobs`` and ``simulate --jobs`` write.

How a job looks is said in :mod:`predictiondex.battle.jobs`. Its moves need not be legal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from predictiondex.advisor.engines import SIMULATION_ONLY, Engines, model_chances
from predictiondex.battle import Combatant, Tally, openings, simulate
from predictiondex.battle.combatant import new_state
from predictiondex.battle.jobs import read_set
from predictiondex.battle.montecarlo import read_policy
from predictiondex.battle.moves import MOVE_IDS
from predictiondex.battle.policies import FIRST_MOVE, GREEDY
from predictiondex.errors import UsageError
from predictiondex.ml.labels import greedy_slot_of
from predictiondex.wire import EngineName

if TYPE_CHECKING:
    from predictiondex.ml.model import BattleModel

#: Battles for a job whose policies the model knows nothing of.
_OTHER_POLICIES: Final = 1000


def predict_job(
    job: Mapping[str, Any],
    engine: EngineName = "simulation",
    n: int = 1000,
    seed: int = 1,
    engines: Engines = SIMULATION_ONLY,
) -> dict[str, Any]:
    """``{"id", "p", "n", "moves": {move id: p}}``: the chance of ``a`` and of each of its openings.

    Where no model is ready every engine is answered by simulation; the model speaks of ``greedy`` play and
    openings only, other policies are simulated. ``n`` is 0 for an answer without battles. Raises
    :class:`~predictiondex.errors.UsageError` with the field of the job.
    """
    a, b = read_set(job.get("a"), "a"), read_set(job.get("b"), "b")
    if engines.model is not None and engines.asks_model(engine):
        return {
            "id": job.get("id"),
            **_modelled(job, a, b, n if engine == "hybrid" else 0, seed, engines.model),
        }
    values = openings(a, b, n=n, seed=seed)
    moves = {move: tally.p for move, tally in values.items()}
    return {"id": job.get("id"), "p": _play(job, a, b, n, seed).p, "n": n, "moves": moves}


def _modelled(
    job: Mapping[str, Any], a: Combatant, b: Combatant, n: int, seed: int, model: BattleModel
) -> dict[str, Any]:
    state = new_state(a, b)
    slots = list(range(len(a.moves)))
    world = (state[np.newaxis], np.ones(1))
    p = model_chances(model, [world] * len(slots), [[slot] for slot in slots])
    if n:
        played = openings(a, b, n=n, seed=seed)
        p = model.blend(p, np.array([played[move.id].p * n for move in a.moves]), n)
    moves = {move.id: float(chance) for move, chance in zip(a.moves, p, strict=True)}
    kind, opening = read_policy(str(job.get("policyA") or "greedy"), "policyA")
    if kind not in (GREEDY, FIRST_MOVE) or str(job.get("policyB") or "greedy") != "greedy":
        return {
            "p": _play(job, a, b, n or _OTHER_POLICIES, seed).p,
            "n": n or _OTHER_POLICIES,
            "moves": moves,
        }
    chosen = a.moves[greedy_slot_of(state)].id if kind == GREEDY else MOVE_IDS[opening]
    if chosen not in moves:
        raise UsageError("The opening is none of the moves of a.", field="policyA")
    return {"p": moves[chosen], "n": n, "moves": moves}


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
