"""docs/ENGINE.md: its code runs, and the files it points to exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "ENGINE.md"


def test_every_block_of_code_runs_from_the_first_to_the_last() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = list(re.finditer(r"```python\n(.*?)```", text, re.S))
    assert len(blocks) >= 6
    names: dict[str, Any] = {"print": lambda *_: None}
    for block in blocks:
        # Blank lines in front, so that a failure shows the line of the document.
        code = "\n" * text.count("\n", 0, block.start(1)) + block[1]
        exec(compile(code, str(DOCUMENT), "exec"), names)  # noqa: S102


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", DOCUMENT.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (DOCUMENT.parent / link).is_file()] == []


def test_named_tests_and_functions_exist() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    root = DOCUMENT.parents[1]
    for path in re.findall(r"`((?:tests|scripts)/[\w/]+\.py)`", text):
        assert (root / path).is_file(), path
    for module, name in re.findall(r"`(damage|hits|moves|rng)\.(\w+)", text):
        source = (root / "src/predictiondex/battle" / f"{module}.py").read_text(encoding="utf-8")
        assert re.search(rf"^(def )?{name}\b", source, re.M), f"{module}.{name}"
