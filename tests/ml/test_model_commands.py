"""``models``, ``promote`` and ``rollback`` as a user runs them, and what none of it loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from predictiondex.cli import app
from predictiondex.cli.app import explain
from predictiondex.ml.promotion import Decision, promote
from predictiondex.ml.registry import Registry
from tests.ml.models import booster, manifest


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The home's registry: version 1, then 2 became champion; 3 was refused."""
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    registry = Registry(tmp_path / "models")
    for seed, accepted in ((1, True), (2, True), (3, False)):
        version = registry.add(booster(seed), manifest())
        promote(registry, version, Decision(accepted, (f"verdict {seed}",)), by="test")
    return registry


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def code(result: Result) -> int | None:
    """The exit code of the process: errors become one in ``main``."""
    expected = result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code if expected else explain(result.exception)  # type: ignore[arg-type]


@pytest.mark.usefixtures("registry")
def test_the_list_names_champion_and_challenger() -> None:
    told = json.loads(run("models", "list", "--json").stdout)
    assert [(one["version"], one["alias"]) for one in told] == [
        ("1", ""),
        ("2", "champion"),
        ("3", "challenger"),
    ]
    assert told[0]["rmse"] == 0.04
    table = run("models", "list").stdout
    assert "champion" in table
    assert "0.0400" in table


def test_a_challenger_that_is_the_champion_now_is_listed_as_that(registry: Registry) -> None:
    promote(registry, "1", Decision(False, ("worse",)), by="test")
    assert run("rollback").exit_code == 0
    told = json.loads(run("models", "list", "--json").stdout)
    assert [one["alias"] for one in told] == ["champion", "", ""]
    refused = run("promote")
    assert "There is no challenger" in str(refused.exception)


def test_a_damaged_version_does_not_hide_the_others(registry: Registry) -> None:
    (registry.path("1") / "manifest.json").write_text("{}")
    told = json.loads(run("models", "list", "--json").stdout)
    assert "was altered" in told[0]["problem"]
    assert told[1]["alias"] == "champion"
    assert "damaged" in run("models", "list").stdout
    assert code(run("models", "show", "1")) == 1


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_narrow_terminal_shows_whole_figures(width: int) -> None:
    told = CliRunner().invoke(app, ["models", "list"], env={"COLUMNS": str(width)}).stdout
    assert "…" not in told
    for one in json.loads(run("models", "list", "--json").stdout):
        line = next(line for line in told.splitlines() if line.strip().startswith(one["version"] + " "))
        assert {f"{one['rmse']:.4f}", one["alias"]} <= {*line.split(), ""}
        assert ("RMSE" in told, len(line) <= width) == (True, True)


@pytest.mark.usefixtures("registry")
def test_show_tells_all_about_a_version() -> None:
    told = json.loads(run("models", "show", "--json").stdout)
    assert told["version"] == "2"
    assert [line["reason"] for line in told["history"]] == ["verdict 2"]
    text = run("models", "show", "3").stdout
    assert "refused: verdict 3" in text
    assert "rmse 0.04" in text


def test_rollback_moves_the_alias_and_says_so(registry: Registry) -> None:
    assert json.loads(run("rollback", "--reason", "it lost", "--json").stdout) == {"champion": "1"}
    assert registry.champion() == registry.path("1")
    assert registry.history()[-1]["reason"] == "it lost"
    assert "it lost" in run("models", "history").stdout
    assert not (registry.root.parent / "mlflow.db").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("rollback", "--to", "2"), 1),  # champion already
        (("rollback", "--to", "3"), 1),  # never was
        (("rollback", "--to", "9"), 2),
        (("promote", "2"), 1),
        (("promote", "9"), 2),
        (("models", "show", "9"), 2),
        (("models", "show", "../2"), 2),
    ],
)
def test_exit_codes(registry: Registry, arguments: tuple[str, ...], expected: int) -> None:
    before = registry.history()
    assert code(run(*arguments)) == expected
    assert registry.history() == before


def test_without_any_model_the_answer_is_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    assert "run `train`" in run("models", "list").stdout
    for arguments in (("models", "show"), ("promote",), ("rollback",)):
        assert code(run(*arguments)) == 1


@pytest.mark.slow
def test_serving_loads_nothing_that_it_does_not_use() -> None:
    program = (
        "import sys\n"
        "import predictiondex.api.server, predictiondex.ml.model, predictiondex.ml.mlflow_integration\n"
        "print(sorted({'mlflow', 'optuna', 'evidently', 'sklearn', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
