"""What the code imports is what pyproject.toml declares: nothing comes by chance with something else."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = {"predictiondex", "tests", "scripts", "pdx", "quick_check"}
#: Packages that are a part of another one, which decides their version.
PARTS = {
    "cyclonedx-python-lib": "cyclonedx-bom",
    "distributed": "dask",
    "pydantic-core": "pydantic",
    "starlette": "fastapi",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*, development: bool) -> set[str]:
    """Packages that pyproject.toml names for those who use the program, or also for those who work on it."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [tables["project"]["dependencies"], *tables["project"]["optional-dependencies"].values()]
    if development:
        lists += tables["dependency-groups"].values()
    lines = [line for one in lists for line in one if isinstance(line, str)]
    return {normal(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in lines}


def imported(*places: str) -> set[str]:
    """Modules of others that the code imports, wherever in a file that is."""
    modules: set[str] = set()
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.split(".")[0])
    return modules - OWN - sys.stdlib_module_names


@pytest.mark.parametrize(
    ("places", "development"), [(("src",), False), (("src", "tests", "scripts", "docker", "pdx.py"), True)]
)
def test_what_is_imported_is_declared(places: tuple[str, ...], development: bool) -> None:
    brought_by = packages_distributions()
    known = declared(development=development)
    undeclared = []
    for module in sorted(imported(*places)):
        packages = {normal(package) for package in brought_by.get(module, [module])}
        if not {PARTS.get(package, package) for package in packages} & known:
            undeclared.append(module)
    assert undeclared == []
