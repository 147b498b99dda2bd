"""A small disk that can really be full, without filling that of every other test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEGABYTES = 24


class SmallDisk:
    """A file system of its own, in memory."""

    def __init__(self, folder: Path, right: list[str]) -> None:
        self.folder = folder
        self._right = right
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                while _written(file.fileno(), bytes(size)):
                    pass

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink()

    def remount(self, how: str) -> None:
        """Let it be written (``rw``) or not (``ro``)."""
        assert _ran([*self._right, "mount", "-o", f"remount,{how}", str(self.folder)])


def _written(handle: int, content: bytes) -> bool:
    try:
        return os.write(handle, content) > 0
    except OSError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 24 MB, for those who may mount. Others skip the test, or fail it with PDX_REQUIRE_REAL=1."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m,mode=0777", "predictiondex-test", str(folder)]
    for right in ([], ["sudo", "-n"]):
        if _ran([*right, *mount]):
            break
    else:
        why = "no right to mount a small disk"
        (pytest.fail if os.environ.get("PDX_REQUIRE_REAL") == "1" else pytest.skip)(why)
    try:
        yield SmallDisk(folder, right)
    finally:
        # Lazily where something still uses it: it goes with that, and the folder is free at once.
        assert _ran([*right, "umount", str(folder)]) or _ran([*right, "umount", "-l", str(folder)])


def _ran(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0
    except FileNotFoundError:
        return False
