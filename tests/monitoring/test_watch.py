"""The watcher: what it reads from the log, what it tells, what it may spend, and when it ends."""

from __future__ import annotations

import json
import logging.config
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from predictiondex import store
from predictiondex.advisor import Advisor
from predictiondex.advisor.engines import SIMULATION
from predictiondex.api import watcher as beside
from predictiondex.api.watcher import watching
from predictiondex.cli import app
from predictiondex.ml.artefact import MODEL_NAME
from predictiondex.monitoring import gauges, looking, watch
from predictiondex.monitoring.gauges import Sample, WatchCollector
from predictiondex.monitoring.looking import LIMITS, judge_answers, judge_drift, served
from predictiondex.monitoring.watch import Watch, reference_of
from predictiondex.settings import Settings
from tests.monitoring.configs import alerts
from tests.monitoring.logged import advise, new_home, plain, shifted, small_champion

BATTLES = 300


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = new_home(tmp_path / "home")
    small_champion(home)
    return home.model_copy(update={"shadow_budget": 1.0})


@pytest.fixture
def advisor(settings: Settings) -> Advisor:
    return Advisor.load(settings.models)


def log(settings: Settings, rows: list[store.PredictionRow]) -> None:
    engine = store.engine(settings.database_url)
    store.Predictions(engine).add(rows)
    engine.dispose()


def values(samples: list[Sample]) -> dict[str, float]:
    return {" ".join((one.name, *one.labels)): one.value for one in samples}


def scored(watcher: Watch, least: int = 1) -> list[Sample]:
    """Look until the budget has allowed so many scores: it comes with time in which nothing is computed."""
    pause, deadline = threading.Event(), time.monotonic() + 60
    enough = watcher.shadow.samples + least
    found = watcher.look()
    while watcher.shadow.samples < enough and watcher._waiting and time.monotonic() < deadline:
        pause.wait(0.05)
        found = watcher.look()
    return found


def looked(settings: Settings, looks: int = 1, least: int = 1, **options: Any) -> dict[str, float]:
    watcher = Watch(settings, battles=BATTLES, seed=1, **options)
    try:
        for _ in range(looks):
            found = scored(watcher, least) if settings.shadow_budget > 0 else watcher.look()
    finally:
        watcher.close()
    return values(found)


def damaged(row: store.PredictionRow) -> store.PredictionRow:
    """The same answer with every chance turned around."""
    moves = [{**move, "win_probability": 1 - move["win_probability"]} for move in row.answer["moves"]]
    return replace(row, answer={**row.answer, "moves": moves})


@pytest.mark.slow
def test_plain_traffic_of_a_fair_model_raises_nothing(settings: Settings, advisor: Advisor) -> None:
    log(settings, advise(advisor, plain(200)))
    found = looked(settings, least=11)
    assert found["drift_window_rows"] == 200
    assert found["drift_detected"] == 0
    assert found["shadow_window_rows"] == found["shadow_samples_total"] > 10
    assert found["shadow_mean_squared_error"] < 0.02
    assert found["shadow_regret"] < 0.02
    assert {name for name in found if name.startswith(gauges.LAST_RUN)} == {
        f"{gauges.LAST_RUN} {task}" for task in ("drift", "outcomes", "shadow")
    }
    assert {name.split()[0] for name in found} <= set(gauges.METRICS)


@pytest.mark.slow
def test_shifted_traffic_is_drift(settings: Settings, advisor: Advisor) -> None:
    log(settings, advise(advisor, shifted(200)))
    found = looked(settings)
    assert found["drift_detected"] == 1
    assert found["drift_score level_you psi"] > 0.2
    assert found["drift_score level_you ks"] > 0.2
    answers = served(settings, 1000)
    judged, _ = judge_drift(settings, answers)
    assert judged.detected
    assert judged.share > 0.3


@pytest.mark.slow
def test_wrong_answers_are_found_out(settings: Settings, advisor: Advisor) -> None:
    log(settings, [damaged(row) for row in advise(advisor, plain(80))])
    answers = served(settings, 1000)
    found = judge_answers(answers, 60, seed=1, battles=BATTLES)
    assert found is not None
    assert LIMITS.broken(found) == []  # 60 prove nothing
    found = replace(found, rows=LIMITS.least_rows)
    assert found.mean_squared_error > 0.2
    assert found.calibration_error > 0.2
    assert [text.split(" is ")[0] for text in LIMITS.broken(found)][:2] == [
        "mean squared error",
        "calibration error",
    ]
    assert looked(settings)["shadow_misses_total"] > 0


def test_the_limits_are_those_of_the_alerts() -> None:
    for alert, limit in (
        ("ShadowErrorHigh", LIMITS.mean_squared_error),
        ("ShadowCalibrationOff", LIMITS.calibration_error),
        ("ShadowRegretHigh", LIMITS.regret),
    ):
        assert f"> {limit}\n" in alerts()[alert]["expr"]
        assert f">= {LIMITS.least_rows}" in alerts()[alert]["expr"]


def of_the_next_version(rows: list[store.PredictionRow]) -> list[store.PredictionRow]:
    """The same, served again a second later by version 2."""
    later = rows[-1].created_at + timedelta(seconds=1)
    return [
        replace(row, prediction_id=f"new {row.prediction_id}", model_version="2", created_at=later)
        for row in rows
    ]


def test_the_command_judges_the_latest_model(
    settings: Settings, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callers may ask for simulation between two answers of the model."""
    monkeypatch.setenv("PDX_HOME", str(settings.home))
    rows = advise(advisor, plain(12))
    simulated = [replace(row, model_name=SIMULATION.name, model_version=SIMULATION.version) for row in rows]
    log(settings, rows[:3] + of_the_next_version(rows[3:10]) + of_the_next_version(simulated[10:]))
    told = CliRunner().invoke(app, ["shadow", "--battles", "50", "--json"])
    facts = json.loads(told.stdout.splitlines()[-1])
    assert (facts["rows"], facts["model"]) == (7, [MODEL_NAME, "2"])


def test_the_command_says_where_there_are_too_few_to_judge(
    settings: Settings, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDX_HOME", str(settings.home))
    log(settings, [damaged(row) for row in advise(advisor, plain(10))])
    told = CliRunner().invoke(app, ["shadow", "--battles", "50"])
    assert told.exit_code == 0
    assert "played again: 10\n" in told.stdout
    assert "Too few to judge (from 200 on)." in told.stdout.splitlines()
    assert "within" not in told.stdout
    facts = json.loads(
        CliRunner().invoke(app, ["shadow", "--battles", "50", "--json"]).stdout.splitlines()[-1]
    )
    assert (facts["judged"], facts["beyond_limits"]) == (False, [])
    # With enough of them the verdict is told.
    monkeypatch.setattr(looking, "LIMITS", replace(LIMITS, least_rows=10))
    told = CliRunner().invoke(app, ["shadow", "--battles", "50"])
    assert (told.exit_code, "Beyond the limits: mean squared error" in told.stdout) == (1, True)


@pytest.mark.slow
def test_a_new_version_begins_a_new_window(settings: Settings, advisor: Advisor) -> None:
    rows = advise(advisor, plain(40))
    log(settings, [damaged(row) for row in rows])
    watcher = Watch(settings, battles=BATTLES, seed=1)
    assert values(scored(watcher))["shadow_mean_squared_error"] > 0.1
    log(settings, of_the_next_version(rows))
    found = values(scored(watcher))
    watcher.close()
    assert found["shadow_mean_squared_error"] < 0.02
    assert found["shadow_window_rows"] < found["shadow_samples_total"]


def test_what_an_earlier_version_served_waits_no_longer(settings: Settings, advisor: Advisor) -> None:
    """In random order each of its rows would begin the newer version's window anew."""
    rows = advise(advisor, plain(20))
    log(settings, [*rows, *of_the_next_version(rows)])
    watcher = Watch(settings, battles=BATTLES, seed=1)
    watcher._take_in()
    assert {one.model[1] for one in watcher._waiting} == {"2"}
    assert len(watcher._waiting) == 20
    watcher.close()


def test_without_a_watcher_nothing_of_a_former_one_is_shown(settings: Settings) -> None:
    path = gauges.state_file(settings.home)
    gauges.write(path, [gauges.Sample("shadow_regret", 0.5)])
    with watching(settings.model_copy(update={"shadow_budget": 0.0})):
        assert not path.exists()


@pytest.mark.slow
def test_no_budget_no_scoring(settings: Settings, advisor: Advisor) -> None:
    log(settings, advise(advisor, plain(20)))
    found = looked(settings.model_copy(update={"shadow_budget": 0.0}))
    assert found["shadow_samples_total"] == 0
    assert "shadow_regret" not in found
    assert found["drift_window_rows"] == 20
    assert "drift_detected" not in found  # too few to say


@pytest.mark.slow
def test_the_budget_is_kept(settings: Settings, advisor: Advisor) -> None:
    log(settings, advise(advisor, plain(200)))
    watcher = Watch(settings.model_copy(update={"shadow_budget": 0.2}), battles=BATTLES, seed=1)
    wall, used = time.monotonic(), time.process_time()
    watcher.look()
    pause = threading.Event()
    while watcher.shadow.samples < 20:
        assert time.monotonic() - wall < 120
        pause.wait(0.1)
        watcher.look()
    share = (time.process_time() - used) / (time.monotonic() - wall)
    watcher.close()
    # One score may overdraw it, and looking itself is paid for before anything is scored.
    assert share < 0.25


@pytest.mark.slow
def test_told_results_are_weighed(settings: Settings, advisor: Advisor) -> None:
    rows = advise(advisor, plain(30))
    log(settings, rows)
    engine = store.engine(settings.database_url)
    kept = store.Predictions(engine)
    for row in rows:
        chance = row.answer["win_probability"]
        kept.record_outcome(row.prediction_id, "win" if chance > 0.5 else "loss")
    kept.record_outcome("nobody", "win")
    engine.dispose()
    found = looked(settings)
    expected = (
        sum(min(row.answer["win_probability"], 1 - row.answer["win_probability"]) ** 2 for row in rows) / 30
    )
    assert found["outcome_window_rows"] == 30
    assert found["outcome_brier"] == pytest.approx(expected)


@pytest.mark.slow
def test_what_cannot_be_understood_is_left_out(settings: Settings, advisor: Advisor) -> None:
    (row,) = advise(advisor, plain(1))
    rows = [
        replace(row, prediction_id="a", request={"you": []}),
        replace(row, prediction_id="b", answer={}),
        replace(
            row, prediction_id="c", request={**row.request, "you": {"pokemon": "nobody", "moves": ["x"]}}
        ),
        replace(row, prediction_id="d", answer={**row.answer, "moves": []}),
    ]
    log(settings, [row, *rows])
    assert looked(settings)["drift_window_rows"] == 1


def test_a_database_that_is_away_is_told_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    away = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:9/none"})
    begun = time.time()
    watcher = Watch(away)
    started = time.time()
    found = values(watcher.look())
    watcher.close()
    assert "could not look" in caplog.text
    assert found["shadow_samples_total"] == 0
    # The checks are late from the start on: they have not run.
    assert all(begun <= found[f"{gauges.LAST_RUN} {task}"] <= started for task in watch.TASKS)


@pytest.mark.slow
def test_after_a_restart_checks_that_do_not_run_are_as_late_as_before(settings: Settings) -> None:
    """Otherwise nobody would hear that a watcher which is started again and again never gets to them."""
    path = gauges.state_file(settings.home)
    hours_ago, ahead = time.time() - 7200, time.time() + 7200
    runs = {"drift": hours_ago, "shadow": ahead, "of another program": hours_ago}
    gauges.write(path, [Sample(gauges.LAST_RUN, when, (task,)) for task, when in runs.items()])
    away = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:9/none"})
    found = looked(away)
    assert found[f"{gauges.LAST_RUN} drift"] == hours_ago
    # A clock that was wrong keeps nobody quiet.
    assert found[f"{gauges.LAST_RUN} shadow"] <= time.time()
    assert f"{gauges.LAST_RUN} of another program" not in found
    # Once they run, they are on time.
    started = time.time()
    assert looked(settings)[f"{gauges.LAST_RUN} drift"] >= started


def test_findings_become_metrics_while_they_are_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = CollectorRegistry()
    registry.register(WatchCollector(tmp_path))
    assert generate_latest(registry) == b""
    samples = [
        Sample("drift_score", 0.5, ("level_you", "psi")),
        Sample("shadow_samples_total", 7),
        Sample(gauges.LAST_RUN, 12.5, ("drift",)),
        Sample("unheard_of", 1),
    ]
    gauges.write(gauges.state_file(tmp_path), samples)
    text = generate_latest(registry).decode()
    assert 'drift_score{feature="level_you",test="psi"} 0.5' in text
    assert "shadow_samples_total 7.0" in text
    assert "unheard_of" not in text
    later = time.time() + gauges.STALE_SECONDS + 1
    monkeypatch.setattr(gauges.time, "time", lambda: later)
    assert {family.name for family in text_string_to_metric_families(generate_latest(registry).decode())} == {
        gauges.LAST_RUN
    }


def test_a_damaged_file_of_findings_is_no_finding(tmp_path: Path) -> None:
    path = gauges.state_file(tmp_path)
    path.parent.mkdir()
    for content in ("", "[]", '{"written": 1}', '{"written": 1, "samples": [["a"]]}'):
        path.write_text(content, encoding="utf-8")
        assert gauges.read(path) == (0.0, [])


# --- the process ------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        pause.wait(0.1)


@pytest.mark.slow
def test_the_watcher_ends_when_its_server_is_killed(settings: Settings) -> None:
    """That it looks while the server runs is seen in test_loop."""
    port = free_port()
    environment = {"PDX_HOME": str(settings.home), "PDX_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "-m", "predictiondex.api.server"],
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        running = psutil.Process(server.pid)

        def watchers() -> list[psutil.Process]:
            assert server.poll() is None
            return [one for one in running.children() if "predictiondex.api.watcher" in one.cmdline()]

        wait_for(lambda: any(one.nice() == 19 for one in watchers()))
        (watcher,) = watchers()
        server.send_signal(signal.SIGKILL)
        server.wait(30)
        wait_for(lambda: not watcher.is_running() or watcher.status() == psutil.STATUS_ZOMBIE, 30)
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


#: A watcher that begins at once, with a report that is due and takes for ever.
REPORTING = """
import sys
from predictiondex.api import watcher
from predictiondex.monitoring import scheduled

watcher._ready = lambda _settings: True
scheduled.Reports._is_due = lambda _reports: True
sys.executable = sys.argv[1]
watcher.main()
"""


def program(path: Path, text: str) -> Path:
    """An executable that does what ``text`` says, whatever its arguments."""
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)
    return path


@pytest.mark.slow
def test_a_report_that_is_being_written_ends_with_the_watcher(tmp_path: Path) -> None:
    endless = program(tmp_path / "endless", "import signal\nsignal.pause()\n")
    command = [sys.executable, "-c", REPORTING, str(endless)]
    environment = {**os.environ, "PDX_HOME": str(tmp_path), "PDX_WATCH_SECONDS": "0.01"}
    reports: list[psutil.Process] = []
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as watcher:
        try:
            wait_for(lambda: reports.extend(psutil.Process(watcher.pid).children()) or reports)
            watcher.terminate()
            assert watcher.wait(60) == 0
            _, left = psutil.wait_procs(reports, 60)  # one that was killed takes a moment to end
            assert left == []
        finally:
            watcher.kill()
            for one in reports:
                with suppress(psutil.NoSuchProcess):
                    one.kill()


#: Asks the watcher to end as soon as the report runs, before the watcher could note which process it is.
ASKED_MEANWHILE = """
import os, signal, subprocess

class Begun(subprocess.Popen):
    def __init__(self, *given, **options):
        super().__init__(*given, **options)
        print(self.pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

subprocess.Popen = Begun
"""


@pytest.mark.slow
def test_a_report_that_is_just_beginning_ends_with_the_watcher(tmp_path: Path) -> None:
    endless = program(tmp_path / "endless", "import signal\nsignal.pause()\n")
    command = [sys.executable, "-c", ASKED_MEANWHILE + REPORTING, str(endless)]
    environment = {**os.environ, "PDX_HOME": str(tmp_path), "PDX_WATCH_SECONDS": "0.01"}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        report = int(watcher.stdout.readline())
        try:
            assert watcher.wait(60) == 0
            assert not psutil.pid_exists(report)  # the watcher waits for its end
        finally:
            watcher.kill()
            with suppress(psutil.NoSuchProcess):
                psutil.Process(report).kill()


def test_a_watcher_that_does_not_end_is_ended(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = (
        "import pathlib, signal\nsignal.signal(15, signal.SIG_IGN)\npathlib.Path(__file__ + '.pid').touch()\n"
    )
    deaf += "while True:\n    signal.pause()\n"
    path = program(tmp_path / "deaf", deaf)
    monkeypatch.setattr(sys, "executable", str(path))
    monkeypatch.setattr(beside, "_END_SECONDS", 0.05)
    with watching(settings):
        wait_for((tmp_path / "deaf.pid").exists)
        (watcher,) = (one for one in psutil.Process().children() if str(path) in one.cmdline())
    assert not watcher.is_running()


def test_the_service_beside_is_asked_without_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one in the environment the watcher never began."""

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        server.timeout = 5
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        found = beside._ready(Settings(home=tmp_path, port=server.server_address[1]))
        thread.join(30)
    assert found


@pytest.mark.slow
def test_run_looks_until_it_is_told_to_stop(settings: Settings, advisor: Advisor) -> None:
    log(settings, advise(advisor, plain(5)))
    stop = threading.Event()
    quick = settings.model_copy(update={"watch_seconds": 0.05})
    thread = threading.Thread(target=watch.run, args=(quick, stop))
    thread.start()
    path = gauges.state_file(settings.home)
    wait_for(path.exists, 60)
    first = gauges.read(path)[0]
    wait_for(lambda: gauges.read(path)[0] > first, 60)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("ended", [True, False])
def test_the_first_look_comes_after_the_first_pause(
    ended: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[float | str] = []

    class Stop:
        def wait(self, seconds: float) -> bool:
            done.append(seconds)
            return ended

    monkeypatch.setattr(beside, "Event", Stop)
    monkeypatch.setattr(beside, "get_settings", lambda: settings)
    monkeypatch.setattr(beside, "_ready", lambda _settings: True)
    monkeypatch.setattr(beside, "_until_end_of_input", lambda _stop: None)
    for module, name in ((signal, "signal"), (os, "nice"), (logging.config, "dictConfig")):
        monkeypatch.setattr(module, name, lambda *_: None)  # they would change this process
    monkeypatch.setattr(watch, "run", lambda *_: done.append("looked"))
    beside.main()
    assert done == [settings.watch_seconds, *(() if ended else ("looked",))]


@pytest.mark.slow
def test_a_model_that_came_without_a_reference_is_taken_for_one_of_the_plain_training(tmp_path: Path) -> None:
    with_one = small_champion(Settings(home=tmp_path / "with"))
    without = small_champion(Settings(home=tmp_path / "without"), referred=False)
    assert reference_of(without) == reference_of(with_one)
