"""How often each key may ask, counted by all workers together.

The counts are in memory that the workers share: a file mapped by each of them, and a lock around each count.
A killed worker leaves neither a held lock nor a wrong count behind. The file has all its blocks before it is
mapped: a write to a page that finds none on a full disk would end the process. A worker that cannot have them
counts for itself.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import os
import struct
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from limits import RateLimitItem, parse_many
from limits.storage import SlidingWindowCounterSupport, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from predictiondex.api import disk
from predictiondex.errors import StartError

try:
    import fcntl
except ImportError:  # no Unix: every worker counts alone
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger("predictiondex.api")

#: Keys that are counted at the same time, and places looked at for each; then the longest unused one goes.
_SLOTS: Final = 65_536
_PROBES: Final = 32
#: Seconds of the longest window: a hundred years. Beyond that somebody leant on a key.
_LONGEST: Final = 100 * 366 * 24 * 3600
#: Nanoseconds.
_SECOND: Final = 1_000_000_000
#: Who, the number of the present window, requests in it, requests in the one before.
_SLOT: Final = struct.Struct("<QQII")
_SIZE: Final = _SLOTS * _SLOT.size


class RateLimits:
    """The limits of one service. ``shared``: the file that its workers share; ``None`` with one worker."""

    def __init__(self, usual: str, shared: Path | None = None) -> None:
        self._usual = limit_of(usual)
        self._windows = Windows(shared)
        self._limiter = SlidingWindowCounterRateLimiter(self._windows)
        self._own: dict[str, RateLimitItem] = {}

    def wait(self, who: str, own: str = "") -> int | None:
        """Count one request of ``who``; the seconds to wait where it is one too many.

        ``own``: a limit of its own, instead of the usual one.
        """
        limit = self._usual
        if own:
            limit = self._own.get(own) or self._own.setdefault(own, limit_of(own))
        if self._limiter.hit(limit, who):
            return None
        return self._windows.wait(limit.key_for(who), limit.amount, limit.get_expiry())


def limit_of(text: str) -> RateLimitItem:
    """A limit such as ``100/second`` or ``6000 per minute``.

    Raises :class:`~predictiondex.errors.StartError` for anything else.
    """
    try:
        limit, *more = parse_many(text)
    except ValueError as error:
        raise StartError(f"{text[:40]!r} is no rate limit: write one such as 100/second.") from error
    if more:
        raise StartError(f"{text[:40]!r} is more than one rate limit: write one such as 100/second.")
    if limit.get_expiry() > _LONGEST:
        raise StartError(f"{text[:40]!r} is too long a time: write a limit such as 100/second.")
    if limit.amount < 1:
        raise StartError(f"{text[:40]!r} allows nothing: write one such as 100/second.")
    return limit


class Windows(Storage, SlidingWindowCounterSupport):
    """Counts by window of time, as the strategy of a sliding window wants them."""

    def __init__(self, shared: Path | None = None) -> None:
        self._lock = None if shared is None or fcntl is None else _opened(shared)
        if self._lock is None:
            self._cells = mmap.mmap(-1, _SIZE)
        else:
            weakref.finalize(self, os.close, self._lock)
            self._cells = mmap.mmap(self._lock, _SIZE)
        super().__init__()

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` if it stays within ``limit`` over the last ``expiry`` seconds."""
        who = _fingerprint(key)
        window, passed = _window(expiry)
        with self._alone():
            offset, current, previous = self._counts(who, window)
            length = expiry * _SECOND
            if previous * (length - passed) + (current + amount) * length > limit * length:
                return False
            _SLOT.pack_into(self._cells, offset, who, window, current + amount, previous)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Requests of the window before and seconds until they do not count; the same of the present one."""
        window, passed = _window(expiry)
        with self._alone():
            _, current, previous = self._counts(_fingerprint(key), window)
        left = expiry - passed / _SECOND
        return previous, left, current, left + expiry

    def wait(self, key: str, limit: int, expiry: int) -> int:
        """Whole seconds until one more request stays within ``limit`` if none comes before; at least one.

        The library tells the end of the present window. By then its requests have just become those of the
        window before, and still weigh fully: whoever came back at that moment would be refused again.
        """
        window, passed = _window(expiry)
        length = expiry * _SECOND
        with self._alone():
            _, current, previous = self._counts(_fingerprint(key), window)
        if current < limit:  # the window before weighs too much: it fades while this one passes
            left = _faded(previous, limit - 1 - current, length) - passed
        else:  # this one is full: it fades while the next one passes
            left = length - passed + _faded(current, limit - 1, length)
        return max(1, _up(left, _SECOND))

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget the counts of a key."""
        who = _fingerprint(key)
        with self._alone():
            offset, _, _ = self._counts(who, _window(expiry)[0])
            _SLOT.pack_into(self._cells, offset, 0, 0, 0, 0)

    def _counts(self, who: int, window: int) -> tuple[int, int, int]:
        """Where ``who`` is counted, requests in ``window`` and in the one before."""
        oldest, oldest_window = 0, 1 << 64
        for probe in range(_PROBES):
            offset = (who + probe) % _SLOTS * _SLOT.size
            found, last, current, previous = _SLOT.unpack_from(self._cells, offset)
            if found == who:
                if last == window:
                    return offset, current, previous
                return offset, 0, current if last == window - 1 else 0
            if last < oldest_window:
                oldest, oldest_window = offset, last
            if not found:
                break
        return oldest, 0, 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._lock is None:
            yield
            return
        with _locked(self._lock):
            yield

    # --- what other strategies would need -----------------------------------------------------------------

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a storage may raise."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """For other strategies."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """For other strategies."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """For other strategies."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """For other strategies."""
        raise NotImplementedError

    def check(self) -> bool:
        """Whether it can be used."""
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        self._cells[:] = bytes(len(self._cells))
        return None


def _opened(shared: Path) -> int | None:
    """The shared file, with all its blocks; ``None`` where the disk is full. Raises ``OSError``."""
    handle = None
    try:
        shared.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(shared, os.O_RDWR | os.O_CREAT, 0o600)
        with _locked(handle):
            if os.fstat(handle).st_size != _SIZE:  # else another worker has made it
                disk.reserve(handle, _SIZE)
    except OSError as error:
        if handle is not None:
            os.close(handle)
        if not disk.is_full(error):
            raise
        logger.warning("rate limits are counted by each worker for itself", extra={"reason": error.strerror})
        return None
    return handle


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _fingerprint(key: str) -> int:
    """A number for a key, never 0."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") | 1


def _window(expiry: int) -> tuple[int, int]:
    """The number of the present window, and the nanoseconds of it that have passed.

    In whole numbers: a caller that waits as long as it was told must not be refused for a rounding.
    """
    return divmod(time.time_ns(), expiry * _SECOND)


def _faded(count: int, room: int, length: int) -> int:
    """How much of a window must pass until ``count`` requests of the one before weigh ``room`` at most."""
    return _up(length * (count - room), count) if count > room else 0


def _up(number: int, divisor: int) -> int:
    """The quotient, rounded up."""
    return -(-number // divisor)
