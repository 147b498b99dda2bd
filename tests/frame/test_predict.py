"""``predict`` as a person and as a program use it, with the real rules."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from predictiondex.advisor import best_move
from predictiondex.cli.advice import number, percent, show
from predictiondex.cli.predict import request_from, side
from predictiondex.messages.text import Lang
from predictiondex.wire import Advice, BestMoveRequest
from tests.frame.conftest import Ran

MOVES = "Pistolet à O, Charge,hydro pump"


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """``predictiondex predict ...`` as a process of its own."""
    command = [sys.executable, "-m", "predictiondex", "predict", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, input=stdin)


@pytest.fixture(scope="module")
def advice() -> dict[str, Advice]:
    """The same advice in both languages."""
    return {
        lang: best_move(
            request_from(
                side("Carapuce", [MOVES], 50),
                side("4", None, 50),
                lang=lang,
                simulations=200,
                engine="simulation",
            )
        )
        for lang in ("en", "fr")
    }


def shown(answer: Advice, lang: Lang, width: int = 80, *, turn: int = 1) -> str:
    """What a terminal of that width shows, without colours."""
    console = Console(file=io.StringIO(), width=width)
    show(console, answer, lang, turn=turn)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_numbers_name_pokemon_and_blanks_in_lists_do_not_matter() -> None:
    assert side("25", [" a ,b,", "c"], 50) == {"pokemon": 25, "level": 50, "moves": ["a", "b", "c"]}
    assert side("25", [" a ,b,"], 50) == {"pokemon": 25, "level": 50, "moves": ["a", "b"]}
    assert side("Évoli", None, 5) == {"pokemon": "Évoli", "level": 5}


def test_each_language_writes_numbers_its_own_way() -> None:
    assert (number(1.25, "fr"), number(1.25, "en", 2)) == ("1,2", "1.25")
    assert (percent(0.5, "fr", 0), percent(0.5, "en")) == ("50\xa0%", "50.0%")


def test_the_table_speaks_the_language_throughout(advice: dict[str, Advice]) -> None:
    french, english = shown(advice["fr"], "fr"), shown(advice["en"], "en")
    for word in ("Carapuce", "Salamèche", "Commencez par", "Pistolet à O", "Eau", "Dégâts", "supposées"):
        assert word in french
        assert word not in english
    for word in ("Squirtle", "Charmander", "Open with", "Water Gun", "Damage", "assumed"):
        assert word in english


def test_in_the_middle_of_a_fight_nobody_opens(advice: dict[str, Advice]) -> None:
    later = {lang: shown(advice[lang], lang, turn=3) for lang in ("fr", "en")}
    assert "Utilisez" in later["fr"]
    assert "Commencez" not in later["fr"]
    assert "Use Hydro Pump" in later["en"]
    tired = {"pokemon": "Snorlax", "moves": ["Hyper Beam"], "conditions": ["mustrecharge"]}
    request = {"you": tired, "opponent": {"pokemon": "Onix"}, "turn": 2, "simulations": 50, "lang": "fr"}
    forced = shown(best_move(BestMoveRequest.model_validate(request)), "fr", turn=2)
    assert "Rien à choisir à ce tour" in forced


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_the_terminal(width: int, advice: dict[str, Advice]) -> None:
    assert max(map(len, shown(advice["fr"], "fr", width).splitlines())) <= width


def test_the_best_move_comes_first_and_is_marked(advice: dict[str, Advice]) -> None:
    lines = shown(advice["en"], "en").splitlines()
    marked = [line for line in lines if "★" in line]
    assert len(marked) == 1
    assert advice["en"].moves[0].name in marked[0]


@pytest.mark.slow
def test_the_json_line_is_the_advice(advice: dict[str, Advice]) -> None:
    result = run("Carapuce", "salameche", "--moves", MOVES, "--n", "200", "--json")
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    expected = advice["en"].model_dump(mode="json")
    assert answer.pop("prediction_id") != expected.pop("prediction_id")
    assert answer == expected


@pytest.mark.slow
def test_jobs_are_answered_line_by_line() -> None:
    job = {
        "a": {"species": "Squirtle", "moves": ["tackle", "hydropump"]},
        "b": {"species": "Charmander", "moves": ["ember"]},
    }
    lines = "".join(json.dumps({"id": name, **job}) + "\n" for name in ("first", "second"))
    result = run("--jobs", "-", "--n", "100", "--seed", "3", stdin=lines)
    assert result.returncode == 0, result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["first", "second"]
    for answer in answers:
        assert answer["n"] == 100
        assert 0 <= answer["p"] <= 1
        assert set(answer["moves"]) == {"tackle", "hydropump"}
    assert run("--jobs", "-", "--n", "100", "--seed", "3", stdin=lines).stdout == result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Pikatchu", "Tortank"], "Pikachu"),
        (["Pikachu", "Tortank", "--moves", "Tonnere"], "Tonnerre"),
        (["Pikachu", "Tortank", "--moves", "Surf"], "you.moves[0]"),
        (["Pikachu", "Tortank", "--moves", ","], "you.moves"),
        (["Pikachu", "Tortank", "--moves", "a,b,c,d,e"], "you.moves"),
        (["Pikachu", "Tortank", "--level", "101"], "--level"),
        (["Pikachu", "Tortank", "--opponent-level", "0"], "--opponent-level"),
        (["Pikachu", "Tortank", "--n", "0"], "--n"),
        (["Pikachu", "Tortank", "--engine", "oracle"], "--engine"),
        (["Pikachu", "--jobs", "-"], "--jobs"),
        (["--jobs", str(Path("no") / "such" / "file")], "cannot be read"),
    ],
)
def test_bad_input_is_bad_usage_that_names_what(arguments: list[str], said: str, ran: Ran) -> None:
    code, output, error = ran("predict", *arguments)
    assert code == 2
    assert said in error
    assert "Traceback" not in error
    assert output == ""


@pytest.mark.slow
def test_bad_input_ends_the_process_with_2() -> None:
    result = run("Pikatchu", "Tortank")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Pikachu" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_mega_is_called_one_once_and_in_its_language() -> None:
    you = {"pokemon": "Méga-Dracaufeu X", "moves": ["Lance-Flammes"]}
    answer = best_move(request_from(you, side("4", None, 50), lang="fr", simulations=20, engine="simulation"))
    assert "Méga-Dracaufeu X N.\xa050 contre" in shown(answer, "fr")


def test_moves_that_are_typed_one_by_one_all_count(ran: Ran) -> None:
    typed = ("Carapuce", "4", "--moves", "Charge", "--moves", "Hydrocanon", "--n", "20", "--json")
    code, output, error = ran("predict", *typed)
    assert code == 0, error
    assert {move["id"] for move in json.loads(output)["moves"]} == {"tackle", "hydropump"}
