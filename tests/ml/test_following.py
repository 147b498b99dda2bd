"""Following a server whose champion is odd: without tags or with wrong ones, unfit, behind a password."""

from __future__ import annotations

import json
import logging
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from predictiondex.cli import app
from predictiondex.cli.training import take_over
from predictiondex.errors import ArtefactError, RegistryError, TrackingError
from predictiondex.ml import fetched, following
from predictiondex.ml.artefact import Manifest, read_artefact, write_artefact
from predictiondex.ml.following import Follower
from predictiondex.ml.mirroring import SHA_TAG, identity
from predictiondex.ml.promotion import rollback
from predictiondex.ml.registry import Registry
from tests.ml.mlflow_server import free_port
from tests.ml.models import booster, manifest

#: Of the address; nobody else has it.
WORD = "pikachu-25"


class Source(ThreadingHTTPServer):
    """What Follower asks of an MLflow server, with the files of ``folder``. A real one is in test_mlflow."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.folder = folder
        self.champion: dict[str, Any] = {"version": "7", "run_id": "abc", "tags": []}
        #: Names of empty files that it lists as well.
        self.also: list[str] = []
        self.downloads: list[str] = []
        self.callers: set[str | None] = set()
        self.uri = f"http://127.0.0.1:{self.server_address[1]}"

    def tagged(self, **tags: str) -> None:
        """Give the champion these tags and no others."""
        self.champion["tags"] = [{"key": key, "value": value} for key, value in tags.items()]

    def content(self, what: str, query: dict[str, list[str]]) -> bytes | None:
        """The answer to a request; ``None`` where there is none."""
        if what == "registered-models/alias":
            return json.dumps({"model_version": self.champion}).encode()
        if what == "artifacts/list":
            names = [*(one.name for one in self._files()), *self.also]
            return json.dumps({"files": [{"path": f"artefact/{name}"} for name in names]}).encode()
        if what == "get-artifact":
            name = Path(query["path"][0]).name
            self.downloads.append(name)
            if name in self.also:
                return b""
            return next((one.read_bytes() for one in self._files() if one.name == name), None)
        return json.dumps({"model_versions": []}).encode()

    def _files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


class _Answer(BaseHTTPRequestHandler):
    server: Source

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.server.callers.add(self.headers["Authorization"])
        what = address.path.removeprefix("/api/2.0/mlflow/").removeprefix("/")
        content = self.server.content(what, parse_qs(address.query))
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    write_artefact(tmp_path / "there", booster(), manifest(), extra={"report.json": b"{}"})
    with Source(tmp_path / "there") as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "here")


def identity_of(model: bytes, folder: Path) -> dict[str, str]:
    """The tags of a model."""
    return dict(identity(write_artefact(folder, model, manifest())))


# --- which model it is ------------------------------------------------------------------------------------


def test_without_tags_the_artefact_says_which_model_it_is(source: Source, registry: Registry) -> None:
    follower = Follower(source.uri, registry)
    assert follower.look() == "7"
    downloads = len(source.downloads)
    assert downloads == 3
    assert [follower.look() for _ in range(3)] == [None, None, None]
    assert len(source.downloads) == downloads
    assert registry.versions() == ["7"]
    # It is forgotten with the process, but not registered anew.
    assert Follower(source.uri, registry).look() is None
    assert registry.versions() == ["7"]


def test_without_tags_what_is_held_under_another_number_is_used(source: Source, registry: Registry) -> None:
    assert registry.add(booster(), manifest()) == "1"
    follower = Follower(source.uri, registry)
    assert follower.look() == "1"
    assert follower.look() is None
    assert registry.versions() == ["1"]
    assert len(source.downloads) == 3


def test_what_its_tags_name_is_not_downloaded_where_it_is_held(
    source: Source, registry: Registry, tmp_path: Path
) -> None:
    registry.add(booster(), manifest())
    source.tagged(**identity_of(booster(), tmp_path / "same"))
    assert Follower(source.uri, registry).look() == "1"
    assert source.downloads == []


@pytest.mark.parametrize("tagged", [True, False])
def test_a_champion_that_is_damaged_here_is_fetched_again(
    tagged: bool, source: Source, registry: Registry, tmp_path: Path
) -> None:
    if tagged:
        source.tagged(**identity_of(booster(), tmp_path / "same"))
    follower = Follower(source.uri, registry)
    assert follower.look() == "7"
    model = registry.path("7") / "model.ubj"
    model.write_bytes(model.read_bytes()[:-1])
    assert follower.look() == "8"
    assert registry.aliases() == {"champion": "8"}
    assert (registry.path("8") / "model.ubj").read_bytes() == booster()
    assert follower.look() is None
    (registry.path("8") / "model.ubj").unlink()
    assert follower.look() == "9"


def test_what_is_held_is_read_once_for_as_long_as_it_stays(
    source: Source, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def noted(folder: Path) -> tuple[Manifest, bytes]:
        read.append(folder)
        return read_artefact(folder)

    monkeypatch.setattr(fetched, "read_artefact", noted)
    follower = Follower(source.uri, registry)
    assert follower.look() == "7"
    read.clear()
    assert [follower.look() for _ in range(3)] == [None, None, None]
    assert read == [registry.path("7")]


@pytest.mark.parametrize("wrong", [{SHA_TAG: "0" * 64}, {SHA_TAG: ""}, {"model_created": "yesterday"}])
def test_tags_that_name_another_model_are_refused_and_downloaded_once(
    wrong: dict[str, str], source: Source, registry: Registry
) -> None:
    source.tagged(**wrong)
    follower = Follower(source.uri, registry)
    for _ in range(3):
        with pytest.raises(ArtefactError, match=r"Version 7 .* not the model that its tags name"):
            follower.look()
    assert len(source.downloads) == 3
    assert registry.versions() == []
    # Its tags are mended: that is another version to us.
    source.tagged()
    assert follower.look() == "7"


def test_what_could_not_be_used_is_tried_again_in_a_while(
    source: Source, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files may be mended under the same number, or not all of them be there yet."""
    follower = Follower(source.uri, registry)
    model = source.folder / "model.ubj"
    model.rename(tmp_path / "aside")
    for _ in range(3):
        with pytest.raises(ArtefactError, match=r"model\.ubj cannot be read"):
            follower.look()
    assert source.downloads == ["manifest.json", "report.json"]
    (tmp_path / "aside").rename(model)
    monkeypatch.setattr(following, "UNFIT_PAUSE", 0.0)
    assert follower.look() == "7"


@pytest.mark.parametrize("fault", ["no version", "no room", "too large", "a name that is none"])
def test_whatever_it_is_refused_for_it_is_downloaded_once(
    fault: str, source: Source, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended = dict(source.champion)
    with monkeypatch.context() as broken:
        if fault == "no version":
            source.champion = {**mended, "version": "../../evil"}
        elif fault == "no room":
            (tmp_path / "full").mkdir()
            (tmp_path / "full" / "report.json").mkdir()
            broken.setattr(tempfile, "TemporaryDirectory", lambda: nullcontext(tmp_path / "full"))
        elif fault == "too large":
            broken.setattr(following, "_MOST_BYTES", len(booster()) - 1)
        else:
            source.also = ["n\0"]
        follower, problems = Follower(source.uri, registry), set()
        for _ in range(3):
            with pytest.raises((ArtefactError, RegistryError)) as refused:
                follower.look()
            problems.add(refused.value.message)
        assert len(problems) == 1
        assert len(source.downloads) == len(set(source.downloads)) > 0
    assert registry.versions() == []
    source.champion, source.also = mended, []
    monkeypatch.setattr(following, "UNFIT_PAUSE", 0.0)
    assert follower.look() == "7"


def test_a_version_without_a_run_says_so(source: Source, registry: Registry) -> None:
    del source.champion["run_id"]
    with pytest.raises(ArtefactError, match="names no run"):
        Follower(source.uri, registry).look()


# --- decisions that the server has not heard of ------------------------------------------------------------


@pytest.fixture
def taken_over(
    source: Source, registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Registry:
    """Version 1 was champion here, then version 2, and the server knows of the latter."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", source.uri)
    for seed in (2, 1):
        number = registry.add(booster(seed), manifest())
        registry.set_alias("champion", number, reason="better", by="promote")
    source.tagged(**identity_of(booster(), tmp_path / "same"), champion_since=registry.history()[-1]["time"])
    return registry


def test_a_rollback_that_the_server_has_not_heard_of_stands(
    source: Source, taken_over: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    rollback(taken_over, None, by="rollback")
    take_over(taken_over)
    assert taken_over.aliases() == {"champion": "1"}
    told = capsys.readouterr().err
    assert "Version 2 was champion here before, and version 1 is by a later decision (rollback" in told
    assert "models sync" in told
    # Who only follows has decided nothing that could be later.
    assert Follower(source.uri, taken_over).look() == "2"


def test_a_promotion_that_the_server_has_not_heard_of_stands(taken_over: Registry) -> None:
    taken_over.set_alias("champion", taken_over.add(booster(3), manifest()), reason="better", by="promote")
    taken_over.note("3", reason="refused: worse", by="promote")
    take_over(taken_over)
    assert taken_over.aliases() == {"champion": "3"}


def test_a_later_decision_of_the_server_is_taken_over(source: Source, taken_over: Registry) -> None:
    rollback(taken_over, None, by="rollback")
    later = datetime.fromisoformat(taken_over.history()[-1]["time"]) + timedelta(seconds=1)
    tags = {tag["key"]: tag["value"] for tag in source.champion["tags"]}
    source.tagged(**{**tags, "champion_since": later.isoformat(timespec="milliseconds")})
    take_over(taken_over)
    assert taken_over.aliases() == {"champion": "2"}


def test_what_was_only_followed_here_is_no_decision(taken_over: Registry) -> None:
    """The server may hear late of what was decided elsewhere before."""
    taken_over.set_alias("champion", "1", reason="champion of the server", by="follow")
    take_over(taken_over)
    assert taken_over.aliases() == {"champion": "2"}


def test_a_champion_that_never_was_one_here_is_taken_over(
    source: Source, taken_over: Registry, tmp_path: Path
) -> None:
    rollback(taken_over, None, by="rollback")
    source.folder = tmp_path / "another"
    write_artefact(source.folder, booster(4), manifest())
    source.tagged()
    take_over(taken_over)
    assert taken_over.aliases() == {"champion": "7"}


def test_a_dry_run_takes_nothing_over(
    source: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", source.uri)
    monkeypatch.setenv("PDX_HOME", str(tmp_path / "home"))
    told = CliRunner().invoke(app, ["retrain", "--dry-run"])
    assert isinstance(told.exception, ArtefactError)  # there is no model here, and it stays so
    assert source.callers == set()
    assert not (tmp_path / "home" / "models").exists()


# --- a problem that lasts ---------------------------------------------------------------------------------


def test_every_look_at_what_is_unfit_raises_an_error_of_its_own(source: Source, registry: Registry) -> None:
    """The same one again and again would keep what every look went through."""
    source.tagged(**{SHA_TAG: "0" * 64})
    follower = Follower(source.uri, registry)
    with pytest.raises(ArtefactError):
        follower.look()
    depths, errors = set(), []
    for _ in range(4):
        with pytest.raises(ArtefactError) as caught:
            follower.look()
        errors.append(caught.value)
        depths.add(len(caught.traceback))
    assert len({id(error) for error in errors}) == 4
    assert len(depths) == 1
    assert {(error.__cause__, error.__context__) for error in errors} == {(None, None)}


class Looks(Event):
    """Stops after so many looks; ``between`` happens after the first of them."""

    def __init__(self, most: int, between: Any = lambda: None) -> None:
        super().__init__()
        self._left = most
        self._between = between

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - as Event has it
        self._between()
        self._between = lambda: None
        self._left -= 1
        return self._left == 0


def test_whatever_goes_wrong_it_is_followed_further(
    source: Source, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Such as no room for temporary files: nobody explains that, and it passes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    told: list[str] = []
    Follower(source.uri, registry).follow(Looks(3, (tmp_path / "gone").mkdir), told.append)
    assert registry.aliases() == {"champion": "7"}
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "ERROR"] == [True]
    assert told == [""]


def test_it_is_logged_once_for_as_long_as_it_lasts(
    source: Source, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    source.champion = {}  # a version without a number
    Follower(source.uri, registry).follow(Looks(3))
    assert [record.levelname for record in caplog.records] == ["ERROR"]


# --- a password in the address ----------------------------------------------------------------------------


def test_the_password_of_the_server_is_used_and_told_nowhere(
    source: Source, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = source.uri.replace("//", f"//ash:{WORD}@")
    follower = Follower(address, registry)
    told: list[str] = []
    follower.follow(Looks(1), told.append)
    assert source.callers == {"Basic " + b64encode(f"ash:{WORD}".encode()).decode()}
    assert f"champion of http://***@{source.uri.removeprefix('http://')} (version 7)" in str(
        registry.history()
    )
    errors = [_error_of(lambda: follower.name_champion("7", "better"))]
    source.tagged(**{SHA_TAG: "1" * 64})
    source.content = lambda what, query: (  # type: ignore[method-assign]
        None if what == "get-artifact" else Source.content(source, what, query)
    )
    errors.append(_error_of(follower.look))  # 404
    errors.append(_error_of(Follower(f"http://ash:{WORD}@127.0.0.1:{free_port()}", registry).look))
    everything = [*errors, *told, caplog.text, registry.root.joinpath("history.jsonl").read_text()]
    everything += [str(vars(record)) for record in caplog.records]
    assert "404" in errors[1]
    assert WORD not in " ".join(everything)


def test_the_password_of_a_server_that_is_away_is_not_told(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://ash:{WORD}@127.0.0.1:{free_port()}")
    take_over(registry)
    told = capsys.readouterr().err
    assert "was not taken over" in told
    assert WORD not in told


def _error_of(look: Any) -> str:
    with pytest.raises(TrackingError) as caught:
        look()
    return caught.value.message


@pytest.mark.parametrize(
    "address",
    [f"http://ash:{WORD}/@mlflow", f"ash:{WORD}@mlflow:5000", "mlflow:5000", "mlflow"],
)
def test_an_address_that_is_none_is_told_without_it(address: str, registry: Registry) -> None:
    assert _error_of(Follower(address, registry).look) == "PDX_MODEL_SOURCE is no address of a server."
