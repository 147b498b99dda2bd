"""Datasets: the same for the same seed however they are built, whole after a kill, refused when damaged."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from predictiondex.errors import DatasetError
from predictiondex.ml import cluster, dataset, scores, training
from predictiondex.ml.dataset import MANIFEST, Recipe, build, load
from predictiondex.ml.parquet import Rows, check_rows
from predictiondex.ml.sampling import draw
from predictiondex.ml.splits import SPECIES, SPLITS, TEST, TRAIN, VALID, held_back, split_of
from predictiondex.pokedex import pokedex
from tests.ml.conftest import Silent, World

#: Dask leaves a probing socket to the garbage collector.
DASK = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

SMALL = Recipe("quick", 3, 400, 16, partition=100)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build(SMALL, folder, progress=Silent())
    return folder


def hash_of(folder: Path) -> str:
    return str(json.loads((folder / MANIFEST).read_bytes())["hash"])


def copy_of(folder: Path, target: Path) -> Path:
    target.mkdir()
    for path in folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


@pytest.mark.slow
def test_what_is_interrupted_goes_on_and_ends_the_same(small: Path, tmp_path: Path) -> None:
    half = copy_of(small, tmp_path / "half")
    (half / MANIFEST).unlink()
    (half / "part-00002.parquet").unlink()
    whole = half / "part-00001.parquet"
    whole.write_bytes(whole.read_bytes()[:1000])  # cut short
    kept = (half / "part-00000.parquet").stat().st_mtime_ns
    assert build(SMALL, half, progress=Silent())["hash"] == hash_of(small)
    assert (half / "part-00000.parquet").stat().st_mtime_ns == kept


def test_another_seed_is_other_data(small: Path, tmp_path: Path) -> None:
    other = Recipe("quick", 4, 400, 16, partition=100)
    assert build(other, tmp_path, progress=Silent())["hash"] != hash_of(small)
    with pytest.raises(DatasetError, match="another dataset"):
        build(other, small, progress=Silent())


@DASK
@pytest.mark.slow
def test_two_workers_one_of_them_killed_build_the_same(small: Path, tmp_path: Path) -> None:
    """A worker killed in the middle costs time, not data."""
    killed: list[int] = []

    class Killer(Silent):
        def advance(self, units: int = 1) -> None:
            if units == 1 and not killed:
                workers = [
                    child
                    for child in psutil.Process().children(recursive=True)
                    if "spawn_main" in " ".join(child.cmdline()) and not child.children()
                ]
                killed.append(workers[-1].pid)
                os.kill(workers[-1].pid, signal.SIGKILL)

    with cluster.workers(2) as mapper:
        manifest = build(SMALL, tmp_path, mapper=mapper, progress=Killer())
    assert killed
    assert manifest["hash"] == hash_of(small)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(killed[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(killed[0])


@pytest.mark.slow
@DASK
def test_a_cluster_that_does_not_answer_is_named() -> None:
    with (
        pytest.raises(DatasetError, match="No Dask cluster answers"),
        cluster.workers(1, "tcp://127.0.0.1:9"),
    ):
        pass


def test_no_matchup_is_in_two_parts(small: Path) -> None:
    rows, _ = load(small)
    parts: dict[frozenset[int], set[int]] = {}
    for number, split in zip(rows.about["matchup"], rows.about["split"], strict=True):
        matchup = draw(SMALL.seed, int(number))
        pair = frozenset((matchup.a.form.dex, matchup.b.form.dex))
        parts.setdefault(pair, set()).add(int(split))
    assert all(len(splits) == 1 for splits in parts.values())


def test_pairs_and_species_of_the_tests_are_never_trained_on() -> None:
    """Over every pair of species there is: no overlap, whichever side is which."""
    species = sorted({form.dex for form in pokedex.forms.values()})
    found = {split: set[frozenset[int]]() for split in range(len(SPLITS))}
    for one in species:
        for other in species:
            split = split_of(one, other)
            assert split == split_of(other, one)
            found[split].add(frozenset((one, other)))
    for one_part, pairs in found.items():
        for other_part, others in found.items():
            assert one_part == other_part or not pairs & others
    trained = {dex for split in (TRAIN, VALID, TEST) for pair in found[split] for dex in pair}
    held = {dex for dex in species if held_back(dex)}
    assert held
    assert not held & trained
    assert all(pair & held for pair in found[SPECIES])
    assert all(len(pairs) > 300 for pairs in found.values())


def test_an_altered_manifest_is_refused(small: Path, tmp_path: Path) -> None:
    copy = copy_of(small, tmp_path / "copy")
    path = copy / MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"rows": ', b'"rows": 1', 1))
    with pytest.raises(DatasetError, match="altered"):
        load(copy)


@pytest.mark.parametrize(
    ("there", "damaged"),
    [
        (b'"rows": ', b'"rows": 1'),
        (b'"seed": 3', b'"seed": 4'),
        (b'"hash"', b'"hush"'),
        (b'"sha256"', b'"rows"'),
        (b'"partitions": [', b'"partitions": [7,'),
        (b"{", b""),
    ],
)
def test_a_damaged_manifest_is_written_again(
    small: Path, tmp_path: Path, there: bytes, damaged: bytes
) -> None:
    copy = copy_of(small, tmp_path / "copy")
    path = copy / MANIFEST
    whole = path.read_bytes()
    assert there in whole
    path.write_bytes(whole.replace(there, damaged, 1))
    with pytest.raises(DatasetError):
        load(copy)
    kept = (copy / "part-00000.parquet").stat().st_mtime_ns
    build(SMALL, copy, progress=Silent())
    assert path.read_bytes() == whole
    assert (copy / "part-00000.parquet").stat().st_mtime_ns == kept


def test_no_altered_byte_changes_what_is_learned(small: Path, tmp_path: Path) -> None:
    """Parquet has bytes that hold no value, such as statistics: altered, they are refused or do no harm."""
    copy = copy_of(small, tmp_path / "copy")
    path = copy / "part-00001.parquet"
    content, whole = path.read_bytes(), load(copy)[0]
    places = range(len(content) // 40, len(content), len(content) // 20)
    refused = 0
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 0xFF
        path.write_bytes(altered)
        try:
            rows = load(copy)[0]
        except DatasetError:
            refused += 1
        else:
            assert rows.features.tobytes() == whole.features.tobytes()
            assert all(np.array_equal(rows.about[name], whole.about[name]) for name in whole.about)
    assert refused > len(places) / 2


@pytest.mark.slow
def test_a_partition_of_another_dataset_is_refused(small: Path, tmp_path: Path) -> None:
    copy = copy_of(small, tmp_path / "copy")
    (copy / "part-00001.parquet").write_bytes((copy / "part-00000.parquet").read_bytes())
    with pytest.raises(DatasetError, match="not the file of the manifest"):
        load(copy)


def test_another_programs_features_are_refused(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "FEATURE_VERSION", "another")
    with pytest.raises(DatasetError):
        load(small)


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="dataset build"):
        load(tmp_path)


def test_labels_and_features_that_are_no_numbers_are_refused(small: Path) -> None:
    rows, _ = load(small)
    about = dict(rows.about)
    about["p"] = about["p"].copy()
    about["p"][7] = np.nan
    with pytest.raises(DatasetError, match="labels"):
        check_rows(Rows(rows.features, about))
    features = rows.features.copy()
    features[3, 0] = np.inf
    with pytest.raises(DatasetError, match="race_win"):
        check_rows(Rows(features, rows.about))
    with pytest.raises(DatasetError, match="empty"):
        check_rows(rows.where(np.zeros(len(rows), dtype=bool)))


def test_a_disk_that_is_full_leaves_what_was_there(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (small / MANIFEST).read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatasetError, match="No space left"):
        build(SMALL, small, progress=Silent())
    assert (small / MANIFEST).read_bytes() == before
    assert not list(small.glob(".*"))


@DASK
@pytest.mark.slow
def test_training_on_a_cluster_by_its_address(world: World) -> None:
    """Boosting on a Dask cluster learns what boosting here does."""
    rows = world.rows
    valid = rows.where(rows.about["split"] == VALID)
    with cluster.client(2) as dask:
        fitted = training.fit(
            rows, profile="quick", seed=5, threads=1, progress=Silent(), dask=dask.scheduler.address
        )
    there = scores.summary(fitted.predict(valid.features), valid.p, valid.n)["log_loss"]
    here = scores.summary(world.model.from_features(valid.features), valid.p, valid.n)["log_loss"]
    assert there == pytest.approx(here, rel=0.05)
