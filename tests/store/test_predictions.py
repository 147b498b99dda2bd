"""The prediction log: nothing twice, nothing lost, and outcomes told once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from predictiondex import store
from predictiondex.cli.app import app as program
from predictiondex.errors import StoreError
from predictiondex.settings import Settings
from tests.databases import Server

START = datetime(2026, 5, 1, 12, tzinfo=UTC)

ROW = store.PredictionRow(
    prediction_id="p1",
    created_at=START,
    model_name="predictiondex-battle",
    model_version="3",
    latency_ms=1.25,
    request={"you": {"pokemon": "Évoli", "moves": ["tackle"]}},
    answer={"recommended_move": "tackle", "win_probability": 0.61},
    key_name="team-a",
    features={"level_gap": 0, "speed": [1.5, 2]},
)


@pytest.fixture
def log(migrated: Engine) -> store.Predictions:
    return store.Predictions(migrated)


def test_what_is_logged_comes_back(log: store.Predictions) -> None:
    bare = replace(ROW, prediction_id="p2", key_name=None, features=None)
    assert log.add([ROW, bare]) == 2
    assert log.get("p1") == ROW
    assert log.get("p2") == bare
    assert log.get("p3") is None
    assert log.count() == 2


def test_logging_again_changes_nothing(log: store.Predictions) -> None:
    log.add(ROW)
    assert log.add([replace(ROW, model_version="4"), replace(ROW, prediction_id="p2")]) == 1
    assert log.get("p1") == ROW
    assert log.add([]) == 0


def encoded(row: store.PredictionRow) -> store.EncodedPrediction:
    texts = {
        name: None if (value := getattr(row, name)) is None else json.dumps(value)
        for name in ("request", "answer", "features")
    }
    return store.EncodedPrediction(**{**asdict(row), **texts})


def test_json_as_text_is_logged_the_same_and_once(log: store.Predictions) -> None:
    bare = replace(ROW, prediction_id="p2", key_name=None, features=None)
    log.add(replace(ROW, prediction_id="p3"))
    later = encoded(replace(ROW, prediction_id="p3", model_version="9"))
    assert log.add_encoded([encoded(ROW), encoded(bare), later, encoded(ROW)]) == []
    assert log.add_encoded([]) == []
    assert [log.get(name) for name in ("p1", "p2")] == [ROW, bare]
    assert log.get("p3") == replace(ROW, prediction_id="p3")


def test_one_row_that_the_database_refuses_does_not_keep_the_others_out(log: store.Predictions) -> None:
    rows = [encoded(replace(ROW, prediction_id=f"p{number}")) for number in range(5)]
    rows[3] = replace(rows[3], latency_ms=-1.0)
    assert log.add_encoded(rows) == ["p3"]
    assert log.count() == 4


def test_recent_is_newest_first_within_the_window_and_the_model(log: store.Predictions) -> None:
    log.add(
        replace(
            ROW,
            prediction_id=f"p{minute}",
            created_at=START + timedelta(minutes=minute),
            model_version=str(minute % 2),
        )
        for minute in range(6)
    )
    assert [row.prediction_id for row in log.recent(2)] == ["p5", "p4"]
    window = log.recent(since=START + timedelta(minutes=1), before=START + timedelta(minutes=4))
    assert [row.prediction_id for row in window] == ["p3", "p2", "p1"]
    assert [row.prediction_id for row in log.recent(model=(ROW.model_name, "1"))] == ["p5", "p3", "p1"]


def test_an_outcome_is_told_once(log: store.Predictions) -> None:
    log.add(ROW)
    assert log.record_outcome("p1", "win", move_id="tackle", recorded_at=START) == "recorded"
    assert log.record_outcome("p1", "win", move_id="tackle") == "repeated"
    assert log.record_outcome("p1", "loss") == "conflict"
    assert log.record_outcome("p9", "win") == "unknown"
    assert log.outcome("p1") == store.OutcomeRow("p1", START, "win", "tackle")
    assert log.outcome("p9") is None


def test_outcomes_told_at_once_leave_one(log: store.Predictions) -> None:
    log.add(ROW)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: log.record_outcome("p1", "win" if n % 2 else "loss"), range(16)))
    assert told.count("recorded") == 1
    assert set(told) == {"recorded", "repeated", "conflict"}


def test_predictions_at_once_all_arrive(log: store.Predictions) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = pool.map(lambda n: log.add(replace(ROW, prediction_id=f"q{n}")), range(64))
    assert sum(new) == 64
    assert log.count() == 64


def test_without_a_database_the_error_says_what_failed(empty: Engine) -> None:
    with pytest.raises(StoreError, match="Cannot log predictions"):
        store.Predictions(empty).add(ROW)


def test_told_predictions_come_with_their_outcomes_latest_first(log: store.Predictions) -> None:
    log.add(replace(ROW, prediction_id=f"p{number}") for number in range(4))
    for minute, number in enumerate((2, 0, 3)):
        log.record_outcome(f"p{number}", "win", recorded_at=START + timedelta(minutes=minute))
    told = log.told()
    assert [(row.prediction_id, end.prediction_id) for row, end in told] == [
        ("p3", "p3"),
        ("p0", "p0"),
        ("p2", "p2"),
    ]
    assert told[0][0] == replace(ROW, prediction_id="p3")
    assert told[0][1] == log.outcome("p3")
    assert len(log.told(2)) == 2


# --- deleting ---------------------------------------------------------------------------------------------


def aged(log: store.Predictions, days: int) -> None:
    """Predictions ``p0``, ``p1`` ... of one day after the other."""
    log.add(
        replace(ROW, prediction_id=f"p{day}", created_at=START + timedelta(days=day)) for day in range(days)
    )


def test_the_extent_of_a_log(log: store.Predictions) -> None:
    assert log.extent() == store.Extent(0, None, None, 0)
    aged(log, 3)
    log.record_outcome("p1", "win")
    assert log.extent() == store.Extent(3, START, START + timedelta(days=2), 1)


def test_old_predictions_go_oldest_first_and_those_told_of_stay(log: store.Predictions) -> None:
    aged(log, 6)
    log.record_outcome("p1", "win")
    before = START + timedelta(days=4)  # the fifth is of just then, and stays
    assert log.count_older(before) == 3
    assert log.delete_older(before, limit=2) == 2
    assert {row.prediction_id for row in log.recent()} == {"p1", "p3", "p4", "p5"}
    assert [log.delete_older(before), log.delete_older(before)] == [1, 0]
    assert log.outcome("p1") is not None
    assert log.count_older(before, told=True) == 1
    assert log.delete_older(before, told=True) == 1
    assert log.outcome("p1") is None
    assert {row.prediction_id for row in log.recent()} == {"p4", "p5"}
    assert log.record_outcome("p1", "win") == "unknown"


def test_a_prediction_is_either_told_of_or_deleted(log: store.Predictions) -> None:
    """Both at once: what a caller was told is recorded stays, and nobody hears of a fault."""
    names = [f"p{number}" for number in range(200)]
    log.add(replace(ROW, prediction_id=name) for name in names)
    with ThreadPoolExecutor(8) as pool:
        deleting = [pool.submit(log.delete_older, START + timedelta(days=1), limit=5) for _ in names]
        became = dict(zip(names, pool.map(lambda name: log.record_outcome(name, "win"), names), strict=True))
        deleted = sum(one.result() for one in deleting)
    recorded = {name for name, what in became.items() if what == "recorded"}
    assert {name for name, what in became.items() if what == "unknown"} == set(names) - recorded
    assert {row.prediction_id for row, _ in log.told()} == recorded
    assert log.count() == len(recorded) == len(names) - deleted


@pytest.fixture
def busy(postgresql: Server) -> Iterator[Engine]:
    """PostgreSQL alone lets several write at once; a SQLite file has one writer."""
    engine = store.engine(postgresql.new_database())
    store.migrate(engine)
    aged(store.Predictions(engine), 2)
    yield engine
    engine.dispose()


def test_a_prediction_that_is_being_told_of_is_left_alone(busy: Engine) -> None:
    log = store.Predictions(busy)
    with busy.connect() as telling:
        telling.execute(text("SELECT 1 FROM prediction WHERE prediction_id = 'p0' FOR KEY SHARE"))
        assert log.delete_older(START + timedelta(days=5)) == 1
    assert log.get("p0") is not None


def test_a_prediction_that_is_being_deleted_is_unknown(busy: Engine, postgresql: Server) -> None:
    log = store.Predictions(busy)
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    with ThreadPoolExecutor(1) as pool, postgresql.admin() as looking, busy.connect() as deleting:
        deleting.execute(text("DELETE FROM prediction WHERE prediction_id = 'p0'"))
        telling = pool.submit(log.record_outcome, "p0", "win")
        while looking.execute(waiting, [busy.url.database]).fetchone() is None:
            assert not telling.done()
        deleting.commit()
        assert telling.result() == "unknown"


# --- the command ------------------------------------------------------------------------------------------


def run(*arguments: str, home: Path) -> Any:
    return CliRunner().invoke(program, ["predictions", *arguments], env={"PDX_HOME": str(home)})


def test_the_command_tells_and_deletes(tmp_path: Path) -> None:
    assert isinstance(run("show", home=tmp_path).exception, StoreError)
    assert list(tmp_path.iterdir()) == []  # asking makes no empty file
    engine = store.engine(Settings(home=tmp_path).database_url)
    store.migrate(engine)
    assert "No prediction" in run("show", home=tmp_path).output
    log = store.Predictions(engine)
    now = datetime.now(UTC)
    log.add(
        replace(ROW, prediction_id=f"p{days}", created_at=now - timedelta(days=days)) for days in range(1, 6)
    )
    log.record_outcome("p5", "loss")
    shown = json.loads(run("show", "--json", home=tmp_path).stdout)
    assert shown == {
        "predictions": 5,
        "oldest": (now - timedelta(days=5)).isoformat(),
        "newest": (now - timedelta(days=1)).isoformat(),
        "told": 1,
    }
    assert "5 predictions from" in run("show", home=tmp_path).output
    older = ("delete", "--older-than", "3")
    assert "2 predictions made before" in run(*older, "--dry-run", home=tmp_path).output
    assert log.count() == 5
    found = json.loads(run(*older, "--json", home=tmp_path).stdout)
    assert (found["predictions"], found["deleted"]) == (2, True)
    assert sorted(row.prediction_id for row in log.recent()) == ["p1", "p2", "p5"]
    assert "1 prediction made before" in run(*older, "--told", home=tmp_path).output
    assert sorted(row.prediction_id for row in log.recent()) == ["p1", "p2"]
    assert run("delete", "--older-than", "0", home=tmp_path).exit_code == 2
    engine.dispose()
