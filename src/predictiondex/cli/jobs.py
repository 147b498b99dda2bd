"""Job lines: one battle to judge in each line of JSON.

``{"id", "a": {"species", "moves", "level", "nature"?, "ivs"?, "avs"?, "mega"?}, "b": {...}, "policyA"?,
"policyB"?}``. Species and moves are names or ids; ``ivs`` and ``avs`` are objects by stat; ``mega`` is
true, ``"x"`` or ``"y"``. Files may be compressed with gzip; ``-`` is standard input.
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
from predictiondex.errors import IllegalMove, UsageError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import STATS

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
    line: int


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
        a=combatant(data, "a", strict=strict),
        b=combatant(data, "b", strict=strict),
        policy_a=text(data, "policyA", DEFAULT_POLICY),
        policy_b=text(data, "policyB", DEFAULT_POLICY),
        seed=line_seed(seed, number),
        line=number,
    )


def combatant(job: dict[str, Any], key: str, *, strict: bool) -> Combatant:
    """One side of a job. Raises :class:`UsageError` with the field."""
    side = job.get(key)
    if not isinstance(side, dict):
        raise UsageError(f"{key!r} is to be an object with species and moves.", field=key)
    names = side.get("moves")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError("Moves are to be a list of names.", field=f"{key}.moves")
    form = pokedex.form(text(side, "species", field=f"{key}.species"), field=f"{key}.species")
    moves = tuple(pokedex.move(name, field=f"{key}.moves[{i}]") for i, name in enumerate(names))
    if strict:
        for i, move in enumerate(moves):
            if move.id not in form.movepool:
                raise IllegalMove(f"{form.name} cannot have {move.names.en}.", field=f"{key}.moves[{i}]")
    mega = side.get("mega")
    return Combatant(
        form,
        moves,
        level=side.get("level", 50),
        nature=pokedex.nature(text(side, "nature", "serious", field=f"{key}.nature")).id,
        ivs=by_stat(side, "ivs", 31, field=f"{key}.ivs"),
        avs=by_stat(side, "avs", 0, field=f"{key}.avs"),
        mega="mega" if mega is True else mega or None,
    )


def text(data: dict[str, Any], key: str, default: str | None = None, *, field: str = "") -> str:
    """A string of an object."""
    value = data.get(key, default)
    if not isinstance(value, str):
        raise UsageError(f"{key!r} is to be a text.", field=field or key)
    return value


def by_stat(side: dict[str, Any], key: str, default: int, *, field: str) -> tuple[int, ...]:
    """Values given by stat, in the order of STATS; ``default`` where one is not named."""
    given = side.get(key) or {}
    if not isinstance(given, dict) or not given.keys() <= set(STATS):
        raise UsageError(f"{key!r} is to be an object by stat: {', '.join(STATS)}.", field=field)
    return tuple(given.get(stat, default) for stat in STATS)


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
