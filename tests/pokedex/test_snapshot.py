"""The snapshot file: it loads when it is whole, and is refused when it is not."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from predictiondex.errors import SnapshotError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.load import load

DATA = Path(__file__).parents[2] / "src" / "predictiondex" / "pokedex" / "data"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def _seal(folder: Path) -> None:
    digest = hashlib.sha256((folder / "pokedex.json").read_bytes()).hexdigest()
    (folder / "pokedex.sha256").write_text(digest + "\n", encoding="ascii")


def test_a_whole_copy_loads(copy: Path) -> None:
    loaded = load(copy)
    assert (
        loaded.checksum
        == pokedex.checksum
        == hashlib.sha256((DATA / "pokedex.json").read_bytes()).hexdigest()
    )
    assert loaded.forms == pokedex.forms
    assert loaded.moves == pokedex.moves


@pytest.mark.parametrize("position", [0, 1000, -2])
def test_one_changed_byte_is_refused_with_both_checksums(copy: Path, position: int) -> None:
    data = bytearray((copy / "pokedex.json").read_bytes())
    data[position] ^= 1
    (copy / "pokedex.json").write_bytes(data)
    with pytest.raises(SnapshotError) as caught:
        load(copy)
    assert pokedex.checksum in caught.value.message
    assert hashlib.sha256(data).hexdigest() in caught.value.message


def test_a_snapshot_cut_short_is_refused(copy: Path) -> None:
    path = copy / "pokedex.json"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(SnapshotError, match=pokedex.checksum):
        load(copy)


@pytest.mark.parametrize("name", ["pokedex.json", "pokedex.sha256"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(SnapshotError, match=name.replace(".", r"\.")):
        load(copy)


@pytest.mark.parametrize("text", ['{"layout":99}', "[]", "no json", "{}"])
def test_another_layout_is_refused(copy: Path, text: str) -> None:
    (copy / "pokedex.json").write_text(text, encoding="utf-8")
    _seal(copy)
    with pytest.raises(SnapshotError, match="layout 1"):
        load(copy)


def test_the_file_is_written_the_same_everywhere() -> None:
    data = (DATA / "pokedex.json").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"}\n")
    records = json.loads(data)
    # One record a line, so that a change of the facts can be read in a diff.
    assert data.count(b"\n") > sum(len(records[part]) for part in ("forms", "moves", "species"))


def test_types_are_imported_without_reading_the_snapshot() -> None:
    code = (
        "import sys; from predictiondex.pokedex import Form, Move, TYPES;"
        "assert 'predictiondex.pokedex.load' not in sys.modules;"
        "from predictiondex.pokedex import pokedex; import predictiondex.pokedex as room;"
        "assert pokedex is room.pokedex"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unknown_attributes_of_the_room_are_errors() -> None:
    import predictiondex.pokedex as room

    with pytest.raises(AttributeError, match="nothing_here"):
        _ = room.nothing_here
