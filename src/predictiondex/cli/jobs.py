"""Job lines: one battle to judge in each line of JSON.

``{"id"?, "a": SET, "b": SET, "policyA"?, "policyB"?}``, sets as :mod:`predictiondex.battle.jobs` reads
them. Files may be compressed with gzip; ``-`` is standard input.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from predictiondex.battle import Combatant
from predictiondex.battle.jobs import read_set
from predictiondex.errors import UsageError

GZIP_MAGIC = b"\x1f\x8b"
DEFAULT_POLICY = "greedy"


@dataclass(frozen=True, slots=True)
class Job:
    """One job, its names resolved. ``seed`` is the line's own, made of the run's seed and its position."""

    id: Any
    a: Combatant
    b: Combatant
    policy_a: str
    policy_b: str
    seed: int


def read(path: Path, *, seed: int, strict: bool) -> Iterator[Job]:
    """The jobs of a file, one by one: nothing but the present line is held.

    Raises :class:`UsageError` whose field names the line and what is wrong in it, ``line 3: a.moves``.
    """
    with open_lines(path) as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            try:
                yield parse(raw, number, seed=seed, strict=strict)
            except UsageError as error:
                error.field = f"line {number}: {error.field}" if error.field else f"line {number}"
                raise


def parse(raw: bytes, number: int, *, seed: int, strict: bool) -> Job:
    """One line as a job."""
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise UsageError(f"This is no JSON ({error}).") from error
    if not isinstance(data, dict):
        raise UsageError("A job is a JSON object.")
    return Job(
        id=data.get("id", number - 1),
        a=read_set(data.get("a"), "a", strict=strict),
        b=read_set(data.get("b"), "b", strict=strict),
        policy_a=policy(data, "policyA"),
        policy_b=policy(data, "policyB"),
        seed=line_seed(seed, number),
    )


def policy(job: dict[str, Any], key: str) -> str:
    """A side's policy as the job names it."""
    name = job.get(key, DEFAULT_POLICY)
    if not isinstance(name, str):
        raise UsageError("A policy is a text.", field=key)
    return name


def line_seed(seed: int, number: int) -> int:
    """The seed of one line: lines do not share their luck, and a line's answer depends on no other."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=8).digest()) >> 1


def open_lines(path: Path) -> BinaryIO:
    """The lines of a file or of standard input (``-``), unpacked where they are compressed."""
    try:
        file: Any = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", field="--jobs") from error
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)
    packed = buffered.peek(2)[:2] == GZIP_MAGIC
    return gzip.open(buffered) if packed else buffered  # type: ignore[return-value]
