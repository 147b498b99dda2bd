"""The fact tables as files, for people who want the tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from predictiondex.errors import StoreError, UsageError
from predictiondex.store import Engine, demand_tables, loading
from predictiondex.store.connection import reading

Format = Literal["csv", "parquet"]

Write = Callable[[Path, list[str], Sequence[Mapping[str, Any]]], None]


def export(engine: Engine, folder: Path, format_: Format = "csv") -> dict[str, int]:
    """Write every fact table to ``folder/TABLE.csv`` or ``.parquet``; the rows written by table.

    All files are of one moment. A file is complete or is not there. Errors: :class:`UsageError` for a
    folder that cannot be written or a missing pyarrow, :class:`StoreError` when nothing is loaded.
    """
    write = _writer(format_)
    demand_tables(engine)
    with reading(engine, "export the tables") as connection, connection.begin():
        if loading.current_checksum(connection) is None:
            raise StoreError("There is nothing to export: run `predictiondex etl run` first.")
        columns, rows = loading.fact_columns(), loading.dump(connection)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table, batch in rows.items():
            unfinished = folder / f".{table}.{format_}.part"
            write(unfinished, columns[table], sorted(batch, key=_order))
            unfinished.replace(folder / f"{table}.{format_}")
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"Cannot write the tables to {folder}: {why}.", field="--out") from error
    return {table: len(batch) for table, batch in rows.items()}


def _order(row: Mapping[str, Any]) -> str:
    return repr(list(row.values()))


def _writer(format_: Format) -> Write:
    if format_ == "csv":
        return _write_csv
    try:
        import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed: pip install 'predictiondex[parquet]'.",
            field="format",
        ) from error
    return _write_parquet


def _write_csv(file: Path, columns: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


def _write_parquet(file: Path, columns: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
    # Imported by name: the package has no types to check against.
    table = import_module("pyarrow").table({name: [row[name] for row in rows] for name in columns})
    import_module("pyarrow.parquet").write_table(table, file)
