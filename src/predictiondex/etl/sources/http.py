"""Asking outside services politely: cached, few at once, backing off, and never without an end."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
from hishel import SqliteStorage
from hishel.httpx import CacheTransport

import predictiondex
from predictiondex.errors import SourceError, in_words
from predictiondex.etl.claims import Claims

USER_AGENT = f"PredictionDex/{predictiondex.__version__} (fan project; battle advice for Let's Go) httpx"

logger = logging.getLogger("predictiondex.etl")

#: Answers worth asking again for.
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})

#: Addresses in a row that failed for good before the whole service counts as down.
DOWN_AFTER = 4


@dataclass(frozen=True, slots=True)
class Manners:
    """How a service is asked. Times in seconds.

    ``budget``: requests over the network, repeats counted, that one run may cost. ``patience``: how long
    a run may take altogether. ``timeout``: how long nothing may come; ``longest``: how long an answer may
    come, and ``largest`` how many bytes of it. ``interval``: least time between two requests. ``keep``: how
    long a cached answer serves. ``longest_wait``: a ``Retry-After`` beyond it means: not today.
    """

    budget: int = 700
    attempts: int = 5
    timeout: float = 10.0
    longest: float = 60.0
    largest: int = 32 << 20
    patience: float = 900.0
    interval: float = 0.0
    backoff: float = 0.5
    longest_wait: float = 60.0
    keep: float = 30 * 24 * 3600.0


class Service:
    """One outside service. Safe to use from several threads.

    ``base`` is the address that paths are appended to; ``cache`` the file that keeps its answers. Errors:
    :class:`SourceError` when there can be no cache: without one the service is not asked at all.
    """

    def __init__(self, base: str, cache: Path, manners: Manners) -> None:
        self.base = base.rstrip("/")
        self._manners = manners
        self._pace = _Pace(manners.interval)
        self._wire = _Metered(manners, self._pace)
        self._storage = _storage(cache, manners.keep)
        self._client = httpx.Client(
            transport=CacheTransport(self._wire, storage=self._storage),
            timeout=manners.timeout,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            follow_redirects=True,
        )
        self._deadline = time.monotonic() + manners.patience
        self._lock = threading.Lock()
        self._failures = 0
        self.cached = 0
        self.retries = 0

    @property
    def requests(self) -> int:
        """Requests sent over the network so far."""
        return self._wire.sent

    @property
    def down(self) -> str:
        """Why the service is no longer asked; empty while it is. What is cached still answers."""
        return self._wire.stopped

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON answer to ``base + path``. Errors: :class:`SourceError`, saying why there is none."""
        return self._get(path, params, json.loads)

    def get_text(self, path: str) -> str:
        """The text at ``base + path``. Errors: :class:`SourceError`."""
        return str(self._get(path, None, bytes.decode))

    def forget(self, path: str, params: Mapping[str, str] | None = None) -> None:
        """Drop the cached answer: it turned out to be useless, so the next run asks again."""
        for entry in self._storage.get_entries(self._key(self._request(path, params))):
            self._storage.remove_entry(entry.id)

    def _get(self, path: str, params: Mapping[str, str] | None, read: Callable[[bytes], Any]) -> Any:
        problem = ""
        for attempt in range(self._manners.attempts):
            if time.monotonic() >= self._deadline:
                self._wire.stop(f"did not finish within {self._manners.patience:.0f} s")
            if attempt:
                self._back_off(attempt)
            try:
                answer = self._read(path, params, read)
            except _Passing as failure:
                problem = str(failure)
                continue
            except _Absent:
                self._succeeded()
                raise
            except SourceError as failure:
                self._failed(str(failure))
                raise
            self._succeeded()
            return answer
        self._failed(problem)
        raise SourceError(problem)

    def _read(self, path: str, params: Mapping[str, str] | None, read: Callable[[bytes], Any]) -> Any:
        """One try. Raises :class:`_Passing` for what another try may mend."""
        request = self._request(path, params)
        request.extensions["caching"] = {"key": self._key(request)}
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:
            raise _Passing(_obstacle(error)) from error
        except httpx.HTTPError as error:
            raise SourceError(f"{type(error).__name__}: {error}") from error
        self._count_cached(response)
        if response.status_code in TRY_AGAIN:
            self._heed(response)
            raise _Passing(f"HTTP {response.status_code}")
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise _Absent(f"HTTP {response.status_code}")
        if response.status_code != httpx.codes.OK:
            raise SourceError(f"HTTP {response.status_code}")
        try:
            return read(response.content)
        except (ValueError, RecursionError) as error:
            # An error page that calls itself a success must not stay in the cache.
            self.forget(path, params)
            kind = response.headers.get("content-type", "no content type")
            raise _Passing(f"answer is not what was asked for ({kind}): {error}") from error

    def _request(self, path: str, params: Mapping[str, str] | None) -> httpx.Request:
        return self._client.build_request("GET", self.base + path, params=params)

    @staticmethod
    def _key(request: httpx.Request) -> str:
        return hashlib.sha256(str(request.url).encode()).hexdigest()

    def _heed(self, response: httpx.Response) -> None:
        """Do what ``Retry-After`` asks for, all threads together."""
        wait = _retry_after(response.headers.get("retry-after", ""))
        if wait > self._manners.longest_wait:
            self._wire.stop(f"asks to wait {wait:.0f} s (HTTP {response.status_code})")
            raise SourceError(self.down)
        self._pace.pause(wait)

    def _back_off(self, attempt: int) -> None:
        """Wait before another try: longer each time, and never two threads in step."""
        with self._lock:
            self.retries += 1
        longest = self._manners.backoff * 2 ** (attempt - 1)
        time.sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing

    def _count_cached(self, response: httpx.Response) -> None:
        status: Mapping[str, bool] = response.extensions.get("caching", {})
        with self._lock:
            self.cached += bool(status.get("from_cache"))

    def _succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def _failed(self, problem: str) -> None:
        with self._lock:
            self._failures += 1
            over = self._failures >= DOWN_AFTER
        if over:
            self._wire.stop(f"stopped answering: {problem}")


class _Absent(SourceError):
    """The service is well and says that there is no such thing."""


def consult(
    claims: Claims, base: str, cache: Path, manners: Manners, ask: Callable[[Service], None]
) -> Claims:
    """Run ``ask`` on the service and note in ``claims`` what it cost and why it stopped, if it did."""
    try:
        with Service(base, cache, manners) as service:
            try:
                ask(service)
            except SourceError as error:
                claims.down = str(error)
            except Exception as error:  # whatever it answers, the load goes on without it
                logger.exception("what %s answers cannot be read", base)
                claims.down = f"what it answers cannot be read ({type(error).__name__})"
            claims.down = service.down or claims.down
            claims.requests, claims.cached = service.requests, service.cached
            claims.retries = service.retries
    except SourceError as error:
        claims.down = str(error)
    return claims


def _storage(file: Path, keep: float) -> SqliteStorage:
    """The cache in ``file``, tried out: later failures would only be logged, answer by answer."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab+") as stream:
            stream.seek(0)
            if stream.read(16) not in (b"", b"SQLite format 3\0"):
                raise SourceError(f"not asked: {file} is there and is no cache")
        if not _whole(file):
            raise SourceError(f"not asked: the cache {file} is damaged; delete it, and it is made anew")
        storage = SqliteStorage(database_path=file, default_ttl=keep)
        storage.get_entries("")
    except (OSError, sqlite3.OperationalError) as error:
        raise SourceError(f"not asked: no cache can be kept: {error}") from error
    except RuntimeError as error:
        raise SourceError(f"not asked: {file} is the cache of something else") from error
    return storage


def _whole(file: Path) -> bool:
    """Whether the database in ``file`` can be read from one end to the other."""
    with closing(sqlite3.connect(file)) as cache:
        try:
            return bool(cache.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.OperationalError:  # it is locked, or may not be read
            raise
        except sqlite3.DatabaseError:
            return False


class _Passing(Exception):
    """A failure that may be over at the next try."""


class _Pace:
    """When the next request may leave, for all threads together."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0
        self._lock = threading.Lock()

    def pause(self, seconds: float) -> None:
        """Let no request leave for ``seconds``."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def wait(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._interval if self._interval else self._next
        time.sleep(max(0.0, turn - now))


class _Bounded(httpx.SyncByteStream):
    """The body of an answer. A service that drips it would hold a run for ever: each byte is in time."""

    def __init__(self, stream: httpx.SyncByteStream, manners: Manners) -> None:
        self._stream = stream
        self._manners = manners
        self._until = time.monotonic() + manners.longest

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > self._manners.largest:
                raise SourceError(f"an answer has more than {self._manners.largest >> 20} MB")
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout(f"not whole after {self._manners.longest:g} s")
            yield part

    def close(self) -> None:
        self._stream.close()


class _Metered(httpx.BaseTransport):
    """The network under the cache: counts what really leaves, and lets no more leave than agreed."""

    def __init__(self, manners: Manners, pace: _Pace) -> None:
        self._network = httpx.HTTPTransport()
        self._manners = manners
        self._pace = pace
        self._lock = threading.Lock()
        self.sent = 0
        self.stopped = ""

    def stop(self, reason: str) -> None:
        """Let nothing leave any more; the first reason stays."""
        with self._lock:
            self.stopped = self.stopped or reason

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            if not self.stopped and self.sent >= self._manners.budget:
                self.stopped = f"the budget of {self._manners.budget} requests is used up"
            if self.stopped:
                raise SourceError(self.stopped)
            self.sent += 1
        self._pace.wait()
        response = self._network.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, self._manners)
        return response

    def close(self) -> None:
        self._network.close()


def _obstacle(error: httpx.TransportError) -> str:
    """What stood between us and an answer, without the system's number for it."""
    detail = in_words(error) or "no reason given"
    if isinstance(error, httpx.ConnectError):
        return f"cannot be reached ({detail})"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in time ({detail})"
    return f"breaks off ({detail})"


def _retry_after(value: str) -> float:
    """Seconds that a ``Retry-After`` header asks for, in either of its forms; 0 when it is neither."""
    try:
        if value.strip().isdigit():
            return float(value)
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # such as a digit that is none of a number: ²
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
