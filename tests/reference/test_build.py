"""The generator, run on its real sources."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from predictiondex.errors import ReferenceEngineError
from predictiondex.reference.install import default_cache, names_packages, showdown_path
from tests.components import require

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "build_pokedex.py"
BUNDLED = ROOT / "src" / "predictiondex" / "pokedex" / "data"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cache() -> Path:
    """The folder the reference packages are in; they are installed on the first run on a machine."""
    require("node")
    try:
        showdown_path()
        names_packages()
    except ReferenceEngineError as error:
        if os.environ.get("PDX_REQUIRE_REAL") == "1":
            raise
        pytest.skip(f"missing component 'reference packages': {error.message}")
    return default_cache()


def _build(cache: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--cache", str(cache), *options]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_second_run_gives_the_same_bytes(cache: Path, tmp_path: Path) -> None:
    run = _build(cache, "--output", str(tmp_path))
    assert run.returncode == 0, run.stderr
    for name in ("pokedex.json", "pokedex.sha256"):
        assert (tmp_path / name).read_bytes() == (BUNDLED / name).read_bytes()


def test_check_tells_an_altered_snapshot(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "pokedex.json").write_bytes(b"{}\n")
    run = _build(cache, "--check", "--output", str(tmp_path))
    assert (run.returncode, run.stdout) == (1, "")
    assert "differs" in run.stderr
    assert (tmp_path / "pokedex.json").read_bytes() == b"{}\n"
