"""``team``: sets and teams in Showdown's text format, read and written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.messages.text import Lang
    from predictiondex.wire import Side

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

    lang = common.settings_with().lang
    answer = parse_team(TeamText(text=_text(file), lang=lang, strict=strict))
    if as_json:
        common.echo_json(answer.model_dump(mode="json", by_alias=True))
        return
    for side, nickname in zip(answer.team, answer.nicknames, strict=True):
        typer.echo(_told(side, nickname, lang))
    for warning in answer.warnings:
        typer.echo(f"! {warning}", err=True)


def _told(side: Side, nickname: str | None, lang: Lang) -> str:
    """A Pokémon of the team in a line, all by their names."""
    from predictiondex.advisor.words import level_of
    from predictiondex.messages import labelled
    from predictiondex.pokedex import pokedex

    form = pokedex.form(side.pokemon)
    mega = pokedex.mega_form(form, side.mega) if isinstance(side.mega, str) else None
    name = (mega or form).names.in_(lang) + (f" ({nickname})" if nickname else "")
    nature = pokedex.nature(side.nature).names.in_(lang)
    moves = [pokedex.move(move).names.in_(lang) for move in side.moves or []]
    return labelled(f"{name} {level_of(side.level, lang)}, {nature}", ", ".join(moves) or "?", lang)


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
