"""What several commands share."""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from predictiondex.messages import message
from predictiondex.messages.text import Lang

if TYPE_CHECKING:
    from rich.console import Console

    from predictiondex.errors import UsageError
    from predictiondex.settings import Settings

#: Why a file cannot be read, as players meet it; anything else is told in the system's words.
_WHY: Final = {
    errno.ENOENT: message("terminal.no_such_file"),
    errno.EACCES: message("terminal.not_permitted"),
    errno.EISDIR: message("terminal.is_folder"),
}

#: A word with the blanks around it; a no-break space is part of it.
_WORD: Final = re.compile(r"[^\S\xa0]*[\S\xa0]+[^\S\xa0]*")

Language = Annotated[Lang | None, typer.Option(help="Language of the answer (default: en, or PDX_LANG).")]
Json = Annotated[bool, typer.Option("--json", help="One JSON line on standard output instead of a table.")]


def settings_with(**options: Any) -> Settings:
    """The settings, with the options of the command line that were given (are not ``None``) put first."""
    from predictiondex.settings import Settings

    return Settings(**{name: value for name, value in options.items() if value is not None})


def api_address(settings: Settings) -> str:
    """Where to ask the API: the address that was set, else that of what `up` runs from this home, else the
    default one."""
    from predictiondex.stack import state

    running = None if {"api_url", "host", "port"} & settings.model_fields_set else state.read(settings)
    return running.api_url if running else settings.api_url


def pokemon(text: str) -> str | int:
    """A Pokémon as requests name it; a number that no Pokémon has is a name that none has."""
    from predictiondex.wire.requests import LAST_DEX

    named = text.isdecimal() and len(text) <= len(str(LAST_DEX)) and 1 <= int(text) <= LAST_DEX
    return int(text) if named else text


def given(ctx: typer.Context) -> dict[str, str]:
    """The arguments and options that were really typed, in the order of the command's help: parameter of the
    function -> as one types it."""
    return {
        name: parameter.opts[0]
        for parameter in ctx.command.params
        if (name := parameter.name)
        and (source := ctx.get_parameter_source(name)) is not None
        and source.name == "COMMANDLINE"
    }


def refuse_beside(typed: dict[str, str], option: str, parameters: Iterable[str]) -> None:
    """Of what was :func:`given`, each of ``parameters`` means nothing beside ``option``: bad usage."""
    from predictiondex.errors import UsageError

    for parameter in parameters:
        if name := typed.get(parameter):
            raise UsageError(message("terminal.beside", option=option, other=name), field=name)


def unreadable(file: str, error: OSError, *, field: str) -> UsageError:
    """What to raise where a file that was named cannot be read. ``field``: the option that gave it."""
    from predictiondex.errors import UsageError

    why = _WHY.get(error.errno or 0) or error.strerror or str(error)
    return UsageError(message("terminal.unreadable", file=file, why=why), field=field)


def console() -> Console:
    """Standard output for tables and text; plain where it is no terminal.

    Rich takes a no-break space for one at which lines break, and offers no way to say otherwise.
    """
    from rich import _wrap
    from rich.console import Console

    _wrap.re_word = _WORD
    return Console(highlight=False)


def echo_json(data: Any) -> None:
    """One line of JSON, readable in any language."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))


@contextmanager
def steps(console: Console) -> Iterator[Callable[[str], None]]:
    """A function to tell the present step to: one line that changes on a terminal, a line each elsewhere."""
    if console.is_terminal:
        started = time.monotonic()
        with console.status("") as status:
            yield lambda text: status.update(f"{text} [dim]({time.monotonic() - started:.0f} s)[/]")
        return
    told = ""

    def tell(text: str) -> None:
        nonlocal told
        if text != told:
            typer.echo(text)
        told = text

    yield tell
