"""``keys``: who may use the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.api.keys import Key, Scope

app = typer.Typer(
    help="Keys of the API. Running services follow without a restart. To rotate a key, create a second one "
    "of the same name, hand it over, and revoke the first by its id.",
    no_args_is_help=True,
)


@app.command(epilog="Example: predictiondex keys create page --scope predict --limit 100/second")
def create(
    name: Annotated[str, typer.Argument(help="Who it is for; predictions are logged under this name.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="predict (ask the API) or admin (everything, also /metrics); may be repeated."),
    ] = None,
    limit: Annotated[
        str, typer.Option(help="Requests it may make, such as 100/second (default: PDX_RATE_LIMIT).")
    ] = "",
    as_json: common.Json = False,
) -> None:
    """Make a key and show it, once: only its hash is kept."""
    from predictiondex.api.keys import Keys
    from predictiondex.api.ratelimits import limit_of
    from predictiondex.errors import StartError, UsageError

    if limit:
        try:
            limit_of(limit)
        except StartError as error:
            raise UsageError(error.message, field="--limit") from error
    keys = Keys(common.settings_with().keys_file)
    text, key = keys.create(name, _scopes(scope or ["predict"]), limit)
    if as_json:
        common.echo_json({**_shown(key), "key": text})
        return
    typer.echo(text)
    typer.echo(
        f"Key {key.id} of {key.name} ({', '.join(key.scopes)}). Send it as X-API-Key; it is not shown again.",
        err=True,
    )


@app.command("list", epilog="Example: predictiondex keys list --json")
def list_(as_json: common.Json = False) -> None:
    """Show all keys, revoked ones included; never the keys themselves."""
    from predictiondex.api.keys import read

    path = common.settings_with().keys_file
    keys = read(path)
    if as_json:
        common.echo_json({"file": str(path), "keys": [_shown(key) for key in keys]})
        return
    if not keys:
        typer.echo(f"There are no keys in {path}.")
        return
    from rich import box
    from rich.table import Table

    table = Table("Id", "Name", "Scopes", "Limit", "Created", "Revoked", box=box.SIMPLE)
    for key in keys:
        row = (key.id, key.name, ", ".join(key.scopes), key.limit, key.created, key.revoked or "")
        table.add_row(*row, style="dim" if key.revoked else "")
    common.console().print(table)


@app.command(epilog="Example: predictiondex keys revoke 3f9a01bc")
def revoke(
    name: Annotated[str, typer.Argument(help="Id of a key, or a name: then every key of that name.")],
) -> None:
    """End a key at once; exit code 1 when there is none."""
    from predictiondex.api.keys import Keys

    ended = Keys(common.settings_with().keys_file).revoke(name)
    for key in ended:
        typer.echo(f"Revoked {key.id} of {key.name}.")
    if not ended:
        typer.echo(f"No key in use has the id or name {name!r}.", err=True)
        raise typer.Exit(1)


def _scopes(given: list[str]) -> tuple[Scope, ...]:
    from predictiondex.api.keys import SCOPES
    from predictiondex.errors import UsageError

    for one in given:
        if one not in SCOPES:
            raise UsageError(f"Unknown scope {one!r}: {' or '.join(SCOPES)}.", field="--scope")
    return tuple(one for one in SCOPES if one in given)


def _shown(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "limit": key.limit or None,
        "created": key.created,
        "revoked": key.revoked,
    }
