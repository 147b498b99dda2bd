"""``simulate``, ``replay`` and ``bench battle`` as a user runs them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from predictiondex.battle.replay import read_trace
from predictiondex.errors import UsageError

GOLDEN = Path(__file__).with_name("golden")
JOB = {
    "id": 7,
    "a": {"species": "Pikachu", "moves": ["thunderbolt"]},
    "b": {"species": "Onix", "moves": ["tackle"]},
    "policyA": "greedy",
    "policyB": "greedy",
}


def program(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "predictiondex", *arguments], input=text, capture_output=True, text=True,
        encoding="utf-8", timeout=280, check=False,
    )  # fmt: skip


def some_traces(count: int) -> list[dict[str, Any]]:
    with gzip.open(GOLDEN / "traces.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(next(file)) for _ in range(count)]


def as_lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.slow
def test_simulate_answers_each_job_in_order() -> None:
    done = program("simulate", "--jobs", "-", "--n", "100", text=as_lines(JOB, {**JOB, "id": 8}))
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [7, 8]
    assert all(answer["n"] == 100 and 0 <= answer["p"] <= 1 for answer in answers)


@pytest.mark.slow
def test_replay_agrees_with_the_recorded_battles() -> None:
    done = program("replay", "--traces", "-", text=as_lines(*some_traces(40)))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["divergences"] == 0


@pytest.mark.slow
def test_replay_tells_the_first_difference_and_exits_1() -> None:
    first, second = some_traces(2)
    second["end"][0] += 1
    done = program("replay", "--traces", "-", text=as_lines(first, second))
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "battles": 2, "turns": len(first["turns"]) + len(second["turns"]), "divergences": 1, "unreadable": 0,
    }  # fmt: skip
    assert "line 2" in done.stderr


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seed": [1, 2, 3]}, "seed"), ({"turns": [[1, 2, "surf"]]}, "turns[0]"), ({"winner": "C"}, "winner"),
        ({"turns": [[1, 2, "surf", "sing a song"]]}, "turns[0]"), ({"end": [-1, 3]}, "end"),
        ({"a": {"species": "Missingno", "moves": ["surf"]}}, "a.species"), ({"b": None}, "b"),
    ],
)  # fmt: skip
def test_a_bad_trace_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as error:
        read_trace({**some_traces(1)[0], **change})
    assert error.value.field == field


@pytest.mark.slow
def test_a_bad_line_is_named_and_can_be_passed_over() -> None:
    (good,) = some_traces(1)
    text = as_lines(good, {**good, "winner": "C"})
    refused = program("replay", "--traces", "-", text=text)
    assert refused.returncode == 2
    assert "line 2: winner" in refused.stderr
    assert "Traceback" not in refused.stderr
    survived = program("replay", "--traces", "-", "--keep-going", text=text)
    assert survived.returncode == 1
    assert json.loads(survived.stdout)["unreadable"] == 1


@pytest.mark.slow
def test_a_truncated_line_is_named() -> None:
    (good,) = some_traces(1)
    done = program("replay", "--traces", "-", text=as_lines(good) + json.dumps(good)[:80])
    assert done.returncode == 2
    assert "line 2" in done.stderr


@pytest.mark.slow
def test_bench_prints_speed_and_a_checksum_that_repeats() -> None:
    one, two = (program("bench", "battle", "--matchups", "5", "--seconds", "0.5", "--json") for _ in range(2))
    assert one.returncode == two.returncode == 0, one.stderr
    first, second = (json.loads(done.stdout.splitlines()[-1]) for done in (one, two))
    assert first["checksum"] == second["checksum"]
    assert first["battles_per_s"] > 0
