"""The whole stack, built and run: what it answers, what a killed service does to it, what outlives it.

Upstream images are stand-ins where no registry is reached (see ``daemon.py``); Grafana is left out then.
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from predictiondex.errors import StartError
from predictiondex.stack import backup, envfile, images, launch
from predictiondex.stack.compose import Compose
from predictiondex.stack.validate import MODEL, QUESTION
from tests.stack.daemon import Docker
from tests.stack.running import ROOT, Running, until

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1500)]

Tell = Callable[[str], None]


@pytest.fixture(scope="module")
def stack(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(docker, tmp_path_factory.mktemp("stack"))
    compose = running.compose
    try:
        built = running.run("stack", "build", "--json")
        assert built.returncode == 0, built.stdout + built.stderr
        running.built = built.stdout
        running.told, running.seconds = running.start("--no-build")
        yield running
    finally:
        compose("down", "--volumes", "--timeout", "20", seconds=None)
    label = f"label=com.docker.compose.project={compose.project}"
    left = subprocess.run(
        ["docker", "volume", "ls", "-q", "--filter", label], capture_output=True, check=True
    )
    assert left.stdout == b"", "down --volumes leaves nothing"


def test_every_check_passes_and_the_model_answers(stack: Running, tell: Tell) -> None:
    tell(f"images: {stack.built.strip()}")
    tell(f"first start, training included: {stack.seconds:.0f} s")
    for line in stack.told.splitlines():
        if line.startswith("Well after") or "checks passed" in line:
            tell(line)
    ended = stack.run("stack", "validate", "--verbose", *(f"--without={one}" for one in stack.without))
    assert ended.returncode == 0, ended.stdout
    containers = stack.compose.containers()
    assert {name for name, one in containers.items() if one.well} == set(containers)
    tell("well: " + ", ".join(f"{name} {one.text}" for name, one in sorted(containers.items())))
    with stack.client() as client:
        answer = stack.predict(client, engine="model")
    assert answer["model"]["name"] == MODEL
    assert answer["recommended_move"] == "thunderbolt"
    assert stack.champion() == (MODEL, answer["model"]["version"])


def test_every_acknowledged_prediction_is_in_the_database(stack: Running) -> None:
    with stack.client() as client:
        for _ in range(20):
            stack.predict(client)
    until(lambda: not stack.unlogged(), "predictions in the log")


def test_a_model_given_to_mlflow_comes_back(stack: Running) -> None:
    ended = stack.run("mlflow-test")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "6 of 6 checks passed" in ended.stdout


def test_traffic_finds_address_and_key_in_env(stack: Running) -> None:
    ended = stack.run("traffic", "--mode", "burst", "--duration", "0.1", "--json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    facts = json.loads(ended.stdout)
    assert facts["api_url"] == stack.variables.url("api")
    assert facts["statuses"]["200"] > 0


def test_a_killed_database_costs_no_answer(stack: Running, tell: Tell) -> None:
    stop, statuses = threading.Event(), []

    def ask() -> None:
        with stack.client() as client:
            while not stop.is_set():
                answer = client.post("/predict/best-move", json={**QUESTION, "engine": "model"})
                statuses.append(answer.status_code)
                if answer.is_success:
                    stack.asked.append(answer.json()["prediction_id"])

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        until(lambda: len(statuses) > 20, "answers before")
        before = processes(stack, "db")
        stack.kill("db")
        with stack.client() as client:
            # On a fast machine it can be back before anybody looks.
            until(
                lambda: client.get("/readyz").status_code == 503 or not before & processes(stack, "db"),
                "the outage is seen",
                seconds=30,
            )
            away = until(lambda: client.get("/readyz").status_code == 200, "the database is back")
        until(lambda: stack.compose.containers()["db"].well, "db is healthy")
    finally:
        stop.set()
        asker.join()
    assert set(statuses) == {200}
    late = until(lambda: not stack.unlogged(), "predictions of the outage in the log")
    tell(
        f"db killed: all of {len(statuses)} predictions answered meanwhile; ready again {away:.1f} s after "
        f"the outage was seen; every acknowledged prediction in the log {late:.1f} s later"
    )


def processes(stack: Running, service: str) -> set[str]:
    """The processes of a service, each with when it began, as numbers come again; but for the first one,
    which a kill from within leaves alive."""
    began = "for p in /proc/[0-9]*; do read -r l < $p/stat && set -- ${l##*) } && echo $p,${20}; done"
    listed = stack.compose.execute(service, "bash", "-c", f"{began}; true").split()
    return {one for one in listed if not one.startswith("/proc/1,")}


def test_a_killed_api_comes_back_with_its_model_while_mlflow_is_away(stack: Running, tell: Tell) -> None:
    before = stack.champion()
    stack.compose("stop", "mlflow")
    try:
        with pytest.raises(StartError, match="mlflow is not well after 1 s"):
            launch.wait(stack.compose, without=stack.without, seconds=1, tell=lambda _: None)
        assert {one.split()[0] for one in stack.failed_checks()} == {"mlflow"}, "the rest goes on"
        stack.kill("api")

        def answers() -> bool:
            with stack.client() as client:
                return stack.predict(client, engine="model")["model"]["version"] == before[1]

        seconds = until(answers, "the API answers again")
        assert stack.champion() == before
        tell("mlflow stopped: every other check passes")
        tell(f"api killed while mlflow is away: the same model answers {seconds:.1f} s later")
    finally:
        stack.compose("start", "mlflow")
    seconds = until(lambda: not stack.failed_checks(), "all is well again")
    tell(f"mlflow started again: every check passes {seconds:.1f} s later")


def test_data_outlives_down_and_up(stack: Running, tell: Tell) -> None:
    with stack.client() as client:
        stack.predict(client)
    until(lambda: not stack.unlogged(), "predictions in the log")
    before = stack.champion()
    made = stack.compose.execute("api", "python", "-m", "predictiondex", "keys", "create", "phone", "--json")
    stack.compose("down", "--timeout", "20", seconds=None)
    assert stack.compose.containers() == {}
    _, seconds = stack.start("--no-build")
    assert stack.champion() == before
    with stack.client() as client:
        client.headers["X-API-Key"] = json.loads(made)["key"]
        assert stack.predict(client)["recommended_move"] == "thunderbolt"
    until(lambda: not stack.unlogged(), "the new prediction in the log, and none of before missing")
    builder = stack.compose.logs(stack.compose.containers()["ml_builder"])
    assert "nothing to train" in builder, builder
    tell(f"down and up: data and champion kept, nothing trained again; well after {seconds:.0f} s")


def test_a_backup_brings_back_what_was_lost(stack: Running, tmp_path: Path, tell: Tell) -> None:
    until(lambda: not stack.unlogged(), "predictions in the log")
    before = stack.champion()
    saved = stack.run("stack", "backup", str(tmp_path / "backup"))
    assert saved.returncode == 0, saved.stdout + saved.stderr
    stack.compose("down", "--volumes", "--timeout", "20", seconds=None)
    restored = stack.run("stack", "restore", str(tmp_path / "backup"), "--yes")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    _, seconds = stack.start("--no-build")
    assert stack.champion() == before
    assert not stack.unlogged()
    tell(f"down --volumes, restore, start: every prediction and the champion are back; start {seconds:.0f} s")
    (tmp_path / "backup" / "mlflow.dump").write_bytes(b"PGDMP?")
    with pytest.raises(StartError, match=r"mlflow\.dump is missing or was altered"):
        backup.restore(stack.compose, tmp_path / "backup", lambda _: None)


def test_what_is_in_the_way_is_named(stack: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = tmp_path / "env"
        file.write_text(stack.env_file.read_text() + f"COMPOSE_PROJECT_NAME=pdxother\nAPI_PORT={port}\n")
        variables = envfile.read(file)
        other = Compose.find(ROOT, file, variables.project)
        with pytest.raises(
            StartError, match=rf"Port {port} for api is taken by .*: set API_PORT={port + 10} in"
        ):
            launch.demand_ports(other, variables, ())
    monkeypatch.setattr(images, "NEEDED", 1 << 60)
    with pytest.raises(StartError, match="GB free"):
        launch.demand_space()
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY env /\n")
    odd = ["docker", "build", "-q", "--platform=linux/s390x", "-t", "pdxtest/odd:latest", str(tmp_path)]
    subprocess.run(odd, check=True, capture_output=True)
    monkeypatch.setattr(images, "IMAGES", ("odd",))
    with pytest.raises(StartError, match="pdxtest/odd:latest is for s390x"):
        launch.demand_processor("pdxtest", "latest", launch.UPSTREAM)


def test_images_of_another_commit_are_seen(stack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """All parts have to be of the same rules, or the API could not use the model trained beside it."""
    assert stack.variables.values["IMAGE_PREFIX"] == "pdxtest"
    form = '{{index .Config.Labels "org.opencontainers.image.revision"}}'
    command = ["docker", "image", "inspect", "pdxtest/api:latest", "--format", form]
    built = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    monkeypatch.setattr(images, "revision", lambda _: built)
    assert images.outdated(ROOT, "pdxtest", "latest") == []
    monkeypatch.setattr(images, "revision", lambda _: "0" * 40)
    assert images.outdated(ROOT, "pdxtest", "latest") == list(images.IMAGES)
    monkeypatch.setattr(images, "revision", lambda _: images.UNKNOWN)
    assert images.outdated(ROOT, "pdxtest", "latest") == []
    assert images.outdated(ROOT, "nobody", "latest") == list(images.IMAGES)


def test_the_older_compose_runs_it_as_well(
    stack: Running, older_compose: Path, docker: Docker, tmp_path: Path
) -> None:
    """`docker-compose` 1.29: database, loader and API under a name of their own, from the same images."""
    second = Running(docker, tmp_path)
    assert second.variables.project != stack.variables.project
    older = Compose(ROOT, second.env_file, (str(older_compose),), second.variables.project)
    without = ["mlflow", "ml_builder", "streamlit", "prometheus", "grafana", "node-exporter"]
    try:
        launch.up(older, without)
        launch.wait(older, without=without, seconds=120, tell=lambda _: None)
        with second.client() as client:
            assert second.predict(client)["recommended_move"] == "thunderbolt"
        until(lambda: not second.unlogged(), "the prediction in the log")
    finally:
        older("down", "--volumes", "--timeout", "20", seconds=None)
    assert older.containers() == {}
