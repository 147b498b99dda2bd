"""The components outside Python that tests need, and what happens when one is missing.

The list is ``components.toml`` beside this file. A test, or a fixture it uses, says what it needs::

    from tests.components import require

    node = require("node")            # Path of the executable
    bin_dir = require("postgresql").parent

Standard library and pytest only; the test runner reads the same list without pytest.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

COMPONENTS_FILE = Path(__file__).with_name("components.toml")


@dataclass(frozen=True, slots=True)
class Component:
    """One outside component: how to find it, how to get it, who needs it."""

    name: str
    commands: tuple[str, ...]
    folders: tuple[str, ...]
    debian: tuple[str, ...]
    tests: str

    def find(self) -> Path | None:
        """Path of the first command when all of them are there, else ``None``."""
        search = os.pathsep.join((*self.folders, os.environ.get("PATH", os.defpath)))
        found = [shutil.which(command, path=search) for command in self.commands]
        return Path(str(found[0])) if all(found) else None


def load_components() -> dict[str, Component]:
    """All components by name, in the order of the file."""
    tables = tomllib.loads(COMPONENTS_FILE.read_text(encoding="utf-8"))
    return {
        name: Component(
            name=name,
            commands=tuple(table["commands"]),
            folders=tuple(table.get("folders", ())),
            debian=tuple(table["debian"]),
            tests=table["tests"],
        )
        for name, table in tables.items()
    }


def require(name: str) -> Path:
    """The executable of component ``name``; skips the test where it is missing.

    With ``PDX_REQUIRE_REAL=1`` a missing component fails the test instead. Works in tests, fixtures
    and at the top of a test module.
    """
    import pytest

    component = load_components()[name]
    path = component.find()
    if path is None:
        reason = f"missing component {name!r} (Debian: apt-get install {' '.join(component.debian)})"
        if os.environ.get("PDX_REQUIRE_REAL") == "1":
            pytest.fail(reason + "; PDX_REQUIRE_REAL=1 asks for it", pytrace=False)
        pytest.skip(reason, allow_module_level=True)
    return path
