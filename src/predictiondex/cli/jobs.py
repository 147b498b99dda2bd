"""Files of job lines: one battle to judge in each line of JSON, one line of JSON as its answer.

How a job looks is said in :mod:`predictiondex.battle.jobs`. Files may be compressed with gzip; ``-`` is
standard input.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from predictiondex.cli import common
from predictiondex.cli.progress import on_terminal_or_lines
from predictiondex.errors import UsageError

GZIP_MAGIC = b"\x1f\x8b"

#: Takes a job and the seed of its line, gives the answer.
Answer = Callable[[dict[str, Any], int], dict[str, Any]]


def answer_all(path: str, answer: Answer, *, seed: int, title: str) -> None:
    """Write the answer to every line of a file to standard output, in order and as soon as it is there.

    Raises :class:`UsageError` whose field names the line and what is wrong in it: ``line 3: a.moves``.
    """
    total = 0 if path == "-" or sys.stdout.isatty() else count(Path(path))
    if not total:
        for _ in answers(path, answer, seed=seed):
            pass
        return
    with on_terminal_or_lines() as progress:
        progress.start(title, total)
        for _ in answers(path, answer, seed=seed):
            progress.advance()


def answers(path: str, answer: Answer, *, seed: int) -> Iterator[None]:
    """Answer line by line; nothing but the present line is held."""
    with opened(path) as lines:
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                try:
                    common.echo_json(answer(parse(raw), line_seed(seed, number)))
                except UsageError as error:
                    error.field = f"line {number}: {error.field}".removesuffix(": ")
                    raise
            yield


def parse(raw: bytes) -> dict[str, Any]:
    """One line as a JSON object."""
    try:
        job = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"This is no JSON ({error}).") from error
    if not isinstance(job, dict):
        raise UsageError("A job is a JSON object.")
    return job


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def line_seed(seed: int, number: int) -> int:
    """The seed of one line: lines do not share their luck, and a line's answer depends on no other."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=8).digest()) >> 1


def count(path: Path) -> int:
    """How many lines a file has."""
    with opened(str(path)) as lines:
        return sum(1 for _ in lines)


@contextmanager
def opened(path: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file or of standard input, unpacked where they are compressed."""
    with ExitStack() as stack:
        try:
            file = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.", field="--jobs") from error
        buffered = cast(io.BufferedReader, file)
        if not buffered.peek(2).startswith(GZIP_MAGIC):
            yield buffered
            return
        try:
            yield stack.enter_context(gzip.open(buffered))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UsageError(f"{path} is cut short or damaged ({error}).", field="--jobs") from error
