"""``etl``: fill the database, tell what is in it, give its tables away."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from rich.table import Table

    from predictiondex.etl import Report
    from predictiondex.etl.sources import Source
    from predictiondex.settings import Settings
    from predictiondex.store import LoadRow

app = typer.Typer(help="Load the Pokédex into the database and look at what is there.", no_args_is_help=True)


class Outside(StrEnum):
    """Sources besides the bundled snapshot."""

    pokeapi = "pokeapi"
    pokepedia = "pokepedia"


class Kind(StrEnum):
    """File formats of the tables."""

    csv = "csv"
    parquet = "parquet"


Database = Annotated[
    str | None, typer.Option("--database", help="Address of the database (default: PDX_DATABASE_URL).")
]


@app.command(epilog="Example: predictiondex etl run --source pokeapi --report reconciliation.json")
def run(
    source: Annotated[
        list[Outside] | None,
        typer.Option(help="Also ask this service and compare (repeatable): pokeapi, pokepedia."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the whole reconciliation report, as JSON, to this file.")
    ] = None,
    database: Database = None,
    as_json: common.Json = False,
) -> None:
    """Migrate the database and load the Pokédex; a repeat with the same data writes nothing.

    The bundled snapshot is always what is loaded. Other sources verify it and add newer spellings and
    picture addresses; where they differ, the report tells both values. What an earlier load had from a source
    that is not asked, or does not answer, stays.
    """
    from predictiondex import etl
    from predictiondex.cli.progress import on_terminal_or_lines

    settings = common.settings_with(database_url=database)
    with on_terminal_or_lines() as progress:
        result = etl.run(settings, sources=_sources(settings, source or []), report=report, progress=progress)
    if as_json:
        common.echo_json(result.figures())
        return
    _show(result)
    if report is not None:
        typer.echo(f"The whole report is in {report}.")


@app.command(epilog="Example: predictiondex etl status --json")
def status(database: Database = None, as_json: common.Json = False) -> None:
    """Tell what is loaded, from where and since when; exit code 1 when the database cannot serve."""
    from predictiondex import store

    settings = common.settings_with(database_url=database)
    engine = store.engine(settings.database_url)
    try:
        reasons = store.check(engine)
        loads = [] if reasons else store.Loads(engine).recent(10)
    finally:
        engine.dispose()
    if as_json:
        common.echo_json(
            {
                "database": store.describe(settings.database_url),
                "ready": not reasons,
                "reasons": list(reasons),
                "loads": [_load_figures(load) for load in loads],
            }
        )
    else:
        _show_status(store.describe(settings.database_url), reasons, loads)
    if reasons:
        raise typer.Exit(1)


@app.command(epilog="Example: predictiondex etl export --format parquet --out tables")
def export(
    out: Annotated[Path, typer.Option(help="Folder for the files, one a table.")],
    format_: Annotated[Kind, typer.Option("--format", help="File format.")] = Kind.csv,
    database: Database = None,
    as_json: common.Json = False,
) -> None:
    """Write the fact tables to files."""
    from predictiondex import store
    from predictiondex.etl.export import export as write

    engine = store.engine(common.settings_with(database_url=database).database_url)
    try:
        written = write(engine, out, format_.value)
    finally:
        engine.dispose()
    if as_json:
        common.echo_json({"folder": str(out), "format": format_.value, "rows": written})
    else:
        typer.echo(f"Wrote {len(written)} tables, {sum(written.values())} rows, to {out}.")


def _sources(settings: Settings, wanted: list[Outside]) -> list[Source]:
    """The sources asked for, in the order of precedence, each once."""
    cache = settings.home / "cache"
    found: list[Source] = []
    if Outside.pokeapi in wanted:
        from predictiondex.etl.sources.pokeapi import PokeAPI

        found.append(PokeAPI(cache / "pokeapi.db", settings.pokeapi_url))
    if Outside.pokepedia in wanted:
        from predictiondex.etl.sources.pokepedia import Pokepedia

        found.append(Pokepedia(cache / "pokepedia.db", settings.pokepedia_url))
    return found


def _show(result: Report) -> None:
    from predictiondex.etl.tables import differences_table, sources_table

    console = common.console()
    if result.changed:
        console.print(f"Loaded {result.rows_written} rows into {result.database} in {result.seconds:.1f} s.")
    else:
        console.print(f"{result.database} holds this already: nothing was written.")
    counts = result.counts
    console.print(
        f"{counts['form']} forms, {counts['species']} species, {counts['move']} moves, "
        f"{counts['type_effectiveness']} type pairs, {result.pairs} pairs of form and move."
    )
    for one in result.kept:
        console.print(
            f"Kept from an earlier load: {len(one.pictures)} picture addresses and {len(one.aliases)} "
            f"spellings of {one.source} ({one.reason}).",
            soft_wrap=True,
        )
    if result.checks:
        console.print(sources_table(result.checks))
        console.print(differences_table(result.checks))


def _load_figures(load: LoadRow) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(load), "loaded_at": load.loaded_at.isoformat()}


def _show_status(database: str, reasons: tuple[str, ...], loads: list[LoadRow]) -> None:
    console = common.console()
    console.print(database, soft_wrap=True)
    for reason in reasons:
        console.print(f"Not ready: {reason}.", soft_wrap=True)
    if loads:
        console.print(_loads_table(loads))
        counts = ", ".join(f"{name} {count}" for name, count in sorted(loads[0].counts.items()))
        console.print(f"Rows: {counts}.")


def _loads_table(loads: list[LoadRow]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, title="Loads, newest first", title_justify="left")
    for heading in ("Since", "Version", "Sources", "Rows", "Checksum", "Program"):
        table.add_column(heading, justify="right" if heading == "Rows" else "left")
    for load in loads:
        table.add_row(
            f"{load.loaded_at:%Y-%m-%d %H:%M:%S} UTC",
            load.snapshot_version,
            ", ".join(f"{name} {version}".strip() for name, version in load.sources.items()),
            str(sum(load.counts.values())),
            load.checksum[:12],
            load.program_version,
        )
    return table
