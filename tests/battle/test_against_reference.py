"""The kernel against battles recorded from the reference engine (scripts/build_golden.py)."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from predictiondex.battle import run, simulate
from predictiondex.battle.jobs import read_set
from predictiondex.battle.layout import ENDED, MOVE, VECTOR, A, B
from predictiondex.battle.montecarlo import read_policy
from predictiondex.battle.moves import MOVE_IDS
from predictiondex.battle.replay import read_trace, replay
from predictiondex.pokedex import pokedex

GOLDEN = Path(__file__).with_name("golden")


def lines(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(GOLDEN / name, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def test_every_recorded_battle_is_replayed_exactly() -> None:
    differences = {number: found for number, line in enumerate(lines("traces.jsonl.gz"), start=1)
                   if (found := replay(read_trace(line)))}  # fmt: skip
    assert differences == {}


def test_what_was_once_found_to_differ_is_replayed_exactly() -> None:
    """A doubling behind a screen: the factors are multiplied with each other before they are applied."""
    found = (GOLDEN / "found.jsonl").read_text(encoding="utf-8").splitlines()
    assert [replay(read_trace(json.loads(line))) for line in found] == [None] * len(found)


def test_the_recorded_battles_use_every_move() -> None:
    chosen = {move for line in lines("traces.jsonl.gz") for turn in line["turns"] for move in turn[2:]}
    assert set(pokedex.moves) - chosen == set()
    assert "recharge" in chosen


def test_the_recorded_battles_cover_megas_levels_and_ties() -> None:
    sets = [side for line in lines("traces.jsonl.gz") for side in (line["a"], line["b"])]
    assert {True, "x", "y"} <= {side["mega"] for side in sets if "mega" in side}
    assert len({side.get("level", 50) for side in sets}) > 60
    assert {line["winner"] for line in lines("traces.jsonl.gz")} == {"A", "B", ""}


def test_a_changed_record_is_noticed() -> None:
    line = next(line for line in lines("traces.jsonl.gz") if len(line["turns"]) > 3)
    line["turns"][2][0] += 1
    found = replay(read_trace(line))
    assert found is not None
    assert (found.turn, found.what) == (3, "hp")


def test_greedy_chooses_what_the_reference_would() -> None:
    greedy = read_policy("greedy")
    policy = np.array([*greedy, *greedy])
    scratch = np.zeros(VECTOR, dtype=np.int64)
    turns = 0
    for number, line in enumerate(lines("greedy.jsonl.gz"), start=1):
        trace = read_trace(line)
        states = trace.start.reshape(1, -1).copy()
        run.begin(states)
        slots = np.zeros((1, 2), dtype=np.int64)
        for turn, (_, _, *chosen) in enumerate(trace.turns, start=1):
            run.choose(states, policy, slots, scratch)
            for side, slot, move in zip((int(A), int(B)), slots[0], chosen, strict=True):
                mine = MOVE_IDS[states[0, side + MOVE + slot]]
                forced = move in ("recharge", "struggle") or move not in _slots(states[0], side)
                assert forced or mine == move or _locked(states[0], side), (number, turn, mine, move)
            run.step(states, slots)
            turns += 1
        assert states[0, ENDED] == (line["winner"] != "" or len(line["turns"]) < 40)
        assert replay(trace) is None, number
    assert turns > 500


def _slots(state: Any, side: int) -> set[str]:
    return {MOVE_IDS[state[side + MOVE + slot]] for slot in range(4) if state[side + MOVE + slot] >= 0}


def _locked(state: Any, side: int) -> bool:
    from predictiondex.battle.choices import locked_move

    return int(locked_move(state, side)) != -1


def test_win_rates_differ_from_the_reference_by_chance_only() -> None:
    scores = []
    for line in lines("winrates.jsonl.gz"):
        n = line["n"]
        ours = simulate(read_set(line["a"], "a"), read_set(line["b"], "b"), n=n, seed=3)
        theirs = (line["wins"] + line["ties"] / 2) / n
        pooled = (ours.p + theirs) / 2
        if 0 < pooled < 1:
            scores.append((ours.p - theirs) / sqrt(pooled * (1 - pooled) * 2 / n))
    assert len(scores) > 50
    assert max(map(abs, scores)) < 5
    assert sum(abs(score) > 3 for score in scores) <= 1
    assert 0.7 < sqrt(sum(score * score for score in scores) / len(scores)) < 1.3


@pytest.mark.slow
def test_the_kernel_run_by_the_interpreter_says_the_same() -> None:
    code = (
        "import gzip, itertools, json, sys\n"
        "from predictiondex.battle.replay import read_trace, replay\n"
        "with gzip.open(sys.argv[1], 'rt', encoding='utf-8') as file:\n"
        "    found = [replay(read_trace(json.loads(line))) for line in itertools.islice(file, 80)]\n"
        "assert found == [None] * 80, found\n"
    )
    # Sixty-four bits overflow on purpose in the generators, which only the interpreter remarks on.
    done = subprocess.run(
        [sys.executable, "-W", "ignore:overflow:RuntimeWarning", "-c", code, str(GOLDEN / "traces.jsonl.gz")],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("traces", "matchups"),
    [(60, 4), pytest.param(24_000, 300, marks=[pytest.mark.nightly, pytest.mark.timeout(5400)])],
)
def test_fresh_battles_of_the_reference_are_replayed_exactly(
    tmp_path: Path, traces: int, matchups: int
) -> None:
    from scripts import build_golden
    from tests.components import require

    require("node")
    sizes = ["--traces", str(traces), "--matchups", str(matchups), "--battles", "20", "--seed", "97"]
    assert build_golden.main([*sizes, "--output", str(tmp_path)]) == 0
    with gzip.open(tmp_path / "traces.jsonl.gz", "rt", encoding="utf-8") as file:
        assert [replay(read_trace(json.loads(line))) for line in file] == [None] * traces
