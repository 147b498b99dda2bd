"""What a load does to the database: replace the facts, write the history, count what is there.

All of these work on the connection of one open transaction, see :func:`connection.writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, distinct, func, insert, select

from predictiondex.store import tables as t
from predictiondex.store.facts import movepools

Rows = Sequence[Mapping[str, Any]]

#: Rows sent at once; also how often progress is told.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewLoad:
    """What the history keeps of a load. ``sources`` maps a source's name to its version."""

    snapshot_version: str
    snapshot_checksum: str
    checksum: str
    loaded_at: datetime
    duration_ms: float
    program_version: str
    sources: Mapping[str, str]


def replace_facts(
    connection: Connection, rows: Mapping[str, Rows], progress: Callable[[str, int], None]
) -> int:
    """Empty every fact table, then fill it with ``rows`` by table name; the number of rows written.

    ``progress`` gets the table and the rows just written. Rows of a table must come parents first.
    """
    known = t.Base.metadata.tables
    for name in reversed(t.FACT_TABLES):
        connection.execute(delete(known[name]))
    written = 0
    for name in t.FACT_TABLES:
        batch = rows.get(name, ())
        for start in range(0, len(batch), CHUNK):
            part = batch[start : start + CHUNK]
            connection.execute(insert(known[name]), [dict(row) for row in part])
            written += len(part)
            progress(name, len(part))
    return written


def record_load(connection: Connection, load: NewLoad, counts: Mapping[str, int]) -> int:
    """Add ``load`` and its row counts to the history; its id."""
    values = {
        "snapshot_version": load.snapshot_version,
        "snapshot_checksum": load.snapshot_checksum,
        "checksum": load.checksum,
        "loaded_at": load.loaded_at,
        "duration_ms": load.duration_ms,
        "program_version": load.program_version,
    }
    load_id: int = connection.execute(insert(t.Load).values(values).returning(t.Load.id)).scalar_one()
    connection.execute(
        insert(t.LoadCount),
        [{"load_id": load_id, "table_name": name, "row_count": n} for name, n in counts.items()],
    )
    connection.execute(
        insert(t.LoadSource),
        [{"load_id": load_id, "name": name, "version": v} for name, v in load.sources.items()],
    )
    return load_id


def current_checksum(connection: Connection) -> str | None:
    """Checksum of the load whose facts are in the tables; ``None`` before the first one."""
    return connection.execute(select(t.Load.checksum).order_by(t.Load.id.desc()).limit(1)).scalar()


def source_versions(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Version of those of ``names`` that rows of the fact tables are from."""
    found = select(t.Source.id, t.Source.version).where(t.Source.id.in_(names)).order_by(t.Source.id)
    return {row.id: row.version for row in connection.execute(found)}


def rows_of_source(connection: Connection, table: str, source: str) -> list[dict[str, Any]]:
    """Rows of ``table`` that are from ``source``, always in the same order."""
    known = t.Base.metadata.tables[table]
    found = select(known).where(known.c.source_id == source).order_by(*known.primary_key)
    return [dict(row._mapping) for row in connection.execute(found)]


def fact_counts(connection: Connection) -> dict[str, int]:
    """Rows in each fact table."""
    known = t.Base.metadata.tables
    return {
        name: connection.execute(select(func.count()).select_from(known[name])).scalar_one()
        for name in t.FACT_TABLES
    }


def learnset_pairs(connection: Connection) -> int:
    """Distinct (form, move) pairs that some learnset row makes legal."""
    pairs = select(t.Learnset.form_id, t.Learnset.move_id).distinct().subquery()
    return connection.execute(select(func.count()).select_from(pairs)).scalar_one()


def missing_names(connection: Connection, owner: str, langs: Sequence[str]) -> list[str]:
    """``id (lang)`` of every type, species, form or move without a proper name in one of ``langs``."""
    table, names = t.Base.metadata.tables[owner], t.Base.metadata.tables[f"{owner}_name"]
    missing: list[str] = []
    for lang in langs:
        named = select(names.c[f"{owner}_id"]).where(names.c.lang == lang, ~names.c.is_alias)
        absent = select(table.c.id).where(table.c.id.not_in(named)).order_by(table.c.id)
        missing += [f"{id_} ({lang})" for id_ in connection.execute(absent).scalars()]
    return missing


def forms_without(connection: Connection, table: str, at_least: int) -> list[str]:
    """Forms that have fewer than ``at_least`` rows in ``table`` (`form_type`, `form_stat`...)."""
    rows = t.Base.metadata.tables[table]
    found = (
        select(t.Form.id)
        .outerjoin(rows, rows.c.form_id == t.Form.id)
        .group_by(t.Form.id)
        .having(func.count(rows.c.form_id) < at_least)
        .order_by(t.Form.id)
    )
    return list(connection.execute(found).scalars())


def misplaced_megas(connection: Connection) -> list[str]:
    """Megas that evolve from a form of another species, or from another Mega."""
    base = t.Form.__table__.alias("base")
    found = (
        select(t.Form.id)
        .join(base, base.c.id == t.Form.mega_of_id)
        .where((base.c.species_id != t.Form.species_id) | (base.c.kind == "mega"))
    )
    return list(connection.execute(found).scalars())


def effectiveness_pairs(connection: Connection) -> int:
    """Distinct (attacker, defender) pairs in the type chart."""
    key = t.TypeEffectiveness.attacker_id + "/" + t.TypeEffectiveness.defender_id
    return connection.execute(select(func.count(distinct(key)))).scalar_one()


def legal_moves(connection: Connection) -> dict[str, frozenset[str]]:
    """Every legal move of each form, what its earlier stages learn counted."""
    return movepools(connection)


def dump(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every fact row by table, as plain values: what was loaded, read back."""
    known = t.Base.metadata.tables
    return {
        name: [dict(row._mapping) for row in connection.execute(select(known[name]))]
        for name in t.FACT_TABLES
    }


def fact_columns() -> dict[str, list[str]]:
    """Columns of each fact table, in order."""
    known = t.Base.metadata.tables
    return {name: [column.name for column in known[name].columns] for name in t.FACT_TABLES}


def broken_references(rows: Mapping[str, Rows], most: int = 10) -> list[str]:
    """Duplicate keys and references to nothing among rows not yet written, as sentences.

    The database would refuse the same rows; this names the row and all that is wrong, not the first.
    """
    problems: list[str] = []
    for name in t.FACT_TABLES:
        table, batch = t.Base.metadata.tables[name], rows.get(name, ())
        key = [column.name for column in table.primary_key]
        seen: set[tuple[Any, ...]] = set()
        for row in batch:
            identity = tuple(row[column] for column in key)
            if identity in seen:
                problems.append(f"{name} has {_shown(identity)} twice")
            seen.add(identity)
        for reference in table.foreign_keys:
            target, column = reference.column.table.name, reference.parent.name
            known = {parent[reference.column.name] for parent in rows.get(target, ())}
            problems += [
                f"{name} {_shown(tuple(row[c] for c in key))} names unknown {target} {row[column]!r}"
                for row in batch
                if row.get(column) is not None and row[column] not in known
            ]
    more = [f"and {len(problems) - most} more"] if len(problems) > most else []
    return problems[:most] + more


def _shown(identity: tuple[Any, ...]) -> str:
    return "/".join(str(part) for part in identity)
