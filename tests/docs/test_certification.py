"""The certification's document: each competence has an answer; quoted tests are as many as told."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.docs.markdown import ROOT

DOCUMENT = (ROOT / "docs" / "E1_E3_VALIDATION_CERTIF.md").read_text(encoding="utf-8")
#: Tests that are run by a command, and how many are told to have passed.
QUOTED = re.findall(
    r"`\.venv/bin/pytest -n0 -q ([^`]+)`[^\n]*\n- \*\*Réponse\*\* : `(\d+) passed(?:, \d+ deselected)?`",
    DOCUMENT,
)


def test_every_competence_has_a_command_and_its_answer() -> None:
    competences = re.split(r"^### (C\d+) ", DOCUMENT, flags=re.MULTILINE)[1:]
    told = dict(zip(competences[::2], competences[1::2], strict=True))
    assert len(told) == 10
    lacking = [
        name
        for name, text in told.items()
        if not 0 < text.count("- **Commande** :") == text.count("- **Réponse**")
    ]
    assert lacking == []


def test_every_answer_of_tests_is_looked_at() -> None:
    assert len(QUOTED) == len(re.findall(r"\d+ passed", DOCUMENT)) >= 4


@pytest.mark.slow
def test_as_many_tests_are_told_to_pass_as_there_are() -> None:
    files = [name for names, _ in QUOTED for name in names.split()]
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-q", "--collect-only", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
    collected = [line.partition("::")[0] for line in listed.stdout.splitlines() if "::" in line]
    found = {names: sum(collected.count(name) for name in names.split()) for names, _ in QUOTED}
    assert {names: int(number) for names, number in QUOTED} == found
