"""Readiness: the reasons, within the time, through an outage and back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from predictiondex import etl, store
from tests.databases import Server


@pytest.fixture
def within(loaded: Engine) -> float:
    """Seconds within which an outage is told: the two that the API promises, and what a machine that is slow
    at everything takes for twenty healthy answers."""
    began = time.monotonic()
    for _ in range(20):
        assert store.check(loaded) == ()
    return 2.0 + time.monotonic() - began


def timed_check(engine: Engine, within: float) -> tuple[str, ...]:
    began = time.monotonic()
    reasons = store.check(engine)
    assert time.monotonic() - began < within
    return reasons


def test_ready_with_a_load(loaded: Engine) -> None:
    assert store.check(loaded) == ()


def test_no_tables(empty: Engine) -> None:
    assert "run `predictiondex etl run`" in store.check(empty)[0]


def test_tables_without_a_load(migrated: Engine) -> None:
    assert store.check(migrated) == ("the database holds no load yet: run `predictiondex etl run`",)


def test_asking_does_not_make_a_file(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    assert "no database at" in store.check(f"sqlite:///{file}")[0]
    assert not file.exists()


def test_a_server_that_is_not_there_hides_the_password() -> None:
    (reason,) = store.check("postgresql://user:secret@127.0.0.1:1/none")
    assert "the database is away" in reason
    assert "secret" not in reason


@pytest.fixture
def on_server(postgresql: Server) -> Iterator[Engine]:
    url = postgresql.new_database()
    etl.run(url)
    engine = store.engine(url)
    assert store.check(engine) == ()
    yield engine
    engine.dispose()


def test_a_stopped_server_is_told_in_time_and_found_again(
    postgresql: Server, on_server: Engine, within: float
) -> None:
    postgresql.stop()
    try:
        assert "the database is away" in timed_check(on_server, within)[0]
    finally:
        postgresql.start()
    assert timed_check(on_server, within) == ()


def test_a_server_that_hangs_is_told_in_time_and_found_again(
    postgresql: Server, on_server: Engine, within: float
) -> None:
    postgresql.freeze()
    try:
        for _ in range(3):
            assert "does not answer within" in timed_check(on_server, within)[0]
    finally:
        postgresql.thaw()
    deadline = time.monotonic() + 10
    while store.check(on_server) and time.monotonic() < deadline:
        pass
    assert timed_check(on_server, within) == ()
