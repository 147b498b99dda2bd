"""Where compiled code is kept: it is found again by what it was made from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from numba.core import config

from predictiondex.battle.shelf import Shelf
from predictiondex.ml import trees

SOURCE = Path(__file__).parents[2] / "src" / "predictiondex"

#: Compiles, or loads, what takes least time of all that is compiled; prints how often it was compiled, and
#: whether all is there that compiling needs. Where it was not, something else is compiled.
COMPILE = """
import sys, numba, numpy
from predictiondex.ml import trees
trees.warm_up()
ready = "numba.np.arraymath" in sys.modules
print(trees.__file__, sum(trees.add.stats.cache_misses.values()), int(ready))
assert ready or numba.njit(lambda x: x.sum())(numpy.arange(3)) == 3
"""


@pytest.mark.slow
def test_another_copy_of_the_program_finds_the_same_code_and_no_compiler(tmp_path: Path) -> None:
    told = []
    for place in ("one", "other", "changed"):
        copy = tmp_path / place / "predictiondex"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if place == "changed":
            with (copy / "ml" / "trees.py").open("a") as source:
                source.write("# not the same\n")
        result = subprocess.run(
            [sys.executable, "-c", COMPILE],
            env={**os.environ, "PYTHONPATH": str(copy.parent), "NUMBA_CACHE_DIR": str(tmp_path / "cache")},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        file, *numbers = result.stdout.split()
        assert Path(file).is_relative_to(copy)
        told.append([int(number) for number in numbers])
    assert told == [[1, 1], [0, 0], [1, 1]]


def test_where_nothing_can_be_written_numba_looks_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setitem(vars(config), "CACHE_DIR", str(tmp_path / "file"))
    assert Shelf.from_function(trees.warm_up, str(SOURCE / "ml" / "trees.py")) is None


def test_what_others_compile_is_not_ours() -> None:
    assert Shelf.from_function(shutil.copytree, shutil.__file__) is None
    assert numba.njit(cache=True)(_of_a_test).stats.cache_path


def _of_a_test() -> int:
    return 1
