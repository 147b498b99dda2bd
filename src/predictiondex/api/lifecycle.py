"""Start and readiness: the engine is loaded in the background, and traffic waits until all is there."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from predictiondex import __version__
from predictiondex.api import multiprocess
from predictiondex.api.answers import Answers
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.following import refusal_note
from predictiondex.api.keys import KeyRing, required
from predictiondex.api.metrics import Metrics
from predictiondex.api.predictionlog import PredictionLog
from predictiondex.api.threads import DaemonThreads
from predictiondex.api.together import Together
from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.settings import Settings
from predictiondex.wire import (
    BestMoveRequest,
    Component,
    DuelRequest,
    Health,
    MatchupsRequest,
    Readiness,
    ReplayRequest,
)

#: How long an answer about the database is believed, and how long one is waited for: together under two
#: seconds, within which ``/readyz`` must tell that the database is away.
STORE_CHECK_SECONDS = 0.4
STORE_TIMEOUT = 1.2
#: Requests that may ask the database at the same time.
STORE_THREADS = 4
#: How often metrics are brought up to date that no request touches.
METRICS_SECONDS = 0.5
#: How often a worker looks whether its engine is ready.
POLL_SECONDS = 0.05
#: Seconds before the time to stop is up in which callers hear that there will be no answer.
LAST_WORD_SECONDS = 1.0

#: Components that predictions can do without.
OPTIONAL = frozenset({"database"})

_NOT_USABLE = "the database cannot be used; the log of the service says why"

logger = logging.getLogger("predictiondex.api")

T = TypeVar("T")
Request = TypeVar("Request", BestMoveRequest, MatchupsRequest, DuelRequest, ReplayRequest)


class StoreWatch:
    """Asks the database how it is, at most once in :data:`STORE_CHECK_SECONDS`.

    It asks by way of the log: where that cannot use the database, nobody shall hear that it is ready.
    ``discreet``: strangers may read the answer, so it does not say where the database is; the log does.
    """

    def __init__(self, log: PredictionLog, *, discreet: bool) -> None:
        self._log = log
        self._discreet = discreet
        self._known: Component | None = None
        self._reasons: tuple[str, ...] = ()
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
        reasons = self._log.check(STORE_TIMEOUT)
        if reasons != self._reasons:
            self._reasons = reasons
            logger.info("the database", extra={"reasons": reasons})
        if reasons and self._discreet:
            reasons = (_NOT_USABLE,)
        return Component(name="database", ok=not reasons, detail="; ".join(reasons))


class Service:
    """What an app needs while it runs: engine, database and prediction log, started and closed with it."""

    def __init__(self, settings: Settings, metrics: Metrics, ring: KeyRing) -> None:
        self.started = time.monotonic()
        self.settings = settings
        note = refusal_note(settings) if settings.model_source else None
        self.engine = EngineRoom(max(2, os.cpu_count() or 2), settings.models, note)
        self.log = PredictionLog(settings)
        self.store = StoreWatch(self.log, discreet=required(settings))
        self.answers = Answers(settings.answers_kept)
        self.together = Together()
        self._metrics = metrics
        self._ring = ring if required(settings) else None
        self._told: str | None = None
        self._serving = multiprocess.serving_note(settings) if multiprocess.active() else None
        # A database that hangs holds these few threads and nobody else, nor the end of the process.
        self._store_threads = DaemonThreads(STORE_THREADS, "store")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load the engine in the background for as long as the app serves."""
        self.log.open()
        self.engine.start()
        if self._serving is not None and self._serving.exists():
            # Another worker serves: callers shall not meet this one before it can answer.
            while not self.engine.settled and not multiprocess.asked_to_stop():
                await asyncio.sleep(POLL_SECONDS)
        beside = [asyncio.create_task(self._keep_metrics()), asyncio.create_task(self._stop_in_time())]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            self.engine.stop()
            await asyncio.to_thread(self.log.close)
            self.refresh_metrics()  # the counts of a worker stay when it ends: its last ones, too
            self._store_threads.close()

    def bounded(self, wanted: Request) -> Request:
        """A request that asks for no more battles than this service plays for one.

        Raises :class:`~predictiondex.errors.UsageError` when it does; one that says nothing gets the most.
        """
        most = self.settings.max_simulations
        if wanted.simulations <= most:
            return wanted
        if "simulations" in wanted.model_fields_set:
            raise UsageError(message("ask.most_battles", most=most), field="simulations")
        return wanted.model_copy(update={"simulations": most})

    async def in_store(self, call: Callable[[], T]) -> T:
        """Run ``call``, which asks the database, in a thread of its own kind."""
        return await asyncio.wrap_future(self._store_threads.submit(call))

    async def _keep_metrics(self) -> None:
        """Bring those metrics up to date that no request touches."""
        while True:
            self.refresh_metrics()
            await asyncio.sleep(METRICS_SECONDS)

    async def _stop_in_time(self) -> None:
        """Once the server is asked to stop, give up what would still be computed when its time is up."""
        while not multiprocess.asked_to_stop():
            await asyncio.sleep(METRICS_SECONDS)
        # The server counts whole seconds.
        await asyncio.sleep(max(0.0, int(self.settings.stop_timeout) - LAST_WORD_SECONDS - METRICS_SECONDS))
        self.engine.stop()

    def refresh_metrics(self) -> None:
        """Show how log and engine stand right now."""
        self._metrics.log_state(self.log)
        self._metrics.reloaded(self.engine.reloads)
        if self.engine.loaded_since not in (None, self._told):
            self._told = self.engine.loaded_since
            if self._serving is not None:
                with suppress(OSError):  # a full disk: workers that are started later do not wait then
                    self._serving.touch()
            info = self.engine.advisor.info(self._told)
            self._metrics.serving(info.name, info.version, info.engine, time.time())

    async def components(self, lang: Lang = "en") -> list[Component]:
        """Everything the service needs, with its state. The facts are checked before an app exists.

        What is wrong with the database only who runs it can mend: it is told in English.
        """
        facts = Component(name="facts", ok=True, detail=f"snapshot {pokedex.checksum[:16]}")
        found = [facts, self.engine.component_in(lang), await self.store.component()]
        if self._ring is not None and not self._ring.known:
            detail = message("service.keys_unread").in_(lang)
            found.append(Component(name="keys", ok=False, detail=detail))
        return found

    async def readiness(self, lang: Lang = "en") -> Readiness:
        """Ready while everything is there: facts, engine and a database on this program's migration."""
        reasons = [f"{part.name}: {part.detail}" for part in await self.components(lang) if not part.ok]
        return Readiness(ready=not reasons, reasons=reasons)

    async def health(self, lang: Lang = "en") -> Health:
        """The summary: without its database the service is degraded, for predictions go on."""
        components = await self.components(lang)
        missing = {part.name for part in components if not part.ok}
        return Health(
            status="unavailable" if missing - OPTIONAL else "degraded" if missing else "ok",
            version=__version__,
            uptime_seconds=round(time.monotonic() - self.started, 1),
            components=components,
        )
