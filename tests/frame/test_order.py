"""What takes long begins first, and what is dear to prepare stays in one process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.order import LONGEST, TOGETHER, WAITING, part, turn, unit

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_named_is_there() -> None:
    together = [name for names in TOGETHER for name in names]
    assert [name for name in (*LONGEST, *WAITING, *together) if not (ROOT / name).exists()] == []
    tests = [f"{name}::test" if name.endswith(".py") else f"{name}/test_any.py::test" for name in LONGEST]
    assert [part(one) for one in tests] == list(LONGEST)
    assert [turn(one) for one in tests] == list(range(len(LONGEST)))


def test_a_module_stays_together_with_its_classes() -> None:
    assert unit("tests/frame/test_cli.py::TestIt::test_this[a::b]") == "tests/frame/test_cli.py"
    assert turn("tests/frame/test_cli.py::TestIt::test_this[a::b]") == len(LONGEST)


def test_no_network_comes_or_goes_while_a_browser_loads_pages() -> None:
    networks, pages = "tests/stack/test_running.py::test_it", "tests/ui/test_page.py::test_it"
    assert unit(networks) == unit(pages)
    assert turn(networks) < turn(pages)


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 3])
def test_processes_share_the_tests_by_these_rules(tmp_path: Path, processes: int) -> None:
    many = "import pytest\n@pytest.mark.parametrize('n', range(9))\ndef test_it(n): pass\n"
    few = "def test_one(): pass\ndef test_two(): pass\n"
    loop, running, waiting = "tests/monitoring/test_loop.py", "tests/stack/test_running.py", WAITING[0]
    modules = {"tests/frame/test_many.py": many, loop: few, waiting: few}
    modules |= {f"tests/ui/test_{number}.py": few for number in range(12)}
    for name, text in modules.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    plugins = ("-p", "xdist", "-p", "tests.order", "-p", "no:cacheprovider")
    shared = ("-n", str(processes), "--dist", "loadscope", "--import-mode=importlib", "-v")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *shared],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = re.findall(r"^\[(gw\d)\].* PASSED (\S+?)::", ended.stdout, re.MULTILINE)
    assert len(found) == 37
    shares = {
        one: list(dict.fromkeys(unit(module) for process, module in found if process == one))
        for one in ("gw0", "gw1", "gw2")
    }
    assert shares.pop("gw2") == [waiting] * (processes == 3)
    units = sorted(shares.values(), key=lambda share: running in share)
    assert units[0][0] == (loop if processes == 3 else waiting)
    assert units[1] == [running]
    assert set(units[0]) == {loop, "tests/frame/test_many.py"} | ({waiting} if processes == 2 else set())
