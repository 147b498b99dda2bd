"""Start and readiness: the engine is loaded in the background, and traffic waits until all is there."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
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

#: How often the model registry is looked at.
RELOAD_SECONDS = 1.0

T = TypeVar("T")


class EngineRoom:
    """The advisor, loaded off the event loop: importing and compiling its kernel takes seconds once.

    Battles are computed in at most ``threads`` threads at a time. The kernel lets go of the interpreter
    lock, so these run beside each other and beside the event loop.

    The registry in ``models`` is watched: a new champion is loaded and tried beside the advisor in use and
    takes its place in one step. One that fails stays out; :attr:`problem` says why.
    """

    def __init__(self, threads: int, models: Path | None = None) -> None:
        self.loaded_since: str | None = None
        self.problem = ""
        self.reloads = {"ok": 0, "failed": 0}
        self._threads = threads
        self._models = models
        self._seen = ""
        self._advisor: Advisor | None = None
        self._failure = ""
        self._limiter: CapacityLimiter | None = None
        self._stopping = Event()

    def start(self) -> None:
        """Begin to load, then to watch. Needs a running event loop.

        The thread is a daemon, so that a service that is asked to stop while it compiles stops at once.
        """
        self._limiter = CapacityLimiter(self._threads)
        Thread(target=self._run, name="engine-room", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()

    def _run(self) -> None:
        self._load()
        while self._advisor is not None and not self._stopping.wait(RELOAD_SECONDS):
            if self._fingerprint() != self._seen:
                self._reload()

    def _load(self) -> None:
        """Load and try the advisor. A failure is kept as the reason of not being ready, not raised."""
        started = time.perf_counter()
        try:
            advisor = self._new_advisor()
        except Exception as error:
            # Our own errors are written to be read; of others only the log says more.
            known = isinstance(error, PredictionDexError)
            self._failure = f"the engine cannot start: {error if known else type(error).__name__}"
            logger.exception("engine failed to load")
            return
        self._take(advisor)
        logger.info("engine ready", extra={"seconds": round(time.perf_counter() - started, 2)})

    def _reload(self) -> None:
        """Load the registry's champion beside the advisor in use; keep that one where the new one fails."""
        try:
            advisor = self._new_advisor()
            problem = advisor.engines.problem
        except Exception as error:
            advisor, problem = None, f"{type(error).__name__}: {error}"
        if advisor is None or (problem and self._advisor is not None and self._advisor.engines.model):
            self.problem = problem
            self.reloads["failed"] += 1
            logger.error("new champion left out", extra={"problem": problem})
            return
        self._take(advisor)
        self.reloads["ok"] += 1
        logger.info("champion loaded", extra={"model_version": advisor.model_ref.version})

    def _new_advisor(self) -> Advisor:
        from predictiondex.advisor import Advisor

        self._seen = self._fingerprint()  # before loading: a change meanwhile is seen next time
        advisor = Advisor() if self._models is None else Advisor.load(self._models)
        advisor.self_test()
        return advisor

    def _take(self, advisor: Advisor) -> None:
        self.loaded_since = datetime.now(UTC).isoformat(timespec="seconds")
        self.problem = advisor.engines.problem
        self._advisor = advisor

    def _fingerprint(self) -> str:
        if self._models is None:
            return ""
        from predictiondex.ml.registry import Registry

        return Registry(self._models).fingerprint()

    @property
    def component(self) -> Component:
        """Whether it can answer, and if not, why."""
        if self._advisor is not None:
            detail = f"the model is left out: {self.problem}" if self.problem else ""
            return Component(name="engine", ok=True, detail=detail)
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
        self.engine = EngineRoom(threads=max(2, os.cpu_count() or 2), models=settings.models)
        self.store = StoreWatch(settings.database_url)
        self._was_ready = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load the engine in the background for as long as the app serves."""
        self.engine.start()
        try:
            yield
        finally:
            self.engine.stop()
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
