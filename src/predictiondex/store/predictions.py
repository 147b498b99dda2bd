"""Predictions given and how their battles ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Insert,
    RowMapping,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    literal,
    select,
    table,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, IntegrityError

from predictiondex.store import tables as t
from predictiondex.store.connection import engine, explained, reading
from predictiondex.store.readiness import demand_tables

Result = Literal["win", "loss", "tie"]

#: What became of a reported outcome: ``repeated`` is the same one told again; ``conflict`` says otherwise.
Recorded = Literal["recorded", "repeated", "conflict", "unknown"]


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """One answer. ``request``, ``answer`` and ``features`` are JSON objects; latency in milliseconds."""

    prediction_id: str
    created_at: datetime
    model_name: str
    model_version: str
    latency_ms: float
    request: dict[str, Any]
    answer: dict[str, Any]
    key_name: str | None = None
    features: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class EncodedPrediction:
    """One answer whose JSON is text already, for moving in bulk. Columns as in :class:`PredictionRow`."""

    prediction_id: str
    created_at: datetime
    model_name: str
    model_version: str
    latency_ms: float
    request: str
    answer: str
    key_name: str | None = None
    features: str | None = None


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """How the battle of a prediction ended for "you"; ``move_id`` is the opening really played."""

    prediction_id: str
    recorded_at: datetime
    result: Result
    move_id: str | None = None
    key_name: str | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a log holds: how many predictions, from when to when, and how many were told of."""

    predictions: int
    oldest: datetime | None
    newest: datetime | None
    told: int


class Predictions:
    """The prediction log of one database.

    Writing is idempotent, so a caller that is not sure whether a write arrived may repeat it. Errors:
    :class:`~predictiondex.errors.StoreError` when the database is away or refuses.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, rows: PredictionRow | Iterable[PredictionRow]) -> int:
        """Log predictions in one transaction; the number that was new. Known ids are left as they are."""
        batch = [rows] if isinstance(rows, PredictionRow) else list(rows)
        if not batch:
            return 0
        with explained(self._engine, "log predictions"), self._engine.connect() as raw:
            connection = raw.execution_options(pdx_begin="IMMEDIATE")
            with connection.begin():
                return _insert(connection, t.Prediction, [_values(row) for row in batch])

    def add_encoded(self, rows: Sequence[EncodedPrediction]) -> list[str]:
        """Log predictions without reading their JSON. Known ids are left as they are.

        Returns the ids that the database refuses for what they hold; all others are in it then.
        """
        if not rows:
            return []
        with explained(self._engine, "log predictions"):
            try:
                self._insert_encoded(rows)
            except (DataError, IntegrityError):
                if len(rows) == 1:
                    return [rows[0].prediction_id]
            else:
                return []
        half = len(rows) // 2
        return self.add_encoded(rows[:half]) + self.add_encoded(rows[half:])

    def _insert_encoded(self, rows: Sequence[EncodedPrediction]) -> None:
        with self._engine.connect() as raw:
            connection = raw.execution_options(pdx_begin="IMMEDIATE")
            with connection.begin():
                statement = _encoded_insert(connection.dialect.name)
                connection.execute(statement, [_values(row) for row in rows])

    def get(self, prediction_id: str) -> PredictionRow | None:
        """One prediction by id."""
        query = select(t.Prediction.__table__).where(t.Prediction.prediction_id == prediction_id)
        return next(iter(self._read(query)), None)

    def recent(
        self,
        limit: int = 100,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        model: tuple[str, str] | None = None,
    ) -> list[PredictionRow]:
        """The last predictions, newest first; ``since`` is included, ``before`` is not.

        ``model`` is (name, version).
        """
        table = t.Prediction
        query = select(table.__table__).order_by(table.created_at.desc(), table.prediction_id.desc())
        if since is not None:
            query = query.where(table.created_at >= since)
        if before is not None:
            query = query.where(table.created_at < before)
        if model is not None:
            query = query.where(table.model_name == model[0], table.model_version == model[1])
        return self._read(query.limit(limit))

    def count(self) -> int:
        """How many predictions are logged."""
        with reading(self._engine, "read the predictions") as connection:
            return connection.execute(select(func.count()).select_from(t.Prediction)).scalar_one()

    def extent(self) -> Extent:
        """How much is logged."""
        when = t.Prediction.created_at
        with reading(self._engine, "read the predictions") as connection:
            rows, oldest, newest = connection.execute(
                select(func.count(), func.min(when), func.max(when)).select_from(t.Prediction)
            ).one()
            told = connection.execute(select(func.count()).select_from(t.Outcome)).scalar_one()
        return Extent(rows, oldest, newest, told)

    def count_older(self, before: datetime, *, told: bool = False) -> int:
        """How many predictions :meth:`delete_older` would delete in the end."""
        with reading(self._engine, "read the predictions") as connection:
            found = select(func.count()).select_from(t.Prediction).where(_older(before, told=told))
            return connection.execute(found).scalar_one()

    def delete_older(self, before: datetime, *, told: bool = False, limit: int = 1000) -> int:
        """Delete up to ``limit`` predictions made before a time, the oldest first; how many it was.

        Those that were told of stay unless ``told``, which deletes their outcomes, too. It is one short
        transaction: others write meanwhile. A prediction that is just being told of is left for another time.
        """
        table, end = t.Prediction, t.Outcome
        query = select(table.prediction_id).where(_older(before, told=told))
        query = query.order_by(table.created_at, table.prediction_id).limit(limit)
        with explained(self._engine, "delete predictions"), self._engine.connect() as raw:
            connection = raw.execution_options(pdx_begin="IMMEDIATE")
            with connection.begin():
                found = connection.execute(query.with_for_update(of=table, skip_locked=True)).scalars().all()
                connection.execute(delete(end).where(end.prediction_id.in_(found)))
                connection.execute(delete(table).where(table.prediction_id.in_(found)))
        return len(found)

    def record_outcome(
        self,
        prediction_id: str,
        result: Result,
        *,
        move_id: str | None = None,
        key_name: str | None = None,
        recorded_at: datetime | None = None,
    ) -> Recorded:
        """Tell how a battle ended. The first report stands; see :data:`Recorded` for the answer."""
        row = OutcomeRow(prediction_id, recorded_at or datetime.now(UTC), result, move_id, key_name)
        with explained(self._engine, "record an outcome"), self._engine.connect() as raw:
            connection = raw.execution_options(pdx_begin="IMMEDIATE")
            with connection.begin():
                known = select(t.Prediction.prediction_id).where(t.Prediction.prediction_id == prediction_id)
                known = known.with_for_update(read=True, key_share=True)  # nobody deletes it meanwhile
                if connection.execute(known).scalar() is None:
                    return "unknown"
                if _insert(connection, t.Outcome, [_values(row)]):
                    return "recorded"
                stands = _outcome(connection, prediction_id)
        same = stands is not None and (stands.result, stands.move_id) == (result, move_id)
        return "repeated" if same else "conflict"

    def outcome(self, prediction_id: str) -> OutcomeRow | None:
        """The outcome told for a prediction, if any."""
        with reading(self._engine, "read an outcome") as connection:
            return _outcome(connection, prediction_id)

    def told(self, limit: int = 500) -> list[tuple[PredictionRow, OutcomeRow]]:
        """Predictions whose battles were told of, with how they ended, the latest told first."""
        row, end = t.Prediction.__table__, t.Outcome.__table__
        query = (
            select(row, *(column.label(f"outcome_{column.name}") for column in end.columns))
            .join(end, row.c.prediction_id == end.c.prediction_id)
            .order_by(end.c.recorded_at.desc(), row.c.prediction_id.desc())
            .limit(limit)
        )
        with reading(self._engine, "read the outcomes") as connection:
            return [_told(row._mapping) for row in connection.execute(query)]

    def _read(self, query: Select[Any]) -> list[PredictionRow]:
        with reading(self._engine, "read the predictions") as connection:
            return [PredictionRow(**row._mapping) for row in connection.execute(query)]


@contextmanager
def prediction_log(url: str) -> Iterator[Predictions]:
    """The prediction log of a database, for as long as the block runs.

    Raises :class:`~predictiondex.errors.StoreError` when the database is away or was never set up.
    """
    opened = engine(url)
    try:
        demand_tables(opened)
        yield Predictions(opened)
    finally:
        opened.dispose()


def _older(before: datetime, *, told: bool) -> ColumnElement[bool]:
    """Which predictions were made before a time, those that were told of only if ``told``."""
    was_told = exists().where(t.Outcome.prediction_id == t.Prediction.prediction_id)
    return and_(t.Prediction.created_at < before, true() if told else ~was_told)


def _insert(connection: Connection, table: type[t.Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, leaving known keys as they are; the number of new ones."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table).on_conflict_do_nothing().returning(literal(1))
    return len(connection.execute(statement, rows).all())


_JSON_COLUMNS = ("request", "answer", "features")


@lru_cache(maxsize=2)
def _encoded_insert(dialect: str) -> Insert:
    """An insert that takes JSON as text: cheaper than reading it only to write it again."""
    known = t.Prediction.__table__.columns
    names = [one.name for one in fields(EncodedPrediction)]
    plain = table("prediction", *(column(name, known[name].type) for name in names))
    values = {
        name: bindparam(name, type_=Text if name in _JSON_COLUMNS else known[name].type) for name in names
    }
    if dialect == "postgresql":
        as_json = {name: cast(values[name], postgresql.JSONB) for name in _JSON_COLUMNS}
        return postgresql.insert(plain).values({**values, **as_json}).on_conflict_do_nothing()
    return sqlite.insert(plain).values(values).on_conflict_do_nothing()


def _outcome(connection: Connection, prediction_id: str) -> OutcomeRow | None:
    query = select(t.Outcome.__table__).where(t.Outcome.prediction_id == prediction_id)
    found = connection.execute(query).first()
    return OutcomeRow(**found._mapping) if found is not None else None


def _told(values: RowMapping) -> tuple[PredictionRow, OutcomeRow]:
    prediction = PredictionRow(**{one.name: values[one.name] for one in fields(PredictionRow)})
    return prediction, OutcomeRow(**{one.name: values[f"outcome_{one.name}"] for one in fields(OutcomeRow)})


def _values(row: PredictionRow | EncodedPrediction | OutcomeRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in fields(row)}
