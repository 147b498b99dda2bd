"""The model's commands, as a user runs them, on a small trained world."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from predictiondex.cli import app
from predictiondex.ml import dataset, evaluation, modelcard
from predictiondex.ml.artefact import read_artefact
from predictiondex.ml.registry import Registry
from tests.ml.conftest import World
from tests.ml.test_model import REFERENCE

JOB = {
    "id": 7,
    "a": {"species": "Pikachu", "moves": ["thunderbolt", "quickattack"]},
    "b": {"species": "Gyarados", "moves": ["bite"]},
}


@pytest.fixture(autouse=True)
def _home(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDX_HOME", str(world.home))


@pytest.fixture
def jobs(tmp_path: Path) -> str:
    file = tmp_path / "jobs.jsonl"
    file.write_text(json.dumps(JOB), encoding="utf-8")
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("engine", ["model", "simulation", "hybrid"])
def test_evaluate_winrates_prints_every_figure(engine: str) -> None:
    result = run("evaluate", "winrates", str(REFERENCE), "--engine", engine, "--n", "100", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    wanted = {"rows", "brier", "floor", "excess", "rmse", "decided_accuracy", "ece", "largest"}
    assert wanted <= report["all"].keys()
    assert report["all"]["rmse"] < 0.06
    assert report["model"] == (None if engine == "simulation" else "1")


def test_lines_under_other_policies_are_left_out_and_counted(tmp_path: Path) -> None:
    seen = {**JOB, "n": 100, "wins": 99, "ties": 0}
    lines = [seen, {**seen, "policyA": "first:quickattack"}, {**seen, "policyA": "fixed:thunderbolt"}]
    file = tmp_path / "winrates.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    report = json.loads(run("evaluate", "winrates", str(file), "--json").stdout)
    assert (report["all"]["rows"], report["left_out"]) == (2, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"wins": 200}, "wins"), ({"n": 1}, "n"), ({"policyA": "first:surf"}, "policyA"), ({"a": 3}, "a")],
)
def test_a_bad_line_is_named(tmp_path: Path, change: dict[str, object], field: str) -> None:
    file = tmp_path / "winrates.jsonl"
    file.write_text(json.dumps({**JOB, "n": 100, "wins": 1, "ties": 0, **change}), encoding="utf-8")
    result = run("evaluate", "winrates", str(file))
    assert result.exit_code != 0
    assert f"line 1: {field}" in str(getattr(result.exception, "field", ""))


def test_predict_answers_jobs_by_the_model_without_a_battle(jobs: str) -> None:
    result = run("predict", "--jobs", jobs, "--engine", "model")
    answer = json.loads(result.stdout)
    assert (answer["id"], answer["n"], set(answer["moves"])) == (7, 0, {"thunderbolt", "quickattack"})
    assert answer["p"] == answer["moves"]["thunderbolt"] > 0.9


def test_predict_says_when_there_is_no_model(
    jobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    result = run("predict", "--jobs", jobs, "--engine", "model", "--n", "50")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["n"] == 50
    assert "No model is ready" in result.stderr


def test_the_card_is_written_with_its_pictures(tmp_path: Path) -> None:
    card = tmp_path / "docs" / "MODEL_CARD.md"
    assert run("evaluate", "card", "--out", str(card), "--reference", str(REFERENCE)).exit_code == 0
    text = card.read_text(encoding="utf-8")
    assert "Against the reference engine" in text
    assert "unseen species" in text
    for picture in ("model-reliability.png", "model-importance.png"):
        assert (tmp_path / "docs" / "images" / picture).read_bytes().startswith(b"\x89PNG")


def test_the_card_tells_for_every_slice_the_row_that_is_farthest_off(world: World) -> None:
    test = evaluation.held_out(world.rows)
    off = np.abs(world.model.from_features(test.features) - test.p)
    text = modelcard.write(world.model.manifest, world.outcome.folder)
    assert "| farthest off |" in text
    for name, mask in evaluation.slices(test).items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        assert row.endswith(f"| {off[mask].max():.2f} |")


def test_what_the_card_says_of_limits_is_of_the_model_it_is_about(world: World, tmp_path: Path) -> None:
    def limits(**changed: object) -> str:
        (tmp_path / "report.json").write_text(json.dumps({**world.outcome.report, **changed}))
        text = modelcard.write(world.model.manifest, tmp_path)
        return text[text.index("## When it is the right engine") :]

    def tried(battles: int, hybrid: float) -> dict[str, float]:
        return {"battles": battles, "model": 0.02, "simulation": 0.03, "hybrid": hybrid}

    figures = world.outcome.report["slices"]["all"]
    here = limits()
    assert f"it takes {figures['floor'] / figures['excess']:.0f} battles an answer" in here
    assert any(
        f"*{name}* ({one['rmse']:.4f})" in here for name, one in world.outcome.report["slices"].items()
    )
    slices = {
        "all": {**figures, "floor": 0.04, "excess": 0.0004, "rmse": 0.02},
        "a Mega Evolution": {**figures, "rmse": 0.05},
        "both greedy": {**figures, "rmse": 0.01},
    }
    other = limits(slices=slices, hybrid=[tried(16, 0.025), tried(64, 0.015)])
    assert "it takes 100 battles an answer" in other
    assert "better than both with 64 battles (16, 64 were tried)" in other
    assert "where *a Mega Evolution* (0.0500)." in other
    assert "none of the numbers of battles tried" in limits(hybrid=[tried(16, 0.025)])


def test_worse_is_refused_better_is_promoted_and_rollback_restores(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    monkeypatch.setattr(dataset, "recipe", lambda *_: world.recipe)
    monkeypatch.setitem(evaluation.REGRET, "quick", (40, 300))
    shutil.copytree(world.home / "datasets", tmp_path / "datasets")
    manifest, booster = read_artefact(world.outcome.folder)
    registry = Registry(tmp_path / "models")
    good = registry.add(booster, manifest)
    bad = registry.add(booster, replace(manifest, calibration={"a": 0.6, "b": 0.0}))
    registry.set_alias("champion", good, reason="planted", by="test")
    refused = run("promote", bad, "--json")
    assert (refused.exit_code, registry.aliases()) == (1, {"champion": good, "challenger": bad})
    told = json.loads(refused.stdout)
    assert any("worse: squared error (all)" in reason for reason in told["reasons"])
    assert registry.history()[-1]["facts"] == {key: told[key] for key in ("accepted", "reasons", "worst")} | {
        "version": bad
    }
    registry.set_alias("champion", bad, reason="planted", by="test")
    assert run("promote", good).exit_code == 0
    assert registry.aliases() == {"champion": good, "challenger": bad}
    assert run("rollback").exit_code == 0
    assert registry.aliases()["champion"] == bad


def test_a_version_of_other_features_is_refused_before_anything_is_built(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    manifest, booster = read_artefact(world.outcome.folder)
    other = replace(manifest, parameters={**manifest.parameters, "feature_version": "another"})
    version = Registry(tmp_path / "models").add(booster, other)
    result = run("promote", version)
    assert "another feature version" in str(result.exception)
    assert not (tmp_path / "datasets").exists()
