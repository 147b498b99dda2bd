"""Addresses and engines."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

from predictiondex import etl, store
from predictiondex.errors import LoadError, StoreError
from predictiondex.store import connection


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    engine = store.engine(f"{scheme}://user@127.0.0.1:1/name")
    assert (engine.dialect.name, engine.driver) == ("postgresql", "psycopg")


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "postgresql+psycopg2://host/name"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(StoreError):
        store.engine(url)


def test_an_address_is_shown_without_its_password() -> None:
    url = "postgresql://user:secret@127.0.0.1:1/name"
    assert "secret" not in store.describe(url)
    assert "secret" not in store.describe(store.engine(url))
    for query in ("password=secret", "sslpassword=secret&sslmode=require", "PASSWORD=secret"):
        assert "secret" not in store.describe(f"postgresql://user@127.0.0.1:1/name?{query}")
    assert store.describe("postgresql://u@h/d?sslmode=require").endswith("/d?sslmode=require")


def test_what_is_read_is_of_one_moment(migrated: Engine) -> None:
    with connection.reading(migrated, "count") as opened:
        counted = text("SELECT count(*) FROM source")
        before = opened.execute(counted).scalar()
        etl.run(migrated)
        assert opened.execute(counted).scalar() == before == 0
    with connection.reading(migrated, "count") as opened:
        assert opened.execute(counted).scalar() != 0


def test_sqlite_keeps_a_write_ahead_log_and_holds_references(tmp_path: Path) -> None:
    engine = store.engine(f"sqlite:///{tmp_path / 'test.db'}")
    with engine.connect() as opened:
        assert opened.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert opened.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert opened.execute(text("PRAGMA synchronous")).scalar() == 2  # a commit is flushed
        assert opened.execute(text("PRAGMA busy_timeout")).scalar() == connection.BUSY_SECONDS * 1000
    engine.dispose()


def test_nothing_is_written_to_a_file_that_is_not_there_any_more(tmp_path: Path) -> None:
    file, aside = tmp_path / "test.db", tmp_path / "aside.db"
    engine = store.engine(f"sqlite:///{file}")
    etl.ensure_loaded(engine)
    file.rename(aside)
    for _ in range(2):  # nor is a new one made instead
        with pytest.raises(StoreError, match="was moved, replaced or deleted"), engine.connect():
            pass
        assert not file.exists()
    file.touch()
    with pytest.raises(StoreError, match="was moved, replaced or deleted"), engine.connect():
        pass
    assert store.check(engine)[0].startswith("The database file")
    aside.rename(file)
    assert store.check(engine) == ()
    engine.dispose()


@pytest.mark.parametrize("before", ["no file", "an empty file", "no tables"])
def test_a_service_makes_no_file_and_holds_to_none_without_tables(tmp_path: Path, before: str) -> None:
    file, aside = tmp_path / "one & 50% more #1?.db", tmp_path / "aside.db"
    etl.ensure_loaded(f"sqlite:///{aside}")
    if before == "an empty file":
        file.touch()
    if before == "no tables":
        with closing(sqlite3.connect(file)) as made:
            made.executescript("CREATE TABLE one (id); DROP TABLE one;")
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    engine = store.engine(URL.create("sqlite", database=str(file)), existing=True)
    log = store.Predictions(engine)
    for _ in range(2):
        with pytest.raises(StoreError, match="unable to open" if before == "no file" else "no tables yet"):
            log.count()
        assert store.check(engine)[0].startswith(("no database at", "the database has no tables yet"))
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == found
    aside.rename(file)
    assert (log.count(), store.check(engine)) == (0, ())
    file.rename(aside)
    with pytest.raises(StoreError, match="was moved, replaced or deleted"):
        log.count()
    engine.dispose()


def test_in_memory_is_one_database() -> None:
    engine = store.engine("sqlite://")
    assert store.migrate(engine)
    assert store.check(engine) == ("the database holds no load yet: run `predictiondex etl run`",)
    engine.dispose()


def test_readers_see_the_rows_before_while_a_writer_works(migrated: Engine) -> None:
    with connection.writing(migrated, "test") as writer, migrated.connect() as reader:
        writer.execute(text("INSERT INTO stat (id, position) VALUES ('hp', 0)"))
        assert reader.execute(text("SELECT count(*) FROM stat")).scalar() == 0
    with migrated.connect() as reader:
        assert reader.execute(text("SELECT count(*) FROM stat")).scalar() == 1


def test_a_second_writer_gives_up_with_a_clear_error(
    migrated: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.2)
    second = store.engine(migrated.url)
    with (
        connection.writing(migrated, "test"),
        pytest.raises(LoadError, match=r"Cannot load the database .*lock"),
        connection.writing(second, "load the database", LoadError),
    ):
        pass
    second.dispose()


def test_an_error_inside_rolls_back(migrated: Engine) -> None:
    def fail() -> None:
        with connection.writing(migrated, "test") as writer:
            writer.execute(text("INSERT INTO stat (id, position) VALUES ('hp', 0)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with migrated.connect() as reader:
        assert reader.execute(text("SELECT count(*) FROM stat")).scalar() == 0
