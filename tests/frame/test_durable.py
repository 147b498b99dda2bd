"""What must outlive a power cut: a file's folder is flushed once its name stands there."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from predictiondex.api.keys import Keys
from predictiondex.ml.artefact import MANIFEST_FILE, MODEL_FILE, write_artefact
from predictiondex.ml.registry import Registry
from tests.ml.models import manifest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no folder is flushed there")

Flushed = list[tuple[int, frozenset[str]]]


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> Flushed:
    """Every folder that was flushed, by its inode, with the names that it had then."""
    seen: Flushed = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            seen.append((found.st_ino, frozenset(os.listdir(descriptor))))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def names(flushed: Flushed, folder: Path) -> frozenset[str]:
    """What a folder held at the last of its flushes."""
    return [held for inode, held in flushed if inode == folder.stat().st_ino][-1]


def test_a_key_that_was_revoked_stays_revoked(tmp_path: Path, flushed: Flushed) -> None:
    keys = Keys(tmp_path / "keys.json")
    keys.create("page", ["predict"])
    assert "keys.json" in names(flushed, tmp_path)
    before = len(flushed)
    keys.revoke("page")
    assert len(flushed) == before + 1


def test_an_artefact_has_its_files_and_its_name(tmp_path: Path, flushed: Flushed) -> None:
    write_artefact(tmp_path / "made", b"model", manifest())
    assert {MODEL_FILE, MANIFEST_FILE} <= names(flushed, tmp_path / "made")
    assert "made" in names(flushed, tmp_path)


def test_a_record_that_is_begun_has_its_name(tmp_path: Path, flushed: Flushed) -> None:
    registry = Registry(tmp_path)
    for content in (b"one", b"two"):
        registry.add(content, manifest())
    registry.set_alias("champion", "1", reason="first", by="test")
    assert {"history.jsonl", "versions"} <= names(flushed, tmp_path)
    before = len(flushed)
    registry.set_alias("champion", "2", reason="better", by="test")
    assert len(flushed) == before  # its name is there already
