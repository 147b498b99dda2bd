"""What stands in the way or was typed wrong: told in a sentence, with the place and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import CliRunner

from predictiondex import store
from predictiondex.cli.app import app, explain

#: Runs a command; its exit code and what it said on standard error.
Told: TypeAlias = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where nothing was ever done."""
    monkeypatch.setenv("PDX_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command as the program does, in this process."""

    def run(*arguments: str, stdin: str | None = None) -> tuple[int, str]:
        result = CliRunner().invoke(app, arguments, input=stdin, env={"COLUMNS": "200", "TERM": "dumb"})
        if result.exception is None or isinstance(result.exception, SystemExit):
            return result.exit_code, result.stderr
        assert isinstance(result.exception, Exception)
        capsys.readouterr()
        code = explain(result.exception)
        assert code is not None, repr(result.exception)
        return code, capsys.readouterr().err

    return run


UNLOADED = [["etl", "export", "--out", "out"], ["drift"], ["shadow"]]


@pytest.mark.parametrize("arguments", UNLOADED, ids=lambda words: words[0])
def test_a_home_without_a_database_says_what_to_do(arguments: list[str], told: Told, home: Path) -> None:
    code, said = told(*arguments)
    assert code == 1
    assert said == f"Error: No database at {home / 'predictiondex.db'}: run `predictiondex etl run`.\n"
    assert not home.exists()


@pytest.mark.parametrize("arguments", UNLOADED, ids=lambda words: words[0])
def test_a_database_of_an_older_program_says_what_to_do(arguments: list[str], told: Told, home: Path) -> None:
    url = f"sqlite:///{home / 'predictiondex.db'}"
    store.migrate(url)
    store.migrate(url, "0001")
    code, said = told(*arguments)
    assert code == 1
    assert "older than" in said
    assert "run `predictiondex etl run`" in said
