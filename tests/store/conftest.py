"""Engines on the databases of :mod:`tests.databases`, closed after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from predictiondex import store


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    engine = store.engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def migrated(empty: Engine) -> Engine:
    """An engine on a database with all tables and no rows."""
    store.migrate(empty)
    return empty


@pytest.fixture
def loaded(loaded_url: str) -> Iterator[Engine]:
    """An engine on a database that holds the snapshot; for reading."""
    engine = store.engine(loaded_url)
    yield engine
    engine.dispose()
