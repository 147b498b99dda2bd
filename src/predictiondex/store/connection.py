"""Engines: one way to open each kind of database, and what its failures are called."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from predictiondex.errors import StoreError

#: Seconds that a writer waits for another one before it gives up.
BUSY_SECONDS = 15.0

#: Seconds for a connection to PostgreSQL to come about; also how long sent bytes may stay unacknowledged.
CONNECT_SECONDS = 2

NO_TABLES = "the database has no tables yet: run `predictiondex etl run`"

#: Any fixed number: loads and migrations of every process meet at this advisory lock.
WRITER_LOCK = 0x9DE_C5


def engine(url: str | URL, *, existing: bool = False) -> Engine:
    """A new engine for ``url``: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.

    Nothing is opened yet. ``postgres://`` and ``postgresql://`` both mean psycopg 3. ``existing``: no SQLite
    file is made, and none without tables is opened, as a service needs it that outlives the loss of its
    database: it would hold to the wrong file. Errors: :class:`StoreError` for an address that is neither.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, existing=existing)
    return _postgresql(parsed)


def describe(target: Engine | URL | str) -> str:
    """The address without its password, for messages; PostgreSQL takes one in the query as well."""
    url = target.url if isinstance(target, Engine) else make_url(target)
    url = url.update_query_dict({name: "***" for name in url.query if "password" in name.lower()})
    return url.render_as_string(hide_password=True)


def sqlite_file(target: Engine | URL | str) -> Path | None:
    """The file behind a SQLite address; ``None`` in memory, for ``file:`` addresses, or on a server."""
    url = target.url if isinstance(target, Engine) else _parse(target)
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


@contextlib.contextmanager
def explained(target: Engine, doing: str, error: type[StoreError] = StoreError) -> Iterator[None]:
    """Turn the driver's errors into ``error``, saying what was being done and where."""
    try:
        yield
    except SQLAlchemyError as failure:
        cause = str(getattr(failure, "orig", None) or failure).strip().splitlines()[0]
        raise error(f"Cannot {doing} ({describe(target)}): {cause}") from failure


@contextlib.contextmanager
def reading(target: Engine, doing: str) -> Iterator[Connection]:
    """A connection for reading, its errors explained: all that is read is of one moment."""
    with explained(target, doing), target.connect() as connection:
        if connection.dialect.name == "postgresql":  # each statement would see a moment of its own
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextlib.contextmanager
def writing(target: Engine, doing: str, error: type[StoreError] = StoreError) -> Iterator[Connection]:
    """One transaction as the only loader or migrator; commits at the end, rolls back on any error.

    A second one waits up to :data:`BUSY_SECONDS`, then gets ``error``. Readers are never held up.
    """
    with explained(target, doing, error), target.connect() as raw:
        connection = raw.execution_options(pdx_begin="IMMEDIATE")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(BUSY_SECONDS * 1000)}ms'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
                connection.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")
            yield connection


def _parse(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError) as error:  # a port that is no number is the latter
        raise StoreError(f"Not a database address: {error}") from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise StoreError(
            f"Unsupported database {parsed.drivername!r}: use sqlite:///FILE or postgresql://USER@HOST/NAME."
        )
    return parsed


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": 5,
            "keepalives_interval": 1,
            "keepalives_count": 2,
            "tcp_user_timeout": CONNECT_SECONDS * 1000,
            "application_name": "predictiondex",
        },
    )


def _sqlite(url: URL, *, existing: bool) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    created = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options
    )
    file = sqlite_file(url)
    if file is not None:
        same = _SameFile(file)
        event.listen(created, "do_connect", same.demand)
        if existing:
            event.listen(created, "do_connect", partial(_open_existing, file))
            event.listen(created, "connect", _demand_tables)
        event.listen(created, "checkout", same.demand)
    event.listen(created, "connect", _prepare_sqlite)
    event.listen(created, "begin", _begin_sqlite)
    if file is not None:
        event.listen(created, "connect", same.note)
    return created


def _open_existing(
    file: Path, dialect: Dialect, _record: Any, _arguments: Any, named: dict[str, Any]
) -> DBAPIConnection:
    return dialect.connect(f"{file.absolute().as_uri()}?mode=rw", **{**named, "uri": True})


def _demand_tables(raw: Any, _record: Any) -> None:
    """Raise :class:`StoreError` for a file without tables, before anything is written to it."""
    if raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        raw.close()
        raise StoreError(NO_TABLES)


class _SameFile:
    """Holds an engine to the file that it opened first.

    An open connection goes on with a file that has been deleted or moved away, and what it writes there is
    lost; beside one that was put in its place it would share the write-ahead log of the other.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None

    def note(self, *_: Any) -> None:
        """A connection was opened, and with it the file."""
        self._known = self._known or _identity(self._file)

    def demand(self, *_: Any) -> None:
        """Before a connection is made or used. Raises :class:`StoreError` for another file, or none."""
        if self._known is not None and self._known != _identity(self._file):
            raise StoreError(
                f"The database file {self._file} was moved, replaced or deleted while it was open: put it "
                "back, or restart the service."
            )


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    # The driver's own transaction handling leaves DDL outside of transactions; begin is ours to say.
    raw.isolation_level = None
    cursor = raw.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        # Needs write access once in a file's life; a read-only file works without.
        with contextlib.suppress(Exception):
            cursor.execute("PRAGMA journal_mode = WAL")
    # What is committed survives a power cut: the prediction log gives its own copy up then.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode: Literal["DEFERRED", "IMMEDIATE"] = connection.get_execution_options().get("pdx_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
