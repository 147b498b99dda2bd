"""Start and readiness: the engine is loaded in the background, and traffic waits until all is there."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

import anyio
from anyio import CapacityLimiter

from predictiondex import __version__, store
from predictiondex.api.problems import NotReady
from predictiondex.errors import PredictionDexError
from predictiondex.pokedex import pokedex
from predictiondex.settings import Settings
from predictiondex.wire import Component, Health, Readiness

if TYPE_CHECKING:
    from predictiondex.advisor import Advisor

logger = logging.getLogger("predictiondex.api")

#: How long an answer about the database is believed, and how long one is waited for: together under two
#: seconds, within which ``/readyz`` must tell that the database is away.
STORE_CHECK_SECONDS = 0.4
STORE_TIMEOUT = 1.2

T = TypeVar("T")


class EngineRoom:
    """The advisor, loaded off the event loop: importing and compiling its kernel takes seconds once.

    Battles are computed in at most ``threads`` threads at a time. The kernel lets go of the interpreter
    lock, so these run beside each other and beside the event loop.
    """

    def __init__(self, threads: int) -> None:
        self.loaded_since: str | None = None
        self._threads = threads
        self._advisor: Advisor | None = None
        self._failure = ""
        self._limiter: CapacityLimiter | None = None

    def start(self) -> None:
        """Begin to load. Needs a running event loop.

        The thread is a daemon, so that a service that is asked to stop while it compiles stops at once.
        """
        self._limiter = CapacityLimiter(self._threads)
        Thread(target=self._load, name="engine-start", daemon=True).start()

    def _load(self) -> None:
        """Load and try the advisor. A failure is kept as the reason of not being ready, not raised."""
        started = time.perf_counter()
        try:
            advisor = _load_advisor()
        except Exception as error:
            # Our own errors are written to be read; of others only the log says more.
            known = isinstance(error, PredictionDexError)
            self._failure = f"the engine cannot start: {error if known else type(error).__name__}"
            logger.exception("engine failed to load")
            return
        self.loaded_since = datetime.now(UTC).isoformat(timespec="seconds")
        self._advisor = advisor
        logger.info("engine ready", extra={"seconds": round(time.perf_counter() - started, 2)})

    @property
    def component(self) -> Component:
        """Whether it can answer, and if not, why."""
        if self._advisor is not None:
            return Component(name="engine", ok=True)
        return Component(name="engine", ok=False, detail=self._failure or "the engine is warming up")

    @property
    def advisor(self) -> Advisor:
        """The advisor in use. Raises :class:`NotReady` until it is loaded."""
        if self._advisor is None:
            raise NotReady(f"Predictions are not possible yet: {self.component.detail}.")
        return self._advisor

    async def compute(self, call: Callable[[], T]) -> T:
        """Run ``call`` in one of the threads for battles."""
        return await anyio.to_thread.run_sync(call, limiter=self._limiter)


def _load_advisor() -> Advisor:
    from predictiondex.advisor import Advisor

    advisor = Advisor()
    advisor.self_test()
    return advisor


class StoreWatch:
    """Asks the database how it is, at most once in :data:`STORE_CHECK_SECONDS`."""

    def __init__(self, url: str) -> None:
        self._engine = store.engine(url)
        self._known: Component | None = None
        self._asked = 0.0
        self._lock = asyncio.Lock()

    async def component(self) -> Component:
        """State of the database: reachable, on this program's migration, and loaded."""
        async with self._lock:
            now = time.monotonic()
            if self._known is None or now - self._asked > STORE_CHECK_SECONDS:
                self._known = await asyncio.to_thread(self._ask)
                self._asked = time.monotonic()
            return self._known

    def _ask(self) -> Component:
        reasons = store.check(self._engine, timeout=STORE_TIMEOUT)
        return Component(name="database", ok=not reasons, detail="; ".join(reasons))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


class Service:
    """What an app needs while it runs: engine and database, started and closed with it."""

    def __init__(self, settings: Settings) -> None:
        self.started = time.monotonic()
        self.engine = EngineRoom(threads=max(2, os.cpu_count() or 2))
        self.store = StoreWatch(settings.database_url)
        self._was_ready = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load the engine in the background for as long as the app serves."""
        self.engine.start()
        try:
            yield
        finally:
            self.store.close()

    async def components(self) -> list[Component]:
        """Everything the service needs, with its state. The facts are checked before an app exists."""
        facts = Component(name="facts", ok=True, detail=f"snapshot {pokedex.checksum[:16]}")
        return [facts, self.engine.component, await self.store.component()]

    async def readiness(self) -> Readiness:
        """Ready while everything is there: facts, engine and a database on this program's migration."""
        reasons = [f"{part.name}: {part.detail}" for part in await self.components() if not part.ok]
        self._was_ready = self._was_ready or not reasons
        return Readiness(ready=not reasons, reasons=reasons)

    async def health(self) -> Health:
        """The summary for a person: a database that went away leaves predictions going on, degraded."""
        ready = (await self.readiness()).ready
        components = await self.components()
        answers = self._was_ready and self.engine.component.ok
        return Health(
            status="ok" if ready else "degraded" if answers else "unavailable",
            version=__version__,
            uptime_seconds=round(time.monotonic() - self.started, 1),
            components=components,
        )
