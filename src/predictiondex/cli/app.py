"""The ``predictiondex`` program: its commands, and how errors end it.

Exit codes: 0 all well; 1 it ran and the answer is no, or something stood in the way; 2 bad usage.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import (
    battle,
    calc,
    drift,
    etl,
    keys,
    models,
    plan,
    predict,
    predictions,
    retrain,
    stack,
    system,
    teams,
    traffic,
    trainers,
    training,
)

if TYPE_CHECKING:
    from predictiondex.messages import Said

app = typer.Typer(
    help="Which move, and will I win? Calibrated win probabilities for Pokémon Let's Go, Pikachu / Eevee.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

for module in (
    system,
    predict,
    battle,
    plan,
    calc,
    trainers,
    training,
    models,
    drift,
    retrain,
    traffic,
    stack,
):
    module.register(app)
app.add_typer(etl.app, name="etl")
app.add_typer(keys.app, name="keys")
app.add_typer(predictions.app, name="predictions")
app.add_typer(teams.app, name="team")


def _flowing(program: typer.Typer) -> None:
    """Every command's help as paragraphs that fill the terminal: a docstring's lines would each end early."""
    for command in program.registered_commands:
        paragraphs = (inspect.getdoc(command.callback) or "").split("\n\n")
        command.help = "\n\n".join(one.replace("\n", " ") for one in paragraphs)
    for group in program.registered_groups:
        if group.typer_instance is not None:
            _flowing(group.typer_instance)


_flowing(app)


def _show_version(asked: bool) -> None:
    if asked:
        from predictiondex import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the program with the arguments of the process; ends the process."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without accents shows the rest
    try:
        app(prog_name="predictiondex")
    except Exception as error:
        code = explain(error, spoken(sys.argv[1:]))
        if code is None:
            raise
        sys.exit(code)


def spoken(arguments: Sequence[str]) -> str:
    """The language that a command line asks for, like its answers: ``--lang``, else ``PDX_LANG``.

    Read off what was typed: many errors come before a command has looked at its options.
    """
    from pydantic import ValidationError

    from predictiondex.cli.common import settings_with

    pairs = zip(["", *arguments], [*arguments, ""], strict=True)
    typed = [value for option, value in pairs if option == "--lang"]
    typed += [one.removeprefix("--lang=") for one in arguments if one.startswith("--lang=")]
    if typed:
        return typed[-1]
    try:
        return settings_with().lang
    except ValidationError:  # settings that cannot be read are what is being told
        return "en"


def explain(error: Exception, lang: str = "en") -> int | None:
    """Say on standard error what went wrong and return the exit code; ``None``: not an expected error.

    What the catalogue has is said in the error's own language, or else in ``lang``; the rest in English.
    """
    from pydantic import ValidationError

    from predictiondex.errors import PredictionDexError, UsageError
    from predictiondex.settings import Settings, faults
    from predictiondex.wire.faults import field_faults

    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        for fault in faults(error):
            typer.echo(f"Error: {fault}", err=True)
        return 2
    if isinstance(error, ValidationError):
        for field, said in field_faults(error.errors(include_url=False, include_input=False)).items():
            _tell(said, field, lang)
        return 2
    if isinstance(error, OSError) and error.strerror:  # a disk that is full or may not be written
        said = f"Error: {error.filename or 'standard output'}: {error.strerror}."
        typer.echo(said + _way_out(error.filename), err=True)
        return 1
    if not isinstance(error, PredictionDexError):
        return None
    _tell(error.said, error.field if isinstance(error, UsageError) else "", error.lang or lang)
    return 2 if isinstance(error, UsageError) else 1


def _way_out(file: object) -> str:
    """What to do where the home, or a folder on the way to it, cannot be used; nothing for other files."""
    from pathlib import Path

    from predictiondex.cli.common import settings_with

    if not isinstance(file, str):
        return ""
    path, home = Path(file), settings_with().home
    if path.is_relative_to(home) or (home.is_relative_to(path) and not path.is_dir()):
        return " Make it writable, or set PDX_HOME to another folder."
    return ""


def _tell(said: Said, field: str, lang: str) -> None:
    from predictiondex.messages import in_, labelled

    if isinstance(said, str):  # there in English only: the words around it must not mix languages
        lang = "en"
    french = lang == "fr"
    typer.echo(labelled("Erreur" if french else "Error", in_(said, lang), lang), err=True)
    if field:
        typer.echo(f"  {'dans' if french else 'in'} {field}", err=True)
