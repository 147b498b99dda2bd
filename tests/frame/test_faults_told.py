"""What stands in the way or was typed wrong: told in a sentence, with the place and the exit code."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from predictiondex import store
from predictiondex.cli.app import main, spoken
from tests.frame.conftest import Ran

#: Runs a command; its exit code and what it said on standard error.
Told: TypeAlias = Callable[..., tuple[int, str]]


def words(one: object) -> str:
    """How a parameter is called in the names of tests."""
    return (" ".join(one) if isinstance(one, list | tuple) else str(one))[:40]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where nothing was ever done."""
    monkeypatch.setenv("PDX_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def told(ran: Ran) -> Told:
    """Run a command in this process; its exit code and what it said on standard error."""

    def run(*arguments: str, stdin: str | None = None) -> tuple[int, str]:
        code, _, said = ran(*arguments, stdin=stdin)
        return code, said

    return run


UNLOADED = [["etl", "export", "--out", "out"], ["drift"], ["shadow"]]


@pytest.mark.parametrize("arguments", UNLOADED, ids=words)
def test_a_home_without_a_database_says_what_to_do(arguments: list[str], told: Told, home: Path) -> None:
    code, said = told(*arguments)
    assert code == 1
    assert said == f"Error: No database at {home / 'predictiondex.db'}: run `predictiondex etl run`.\n"
    assert not home.exists()


@pytest.mark.parametrize("inner", ["", "inner"])
@pytest.mark.parametrize("arguments", [["keys", "create", "x"], ["etl", "run"]], ids=words)
def test_a_home_that_cannot_be_made_says_what_to_do(
    arguments: list[str], inner: str, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PDX_HOME", str(tmp_path / "file" / inner))
    code, said = told(*arguments)
    assert code == 1
    assert said.startswith("Error: ")
    assert "ake it writable" in said
    assert "PDX_HOME" in said
    assert "Errno" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("arguments", UNLOADED, ids=words)
def test_a_database_of_an_older_program_says_what_to_do(arguments: list[str], told: Told, home: Path) -> None:
    url = f"sqlite:///{home / 'predictiondex.db'}"
    store.migrate(url)
    store.migrate(url, "0001")
    code, said = told(*arguments)
    assert code == 1
    assert "older than" in said
    assert "run `predictiondex etl run`" in said


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that are none of what is asked for; the present folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "list").write_text("[1]")
    (tmp_path / "deep").write_text("[" * 100_000)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "cut").write_bytes(gzip.compress(b"\n" * 90_000)[:-20])
    return tmp_path


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("file", ["nothing", "folder", "cut"])
@pytest.mark.parametrize(
    ("command", "field"),
    [
        (("predict", "--request"), "--request"),
        (("predict", "--jobs"), "--jobs"),
        (("simulate", "--jobs"), "--jobs"),
        (("replay", "--traces"), "--traces"),
        (("evaluate", "winrates"), "FILE"),
        (("team", "read"), "file"),
        (("team", "write"), "file"),
    ],
    ids=words,
)
def test_a_file_is_named_with_what_gave_it(
    command: tuple[str, ...], field: str, file: str, told: Told
) -> None:
    code, said = told(*command, file)
    assert code == 2
    assert said.startswith(f"Error: {file} ")
    assert said.endswith(f"\n  in {field}\n")
    assert "Errno" not in said


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("command", "field", "bad"),
    [
        (("predict", "--request"), "--request", ("empty", "list", "deep", "bytes")),
        (("simulate", "--jobs"), "line 1", ("list", "deep", "bytes")),
        (("team", "write"), "file", ("empty", "deep", "bytes")),
    ],
    ids=words,
)
def test_what_is_no_json_is_said_to_be_none(
    command: tuple[str, ...], field: str, bad: tuple[str, ...], told: Told
) -> None:
    for file in bad:
        code, said = told(*command, file)
        assert code == 2
        assert said.endswith(f"\n  in {field}\n")


def test_a_line_is_counted_from_the_beginning_of_the_file(told: Told, files: Path) -> None:
    (files / "rates").write_text('\n\n{"a": 3}\n')
    assert told("evaluate", "winrates", "rates")[1].endswith("\n  in line 3: a\n")
    (files / "rates").write_text("\n{\n")
    assert told("evaluate", "winrates", "rates")[1].endswith("\n  in line 2\n")


def test_counts_that_are_no_numbers_are_refused(told: Told, files: Path) -> None:
    job = {"a": {"species": "Pikachu", "moves": ["surf"]}, "b": {"species": "Onix", "moves": ["tackle"]}}
    for wins in ("x", None, True, [1], math.inf):
        (files / "rates").write_text(json.dumps({**job, "n": 10, "wins": wins}))
        code, said = told("evaluate", "winrates", "rates")
        assert (code, "in line 1" in said) == (2, True)


@pytest.mark.parametrize("command", [("evaluate", "card"), ("evaluate", "winrates")], ids=words)
@pytest.mark.parametrize("version", ["7", "", "../../x"])
def test_a_version_that_is_not_there_is_bad_usage(
    command: tuple[str, ...], version: str, told: Told, files: Path
) -> None:
    job = {"a": {"species": "Pikachu", "moves": ["surf"]}, "b": {"species": "Onix", "moves": ["tackle"]}}
    (files / "rates").write_text(json.dumps({**job, "n": 10, "wins": 1}))
    what = ("rates",) if command[1] == "winrates" else ()
    code, said = told(*command, *what, "--version", version)
    assert code == 2
    assert said == f"Error: There is no model version {version!r} (there are: none yet).\n  in --version\n"


FIGHT = {
    "you": {"pokemon": "Gengar", "moves": ["Shadow Ball"]},
    "opponent": {"pokemon": "Starmie", "moves": ["Surf"]},
    "simulations": 50,
}


@pytest.mark.parametrize(
    "beside",
    [
        ("Pikachu",),
        ("Pikachu", "Onix"),
        ("--moves", "surf"),
        ("--opponent-moves", "surf"),
        ("--level", "50"),
        ("--opponent-level", "3"),
        ("--engine", "simulation"),
        ("--n", "10"),
        ("--seed", "2"),
        ("--no-strict",),
    ],
    ids=words,
)
def test_what_a_request_says_by_itself_is_not_typed_beside_it(
    beside: tuple[str, ...], told: Told, files: Path
) -> None:
    (files / "fight").write_text(json.dumps(FIGHT))
    code, said = told("predict", "--request", "fight", *beside)
    name = {"Pikachu": "you", "--no-strict": "--strict"}.get(beside[0], beside[0])
    assert code == 2
    assert said == f"Error: --request says all by itself: leave {name} out.\n  in {name}\n"


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "beside", [("--moves", "surf"), ("--lang", "fr"), ("--request", "x"), ("--level", "3")]
)
def test_what_means_nothing_to_jobs_is_not_typed_beside_them(beside: tuple[str, ...], told: Told) -> None:
    code, said = told("predict", "--jobs", "empty", *beside)
    assert (code, said.splitlines()[-1]) == (2, f"  in {beside[0]}")


def test_a_request_is_answered_in_the_language_asked_for(files: Path, ran: Ran) -> None:
    (files / "fight").write_text(json.dumps({**FIGHT, "lang": "fr"}))
    for lang, name in (("en", "Shadow Ball"), ("fr", "Ball'Ombre"), (None, "Ball'Ombre")):
        asked = ["predict", "--request", "fight", "--json", *(("--lang", lang) if lang else ())]
        answer = json.loads(ran(*asked)[1])
        assert [move["name"] for move in answer["moves"]] == [name]


def test_a_request_is_refused_in_the_language_it_would_be_answered_in(files: Path, told: Told) -> None:
    wrong = {**FIGHT, "opponent": {"pokemon": "Pikatchu"}, "lang": "fr"}
    (files / "fight").write_text(json.dumps(wrong))
    assert told("predict", "--request", "fight")[1].startswith("Erreur\N{NO-BREAK SPACE}: ")
    assert told("predict", "--request", "fight", "--lang", "en")[1].startswith("Error: ")


@pytest.mark.parametrize("prefix", ["--", "--vs-"])
@pytest.mark.parametrize("table", ["ivs", "avs", "boosts"])
@pytest.mark.parametrize(
    "text", ["atk", "atk x", "atk 201", "luck 3", "atk 1 atk 2", "atk " + "9" * 5000], ids=words
)
def test_a_table_of_stats_is_named_by_its_option(prefix: str, table: str, text: str, told: Told) -> None:
    code, said = told("calc", "Jolteon", "Thunderbolt", "Onix", f"{prefix}{table}", text)
    assert code == 2
    assert said.endswith(f"\n  in {prefix}{table}\n")


@pytest.mark.parametrize("number", ["999", "0", "500", "9" * 5000, "²"], ids=words)
@pytest.mark.parametrize(
    ("command", "field"),
    [
        ("predict {} Pikachu", "you.pokemon"),
        ("predict Pikachu {}", "opponent.pokemon"),
        ("calc {} Surf Onix", "attacker.pokemon"),
        ("calc Onix Tackle {}", "defender.pokemon"),
        ("plan Pikachu --versus {}", "opponent.pokemon"),
        ("plan {}", "pokemon"),
    ],
)
def test_a_number_that_nobody_has_is_an_unknown_pokemon(
    command: str, field: str, number: str, told: Told
) -> None:
    code, said = told(*command.format(number).split())
    assert code == 2
    assert said.endswith(f"\n  in {field}\n")
    if len(number) <= 3:
        assert said == f"Error: Unknown Pokémon: {number!r}.\n  in {field}\n"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("predict", "P" * 70, "Onix"), "you.pokemon"),
        (("predict", "Pikachu", "Onix", "--moves", "a,b,c,d,e"), "you.moves"),
        (("predict", "Pikachu", "Onix", "--n", "30000"), "--n"),
        (("calc", "Pikachu", "Surf", "Onix", "--vs-hp", "nan"), "defender.hp_percent"),
        (("plan", "Pikachu", "--versus", "Onix", "--versus-moves", "a,b,c,d,e"), "opponent.moves"),
        (("plan", "Pikachu", "--versus-moves", "surf"), "--versus-moves"),
        (("plan", "Pikachu", "--versus", "mirror", "--versus-level", "5"), "--versus-level"),
        (("plan", "Pikachu", "--trainer", "misty", "--versus", "Onix"), "--versus"),
        (("plan", "Pikachu", "--trainer", "misty", "--versus-level", "90"), "--versus-level"),
        (("plan", "a,b,c,d,e,f,g"), "pokemon"),
        (("plan", "Pikachu", "--want", "2"), "want"),
    ],
    ids=words,
)
def test_what_has_not_the_form_of_a_request_is_told_once(
    arguments: tuple[str, ...], field: str, told: Told
) -> None:
    code, said = told(*arguments)
    assert code == 2
    assert said.count("Error: ") == 1
    assert said.endswith(f"\n  in {field}\n")
    assert not any(word in said for word in ("constrained", "literal", "Side", "union"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("etl", "status", "--database", "postgresql://u:secret@host:port/x"), 2),
        (("retrain", "--cool-down", "1e300"), 2),
        (("bench", "api", "--engine", "oracle"), 2),
    ],
    ids=words,
)
def test_no_other_argument_ends_in_a_traceback(arguments: tuple[str, ...], code: int, told: Told) -> None:
    ended, said = told(*arguments)
    assert ended == code
    assert "secret" not in said


def program(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of the whole program, run in this process."""
    monkeypatch.setattr("sys.argv", ["predictiondex", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("predict", "Carapuce", "Salamèche", "--moves", "Tonnerre", "--lang", "fr"),
            "Erreur\N{NO-BREAK SPACE}: Carapuce ne peut pas avoir Tonnerre dans ces jeux.\n"
            "  dans you.moves[0]\n",
        ),
        (
            ("predict", "Carapuce", "Salamèche", "--moves", "a,b,c,d,e", "--lang=fr"),
            "Erreur\N{NO-BREAK SPACE}: Au plus 4 éléments attendus, et non 5\n  dans you.moves\n",
        ),
        (
            ("predict", "Carapuce", "Salamèche", "--moves", "Tonnerre", "--lang", "en"),
            "Error: Squirtle cannot have Thunderbolt in these games.\n  in you.moves[0]\n",
        ),
        (
            ("calc", "Voltali", "Tonnerre", "Léviator", "--avs", "atk", "--lang", "fr"),
            "Erreur\N{NO-BREAK SPACE}: Stats et nombres vont par deux\N{NO-BREAK SPACE}: atk 120 spe 30.\n"
            "  dans --avs\n",
        ),
        (
            ("predict", "--request", "nowhere", "--lang", "fr"),
            "Erreur\N{NO-BREAK SPACE}: nowhere ne peut pas être lu\N{NO-BREAK SPACE}: "
            "ce fichier n'existe pas.\n  dans --request\n",
        ),
        (
            ("predict", "--request", "nowhere", "--n", "3", "--lang", "fr"),
            "Erreur\N{NO-BREAK SPACE}: --request dit tout à lui seul\N{NO-BREAK SPACE}: n'indiquez pas --n.\n"
            "  dans --n\n",
        ),
    ],
    ids=["illegal", "too many", "English", "a table of stats", "a file", "an option"],
)
def test_an_error_is_told_in_the_language_of_the_answer(
    arguments: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert program(monkeypatch, *arguments) == 2
    assert capsys.readouterr().err == said


def test_what_is_there_in_english_only_is_told_in_english(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PDX_LANG", "fr")
    assert program(monkeypatch, "keys", "create", "who/else") == 2
    assert capsys.readouterr().err == (
        "Error: A name has up to 80 letters, digits, spaces, '.', '_' or '-'.\n  in NAME\n"
    )


def test_the_language_of_errors_is_typed_or_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spoken(["predict"]) == "en"
    monkeypatch.setenv("PDX_LANG", "fr")
    assert spoken(["predict"]) == "fr"
    assert spoken(["predict", "--lang", "en"]) == "en"
    monkeypatch.setenv("PDX_LANG", "de")
    assert spoken(["predict"]) == "en"


@pytest.mark.parametrize("command", ["check", "traffic"])
def test_an_address_that_is_none_is_bad_usage(command: str, told: Told) -> None:
    code, said = told(command, "--api-url", "dex:8000")
    assert code == 2
    assert said == ("Error: PDX_API_URL: 'dex:8000' is no address: write one such as http://127.0.0.1:8000\n")


def test_where_nothing_answers_no_number_of_the_system_is_told(ran: Ran) -> None:
    code, output, _ = ran("check", "--api-url", "http://127.0.0.1:1", "--no-ui", "--json")
    assert code == 1
    details = {one["detail"] for one in json.loads(output)["checks"]}
    assert details == {"no answer (Connection refused)"}
