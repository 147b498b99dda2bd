"""Artefacts: what is written is what is read; damage, edits by hand and full disks are found out."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from predictiondex.errors import ArtefactError
from predictiondex.ml.artefact import read_artefact, write_artefact
from predictiondex.ml.model import BattleModel
from tests.ml.models import booster, manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_artefact(tmp_path / "made", booster(), manifest(), extra={"report.md": b"fine"})
    return tmp_path / "made"


def test_what_is_written_is_what_is_read(folder: Path) -> None:
    read, content = read_artefact(folder)
    assert content == booster()
    assert read.model_sha256 == hashlib.sha256(booster()).hexdigest()
    assert (read.features, read.metrics, read.calibration) == (
        manifest().features,
        manifest().metrics,
        manifest().calibration,
    )
    assert (folder / "report.md").read_bytes() == b"fine"
    assert BattleModel.load(folder).manifest == read


def test_others_may_read_it_as_far_as_the_umask_goes(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    write_artefact(tmp_path / "made", b"model", manifest())
    assert (tmp_path / "made").stat().st_mode == (tmp_path / "plain").stat().st_mode


def _cut(folder: Path) -> None:
    path = folder / "model.ubj"
    path.write_bytes(path.read_bytes()[:-100])


def _flip(folder: Path) -> None:
    content = bytearray((folder / "model.ubj").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.ubj").write_bytes(content)


def _polish(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("0.04", "0.01"))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_cut, "model.ubj is cut short"),
        (_flip, "model.ubj is not the model that its manifest describes"),
        (lambda folder: (folder / "model.ubj").unlink(), "model.ubj cannot be read"),
        (_polish, "manifest.json was altered"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "manifest.json was altered"),
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json cannot be read"),
    ],
    ids=["cut", "flipped", "no model", "edited", "no json", "no object", "no manifest"],
)
def test_damage_is_found_out_and_help_is_told(
    folder: Path, damage: Callable[[Path], object], told: str
) -> None:
    damage(folder)
    with pytest.raises(ArtefactError, match=f"{told}.*rollback"):
        read_artefact(folder)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"model_file": "../elsewhere"}, "model_file is '../elsewhere'"),
        ({"features": "hp"}, "features is 'hp'"),
        ({"unheard_of": 1}, "unheard_of is unknown"),
        ({"engine_version": None}, "engine_version is None"),
    ],
)
def test_a_manifest_with_a_right_seal_still_has_to_fit(
    folder: Path, changed: dict[str, Any], told: str
) -> None:
    content = json.loads((folder / "manifest.json").read_bytes()) | changed
    del content["manifest_sha256"]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    seal = hashlib.sha256(canonical.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps({**content, "manifest_sha256": seal}))
    with pytest.raises(ArtefactError, match=told):
        read_artefact(folder)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"features": ("hp",)}, "another features"),
        ({"engine_version": "0"}, "another engine version"),
        ({"parameters": {"feature_version": 0}}, "another feature version"),
    ],
)
def test_a_model_of_other_features_or_rules_is_not_loaded(
    tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    write_artefact(tmp_path / "other", booster(), manifest(**changed))
    with pytest.raises(ArtefactError, match=told):
        BattleModel.load(tmp_path / "other")


def test_an_honest_manifest_of_something_that_is_no_model(tmp_path: Path) -> None:
    write_artefact(tmp_path / "other", b"no booster at all", manifest())
    with pytest.raises(ArtefactError, match="is no model"):
        BattleModel.load(tmp_path / "other")


def test_an_artefact_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(ArtefactError, match="never overwritten"):
        write_artefact(folder, b"another", manifest())
    assert read_artefact(folder)[1] == booster()


@pytest.mark.parametrize("name", ["../report.md", ".hidden", "a/b"])
def test_files_beside_the_model_stay_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArtefactError, match="cannot be the name"):
        write_artefact(tmp_path / "made", b"model", manifest(), extra={name: b""})
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="no plain value"):
        write_artefact(tmp_path / "made", b"model", manifest(metrics={"rmse": float("nan")}))
    assert list(tmp_path.iterdir()) == []


#: Writes under a limit of the size of files, which fails as a full disk does: in the middle of a write.
FULL = """
import resource, sys
from pathlib import Path
from predictiondex.errors import PredictionDexError
from predictiondex.ml.registry import Registry

registry = Registry(Path(sys.argv[1]))
manifest = registry.manifest("1")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    if sys.argv[3] == "add":
        registry.add(b"0" * 100_000, manifest)
    else:
        registry.set_alias("champion", "2", reason="better" * 1000, by="test")
except PredictionDexError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
@pytest.mark.parametrize("what", ["add", "move"])
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, what: str) -> None:
    from predictiondex.ml.registry import Registry

    registry = Registry(tmp_path)
    for content in (b"one", b"two"):
        registry.add(content, manifest())
    registry.set_alias("champion", "1", reason="first", by="test")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    run = [sys.executable, "-c", FULL, str(tmp_path), "2000", what]
    result = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "cannot be written: File too large" in result.stdout
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert registry.versions() == ["1", "2"]
    assert registry.aliases() == {"champion": "1"}
