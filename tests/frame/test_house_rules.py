"""The project's own rules: the arrows between the rooms, and what nobody does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "predictiondex").rglob("*.py"))


def test_the_imports_point_one_way() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_nobody_edits_the_import_path() -> None:
    assert [path for path in SOURCES if "sys.path" in path.read_text(encoding="utf-8")] == []


def test_every_module_says_what_it_is_for() -> None:
    texts = {path: path.read_text(encoding="utf-8").lstrip() for path in SOURCES}
    assert [path for path, text in texts.items() if text and not text.startswith(('"""', 'r"""'))] == []
