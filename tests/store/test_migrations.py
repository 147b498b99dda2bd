"""Migrations: up, down and up again on both databases, and databases of another time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, inspect, text

from predictiondex import store
from predictiondex.errors import StoreError
from predictiondex.store.migrating import REVISIONS, alembic_config
from predictiondex.store.tables import Base


def differences(engine: Engine) -> list[object]:
    """What Alembic would write into a new migration."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_up_down_up_leaves_nothing_to_migrate(empty: Engine) -> None:
    assert store.migrate(empty)
    assert differences(empty) == []
    assert store.migrate(empty, "base")
    assert tables(empty) == {"alembic_version"}
    assert store.migrate(empty)
    assert differences(empty) == []


def test_each_migration_can_be_undone_alone(empty: Engine) -> None:
    for revision in (*REVISIONS, *reversed(REVISIONS[:-1]), "base"):
        assert store.migrate(empty, revision)
    assert tables(empty) == {"alembic_version"}


def test_every_constraint_has_the_name_the_tables_give_it(migrated: Engine) -> None:
    found = inspect(migrated)
    for table in Base.metadata.sorted_tables:
        checks = {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}
        assert {item["name"] for item in found.get_check_constraints(table.name)} == checks
        keys = {str(item.name) for item in table.foreign_key_constraints}
        assert {item["name"] for item in found.get_foreign_keys(table.name)} == keys
        assert found.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"


def test_the_list_of_migrations_is_the_folder() -> None:
    found = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    assert tuple(reversed([script.revision for script in found])) == REVISIONS


def test_a_second_migration_does_nothing(migrated: Engine) -> None:
    assert not store.migrate(migrated)


def test_migrations_at_once_meet_and_one_does_the_work(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        did = list(pool.map(lambda _: store.migrate(empty), range(4)))
    assert sorted(did) == [False, False, False, True]
    assert differences(empty) == []


def test_an_older_database_is_told_and_brought_forward_with_its_rows(empty: Engine) -> None:
    store.migrate(empty, "0001")
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO stat (id, position) VALUES ('hp', 0)"))
    assert store.check(empty) == (
        "the database is on migration 0001, older than 0002: run `predictiondex etl run`",
    )
    assert store.migrate(empty)
    with empty.connect() as connection:
        assert connection.execute(text("SELECT id FROM stat")).scalar() == "hp"


def test_a_newer_database_is_left_alone(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(text("INSERT INTO stat (id, position) VALUES ('hp', 0)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    (reason,) = store.check(migrated)
    assert "newer than this program" in reason
    with pytest.raises(StoreError, match="9999, newer than this program"):
        store.migrate(migrated)
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT id FROM stat")).scalar() == "hp"


def test_a_failing_migration_changes_nothing(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE sprite (id INTEGER)"))
    with pytest.raises(StoreError, match="nothing was changed"):
        store.migrate(empty)
    assert tables(empty) == {"sprite"}


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear reader, " * 100)
    with pytest.raises(StoreError, match="not a database"):
        store.migrate(f"sqlite:///{file}")
    assert file.read_text().startswith("Dear reader")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a' / 'b' / 'new.db'}"
    assert store.migrate(url)
    assert not store.migrate(url)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Cannot create the folder"):
        store.migrate(f"sqlite:///{tmp_path / 'file' / 'new.db'}")
