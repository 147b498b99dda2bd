"""The locks: fresh, hashed, consistent, and free of addresses."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scripts import lock
from scripts.lock import LOCKS, REQUIREMENTS, ROOT, dependency_digest, stale_locks

PATHS = [REQUIREMENTS / f"{name}.txt" for name in LOCKS]
PIN = re.compile(
    r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?)==([^ ;\\]+)(?: ; ([^\\]+?))?(?: \\)?$", re.MULTILINE
)


def test_no_lock_is_stale() -> None:
    assert not stale_locks(), "renew them: python3 pdx.py lock"


def test_a_changed_dependency_makes_locks_stale(tmp_path: Path) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    changed = tmp_path / "pyproject.toml"
    changed.write_text(text.replace('"numpy>=', '"numpy>=1', 1), encoding="utf-8")
    assert dependency_digest(changed) != dependency_digest()
    changed.write_text(text.replace("line-length = 110", "line-length = 100"), encoding="utf-8")
    assert dependency_digest(changed) == dependency_digest()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_lock_names_no_address_and_no_folder(path: Path) -> None:
    assert not re.findall(
        r"https?://|file:|--(?:extra-)?index|--find-links|^/|[ =]/\w", path.read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_package_is_pinned_and_hashed(path: Path) -> None:
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert packages
    for entry in packages:
        assert PIN.match(entry.splitlines()[0]), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_all_locks_agree() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for path in PATHS:
        for name, version, marker in PIN.findall(path.read_text(encoding="utf-8")):
            # A marker may be wider in one lock than in another; the Python it starts from decides.
            split = re.search(r"python_full_version (?:<|>=) '[\d.]+'", marker)
            versions.setdefault((name.split("[")[0], split.group() if split else ""), set()).add(version)
    assert {key: found for key, found in versions.items() if len(found) > 1} == {}


class Index(ThreadingHTTPServer):
    """A package index of this machine with one package, ``thing``: version -> days since it was uploaded."""

    versions: dict[str, float]
    tells_times = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple/"

    def listing(self) -> bytes:
        """The page of the package."""
        files = []
        for version, days in self.versions.items():
            described = hashlib.sha256(metadata(version)).hexdigest()
            name = f"thing-{version}-py3-none-any.whl"
            one = {"filename": name, "url": f"/{name}", "hashes": {"sha256": "0" * 64}}
            one["core-metadata"] = {"sha256": described}
            if self.tells_times:
                one["upload-time"] = (datetime.now(UTC) - timedelta(days=days)).isoformat()
            files.append(one)
        return json.dumps({"meta": {"api-version": "1.1"}, "name": "thing", "files": files}).encode()


class Answers(BaseHTTPRequestHandler):
    """The page of the package, and what each version needs: nothing."""

    server: Index

    def do_GET(self) -> None:
        page = self.path.startswith("/simple/thing")
        body = self.server.listing() if page else metadata(self.path.split("-")[1])
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json" if page else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def metadata(version: str) -> bytes:
    """What a wheel of ``thing`` says of itself."""
    return f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n".encode()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Index]:
    """The one index that uv asks: an old version, and one of yesterday. There is one lock, which wants it."""
    for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_OFFLINE", "UV_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    with Index(("127.0.0.1", 0), Answers) as server:
        server.versions = {"1.0": 30.0, "2.0": 1.0}
        thread = Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("UV_DEFAULT_INDEX", server.url)
        monkeypatch.setenv("UV_NO_CONFIG", "1")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        wanted = tmp_path / "wanted.in"
        wanted.write_text("thing\n")
        monkeypatch.setattr(lock, "EVERYTHING", (str(wanted),))
        monkeypatch.setattr(lock, "LOCKS", {"one": (str(wanted),)})
        monkeypatch.setattr(lock, "REQUIREMENTS", tmp_path)
        yield server
        server.shutdown()
        thread.join()


def renewed(*options: str) -> int:
    """Exit code of ``pdx.py lock``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["lock", *options])
        return lock.main()


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_an_upgrade_takes_nothing_that_is_younger_than_a_week(tmp_path: Path) -> None:
    assert renewed("--upgrade") == 0
    assert "thing==1.0" in (tmp_path / "one.txt").read_text()
    assert renewed() == 0
    assert "thing==1.0" in (tmp_path / "one.txt").read_text(), "only an upgrade changes what fits"
    assert renewed("--upgrade", "--cooldown", "0") == 0
    assert "thing==2.0" in (tmp_path / "one.txt").read_text(), "an advisory need not wait"


def test_the_week_is_that_of_dependabot() -> None:
    """And of what SECURITY.md promises."""
    text = (ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    assert {int(days) for days in re.findall(r"default-days: (\d+)", text)} == {lock.COOLDOWN}


@pytest.mark.slow
def test_an_index_without_upload_times_is_told(
    index: Index, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """And the locks stay as they were."""
    index.tells_times = False
    (tmp_path / "one.txt").write_text("as it was")
    assert renewed("--upgrade") == 1
    assert "an index that tells no upload times has none" in capfd.readouterr().err
    assert (tmp_path / "one.txt").read_text() == "as it was"
    (tmp_path / "one.txt").unlink()
    assert renewed("--upgrade", "--cooldown", "0") == 0
