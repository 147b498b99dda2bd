"""Commands of the program, run in the process of the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
from typer.testing import CliRunner

from predictiondex.cli.app import app, explain

#: Runs a command; its exit code and what it wrote to standard output and standard error.
Ran: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Ran:
    """Run a command as the program does, errors explained, without starting Python once more."""

    def run(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, arguments, input=stdin, env={"COLUMNS": "200", "TERM": "dumb"})
        if result.exception is None or isinstance(result.exception, SystemExit):
            return result.exit_code, result.stdout, result.stderr
        assert isinstance(result.exception, Exception)
        capsys.readouterr()
        code = explain(result.exception)
        assert code is not None, repr(result.exception)
        return code, result.stdout, capsys.readouterr().err

    return run
