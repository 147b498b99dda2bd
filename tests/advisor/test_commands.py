"""The advisor's commands, run as a user runs them; teams are read by the reference's own importer too."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from predictiondex.advisor.showdown import export_team
from predictiondex.cli.app import app, explain
from predictiondex.errors import UsageError
from predictiondex.reference import install
from predictiondex.wire import Side, TeamSides
from tests.components import require


def run(*arguments: str, code: int = 0, **options: Any) -> str:
    result = CliRunner().invoke(app, list(arguments), **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        assert isinstance(result.exception, Exception)
        assert explain(result.exception) == code, result.exception
        return str(result.exception)
    assert result.exit_code == code, result.output
    return result.stdout


def last_line(*arguments: str, command: tuple[str, ...], code: int = 0) -> Any:
    return json.loads(run(*command, *arguments, "--json", code=code).splitlines()[-1])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.slow
def test_plan_of_a_mirror_and_one_without_a_way() -> None:
    lines = run("plan", "Magicarpe", "--level", "30", "--want", "0.6", "--most-avs", "0", "--lang", "fr")
    assert "Charge" in lines
    assert "✓" in lines
    hopeless = ("plan", "Magikarp", "--versus", "Jolteon", "--versus-level", "60", "--highest-level", "5")
    found = last_line("--level", "5", "--most-avs", "0", code=1, command=hopeless)
    assert found["reached"] is False
    assert found["options"]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "The highest level, 10, is below yours, 50."), ("fr", "Le niveau le plus haut")]
)
def test_a_plan_below_its_own_level_is_refused(
    lang: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = CliRunner().invoke(app, ["plan", "Pikachu", "--highest-level", "10"]).exception
    assert isinstance(error, UsageError)
    assert explain(error, lang) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.endswith(" --highest-level\n")


@pytest.mark.slow
def test_plan_against_a_trainer() -> None:
    surge = ("plan", "Pidgey", "--trainer", "ltsurge#3", "--level", "40", "--want", "0.2")
    found = last_line("--most-avs", "0", command=surge)
    assert found["opponent"]["id"] == "raichu"
    assert found["opponent_moves"]["moves"][0]["id"] == "thunderbolt"
    assert found["opponent_moves"]["basis"] == "given"
    run("plan", "Pidgey", "--trainer", "nobody", code=2)


@pytest.mark.parametrize(
    ("lang", "step"), [("en", "Comparing the last few"), ("fr", "Comparaison des dernières retenues")]
)
def test_a_plan_tells_its_steps_in_its_language(lang: str, step: str) -> None:
    few = ("plan", "Ditto", "--versus", "Weedle", "--level", "5", "--most-avs", "0", "--assume", "likely")
    told = CliRunner().invoke(app, [*few, "--lang", lang])
    assert f"{step} 1/1" in told.stderr
    assert "_" not in told.stderr


def test_a_plan_names_stats_in_its_language() -> None:
    weak = ("plan", "Ditto", "--versus", "Weedle", "--level", "5", "--want", "0.99", "--assume", "likely")
    told = CliRunner().invoke(app, [*weak, "--lang", "fr"], env={"COLUMNS": "200"})
    assert "PV " in told.stdout
    assert not re.search(r"\b(hp|atk|spa|spd|spe) [0-9]", told.stdout)


def test_calc_says_the_sentence() -> None:
    said = run("calc", "Voltali", "Tonnerre", "Léviator", "--lang", "fr", "--vs-hp", "50")
    assert "Voltali Tonnerre contre" in said
    assert "OHKO garanti" in said
    assert not re.search(r"\w: ", said)
    answer = json.loads(run("calc", "Jolteon", "Thunderbolt", "Gyarados", "--avs", "spa 20, spe=3", "--json"))
    assert answer["sentence"].startswith("Lvl 50 20 SpA Jolteon Thunderbolt vs.")
    assert len(answer["rolls"]) == len(answer["crit_rolls"]) == 16
    run("calc", "Jolteon", "Thunderbolt", "Gyarados", "--avs", "spa", code=2)
    run("calc", "Jolteon", "Surf", "Gyarados", code=2)
    assert "Damage: 25-75\n" in run("calc", "Starmie", "Psywave", "Gyarados")


def test_trainers_and_teams(home: Path) -> None:
    assert "https://" in json.loads(run("trainers", "--kind", "gym", "--json"))["items"][0]["source"]
    assert "N.\xa019\xa0: " in run("trainers", "--search", "Ondine", "--lang", "fr")
    assert run("trainers", "--search", "Peter", "--lang", "fr") == "Aucun dresseur ne correspond.\n"
    assert run("trainers", "--search", "Lance") == "No trainer matches.\n"
    assert "…" not in run("trainers", "--kind", "gym", env={"COLUMNS": "60"})
    text = home / "team.txt"
    text.write_text("Snorlax\nLevel: 70\n- Rest\n", encoding="utf-8")
    team = json.loads(run("team", "read", str(text), "--json"))["team"]
    assert run("team", "read", str(text)) == "Snorlax Lv.\xa070, Serious: Rest\n"
    assert run("team", "read", str(text), env={"PDX_LANG": "fr"}) == "Ronflex N.\xa070, Sérieux\xa0: Repos\n"
    written = home / "team.json"
    written.write_text(json.dumps(team), encoding="utf-8")
    assert "- Rest" in run("team", "write", str(written))
    text.write_text("Rex (Charizard-Mega-X)\n", encoding="utf-8")
    assert run("team", "read", str(text)) == "Mega Charizard X (Rex) Lv.\xa0100, Serious: ?\n"
    text.write_text("Snorlax\n- Resst\n", encoding="utf-8")
    assert "Line 2" in run("team", "read", str(text), code=2)


def test_a_fight_as_it_stands(home: Path) -> None:
    fight = {
        "you": {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball"], "conditions": ["taunt"]},
        "opponent": {"pokemon": "Starmie", "moves": ["Surf"], "hp_percent": 40},
        "engine": "search",
        "turn": 4,
    }
    file = home / "fight.json"
    file.write_text(json.dumps(fight, indent=1), encoding="utf-8")
    answer = json.loads(run("predict", "--request", str(file), "--json"))
    assert [move["id"] for move in answer["moves"]] == ["shadowball"]
    search = ("predict", "Gengar", "Starmie", "--moves", "Hypnosis,Shadow Ball", "--engine", "search")
    assert "Shadow Ball" in run(*search, "--n", "64")


@pytest.mark.slow
def test_the_measurement_as_a_command() -> None:
    require("node")
    result = CliRunner().invoke(
        app, ["bench", "advice", "--matchups", "3", "--battles", "1", "--n", "16", "--json"]
    )
    figures = json.loads(result.stdout.splitlines()[-1])
    assert figures["parts"]["all"]["matchups"] == 3
    assert result.exit_code == int(not figures["goal_met"] or bool(figures["worse_somewhere"]))


def test_the_reference_reads_what_is_written() -> None:
    node = require("node")
    sides = [
        Side(pokemon="snorlax", level=70, moves=["rest", "bodyslam"], nature="adamant"),
        Side(pokemon="raichualola", moves=["psychic"], friendship=200),
        Side(pokemon="mrmime", moves=["psychic"]),
    ]
    text = export_team(TeamSides(team=sides, nicknames=["Big", None, None])).text
    script = "const {Teams} = require(process.argv[1] + '/dist/sim/teams'); " \
             "console.log(JSON.stringify(Teams.import(require('fs').readFileSync(0, 'utf8'))))"  # fmt: skip
    command = [node, "-e", script, str(install.showdown_path())]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    big, raichu, mime = json.loads(done.stdout)
    assert (big["name"], big["species"], big["level"], big["nature"]) == ("Big", "Snorlax", 70, "Adamant")
    assert big["moves"] == ["Rest", "Body Slam"]
    assert (raichu["species"], raichu["happiness"], raichu["level"]) == ("Raichu-Alola", 200, 50)
    assert mime["species"] == "Mr. Mime"
