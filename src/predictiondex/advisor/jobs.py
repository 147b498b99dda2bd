"""Jobs: one line of JSON each, in the form of the reference's own harness.

``{"id", "a": {"species", "moves", "level", "nature", "ivs", "avs", "mega"}, "b": {...}, "policyA",
"policyB"}``; everything but ``a`` and ``b`` may be left out. Moves need not be legal: the job says what
fights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from predictiondex.advisor.policies import policy
from predictiondex.advisor.sides import Fighter, fighter
from predictiondex.battle import Tally, openings, simulate
from predictiondex.errors import UsageError
from predictiondex.wire import EngineName, Side

#: Fields of a job's side that a request's side has under the same name.
_SAME = ("moves", "level", "nature", "ivs", "avs", "mega")


def predict_job(
    job: Mapping[str, Any], engine: EngineName = "simulation", n: int = 1000, seed: int = 1
) -> dict[str, Any]:
    """``{"id", "p", "n", "moves": {move id: p}}``: the chance of ``a`` and of each of its openings.

    Until a model is ready every engine is answered by simulation. Raises
    :class:`~predictiondex.errors.UsageError` with the field of the job.
    """
    del engine
    a, b = _fighters(job)
    tally = _play(job, a, b, n, seed)
    values = openings(a.combatant, b.combatant, n=n, seed=seed)
    return {"id": job.get("id"), "p": tally.p, "n": n, "moves": {move: one.p for move, one in values.items()}}


def simulate_job(job: Mapping[str, Any], n: int = 1000, seed: int = 1) -> dict[str, Any]:
    """``{"id", "p", "n", "wins", "losses", "ties", "mean_turns"}`` under the policies of the job."""
    a, b = _fighters(job)
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


def _play(job: Mapping[str, Any], a: Fighter, b: Fighter, n: int, seed: int) -> Tally:
    return simulate(
        a.combatant,
        b.combatant,
        n=n,
        seed=seed,
        policy_a=policy(str(job.get("policyA") or "greedy"), a.moves, "policyA"),
        policy_b=policy(str(job.get("policyB") or "greedy"), b.moves, "policyB"),
    )


def _fighters(job: Mapping[str, Any]) -> tuple[Fighter, Fighter]:
    return _fighter(job, "a"), _fighter(job, "b")


def _fighter(job: Mapping[str, Any], name: str) -> Fighter:
    given = job.get(name)
    if not isinstance(given, Mapping) or "species" not in given:
        raise UsageError("A job needs a side with a species here.", field=name)
    fields = {key: given[key] for key in _SAME if key in given}
    try:
        side = Side.model_validate({"pokemon": given["species"], **fields})
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in (name, *first["loc"]))
        raise UsageError(str(first["msg"]), field=path) from error
    return fighter(side, name, lang="en", strict=False)
