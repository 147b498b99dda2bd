"""The catalogue: every message is there in both languages and used, and none is raised past it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import predictiondex
from predictiondex.errors import UnknownName, UsageError
from predictiondex.messages import TEXTS, Text, in_, message
from predictiondex.pokedex import pokedex

FOLDER = Path(predictiondex.__file__).parent
#: Where what callers of the API, visitors of the page and players on the terminal read is found out.
ROOMS = (
    "pokedex", "advisor", "api", "client.py", "battle/combatant.py", "ui",
    *(f"cli/{name}.py" for name in ("calc", "common", "jobs", "plan", "predict", "teams", "trainers")),
)  # fmt: skip
#: Read by whoever works on the command line: job lines, names of keys.
TERMINAL = {"advisor/jobs.py", "api/keys.py"}
#: Errors that such people are shown, and the function that answers without one.
TOLD = {
    "ApiUnavailable", "Conflict", "IllegalMove", "LogFull", "NoSuchPrediction", "NotReady", "Overloaded",
    "TeamTextError", "UnsupportedMove", "UsageError",
}  # fmt: skip
ANSWER, DETAIL = "problem", 3

SOURCES = sorted(
    path
    for room in ROOMS
    for path in ([FOLDER / room] if room.endswith(".py") else (FOLDER / room).rglob("*.py"))
    if str(path.relative_to(FOLDER)) not in TERMINAL
)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Every call of a function or class of these names, with arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", TEXTS)
def test_both_languages_say_it_with_the_same_blanks(kind: str) -> None:
    text = TEXTS[kind]
    assert text.en.strip()
    assert text.fr.strip()
    if kind.startswith("input."):  # pydantic has more to say than is needed
        assert blanks(text.fr) <= blanks(text.en)
    else:
        assert blanks(text.fr) == blanks(text.en)


def test_french_is_not_english() -> None:
    same = {kind for kind, text in TEXTS.items() if text.en == text.fr}
    assert same == set()


def said() -> Iterator[tuple[Path, ast.Call]]:
    for path in FOLDER.rglob("*.py"):
        for call in calls(parsed(path), "message"):
            if call.args:
                yield path, call


def test_what_is_said_is_in_the_catalogue_with_all_its_values() -> None:
    for path, call in said():
        kind = call.args[0]
        if isinstance(kind, ast.Constant):
            given = {keyword.arg for keyword in call.keywords}
            assert str(kind.value) in TEXTS, f"{path}:{call.lineno}"
            assert given == blanks(TEXTS[str(kind.value)].en), f"{path}:{call.lineno}"


def test_every_message_is_said_by_somebody() -> None:
    plain = {str(call.args[0].value) for _, call in said() if isinstance(call.args[0], ast.Constant)}
    # Put together of a beginning and what the caller has: a kind of name, of problem, of pydantic's errors.
    begun = {"unknown.", "title.", "input."}
    assert {ast.unparse(call.args[0]) for _, call in said() if isinstance(call.args[0], ast.JoinedStr)} == {
        "f'unknown.{kind}'",
        "f'title.{kind}'",
    }
    assert [kind for kind in TEXTS if kind not in plain and not kind.startswith(tuple(begun))] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_nothing_is_refused_past_the_catalogue(path: Path) -> None:
    """A sentence given to an error as it stands is there in English only."""
    given = [one for call in calls(parsed(path), *TOLD) for one in call.args]
    given += [call.args[DETAIL] for call in calls(parsed(path), ANSWER) if len(call.args) > DETAIL]
    assert [ast.unparse(one) for one in given if is_text(one)] == []


def is_text(node: ast.AST) -> bool:
    """Whether a text stands there, as it is or put together."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


@pytest.mark.parametrize(
    ("code", "noticed"),
    [
        ('raise UsageError("No.", field="x")', True),
        ('raise errors.UsageError(f"No {name}.", field=field)', True),
        ('raise TeamTextError(3, "No.")', True),
        ('raise UsageError(message("ask.index"), field="index")', False),
        ('raise StartError("No.")', False),
    ],
)
def test_a_sentence_past_the_catalogue_is_noticed(code: str, noticed: bool) -> None:
    assert any(is_text(one) for call in calls(ast.parse(code), *TOLD) for one in call.args) == noticed


def test_values_are_put_into_the_language_too() -> None:
    pikachu, surf = pokedex.forms["charizard"].names, pokedex.moves["surf"].names
    inner = message("ask.keep", pokemon=pikachu, move=surf)
    outer = message("team.line", number=2, reason=inner)
    assert str(outer) == "Line 2: Charizard cannot have Surf."
    assert outer.in_("fr") == "Ligne 2\N{NO-BREAK SPACE}: Dracaufeu ne peut pas avoir Surf."
    listed = message("ask.cannot_choose", move=surf, choices=(message("ask.recharge"), Text("a", "b"), "c"))
    assert listed.in_("en").endswith("one of Recharge, a, c.")
    assert listed.in_("fr").endswith("au choix\N{NO-BREAK SPACE}: Tour de repos, b, c.")


def test_an_error_says_it_in_the_language_that_is_asked_for() -> None:
    error = UnknownName("move", "Tonnere", nearest=("Tonnerre", "Tonnerre d'Acier"))
    assert str(error) == error.message == "Unknown move: 'Tonnere'. Nearest: Tonnerre, Tonnerre d'Acier."
    assert error.in_("fr") == (
        "Capacité inconnue\N{NO-BREAK SPACE}: 'Tonnere'. "
        "Noms les plus proches\N{NO-BREAK SPACE}: Tonnerre, Tonnerre d'Acier."
    )
    alone = UsageError("There is nothing in French for this.")
    assert alone.in_("fr") == alone.message == in_(alone.said, "fr")


@pytest.mark.parametrize("find", [pokedex.form, pokedex.move, pokedex.type, pokedex.nature])
def test_every_kind_of_name_has_its_message(find: object) -> None:
    with pytest.raises(UnknownName) as refused:
        find("zzzzqqqq")  # type: ignore[operator]
    assert "zzzzqqqq" in refused.value.in_("fr")
    assert "Unknown" not in refused.value.in_("fr")
    assert refused.value.message.startswith(f"Unknown {refused.value.kind}")
