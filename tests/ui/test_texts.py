"""The catalogue: every text is there in both languages and used, and no other text is in the code."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import predictiondex.ui
from predictiondex.pokedex.model import BOOSTS, STATS
from predictiondex.ui.choice import ENGINES, SIDES, STATUSES
from predictiondex.ui.fight import CONDITIONS
from predictiondex.ui.texts import LANGS, OWN_NAMES, TEXTS, Text, Words
from predictiondex.ui.views.answer import VERDICTS
from predictiondex.ui.views.outcome import RESULTS
from predictiondex.ui.wish import VERSUS
from predictiondex.wire import PlanOption, PlanStep

FOLDER = Path(predictiondex.ui.__file__).parent
SOURCES = sorted(path for path in FOLDER.rglob("*.py") if path.parent.name != "texts")
#: Functions of Streamlit whose first argument a visitor reads.
SPEAKING = {
    "button", "caption", "checkbox", "error", "expander", "header", "info", "markdown", "multiselect",
    "number_input", "segmented_control", "selectbox", "slider", "spinner", "subheader", "success",
    "text_input", "title", "toggle", "warning", "write",
}  # fmt: skip
#: A key of the catalogue, wherever it stands: ``answer.why``.
KEY = re.compile(r"[a-z]+\.[a-z_]+")


def strings(tree: ast.AST) -> Iterator[str]:
    """Every plain string of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def beginnings(tree: ast.AST) -> Iterator[str]:
    """How the put-together keys of a module begin: ``stat.`` of ``t(f"stat.{name}")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield str(node.values[0].value)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            yield node


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_key_that_is_asked_for_is_there(path: Path) -> None:
    asked = [
        call.args[0].value
        for call in calls(TREES[path])
        if isinstance(call.func, ast.Name) and call.func.id == "t" and isinstance(call.args[0], ast.Constant)
    ]
    assert [key for key in asked if key not in TEXTS] == []


def test_every_text_is_used() -> None:
    used = {text for tree in TREES.values() for text in strings(tree) if KEY.fullmatch(text)}
    assert [key for key in TEXTS if key not in used | put_together()] == []


def put_together() -> set[str]:
    """Keys that the code makes of two parts."""
    keys = {f"stat.{name}" for name in (*STATS, *BOOSTS)}
    keys |= {f"status.{name or 'none'}" for name in STATUSES}
    keys |= {f"side.{name}" for name in ("avs", "ivs", "boosts")}
    keys |= {f"missing.{name}" for name in (*SIDES, "moves")}
    keys |= {f"condition.{name}" for name in CONDITIONS}
    keys |= {f"versus.{name}" for name in VERSUS} | {"missing.trainer"}
    keys |= {f"option.{kind}" for kind in get_args(PlanOption.model_fields["kind"].annotation)}
    keys |= {f"step.{step}" for step in get_args(PlanStep)}
    keys |= {f"{part}.{side}" for part in ("team", "whose") for side in SIDES}
    keys |= {f"engine.{name}" for name in ENGINES}
    keys |= {f"{part}.{result}" for part in ("outcome", "thanks") for result in RESULTS}
    keys |= {f"went.{winner}" for winner in ("you", "opponent", "tie")}
    return keys | {f"move.{name}" for name in ("physical", "special", "status")}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_is_said_past_the_catalogue(path: Path) -> None:
    said = [
        ast.unparse(call)
        for call in calls(TREES[path])
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in SPEAKING
        and ast.unparse(call.func.value) != "logger"  # no visitor reads the log
        and isinstance(call.args[0], ast.Constant)
    ]
    assert said == []


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_something_with_the_same_blanks(key: str) -> None:
    text = TEXTS[key]
    assert text.en.strip()
    assert text.fr.strip()
    assert blanks(text.en) == blanks(text.fr)


def blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_keys_that_are_put_together_are_there() -> None:
    wanted = put_together() | {key for _, key in VERDICTS}
    assert wanted - TEXTS.keys() == set()
    # Whoever puts together another kind of key adds it above.
    families = {text for tree in TREES.values() for text in beginnings(tree) if KEY.match(text + "a")}
    assert {key.split(".")[0] + "." for key in put_together()} == families


def test_every_language_has_a_name_of_its_own() -> None:
    assert set(OWN_NAMES) == set(LANGS)
    assert Text._fields == LANGS


def test_french_punctuation_stays_on_its_line() -> None:
    shown = Words("fr")("side.nobody", text="Abc")
    assert "«\N{NO-BREAK SPACE}Abc\N{NO-BREAK SPACE}»" in shown
    assert Words("en")("side.you") == "Your Pokémon"
