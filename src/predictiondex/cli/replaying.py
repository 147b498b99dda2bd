"""The file side of ``replay``: lines in, figures out, the first difference told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import typer

from predictiondex.battle.replay import read_trace
from predictiondex.battle.replay import replay as replay_one
from predictiondex.cli.jobs import count, opened, parse
from predictiondex.cli.progress import on_terminal_or_lines
from predictiondex.errors import UsageError
from predictiondex.messages import message

_NO_TRACE: Final = message("terminal.trace_object")


def replay_file(path: str, field: str, *, keep_going: bool) -> tuple[dict[str, Any], bool]:
    """Replay every line of a file that ``field`` gave; returns the figures, and whether all is well.

    A line that cannot be read raises ``UsageError`` naming it, or is told and counted with ``keep_going``.
    """
    figures = {"battles": 0, "turns": 0, "divergences": 0, "unreadable": 0}
    with on_terminal_or_lines() as progress:
        progress.start("Battles", 0 if path == "-" else count(Path(path), field))
        with opened(path, field) as lines:
            for number, raw in enumerate(lines, start=1):
                if raw.strip():
                    _replay_line(raw, number, figures, keep_going=keep_going)
                progress.advance()
    return figures, figures["divergences"] == 0 and figures["unreadable"] == 0


def _replay_line(raw: bytes, number: int, figures: dict[str, int], *, keep_going: bool) -> None:
    try:
        trace = read_trace(parse(raw, _NO_TRACE))
    except UsageError as error:
        error.field = f"line {number}: {error.field}".removesuffix(": ")
        if not keep_going:
            raise
        figures["unreadable"] += 1
        typer.echo(f"Error: {error.message}\n  in {error.field}", err=True)
        return
    figures["battles"] += 1
    figures["turns"] += len(trace.turns)
    difference = replay_one(trace)
    if difference is None:
        return
    figures["divergences"] += 1
    if figures["divergences"] == 1:
        where = f"turn {difference.turn}" if difference.turn else "the end"
        typer.echo(
            f"First difference: line {number}, {where}: {difference.what} is {difference.found},"
            f" the reference says {difference.expected}.",
            err=True,
        )
