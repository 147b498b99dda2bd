"""Traffic like that of players: so many users, what they ask, how long they pause, when a crowd comes.

``realistic``: 60 % predictions, 30 % reading, 10 % mistakes; pauses of 0.5 to 3 s; 50 to 100 requests a
minute. ``burst``: 80, 15 and 5 %; pauses of 0.1 s; 200 to 500 a minute. ``spike``: as realistic, at 100 to
300 a minute, with peaks of 50 requests at once every two to five minutes.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, Final, Literal, Self

import httpx

from predictiondex import __version__
from predictiondex.monitoring.requests import Ask, Asker, Kind
from predictiondex.settings import by_proxy

ModeName = Literal["realistic", "burst", "spike"]
_KINDS: Final[tuple[Kind, ...]] = ("predict", "read", "error")
#: Seconds a request may take.
TIMEOUT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Mode:
    """How a crowd behaves.

    ``shares`` of predictions, reading and mistakes; ``pause``: seconds between an answer and the next
    request, from and to; ``beat``: least seconds between two requests of one user, which keeps a fast service
    within ``per_minute``; ``peak``: requests at once, and the seconds between two peaks, from and to.
    """

    users: int
    shares: tuple[float, float, float]
    pause: tuple[float, float]
    beat: float
    per_minute: tuple[int, int]
    peak: tuple[int, float, float] | None = None


MODES: Final[dict[ModeName, Mode]] = {
    "realistic": Mode(2, (0.6, 0.3, 0.1), (0.5, 3.0), 0.5, (50, 100)),
    "burst": Mode(2, (0.8, 0.15, 0.05), (0.1, 0.1), 0.26, (200, 500)),
    "spike": Mode(2, (0.6, 0.3, 0.1), (0.5, 0.9), 0.5, (100, 300), peak=(50, 120.0, 300.0)),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a request. ``status`` 0: no answer. ``right``: as it was meant."""

    kind: Kind
    status: int
    seconds: float
    right: bool


@dataclass
class Tally:
    """Figures of a run; several threads may add to it."""

    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    peaks: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, seen: Seen, path: str) -> None:
        """Count one request."""
        with self._lock:
            self.kinds[seen.kind] += 1
            self.statuses[seen.status] += 1
            self.latencies.append(seen.seconds)
            if not seen.right:
                self.wrong[f"{seen.kind} {path}: {seen.status or 'no answer'}"] += 1

    @property
    def seconds(self) -> float:
        """Length of the run so far."""
        return (self.ended or time.monotonic()) - self.started

    def facts(self) -> dict[str, Any]:
        """Everything as plain data; latencies in milliseconds."""
        with self._lock:
            total = sum(self.kinds.values())
            seconds = max(self.seconds, 1e-9)
            return {
                "seconds": round(self.seconds, 1),
                "requests": total,
                "per_minute": round(60 * total / seconds, 1),
                "kinds": {kind: self.kinds[kind] for kind in _KINDS},
                "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
                "peaks": self.peaks,
                "latency_ms": quantiles(self.latencies),
                "unexpected": sum(self.wrong.values()),
                "unexpected_by": dict(self.wrong.most_common(10)),
            }


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Mean, median, 95th and 99th percentile and maximum, in milliseconds."""
    if not seconds:
        return {"mean": 0.0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0}
    ordered = sorted(seconds)
    at = {f"p{p}": ordered[min(len(ordered) * p // 100, len(ordered) - 1)] for p in (50, 95, 99)}
    found = {"mean": sum(ordered) / len(ordered), **at, "max": ordered[-1]}
    return {name: round(1000 * value, 2) for name, value in found.items()}


class Traffic:
    """A crowd at work against one service.

    ``seed`` fixes who asks what; when they ask also depends on how fast the answers are.
    """

    def __init__(
        self, url: str, mode: ModeName, *, seed: int = 1, shift: bool = False, api_key: str | None = None
    ) -> None:
        self.mode = MODES[mode]
        self.tally = Tally()
        self._seed = seed
        self._shift = shift
        self._stop = Event()
        headers = {"User-Agent": f"predictiondex-traffic/{__version__}"}
        if api_key:
            headers["X-API-Key"] = api_key
        limits = httpx.Limits(max_connections=64)
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=TIMEOUT, limits=limits, trust_env=by_proxy(url)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._http.close()

    def stop(self) -> None:
        """Let every user finish the request it waits for, and end."""
        self._stop.set()

    def run(self, seconds: float, told: Callable[[Tally], None] | None = None, every: float = 1.0) -> Tally:
        """Be there for ``seconds``; ``told`` is called with the figures ``every`` so often.

        Ctrl-C ends it early: the figures so far are returned all the same.
        """
        self.tally = Tally()
        with self._crowd():
            try:
                self._wait(seconds, told, every)
            except KeyboardInterrupt:
                self.stop()
        self.tally.ended = time.monotonic()
        return self.tally

    def _wait(self, seconds: float, told: Callable[[Tally], None] | None, every: float) -> None:
        end = self.tally.started + seconds
        while (left := end - time.monotonic()) > 0 and not self._stop.wait(min(every, left)):
            if told is not None:
                told(self.tally)

    @contextmanager
    def _crowd(self) -> Iterator[None]:
        jobs = [(self._user, number) for number in range(self.mode.users)]
        if self.mode.peak is not None:
            jobs.append((self._peaks, self.mode.users))
        threads = [Thread(target=job, args=(number,), daemon=True) for job, number in jobs]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop()
            for thread in threads:
                thread.join(TIMEOUT)

    def _user(self, number: int) -> None:
        chance = random.Random(f"user {self._seed} {number}")  # noqa: S311 - traffic, not secrets
        asker = Asker(self._seed * 1000 + number, shift=self._shift)
        self._stop.wait(chance.uniform(0, self.mode.pause[1]))  # not all in step
        while not self._stop.is_set():
            began = time.monotonic()
            self.send(asker.ask(self._kind(chance)))
            pause = chance.uniform(*self.mode.pause)
            rest = self.mode.beat - (time.monotonic() - began)
            self._stop.wait(max(pause, rest))

    def _peaks(self, number: int) -> None:
        if self.mode.peak is None:
            return
        size, soonest, latest = self.mode.peak
        chance = random.Random(f"peaks {self._seed}")  # noqa: S311 - traffic, not secrets
        asker = Asker(self._seed * 1000 + number, shift=self._shift)
        while not self._stop.wait(chance.uniform(soonest, latest)):
            self.peak(asker, chance, size)

    def peak(self, asker: Asker, chance: random.Random, size: int) -> None:
        """Send ``size`` requests at once."""
        asks = [asker.ask(self._kind(chance)) for _ in range(size)]
        with ThreadPoolExecutor(min(size, 25)) as pool:
            list(pool.map(self.send, asks))
        self.tally.peaks += 1

    def _kind(self, chance: random.Random) -> Kind:
        return chance.choices(_KINDS, self.mode.shares)[0]

    def send(self, ask: Ask) -> Seen:
        """Ask, measure, count."""
        began = time.perf_counter()
        try:
            headers = {"Content-Type": "application/json"} if ask.content is not None else {}
            status = self._http.request(
                ask.method, ask.path, json=ask.json, content=ask.content, headers=headers
            ).status_code
        except httpx.HTTPError:
            status = 0
        seen = Seen(ask.kind, status, time.perf_counter() - began, status in ask.right)
        self.tally.add(seen, ask.path.partition("?")[0])
        return seen
