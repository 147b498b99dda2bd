"""Real servers while everything goes wrong. docs/RELIABILITY.md says what is expected of each fault."""

from __future__ import annotations

import json
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from predictiondex import etl, store
from predictiondex.api import server
from predictiondex.api.keys import Key, KeyRing, Keys, digest
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings
from tests.api.load import FIXED, Record, mixed_load
from tests.api.observed import faults, logged, value
from tests.api.problems import problem
from tests.api.processes import ServerProcess, wait_for
from tests.api.serving import serving, wait_until_ready
from tests.databases import Server
from tests.ml.models import booster, manifest

BODY = {**FIXED, "engine": "simulation"}


def register(registry: Registry, shift: float) -> str:
    """A model whose answers differ from those of another ``shift``."""
    return registry.add(booster(), manifest(calibration={"a": 1.0, "b": shift}))


def move_champion(registry: Registry, version: str) -> None:
    registry.set_alias("champion", version, reason="test", by="test")


def seen(record: Record, version: str, more: int = 20) -> None:
    """Wait until answers of a version have come."""
    before = record.versions[version]
    wait_for(f"answers of version {version}", lambda: record.versions[version] >= before + more)


@pytest.mark.slow
def test_mixed_load_while_everything_goes_wrong(postgresql: Server, tmp_path: Path) -> None:
    """Two workers under load; a reload, a rollback, a worker killed and the database restarted."""
    settings = Settings(home=tmp_path, database_url=postgresql.new_database())
    etl.ensure_loaded(settings)
    registry = Registry(settings.models)
    first, second = register(registry, 0.0), register(registry, 0.4)
    move_champion(registry, first)
    log = tmp_path / "log"
    with ServerProcess(settings, log, PDX_WORKERS="2") as process, process.client() as http:
        wait_for("ready", lambda: http.get("/readyz").status_code == 200, 240)
        wait_for("two workers", lambda: len(process.workers()) == 2)
        wait_for("engines in both", lambda: log.read_text().count('"engine ready"') == 2)
        with mixed_load(process.address) as record:
            seen(record, first)
            move_champion(registry, second)
            seen(record, second)
            (registry.path(second) / "model.ubj").write_bytes(b"damaged")  # what is loaded stays loaded
            move_champion(registry, first)  # the rollback
            wait_for("the rollback in both workers", lambda: set(record.latest) == {first})
            gone = record.versions[second]
            victim = process.workers()[0]
            victim.kill()
            wait_for("a new worker", lambda: len({one.pid for one in process.workers()} - {victim.pid}) == 2)
            postgresql.stop("immediate")
            seen(record, first, 50)
            postgresql.start()
            wait_for("ready again", lambda: http.get("/readyz").status_code == 200)
            seen(record, first)
        wait_for("all logged", lambda: record.acknowledged <= logged(settings))
        wait_for("both workers have told so", lambda: value(http, "prediction_log_queue") == 0)
        wait_for("counters of both workers, and of the killed one", lambda: _counted(http, record))
        assert value(http, "model_info", version=first) >= 1
        assert value(http, "model_info", version=second) == 0
        assert process.stop() == 0
    assert record.faults() == []
    assert len(record.acknowledged) > 150
    assert len({version for version, _ in record.answers}) == len(record.answers) == 2
    assert record.versions[second] == gone  # none after the rollback, nor from the new worker
    assert record.broken <= 20  # connections to the killed worker, nothing else
    assert list((tmp_path / "spool").glob("*.spool")) == []
    assert faults(log) == []


def _counted(http: httpx.Client, record: Record) -> bool:
    good = sum(count for (what, status, _), count in record.statuses.items() if (what, status) == BEST)
    return value(http, "api_requests_total", endpoint="/predict/best-move", status="200") >= good


BEST = ("/predict/best-move", 200)


@pytest.mark.slow
def test_no_acknowledged_prediction_is_lost_by_a_kill(tmp_path: Path) -> None:
    """Everything is killed under load while the database is away; the next start brings all of it in."""
    away = Settings(home=tmp_path)  # no tables: refuses every row
    registry = Registry(away.models)
    move_champion(registry, register(registry, 0.0))
    with ServerProcess(away, tmp_path / "log", PDX_WORKERS="2") as process, process.client() as http:
        wait_for("the engine", lambda: http.post("/predict/best-move", json=FIXED).status_code == 200, 240)
        with mixed_load(process.address) as record:
            wait_for("predictions", lambda: len(record.acknowledged) > 100)
            process.kill()
    assert record.acknowledged
    store.migrate(away.database_url)
    with ServerProcess(away, tmp_path / "log") as process, process.client() as http:
        wait_for("all logged", lambda: record.acknowledged <= logged(away), 120)
        assert process.stop() == 0


@pytest.mark.slow
def test_workers_end_with_their_supervisor(own: Settings, tmp_path: Path) -> None:
    with ServerProcess(own, tmp_path / "log", PDX_WORKERS="2") as process:
        wait_for("two workers", lambda: len(process.workers()) == 2)
        workers = process.workers()
        with process.client() as http:
            wait_for("a worker serves", lambda: http.get("/livez").status_code == 200)
        process.process.kill()
        for worker in workers:
            worker.wait(60)


@pytest.mark.slow
def test_a_worker_replaced_while_the_keys_are_damaged_waits_for_them(own: Settings, tmp_path: Path) -> None:
    text, _ = Keys(own.keys_file).create("page", ["predict"])
    whole, log, guarded = own.keys_file.read_bytes(), tmp_path / "log", {"PDX_WORKERS": "2", "PDX_AUTH": "on"}
    with ServerProcess(own, log, **guarded) as process:

        def answers() -> set[int]:
            """Of connections of their own: any worker may take them."""
            headers = {"X-API-Key": text}
            return {httpx.get(f"{process.address}/types/", headers=headers).status_code for _ in range(20)}

        wait_for("two workers", lambda: len(process.workers()) == 2)
        wait_for("both, with keys", lambda: log.read_text().count('"engine ready"') == 2, 240)
        own.keys_file.write_bytes(whole[:-20])
        process.workers()[0].kill()
        wait_for("the new worker", lambda: 503 in answers(), 240)
        kept = "the API keys stay as they were"  # of the other one: it says so as soon as it is asked
        wait_for("both", lambda: answers() == {200, 503} and kept in log.read_text())
        for worker in (old := process.workers()):
            worker.kill()
        wait_for("two others", lambda: len(set(process.workers()) - set(old)) == 2)
        wait_for("an answer", lambda: answers() == {503}, 240)
        staying = {one.pid for one in process.workers()}
        assert httpx.get(f"{process.address}/livez").status_code == 200
        assert "keys: " in str(problem(httpx.get(f"{process.address}/readyz"), 503)["reasons"])
        own.keys_file.write_bytes(whole)
        wait_for("the keys", lambda: answers() == {200})
        assert {one.pid for one in process.workers()} == staying
        assert process.stop() == 0
    assert {line["message"] for line in faults(log)} == {
        kept,
        "the API keys cannot be read: who shows one is put off",
    }
    own.keys_file.write_bytes(whole[:-20])
    with ServerProcess(own, log, **guarded) as process:
        assert process.process.wait(60) == 1
    assert "is no file of keys" in log.read_text().splitlines()[-1]


@pytest.mark.slow
def test_without_keys_no_other_address(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with ServerProcess(settings, tmp_path / "log", PDX_HOST="0.0.0.0") as process:  # noqa: S104
        assert process.process.wait(60) == 1
    assert "predictiondex keys create" in (tmp_path / "log").read_text()


@pytest.mark.slow
def test_a_new_champion_that_fails_is_left_out_and_reported(own: Settings) -> None:
    registry = Registry(own.models)
    good, bad = register(registry, 0.0), register(registry, 0.3)
    move_champion(registry, good)
    with serving(own) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_until_ready(http)
        assert http.get("/predict/model-info").json()["version"] == good
        move_champion(registry, bad)
        wait_for("the second one", lambda: http.get("/predict/model-info").json()["version"] == bad)
        move_champion(registry, good)
        wait_for("the first one", lambda: http.get("/predict/model-info").json()["version"] == good)
        move_champion(registry, bad)
        (registry.path(bad) / "model.ubj").write_bytes(b"damaged")
        wait_for("the refusal", lambda: value(http, "model_reloads_total", result="failed") >= 1)
        answer = http.post("/predict/best-move", json=FIXED).json()
        assert (answer["model"]["version"], answer["warnings"]) == (good, [])
        assert engine_told(http).startswith(f"the new champion is left out, version {good} serves on: ")


@pytest.mark.slow
def test_a_damaged_record_of_models_is_told_and_costs_no_prediction(own: Settings) -> None:
    registry = Registry(own.models)
    version = register(registry, 0.0)
    move_champion(registry, version)
    whole = (own.models / "history.jsonl").read_bytes()
    with serving(own) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_until_ready(http)
        (own.models / "history.jsonl").write_bytes(whole + b'{"broken":\n')
        answer = http.get("/predict/model-history")
        detail = problem(answer, 503, "registry-unavailable")["detail"]
        assert detail.startswith("The record of models cannot be read")
        assert answer.headers["Retry-After"]
        french = http.get("/predict/model-history", headers={"Accept-Language": "fr"})
        assert problem(french, 503, "registry-unavailable")["detail"].startswith("Le registre des modèles")
        wait_for("it is seen", lambda: value(http, "model_reloads_total", result="failed") >= 1)
        told = engine_told(http)
        assert told.startswith(
            f"the new champion is left out, version {version} serves on: history.jsonl, line 2"
        )
        assert engine_told(http, "fr").startswith("le nouveau champion est laissé de côté")
        assert str(own.home) not in http.get("/health").text
        answer = http.post("/predict/best-move", json=FIXED).json()
        assert (answer["model"]["version"], answer["warnings"]) == (version, [])
        (own.models / "history.jsonl").write_bytes(whole)
        wait_for("it is over", lambda: engine_told(http) == "")
        assert http.get("/predict/model-history").status_code == 200


def engine_told(http: httpx.Client, lang: str = "en") -> str:
    """What ``/health`` says of an engine that answers."""
    parts = http.get("/health", headers={"Accept-Language": lang}).json()["components"]
    (engine,) = (part for part in parts if part["name"] == "engine")
    assert engine["ok"]
    return str(engine["detail"])


@pytest.mark.slow
@pytest.mark.parametrize("full", ["refuse", "drop"])
def test_a_full_log_is_said_or_counted(settings: Settings, tmp_path: Path, full: Any) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    update = {"home": tmp_path, "database_url": url, "spool_mb": 0.25, "spool_full": full}
    away = settings.model_copy(update=update)
    with serving(away) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_for("the engine", lambda: http.post("/predict/best-move", json=BODY).status_code != 503, 240)
        answers = [http.post("/predict/best-move", json=BODY) for _ in range(120)]
        if full == "drop":
            assert {one.status_code for one in answers} == {200}
            assert value(http, "prediction_log_dropped_total") > 0
        else:
            problem(answers[-1], 503, "log-full")
            assert answers[-1].headers["Retry-After"]
            assert answers[0].status_code == 200
        assert http.get("/pokemon/mew").status_code == 200
        assert value(http, "prediction_log_spool_bytes") > 0.8 * value(
            http, "prediction_log_spool_limit_bytes"
        )
        store.migrate(url)
        wait_for("room again", lambda: value(http, "prediction_log_queue") == 0)
        assert http.post("/predict/best-move", json=BODY).status_code == 200


def test_an_outcome_waits_for_no_dead_database(settings: Settings, tmp_path: Path) -> None:
    away = settings.model_copy(update={"home": tmp_path, "database_url": "postgresql://nobody@127.0.0.1:1/x"})
    with serving(away) as address, httpx.Client(base_url=address, timeout=30) as http:
        wait_for("the engine", lambda: http.post("/predict/best-move", json=BODY).status_code == 200, 240)
        made = http.post("/predict/best-move", json=BODY).json()["prediction_id"]
        answer = http.post(f"/predictions/{made}/outcome", json={"result": "win"})
        assert problem(answer, 503, "store-unavailable")["detail"].startswith("The database is away")
        assert "nobody@" not in answer.text


@pytest.mark.slow
def test_ten_thousand_keys(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    text, own = Keys(path).create("mine", ["predict"])
    made = [
        Key(f"{n:08x}", f"k{n}", ("predict",), digest(str(n)), own.created, revoked=None if n % 2 else "now")
        for n in range(10_000)
    ]
    rows = [{**{name: getattr(key, name) for name in Key.__slots__}} for key in [*made, own]]
    path.write_text(json.dumps({"keys": rows}))
    ring = KeyRing(path)
    assert ring.find(text) == own
    assert ring.find("pdx_00000001_" + "A" * 43) is None
    locked = settings.model_copy(update={"auth": "on", "keys_file": path})
    with serving(locked) as address, httpx.Client(base_url=address, timeout=30) as http:
        assert http.get("/types/", headers={"X-API-Key": text}).status_code == 200
        Keys(path).revoke("mine")
        wait_for(
            "the revocation", lambda: http.get("/types/", headers={"X-API-Key": text}).status_code == 401
        )


def test_idle_connections_keep_nobody_out(settings: Settings) -> None:
    """Hundreds of callers that never ask anything, and one that does."""
    with serving(settings) as address:
        port = int(address.rpartition(":")[2])
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
        try:
            with httpx.Client(base_url=address, timeout=10) as http:
                assert http.get("/livez").status_code == 200
        finally:
            for one in idle:
                one.close()


def test_the_shared_socket_names_its_protocol(tmp_path: Path) -> None:
    """Or asyncio leaves Nagle's algorithm on, and every answer of every worker is late."""
    with server._listener(Settings(home=tmp_path, port=_free())) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        opened: list[socket.socket] = []
        taker = threading.Thread(target=lambda: opened.append(listener.accept()[0]))
        taker.start()
        with socket.create_connection(listener.getsockname()):
            taker.join(10)
        assert opened[0].proto == socket.IPPROTO_TCP
        opened[0].close()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.slow
def test_workers_that_cannot_start_end_the_service(own: Settings, tmp_path: Path) -> None:
    (own.home / "spool").touch()
    with ServerProcess(own, tmp_path / "log", PDX_WORKERS="2") as process:
        assert process.process.wait(120) == 1
    assert (tmp_path / "log").read_text().endswith("Error: The service could not start; the log says why.\n")


@pytest.mark.slow
def test_a_worker_that_cannot_be_replaced_leaves_the_other_one_serving(own: Settings, tmp_path: Path) -> None:
    """And is tried again until it can be."""
    log, spool = tmp_path / "log", own.home / "spool"
    with ServerProcess(own, log, PDX_WORKERS="2") as process, process.client() as http:
        wait_for("engines in both", lambda: log.read_text().count('"engine ready"') == 2, 240)
        spool.rename(away := own.home / "away")
        spool.touch()
        victim, other = process.workers()
        victim.kill()
        wait_for("two attempts", lambda: log.read_text().count("a worker cannot start") >= 2)
        assert http.get("/pokemon/mew").status_code == 200
        spool.unlink()
        away.rename(spool)
        wait_for("an engine in a new one", lambda: log.read_text().count('"engine ready"') == 3)
        assert other in process.workers()
        assert process.stop() == 0


@pytest.mark.slow
def test_a_database_that_hangs_holds_up_no_stop(postgresql: Server, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=postgresql.new_database())
    etl.ensure_loaded(settings)
    with (
        ServerProcess(settings, tmp_path / "log", PDX_STOP_TIMEOUT="2") as process,
        process.client() as http,
        process.client() as other,
        ThreadPoolExecutor(1) as pool,
    ):
        wait_until_ready(http)
        made = http.post("/predict/best-move", json=BODY).json()["prediction_id"]
        wait_for("it is in the database", lambda: value(http, "prediction_log_queue") == 0)
        postgresql.freeze()
        try:
            told = pool.submit(other.post, f"/predictions/{made}/outcome", json={"result": "win"})
            wait_for("it is being answered", lambda: value(http, "api_requests_in_progress") > 1)
            assert process.stop() == 0
        finally:
            postgresql.thaw()
        problem(told.result(), 503, "stopping")
        assert told.result().headers["Retry-After"]
    assert "Exception in ASGI application" not in (tmp_path / "log").read_text()


@pytest.mark.slow
def test_a_body_that_never_comes_is_told_of_the_stop(own: Settings, tmp_path: Path) -> None:
    head = b"POST /predict/best-move HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"
    with ServerProcess(own, tmp_path / "log", PDX_STOP_TIMEOUT="1") as process, process.client() as http:
        wait_for("the service", lambda: http.get("/livez").status_code == 200)
        port = int(process.address.rpartition(":")[2])
        with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as slow:
            slow.sendall(head)
            wait_for("it is being answered", lambda: value(http, "api_requests_in_progress") > 1)
            process.process.send_signal(signal.SIGTERM)
            answer = b"".join(iter(lambda: slow.recv(65536), b""))
        assert process.process.wait(60) == 0
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"problem:stopping" in answer
    assert "Exception in ASGI application" not in (tmp_path / "log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_in_good_order(own: Settings, tmp_path: Path, workers: str) -> None:
    with ServerProcess(own, tmp_path / "log", PDX_WORKERS=workers) as process, process.client() as http:
        wait_for("the service", lambda: http.get("/livez").status_code == 200)
        process.process.send_signal(signal.SIGINT)
        assert process.process.wait(60) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
