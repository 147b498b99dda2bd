"""API keys: who may come in, with what, how often; rotation and revocation while the service runs."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from typer.testing import CliRunner

from predictiondex.api import keys, ratelimits
from predictiondex.api.app import create_app
from predictiondex.api.keys import Key, KeyRing, Keys, digest
from predictiondex.api.ratelimits import RateLimits, Windows, limit_of
from predictiondex.cli.app import app as program
from predictiondex.errors import StartError, UsageError
from predictiondex.settings import Settings
from tests.api.problems import problem
from tests.api.serving import serving

ENVIRONMENT = "an-environment-key-of-40-characters-00000"


def wait_for(condition: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        pause.wait(0.02)


def kept(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether a ring has looked at its file, could not read it, and said that its keys stay."""
    return any(one.getMessage() == "the API keys stay as they were" for one in caplog.records)


# --- the file and the ring


def test_only_the_hash_is_kept_and_only_we_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    text, key = Keys(path).create("page", ["predict"])
    assert len(text) == len("pdx_") + 8 + 1 + 43  # 43 characters of base 64: 256 bits
    content = path.read_text()
    assert text.split("_", 2)[2] not in content
    assert digest(text) in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyRing(path).find(text) == key


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
def test_what_root_changes_still_belongs_to_the_service(tmp_path: Path) -> None:
    """Or it could not read that a key was revoked, and let it in until it is started again."""
    folder, service = tmp_path / "home", 65534
    folder.mkdir()
    os.chown(folder, service, service)
    file = folder / "keys.json"
    Keys(file).create("page", ["predict"])
    Keys(file).revoke("page")
    for one in (file, folder / "keys.json.lock"):
        assert (one.stat().st_uid, one.stat().st_gid) == (service, service)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("change", ["x", "", "pdx_", "pdx_00000000_" + "A" * 43])
def test_anything_but_the_key_finds_nothing(tmp_path: Path, change: str) -> None:
    text, _ = Keys(tmp_path / "keys.json").create("page", ["predict"])
    ring = KeyRing(tmp_path / "keys.json", ENVIRONMENT)
    assert ring.find(change) is None
    assert ring.find(text[:-1] + ("A" if text[-1] != "A" else "B")) is None
    environment = ring.find(ENVIRONMENT)
    assert environment is not None
    assert environment.name == "environment"


def test_without_a_key_in_the_environment_nothing_matches_it(tmp_path: Path) -> None:
    assert KeyRing(tmp_path / "keys.json").find("") is None


def test_a_running_ring_follows_the_file_and_outlives_a_damaged_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys.json"
    ring = KeyRing(path)
    assert not ring
    first, _ = Keys(path).create("page", ["predict"])
    wait_for(lambda: ring.find(first) is not None)
    second, key = Keys(path).create("page", ["predict"])
    wait_for(lambda: ring.find(second) is not None)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    wait_for(lambda: ring.find(second) != key or kept(caplog))
    assert ring.find(second) == key
    path.write_bytes(whole)
    assert [one.name for one in Keys(path).revoke(key.id)] == ["page"]
    wait_for(lambda: ring.find(second) is None)
    assert ring.find(first) is not None
    assert Keys(path).revoke("page") != []
    assert Keys(path).revoke("page") == []
    wait_for(lambda: ring.find(first) is None)


@pytest.mark.parametrize("content", ["", "[]", '{"keys": [{"id": "1"}]}', '{"keys": 7}'])
def test_a_damaged_file_is_told_at_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(StartError, match=r"keys\.json"):
        KeyRing(tmp_path / "keys.json")


def test_a_name_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Keys(tmp_path / "keys.json").create("a\tb", ["predict"])


@pytest.mark.parametrize(
    ("host", "auth", "needed"),
    [
        ("127.0.0.1", "auto", False),
        ("::1", "auto", False),
        ("localhost", "auto", False),
        ("0.0.0.0", "auto", True),  # noqa: S104 - nothing is bound
        ("api.example", "auto", True),
        ("127.0.0.1", "on", True),
    ],
)
def test_only_loopback_does_without(tmp_path: Path, host: str, auth: Any, *, needed: bool) -> None:
    settings = Settings(home=tmp_path, host=host, auth=auth)
    assert keys.required(settings) is needed
    if needed:
        with pytest.raises(StartError, match="keys create"):
            keys.demand(settings)
        for guess in ("guess me", "changeme" * 5, "a1" * 20):
            with pytest.raises(StartError, match="32 characters"):
                keys.demand(settings.model_copy(update={"api_key": guess}))
        keys.demand(settings.model_copy(update={"api_key": ENVIRONMENT}))
    else:
        keys.demand(settings)


# --- limits


def test_a_key_gets_what_its_limit_says_and_then_a_time_to_wait() -> None:
    limits = RateLimits("5/hour")
    assert [limits.wait("a") is None for _ in range(7)] == [True] * 5 + [False] * 2
    assert limits.wait("b") is None
    assert limits.wait("c", "1/hour") is None
    waiting = limits.wait("c", "1/hour")
    assert waiting is not None
    assert 3600 <= waiting <= 7200  # it weighs fully until its window ends, and fades in the next


@pytest.mark.slow
@settings_of(max_examples=300, deadline=None)
@given(
    amount=st.integers(1, 40),
    unit=st.sampled_from(["second", "7 second", "minute", "hour", "day"]),
    start=st.integers(1_700_000_000_000_000_000, 1_700_000_000_000_000_000 + 3 * 86_400_000_000_000),
    pauses=st.lists(st.floats(0, 1.5), min_size=1, max_size=8),
)
def test_a_caller_that_waits_as_it_was_told_is_served(
    amount: int, unit: str, start: int, pauses: list[float]
) -> None:
    """Neither a second more nor one less. ``pauses``: windows between bursts, each as long as it may be."""
    limit = limit_of(f"{amount}/{unit}")
    clock = Clock(start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ratelimits, "time", clock)
        limits = RateLimits(f"{amount}/{unit}")
        for number, pause in enumerate(pauses):
            clock.now += int(pause * limit.get_expiry() * 1e9)
            for _ in range(1 + number * amount // 3):
                limits.wait("a")
        while (told := limits.wait("a")) is None:
            pass
        clock.now += (told - 1) * 1_000_000_000
        assert limits.wait("a") == 1
        clock.now += 1_000_000_000
        assert limits.wait("a") is None


@pytest.mark.parametrize(("at", "told"), [(43_200, 129_600), (86_399, 86_401), (0, 172_800)])
def test_one_a_day_is_told_when_the_day_before_weighs_nothing(
    monkeypatch: pytest.MonkeyPatch, at: int, told: int
) -> None:
    monkeypatch.setattr(ratelimits, "time", Clock((20_000 * 86_400 + at) * 1_000_000_000))
    limits = RateLimits("1/day")
    assert [limits.wait("a"), limits.wait("a")] == [None, told]


@dataclass
class Clock:
    """A clock that stands still."""

    now: int

    def time_ns(self) -> int:
        return self.now

    def time(self) -> float:
        return self.now / 1e9


def test_workers_count_together(tmp_path: Path) -> None:
    workers = [RateLimits("100/hour", tmp_path / "limits") for _ in range(3)]
    passed = [workers[number % 3].wait("a") is None for number in range(120)]
    assert passed == [True] * 100 + [False] * 20


def test_ten_thousand_keys_are_counted_apart() -> None:
    windows = Windows()
    for _ in range(2):
        assert all(windows.acquire_sliding_window_entry(f"key {n}", 2, 3600) for n in range(10_000))
    assert not any(windows.acquire_sliding_window_entry(f"key {n}", 2, 3600) for n in range(10_000))


def test_a_limit_nobody_can_read_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="often"):
        create_app(Settings(home=tmp_path, rate_limit="often")).build_middleware_stack()


# --- over HTTP


@pytest.fixture(scope="module")
def guarded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service with keys."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    return settings.model_copy(update={"auth": "on", "keys_file": path, "metrics": "key"})


@pytest.fixture(scope="module")
def api(guarded: Settings) -> Iterator[httpx.Client]:
    with serving(guarded) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def header(text: str) -> dict[str, str]:
    return {"X-API-Key": text}


def test_who_may_come_in(api: httpx.Client, guarded: Settings) -> None:
    file = Keys(guarded.keys_file)
    predict, key = file.create("page", ["predict"])
    admin, _ = file.create("operator", ["admin"])
    wait_for(lambda: api.get("/pokemon/mew", headers=header(admin)).status_code == 200)
    for headers in ({}, header("pdx_" + "0" * 52), {"Authorization": "Basic x"}):
        answer = api.get("/pokemon/mew", headers=headers)
        problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert api.get("/pokemon/mew", headers=header(predict)).status_code == 200
    for bearer in ("Bearer ", "bearer ", "BEARER  "):
        assert api.get("/pokemon/mew", headers={"Authorization": bearer + predict}).status_code == 200
    for path in ("/livez", "/health", "/docs", "/openapi.json", "/static-offline-docs/swagger-ui.css"):
        assert api.get(path).status_code in (200, 503)
    problem(api.get("/metrics"), 401)
    problem(api.get("/metrics", headers=header(predict)), 403, "forbidden")
    shown = api.get("/metrics", headers=header(admin))
    assert 'api_errors_total{endpoint="/pokemon/{id}",error_type="unauthorized",method="GET"}' in shown.text
    assert [one.id for one in file.revoke("page")] == [key.id]
    wait_for(lambda: api.get("/pokemon/mew", headers=header(predict)).status_code == 401)


def test_too_often_is_429_with_a_time_to_wait(api: httpx.Client, guarded: Settings) -> None:
    text, _ = Keys(guarded.keys_file).create("slow", ["predict", "admin"], "3/hour")
    wait_for(lambda: api.get("/metrics", headers=header(text)).status_code == 200)
    answers = [api.get("/pokemon/mew", headers=header(text)) for _ in range(4)]
    assert answers[1].status_code == 200
    refused = answers[-1]
    problem(refused, 429, "rate-limited")
    # Until the next hour, and into it until enough of this one counts no more.
    assert 1 <= int(refused.headers["Retry-After"]) <= 2 * 3600
    other, _ = Keys(guarded.keys_file).create("other", ["admin"])
    wait_for(lambda: api.get("/metrics", headers=header(other)).status_code == 200)
    assert 'api_rate_limited_total{reason="key"}' in api.get("/metrics", headers=header(other)).text


def test_the_log_and_the_predictions_name_no_key(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys.json"
    text, key = Keys(path).create("Ada Lovelace", ["predict"])
    locked = settings.model_copy(update={"auth": "on", "keys_file": path})
    with (
        caplog.at_level("DEBUG"),
        serving(locked) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        client.get("/pokemon/mew", headers=header(text))
        client.get("/pokemon/mew", headers=header(text[:-1]))
    ours = [record for record in caplog.records if record.name.startswith(("predictiondex", "uvicorn"))]
    told = " ".join(str(record.__dict__) for record in ours)
    assert "/pokemon/{id}" in told
    for secret in (text, text[:-1], key.id, key.sha256, "Ada", "127.0.0.1", "/pokemon/mew"):
        assert secret not in told


def test_strangers_learn_neither_facts_from_caches_nor_where_the_database_is(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys.json"
    text, _ = Keys(path).create("page", ["predict"])
    away = {"database_url": "postgresql://somebody@127.0.0.1:1/somewhere", "home": tmp_path}
    locked = settings.model_copy(update={"auth": "on", "keys_file": path, **away})
    with (
        caplog.at_level("INFO", "predictiondex.api"),
        serving(locked) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        shown = client.get("/pokemon/mew", headers=header(text))
        assert shown.headers["Cache-Control"].startswith("private")
        for open_to_all in ("/readyz", "/health"):
            told = client.get(open_to_all).text
            assert "the database cannot be used" in told
            for secret in ("somebody", "somewhere", "127.0.0.1"):
                assert secret not in told
    assert any("somewhere" in str(getattr(one, "reasons", "")) for one in caplog.records)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("rebound.example:8000", 403),
        ("192.0.2.1", 403),
        ("localhost.example", 403),
        ("localhost@example.org", 403),
        ("[::1", 403),
        ("", 403),
    ],
)
def test_without_keys_a_foreign_name_leads_nowhere(http: httpx.Client, host: str, status: int) -> None:
    """A page of the internet may have its own name lead to this machine, and read what it answers."""
    answer = http.get("/types/", headers={"Host": host})
    assert answer.status_code == status
    if status == 403:
        assert problem(answer, 403, "forbidden")["detail"].startswith("Without API keys only this machine")


def test_a_service_without_keys_serves_this_machine_alone(settings: Settings) -> None:
    """However it was started: an address of the machine that others can reach is refused."""
    import asyncio

    app = create_app(settings)
    answers: list[int] = []

    async def ask(server: str) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message.get("status", 0))

        scope = {
            "type": "http", "method": "GET", "path": "/types/", "raw_path": b"/types/", "query_string": b"",
            "headers": [], "server": (server, 8000), "client": ("192.0.2.7", 1), "scheme": "http",
            "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"},
        }  # fmt: skip
        await app(scope, receive, send)

    for server in ("127.0.0.1", "::1", "192.0.2.1", "2001:db8::1"):
        asyncio.run(ask(server))
    assert [status for status in answers if status] == [200, 200, 403, 403]


@pytest.fixture
def damaged(own: Settings) -> tuple[Settings, str]:
    """Settings of one of several workers whose file of keys is damaged when it starts, and a key of it."""
    text, _ = Keys(own.keys_file).create("page", ["predict"])
    own.keys_file.write_bytes(own.keys_file.read_bytes()[:-20])
    return own.model_copy(update={"auth": "on", "api_key": ENVIRONMENT, "workers": 2}), text


def test_a_worker_that_has_no_keys_yet_stays_and_says_so(
    damaged: tuple[Settings, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings, text = damaged
    whole = settings.keys_file.read_bytes() + b" " * 20
    with serving(settings) as address, httpx.Client(base_url=address, timeout=30) as client:
        refused = client.get("/types/", headers=header(text))
        assert "keys" in problem(refused, 503, "not-ready")["detail"]
        assert refused.headers["Retry-After"] == "1"
        french = client.get("/types/", headers={**header(text), "Accept-Language": "fr"})
        assert "clés" in problem(french, 503, "not-ready")["detail"]
        problem(client.get("/types/"), 401, "unauthorized")
        assert client.get("/types/", headers=header(ENVIRONMENT)).status_code == 200
        assert client.get("/livez").status_code == 200
        wait_for(lambda: len(problem(client.get("/readyz"), 503, "not-ready")["reasons"]) == 1)
        (reason,) = client.get("/readyz").json()["reasons"]
        assert reason.startswith("keys: ")
        assert str(settings.home) not in reason
        health = client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")
        assert [part["name"] for part in health.json()["components"] if not part["ok"]] == ["keys"]
        told = [str(getattr(one, "reason", "")) for one in caplog.records if one.levelname == "ERROR"]
        assert len([one for one in told if "no file of keys" in one]) == 1
        text, _ = mended(settings.keys_file)
        wait_for(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/types/", headers=header(text)).status_code == 200
        problem(client.get("/types/", headers=header("pdx_" + "0" * 52)), 401, "unauthorized")
        settings.keys_file.write_bytes(whole)  # damaged again: these keys are kept
        wait_for(lambda: client.get("/types/", headers=header(text)).status_code != 200 or kept(caplog))
        assert client.get("/types/", headers=header(text)).status_code == 200
        assert client.get("/readyz").status_code == 200


def mended(path: Path) -> tuple[str, Key]:
    """A new key, in a file that is whole again."""
    path.unlink()
    return Keys(path).create("page", ["predict"])


def test_a_service_whose_keys_are_damaged_does_not_begin(damaged: tuple[Settings, str]) -> None:
    settings, _ = damaged
    with pytest.raises(StartError, match="no file of keys"):
        keys.demand(settings)
    with pytest.raises(StartError, match="no file of keys"):
        create_app(settings.model_copy(update={"workers": 1})).build_middleware_stack()


def test_keys_that_could_not_be_read_for_a_moment_are_read_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of the file changes: the machine had no more handles for it."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "keys.json"
    ring = KeyRing(path)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    text, _ = Keys(path).create("page", ["predict"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        wait_for(lambda: ring.find(text) is not None or kept(caplog))
        assert ring.find(text) is None
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    wait_for(lambda: ring.find(text) is not None)


# --- the command


def run(*arguments: str, file: Path) -> Any:
    return CliRunner().invoke(program, ["keys", *arguments], env={"PDX_KEYS_FILE": str(file)})


def test_the_command_makes_lists_and_revokes(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert "no keys" in run("list", file=file).output
    made = json.loads(run("create", "page", "--limit", "9/second", "--json", file=file).stdout)
    assert made["scopes"] == ["predict"]
    plain = run("create", "operator", "--scope", "admin", file=file)
    ring = KeyRing(file)
    found = [ring.find(text) for text in (made["key"], plain.stdout.strip())]
    assert [one.name for one in found if isinstance(one, Key)] == ["page", "operator"]
    assert found[0] is not None
    assert found[0].limit == "9/second"
    assert run("revoke", made["id"], file=file).exit_code == 0
    assert run("revoke", made["id"], file=file).exit_code == 1
    listed = json.loads(run("list", "--json", file=file).stdout)["keys"]
    assert [bool(one["revoked"]) for one in listed] == [True, False]
    assert made["key"] not in str(listed)
    assert "operator" in run("list", file=file).output


@pytest.mark.parametrize("wrong", [("--scope", "all"), ("--limit", "often")])
def test_bad_usage_names_the_option(tmp_path: Path, wrong: tuple[str, str]) -> None:
    result = run("create", "page", *wrong, file=tmp_path / "keys.json")
    assert isinstance(result.exception, UsageError)
    assert result.exception.field == wrong[0]
