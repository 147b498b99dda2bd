"""What may go wrong for the watcher: it goes on with the rest, and what it cannot do is late."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from predictiondex.advisor import Advisor
from predictiondex.errors import ArtefactError
from predictiondex.ml.registry import Registry
from predictiondex.monitoring import gauges, outcomes, watch
from predictiondex.monitoring.gauges import Sample, WatchCollector
from predictiondex.monitoring.watch import Watch, reference_of
from predictiondex.settings import Settings
from tests.monitoring.logged import advise, new_home, plain, small_champion
from tests.monitoring.test_watch import log, values

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nothing is scored, and every look judges."""
    home = new_home(tmp_path / "home")
    small_champion(home)
    return home.model_copy(update={"shadow_budget": 0.0, "watch_seconds": 0.0})


@pytest.fixture
def reference(settings: Settings) -> Path:
    return Registry(settings.models).path("1") / "reference.json"


def of_column(name: str, **changed: object) -> Change:
    def change(whole: dict[str, Any]) -> object:
        return {**whole, "columns": {**whole["columns"], name: {**whole["columns"][name], **changed}}}

    return change


WRONG: dict[str, Change] = {
    "of another format": lambda whole: {**whole, "format": 2},
    "a list": lambda _: [],
    "without columns": lambda _: {"format": 1, "rows": 5},
    "with no column": lambda whole: {**whole, "columns": {}},
    "no rows behind it": lambda whole: {**whole, "rows": 0},
    "a column of another kind": of_column("level_you", kind="word"),
    "a column without a sample": of_column("level_you", sample=[]),
    "a column without edges": of_column("level_you", edges=[], shares=[1.0]),
    "edges that are no numbers": of_column("level_you", edges=["low"] * 10),
    "shares of other bins": of_column("level_you", shares=[1.0]),
    "shares without names": of_column("type_you", shares=[1.0]),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_reference_of_a_wrong_shape_is_told_by_its_file(
    change: Change, settings: Settings, reference: Path
) -> None:
    reference.write_text(json.dumps(change(json.loads(reference.read_bytes()))), encoding="utf-8")
    with pytest.raises(ArtefactError, match=r"reference\.json is no reference .* train a new model"):
        reference_of(Registry(settings.models))


@pytest.mark.parametrize("content", ['{"format": 2}', "[]", "{"])
def test_without_a_reference_only_drift_is_late(
    content: str, settings: Settings, reference: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log(settings, advise(Advisor.load(settings.models), plain(3)))
    whole = reference.read_bytes()
    reference.write_text(content, encoding="utf-8")
    begun = time.time()
    watcher = Watch(settings)
    started = time.time()
    found = values(watcher.look())
    assert "reference.json" in caplog.text
    assert begun <= found[f"{gauges.LAST_RUN} drift"] <= started
    assert min(found[f"{gauges.LAST_RUN} {task}"] for task in ("outcomes", "shadow")) >= started
    assert "outcome_window_rows" in found
    assert "drift_window_rows" not in found
    # Once it is mended, nothing has to be started again.
    reference.write_bytes(whole)
    found = values(watcher.look())
    watcher.close()
    assert found["drift_window_rows"] == 3
    assert found[f"{gauges.LAST_RUN} drift"] >= started


def test_a_check_that_fails_as_nobody_foresaw_is_late_by_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_told: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(outcomes, "brier", broken)
    watcher = Watch(settings)
    started = time.time()
    found = values(watcher.look())
    watcher.close()
    assert "nobody foresaw this" in caplog.text
    assert found[f"{gauges.LAST_RUN} outcomes"] <= started
    assert found[f"{gauges.LAST_RUN} drift"] >= started


def test_there_is_a_time_to_be_late_from_before_the_first_look(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may never come to its end."""
    stop, seen = Event(), []

    def look(_watcher: Watch) -> list[Sample]:
        stop.set()
        seen.append({one.labels for one in gauges.read(gauges.state_file(settings.home))[1]})
        raise RuntimeError("a look that never comes to its end")

    monkeypatch.setattr(Watch, "look", look)
    watch.run(settings, stop)
    assert seen == [{(task,) for task in watch.TASKS}]
    registry = CollectorRegistry()
    registry.register(WatchCollector(settings.home))
    assert 'watch_last_run_timestamp_seconds{task="drift"}' in generate_latest(registry).decode()


def test_what_a_former_watcher_found_is_no_fresher_for_a_new_one(settings: Settings) -> None:
    path = gauges.state_file(settings.home)
    earlier = time.time() - 7200
    former = [Sample("drift_detected", 1), Sample(gauges.LAST_RUN, earlier, ("drift",))]
    gauges.write(path, former, written=earlier)
    watcher = Watch(settings)
    watcher.begin()
    watcher.close()
    written, samples = gauges.read(path)
    found = values(samples)
    assert written == earlier
    assert (found["drift_detected"], found[f"{gauges.LAST_RUN} drift"]) == (1, earlier)
    assert found[f"{gauges.LAST_RUN} shadow"] > earlier


# --- clocks that were wrong -------------------------------------------------------------------------------


def test_rows_of_the_future_hide_no_others(settings: Settings) -> None:
    advisor = Advisor.load(settings.models)
    watcher = Watch(settings)
    ahead = datetime.now(UTC) + timedelta(days=30)
    future = advise(advisor, plain(watch.MOST_ROWS + 1), start=ahead)
    log(settings, [*future, *advise(advisor, plain(3, seed=2))])
    assert values(watcher.look())["drift_window_rows"] == 3
    log(settings, advise(advisor, plain(4, seed=3), start=datetime.now(UTC) - timedelta(seconds=1)))
    assert values(watcher.look())["drift_window_rows"] == 7
    assert values(watcher.look())["drift_window_rows"] == 7  # nothing is counted twice
    watcher.close()


def test_a_watcher_whose_own_clock_was_ahead_sees_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Ahead:
            return super().now(tz) + timedelta(days=30)

    with monkeypatch.context() as wrong:
        wrong.setattr(watch, "datetime", Ahead)
        watcher = Watch(settings)
        watcher.look()
    watcher.look()
    row = advise(Advisor.load(settings.models), plain(1), start=datetime.now(UTC))
    log(settings, row)
    assert values(watcher.look())["drift_window_rows"] == 1
    watcher.close()


def test_findings_of_the_future_are_not_shown(tmp_path: Path) -> None:
    path = gauges.state_file(tmp_path)
    gauges.write(path, [Sample("drift_detected", 1)], written=time.time() + 2 * gauges.STALE_SECONDS)
    registry = CollectorRegistry()
    registry.register(WatchCollector(tmp_path))
    assert generate_latest(registry) == b""
