"""The project's own rules: the arrows between the rooms, and what nobody does."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import is_here

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "predictiondex").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
#: Sleeps that are no waits: a process is killed at a moment drawn at random; an answer takes too long.
MOMENTS = {"tests/etl/test_kills.py", "tests/api/test_bounds.py"}
#: Seconds between two looks at a condition.
LOOK = 0.5


def test_the_imports_point_one_way() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "own"), [("sql", "store"), ("web", "api")])
def test_a_contract_that_keeps_something_in_one_room_names_all_others(contract: str, own: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    by_id = {one["id"]: one for one in project["tool"]["importlinter"]["contracts"]}
    rooms = {room.strip(" ()") for layer in by_id["layers"]["layers"] for room in layer.split("|")}
    assert {f"predictiondex.{room}" for room in rooms - {own}} == set(by_id[contract]["source_modules"])


def test_nobody_edits_the_import_path() -> None:
    assert [path for path in SOURCES if "sys.path" in path.read_text(encoding="utf-8")] == []


def test_every_module_says_what_it_is_for() -> None:
    texts = {path: path.read_text(encoding="utf-8").lstrip() for path in SOURCES}
    assert [path for path, text in texts.items() if text and not text.startswith(('"""', 'r"""'))] == []


def sleeps(tree: ast.AST, *, looping: bool = False) -> Iterator[tuple[int, bool]]:
    """Line of every ``sleep``, and whether it is the pause of a loop that looks at something."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "sleep":
            pause = node.args[0] if node.args else None
            short = isinstance(pause, ast.Constant) and float(str(pause.value)) <= LOOK
            yield node.lineno, looping and short
        inside = isinstance(node, (ast.While, ast.For)) or (
            looping and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        )
        yield from sleeps(node, looping=inside)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_sleeps_instead_of_waiting(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in MOMENTS:
        found = sleeps(ast.parse(path.read_text(encoding="utf-8")))
        assert [line for line, fine in found if not fine] == []


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("time.sleep(1)", False),
        ("while not ready():\n    time.sleep(0.1)", True),
        ("for _ in range(9):\n    if x():\n        time.sleep(0.1)", True),
        ("while True:\n    time.sleep(5)", False),
        ("from time import sleep\nsleep(0.1)", False),
    ],
)
def test_a_sleep_is_noticed(text: str, fine: bool) -> None:
    assert [verdict for _, verdict in sleeps(ast.parse(text))] == [fine]


def test_a_connection_elsewhere_fails_the_test() -> None:
    with socket.socket() as far, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        far.connect(("192.0.2.1", 80))
    with socket.socket() as named, pytest.raises(pytest.fail.Exception, match="example"):
        named.connect_ex(("example.org", 80))


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)]
)
def test_what_is_here(host: str, here: bool) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    assert is_here(family, (host, 80)) is here


def test_tests_run_in_random_order_and_warnings_are_errors(request: pytest.FixtureRequest) -> None:
    assert "no:randomly" not in request.config.invocation_params.args
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert any(one.startswith("pytest-randomly") for one in project["dependency-groups"]["dev"])
    assert project["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"]
