"""``quick_check.py`` where services run: what a container and a page say, and what .env may look like."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the script alone; its .env is read from there."""
    shutil.copy(ROOT / "quick_check.py", tmp_path)
    return tmp_path


@pytest.fixture
def script(folder: Path) -> Iterator[ModuleType]:
    """The script of that folder as a module."""
    spec = importlib.util.spec_from_file_location("quick_check_here", folder / "quick_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@contextmanager
def saying(answer: bytes) -> Iterator[int]:
    """A server that answers everything with these bytes; its port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


WELL = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("written", ['"{}"', "'{}'", "{}", " {} ", "{} # ours", '"{}" # ours'])
def test_a_port_may_be_quoted(written: str, folder: Path, script: ModuleType) -> None:
    with saying(WELL) as port:
        (folder / ".env").write_text(f"# ports\nexport API_PORT={written.format(port)}\n", encoding="utf-8")
        well, found = script.page("api")
    assert well, found
    assert found == f"http://127.0.0.1:{port}/readyz answers 200"


@pytest.mark.parametrize(
    ("bound", "asked"),
    [
        ("", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104
        ("::", "127.0.0.1"),
        ("[::]", "127.0.0.1"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("127.0.0.2", "127.0.0.2"),
    ],
)
def test_a_page_is_asked_where_it_is_published(
    bound: str, asked: str, folder: Path, script: ModuleType
) -> None:
    (folder / ".env").write_text(f"BIND_ADDRESS={bound}\nAPI_PORT=1\n", encoding="utf-8")
    well, found = script.page("api")
    assert not well
    assert found.startswith(f"http://{asked}:1/readyz does not answer")


@pytest.mark.parametrize("written", ['"80 00"', "80a", "0", "99999", "-1", "/x", "1" * 30])
def test_what_is_no_port_is_told(written: str, folder: Path, script: ModuleType) -> None:
    (folder / ".env").write_text(f"API_PORT={written}\n", encoding="utf-8")
    well, found = script.page("api")
    assert not well
    assert found.startswith("API_PORT in .env is no port: ")


@pytest.mark.parametrize(
    "answer",
    [b"220 mail.example ESMTP\r\n", b"", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A" * 70_000],
    ids=["mail", "nothing", "no status", "endless header"],
)
def test_what_speaks_no_http_is_told(answer: bytes, folder: Path, script: ModuleType) -> None:
    with saying(answer) as port:
        (folder / ".env").write_text(f"API_PORT={port}\n", encoding="utf-8")
        well, found = script.page("api")
    assert not well
    assert found.startswith(f"http://127.0.0.1:{port}/readyz ")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Docker's client is a shell script")
def test_an_unhealthy_container_is_not_well(folder: Path) -> None:
    """Docker's client is a script here that tells what the real one tells of such containers."""
    told = {
        "db": ("running", "Up 3 minutes (unhealthy)"),
        "etl": ("exited", "Exited (0) 3 minutes ago"),
        "ml_builder": ("exited", "Exited (1) 3 minutes ago"),
        "node-exporter": ("running", "Up 3 minutes (unhealthy)"),
        "prometheus": ("restarting", "Restarting (1) 2 seconds ago"),
    }
    lines = "".join(f"{name}\t{state}\t{status}\n" for name, (state, status) in told.items())
    (folder / "told").write_text(lines, encoding="utf-8")
    docker = folder / "docker"
    docker.write_text(f"#!/bin/sh\nwhile read -r line; do echo \"$line\"; done < '{folder}/told'\n")
    docker.chmod(0o755)
    with saying(WELL) as port:
        (folder / ".env").write_text(f"NODE_EXPORTER_PORT='{port}'\n", encoding="utf-8")
        found = services(folder)
    assert found["db"] == (False, "running unhealthy")
    assert found["etl"] == (True, "exited 0")
    assert found["ml_builder"] == (False, "exited 1")
    assert found["node-exporter"] == (False, "running unhealthy")
    assert found["prometheus"] == (False, "restarting 1")
    assert found["api"] == (None, "not started")


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are POSIX")
def test_a_client_that_cannot_be_run_is_told(folder: Path) -> None:
    (folder / "docker").write_bytes(b"\x7fELF nothing that runs")
    (folder / "docker").chmod(0o755)
    ok, found = services(folder)["Docker"]
    assert ok is None
    assert found.startswith("cannot be asked")


def services(folder: Path) -> dict[str, tuple[bool | None, str]]:
    """What the script tells of services, with the folder's own Docker."""
    ended = subprocess.run(
        [sys.executable, str(folder / "quick_check.py"), "--json"],
        env={**os.environ, "PATH": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    lines: list[dict[str, Any]] = json.loads(ended.stdout)["lines"]
    return {line["name"]: (line["ok"], line["found"]) for line in lines if line["kind"] == "Services"}
