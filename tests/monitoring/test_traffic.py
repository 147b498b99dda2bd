"""The traffic: its shares and paces, that it asks only what it means to, and how it ends."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from predictiondex.cli.common import api_address
from predictiondex.monitoring.requests import SHIFTED_FORMS, SHIFTED_LEVELS, Asker
from predictiondex.monitoring.traffic import MODES, Tally, Traffic, quantiles
from predictiondex.settings import Settings
from predictiondex.stack import envfile, state
from tests.monitoring.servers import api_server

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "generate_monitoring_data.py"
KEY = secrets.token_urlsafe(24)


def test_the_modes_are_those_that_were_asked_for() -> None:
    assert set(MODES) == {"realistic", "burst", "spike"}
    assert MODES["realistic"].shares == (0.6, 0.3, 0.1)
    assert MODES["realistic"].pause == (0.5, 3.0)
    assert MODES["burst"].shares == (0.8, 0.15, 0.05)
    assert MODES["burst"].pause == (0.1, 0.1)
    assert MODES["spike"].peak == (50, 120.0, 300.0)


@pytest.mark.parametrize("latency", [0.002, 0.15])
@pytest.mark.parametrize("name", MODES)
def test_the_pace_of_a_mode_is_within_its_promise(name: str, latency: float) -> None:
    """By its numbers, for a service that takes ``latency`` seconds: the mean of pauses, the least beat."""
    mode = MODES[name]  # type: ignore[index]
    low, high = mode.pause
    steps = [low + (high - low) * (at + 0.5) / 1000 for at in range(1000)]
    cycle = sum(max(latency + pause, mode.beat) for pause in steps) / 1000
    rate = 60 * mode.users / cycle
    if mode.peak is not None:
        size, soonest, latest = mode.peak
        rate += 60 * size / ((soonest + latest) / 2)
    least, most = mode.per_minute
    assert least <= rate <= most


def test_the_same_seed_asks_the_same() -> None:
    kinds = ["predict", "read", "error"] * 20
    one, other, third = ([asker.ask(kind) for kind in kinds] for asker in map(Asker, (1, 1, 2)))
    assert one == other
    assert one != third


def test_everything_is_answered_as_it_was_meant(api: str) -> None:
    with Traffic(api, "burst", seed=5) as crowd:
        asker = Asker(5)
        seen = [crowd.send(asker.ask(kind)) for kind in ("predict", "read", "error") for _ in range(60)]
    assert crowd.tally.wrong == Counter()
    assert all(one.status == 200 for one in seen if one.kind != "error")
    assert {one.status for one in seen if one.kind == "error"} == {404, 405, 422}


def test_shifted_traffic_is_another_crowd_and_legal(api: str) -> None:
    asker = Asker(3, shift=True)
    asks = [asker.ask("predict") for _ in range(40)]
    with Traffic(api, "burst") as crowd:
        assert all(crowd.send(ask).right for ask in asks)
    bodies = [ask.json["you"] for ask in asks if ask.json and isinstance(ask.json["you"], dict)]
    assert {body["pokemon"] for body in bodies} <= set(SHIFTED_FORMS)
    assert all(SHIFTED_LEVELS[0] <= body["level"] <= SHIFTED_LEVELS[1] for body in bodies)


def test_a_crowd_sends_keeps_its_shares_and_tells_how_it_goes(api: str) -> None:
    told: list[int] = []
    with Traffic(api, "burst", seed=2) as crowd:
        tally = crowd.run(6, lambda now: told.append(sum(now.kinds.values())), every=1)
    facts = tally.facts()
    assert facts["unexpected"] == 0, facts
    assert told == sorted(told)
    assert told[-1] > 0
    assert facts["per_minute"] <= MODES["burst"].per_minute[1]
    assert sum(facts["kinds"].values()) == facts["requests"] == sum(facts["statuses"].values())
    assert facts["kinds"]["predict"] > facts["kinds"]["error"]


def test_a_peak_comes_at_once(api: str) -> None:
    import random

    with Traffic(api, "spike", seed=4) as crowd:
        crowd.peak(Asker(4), random.Random(4), 50)  # noqa: S311
    assert crowd.tally.facts()["requests"] == 50
    assert crowd.tally.facts()["unexpected"] == 0
    assert crowd.tally.peaks == 1


def test_nobody_answering_is_unexpected() -> None:
    with Traffic("http://127.0.0.1:1", "burst") as crowd:
        assert crowd.send(Asker(1).ask("read")).status == 0
    assert crowd.tally.facts()["unexpected"] == 1


def test_quantiles_are_of_the_sorted_values() -> None:
    found = quantiles([value / 1000 for value in range(100, 0, -1)])
    assert found == {"mean": 50.5, "p50": 51.0, "p95": 96.0, "p99": 100.0, "max": 100.0}
    assert quantiles([])["p99"] == 0.0


def test_a_tally_counts_from_several_threads() -> None:
    from predictiondex.monitoring.traffic import Seen

    tally = Tally()
    threads = [
        threading.Thread(target=lambda: [tally.add(Seen("read", 200, 0.1, True), "/") for _ in range(500)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.facts()["requests"] == 2000


# --- the program --------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "predictiondex", "traffic", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_tells_its_figures_and_ends_well(api: str) -> None:
    result = run("--api-url", api, "--mode", "burst", "--duration", "0.05", "--seed", "9", "--json")
    assert result.returncode == 0, result.stderr
    facts: dict[str, Any] = json.loads(result.stdout)
    assert facts["mode"] == "burst"
    assert facts["unexpected"] == 0
    assert facts["requests"] > 0
    assert facts["latency_ms"]["p99"] > 0


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An API that asks for a key."""
    home = tmp_path_factory.mktemp("closed")
    with api_server(Settings(home=home), AUTH="on", API_KEY=KEY) as url:
        yield url


@pytest.mark.slow
@pytest.mark.parametrize("way", ["environment", "option", "env file"])
def test_where_a_key_is_asked_for_it_is_sent(
    closed: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments: tuple[str, ...] = ("--api-url", closed)
    if way == "environment":
        monkeypatch.setenv("PDX_API_KEY", KEY)
    elif way == "option":
        arguments += ("--api-key", KEY)
    else:
        # Of two lines of one name the last one counts.
        port = httpx.URL(closed).port
        (tmp_path / "env").write_text(f"{envfile.template()}PDX_API_KEY={KEY}\nAPI_PORT={port}\n")
        arguments = ("--env-file", str(tmp_path / "env"))
    result = run(*arguments, "--mode", "burst", "--duration", "0.05", "--json")
    assert result.returncode == 0, result.stdout + result.stderr
    facts = json.loads(result.stdout)
    assert facts["api_url"] == closed
    assert facts["unexpected"] == 0
    assert facts["requests"] > 0


@pytest.mark.slow
def test_without_the_key_the_command_says_so(closed: str) -> None:
    result = run("--api-url", closed, "--mode", "burst", "--duration", "0.03")
    assert result.returncode == 1
    assert "401" in result.stdout


def test_the_script_asks_the_stack_that_was_started_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("generate_monitoring_data", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.delenv("PDX_API_URL", raising=False)
    monkeypatch.setattr(script, "STACK", tmp_path / ".env")
    assert script.stack([]) == []
    (tmp_path / ".env").touch()
    assert script.stack(["--mode", "burst"]) == ["--env-file", str(tmp_path / ".env")]
    assert script.stack(["--api-url", "http://127.0.0.1:8001"]) == []
    assert script.stack(["--env-file=other"]) == []
    monkeypatch.setenv("PDX_API_URL", "http://127.0.0.1:8001")
    assert script.stack([]) == []


@pytest.mark.slow
def test_the_command_says_no_when_nobody_answers() -> None:
    result = run("--api-url", "http://127.0.0.1:1", "--mode", "burst", "--duration", "0.03")
    assert result.returncode == 1
    assert "no answer" in result.stdout
    assert "Nothing answers at http://127.0.0.1:1: is it started (`up`)" in result.stderr


def test_what_runs_from_the_home_is_asked_on_whichever_port(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert api_address(settings) == "http://127.0.0.1:8000"
    me = state.Process("up", 1, 0.0)
    state.write(settings, state.State(me, "http://127.0.0.1:8010", None))
    assert api_address(settings) == "http://127.0.0.1:8010"
    assert api_address(Settings(home=tmp_path, port=8020)) == "http://127.0.0.1:8020"
    assert api_address(Settings(home=tmp_path, api_url="https://dex.example")) == "https://dex.example"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("--mode", "storm"), ("--duration", "0"), ("--seed", "-1")])
def test_bad_usage_is_told_as_such(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(
    "program", [("-m", "predictiondex", "traffic"), (str(SCRIPT),)], ids=["command", "script"]
)
def test_ctrl_c_still_prints_the_summary(api: str, program: tuple[str, ...]) -> None:
    """As a terminal does it: the signal goes to the whole group."""
    command = [sys.executable, *program, "--api-url", api, "--mode", "burst", "--duration", "60"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            answered(api)
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, err
    assert "requests" in out
    assert "latency p99" in out


def answered(api: str) -> None:
    """Wait until the API has answered somebody else's predictions."""
    pause = threading.Event()
    with httpx.Client(base_url=api, timeout=30) as http:
        before = count(http)
        for _ in range(600):
            if count(http) > before + 3:
                return
            pause.wait(0.1)
    raise AssertionError("no traffic came")


def count(http: httpx.Client) -> float:
    lines = http.get("/metrics").text.splitlines()
    return sum(
        float(line.rpartition(" ")[2]) for line in lines if line.startswith("model_predictions_total{")
    )
