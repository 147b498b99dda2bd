"""The READMEs are followed word by word: every block of code is run, and both languages say the same."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from predictiondex.settings import Settings
from tests.api.serving import serving
from tests.components import require
from tests.docs.markdown import ROOT, anchors, blocks, links

READMES = ("README.md", "README.fr.md")
#: Commands that are not run here, and where they are.
ELSEWHERE = {
    "python3 pdx.py up": "tests/frame/test_up.py starts it, asks it and ends it",
    "python3 pdx.py test": "it is what runs this",
    "python3 scripts/start_docker_stack.py": "tests/stack starts the nine services by the same command",
    "python3 scripts/validate_docker_stack.py": "tests/stack validates them",
}
#: The address that the documents name.
ADDRESS = "http://127.0.0.1:8000"
_COMMENT = re.compile(r"\s+#.*$", re.MULTILINE)


def commands(name: str) -> list[str]:
    """The commands of all blocks, comments left out; one that goes over several lines is one."""
    found: list[str] = []
    for block in blocks(Path(name)):
        for line in _COMMENT.sub("", block.text).splitlines():
            if found and found[-1].count("'") % 2:
                found[-1] += "\n" + line
            elif line.strip():
                found.append(line)
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server like the one that `up` starts."""
    from predictiondex import etl

    settings = Settings(home=tmp_path_factory.mktemp("readme"))
    etl.ensure_loaded(settings)
    with serving(settings) as where:
        yield where


RUN = [command for command in commands("README.md") if command not in ELSEWHERE]


def test_what_is_not_run_here_is_in_the_readme() -> None:
    assert set(ELSEWHERE) <= set(commands("README.md"))
    assert len(RUN) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("command", [one for one in RUN if one.startswith("python3 pdx.py ")])
def test_a_command_of_the_readme_does_what_it_should(command: str) -> None:
    words = shlex.split(command)[2:]
    result = subprocess.run(
        [sys.executable, "-m", "predictiondex", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "%" in result.stdout


@pytest.mark.parametrize("command", [one for one in RUN if not one.startswith("python3 pdx.py ")])
def test_a_request_of_the_readme_is_answered(command: str, address: str) -> None:
    words = shlex.split(command)
    assert words[0] == "curl"
    assert ADDRESS in command
    words = [str(require("curl")), *(word.replace(ADDRESS, address) for word in words[1:])]
    # Until the engine is warm the server asks for patience.
    patience = ["--retry", "60", "--retry-delay", "2", "--retry-all-errors", "--fail"]
    result = subprocess.run([*words, *patience], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    answer = json.loads(result.stdout)
    assert answer["recommended_move"]
    assert 0 <= answer["win_probability"] <= 1


def test_both_languages_give_the_same_commands() -> None:
    english, french = (commands(name) for name in READMES)
    assert english == french


def numbers(name: str) -> list[float]:
    """Every figure of the prose, in the order of size; thousands and decimals as the language writes them."""
    text = re.sub(
        r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", (ROOT / name).read_text(encoding="utf-8"), flags=re.S
    )
    if name.endswith(".fr.md"):
        text = re.sub(r"(?<=\d)[ \u202f\u00a0](?=\d{3}\b)", "", text).replace(",", ".")
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return sorted(float(found) for found in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text))


def test_both_languages_give_the_same_figures() -> None:
    english, french = (numbers(name) for name in READMES)
    assert english == french


def test_both_languages_have_the_same_parts_and_links() -> None:
    """The picture of a page is the one in their language, which is that of another theme."""
    english, french = map(Path, READMES)
    assert len(anchors(english)) == len(anchors(french))
    left, right = (
        [target.replace("-dark.png", "-light.png") for target in links(one) if target not in READMES]
        for one in (english, french)
    )
    assert left == right
    assert "docs/images/battle-1600-light.png" in links(english)
    assert "docs/images/battle-1600-dark.png" in links(french)
