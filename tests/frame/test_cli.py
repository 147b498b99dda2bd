"""The command line as a whole: help, exit codes, messages, and what it does not load."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.main import get_command
from typer.testing import CliRunner

from predictiondex.cli import app
from predictiondex.cli.app import explain
from predictiondex.errors import StartError, UnknownName
from predictiondex.settings import Settings

README = Path(__file__).resolve().parents[2] / "README.md"

#: Loading any of these takes longer than most commands.
HEAVY = {"numpy", "numba", "sqlalchemy", "fastapi", "streamlit", "pydantic", "httpx", "rich", "psutil"}


def paths(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as the words that call it."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path
    for name, child in (children or {}).items():
        yield from paths(child, (*path, name))


COMMANDS = list(paths(get_command(app)))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    command = [sys.executable, "-m", "predictiondex", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_of_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"predictiondex {' '.join(path)}" in result.output.split("Example", 1)[1]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_fills_its_lines(path: tuple[str, ...]) -> None:
    """No line of a paragraph ends where the first word of the next one had room."""
    told = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "80", "TERM": "dumb"}).output
    for paragraph in re.split(r"\n\s*\n", told.split("╭─", 1)[0].strip()):
        for line, following in pairwise(one.strip() for one in paragraph.splitlines()):
            assert len(line) + 1 + len(following.split()[0]) > 78, line


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_an_unknown_option_is_bad_usage(path: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, [*path, "--no-such-option"]).exit_code == 2


def test_help_loads_nothing_that_takes_time() -> None:
    code = (
        "import sys, json\n"
        "from predictiondex.cli import app\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(json.loads(result.stdout)) & HEAVY == set()


def test_a_wrong_name_is_bad_usage_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    error = UnknownName("move", "Tonnere", nearest=("Tonnerre",), field="you.moves[0]")
    assert explain(error) == 2
    said = capsys.readouterr().err
    assert "Tonnerre" in said
    assert "you.moves[0]" in said


def test_a_start_that_fails_is_no_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(StartError("Port 8000 is taken.")) == 1
    assert capsys.readouterr().err == "Error: Port 8000 is taken.\n"


def test_a_bad_variable_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(port=0)
    assert explain(caught.value) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "PDX_PORT" in said


def test_a_disk_that_cannot_be_written_is_no_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(OSError(28, "No space left on device")) == 1
    assert capsys.readouterr().err == "Error: standard output: No space left on device.\n"
    assert explain(NotADirectoryError(20, "Not a directory", "afile/x")) == 1
    assert capsys.readouterr().err == "Error: afile/x: Not a directory.\n"


def test_an_unexpected_error_keeps_its_traceback() -> None:
    assert explain(ZeroDivisionError()) is None


@pytest.mark.slow
def test_the_program_ends_without_a_traceback() -> None:
    result = run("predict", "Pikachu")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: Two Pokémon")
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_check_says_no_where_nothing_runs() -> None:
    result = run("check", "--api-url", "http://127.0.0.1:1", "--no-ui", "--json")
    assert result.returncode == 1
    answer = json.loads(result.stdout)
    assert answer["ok"] is False
    assert {check["ok"] for check in answer["checks"]} == {False}


@pytest.mark.slow
def test_down_where_nothing_runs() -> None:
    result = run("down")
    assert (result.returncode, result.stdout) == (0, "Nothing is running here.\n")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_readme(path: tuple[str, ...]) -> None:
    assert f"`{' '.join(path)}`" in README.read_text(encoding="utf-8")
