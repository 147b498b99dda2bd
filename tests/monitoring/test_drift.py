"""Drift: quiet where nothing changed, loud where it did, and Evidently says the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from predictiondex import store
from predictiondex.advisor import Advisor
from predictiondex.cli import app
from predictiondex.errors import UsageError
from predictiondex.ml import drift, observed
from predictiondex.ml.features import RACE
from predictiondex.ml.sampling import Matchup, draw
from predictiondex.monitoring import reports, scheduled
from predictiondex.monitoring.scheduled import Reports
from predictiondex.monitoring.served import read_all
from predictiondex.settings import Settings
from tests.monitoring.logged import advise, new_home, plain, shifted, small_champion

WINDOWS = 20
ROWS = 300


def columns_of(matchups: list[Matchup]) -> drift.Columns:
    """Columns as a model that tells the race's chances would see them."""
    found = observed.reference(matchups, lambda features: features[:, RACE].astype(float))
    return drift.sample_of(found)


@pytest.fixture(scope="module")
def reference() -> dict[str, object]:
    return observed.reference(plain(2000, seed=1), lambda features: features[:, RACE].astype(float))


@pytest.mark.slow
def test_twenty_windows_without_a_shift_raise_no_alarm(reference: dict[str, object]) -> None:
    windows = [[draw(77, ROWS * window + at) for at in range(ROWS)] for window in range(WINDOWS)]
    alarms = [drift.compare(reference, columns_of(window)).drifted for window in windows]
    assert sum(bool(columns) for columns in alarms) <= 1, alarms


def test_a_planted_shift_is_found_and_named(reference: dict[str, object]) -> None:
    found = drift.compare(reference, columns_of(shifted(ROWS)))
    assert found.detected
    assert {"level_you", "level_foe", "type_you", "type_foe", "base_stats_you"} <= set(found.drifted)
    # What was not shifted is not accused.
    assert {"hp_you", "status_you"} & set(found.drifted) == set()


def test_a_shift_of_half_the_traffic_is_found(reference: dict[str, object]) -> None:
    mixed = plain(ROWS // 2, seed=5) + shifted(ROWS // 2)
    assert drift.compare(reference, columns_of(mixed)).detected


@pytest.mark.slow
def test_evidently_agrees(reference: dict[str, object], tmp_path: Path) -> None:
    for name, window, expected in (
        ("none", plain(ROWS, seed=78), False),
        ("planted", shifted(ROWS), True),
    ):
        columns = columns_of(window)
        ours = drift.compare(reference, columns)
        theirs = reports.write(reference, columns, tmp_path, name)
        assert (ours.detected, theirs.detected) == (expected, expected)
        assert set(theirs.scores) == {one.feature for one in ours.columns}
        assert set(ours.drifted) <= set(theirs.drifted)
        assert json.loads(theirs.json.read_text(encoding="utf-8"))["metrics"]
        assert "level_you" in theirs.html.read_text(encoding="utf-8")


@pytest.mark.nightly
def test_evidently_raises_no_alarm_over_twenty_windows(reference: dict[str, object], tmp_path: Path) -> None:
    windows = [[draw(77, ROWS * window + at) for at in range(ROWS)] for window in range(WINDOWS)]
    alarms = [reports.write(reference, columns_of(window), tmp_path, "report").detected for window in windows]
    assert sum(alarms) <= 1


def test_few_rows_are_not_judged(reference: dict[str, object]) -> None:
    found = drift.compare(reference, columns_of(shifted(drift.LEAST_ROWS - 1)))
    assert (found.detected, found.columns) == (None, ())


def test_a_reference_survives_json(reference: dict[str, object]) -> None:
    again = json.loads(json.dumps(reference, allow_nan=False))
    window = columns_of(plain(ROWS, seed=3))
    assert drift.compare(again, window) == drift.compare(reference, window)


def test_a_new_category_counts(reference: dict[str, object]) -> None:
    columns = dict(columns_of(plain(ROWS, seed=3)))
    columns["type_you"] = np.where(np.arange(ROWS) % 4 == 0, "Shadow", columns["type_you"])
    assert "type_you" in drift.compare(reference, columns).drifted


def of_an_earlier_program(reference: dict[str, Any]) -> dict[str, Any]:
    """The same reference without the bin below all that was seen."""
    columns = {
        name: {**one, "edges": one["edges"][1:], "shares": one["shares"][1:]}
        for name, one in reference["columns"].items()
    }
    return {**reference, "columns": columns}


@pytest.mark.parametrize("written", [lambda reference: reference, of_an_earlier_program])
@pytest.mark.parametrize("shared", [0.15, 0.9, 1.0])
def test_less_than_what_many_rows_share_is_drift(
    shared: float, written: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Such as low levels where a good part of the training was at the lowest one."""
    chance = np.random.default_rng(1)
    levels = np.where(chance.random(2000) < shared, 50, chance.integers(50, 101, 2000))
    reference = written(drift.make_reference({"level": levels}))
    same, low = levels[:ROWS], np.where(levels[:ROWS] == 50, 5, levels[:ROWS])
    assert drift.compare(reference, {"level": same}).drifted == []
    assert drift.compare(reference, {"level": low}).drifted == ["level"]


def test_a_reference_of_an_earlier_program_says_the_same(reference: dict[str, Any]) -> None:
    numbers = [name for name, one in reference["columns"].items() if one["kind"] == "number"]
    both = {name: reference["columns"][name] for name in numbers}
    now = {**reference, "columns": both}
    window = columns_of(shifted(ROWS))
    assert drift.compare(of_an_earlier_program(now), window) == drift.compare(now, window)


def test_a_large_change_on_few_rows_may_be_an_accident() -> None:
    chance = np.random.default_rng(1)
    reference = drift.make_reference({"x": chance.choice(["a", "b"], 400, p=[0.999, 0.001])})
    seen = np.array(["a"] * 199 + ["b"])
    assert not drift.compare(reference, {"x": seen}).detected


def test_a_small_crowd_drawn_again_and_again_proves_no_more_than_it_is() -> None:
    """Whose windows are of the same crowd raise no alarm, though the reference has many rows."""
    chance = np.random.default_rng(1)
    alarms = 0
    for _ in range(20):
        crowd = chance.normal(size=200)
        window = {"level": chance.normal(size=200)}
        drawn = {"level": chance.choice(crowd, 2000)}
        reference = drift.make_reference(drawn, seen=200)
        assert reference["rows"] == 182  # 1 / (1 / 2000 + 1 / 200)
        alarms += bool(drift.compare(reference, window).drifted)
        shifted = {"level": chance.normal(loc=1.0, size=200)}
        assert drift.compare(reference, shifted).drifted == ["level"]
    assert alarms <= 1


def test_nonsense_is_refused(reference: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        drift.make_reference({})
    with pytest.raises(UsageError):
        drift.make_reference({"x": np.zeros(0)})
    with pytest.raises(UsageError):
        drift.make_reference({"x": np.zeros(3), "y": np.zeros(4)})
    with pytest.raises(UsageError, match="train"):
        drift.compare({**reference, "format": 99}, {"x": np.zeros(300)})


def test_columns_from_the_log_are_those_of_the_matchups(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    small_champion(settings)
    matchups = plain(40, seed=9)
    served = read_all(advise(Advisor.load(settings.models), matchups))
    assert len(served) == len(matchups)
    for one, matchup in zip(served, matchups, strict=True):
        assert one.row == observed.row(matchup.a, matchup.b, max(one.told.values()))


# --- on a schedule ----------------------------------------------------------------------------------------


def test_a_report_is_due_after_its_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path, drift_report_hours=2)
    begun: list[list[str]] = []

    class Begun(subprocess.Popen[bytes]):
        """In place of the command, which is tried below: this one ends at once."""

        def __init__(self, command: list[str], **options: Any) -> None:
            begun.append(command)
            super().__init__([sys.executable, "-c", ""], **options)

    monkeypatch.setattr(scheduled.subprocess, "Popen", Begun)
    planned = Reports(settings)
    assert not planned.write_if_due()  # the first start: two hours to go
    since = tmp_path / "monitoring" / "reports-since"
    long_ago = time.time() - 7300
    os.utime(since, (long_ago, long_ago))
    assert planned.write_if_due()
    assert begun[0][1:] == ["-m", "predictiondex", "drift", "--json"]
    planned.close()
    assert not planned.write_if_due()
    os.utime(since, (long_ago, long_ago))
    for number in range(20):
        path = tmp_path / "monitoring" / f"drift-{number}.html"
        path.touch()
        os.utime(path, (long_ago - number, long_ago - number))
    assert planned.write_if_due()
    planned.close()
    left = {path.name for path in (tmp_path / "monitoring").glob("drift-*")}
    assert left == {f"drift-{number}.html" for number in range(scheduled.KEPT - 1)}
    never = settings.model_copy(update={"drift_report_hours": 0})
    os.utime(since, (long_ago, long_ago))
    assert not Reports(never).write_if_due()


@pytest.mark.slow
def test_the_command_judges_the_log_and_writes_both_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = new_home(tmp_path)
    small_champion(settings)
    engine = store.engine(settings.database_url)
    log = store.Predictions(engine)
    monkeypatch.setenv("PDX_HOME", str(tmp_path))
    run = CliRunner().invoke
    few = run(app, ["drift", "--json"])
    assert (few.exit_code, json.loads(few.stdout)["detected"]) == (0, None)
    log.add(advise(Advisor.load(settings.models), shifted(220)))
    engine.dispose()
    found = run(app, ["drift", "--json"])
    assert found.exit_code == 1, found.output
    facts = json.loads(found.stdout.splitlines()[-1])
    assert facts["detected"] is facts["evidently"]["detected"] is True
    assert all(Path(facts["evidently"][kind]).stat().st_size > 1000 for kind in ("html", "json"))
    told = run(app, ["drift", "--no-report"])
    assert told.exit_code == 1
    assert "Drift in" in told.stdout
    truth = run(app, ["shadow", "--sample", "20", "--battles", "50", "--json"])
    assert json.loads(truth.stdout.splitlines()[-1])["rows"] == 20
