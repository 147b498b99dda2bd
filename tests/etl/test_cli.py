"""``predictiondex etl``: what people and programs read, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from predictiondex.cli.etl import app
from tests.etl.fake_pokeapi import FakePokeAPI


def etl_command(*arguments: str, code: int = 0, env: dict[str, str] | None = None) -> Result:
    """Run the command in this process."""
    ended = CliRunner().invoke(app, arguments, env={"COLUMNS": "140", **(env or {})})
    assert ended.exit_code == code, ended.output
    return ended


def last_line(ended: Result) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return figures


@pytest.mark.slow
def test_run_twice_then_status_and_export(database_url: str, tmp_path: Path) -> None:
    to = ("--database", database_url)
    assert "run `predictiondex etl run`" in etl_command("status", *to, code=1).stdout
    first = etl_command("run", *to, "--json")
    figures = last_line(first)
    assert figures["changed"] is True
    counts = ("forms", "species", "moves", "type_pairs", "learnset_pairs")
    assert [figures[name] for name in counts] == [188, 153, 227, 324, 4632]
    assert "load 0/" in first.stderr
    second = last_line(etl_command("run", *to, "--json"))
    assert (second["changed"], second["rows_written"]) == (False, 0)
    assert "nothing was written" in etl_command("run", *to).stdout
    told = last_line(etl_command("status", *to, "--json"))
    assert told["ready"] is True
    assert told["loads"][0]["checksum"] == figures["checksum"]
    assert figures["checksum"][:12] in etl_command("status", *to).stdout
    exported = last_line(etl_command("export", *to, "--out", str(tmp_path / "out"), "--json"))
    assert exported["format"] == "csv"
    assert (tmp_path / "out" / "form.csv").is_file()


def test_sources_and_the_report(fake: FakePokeAPI, tmp_path: Path) -> None:
    env = {"PDX_HOME": str(tmp_path / "home"), "PDX_POKEAPI_URL": fake.url}
    file = tmp_path / "report.json"
    ended = etl_command("run", "--source", "pokeapi", "--report", str(file), env=env)
    assert "recover" in ended.stdout
    assert "Ignored from pokeapi: clefable-mega" in ended.stdout
    assert "PokeAPI 0/" in ended.stderr
    document = json.loads(file.read_text(encoding="utf-8"))
    (source,) = document["sources"]
    assert source["status"] == "complete"
    assert source["requests"] == fake.requests
    assert {"entity", "id", "field", "values", "applied"} == set(source["differences"][0])
    again = last_line(etl_command("run", "--source", "pokeapi", "--json", env=env))
    assert again["rows_written"] == 0
    assert again["sources"]["pokeapi"]["requests"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--source", "rumour"), "rumour"),
        (("export",), "--out"),
        (("export", "--out", "x", "--format", "xlsx"), "xlsx"),
    ],
)
def test_bad_usage(arguments: tuple[str, ...], message: str) -> None:
    assert message in etl_command(*arguments, code=2).stderr


@pytest.mark.slow
def test_an_error_is_one_sentence_without_the_password() -> None:
    url = "postgresql://user:secret@127.0.0.1:1/none"
    ended = subprocess.run(
        [sys.executable, "-m", "predictiondex", "etl", "run", "--database", url],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: Cannot open the database")
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in ("run", "status", "export"):
        assert f"Example: predictiondex etl {command}" in etl_command(command, "--help").stdout
