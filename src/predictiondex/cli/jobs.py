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
from typing import Any, Final, cast

from predictiondex.cli import common
from predictiondex.cli.progress import on_terminal_or_lines
from predictiondex.errors import UsageError, in_words
from predictiondex.messages import Message, message

GZIP_MAGIC = b"\x1f\x8b"

_NO_JOB: Final = message("terminal.job_object")

#: Takes a job and the seed of its line, gives the answer.
Answer = Callable[[dict[str, Any], int], dict[str, Any]]


#: The option that gives a file of jobs.
OPTION = "--jobs"


def answer_all(path: str, answer: Answer, *, seed: int, title: str) -> None:
    """Write the answer to every line of a file to standard output, in order and as soon as it is there.

    Raises :class:`UsageError` whose field names the line and what is wrong in it: ``line 3: a.moves``.
    """
    total = 0 if path == "-" or sys.stdout.isatty() else count(Path(path), OPTION)
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
    with opened(path, OPTION) as lines:
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                with in_line(number):
                    common.echo_json(answer(parse(raw), line_seed(seed, number)))
            yield


def objects(path: str, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file with the numbers of their lines. ``field``: what gave the file."""
    with opened(path, field) as lines:
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                with in_line(number):
                    found = parse(raw)
                yield number, found


@contextmanager
def in_line(number: int) -> Iterator[None]:
    """Have a :class:`UsageError` name the line, too."""
    try:
        yield
    except UsageError as error:
        error.field = f"line {number}: {error.field}".removesuffix(": ")
        raise


def parse(raw: bytes | str, otherwise: Message = _NO_JOB) -> dict[str, Any]:
    """A JSON object, of one line or a whole file; ``otherwise`` is said of anything else."""
    job = parse_any(raw)
    if not isinstance(job, dict):
        raise UsageError(otherwise)
    return job


def parse_any(raw: bytes | str) -> Any:
    """JSON; raises ``UsageError`` for what only looks like it."""
    try:
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UsageError(message("terminal.no_json", why=str(error))) from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def line_seed(seed: int, number: int) -> int:
    """The seed of one line: lines do not share their luck, and a line's answer depends on no other."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=8).digest()) >> 1


def count(path: Path, field: str) -> int:
    """How many lines a file has. ``field``: what gave the file."""
    with opened(str(path), field) as lines:
        return sum(1 for _ in lines)


@contextmanager
def opened(path: str, field: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file or of standard input, unpacked where they are compressed.

    Raises :class:`UsageError` with ``field``, the option or argument that gave the file.
    """
    with ExitStack() as stack:
        try:
            file = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
        except OSError as error:
            raise common.unreadable(path, error, field=field) from error
        buffered = cast(io.BufferedReader, file)
        if not buffered.peek(2).startswith(GZIP_MAGIC):
            yield buffered
            return
        try:
            yield stack.enter_context(gzip.open(buffered))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            said = message("terminal.damaged", file=path, why=in_words(error))
            raise UsageError(said, field=field) from error
