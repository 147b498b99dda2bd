"""Metrics of several workers as one."""

from __future__ import annotations

import os
import subprocess
import sys
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
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back after the test
    multiprocess.prepare(tmp_path / "metrics")
    return tmp_path / "metrics"


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
