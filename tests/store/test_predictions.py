"""The prediction log: nothing twice, nothing lost, and outcomes told once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from predictiondex import store
from predictiondex.errors import StoreError

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
