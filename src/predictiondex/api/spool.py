"""The local files of the prediction log: what was answered and is not yet in the database.

A folder holds the segments of every server process that uses it: ``OWNER.NUMBER.spool``, of fixed size and
written over when their content is in the database, so that making a line durable writes data and no
metadata. A segment begins with a random mark; the checksum of each line counts it in, so that lines of an
earlier use, or cut short by a power cut, are told apart. ``OWNER.lock`` is held while the process lives. What
a killed process left may be taken over by whoever gets its lock. Anybody may read: the database takes each
prediction once. Lines that it refuses for what they hold are kept in ``OWNER.refused``.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from filelock import FileLock, Timeout

from predictiondex.durable import sync_folder
from predictiondex.store import EncodedPrediction

_SUFFIX: Final = ".spool"
_REFUSED: Final = ".refused"
_SEPARATOR: Final = "\t"
_MARK_LENGTH: Final = 16
#: Where the first line of a segment begins.
HEAD: Final = _MARK_LENGTH + 1
#: A lock file without segments is what a process left that wrote nothing; others clear it away after this.
_STALE_SECONDS: Final = 3600.0

_COLUMNS: Final = tuple(one.name for one in fields(EncodedPrediction))
# Absent on some systems; there a full flush does the same and more.
_flush = getattr(os, "fdatasync", os.fsync)


def encode(row: EncodedPrediction) -> bytes:
    """A row as the body of a line. JSON has no raw tabs or line ends once it is compact.

    Raises ``ValueError`` for a column that holds a separator.
    """
    texts = [_text(getattr(row, name)) for name in _COLUMNS]
    body = _SEPARATOR.join(texts)
    if "\n" in body or body.count(_SEPARATOR) != len(_COLUMNS) - 1:
        raise ValueError(f"prediction {row.prediction_id} holds a separator")
    return body.encode()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def decode(body: bytes) -> EncodedPrediction:
    """The row of a body. Raises ``ValueError`` for one of another version of the program."""
    id_, created, name, version, latency, request, answer, key, features = body.decode().split(_SEPARATOR)
    when = datetime.fromisoformat(created)
    return EncodedPrediction(
        id_, when, name, version, float(latency), request, answer, key or None, features or None
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows read from a segment, and the offset behind them; ``damaged`` are bodies that are no rows."""

    rows: list[EncodedPrediction]
    end: int
    damaged: list[bytes]


class Segment:
    """A file of lines. Durable lines reach to ``written``; those up to ``drained`` are in the database.

    ``rows`` counts the durable lines, ``rows_drained`` those in the database: one thread each counts on.
    """

    def __init__(self, path: Path, size: int, file: BinaryIO | None = None) -> None:
        self.path = path
        self.size = size
        self.written = self.drained = HEAD
        self.rows = self.rows_drained = 0
        self._file = file
        self._seed = 0

    @classmethod
    def create(cls, path: Path, size: int) -> Segment:
        """A new segment. Raises ``OSError`` where there is no room; nothing is left then."""
        file = path.open("w+b", buffering=0)
        try:
            _write(file, 0, bytes(size))
            segment = cls(path, size, file)
            segment.reuse()
            os.fsync(file.fileno())
            sync_folder(path.parent)
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        return segment

    @classmethod
    def found(cls, path: Path) -> Segment:
        """A segment that another process wrote. Raises ``FileNotFoundError`` when it is gone meanwhile."""
        size = path.stat().st_size
        segment = cls(path, size)
        segment.written = size
        with path.open("rb", buffering=0) as file:
            segment._seed = zlib.crc32(file.read(_MARK_LENGTH))
        return segment

    @property
    def waiting(self) -> int:
        """Bytes that are not in the database yet."""
        return self.written - self.drained

    @property
    def waiting_rows(self) -> int:
        """Lines that are not in the database yet."""
        return self.rows - self.rows_drained

    @property
    def free(self) -> int:
        """Bytes that still fit."""
        return self.size - self.written

    def reuse(self) -> None:
        """Forget all lines. Raises ``OSError``."""
        assert self._file is not None
        mark = secrets.token_hex(_MARK_LENGTH // 2).encode()
        _write(self._file, 0, mark + b"\n")
        _flush(self._file.fileno())
        self._seed = zlib.crc32(mark)
        self.written = self.drained = HEAD
        self.rows = self.rows_drained = 0

    def trim(self) -> None:
        """Of a found segment: count the lines, and give back what room lies behind the last whole one.

        Raises ``FileNotFoundError`` when the file is gone meanwhile.
        """
        content = self.path.read_bytes()
        start = self.written = HEAD
        while end := content.find(b"\n", start) + 1:
            if self._body(content[start : end - 1]) is not None:
                self.rows += 1
                self.written = end
            start = end
        with contextlib.suppress(OSError):  # it takes up more room then, and no more
            os.truncate(self.path, self.written)

    def append(self, bodies: Iterable[bytes]) -> None:
        """Add lines and return when they are durable. Raises ``OSError``: they do not count then."""
        assert self._file is not None
        lines = [b"%08x %s\n" % (zlib.crc32(body, self._seed), body) for body in bodies]
        content = b"".join(lines)
        _write(self._file, self.written, content)
        _flush(self._file.fileno())
        self.rows += len(lines)
        self.written += len(content)

    def close(self) -> None:
        """No more lines will come."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Delete the file."""
        self.close()
        self.path.unlink(missing_ok=True)

    def read(self, most: int) -> Piece:
        """The next rows for the database, of about ``most`` bytes; none when all is drained."""
        content = self._bytes(most)
        if b"\n" not in content:  # one long line, or what lies behind the last one
            content = self._bytes(self.size)
        rows, damaged = [], []
        whole, _, rest = content.rpartition(b"\n")
        for line in whole.split(b"\n") if whole else ():
            body = self._body(line)
            if body is None:
                continue
            try:
                rows.append(decode(body))
            except ValueError:
                damaged.append(body)
        end = self.drained + len(content) - len(rest) if whole else self.written
        return Piece(rows, end, damaged)

    def taken(self, piece: Piece) -> None:
        """A piece that was read is in the database."""
        self.drained = piece.end
        self.rows_drained += len(piece.rows) + len(piece.damaged)

    def find(self, prediction_id: str) -> EncodedPrediction | None:
        """A row by id, drained or not. Raises ``FileNotFoundError`` when the file is gone meanwhile."""
        content = self.path.read_bytes()
        at = content.find(f" {prediction_id}{_SEPARATOR}".encode())
        if at < 0:
            return None
        start = content.rfind(b"\n", 0, at) + 1
        body = self._body(content[start : content.find(b"\n", at)])
        return None if body is None else decode(body)

    def _body(self, line: bytes) -> bytes | None:
        """``None`` for a line of an earlier use of the segment."""
        checksum, _, body = line.partition(b" ")
        return body if checksum == b"%08x" % zlib.crc32(body, self._seed) else None

    def _bytes(self, most: int) -> bytes:
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.drained)
            return file.read(min(most, self.waiting))


class Spool:
    """The folder, as one process uses it: the lock that says it lives, and the names of its segments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.owner = uuid.uuid4().hex[:12]
        self._number = 0
        self._lock: FileLock | None = None

    def open(self) -> None:
        """Show that this process lives. Raises ``OSError`` where the folder cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = _lock(self.folder, self.owner)
        lock.acquire()
        self._lock = lock

    def close(self) -> None:
        """Let others take over what is left."""
        if self._lock is not None:
            if not _segments(self.folder, self.owner):
                _forget(self.folder, self.owner)
            self._lock.release()
            self._lock = None

    def new_segment(self, size: int) -> Segment:
        """Another segment of this process. Raises ``OSError`` where there is no room."""
        if self._lock is None:  # there was no room for it; without it others would take the segment over
            self.open()
        self._number += 1
        return Segment.create(self.folder / f"{self.owner}.{self._number:06}{_SUFFIX}", size)

    def set_aside(self, bodies: Iterable[bytes]) -> Path:
        """Keep bodies of lines for whoever looks into them, durable; where. Raises ``OSError``."""
        path = self.folder / f"{self.owner}{_REFUSED}"
        with path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                _write(file, before, b"".join(body + b"\n" for body in bodies))
            except OSError:
                file.truncate(before)
                raise
            os.fsync(file.fileno())
        sync_folder(self.folder)
        return path

    def size_of_others(self) -> int:
        """Bytes of the segments of all other processes."""
        total = 0
        for path in self.folder.glob(f"*{_SUFFIX}"):
            if not path.name.startswith(f"{self.owner}."):
                with contextlib.suppress(FileNotFoundError):
                    total += path.stat().st_size
        return total

    def take_over(self) -> Iterator[Orphan]:
        """What processes that no longer live left behind; its lock is held until it is closed."""
        # A process makes segments only while it holds its lock: one without a holder has ended.
        owners = {path.name.partition(".")[0] for path in self.folder.glob(f"*{_SUFFIX}")}
        for path in self.folder.glob("*.lock"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    owners.add(path.stem)
        for owner in sorted(owners - {self.owner}):
            lock = _lock(self.folder, owner)
            with contextlib.suppress(Timeout):
                lock.acquire(blocking=False)
                yield Orphan(self.folder, owner, lock)

    def find(self, prediction_id: str) -> EncodedPrediction | None:
        """A prediction in any segment of any process."""
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                row = Segment.found(path).find(prediction_id)
                if row is not None:
                    return row
        return None


class Orphan:
    """The segments of a process that ended without draining them."""

    def __init__(self, folder: Path, owner: str, lock: FileLock) -> None:
        self._folder = folder
        self._owner = owner
        self._lock = lock
        self.segments = list(self._found())

    def _found(self) -> Iterator[Segment]:
        for path in _segments(self._folder, self._owner):
            with contextlib.suppress(FileNotFoundError):
                segment = Segment.found(path)
                segment.trim()
                if segment.waiting:
                    yield segment
                else:
                    segment.remove()

    def close(self) -> None:
        """Give up the lock; the last trace goes when nothing is left."""
        if not _segments(self._folder, self._owner):
            _forget(self._folder, self._owner)
        self._lock.release()


def _segments(folder: Path, owner: str) -> list[Path]:
    return sorted(folder.glob(f"{owner}.*{_SUFFIX}"))


def _lock(folder: Path, owner: str) -> FileLock:
    return FileLock(folder / f"{owner}.lock", thread_local=False)


def _forget(folder: Path, owner: str) -> None:
    with contextlib.suppress(OSError):  # some systems delete no file that is open
        (folder / f"{owner}.lock").unlink(missing_ok=True)


def _write(file: BinaryIO, offset: int, content: bytes) -> None:
    """All of it: a raw file may take less at a time."""
    file.seek(offset)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
