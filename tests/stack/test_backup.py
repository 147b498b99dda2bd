"""Putting a backup in the place of what is there, on a real PostgreSQL; with Docker: ``test_running``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from predictiondex import etl, store
from predictiondex.errors import StartError
from predictiondex.stack import backup
from predictiondex.stack.compose import Compose, Container
from tests.databases import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="containers run a shell script")


def run(server: Server, *command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command as beside the database."""
    beside = {
        "PATH": f"{server.commands}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
    }
    return subprocess.run(command, input=given, capture_output=True, env=beside, check=False)


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def dumped(server: Server, url: str) -> bytes:
    done = run(server, "pg_dump", "--username=postgres", "--format=custom", name_of(url))
    assert done.returncode == 0, done.stderr
    return done.stdout


def replaced(server: Server, url: str, dump: bytes) -> subprocess.CompletedProcess[bytes]:
    return run(server, "sh", "-c", backup.REPLACE, "sh", name_of(url), given=dump)


def tables(url: str) -> set[str]:
    engine = store.engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def execute(url: str, *statements: str) -> None:
    engine = store.engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_what_the_dump_does_not_know_goes(postgresql: Server) -> None:
    """Tables that a newer program added would be in the way of its next migration."""
    url = postgresql.new_database()
    etl.run(url)
    before, dump = tables(url), dumped(postgresql, url)
    for _ in range(2):  # what was restored is saved and restored as well
        execute(url, "CREATE TABLE newer (id int)", "DELETE FROM learnset")
        done = replaced(postgresql, url, dump)
        assert done.returncode == 0, done.stderr
        assert tables(url) == before
        engine = store.engine(url)
        assert store.check(engine) == ()
        engine.dispose()
        assert not etl.run(url).changed
        dump = dumped(postgresql, url)


@pytest.mark.parametrize("cut", [0, 5, 4000, -3000, -1])
def test_a_dump_that_ends_too_soon_changes_nothing(postgresql: Server, cut: int) -> None:
    url = postgresql.new_database()
    etl.run(url)
    dump = dumped(postgresql, url)
    execute(url, "CREATE TABLE newer (id int)")
    done = replaced(postgresql, url, dump[:cut])
    assert done.returncode != 0
    assert "newer" in tables(url)
    assert not etl.run(url).changed


class Containers(Compose):
    """A stack with these containers; nothing is asked of Docker."""

    def __init__(self, *running: str) -> None:
        self._running = running

    def containers(self) -> dict[str, Container]:
        return {name: Container(name, name, "running", "healthy", 0) for name in self._running}


def docker(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for Docker's client."""
    file = folder / "bin" / "docker"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}:{os.environ['PATH']}")


def test_a_backup_that_fails_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backup"
    with pytest.raises(StartError, match="mlflow does not run"):
        backup.save(Containers("db"), folder, lambda _: None)
    assert not folder.exists(), "both are asked for before anything is saved"
    docker(tmp_path, 'case "$*" in *tar*) echo "tar: no room" >&2; exit 2;; *) echo dump;; esac', monkeypatch)
    for _ in range(2):
        with pytest.raises(StartError, match="tar: no room"):
            backup.save(Containers("db", "mlflow"), folder, lambda _: None)


def test_a_model_that_is_stored_meanwhile_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = 'echo "tar: ./upload.bin: file changed as we read it" >&2; echo files; exit 1'
    docker(tmp_path, f'case "$*" in *tar*) {changed};; *) echo dump;; esac', monkeypatch)
    backup.save(Containers("db", "mlflow"), tmp_path / "backup", lambda _: None)
    assert (tmp_path / "backup" / backup.MANIFEST).is_file()
    assert (tmp_path / "backup" / backup.FILES).read_text() == "files\n"


@pytest.mark.parametrize("content", ["[]", "{}", '{"sha256": []}', '{"sha256": 3}', "", "{"])
def test_a_manifest_of_another_shape_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / backup.MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(StartError, match=r"holds no finished backup|is missing or was altered"):
        backup.restore(Containers(), tmp_path, lambda _: None)
