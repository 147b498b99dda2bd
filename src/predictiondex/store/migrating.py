"""Bringing a database to this program's schema, and telling where it stands.

Alembic takes a second to import, so it is only loaded when there is something to migrate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from predictiondex.errors import StoreError
from predictiondex.store.connection import NO_TABLES, describe, engine, explained, sqlite_file, writing

if TYPE_CHECKING:
    from alembic.config import Config

#: Every migration, oldest first. A test holds this list against the migration files.
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]


def migrate(target: str | Engine, revision: str = HEAD) -> bool:
    """Bring the database to ``revision`` (``base`` empties it); ``False`` when it was there already.

    Creates a missing SQLite file and its folder. All steps are one transaction. Errors:
    :class:`StoreError` when the database is away, or was migrated by a newer program.
    """
    opened = target if isinstance(target, Engine) else engine(target)
    try:
        return _migrate(opened, revision)
    finally:
        if opened is not target:
            opened.dispose()


def current_revision(connection: Connection) -> str | None:
    """The migration the database is on; ``None`` when it was never migrated."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def revision_problem(revision: str | None) -> str | None:
    """Why a database on ``revision`` cannot serve this program, or ``None`` when it can."""
    if revision == HEAD:
        return None
    if revision is None:
        return NO_TABLES
    if revision in REVISIONS:
        return f"the database is on migration {revision}, older than {HEAD}: run `predictiondex etl run`"
    return f"the database is on migration {revision}, newer than this program ({HEAD}): update the program"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for the migrations inside this package, on ``connection``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "predictiondex.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _migrate(target: Engine, revision: str) -> bool:
    file = sqlite_file(target)
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"Cannot create the folder of {describe(target)}: {error.strerror}. "
                "Make it writable, or name another one: PDX_HOME, PDX_DATABASE_URL."
            ) from error
    with explained(target, "open the database"), target.connect() as connection:
        if current_revision(connection) == revision:
            return False
    with writing(target, "migrate the database") as connection:
        found = current_revision(connection)
        if found == revision:
            return False
        if found is not None and found not in REVISIONS:
            raise StoreError(f"Cannot migrate {describe(target)}: {revision_problem(found)}.")
        _step(connection, found, revision)
    return True


def _step(connection: Connection, found: str | None, revision: str) -> None:
    from alembic import command
    from alembic.util import CommandError

    order = ("base", *REVISIONS)
    down = order.index(revision) < order.index(found or "base")
    try:
        (command.downgrade if down else command.upgrade)(alembic_config(connection), revision)
    except (CommandError, SQLAlchemyError) as error:
        raise StoreError(f"Migration to {revision} failed, nothing was changed: {error}") from error
