"""The prediction log: durable before it is acknowledged, in the database soon, bounded, nothing twice."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pytest

from predictiondex import etl, store
from predictiondex.api import draining, spool
from predictiondex.api.predictionlog import PredictionLog
from predictiondex.api.problems import LogFull
from predictiondex.api.spool import HEAD, Segment, Spool, decode, encode
from predictiondex.errors import StartError, StoreError
from predictiondex.settings import Settings
from predictiondex.store import EncodedPrediction


def row(padding: int = 0) -> EncodedPrediction:
    return EncodedPrediction(
        prediction_id=str(uuid.uuid4()),
        created_at=datetime(2026, 5, 1, 12, 30, 1, 250_000, tzinfo=UTC),
        model_name="predictiondex-battle",
        model_version="7",
        latency_ms=0.75,
        request='{"you":{"pokemon":"Évoli"}}',
        answer=f'{{"recommended_move":"tackle","moves":[{{"id":"tackle"}}],"text":"{"x" * padding}"}}',
    )


def wait_for(condition: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        pause.wait(0.02)


@contextmanager
def opened(settings: Settings) -> Iterator[PredictionLog]:
    log = PredictionLog(settings)
    log.open()
    try:
        yield log
    finally:
        log.close()


async def record(log: PredictionLog, rows: list[EncodedPrediction]) -> list[bool]:
    """Record at the same time; which ones were acknowledged."""
    done = await asyncio.gather(*(log.record(one) for one in rows), return_exceptions=True)
    assert all(one is None or isinstance(one, LogFull) for one in done)
    return [one is None for one in done]


def spooled(log: PredictionLog) -> set[str]:
    found = [Segment.found(path) for path in log.spool.folder.glob("*.spool")]
    return {one.prediction_id for segment in found for one in segment.read(segment.size).rows}


@pytest.fixture
def away(tmp_path: Path) -> Settings:
    """Settings of a database that refuses everything, for it has no tables yet; room for 1 MB."""
    return Settings(home=tmp_path, spool_mb=1)


@pytest.fixture
def there(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    store.migrate(settings.database_url)
    return settings


# --- lines and segments


def test_a_row_comes_back_as_it_was() -> None:
    full = replace(row(), key_name="page", features='{"a":[1,2]}')
    for one in (row(), full):
        assert decode(encode(one)) == one


def test_a_column_that_would_break_the_line_is_refused() -> None:
    for bad in ("a\tb", "a\nb"):
        with pytest.raises(ValueError, match="separator"):
            encode(replace(row(), model_version=bad))


def test_what_is_behind_the_last_whole_line_does_not_count(tmp_path: Path) -> None:
    rows = [row(), row(), row()]
    segment = Segment.create(tmp_path / "a.1.spool", 64 * 1024)
    segment.append(encode(one) for one in rows)
    content = (tmp_path / "a.1.spool").read_bytes()
    torn = bytearray(content)
    # A power cut: part of the last line is missing.
    torn[segment.written - 100 : segment.written] = bytes(100)
    (tmp_path / "a.1.spool").write_bytes(torn)
    found = Segment.found(tmp_path / "a.1.spool")
    assert found.read(1 << 20).rows == rows[:2]
    assert found.find(rows[1].prediction_id) == rows[1]
    assert found.find(rows[2].prediction_id) is None
    segment.close()


def test_a_segment_written_again_gives_only_the_new_lines(tmp_path: Path) -> None:
    old, new = [row() for _ in range(5)], row()
    segment = Segment.create(tmp_path / "a.1.spool", 64 * 1024)
    segment.append(encode(one) for one in old)
    segment.reuse()
    segment.append([encode(new)])
    assert Segment.found(segment.path).read(1 << 20).rows == [new]
    segment.close()


def test_reading_in_pieces_gives_every_row_once(tmp_path: Path) -> None:
    rows = [row(padding) for padding in (0, 5000, 10, 9000, 0)]
    segment = Segment.create(tmp_path / "a.1.spool", 64 * 1024)
    segment.append(encode(one) for one in rows)
    seen: list[EncodedPrediction] = []
    while segment.waiting:
        piece = segment.read(2000)
        assert piece.end > segment.drained
        seen += piece.rows
        segment.drained = piece.end
    assert seen == rows
    assert segment.drained == segment.written > HEAD
    segment.close()


# --- the log


def test_acknowledged_means_on_disk_and_soon_in_the_database(there: Settings) -> None:
    rows = [row(900) for _ in range(400)]
    with opened(there) as log:
        assert all(asyncio.run(record(log, rows[:200])))
        assert {one.prediction_id for one in rows[:200]} <= spooled(log) | ids(there)
        wait_for(lambda: log.waiting_rows == 0)
        assert all(asyncio.run(record(log, rows[200:])))
    assert ids(there) == {one.prediction_id for one in rows}
    assert list((there.home / "spool").iterdir()) == []


def ids(settings: Settings) -> set[str]:
    log = store.Predictions(store.engine(settings.database_url))
    return {one.prediction_id for one in log.recent(10_000)}


def test_what_comes_while_the_database_is_away_is_there_when_it_is_back(away: Settings) -> None:
    rows = [row() for _ in range(20)]
    with opened(away) as log:
        assert all(asyncio.run(record(log, rows)))
        assert (log.waiting_rows, log.waiting_bytes > 0) == (20, True)
        store.migrate(away.database_url)
        wait_for(lambda: log.waiting_rows == 0)
        assert ids(away) == {one.prediction_id for one in rows}
        assert log.waiting_bytes == 0


def test_a_log_that_begins_without_its_database_finds_it_and_makes_none(away: Settings) -> None:
    """Whoever puts the file back may do so at any time, and readiness tells what the log can use."""
    file, aside = away.home / "predictiondex.db", away.home / "aside.db"
    etl.ensure_loaded(f"sqlite:///{aside}")
    with opened(away) as log:
        asyncio.run(record(log, [row()]))
        wait_for(lambda: log._drainer._away)
        assert not file.exists()
        assert "no database" in log.check(5)[0]
        aside.rename(file)
        wait_for(lambda: log.waiting_rows == 0)
        assert log.check(5) == ()
        file.rename(aside)
        file.touch()  # another one in its place
        asyncio.run(record(log, [row()]))
        wait_for(lambda: log._drainer._away)
        assert "was moved, replaced" in log.check(5)[0]
        aside.replace(file)
        wait_for(lambda: log.waiting_rows == 0)
    assert len(ids(away)) == 2


def test_what_came_in_before_the_database_failed_is_counted(
    there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails at every second piece of a segment: in the end nothing waits, and the metric says so."""
    asked = count()
    add = store.Predictions.add_encoded

    def add_at_times(self: store.Predictions, rows: list[EncodedPrediction]) -> int:
        if next(asked) % 2:
            raise StoreError("away")
        return add(self, rows)

    monkeypatch.setattr(draining, "_PIECE_BYTES", 3000)
    monkeypatch.setattr(draining, "AWAY_SECONDS", 0.05)
    monkeypatch.setattr(store.Predictions, "add_encoded", add_at_times)
    rows = [row(900) for _ in range(20)]
    with opened(there) as log:
        assert all(asyncio.run(record(log, rows)))
        wait_for(lambda: log.waiting_bytes == 0)
        wait_for(lambda: log.waiting_rows == 0)
    assert next(asked) > 4
    assert ids(there) == {one.prediction_id for one in rows}


@pytest.mark.parametrize("lossy", [False, True])
def test_a_full_spool_refuses_or_loses_and_counts(away: Settings, *, lossy: bool) -> None:
    settings = away.model_copy(update={"spool_full": "drop" if lossy else "refuse"})
    rows = [row(20_000) for _ in range(100)]
    with opened(settings) as log:
        taken = asyncio.run(record(log, rows))
        files = sum(path.stat().st_size for path in log.spool.folder.glob("*.spool"))
        assert files <= log.limit
        kept = spooled(log)
        assert 30 < len(kept) < 60
        assert log.counts.written == len(kept)
        if lossy:
            assert all(taken)
            assert log.counts.dropped == 100 - len(kept)
        else:
            assert {one.prediction_id for one, ok in zip(rows, taken, strict=True) if ok} == kept
        store.migrate(settings.database_url)
        wait_for(lambda: log.waiting_rows == 0)
        assert all(asyncio.run(record(log, [row(20_000) for _ in range(20)])))  # there is room again


@pytest.mark.parametrize("lossy", [False, True])
def test_a_full_disk_is_said_and_forgotten_when_there_is_room(
    there: Settings, monkeypatch: pytest.MonkeyPatch, *, lossy: bool
) -> None:
    """A disk that is really full would be full for every other test as well."""
    whole = spool._write
    full = threading.Event()

    def write(file: BinaryIO, offset: int, content: bytes) -> None:
        if full.is_set():
            whole(file, offset, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(file, offset, content)

    monkeypatch.setattr(spool, "_write", write)
    first, later = [row() for _ in range(5)], [row() for _ in range(5)]
    with opened(there.model_copy(update={"spool_full": "drop" if lossy else "refuse"})) as log:
        assert all(asyncio.run(record(log, first)))
        full.set()
        lost = row()
        if lossy:
            assert asyncio.run(record(log, [lost])) == [True]
            assert log.counts.dropped == 1
        else:
            with pytest.raises(LogFull, match="No space left"):
                asyncio.run(log.record(lost))
        full.clear()
        assert all(asyncio.run(record(log, later)))
    assert ids(there) == {one.prediction_id for one in [*first, *later]}


def test_a_batch_that_fails_in_its_second_segment_keeps_what_the_first_one_has(
    there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is told that the log is full has nothing in it, and who is told nothing has."""
    append, used = Segment.append, set[Path]()

    def append_to_one(self: Segment, bodies: Iterable[bytes]) -> None:
        if used - {self.path}:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        used.add(self.path)
        append(self, bodies)

    monkeypatch.setattr(Segment, "append", append_to_one)
    rows = [row(400_000) for _ in range(6)]  # two of them fit into one segment
    with opened(there) as log:
        taken = asyncio.run(record(log, rows))
    assert taken == [True, True, False, False, False, False]
    assert ids(there) == {one.prediction_id for one in rows[:2]}


def test_what_the_database_refuses_is_set_aside_and_counted(away: Settings) -> None:
    """All others are logged. Nothing is given up before it is set aside."""
    kept, impossible = [row(), row()], replace(row(), latency_ms=-1.0)
    foreign = encode(row()).rpartition(b"\t")[0]  # of another version of the program: a column less
    with opened(away) as log:
        (hindered := log.spool.folder / f"{log.spool.owner}.refused").mkdir()
        asyncio.run(record(log, [kept[0], impossible, kept[1]]))
        asyncio.run(log._committer.commit(foreign))
        store.migrate(away.database_url)
        wait_for(lambda: ids(away) == {one.prediction_id for one in kept})
        assert (log.counts.dropped, log.waiting_rows) == (0, 4)
        hindered.rmdir()
        wait_for(lambda: log.waiting_rows == 0)
        assert (log.counts.written, log.counts.dropped) == (4, 2)
        assert hindered.read_bytes().splitlines() == [encode(impossible), foreign]
    assert ids(away) == {one.prediction_id for one in kept}
    assert list(hindered.parent.iterdir()) == [hindered]


def test_what_is_set_aside_on_a_full_disk_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, aside = spool._write, Spool(tmp_path)

    def write_half(file: BinaryIO, offset: int, content: bytes) -> None:
        whole(file, offset, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    aside.set_aside([b"one"])
    monkeypatch.setattr(spool, "_write", write_half)
    with pytest.raises(OSError, match="No space"):
        aside.set_aside([b"another"])
    monkeypatch.setattr(spool, "_write", whole)
    assert aside.set_aside([b"two", b"three"]).read_bytes() == b"one\ntwo\nthree\n"


def test_what_an_ended_process_left_is_taken_over_and_a_living_one_is_left_alone(away: Settings) -> None:
    ended, living = row(), row()
    with opened(away) as first:
        asyncio.run(record(first, [ended]))
    assert spooled(first) == {ended.prediction_id}  # nothing to drain into: it stays for the next start
    with opened(away) as second:
        asyncio.run(record(second, [living]))
        store.migrate(away.database_url)
        mine = Spool(away.home / "spool")
        mine.open()
        assert list(mine.take_over()) == []
        mine.close()
        wait_for(lambda: ids(away) == {ended.prediction_id, living.prediction_id})
    assert list((away.home / "spool").iterdir()) == []


#: Records predictions as soon as there is room, and is killed.
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from predictiondex.api.predictionlog import PredictionLog
from predictiondex.settings import Settings
from tests.api.test_predictionlog import record, row, wait_for
log = PredictionLog(Settings(home=Path(sys.argv[1]), spool_mb=1))
log.open()
wait_for(lambda: log._segments.room)
assert all(asyncio.run(record(log, [row() for _ in range(5)])))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_killed_processes_left_is_counted_and_takes_no_more_room_than_it_needs(away: Settings) -> None:
    """Neither what they had not used of their files nor those that they never used."""

    def sizes() -> list[int]:
        return [path.stat().st_size for path in (away.home / "spool").glob("*.spool")]

    for _ in range(4):
        command = [sys.executable, "-c", KILLED, str(away.home)]
        assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
        assert sum(sizes()) <= away.spool_mb * 1024 * 1024
    with opened(away) as log:
        wait_for(lambda: log.waiting_rows == 20)
        assert sum(sizes()) < 2 * log._segments.size + 20_000  # two of its own, and the lines of the others
        asyncio.run(record(log, [row()]))
        assert log.waiting_rows == 21
        store.migrate(away.database_url)
        wait_for(lambda: log.waiting_rows == 0)
    assert len(ids(away)) == 21


def test_who_leaves_before_the_flush_is_counted(away: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    flushing, go, flush = threading.Event(), threading.Event(), spool._flush

    def flush_later(file: int) -> None:
        flushing.set()
        assert go.wait(20)
        flush(file)

    async def leave(log: PredictionLog) -> None:
        tasks = [asyncio.create_task(log.record(row())) for _ in range(5)]
        assert await asyncio.to_thread(flushing.wait, 20)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        go.set()

    with opened(away) as log:
        monkeypatch.setattr(spool, "_flush", flush_later)
        asyncio.run(leave(log))
        assert all(asyncio.run(record(log, [row() for _ in range(5)])))
        assert (log.counts.written, log.waiting_rows) == (10, 10)


def test_a_prediction_that_still_waits_is_found(there: Settings, tmp_path: Path) -> None:
    sibling = Spool(tmp_path / "spool")
    sibling.open()
    segment = sibling.new_segment(64 * 1024)
    waiting = row()
    segment.append([encode(waiting)])
    with opened(there) as log:
        found = log.stored(waiting.prediction_id)
        assert found is not None
        assert found.answer["recommended_move"] == "tackle"
        assert log.stored("nobody") is None
    segment.close()
    sibling.close()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    with pytest.raises(StartError, match="spool"):
        PredictionLog(Settings(home=tmp_path)).open()
