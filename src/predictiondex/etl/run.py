"""Sources, reconciliation, load: from the bundled snapshot to a database that is known to be right."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import predictiondex
from predictiondex import store
from predictiondex.errors import LoadError
from predictiondex.etl.claims import Claims, snapshot_claims
from predictiondex.etl.dataset import Rows, checksum, rows_of
from predictiondex.etl.keeping import Kept, kept
from predictiondex.etl.progress import Progress, Silent
from predictiondex.etl.quality import violations
from predictiondex.etl.reconcile import Check, reconcile
from predictiondex.etl.report import Report
from predictiondex.etl.sources import Source
from predictiondex.pokedex import Pokedex
from predictiondex.store import Connection, Engine, loading
from predictiondex.store.connection import reading, writing

if TYPE_CHECKING:
    from predictiondex.settings import Settings

Target: TypeAlias = "Settings | str | Engine"


def run(
    target: Target,
    *,
    sources: Sequence[Source] = (),
    report: Path | None = None,
    snapshot: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Migrate the database, ask ``sources``, and load the snapshot with what they add.

    One transaction: whatever interrupts it, the database holds the load before or this one. When it
    holds exactly these rows already, nothing is written. What a source brought earlier and says nothing
    about now stays, and the report tells. ``snapshot`` is a folder to load from instead of the bundled
    one; ``report`` a file for the whole report.

    Errors: :class:`SnapshotError`, :class:`StoreError`, and :class:`LoadError` when the load was rolled
    back. A source that is down or answers garbage is told in the report, never an error.
    """
    telling = progress or Silent()
    began = time.perf_counter()
    facts = _snapshot(snapshot)
    engine = _engine(target)
    try:
        store.migrate(engine)
        checks = _consult(facts, sources, telling)
        result = _load(engine, facts, checks, telling, began)
    finally:
        if engine is not target:
            engine.dispose()
    if report is not None:
        result.write(report)
    return result


def ensure_loaded(target: Target, *, progress: Progress | None = None) -> Report | None:
    """Make sure the database is migrated and holds the bundled snapshot; ``None`` when it did already.

    A load that other sources added to counts, as long as it is of this snapshot.
    """
    engine = _engine(target)
    try:
        migrated = store.migrate(engine)
        current = None if migrated else store.Loads(engine).current()
        if current is not None and current.snapshot_checksum == _snapshot(None).checksum:
            return None
        return run(engine, progress=progress)
    finally:
        if engine is not target:
            engine.dispose()


def _snapshot(folder: Path | None) -> Pokedex:
    if folder is None:
        # Imported here: reading it is work, and may fail, that a mere import must not do.
        from predictiondex.pokedex import pokedex

        return pokedex
    from predictiondex.pokedex.load import load

    return load(folder)


def _engine(target: Target) -> Engine:
    if isinstance(target, Engine):
        return target
    return store.engine(target if isinstance(target, str) else target.database_url)


def _consult(facts: Pokedex, sources: Sequence[Source], progress: Progress) -> list[Check]:
    if not sources:
        return []
    mine = snapshot_claims(facts)
    return [reconcile(mine, _claims(source, facts, progress)) for source in sources]


def _claims(source: Source, facts: Pokedex, progress: Progress) -> Claims:
    claims = source.collect(facts, progress)
    if claims.down:
        progress.note(f"{claims.source}: {claims.down}")
    return claims


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be loaded, the checksum of the load before, and whether the tables hold something else."""

    rows: Rows
    kept: list[Kept]
    checksum: str
    held: str | None
    changed: bool


def _work(connection: Connection, facts: Pokedex, checks: list[Check]) -> _Work:
    held = loading.current_checksum(connection)  # first: a load that comes in between is seen by it
    stays = kept(connection, facts, checks)
    rows = rows_of(facts, [*checks, *stays])
    broken = loading.broken_references(rows)
    if broken:
        raise LoadError("The snapshot contradicts itself, nothing was loaded: " + "; ".join(broken))
    wanted = checksum(rows)
    # The record alone does not tell: somebody may have changed the tables by hand.
    changed = held != wanted or checksum(loading.dump(connection)) != wanted
    return _Work(rows, stays, wanted, held, changed)


def _load(engine: Engine, facts: Pokedex, checks: list[Check], progress: Progress, began: float) -> Report:
    with reading(engine, "read what is there") as connection:
        work = _work(connection, facts, checks)
    if work.changed:
        with writing(engine, "load the database", LoadError) as connection:
            # Asked again under the lock: of two loads at once, the second sees what the first one did.
            if loading.current_checksum(connection) != work.held:
                work = _work(connection, facts, checks)
            if work.changed:
                _replace(connection, facts, work, checks, progress, began)
    return _report(engine, facts, work, checks, began)


def _report(engine: Engine, facts: Pokedex, work: _Work, checks: list[Check], began: float) -> Report:
    with reading(engine, "count the rows") as connection:
        counts, pairs = loading.fact_counts(connection), loading.learnset_pairs(connection)
    current = store.Loads(engine).current()
    return Report(
        database=store.describe(engine),
        snapshot_version=facts.version,
        snapshot_checksum=facts.checksum,
        checksum=work.checksum,
        changed=work.changed,
        rows_written=sum(len(batch) for batch in work.rows.values()) if work.changed else 0,
        counts=counts,
        pairs=pairs,
        loaded_at=current.loaded_at if current else datetime.now(UTC),
        seconds=time.perf_counter() - began,
        checks=checks,
        kept=work.kept,
    )


def _replace(
    connection: Connection,
    facts: Pokedex,
    work: _Work,
    checks: list[Check],
    progress: Progress,
    began: float,
) -> None:
    """Write the rows, check them where they are, and add the load to the history."""
    progress.start("load", sum(len(batch) for batch in work.rows.values()))
    loading.replace_facts(connection, work.rows, lambda _table, written: progress.advance(written))
    counts = loading.fact_counts(connection)
    found = violations(connection, facts, counts)
    if found:
        raise LoadError("The load was rolled back, the data before it stays: " + "; ".join(found))
    versions = {check.source: check.version for check in checks}
    new = loading.NewLoad(
        snapshot_version=facts.version,
        snapshot_checksum=facts.checksum,
        checksum=work.checksum,
        loaded_at=datetime.now(UTC),
        duration_ms=(time.perf_counter() - began) * 1000,
        program_version=predictiondex.__version__,
        sources={"snapshot": facts.version, **versions},
    )
    loading.record_load(connection, new, counts)
