"""What several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from predictiondex.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="One JSON line on standard output instead of a table.")]


def settings_with(**options: Any) -> Settings:
    """The settings, with the options of the command line that were given (are not ``None``) put first."""
    from predictiondex.settings import Settings

    return Settings(**{name: value for name, value in options.items() if value is not None})


def console() -> Console:
    """Standard output for tables and text; plain where it is no terminal."""
    from rich.console import Console

    return Console(highlight=False)


def echo_json(data: Any) -> None:
    """One line of JSON, readable in any language."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))
