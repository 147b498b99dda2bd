"""Battles played to the end from many states at once, by named policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.situation import Situation
from predictiondex.battle import Tally, run, stopping
from predictiondex.battle import layout as at
from predictiondex.battle.montecarlo import play, read_policy
from predictiondex.battle.policies import GREEDY, SEARCH

#: What a battle is worth to you, by its winner: side A, side B, nobody.
_WORTH: Final = np.array([1.0, 0.0, 0.5])


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Ends of battles: ``worth`` (1 won, 0.5 tie, 0 lost), the last ``turns``, hp left ``(n, 2)``."""

    worth: NDArray[np.float64]
    turns: NDArray[np.int64]
    hp: NDArray[np.int64]


def tally(
    situation: Situation, *, n: int, seed: int, policy_a: str = "greedy", policy_b: str = "greedy"
) -> Tally:
    """``n`` battles from a situation by named policies; as ``simulate`` where nothing is hidden.

    Otherwise the battles are shared out among all that may be hidden, by how likely each is.
    """
    policies = read_policy(policy_a, "policy_a"), read_policy(policy_b, "policy_b")
    if not situation.hidden:
        return play(situation.start, n=n, seed=seed, policies=policies)
    worlds, weights = situation.worlds()
    parts = [
        play(world, n=share, seed=(seed + number) % (1 << 63), policies=policies)
        for number, (world, share) in enumerate(zip(worlds, shared_out(n, weights), strict=True))
        if share > 0
    ]
    wins, losses, ties, turns = (
        sum(getattr(part, name) for part in parts) for name in ("wins", "losses", "ties", "turns")
    )
    return Tally(n, wins, losses, ties, turns)


def shared_out(n: int, weights: NDArray[np.float64]) -> list[int]:
    """``n`` in whole parts as the weights have it, which sum to 1; what is left goes to the largest rests."""
    exact = n * weights
    shares = np.floor(exact).astype(int)
    shares[np.argsort(shares - exact, kind="stable")[: n - shares.sum()]] += 1
    whole: list[int] = shares.tolist()
    return whole


def play_opening(states: NDArray[np.int64], slot: int | None, *, searching: int = 0) -> Outcomes:
    """Play battles to the end: your ``slot`` now (``None``: as the policy would), then on.

    The foe is greedy. You are greedy too, except for the first ``searching`` turns after the opening, in
    which you look ahead (policy ``search``). ``states`` ``(n, VECTOR)`` are used up.
    """
    n = len(states)
    worth, turns = np.zeros(n), np.zeros(n, dtype=np.int64)
    hp = np.zeros((n, 2), dtype=np.int64)
    scratch = np.zeros(at.VECTOR, dtype=np.int64)
    index = np.arange(n)
    ply = 0
    while len(index):
        stopping.check()
        looks = SEARCH if (ply if slot is not None else ply + 1) in range(1, searching + 1) else GREEDY
        policy = np.array([looks, at.NONE, GREEDY, at.NONE], dtype=np.int64)
        slots = np.zeros((len(index), 2), dtype=np.int64)
        run.choose(states, policy, slots, scratch)
        if ply == 0 and slot is not None:
            slots[:, 0] = slot
        run.step(states, slots)
        ply += 1
        over = states[:, at.ENDED] == 1
        if not over.any():
            continue
        done = index[over]
        worth[done] = _WORTH[states[over, at.WINNER]]
        turns[done] = states[over, at.TURN]
        hp[done, 0], hp[done, 1] = states[over, at.A + at.HP], states[over, at.B + at.HP]
        index, states = index[~over], np.ascontiguousarray(states[~over])
    return Outcomes(worth, turns, hp)
