"""RELIABILITY.md names tests that are there, and every fault that a test makes is in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PAGE = ROOT / "docs" / "RELIABILITY.md"
#: Modules that are about nothing but faults: each of their tests is a row.
FAULTS = (
    "test_faults",
    "test_bounds",
    "test_leaving",
    "test_limits",
    "test_hostile",
    "test_upgrades",
    "test_full_disk",
)


def named() -> set[tuple[str, str]]:
    """(file, test) of every test on the page; ``::test`` alone belongs to the file named before it."""
    found, file = set(), ""
    for path, test in re.findall(
        r"`((?:tests/[a-z/_]+\.py)?)::(test_\w+)`", PAGE.read_text(encoding="utf-8")
    ):
        file = path or file
        found.add((file, test))
    return found


def cases_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    }


def test_every_test_it_names_is_there() -> None:
    assert len(named()) > 50
    assert [one for one in sorted(named()) if one[1] not in cases_of(one[0])] == []


def test_every_fault_that_is_made_is_told() -> None:
    made = {(f"tests/api/{name}.py", test) for name in FAULTS for test in cases_of(f"tests/api/{name}.py")}
    assert made - named() == set()


def test_every_row_says_what_proves_it() -> None:
    rows = re.findall(r"^\|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    faults = [
        row for row in rows if row.split("|")[0].strip() not in ("what", "what happens") and "---" not in row
    ]
    proven = [row for row in faults if "::test_" in row or row.split("|")[-1].strip() == "the same"]
    times = PAGE.read_text(encoding="utf-8").partition("## Times")[2].partition("##")[0]
    assert [row for row in faults if row not in proven and f"|{row}|" not in times] == []
