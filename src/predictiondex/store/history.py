"""The load history: what is loaded, from where, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from predictiondex.store import tables as t
from predictiondex.store.connection import reading


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A committed load. ``counts`` by table; ``sources`` maps each source asked to its version."""

    id: int
    snapshot_version: str
    snapshot_checksum: str
    checksum: str
    loaded_at: datetime
    duration_ms: float
    program_version: str
    counts: dict[str, int]
    sources: dict[str, str]


class Loads:
    """The load history of one database. Errors: :class:`~predictiondex.errors.StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self) -> LoadRow | None:
        """The load that the fact tables hold."""
        return next(iter(self.recent(1)), None)

    def recent(self, limit: int = 20) -> list[LoadRow]:
        """The last loads, newest first."""
        with reading(self._engine, "read the load history") as connection:
            found = connection.execute(select(t.Load.__table__).order_by(t.Load.id.desc()).limit(limit)).all()
            return [
                LoadRow(
                    id=row.id,
                    snapshot_version=row.snapshot_version,
                    snapshot_checksum=row.snapshot_checksum,
                    checksum=row.checksum,
                    loaded_at=row.loaded_at,
                    duration_ms=row.duration_ms,
                    program_version=row.program_version,
                    counts=_counts(connection, row.id),
                    sources=_sources(connection, row.id),
                )
                for row in found
            ]


def _counts(connection: Connection, load_id: int) -> dict[str, int]:
    query = select(t.LoadCount.table_name, t.LoadCount.row_count).where(t.LoadCount.load_id == load_id)
    return {row.table_name: row.row_count for row in connection.execute(query)}


def _sources(connection: Connection, load_id: int) -> dict[str, str]:
    query = select(t.LoadSource.name, t.LoadSource.version).where(t.LoadSource.load_id == load_id)
    return {row.name: row.version for row in connection.execute(query.order_by(t.LoadSource.name))}
