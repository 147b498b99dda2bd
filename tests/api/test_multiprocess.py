"""Metrics of several workers as one."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from predictiondex.api import multiprocess

#: A worker that measures one thing and ends.
WORKER = """
from prometheus_client import Counter, Gauge
Counter("served_total", "").inc(2)
Gauge("busy", "", multiprocess_mode="livesum").set(7)
"""


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back after the test
    (tmp_path / "memory").mkdir()
    return tmp_path / "memory"


@pytest.fixture
def folder(tmp_path: Path, memory: Path) -> Iterator[Path]:
    with multiprocess.prepared(tmp_path / "metrics", memory) as made:
        yield made


def shown() -> str:
    registry = CollectorRegistry()
    multiprocess.register(registry)
    return generate_latest(registry).decode()


def work() -> None:
    subprocess.run([sys.executable, "-c", WORKER], check=True, timeout=60)


def test_counters_of_ended_workers_stay_and_their_state_goes(folder: Path) -> None:
    work()
    work()
    text = shown()
    assert "served_total 4.0" in text
    assert "busy" not in text
    assert [path.name for path in folder.glob("gauge_*")] == []


@pytest.mark.parametrize("content", [b"", bytes(65_536)])
def test_a_worker_that_is_just_starting_hinders_nobody(folder: Path, content: bytes) -> None:
    """Its files are made first, then get their size, then say how much of it is used."""
    work()
    (folder / f"counter_{os.getpid()}.db").write_bytes(content)
    assert "served_total 2.0" in shown()


# --- where the files are


def test_the_files_are_in_memory_for_us_alone_and_gone_at_the_end(tmp_path: Path, memory: Path) -> None:
    with multiprocess.prepared(tmp_path / "metrics", memory) as made:
        assert made.parent == memory
        assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(made)
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        work()
        assert list(made.glob("counter_*.db"))
    assert list(memory.iterdir()) == []
    assert not (tmp_path / "metrics").exists()


def test_a_real_service_has_a_folder_in_memory() -> None:
    if not multiprocess.MEMORY.is_dir():
        pytest.skip("no folder in memory on this system")
    with multiprocess._in_memory(multiprocess.MEMORY) as made:
        assert made is not None
    assert not made.exists()


#: A server that says where its folder is and waits to be killed.
SERVER = """
import sys
from pathlib import Path
from predictiondex.api import multiprocess
with multiprocess.prepared(Path(sys.argv[1]), Path(sys.argv[2])) as made:
    print(made, flush=True)
    sys.stdin.readline()
"""


def test_servers_share_no_folder_and_a_killed_ones_goes_with_the_next_start(
    tmp_path: Path, memory: Path
) -> None:
    command = [sys.executable, "-c", SERVER, str(tmp_path / "metrics"), str(memory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with multiprocess.prepared(tmp_path / "metrics", memory) as ours:
            assert ours != theirs
            assert theirs.is_dir()
        other.kill()
        other.wait(60)
        assert theirs.is_dir()
    with multiprocess.prepared(tmp_path / "metrics", memory) as ours:
        assert list(memory.iterdir()) == [ours]


@pytest.mark.parametrize("lacking", ["the folder", "room"])
def test_without_memory_they_are_in_the_home(
    tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    if lacking == "room":
        monkeypatch.setattr(multiprocess, "_ROOM", 1 << 62)
    else:
        memory.rmdir()
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"of a former start")
    with multiprocess.prepared(tmp_path / "metrics", memory) as made:
        assert made == tmp_path / "metrics"
        assert list(made.iterdir()) == []


# --- what is shown


SHOWN = """
from pathlib import Path
from predictiondex.api.metrics import Metrics
print(Metrics(Path("nowhere")).render("")[0].decode())
"""


@pytest.mark.slow
def test_several_workers_show_no_counts_of_one_of_them(folder: Path) -> None:
    del folder  # its name is in the environment
    ran = subprocess.run(
        [sys.executable, "-c", SHOWN], check=True, timeout=60, capture_output=True, text=True
    )
    assert "python_info" in ran.stdout
    assert "python_gc" not in ran.stdout
