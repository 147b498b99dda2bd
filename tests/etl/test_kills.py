"""``kill -9`` at random moments of a load leaves the load before or the new one, never a mix."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from predictiondex import etl, store
from predictiondex.etl.dataset import checksum
from predictiondex.store.loading import dump
from tests.databases import Server
from tests.etl.snapshots import newer

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork servers are POSIX")

#: Loaders that are killed, for each database.
KILLS = 50
#: How many loads a loader may live to do: kills fall in the first and second one, and between them.
LOADS = 1.75
#: One in so many is killed as soon as it begins, each time on an empty database.
AT_ONCE = 16


def load_for_ever(url: str, snapshots: list[Path | None], begun: Event) -> None:
    """Load two snapshots in turn until killed."""
    begun.set()
    while True:
        for snapshot in snapshots:
            etl.run(url, snapshot=snapshot)


def check_database(url: str, known: set[str]) -> str:
    """The database holds exactly one of the two loads, or none yet; which one."""
    engine = store.engine(url)
    try:
        reasons = store.check(engine, timeout=30)
        if reasons:
            assert any(word in reasons[0] for word in ("no database", "no tables", "no load")), reasons
            return "none"
        with engine.connect() as connection:
            found = checksum(dump(connection))
        current = store.Loads(engine).current()
        assert current is not None
        assert found == current.checksum
        assert found in known
        assert sum(current.counts.values()) > 9000
        return found
    finally:
        engine.dispose()


def new_database(kind: str, request: pytest.FixtureRequest, file: Path) -> str:
    """The address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{file}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kills(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    other = newer(tmp_path / "newer")
    known = {etl.run("sqlite://").checksum, etl.run("sqlite://", snapshot=other).checksum}
    seconds = etl.run(new_database(database, request, tmp_path / "timed.db")).seconds
    # A server process that has made a load forks the loaders: each loads at once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "tests.etl.warmed"])
    draw = random.Random(KILLS)  # noqa: S311 - moments to kill at, the same in every run
    seen: list[str] = []
    url = ""
    for number in range(KILLS):
        if number % 4 == 0:  # a new database, so that the first load and its migrations are hit as well
            url = new_database(database, request, tmp_path / f"{number}.db")
        order = [None, other] if number % 8 < 4 else [other, None]
        begun = context.Event()
        loader = context.Process(target=load_for_ever, args=(url, order, begun))
        loader.start()
        assert begun.wait(60)
        if number % AT_ONCE:
            time.sleep(draw.uniform(0, LOADS * seconds))
        assert loader.pid is not None
        assert loader.is_alive()
        os.kill(loader.pid, signal.SIGKILL)
        loader.join()
        loader.close()
        seen.append(check_database(url, known))
    assert len(seen) == KILLS
    assert set(seen) == {"none", *known}  # the moments were spread as they should be
    # And the last one is none the worse for it.
    assert etl.run(url).checksum in known
    assert check_database(url, known) in known
