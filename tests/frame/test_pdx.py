"""``pdx.py``: from nothing to a running command, repairs, and what it says when it cannot."""

from __future__ import annotations

import ast
import os
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pdx
from predictiondex import __version__
from scripts import run_tests

ROOT = Path(__file__).resolve().parents[2]
#: What a checkout needs to be set up.
PARTS = (
    "pdx.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "NOTICE",
    "requirements",
    "src",
    "scripts",
    "tests",
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of its own without an environment."""
    folder = tmp_path_factory.mktemp("checkout of my own")
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy2(ROOT / part, folder / part)
    return folder


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python pdx.py ARGUMENTS`` from another folder, with the Python that .venv was made from."""
    python = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
    return subprocess.run(
        [python, checkout / "pdx.py", *arguments],
        cwd=checkout.parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_nothing_to_a_command_and_again_and_after_an_interruption(fresh: Path) -> None:
    started = time.monotonic()
    first = run(fresh, "--version")
    installing = time.monotonic() - started
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == __version__
    assert "Installing the packages of 'core'" in first.stderr
    assert (
        fresh / ".venv" / ("Scripts/predictiondex.exe" if os.name == "nt" else "bin/predictiondex")
    ).exists()

    started = time.monotonic()
    second = run(fresh, "--version")
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")
    assert time.monotonic() - started < installing / 2

    (fresh / ".venv" / "pdx-busy").touch()  # what an interrupted installation leaves
    (fresh / ".venv" / "pdx-stamp.json").write_text("{")
    third = run(fresh, "--version")
    assert third.returncode == 0, third.stderr
    assert "Removing an unfinished .venv" in third.stderr
    assert not (fresh / ".venv" / "pdx-busy").exists()

    bad = run(fresh, "predict", "Pikachu")
    assert bad.returncode == 2
    assert "Two Pokémon" in bad.stderr


def test_an_environment_of_another_place_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(pdx, "STAMP", stamp)
    monkeypatch.setattr(pdx, "BUSY", tmp_path / "busy")
    monkeypatch.setattr(pdx, "PYTHON", Path(sys.executable))
    stamp.write_text('{"root": "/somewhere/else", "core": "1"}')
    assert pdx.read_stamp() == {}
    pdx.write_stamp({"root": str(pdx.ROOT), "core": "1"})
    assert pdx.read_stamp()["core"] == "1"
    pdx.BUSY.touch()
    assert pdx.read_stamp() == {}


@pytest.mark.parametrize("version", [(3, 6), (3, 8), (3, 10)])
def test_an_old_python_is_told_so(version: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse((ROOT / "pdx.py").read_text(encoding="utf-8"), feature_version=version)
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        runpy.run_path(str(ROOT / "pdx.py"), run_name="__main__")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_its_help_needs_no_environment(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert pdx.main(arguments) == 0
    assert "python3 pdx.py up" in capsys.readouterr().out


def test_help_of_the_tests_runs_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_tests, "install_components", lambda: pytest.fail("began to run tests"))
    assert run_tests.main(["--help"]) == 0
    assert "--only-tests" in capsys.readouterr().out


@pytest.mark.slow
def test_uv_is_told_what_pip_is_configured_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        "[global]\nindex-url = https://mirror.example/simple\ncert = /a/bundle.pem\n"
        "[install]\nextra-index-url =\n  https://one.example/simple\n  https://two.example/simple\n"
    )
    monkeypatch.setattr(pdx, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("PIP_INDEX_URL", "https://closer.example/simple")
    monkeypatch.setenv("SSL_CERT_FILE", "/mine.pem")
    environment = pdx.uv_environment()
    assert environment["UV_DEFAULT_INDEX"] == "https://closer.example/simple"
    assert environment["UV_INDEX"].split()[-2:] == [
        "https://one.example/simple",
        "https://two.example/simple",
    ]
    assert environment["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert environment["SSL_CERT_FILE"] == "/mine.pem"
    monkeypatch.setenv("UV_INDEX_URL", "https://uv.example/simple")
    assert "UV_DEFAULT_INDEX" not in pdx.uv_environment()


def test_every_command_names_a_lock_that_there_is() -> None:
    groups = {group for group, _ in pdx.COMMANDS.values() if group} | {"core", "bootstrap"}
    assert [group for group in groups if not (ROOT / "requirements" / f"{group}.txt").exists()] == []
