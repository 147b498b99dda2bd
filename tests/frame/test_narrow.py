"""What a narrow terminal shows: names and numbers whole, French sentences broken where they may."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from predictiondex.cli.app import app

WIDTHS = pytest.mark.parametrize("width", [40, 60, 80])
MOVES = {"Pistolet à O", "Charge", "Hydrocanon"}


def shown(width: int, *arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": str(width), "TERM": "dumb"})
    assert max(map(len, result.stdout.splitlines())) <= width
    return result.stdout


def cells(text: str) -> list[list[str]]:
    """The rows of a table between its heading and an empty line."""
    lines = re.split(r"──\s*\n|\n\s*\n", text)[2].splitlines()
    return [[cell for cell in re.split(r" {2,}", line.strip(" ★≈")) if cell] for line in lines]


@WIDTHS
def test_moves_and_chances_are_whole(width: int) -> None:
    advice = shown(width, "predict", "Carapuce", "Salamèche", "--moves", ",".join(MOVES), "--lang", "fr")
    table = cells(advice)
    assert {row[0] for row in table} == MOVES
    for row in table:
        numbers = row[1:] if width < 80 else row[2:]
        assert len(numbers) >= 2
        assert all(re.fullmatch(r"–|[\d,–]+\xa0%", one) for one in numbers), row
    assert "…" not in advice


@WIDTHS
def test_parts_and_answers_are_whole(width: int) -> None:
    told = shown(width, "check", "--api-url", "http://127.0.0.1:1", "--no-ui")
    for part in ("API alive", "API ready", "API summary", "API metrics"):
        assert f"  no   {part} " in told
    assert told.count("refused)") == 4
    assert "…" not in told


@WIDTHS
def test_a_plan_is_whole(width: int) -> None:
    few = ("plan", "Ditto", "--versus", "Weedle", "--level", "5", "--want", "0.99", "--assume", "likely")
    told = shown(width, *few, "--lang", "fr")
    assert "…" not in told
    assert "Victoire" in told
    assert all(re.search(r"\d\xa0%", line) for line in told.replace("95 %", "").splitlines() if "%" in line)


@pytest.mark.parametrize("width", range(40, 61))
def test_no_line_breaks_at_a_no_break_space(width: int) -> None:
    french = shown(width, "predict", "Carapuce", "Salamèche", "--n", "200", "--lang", "fr")
    assert not re.search(r"^ *[>%:;?»]+ ", french, re.MULTILINE)
    assert "N.\xa050" in french


def test_one_way_to_write_numbers() -> None:
    french = shown(80, "predict", "Carapuce", "Salamèche", "--n", "1000", "--lang", "fr")
    assert "1\xa0000 combats par capacité" in french
    english = shown(80, "predict", "Carapuce", "Salamèche", "--n", "1000", "--lang", "en")
    assert "1,000 battles for each move" in english
