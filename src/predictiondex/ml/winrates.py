"""Win rates of the reference engine as a test: job lines with what was seen, against what we would say.

A line is a job (:mod:`predictiondex.battle.jobs`) with ``n``, ``wins``, ``ties`` and optionally ``set``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.combatant import new_state
from predictiondex.battle.jobs import read_set
from predictiondex.battle.layout import MOVE, NONE
from predictiondex.battle.montecarlo import play, read_policy
from predictiondex.battle.policies import FIRST_MOVE, GREEDY
from predictiondex.errors import ArtefactError, UsageError
from predictiondex.ml import scores
from predictiondex.ml.features import matrix
from predictiondex.ml.labels import greedy_slot_of, seed_of
from predictiondex.ml.model import BattleModel

Engine = Literal["model", "simulation", "hybrid"]
#: Battles that an engine plays for each line where nobody says otherwise.
BATTLES: dict[Engine, int] = {"model": 0, "simulation": 1000, "hybrid": 64}


@dataclass(frozen=True, slots=True)
class Case:
    """A line that openings and greedy play can answer: what to judge, and what was seen."""

    group: str
    key: str
    state: NDArray[np.int64]
    slot: int
    policies: tuple[tuple[int, int], tuple[int, int]]
    y: float
    n: int


def read_cases(lines: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[list[Case], int]:
    """Cases of numbered job lines, and how many lines had other policies (such as ``fixed:M``): left out."""
    cases, left_out = [], 0
    for number, line in lines:
        try:
            case = _read_case(line)
        except UsageError as error:
            error.field = f"line {number}: {error.field}".removesuffix(": ")
            raise
        if case is None:
            left_out += 1
        else:
            cases.append(case)
    return cases, left_out


def _read_case(line: Mapping[str, Any]) -> Case | None:
    mine = read_policy(str(line.get("policyA", "greedy")), "policyA")
    theirs = read_policy(str(line.get("policyB", "greedy")), "policyB")
    if mine[0] not in (GREEDY, FIRST_MOVE) or theirs[0] != GREEDY:
        return None
    a, b = read_set(line.get("a"), "a"), read_set(line.get("b"), "b")
    n = line.get("n")
    if isinstance(n, bool) or not isinstance(n, int) or n < 2:
        raise UsageError("n is how many battles were played, two at least.", field="n")
    won = _count(line.get("wins")) + _count(line.get("ties", 0)) / 2
    if not 0 <= won <= n:
        raise UsageError("wins and ties are counts of those battles.", field="wins")
    state = new_state(a, b)
    slot = greedy_slot_of(state) if mine[0] == GREEDY else _slot(state, mine[1])
    key = f"{line.get('a')} {line.get('b')}"
    return Case(str(line.get("set", "all")), key, state, slot, (mine, theirs), won / n, n)


def _count(value: object) -> float:
    """A number, and for all else one that no count can be."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _slot(state: NDArray[np.int64], move: int) -> int:
    found = np.flatnonzero(state[MOVE : MOVE + 4] == move)
    if move == NONE or not len(found):
        raise UsageError("The opening is none of the moves of a.", field="policyA")
    return int(found[0])


def answer(
    cases: list[Case],
    engine: Engine,
    model: BattleModel | None,
    *,
    n: int,
    seed: int,
    told: Callable[[], None],
) -> NDArray[np.float64]:
    """What an engine says of each case. ``told`` is called for each case that was simulated."""
    p = np.zeros(len(cases))
    if engine != "simulation":
        if model is None:
            raise ArtefactError("There is no model yet: run `train` first.")
        states = np.stack([case.state for case in cases])
        p = model.from_features(matrix(states, np.array([case.slot for case in cases])))
    if engine == "model":
        return p
    wins = np.zeros(len(cases))
    for number, case in enumerate(cases):
        tally = play(case.state, n=n, seed=seed_of(seed, number), policies=case.policies)
        wins[number] = tally.p * n
        told()
    if engine == "simulation" or model is None:
        return wins / n
    return model.blend(p, wins, n)


def report(cases: list[Case], p: NDArray[np.float64]) -> dict[str, Any]:
    """Every figure for all cases and for each set, and the opening regret where openings share a matchup."""
    y, n = np.array([case.y for case in cases]), np.array([case.n for case in cases], dtype=float)
    groups = np.array([case.group for case in cases])
    masks = {name: groups == name for name in dict.fromkeys(groups.tolist())}
    sets = {name: scores.summary(p[mask], y[mask], n[mask]) for name, mask in masks.items()}
    return {"all": scores.summary(p, y, n), "sets": sets, "opening_regret": _regret(cases, p, y)}


def _regret(
    cases: list[Case], p: NDArray[np.float64], y: NDArray[np.float64]
) -> dict[str, float | int] | None:
    """Lost by our best opening where the file has several openings of a matchup. Biased upwards: the best by
    so few battles looks better than it is."""
    matchups: dict[str, list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        if case.policies[0][0] == FIRST_MOVE:
            matchups[case.key].append(number)
    lost = [
        max(y[numbers]) - y[numbers[int(np.argmax(p[numbers]))]]
        for numbers in matchups.values()
        if len(numbers) > 1
    ]
    return {"matchups": len(lost), "mean": float(np.mean(lost))} if lost else None
