"""What the ETL tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from predictiondex import store
from predictiondex.etl.sources.http import Manners
from predictiondex.etl.sources.pokeapi import PokeAPI
from tests.etl.fake_pokeapi import FakePokeAPI

#: As the live service is asked, but without its long waits.
QUICK = Manners(timeout=0.5, backoff=0.01)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    opened = store.engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def fake() -> Iterator[FakePokeAPI]:
    """A PokeAPI of one's own."""
    with FakePokeAPI().running() as running:
        yield running


@pytest.fixture
def pokeapi(fake: FakePokeAPI, tmp_path: Path) -> PokeAPI:
    """The source, asking the fake."""
    return PokeAPI(tmp_path / "cache" / "pokeapi.db", fake.url, QUICK)
