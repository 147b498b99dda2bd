"""A disk that is really full: who is affected, who is not, and that all is well again by itself."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from predictiondex import store
from predictiondex.api import disk
from predictiondex.api.predictionlog import PredictionLog
from predictiondex.api.problems import LogFull
from predictiondex.api.ratelimits import Windows
from predictiondex.errors import StartError
from predictiondex.settings import Settings
from tests.api.disks import SmallDisk, small_disk
from tests.api.load import FIXED
from tests.api.observed import faults, logged, value
from tests.api.problems import problem
from tests.api.processes import ServerProcess, wait_for
from tests.api.test_predictionlog import ids, row

__all__ = ["small_disk"]

KEY = "an-environment-key-of-40-characters-00000"
BODY = {**FIXED, "engine": "simulation"}

#: Counts in every page of the shared file; the disk is filled in between.
COUNTING = """
import sys
from pathlib import Path
from predictiondex.api.ratelimits import Windows
windows = Windows(Path(sys.argv[1]))
print("made", flush=True)
sys.stdin.readline()
for number in range(10_000):
    assert windows.acquire_sliding_window_entry(f"key {number}", 5, 3600)
"""


def test_requests_are_counted_on_a_full_disk(small_disk: SmallDisk) -> None:
    command = [sys.executable, "-c", COUNTING, str(small_disk.folder / "limits")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as counting:
        assert counting.stdout is not None
        assert counting.stdout.readline() == "made\n"
        small_disk.fill()
        counting.communicate("go\n", timeout=60)
    assert counting.returncode == 0  # and no SIGBUS


#: Two workers that may be asked twice an hour, each asked three times.
WORKERS = """
import logging, sys
from pathlib import Path
from predictiondex.api.ratelimits import RateLimits
logging.basicConfig(format="%(message)s")
workers = [RateLimits("2/hour", Path(sys.argv[1])) for _ in range(2)]
print(*(int(one.wait("a") is None) for one in workers for _ in range(3)), flush=True)
"""


def test_without_room_each_worker_counts_for_itself(small_disk: SmallDisk) -> None:
    shared = small_disk.folder / "run" / "limits"
    # Processes of their own: one that goes wrong here is ended by a signal.
    command = [sys.executable, "-c", WORKERS, str(shared)]
    small_disk.fill()
    alone = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert alone.stdout == "1 1 0 1 1 0\n"
    assert alone.stderr == "rate limits are counted by each worker for itself\n" * 2
    assert shared.stat().st_size == 0
    small_disk.free()
    together = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert (together.stdout, together.stderr) == ("1 1 0 0 0 0\n", "")


def test_blocks_are_reserved_where_the_system_has_no_call_for_it(
    small_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(disk.os, "posix_fallocate")
    shared = small_disk.folder / "limits"
    windows = Windows(shared)
    assert windows.acquire_sliding_window_entry("key", 1, 3600)
    assert shared.stat().st_blocks * 512 >= shared.stat().st_size > 0
    shared.unlink()
    small_disk.fill()
    Windows(shared)
    assert shared.stat().st_size == 0


@pytest.mark.parametrize("lossy", [False, True])
def test_a_log_that_begins_without_room_gets_it_by_itself(
    small_disk: SmallDisk, tmp_path: Path, *, lossy: bool
) -> None:
    settings = Settings(
        home=small_disk.folder,
        database_url=f"sqlite:///{tmp_path / 'log.db'}",
        spool_full="drop" if lossy else "refuse",
    )
    store.migrate(settings.database_url)
    small_disk.fill()
    log = PredictionLog(settings)
    log.open()
    try:
        if lossy:
            asyncio.run(log.record(row()))
            assert (log.counts.written, log.counts.dropped) == (0, 1)
        else:
            with pytest.raises(LogFull):
                asyncio.run(log.record(row()))
        small_disk.free()
        kept = row()
        asyncio.run(log.record(kept))
    finally:
        log.close()
    assert ids(settings) == {kept.prediction_id}


def test_a_spool_that_can_never_be_written_is_told_at_once(small_disk: SmallDisk) -> None:
    small_disk.remount("ro")
    try:
        with pytest.raises(StartError, match="Read-only"):
            PredictionLog(Settings(home=small_disk.folder)).open()
    finally:
        small_disk.remount("rw")


@pytest.mark.slow
def test_workers_outlive_a_full_disk_and_so_do_those_that_replace_them(
    own: Settings, small_disk: SmallDisk, tmp_path: Path
) -> None:
    """The service starts on one, answers facts, and logs once there is room; then the disk is full again."""
    settings = own.model_copy(update={"home": small_disk.folder, "database_url": own.database_url})
    log, guarded = tmp_path / "log", {"PDX_WORKERS": "2", "PDX_AUTH": "on", "PDX_API_KEY": KEY}
    header = {"X-API-Key": KEY}
    small_disk.fill()
    with ServerProcess(settings, log, **guarded) as process, process.client() as http:
        http.headers.update(header)

        def answers() -> set[int]:
            """Of connections of their own: any worker may take them."""
            asked = [
                httpx.post(f"{process.address}/predict/best-move", json=BODY, headers=header, timeout=30)
                for _ in range(12)
            ]
            return {one.status_code for one in asked}

        def refused() -> bool:
            return "log-full" in http.post("/predict/best-move", json=BODY).text

        wait_for("the start", refused, 240)
        wait_for("both workers", lambda: len(process.workers()) == 2)
        problem(http.post("/predict/best-move", json=BODY), 503, "log-full")
        assert http.get("/pokemon/mew").status_code == 200
        small_disk.free()
        wait_for("room", lambda: answers() == {200}, 240)
        small_disk.fill()
        left = [FileLock(path) for path in (small_disk.folder / "spool").glob("*.lock")]
        for worker in (old := process.workers()):
            worker.kill()
        with contextlib.ExitStack() as held:
            # What the dead left is for those that come: brought into the database, it gives its room back,
            # and whoever starts last finds it. So that there is none, nobody gets it yet.
            for lock in left:
                held.enter_context(lock)
            wait_for("two others", lambda: len(set(process.workers()) - set(old)) == 2)
            wait_for("their answers", refused, 240)
            wait_for("that both answer", lambda: answers() == {503}, 240)
            assert http.get("/pokemon/mew").status_code == 200
            assert value(http, "api_errors_total", error_type="log-full") > 0
        staying = process.workers()
        small_disk.free()
        wait_for("room again", lambda: answers() == {200}, 240)
        kept = http.post("/predict/best-move", json=BODY).json()["prediction_id"]
        assert process.workers() == staying
        assert process.stop() == 0
    assert kept in logged(settings)
    assert faults(log) == []
