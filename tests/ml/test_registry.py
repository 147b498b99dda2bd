"""The registry: versions and aliases survive kills, damage and several writers at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from predictiondex.errors import ArtefactError, RegistryError
from predictiondex.ml.artefact import read_artefact
from predictiondex.ml.registry import Registry
from tests.ml.models import booster, manifest

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and rights are POSIX's")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Two versions, the first of them champion."""
    registry = Registry(tmp_path / "models")
    for seed in (1, 2):
        registry.add(booster(seed), manifest())
    registry.set_alias("champion", "1", reason="first", by="test")
    return registry


def test_an_empty_registry_has_no_champion(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "none")
    assert (registry.versions(), registry.aliases(), registry.champion()) == ([], {}, None)
    assert not registry.root.exists()


def test_versions_are_counted_and_say_so_themselves(registry: Registry) -> None:
    for _ in range(9):
        registry.add(b"more", manifest())
    assert registry.versions() == [str(number) for number in range(1, 12)]
    assert registry.manifest("11").version == "11"
    assert registry.add(b"named", manifest(), version="40") == "40"
    assert registry.add(b"next", manifest()) == "41"
    with pytest.raises(ArtefactError, match="never overwritten"):
        registry.add(b"again", manifest(), version="40")


def test_a_number_is_not_used_twice(registry: Registry) -> None:
    registry.set_alias("challenger", "2", reason="trained", by="test")
    registry.set_alias("challenger", None, reason="gone", by="test")
    registry.path("2").rename(registry.root / "elsewhere")
    assert registry.add(b"third", manifest()) == "3"


def test_an_alias_moves_and_the_record_says_why(registry: Registry) -> None:
    seen = registry.fingerprint()
    assert seen == Registry(registry.root).fingerprint()
    registry.set_alias("champion", "2", reason="better", by="somebody", facts={"rmse": 0.03})
    assert registry.champion() == registry.path("2")
    assert registry.fingerprint() != seen
    last = registry.history()[-1]
    assert (last["before"], last["after"], last["reason"], last["by"]) == ("1", "2", "better", "somebody")
    assert last["facts"] == {"rmse": 0.03}
    assert len(registry.history()) == 2


def test_an_alias_that_went_and_came_back_has_moved(registry: Registry) -> None:
    seen = registry.fingerprint()
    for version in ("2", "1"):
        registry.set_alias("champion", version, reason="test", by="test")
    assert registry.aliases() == {"champion": "1"}
    assert registry.fingerprint() != seen


def test_a_note_moves_nothing(registry: Registry) -> None:
    seen = registry.fingerprint()
    registry.note("2", reason="refused", by="gate")
    assert registry.fingerprint() == seen
    assert registry.aliases() == {"champion": "1"}
    assert registry.history()[-1]["facts"] == {"version": "2"}


def test_an_alias_never_means_what_is_damaged_or_absent(registry: Registry) -> None:
    (registry.path("2") / "model.ubj").write_bytes(b"short")
    for version, error in (("2", ArtefactError), ("3", RegistryError), ("../1", RegistryError)):
        with pytest.raises(error):
            registry.set_alias("champion", version, reason="no", by="test")
    with pytest.raises(RegistryError, match="Unknown alias"):
        registry.set_alias("favourite", "1", reason="no", by="test")
    assert registry.aliases() == {"champion": "1"}
    assert len(registry.history()) == 1


def test_a_decision_about_another_champion_does_not_count(registry: Registry) -> None:
    registry.set_alias("champion", "2", reason="somebody was faster", by="test")
    with pytest.raises(RegistryError, match="is now 2, no longer 1"):
        registry.set_alias("champion", "2", reason="late", by="test", expected="1")
    with pytest.raises(RegistryError, match="no longer None"):
        registry.set_alias("champion", "2", reason="late", by="test", expected=None)
    assert len(registry.history()) == 2


def test_a_version_that_is_gone_is_named(registry: Registry) -> None:
    registry.path("1").rename(registry.root / "elsewhere")
    with pytest.raises(RegistryError, match=r"no model version '1' \(there are: 2\)"):
        registry.champion()


@pytest.mark.parametrize("line", [b"{nonsense}", b"3", b'{"alias": "champion", "after": "2"}', b"SEVEN"])
def test_a_damaged_record_stops_everything_but_the_watching(registry: Registry, line: bytes) -> None:
    record = registry.root / "history.jsonl"
    good = record.read_bytes()
    line = good.rstrip().replace(b'"after": "1"', b'"after": 7') if line == b"SEVEN" else line
    record.write_bytes(line + b"\n" + good)
    with pytest.raises(RegistryError, match="line 1, is damaged"):
        registry.aliases()
    with pytest.raises(RegistryError, match="line 1, is damaged"):
        registry.set_alias("champion", "2", reason="no", by="test")
    assert registry.fingerprint() == "damaged"


#: Kills itself: while a model is written, before it is named, or in the middle of moving an alias.
KILLED = """
import os, signal, sys
from pathlib import Path
from predictiondex.ml import artefact, registry

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

store = registry.Registry(Path(sys.argv[1]))
manifest, booster = artefact.read_artefact(store.path("1"))
if sys.argv[2] == "writing":
    os.fsync = die
    store.add(booster, manifest)
elif sys.argv[2] == "naming":
    Path.replace = die
    store.add(booster, manifest)
else:
    def half(descriptor):
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - 10)
        die()
    os.fsync = half
    store.set_alias("champion", "2", reason="better", by="test")
"""


@POSIX
@pytest.mark.parametrize("when", ["writing", "naming", "moving"])
def test_a_kill_in_the_middle_leaves_the_old_state(registry: Registry, when: str) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(registry.root), when], check=False)
    assert run.returncode == -signal.SIGKILL
    assert registry.aliases() == {"champion": "1"}
    assert registry.versions() == ["1", "2"]
    # And goes on: nothing is locked, nothing lies about.
    assert registry.add(booster(3), manifest()) == "3"
    registry.set_alias("champion", "3", reason="goes on", by="test")
    assert [line["after"] for line in registry.history()] == ["1", "3"]
    assert sorted(path.name for path in (registry.root / "versions").iterdir()) == ["1", "2", "3"]


WRITER = """
import sys
from pathlib import Path
from predictiondex.ml.registry import Registry

registry = Registry(Path(sys.argv[1]))
manifest = registry.manifest("1")
for turn in range(6):
    number = registry.add(sys.argv[2].encode() * 1000, manifest)
    registry.set_alias("champion", number, reason=sys.argv[2], by="test")
"""


def test_several_writers_at_once_lose_nothing(registry: Registry) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(registry.root), str(number)])
        for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert registry.versions() == [str(number) for number in range(1, 21)]
    moves = registry.history()
    assert len(moves) == 19
    assert [move["before"] for move in moves] == [None, *(move["after"] for move in moves[:-1])]
    for version in registry.versions():
        read_artefact(registry.path(version))


def test_a_registry_that_may_only_be_read_serves(registry: Registry) -> None:
    before = {path.name for path in registry.root.iterdir()}
    (registry.root / ".lock").unlink()
    assert registry.champion() == registry.path("1")
    assert registry.fingerprint()
    assert {path.name for path in registry.root.iterdir()} == before - {".lock"}
