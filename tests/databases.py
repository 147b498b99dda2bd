"""Databases for tests: a SQLite file, and a real PostgreSQL server that the tests start and end themselves.

The fixtures are registered in ``tests/conftest.py``:

* ``postgresql``: the server of this test session, a :class:`Server`;
* ``database_url``: the address of an empty database, once on SQLite and once on PostgreSQL;
* ``loaded_url``: the address of a database that holds the snapshot, on both as well.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from predictiondex import etl
from tests.components import require

#: Debian's package makes this user; a server refuses to run as root.
SERVER_USER = "postgres"


@dataclass(slots=True)
class Server:
    """A throwaway PostgreSQL cluster on a free loopback port."""

    folder: Path
    commands: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{SERVER_USER}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create an empty database; its address."""
        name = f"test_{next(self._numbers)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def admin(self) -> psycopg.Connection:
        """A connection of one's own, outside of the code under test."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=SERVER_USER, dbname="postgres", autocommit=True
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", how)

    def freeze(self) -> None:
        """Stop every process of the server without ending it: it accepts bytes and never answers."""
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def create(self) -> None:
        self._run("initdb", "-U", SERVER_USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")

    def _tell(self, what: signal.Signals) -> None:
        """Tell all processes; those whose callers have left end by themselves, maybe just now."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def _processes(self) -> list[int]:
        main = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, children)]

    def _run(self, command: str, *arguments: str) -> None:
        data = str(self.folder / "data")
        subprocess.run(
            [self.commands / command, "-D", data, *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            user=SERVER_USER if os.geteuid() == 0 else None,
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The PostgreSQL server of this session; skips, by name, where the package is missing."""
    commands = require("postgresql").parent
    # The server's own user must be able to walk to its folder, whatever TMPDIR says.
    folder = Path(tempfile.mkdtemp(prefix="pdx-postgresql-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER_USER)
        server = Server(folder, commands, _free_port())
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is empty: no tables yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def loaded_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that holds the bundled snapshot. For reading: all tests share it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('loaded') / 'test.db'}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.new_database()
    etl.run(url)
    return url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
