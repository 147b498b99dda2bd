"""``team``: sets and teams in Showdown's text format, read and written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from predictiondex.cli import common

app = typer.Typer(help="Read and write teams in Showdown's text format.", no_args_is_help=True)

_READ = "Example: predictiondex team read my-team.txt --json"
_WRITE = 'Example: predictiondex team write team.json   (sides as in requests: [{"pokemon": "Pikachu"}])'


@app.command(epilog=_READ)
def read(
    file: Annotated[str, typer.Argument(help="A text file; - is standard input.")],
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="Refuse moves that cannot be had.")
    ] = True,
    as_json: common.Json = False,
) -> None:
    """Read a set or a team of up to six; a line that cannot be read is named with the reason."""
    from predictiondex.advisor.showdown import parse_team
    from predictiondex.wire import TeamText

    answer = parse_team(TeamText(text=_text(file), lang=common.settings_with().lang, strict=strict))
    if as_json:
        common.echo_json(answer.model_dump(mode="json", by_alias=True))
        return
    for side, nickname in zip(answer.team, answer.nicknames, strict=True):
        name = f"{side.pokemon}" + (f" ({nickname})" if nickname else "")
        typer.echo(f"{name}, level {side.level}, {side.nature}: {', '.join(side.moves or ['?'])}")
    for warning in answer.warnings:
        typer.echo(f"! {warning}", err=True)


@app.command(epilog=_WRITE)
def write(file: Annotated[str, typer.Argument(help="A JSON file of sides; - is standard input.")]) -> None:
    """Write a team as Showdown reads it."""
    from predictiondex.advisor.showdown import export_team
    from predictiondex.cli.jobs import parse_any
    from predictiondex.errors import UsageError
    from predictiondex.wire import TeamSides

    text = _text(file)
    try:
        given = parse_any(text)
    except UsageError as error:
        error.field = "file"
        raise
    body = given if isinstance(given, dict) else {"team": given}
    typer.echo(export_team(TeamSides.model_validate(body)).text, nl=False)


def _text(file: str) -> str:
    from predictiondex.errors import UsageError
    from predictiondex.messages import message

    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise common.unreadable(file, error, field="file") from error
    except UnicodeDecodeError as error:
        raise UsageError(message("terminal.no_text", file=file), field="file") from error
