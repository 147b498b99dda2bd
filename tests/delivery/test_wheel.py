"""The wheel: built, installed into an empty environment from the locks, and it predicts there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pdx
from predictiondex import __version__

ROOT = Path(__file__).resolve().parents[2]
UV = (sys.executable, "-m", "uv")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``uv build`` makes it."""
    out = tmp_path_factory.mktemp("dist")
    # The backend of this environment, which the lock of `dev` pins.
    command = [*UV, "build", "--wheel", "--no-build-isolation", "--out-dir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=pdx.uv_environment())
    (built,) = out.glob("*.whl")
    return built


def test_it_holds_the_package_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"predictiondex-{__version__}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {
        "predictiondex",
        f"predictiondex-{__version__}.dist-info",
    }
    assert "predictiondex/py.typed" in names
    assert any(name.endswith("pokedex/data/pokedex.json") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_predicts_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = {**pdx.uv_environment(), "PDX_HOME": str(tmp_path / "home")}
    environment.pop("VIRTUAL_ENV", None)
    place = tmp_path / "environment"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    program = python.with_name("predictiondex")

    def run(*command: str | Path) -> str:
        result = subprocess.run(
            [str(part) for part in command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        return result.stdout

    run(*UV, "venv", "--python", sys.base_prefix + "/bin/python3", place)
    install = (*UV, "pip", "install", "--python", python)
    run(*install, "--require-hashes", "-r", ROOT / "requirements" / "core.txt")
    run(*install, "--no-deps", wheel)
    assert run(program, "--version").strip() == __version__
    answer = json.loads(run(program, "predict", "Carapuce", "Salamèche", "--n", "200", "--json"))
    assert 0 <= answer["win_probability"] <= 1
    assert len(answer["moves"]) >= 2
