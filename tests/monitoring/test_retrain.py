"""When the loop turns and when it does not, what it records, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from predictiondex import store
from predictiondex.advisor import Advisor
from predictiondex.cli import app
from predictiondex.errors import ArtefactError, RegistryError
from predictiondex.ml import pipeline
from predictiondex.ml.mix import Mix
from predictiondex.ml.promotion import Decision, promote
from predictiondex.ml.registry import CHAMPION, Registry
from predictiondex.monitoring import retrain
from predictiondex.monitoring.retrain import Plan
from predictiondex.monitoring.shadow import Figures
from predictiondex.settings import Settings
from tests.ml.conftest import Silent
from tests.ml.models import booster, manifest
from tests.monitoring.logged import advise, new_home, plain, shifted, small_champion

QUICK = Plan(sample=200, battles=40)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = new_home(tmp_path / "home")
    small_champion(settings)
    return settings


def log(settings: Settings, *, shift: bool) -> None:
    engine = store.engine(settings.database_url)
    store.Predictions(engine).add(rows_of(settings.models, shift))
    engine.dispose()


_answered: dict[bool, list[store.PredictionRow]] = {}


def rows_of(models: Path, shift: bool) -> list[store.PredictionRow]:
    """The answers of the small champion, which are the same in every test; as of now."""
    if shift not in _answered:
        matchups = shifted(220) if shift else plain(220)
        _answered[shift] = advise(Advisor.load(models), matchups)
    late = datetime.now(UTC) - timedelta(minutes=1)
    return [replace(row, created_at=late) for row in _answered[shift]]


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small champion is none of the best: only drift is to count."""
    wide = replace(retrain.LIMITS, mean_squared_error=1.0, calibration_error=1.0, regret=1.0)
    monkeypatch.setattr("predictiondex.monitoring.signals.LIMITS", wide)
    monkeypatch.setattr(retrain, "LIMITS", wide)


@pytest.mark.slow
@pytest.mark.usefixtures("no_limits")
def test_nothing_is_done_without_a_reason(settings: Settings) -> None:
    log(settings, shift=False)
    result = retrain.run(settings, QUICK, progress=Silent())
    assert result.action == "none"
    assert result.signals.drift.detected is False
    assert result.reasons == ("no drift, and all figures within their limits",)
    assert retrain.history(settings) == []


@pytest.mark.slow
def test_too_few_requests_are_told_and_not_called_well(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = store.engine(settings.database_url)
    store.Predictions(engine).add(rows_of(settings.models, shift=False)[:30])
    engine.dispose()
    monkeypatch.setenv("PDX_HOME", str(settings.home))
    told = CliRunner().invoke(app, ["retrain", "--auto", "--dry-run"])
    assert told.exit_code == 0
    said = "Nothing to do: 30 requests in the log are too few to judge (from 200 on)"
    assert said in told.stdout.splitlines()
    assert told.stdout.splitlines()[-1].endswith("(requests played again: 30, too few to judge)")


@pytest.mark.slow
@pytest.mark.usefixtures("no_limits")
def test_a_dry_run_tells_and_does_nothing(settings: Settings) -> None:
    log(settings, shift=True)
    before = Registry(settings.models).history()
    result = retrain.run(settings, replace(QUICK, dry_run=True), progress=Silent())
    assert result.action == "dry-run"
    assert "drift in " in result.reasons[0]
    assert "level_you" in result.reasons[0]
    assert Registry(settings.models).history() == before
    assert not settings.datasets.exists()


@pytest.mark.slow
def test_untrue_answers_are_a_reason_by_themselves(settings: Settings) -> None:
    log(settings, shift=False)
    registry = Registry(settings.models)
    wrong = registry.add(booster(), manifest(calibration={"a": -1.0, "b": 0.0}))
    registry.set_alias(CHAMPION, wrong, reason="for a test", by="tests")
    result = retrain.run(settings, replace(QUICK, dry_run=True), progress=Silent())
    assert result.action == "dry-run"
    assert [reason.split(" is ")[0] for reason in result.reasons] == [
        "mean squared error",
        "calibration error",
        "regret",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("no_limits")
def test_it_cools_down_between_two_turns(settings: Settings) -> None:
    log(settings, shift=True)
    path = retrain.trail(settings)
    path.parent.mkdir(exist_ok=True)
    recent = datetime.now(UTC) - timedelta(hours=2)
    path.write_text(json.dumps({"time": recent.isoformat(), "action": "refused"}) + "\n", encoding="utf-8")
    assert retrain.run(settings, QUICK, progress=Silent()).action == "cool-down"
    soon = replace(QUICK, cool_down=timedelta(hours=1), dry_run=True)
    assert retrain.run(settings, soon, progress=Silent()).action == "dry-run"


@pytest.mark.parametrize(("ahead", "cools"), [(timedelta(days=400), False), (timedelta(hours=1), True)])
def test_nobody_waits_for_a_date_that_a_wrong_clock_wrote(
    ahead: timedelta, cools: bool, settings: Settings
) -> None:
    path = retrain.trail(settings)
    path.parent.mkdir(exist_ok=True)
    line = {"time": (datetime.now(UTC) + ahead).isoformat(), "action": "refused"}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert bool(retrain._still_cooling(settings, timedelta(hours=6))) is cools


def test_two_at_once_are_refused(settings: Settings) -> None:
    with FileLock(settings.home / "retrain.lock"), pytest.raises(RegistryError, match="running"):
        retrain.run(settings, QUICK, progress=Silent())


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="train"):
        retrain.run(new_home(tmp_path / "other"), QUICK, progress=Silent())


def train_at_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, calibration: dict[str, float] | None
) -> list[Mix | None]:
    """In place of a training, a small model that the gate lets through; gives the mixes it was asked for."""
    seen: list[Mix | None] = []

    def train(recipe: pipeline.Recipe, *_args: object, **_options: object) -> pipeline.Outcome:
        seen.append(recipe.mix)
        registry = Registry(settings.models)
        version = registry.add(booster(), manifest(calibration=calibration))
        decision = Decision(True, ("for a test",))
        promote(registry, version, decision, by=retrain.BY)
        return pipeline.Outcome(version, decision, {}, registry.path(version), {"hash": "0"})

    monkeypatch.setattr(retrain.pipeline, "train", train)
    return seen


@pytest.mark.slow
@pytest.mark.usefixtures("no_limits")
def test_a_champion_that_is_worse_on_the_same_requests_goes_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate let it through; the requests that raised the alarm do not."""
    log(settings, shift=True)
    seen = train_at_once(settings, monkeypatch, {"a": -1.0, "b": 0.0})
    monkeypatch.setattr(retrain, "LIMITS", replace(retrain.LIMITS, mean_squared_error=0.01))
    result = retrain.run(settings, QUICK, progress=Silent())
    assert result.action == "rolled back"
    registry = Registry(settings.models)
    assert registry.aliases()[CHAMPION] == "1"
    assert registry.history()[-1]["by"] == "retrain"
    assert "worse" in registry.history()[-1]["reason"]
    begun, line = retrain.history(settings)
    assert begun["action"] == retrain.BEGUN
    assert (line["action"], line["version"]) == ("rolled back", "2")
    assert line["after"]["mean_squared_error"] > line["before"]["figures"]["mean_squared_error"]
    (mix,) = seen
    assert mix is not None
    assert len(mix.pairs) == 220
    assert {one.form.types[0] for pair in mix.pairs for one in pair} <= {"Fire", "Psychic"}


@pytest.mark.slow
@pytest.mark.usefixtures("no_limits")
def test_who_was_promoted_meanwhile_is_left_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(settings, shift=True)
    train_at_once(settings, monkeypatch, {"a": -1.0, "b": 0.0})
    monkeypatch.setattr(retrain, "LIMITS", replace(retrain.LIMITS, mean_squared_error=0.01))
    registry, judge = Registry(settings.models), retrain.how_true

    def slowly(*arguments: object, **options: object) -> Figures | None:
        other = registry.add(booster(3), manifest())
        registry.set_alias(CHAMPION, other, reason="better", by="somebody")
        return judge(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(retrain, "how_true", slowly)
    result = retrain.run(settings, QUICK, progress=Silent())
    assert result.action == "superseded"
    assert registry.aliases()[CHAMPION] == "3"


@pytest.mark.slow
@pytest.mark.usefixtures("no_limits")
def test_a_training_that_fails_does_not_begin_anew_at_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError("no space")

    log(settings, shift=True)
    monkeypatch.setattr(retrain.pipeline, "train", fail)
    with pytest.raises(OSError, match="no space"):
        retrain.run(settings, QUICK, progress=Silent())
    assert retrain.run(settings, QUICK, progress=Silent()).action == "cool-down"
    with retrain.trail(settings).open("a") as file:
        file.write('{"time": "2026-')  # killed in the middle of a line
    assert [line["action"] for line in retrain.history(settings)] == [retrain.BEGUN]
    with pytest.raises(OSError, match="no space"):
        retrain.run(settings, replace(QUICK, cool_down=timedelta(0)), progress=Silent())
    assert [line["action"] for line in retrain.history(settings)] == [retrain.BEGUN] * 2


def test_a_line_of_the_record_that_says_no_time_is_left_out(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    good = {"time": "2026-11-01T10:00:00+00:00", "action": "promoted"}
    lines = [
        {"action": "promoted"},
        {"time": 7},
        {"time": "soon"},
        {"time": "2026-11-01T10:00:00"},
        [],
        5,
        good,
    ]
    retrain.trail(settings).parent.mkdir()
    retrain.trail(settings).write_text("\n".join(map(json.dumps, lines)) + '\n{"time": "2026-')
    assert retrain.history(settings) == [good]


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (0.05, 0.001, True),
        (0.05, 0.02, True),
        (0.05, 0.045, False),
        (0.001, 0.008, True),
        (0.001, 0.02, False),
    ],
)
def test_who_stays(before: float, after: float, stays: bool) -> None:
    """Recovered, much better though beyond the limit, hardly better, both within, worse and beyond."""
    one, other = (Figures(("m", "1"), 200, 0.0, error, 0.0) for error in (before, after))
    assert (retrain._why_not(one, other) == "") is stays


@pytest.mark.slow
@pytest.mark.parametrize(
    ("calibration", "action", "code"), [(None, "promoted", 0), ({"a": -1.0, "b": 0.0}, "rolled back", 1)]
)
def test_the_command_tells_by_its_exit_code(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    calibration: dict[str, float] | None,
    action: str,
    code: int,
) -> None:
    log(settings, shift=False)
    train_at_once(settings, monkeypatch, calibration)
    monkeypatch.setenv("PDX_HOME", str(settings.home))
    monkeypatch.setenv("PDX_API_URL", "http://127.0.0.1:9")
    arguments = ["retrain", "--last", "30", "--no-track", "--wait", "0.1"]
    found = CliRunner().invoke(app, [*arguments, "--json"])
    assert found.exit_code == code, found.output
    facts = json.loads(found.stdout.splitlines()[-1])
    assert (facts["action"], facts["live"], facts["version"]) == (action, None, "2")
    dry = CliRunner().invoke(app, [*arguments, "--dry-run"])
    assert dry.exit_code == 0
    assert dry.stdout.startswith(
        "Dry-run: this would train a challenger (quick profile), half of it on matchups"
    )
    assert "30 latest requests, and make it champion in place of version" in dry.stdout
    assert "you ask for it, nothing else speaks for it: 30 requests in the log are too few" in dry.stdout
    assert Registry(settings.models).versions() == ["1", "2"]
