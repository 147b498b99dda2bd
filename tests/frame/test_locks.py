"""The locks: fresh, hashed, consistent, and free of addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
