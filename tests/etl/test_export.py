"""The tables as files."""

from __future__ import annotations

import csv
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from predictiondex import store
from predictiondex.errors import StoreError, UsageError
from predictiondex.etl.export import export
from predictiondex.pokedex import pokedex


@pytest.fixture
def loaded(loaded_url: str) -> Iterator[Engine]:
    opened = store.engine(loaded_url)
    yield opened
    opened.dispose()


def test_csv_holds_every_row(loaded: Engine, tmp_path: Path) -> None:
    written = export(loaded, tmp_path / "out")
    with (tmp_path / "out" / "learnset.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == written["learnset"] == 5278
    assert {(row["form_id"], row["move_id"]) for row in rows} == {
        (form.id, learn.move) for form in pokedex.forms.values() for learn in form.learnset
    }
    with (tmp_path / "out" / "move_name.csv").open(encoding="utf-8", newline="") as stream:
        names = {(row["move_id"], row["lang"]): row["name"] for row in csv.DictReader(stream)}
    assert names["hydropump", "fr"] == "Hydrocanon"
    assert sorted(file.stem for file in (tmp_path / "out").iterdir()) == sorted(written)


def test_exports_of_the_same_load_are_the_same_bytes(loaded: Engine, tmp_path: Path) -> None:
    export(loaded, tmp_path / "a")
    export(loaded, tmp_path / "b")
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="missing package 'pyarrow'")
def test_parquet_holds_every_row_with_its_types(loaded: Engine, tmp_path: Path) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    written = export(loaded, tmp_path, "parquet")
    table = parquet.read_table(tmp_path / "form_stat.parquet")
    assert table.num_rows == written["form_stat"] == 188 * 6
    bases = [base for form in pokedex.forms.values() for base in form.base_stats]
    assert sorted(table.column("base").to_pylist()) == sorted(bases)
    assert str(table.schema.field("base").type) == "int64"
    accuracy = parquet.read_table(tmp_path / "move.parquet").column("accuracy")
    assert accuracy.null_count == sum(move.accuracy is None for move in pokedex.moves.values())


def test_parquet_without_pyarrow_says_how_to_get_it(
    loaded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"predictiondex\[parquet\]"):
        export(loaded, tmp_path, "parquet")


def test_nothing_to_export(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store.migrate(url)
    with pytest.raises(StoreError, match="nothing to export"):
        export(store.engine(url), tmp_path)


def test_a_folder_that_cannot_be_written(loaded: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"Cannot write the tables to .*file: File exists\.$") as refused:
        export(loaded, tmp_path / "file")
    assert refused.value.field == "--out"
