"""Configuration: defaults, precedence, bad values, and that every setting is documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

import predictiondex
from predictiondex import store
from predictiondex.errors import StoreError
from predictiondex.settings import (
    Settings,
    by_proxy,
    checkout,
    default_home,
    faults,
    get_settings,
    reachable,
    variables,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "CONFIGURATION.md"


def test_the_database_is_a_file_in_the_home_unless_named(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).database_url == f"sqlite:///{tmp_path.as_posix()}/predictiondex.db"
    assert Settings(home=tmp_path, database_url="postgresql+psycopg:///x").database_url.endswith("///x")


def test_the_home_is_in_the_checkout_when_there_is_one() -> None:
    root = checkout()
    assert root is not None
    assert default_home() == root / ".pdx"


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(home=Path("here")).home == tmp_path / "here"


def test_an_option_beats_the_environment_which_beats_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().port == 8000
    monkeypatch.setenv("PDX_PORT", "8100")
    assert Settings().port == 8100
    assert Settings(port=8200).port == 8200


def test_a_program_that_is_started_with_settings_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Settings(home=tmp_path, port=8100, docs=False, log_level="debug", watch_seconds=0.5)
    for name, value in variables(given.model_dump()).items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


def test_only_the_settings_know_how_their_variables_are_called() -> None:
    source = Path(predictiondex.__file__).parent
    files = [path for path in source.rglob("*.py") if 'f"PDX_{' in path.read_text(encoding="utf-8")]
    assert files == [source / "settings.py"]


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://127.0.0.1:8000/livez", False),
        ("http://localhost:5000", False),
        ("http://[::1]:8000", False),
        ("http://api:8000", True),
        ("https://127.example", True),
        ("http://[nonsense", True),
    ],
)
def test_no_proxy_leads_to_this_machine_itself(url: str, may: bool) -> None:
    assert by_proxy(url) is may


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDX_UI_PORT", "")
    assert Settings().ui_port == 8501


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("UI_PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("LANG", "de"),
        ("STOP_TIMEOUT", "inf"),
        ("WATCH_SECONDS", "inf"),
        ("WATCH_SECONDS", "1e300"),
        ("REQUEST_TIMEOUT", "nan"),
        ("DRIFT_REPORT_HOURS", "inf"),
        ("SPOOL_MB", "inf"),
        ("SPOOL_MB", "0.0000001"),
        ("HOME", "~nobody-of-this-name/x"),
        ("KEYS_FILE", "~nobody-of-this-name/x"),
        ("API_URL", "dex:8000"),
        ("API_URL", "http://"),
        ("API_URL", "http://[::1"),
        ("API_URL", "http://a b"),
        ("API_URL", "http://dex:port"),
        ("API_URL", "http://dex/?x=1"),
        ("API_URL", "http://dex/#x"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PDX_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    (told,) = faults(refused.value)
    assert told.startswith(f"PDX_{name}: ")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////var/lib/dex.db",
        "sqlite+pysqlite:///dex.db",
        "postgres://db/dex",
        "postgresql://db:5432/dex?sslmode=require",
        "postgresql://[::1]:5432/dex",
        "postgresql+psycopg:///dex",
    ],
)
def test_an_address_of_a_database_is_one_for_the_store_as_well(url: str) -> None:
    store.engine(Settings(database_url=url).database_url).dispose()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite:dex.db",
        "mysql://db/dex",
        "postgresql+asyncpg://db/dex",
        "postgresql://db:port/dex",
    ],
)
def test_what_is_none_for_the_store_is_no_address_of_a_database(url: str) -> None:
    with pytest.raises(StoreError):
        store.engine(url)
    with pytest.raises(ValidationError) as refused:
        Settings(database_url=url)
    (told,) = faults(refused.value)
    assert told.startswith("PDX_DATABASE_URL: ")
    assert url not in told


def test_each_worker_needs_room_in_the_spool() -> None:
    assert Settings(workers=4, spool_mb=1).spool_mb == 1
    with pytest.raises(ValidationError, match=r"1\.25 are needed"):
        Settings(workers=5, spool_mb=1)


def test_addresses_follow_from_host_and_port() -> None:
    settings = Settings(host="0.0.0.0", port=8100, ui_port=8600)  # noqa: S104 - nothing is bound
    assert settings.api_url == settings.local_api_url == "http://127.0.0.1:8100"
    assert settings.ui_url == "http://127.0.0.1:8600"
    assert Settings(api_url="https://dex.example/api/").api_url == "https://dex.example/api"
    assert reachable("::1") == reachable("[::1]") == "[::1]"
    assert reachable("::") == reachable("[::]") == "127.0.0.1"


def test_a_password_in_the_database_address_is_not_shown() -> None:
    assert "hush" not in repr(Settings(database_url="postgresql+psycopg://u:hush@db/dex"))


def test_settings_are_read_once() -> None:
    assert get_settings() is get_settings()


def test_every_setting_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [f"PDX_{name.upper()}" for name in Settings.model_fields if f"`PDX_{name.upper()}`" not in text]
    assert not missing
