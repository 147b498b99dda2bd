"""What MLflow is told, with its SQLite store and with a real server: up, away, slow, refusing, cut off."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from typer.testing import CliRunner

from predictiondex.advisor import Advisor
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.following import following, refusal_note
from predictiondex.cli import app
from predictiondex.errors import ArtefactError, TrackingError
from predictiondex.ml import mlflow_integration as tracked
from predictiondex.ml import pipeline, tracking
from predictiondex.ml.artefact import MODEL_NAME, read_artefact
from predictiondex.ml.features import NAMES
from predictiondex.ml.following import Follower
from predictiondex.ml.mirroring import identity
from predictiondex.ml.model import BattleModel
from predictiondex.ml.pending import Extras, Pending
from predictiondex.ml.promotion import Decision, promote, rollback
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings
from tests.api.processes import wait_for
from tests.ml.mlflow_server import Door, Server, free_port, running
from tests.ml.models import booster, manifest

REPORT = {
    "slices": {
        "all": {"rmse": 0.04, "ece": 0.002, "decided_accuracy": 0.99, "excess": 0.0016},
        "level 70 and above": {"rmse": 0.05, "ece": float("nan"), "decided_accuracy": None},
    },
    "hybrid": [{"battles": 64, "hybrid": 0.02}],
}
_made = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("mlflow")) as server:
        yield server


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server but that of the tests, which gets time on a busy machine."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "120")
    monkeypatch.setattr(tracking, "FIRST_WORD", (10.0, 120.0))
    monkeypatch.setattr(tracking, "BUDGET", 240.0)


@pytest.fixture
def there(server: Server, monkeypatch: pytest.MonkeyPatch, home: Settings) -> Iterator[Server]:
    """The server, named by the environment, with nothing registered."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    yield server
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    with tracking.connected(home) as connection:
        if connection.client.search_registered_models(f"name = '{MODEL_NAME}'"):
            connection.client.delete_registered_model(MODEL_NAME)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def trained(settings: Settings, seed: int = 1) -> Path:
    """A version in the local registry, no two the same; it is the challenger."""
    registry = Registry(settings.models)
    number = registry.add(
        booster(seed),
        manifest(created=f"2026-01-01T00:00:00.{next(_made):06d}+00:00"),
        extra={"report.json": b"{}", "reliability.png": b"a picture"},
    )
    registry.set_alias("challenger", number, reason="trained", by="test")
    return registry.path(number)


def log(folder: Path, settings: Settings) -> tracked.TrackedRun:
    return tracked.log_training(
        folder,
        report=REPORT,
        dataset_manifest={"hash": "f" * 64, "rows": 200},
        plots=[folder / "reliability.png"],
        settings=settings,
    )


def seen(settings: Settings) -> dict[str, Any]:
    """What the store holds: the versions' tags by number, aliases, number of runs for each model."""
    with tracking.connected(settings) as connection:
        client = connection.client
        versions = client.search_model_versions(f"name = '{MODEL_NAME}'")
        models = client.search_registered_models(f"name = '{MODEL_NAME}'")
        runs = client.search_runs([connection.experiment])
        return {
            "versions": {str(one.version): dict(one.tags) for one in versions},
            "aliases": {k: str(v) for k, v in models[0].aliases.items()} if models else {},
            "runs": [run.data.tags.get("model_created") for run in runs],
            "status": {run.data.tags.get("model_created"): run.info.status for run in runs},
        }


def runs_of(folder: Path, settings: Settings) -> int:
    created = dict(identity(BattleModel.load(folder).manifest))["model_created"]
    return int(seen(settings)["runs"].count(created))


# --- what is recorded -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_holds_everything_and_its_model_loads(
    home: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = trained(home)
    run = log(folder, home)
    assert (run.problem, run.version) == ("", "1")
    assert log(folder, home) == run  # once is enough
    assert list((home.home / "mlflow-pending").iterdir()) == []
    with tracking.connected(home) as connection:
        import mlflow.pyfunc
        import pandas

        client = connection.client
        data = client.get_run(run.run_id).data
        assert data.params["dataset_hash"] == "f" * 64
        assert data.params["max_depth"] == "2"
        assert data.metrics["rmse"] == 0.04
        assert data.metrics["slice/level_70_and_above/rmse"] == 0.05
        assert "slice/level_70_and_above/ece" not in data.metrics
        assert data.metrics["hybrid/64_battles/rmse"] == 0.02
        assert data.tags["git_revision"] == data.tags["mlflow.source.git.commit"]
        files = {
            one.path for path in ("", "plots", "artefact") for one in client.list_artifacts(run.run_id, path)
        }
        assert {
            "dataset.json", "report.json", "plots/reliability.png",
            "artefact/manifest.json", "artefact/model.ubj",
        } <= files  # fmt: skip
        model = mlflow.pyfunc.load_model(f"models:/{MODEL_NAME}@challenger")
        assert [one.name for one in model.metadata.signature.inputs] == list(NAMES)
        features = np.random.default_rng(5).random((20, len(NAMES)), dtype=np.float32)
        told = model.predict(pandas.DataFrame(features, columns=list(NAMES)))
        needed = mlflow.pyfunc.get_model_dependencies(f"models:/{MODEL_NAME}/1")
        assert "numpy==2.3.0" in Path(needed).read_text()
    np.testing.assert_array_equal(told, BattleModel.load(folder).from_features(features))
    assert capfd.readouterr().out == ""
    assert list(folder.parent.parent.parent.rglob("*.pkl")) == []


@pytest.mark.usefixtures("there")
def test_aliases_reasons_and_verdicts_follow(home: Settings) -> None:
    registry = Registry(home.models)
    first, second = trained(home), trained(home, 2)
    for folder in (first, second):
        log(folder, home)
    assert seen(home)["aliases"] == {"challenger": "2"}
    promote(registry, "1", Decision(True, ("sane",)), by="test")
    promote(registry, "2", Decision(True, ("better in all",)), by="test")
    assert tracked.mirror(home) == ""
    now = seen(home)
    assert now["aliases"] == {"champion": "2"}  # no challenger any more
    assert now["versions"]["2"]["champion_reason"] == "better in all"
    assert now["versions"]["2"]["gate"].startswith("accepted")
    rollback(registry, None, by="test", reason="it lost")
    promote(registry, "2", Decision(False, ("worse: everywhere",)), by="test")
    assert tracked.mirror(home) == ""
    now = seen(home)
    assert now["aliases"] == {"champion": "1", "challenger": "2"}
    assert now["versions"]["1"]["champion_reason"] == "it lost"
    assert now["versions"]["2"]["gate"].startswith("refused")
    assert now["versions"]["2"]["gate_reasons"] == "worse: everywhere"
    rollback(registry, "2", by="test")
    assert tracked.mirror(home) == ""
    assert seen(home)["aliases"] == {"champion": "2"}  # and not challenger at once


@pytest.mark.slow
def test_a_password_in_the_address_is_not_told(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://ash:pikachu@127.0.0.1:{free_port()}")
    run = log(trained(home), home)
    assert run.problem
    assert "pikachu" not in run.text


# --- a server with faults ---------------------------------------------------------------------------------


def test_a_server_that_is_away_is_told_later_and_once(
    home: Settings, there: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", away)
    folders = [trained(home), trained(home, 2)]
    for folder in folders:
        run = log(folder, home)
        assert not run.run_id
        assert "models sync" in run.text
    for command in ("sync", "pull"):
        result = CliRunner().invoke(app, ["models", command], env={"PDX_HOME": str(home.home)})
        assert isinstance(result.exception, TrackingError)
        assert result.exception.message == f"MLflow at {away}: there is no connection to it."
    monkeypatch.setenv("MLFLOW_TRACKING_URI", there.uri)
    result = CliRunner().invoke(app, ["models", "sync", "--json"], env={"PDX_HOME": str(home.home)})
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["uploaded"] == 2
    assert tracked.sync(home) == []
    now = seen(home)
    assert sorted(tags["local_version"] for tags in now["versions"].values()) == ["1", "2"]
    assert now["aliases"] == {"challenger": "2"}
    assert [runs_of(folder, home) for folder in folders] == [1, 1]


@pytest.mark.slow
def test_a_server_that_never_answers_costs_one_try(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(tracking, "FIRST_WORD", (0.5, 0.5))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{silent.getsockname()[1]}")
        run = log(trained(home), home)
        assert "timed out" in run.problem
        silent.settimeout(1)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()


def test_a_server_that_refuses_the_host_says_how_to_start_it(
    home: Settings, there: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://localhost:{there.port}")
    run = log(trained(home), home)
    assert "Invalid Host" in run.problem
    assert "--allowed-hosts" in run.problem


def test_a_slow_server_is_left_for_later(
    home: Settings, there: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = trained(home)
    with Door(there, delay=0.2) as door:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", door.uri)
        with monkeypatch.context() as patch:
            patch.setattr(tracking, "BUDGET", 0.5)
            assert "too slow" in log(folder, home).problem
        assert door.seen < 15
        door.delay = 0
        assert [run.problem for run in tracked.sync(home)] == [""]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", there.uri)
    assert runs_of(folder, home) == 1


@pytest.mark.parametrize("requests", [5, 9, 14])
def test_an_upload_that_is_cut_off_goes_on_in_the_same_run(
    home: Settings, there: Server, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = trained(home)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with Door(there, requests=requests) as door:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", door.uri)
        assert not log(folder, home).run_id
        assert door.seen > requests
        door.left = None  # open again
        assert [run.problem for run in tracked.sync(home)] == [""]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", there.uri)
    now = seen(home)
    assert len(now["versions"]) == 1
    assert runs_of(folder, home) == 1
    assert set(now["status"].values()) == {"FINISHED"}
    assert None not in now["runs"]  # none was left behind that nothing knows


@pytest.mark.usefixtures("there")
def test_what_waits_but_is_gone_or_damaged_is_told_and_holds_nothing_up(home: Settings) -> None:
    registry = Registry(home.models)
    folders = [trained(home, seed) for seed in (1, 2, 3)]
    for folder in folders:
        Pending(home.home).keep(folder.name, Extras({}, {}))
    folders[0].rename(home.home / "elsewhere")
    (folders[1] / "model.ubj").write_bytes(b"cut")
    runs = tracked.sync(home)
    assert [bool(run.problem) for run in runs] == [True, True, False]
    assert registry.versions() == ["2", "3"]
    assert tracked.sync(home) == []


# --- several machines -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("there")
def test_another_machine_takes_the_champion_over(home: Settings, tmp_path: Path) -> None:
    registry = Registry(home.models)
    for seed in (1, 2):
        folder = trained(home, seed)
        promote(registry, folder.name, Decision(True, ("better",)), by="test")
        log(folder, home)
    other = Settings(home=tmp_path / "other")
    assert tracked.pull(other) == "1"
    theirs = Registry(other.models)
    assert (theirs.path("1") / "model.ubj").read_bytes() == booster(2)
    assert (theirs.path("1") / "reliability.png").read_bytes() == b"a picture"
    assert theirs.history()[-1]["by"] == "pull"
    assert tracked.pull(other) is None
    # Here it is rolled back; the other machine's view is older and does not undo that.
    rollback(registry, None, by="test")
    late = Settings(home=tmp_path / "late")
    assert tracked.pull(late) == "1"  # after that, but the server has not heard of it
    assert tracked.mirror(home) == ""
    before = seen(home)["aliases"]
    for machine in (other, late):
        tracked.sync(machine)
        assert seen(home)["aliases"] == before == {"champion": "1"}
    assert tracked.pull(other) == "2"
    assert tracked.pull(other) is None


@pytest.mark.usefixtures("there")
def test_a_server_without_a_champion_gets_the_one_that_is_here(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that outlives its server's data must not keep its champion to itself."""
    folder = trained(home)
    promote(Registry(home.models), folder.name, Decision(True, ("better",)), by="test")
    monkeypatch.setenv("PDX_HOME", str(home.home))
    told = CliRunner().invoke(app, ["train", "--missing"])
    assert (told.exit_code, "nothing to train" in told.stdout) == (0, True), told.output
    assert seen(home)["aliases"] == {"champion": "1"}
    # One that has a champion keeps it, whatever a home without it thinks.
    other = Settings(home=tmp_path / "other")
    promote(Registry(other.models), trained(other, 2).name, Decision(True, ("better",)), by="test")
    assert tracked.give_champion(other) == []
    assert list(seen(home)["versions"]) == ["1"]


@pytest.mark.usefixtures("there")
def test_a_champion_that_was_never_compared_with_is_not_replaced(home: Settings, tmp_path: Path) -> None:
    folder = trained(home)
    promote(Registry(home.models), folder.name, Decision(True, ("better",)), by="test")
    log(folder, home)
    other = Settings(home=tmp_path / "other")  # a fresh machine, which trained without asking the server
    rival = trained(other, 2)
    promote(Registry(other.models), rival.name, Decision(True, ("sane",)), by="test")
    log(rival, other)
    assert tracked.mirror(other) == ""
    assert seen(home)["aliases"]["champion"] == "1"
    assert tracked.pull(other) is not None
    promote(Registry(other.models), rival.name, Decision(True, ("better",)), by="test")
    assert tracked.mirror(other) == ""
    assert seen(home)["aliases"]["champion"] == "2"


@pytest.mark.usefixtures("there")
def test_a_champion_of_another_program_is_replaced(home: Settings, tmp_path: Path) -> None:
    registry = Registry(home.models)
    strange = manifest(parameters={"max_depth": 2, "feature_version": "of another program"})
    folder = registry.path(registry.add(booster(), strange))
    promote(registry, folder.name, Decision(True, ("better",)), by="test")
    log(folder, home)
    other = Settings(home=tmp_path / "other")
    rival = trained(other, 2)
    promote(Registry(other.models), rival.name, Decision(True, ("sane",)), by="test")
    log(rival, other)
    assert tracked.mirror(other) == ""
    assert seen(home)["aliases"]["champion"] == "2"


def test_who_follows_a_server_goes_back_together_with_it(
    home: Settings, there: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Registry(tmp_path / "other" / "models")
    follower = Follower(there.uri, other)
    for seed in (1, 2):
        folder = trained(home, seed)
        promote(Registry(home.models), folder.name, Decision(True, ("better",)), by="test")
        log(folder, home)
        assert follower.look() == str(seed)
    monkeypatch.setenv("PDX_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("PDX_MODEL_SOURCE", there.uri)
    went = CliRunner().invoke(app, ["rollback", "--reason", "it lost"])
    assert went.exit_code == 0, went.output
    assert follower.look() is None
    assert other.aliases()["champion"] == "1"
    assert seen(home)["aliases"]["champion"] == "1"
    monkeypatch.setenv("PDX_MODEL_SOURCE", f"http://127.0.0.1:{free_port()}")
    failed = CliRunner().invoke(app, ["rollback", "--to", "2"])
    assert failed.exit_code == 1
    assert "followed again" in failed.output


def test_who_follows_a_server_tells_it_of_a_promotion(
    home: Settings, there: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look at the server undid it."""
    for seed in (1, 2):
        folder = trained(home, seed)
        log(folder, home)
    promote(Registry(home.models), "1", Decision(True, ("better",)), by="test")
    assert tracked.mirror(home) == ""
    followed = Settings(home=tmp_path / "followed")
    follower = Follower(there.uri, Registry(followed.models))
    assert follower.look() == "1"
    _, model = read_artefact(folder)
    rival = follower.registry.add(model, Registry(home.models).manifest("2"))
    # The gate takes a dataset and minutes, and is tried elsewhere.
    better = Decision(True, ("better in all",))
    monkeypatch.setattr(
        pipeline,
        "promote_version",
        lambda registry, version, *_, **options: (
            promote(registry, version, better, by=options["by"]) or better
        ),
    )
    monkeypatch.setenv("PDX_HOME", str(followed.home))
    monkeypatch.setenv("PDX_MODEL_SOURCE", there.uri)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    went = CliRunner().invoke(app, ["promote", rival])
    assert went.exit_code == 0, went.output
    assert follower.look() is None
    assert follower.registry.aliases() == {"champion": rival}
    unknown = follower.registry.add(booster(3), manifest())
    failed = CliRunner().invoke(app, ["promote", unknown])
    assert failed.exit_code == 1
    assert "no copy" in failed.output
    assert "followed again" in failed.output
    monkeypatch.setenv("MLFLOW_TRACKING_URI", there.uri)
    now = seen(home)
    assert now["aliases"]["champion"] == "2"
    assert now["versions"]["2"]["champion_reason"] == "better in all"


def test_a_server_that_follows_takes_it_over_without_mlflow_packages(
    home: Settings, there: Server, tmp_path: Path
) -> None:
    folder = trained(home)
    promote(Registry(home.models), folder.name, Decision(True, ("better",)), by="test")
    log(folder, home)
    other = Registry(tmp_path / "other")
    version = Follower(there.uri, other).look()
    assert version is not None
    assert other.champion() == other.path(version)
    assert (other.path(version) / "model.ubj").read_bytes() == booster()


def test_a_champion_for_another_program_is_left_out_and_the_service_says_why(
    home: Settings, there: Server, tmp_path: Path
) -> None:
    """Such as the next release's, while this one still serves."""
    registry = Registry(home.models)
    strange = manifest(parameters={"max_depth": 2, "feature_version": "of another program"})
    folder = registry.path(registry.add(booster(), strange))
    promote(registry, folder.name, Decision(True, ("better",)), by="test")
    log(folder, home)
    served = Settings(home=tmp_path / "served", model_source=there.uri)
    room = EngineRoom(threads=1, models=served.models, note=refusal_note(served))
    room._advisor = Advisor()
    with following(served):
        wait_for("it is told", lambda: "another feature version" in room.component.detail)
        assert room.component.ok
        promote(registry, trained(home, 2).name, Decision(True, ("better",)), by="test")
        log(registry.path("2"), home)
        wait_for("it is over", lambda: room.component.detail == "")
    assert Registry(served.models).champion() is not None


def test_a_champion_registered_by_hand_is_told_by_its_artefact(
    home: Settings, there: Server, tmp_path: Path
) -> None:
    """It has no tags that name the model."""
    run = log(trained(home), home)
    with tracking.connected(home) as connection:
        source = f"runs:/{run.run_id}/artefact"
        by_hand = connection.client.create_model_version(MODEL_NAME, source, run.run_id)
        connection.client.set_registered_model_alias(MODEL_NAME, "champion", by_hand.version)
    other = Registry(tmp_path / "followed")
    follower = Follower(there.uri, other)
    assert follower.look() == by_hand.version == "2"
    assert follower.look() is None
    assert Follower(there.uri, other).look() is None
    assert other.versions() == ["2"]
    pulled = Settings(home=tmp_path / "pulled")
    assert tracked.pull(pulled) == "1"
    assert tracked.pull(pulled) is None
    assert Registry(pulled.models).versions() == ["1"]


@pytest.mark.usefixtures("there")
def test_a_server_without_a_champion_gives_none(home: Settings) -> None:
    assert tracked.pull(home) is None
    log(trained(home), home)
    assert tracked.pull(home) is None


def test_what_was_altered_on_the_server_is_not_taken_over(
    home: Settings, there: Server, tmp_path: Path
) -> None:
    folder = trained(home)
    promote(Registry(home.models), folder.name, Decision(True, ("better",)), by="test")
    run = log(folder, home)
    other = Settings(home=tmp_path / "other")
    (stored,) = there.artifacts.glob(f"**/{run.run_id}/**/artefact/model.ubj")
    content = stored.read_bytes()
    stored.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ArtefactError, match="is not the model"):
        tracked.pull(other)
    # A whole artefact of another model, in the place of the one that was promoted.
    (trained(home, 2) / "model.ubj").rename(stored)
    (Registry(home.models).path("2") / "manifest.json").rename(stored.with_name("manifest.json"))
    with pytest.raises(ArtefactError, match="not the model that its tags name"):
        tracked.pull(other)
    assert Registry(other.models).versions() == []


def test_one_program_of_a_home_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "BUDGET", 0)
    with (
        FileLock(tmp_path / ".mlflow.lock"),
        pytest.raises(TrackingError, match="another program of this home"),
        tracking.connected(Settings(home=tmp_path)),
    ):
        pass
