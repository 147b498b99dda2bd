"""Files of job lines: order, compression, seeds of their own, and errors that name the line."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from predictiondex.cli import jobs
from predictiondex.errors import UsageError

LINES = b'{"id": "x"}\n\n{"id": 2}\n{"id": null}\n'


def echo(job: dict[str, Any], seed: int) -> dict[str, Any]:
    """Answers with what it was given."""
    return {**job, "seed": seed}


def answered(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("packed", [False, True])
def test_every_line_is_answered_in_order(
    packed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "jobs.jsonl"
    file.write_bytes(gzip.compress(LINES) if packed else LINES)
    jobs.answer_all(str(file), echo, seed=1, title="Jobs")
    assert [answer["id"] for answer in answered(capsys)] == ["x", 2, None]


def test_standard_input_gives_the_same_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "jobs.jsonl"
    file.write_bytes(LINES)
    jobs.answer_all(str(file), echo, seed=1, title="Jobs")
    expected = answered(capsys)
    standard_input = SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(gzip.compress(LINES))))
    monkeypatch.setattr(sys, "stdin", standard_input)
    jobs.answer_all("-", echo, seed=1, title="Jobs")
    assert answered(capsys) == expected


def test_lines_have_seeds_of_their_own_that_follow_the_run() -> None:
    seeds = {jobs.line_seed(seed, line) for seed in range(20) for line in range(20)}
    assert len(seeds) == 400
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert jobs.line_seed(7, 3) == jobs.line_seed(7, 3)


@pytest.mark.parametrize("line", [b"{", b"[]", b"1", b"\xff\xfe"])
def test_a_bad_line_is_named(line: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "jobs.jsonl"
    file.write_bytes(b'{"id": 1}\n' + line + b"\n")
    with pytest.raises(UsageError) as caught:
        jobs.answer_all(str(file), echo, seed=1, title="Jobs")
    assert caught.value.field == "line 2"
    assert len(answered(capsys)) == 1


def test_a_bad_field_is_named_with_its_line(tmp_path: Path) -> None:
    def refuse(job: dict[str, Any], seed: int) -> dict[str, Any]:
        raise UsageError(f"{job} {seed}", field="a.moves")

    file = tmp_path / "jobs.jsonl"
    file.write_bytes(LINES)
    with pytest.raises(UsageError) as caught:
        jobs.answer_all(str(file), refuse, seed=1, title="Jobs")
    assert caught.value.field == "line 1: a.moves"


def test_a_file_cut_short_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "jobs.jsonl.gz"
    file.write_bytes(gzip.compress(LINES * 1000)[:-20])
    with pytest.raises(UsageError, match="cut short"):
        jobs.answer_all(str(file), echo, seed=1, title="Jobs")


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        jobs.answer_all(str(tmp_path / "none"), echo, seed=1, title="Jobs")


def test_a_file_damaged_in_the_middle_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "jobs.jsonl.gz"
    packed = bytearray(gzip.compress(b"".join(b'{"id": %d}\n' % (number**3) for number in range(2000))))
    packed[200:220] = b"\xff" * 20
    file.write_bytes(packed)
    with pytest.raises(UsageError, match="damaged"):
        jobs.answer_all(str(file), echo, seed=1, title="Jobs")


@pytest.mark.parametrize("line", [b'{"id": NaN}', b"[" * 100_000])
def test_what_only_looks_like_json_is_none(line: bytes) -> None:
    with pytest.raises(UsageError, match="no JSON"):
        jobs.parse(line)
