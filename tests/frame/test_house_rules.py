"""The project's own rules: the arrows between the rooms, and what nobody does."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

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


def never_set(tree: ast.AST) -> frozenset[str]:
    """Names of events that are only ever waited for."""
    made: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            pairs = zip(ast.walk(node.targets[0]), ast.walk(node.value), strict=False)
            made |= {target.id for target, value in pairs if isinstance(target, ast.Name) and is_event(value)}
    read = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )
    waited = Counter(
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "wait" and isinstance(node.value, ast.Name)
    )
    return frozenset(name for name in made if read[name] == waited[name])


def is_event(node: ast.AST) -> bool:
    """Whether this makes an event."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Event"


def is_sleep(node: ast.AST, idle: frozenset[str]) -> TypeGuard[ast.Call]:
    """Whether it sleeps, be it by waiting for an event that nobody sets."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "wait":
        event = node.func.value
        return is_event(event) or (isinstance(event, ast.Name) and event.id in idle)
    return ast.unparse(node.func).split(".")[-1] == "sleep"


def sleeps(
    tree: ast.AST, idle: frozenset[str] = frozenset(), *, looping: bool = False
) -> Iterator[tuple[int, bool]]:
    """Line of every sleep, and whether it is the pause of a loop that looks at something."""
    if isinstance(tree, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
        idle |= never_set(tree)
        looping = False
    for node in ast.iter_child_nodes(tree):
        if is_sleep(node, idle):
            pause = node.args[0] if node.args else None
            short = isinstance(pause, ast.Constant) and float(str(pause.value)) <= LOOK
            yield node.lineno, looping and short
        yield from sleeps(node, idle, looping=looping or isinstance(node, (ast.While, ast.For)))


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
        ("threading.Event().wait(1.5)", False),
        ("pause, end = threading.Event(), 9\npause.wait(1)", False),
        ("pause = Event()\nwhile not ready():\n    pause.wait(0.02)", True),
    ],
)
def test_a_sleep_is_noticed(text: str, fine: bool) -> None:
    assert [verdict for _, verdict in sleeps(ast.parse(text))] == [fine]


def test_to_wait_for_an_event_that_somebody_sets_is_no_sleep() -> None:
    assert list(sleeps(ast.parse("done = Event()\nbegin(done.set)\ndone.wait(30)"))) == []
    assert list(sleeps(ast.parse("done = Event()\nbegin(done)\ndone.wait(30)"))) == []


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
