"""What is in the way of a start is named, with what to do; no daemon is needed for that."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from predictiondex.api import keys
from predictiondex.errors import StartError
from predictiondex.stack import compose, envfile, images

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = (
    "validate_docker_stack",
    "start_docker_stack",
    "quick_start_docker",
    "test_mlflow_integration",
)


def stack(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the stack."""
    return subprocess.run(
        [sys.executable, "-m", "predictiondex", "stack", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


# --- docker -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("command", [("start",), ("guide", "--yes")])
def test_without_docker_the_way_to_the_embedded_system_is_told(command: tuple[str], tmp_path: Path) -> None:
    ended = stack(*command, "--env-file", str(tmp_path / "env"), PATH=str(tmp_path))
    assert ended.returncode == 1
    assert "Docker is not installed" in ended.stderr
    assert "python3 pdx.py up" in ended.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("docker") is None, reason="needs Docker's client")
def test_a_daemon_that_does_not_run_is_told(tmp_path: Path) -> None:
    ended = stack("start", "--env-file", str(tmp_path / "env"), DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert ended.returncode == 1
    assert "its daemon does not run" in ended.stderr
    assert not (tmp_path / "env").exists(), "nothing is written before it can be used"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("write /x: no space left on device", "disk is full"),
        ("exec /usr/bin/python: exec format error", "another processor"),
        ("Bind for 127.0.0.1:8000 failed: port is already allocated", "API_PORT"),
        ("got permission denied while trying to connect to the Docker daemon socket", "group `docker`"),
        ("FATAL: password authentication failed for user", "first start"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED]", "pip config set global.cert"),
        ("path / is mounted on / but it is not a shared or slave mount", "make-rshared"),
        ("something new", ""),
    ],
)
def test_errors_of_docker_are_explained(said: str, word: str) -> None:
    assert word in compose.meaning(said)


@pytest.mark.parametrize(
    ("there", "program"),
    [
        ({"docker": "exit 0"}, ("docker", "compose")),
        ({"docker": '[ "$1" = version ]', "docker-compose": "exit 0"}, ("docker-compose",)),
        ({"docker": '[ "$1" = version ]'}, None),
    ],
)
def test_either_compose_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: dict[str, str], program: tuple[str, ...] | None
) -> None:
    for name, script in there.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if program is None:
        with pytest.raises(StartError, match="install the package docker-compose-plugin"):
            compose.Compose.find(ROOT, tmp_path / "env", "x")
    else:
        assert compose.Compose.find(ROOT, tmp_path / "env", "x").program == program


# --- .env -------------------------------------------------------------------------------------------------


def test_env_is_written_once_for_its_owner_with_passwords_of_its_own(tmp_path: Path) -> None:
    first, fresh = envfile.ensure(tmp_path / "one")
    other, _ = envfile.ensure(tmp_path / "two")
    assert fresh
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600
    passwords = [one.values[name] for one in (first, other) for name in envfile.SECRETS]
    assert len(set(passwords)) == len(passwords)
    again, fresh = envfile.ensure(tmp_path / "one")
    assert (again, fresh) == (first, False)


def test_env_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one would be refused by every start after it."""
    path, seen = tmp_path / "env", []

    def cut_short(_descriptor: int) -> None:
        (written,) = tmp_path.iterdir()
        seen.append((written == path, stat.S_IMODE(written.stat().st_mode)))
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(os, "fsync", cut_short)
        with pytest.raises(KeyboardInterrupt):
            envfile.ensure(path)
    assert seen == [(False, 0o600)]
    assert list(tmp_path.iterdir()) == []
    assert envfile.ensure(path)[1]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "is missing"),
        ("changeme", "is a default password"),
        ("postgres-postgres-1", "is a default password"),
        ("x8Jq", "is weak"),
        ("a" * 32, "is weak"),
        ("with spaces and more", "is weak"),
    ],
)
def test_weak_and_missing_passwords_are_refused_by_name(tmp_path: Path, value: str, problem: str) -> None:
    with pytest.raises(StartError, match=f"MLFLOW_DB_PASSWORD {problem}") as told:
        envfile.read(_weakened(tmp_path, value))
    assert "GRAFANA_PASSWORD" not in told.value.message, "only what is wrong is named"


def test_a_program_ends_with_1_and_the_name_of_the_weak_password(tmp_path: Path) -> None:
    ended = stack("validate", "--env-file", str(_weakened(tmp_path, "changeme")))
    assert ended.returncode == 1
    assert "MLFLOW_DB_PASSWORD is a default password" in ended.stderr


def _weakened(folder: Path, value: str) -> Path:
    file = folder / "env"
    lines = [line for line in envfile.template().splitlines() if not line.startswith("MLFLOW_DB_PASSWORD")]
    file.write_text("\n".join([*lines, f"MLFLOW_DB_PASSWORD={value}", ""]))
    return file


def test_the_key_of_the_api_is_as_long_as_the_api_wants_it(tmp_path: Path) -> None:
    """Shorter, the API would end at once, and be started again for ever."""
    short = secrets.token_urlsafe(24)[: keys.SHORTEST - 1]
    (tmp_path / "env").write_text(f"{envfile.template()}PDX_API_KEY={short}\n")
    with pytest.raises(StartError, match="PDX_API_KEY is weak: 32 or more"):
        envfile.read(tmp_path / "env")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("API_PORT=8010", "8010"),
        ("export API_PORT=8010", "8010"),
        ("API_PORT=8010  # ours", "8010"),
        ('API_PORT="8010" # ours', "8010"),
        ("API_PORT='8010'", "8010"),
        ("  API_PORT = 8010 ", "8010"),
        ("# API_PORT=8010", None),
        ("API_PORT=", ""),
        ("NAME=a#b", "a#b"),
    ],
)
def test_lines_are_read_as_compose_and_the_quick_check_read_them(
    tmp_path: Path, line: str, value: str | None
) -> None:
    name = line.partition("=")[0].strip(" #").removeprefix("export ")
    assert envfile.parse(f"{line}\n").get(name) == value
    shutil.copy(ROOT / "quick_check.py", tmp_path)
    (tmp_path / ".env").write_text(f"{line}\n")
    asked = "import json, quick_check; print(json.dumps(quick_check.variables()))"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout).get(name) == value


def test_a_missing_env_and_a_port_that_is_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"start_docker_stack\.py"):
        envfile.read(tmp_path / "none")
    variables = envfile.Variables(tmp_path, {"API_PORT": "eighty"})
    with pytest.raises(StartError, match="API_PORT is 'eighty'"):
        variables.url("api")


def test_an_unknown_service_is_bad_usage() -> None:
    ended = stack("start", "--without", "graphana")
    assert ended.returncode == 2
    assert "graphana" in ended.stderr


# --- what a build is given --------------------------------------------------------------------------------


def test_a_build_gets_pips_index_and_certificates_as_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.write_text("one")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "https://token@index.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "file:///opt/wheels https://more.example/simple")
    monkeypatch.setenv("PIP_CERT", str(certificates))
    with images.secrets() as flags:
        sources = dict(flag.removeprefix("--secret=id=").split(",src=") for flag in flags)
        pip = Path(sources["pip.conf"]).read_text()
        uv = Path(sources["uv.toml"]).read_text()
        assert stat.S_IMODE(Path(sources["pip.conf"]).parent.stat().st_mode) == 0o700
    assert sources["certificates"] == str(certificates)
    assert "index-url = https://token@index.example/simple" in pip
    assert "native-tls = true" in uv
    assert uv.count("[[index]]") == 2
    assert "file:" not in pip + uv, "a build cannot reach this machine's folders"
    assert not Path(sources["pip.conf"]).exists()


def test_an_open_network_needs_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "pip_options", dict)
    with images.secrets() as flags:
        assert flags == []


# --- scripts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_explain_themselves_and_refuse_what_they_do_not_know(script: str) -> None:
    program = [sys.executable, f"scripts/{script}.py"]
    told = subprocess.run([*program, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0
    assert "Exit code" in told.stdout
    refused = subprocess.run([*program, "--nonsense"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 2


def test_quick_check_tells_what_is_missing_with_a_percentage(tmp_path: Path) -> None:
    def check(folder: Path) -> tuple[int, dict[str, object]]:
        # Without Docker on the path: the files alone count.
        ended = subprocess.run(
            [sys.executable, str(folder / "quick_check.py"), "--json"],
            env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.returncode, json.loads(ended.stdout)

    code, told = check(ROOT)
    assert (code, told["percent"]) == (0, 100), [one for one in told["lines"] if one["ok"] is False]  # type: ignore[attr-defined]
    shutil.copy(ROOT / "quick_check.py", tmp_path)
    code, told = check(tmp_path)
    assert (code, told["percent"]) == (1, 0)
