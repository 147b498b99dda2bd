"""The advisor of a process: loaded in the background, replaced while it serves."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.types import Receive

from predictiondex.api.problems import CallerLeft, NotReady, Overloaded, Stopping
from predictiondex.errors import GivenUp, PredictionDexError
from predictiondex.messages import Message, message
from predictiondex.messages.text import Lang
from predictiondex.wire import Component

if TYPE_CHECKING:
    from predictiondex.advisor import Advisor

logger = logging.getLogger("predictiondex.api")

#: How often the model registry is looked at.
RELOAD_SECONDS: Final = 1.0
#: Computations that may wait for a thread; more would wait for seconds, and are refused at once instead. Of
#: plans a few, which take seconds each.
MOST_WAITING: Final = 256
MOST_PLANS: Final = 8

T = TypeVar("T")


class _Queue:
    """Threads, and how much is being computed in them or waits for them."""

    def __init__(self, threads: int, name: str) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._waiting = 0
        self._lock = Lock()

    def submit(self, most: int, call: Callable[..., T], *given: Any) -> Future[T]:
        """Have a call computed. Raises :class:`Overloaded` when ``most`` are there already."""
        with self._lock:
            if self._waiting >= most:
                raise Overloaded(message("service.overloaded"))
            self._waiting += 1
        try:
            future = self.pool.submit(call, *given)
        except RuntimeError:  # it takes nothing any more
            self._done()
            raise Stopping(message("service.stopping")) from None
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: Future[Any] | None = None) -> None:
        with self._lock:
            self._waiting -= 1


class EngineRoom:
    """The advisor, loaded off the event loop: importing and compiling its kernel takes seconds once.

    Battles are computed in at most ``threads`` threads at a time, plans in others, one less: whatever waits
    for a plan takes milliseconds and would wait for seconds. The kernel lets go of the interpreter lock, so
    these run beside each other and beside the event loop.

    The registry in ``models`` is watched: a new champion is loaded and tried beside the advisor in use and
    takes its place in one step. One that fails stays out; :attr:`problem` says why. ``note``: a file in which
    others say what they left out before it came here.
    """

    def __init__(self, threads: int, models: Path | None = None, note: Path | None = None) -> None:
        self.loaded_since: str | None = None
        self.problem = ""
        self.reloads = {"ok": 0, "failed": 0}
        self._models = models
        self._note = note
        self._seen = ""
        self._advisor: Advisor | None = None
        self._failure: Message | None = None
        self._battles = _Queue(threads, "battles")
        self._plans = _Queue(max(1, threads - 1), "plans")
        self._stopping = Event()

    def start(self) -> None:
        """Begin to load, then to watch.

        The thread is a daemon, so that a service that is asked to stop while it compiles stops at once.
        """
        Thread(target=self._run, name="engine-room", daemon=True).start()

    def stop(self) -> None:
        """Stop watching; what is being computed or waits for it is given up."""
        self._stopping.set()
        self._battles.pool.shutdown(wait=False)
        self._plans.pool.shutdown(wait=False)

    @property
    def settled(self) -> bool:
        """Whether it can answer, or has failed to load."""
        return self._advisor is not None or self._failure is not None

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
            reason = error.said if isinstance(error, PredictionDexError) else type(error).__name__
            self._failure = message("service.cannot_start", reason=reason)
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
        # What is loaded stays: looking through it for garbage again and again would hold up requests.
        gc.collect()
        gc.freeze()
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
        return self.component_in("en")

    def component_in(self, lang: Lang) -> Component:
        """The same in a language."""
        if self._advisor is not None:
            detail = self._left_out(self._advisor, lang) if self.problem else self._noted()
            return Component(name="engine", ok=True, detail=self._without_place(detail))
        return Component(name="engine", ok=False, detail=self._obstacle.in_(lang))

    def _left_out(self, advisor: Advisor, lang: Lang) -> str:
        """Which model is left out, and why: all there is, or a new one while the one before serves on."""
        if advisor.engines.model is None:
            return message("service.model_left_out", problem=self.problem).in_(lang)
        version = advisor.model_ref.version
        return message("service.champion_left_out", version=version, problem=self.problem).in_(lang)

    def _without_place(self, detail: str) -> str:
        """Strangers may read it: files are named as in the folder of models. The log says where that is."""
        if self._models is None:
            return detail
        return detail.replace(f"{self._models}{os.sep}", "").replace(str(self._models), self._models.name)

    @property
    def _obstacle(self) -> Message:
        """Why there is no advisor."""
        return self._failure or message("service.warming")

    def _noted(self) -> str:
        if self._note is None:
            return ""
        try:
            return self._note.read_text("utf-8")
        except OSError:
            return ""

    @property
    def advisor(self) -> Advisor:
        """The advisor in use. Raises :class:`NotReady` until it is loaded."""
        if self._advisor is None:
            raise NotReady(message("service.not_ready", reason=self._obstacle))
        return self._advisor

    async def compute(
        self, call: Callable[[], T], receive: Receive | None = None, *, plan: bool = False
    ) -> T:
        """Run ``call`` in one of the threads for battles, or of those for plans.

        When this is cancelled (time is up), when the service stops, and when the caller leaves, the battles
        end soon and the thread is free. ``receive`` tells of the caller: that of a request whose body has
        been read. Raises :class:`CallerLeft`, :class:`Stopping`, and :class:`Overloaded` when too many wait.
        """
        unwanted = Event()
        future = self._submit(call, unwanted, plan=plan)
        try:
            async with _while_there(receive):
                return await asyncio.wrap_future(future)
        except GivenUp:
            raise Stopping(message("service.stopping")) from None
        finally:
            unwanted.set()

    def _submit(self, call: Callable[[], T], unwanted: Event, *, plan: bool) -> Future[T]:
        """Have ``call`` computed until it is ``unwanted``, by its caller or by everybody."""
        from predictiondex.battle import stopping  # loaded long before: a call comes from the advisor

        queue, most = (self._plans, MOST_PLANS) if plan else (self._battles, MOST_WAITING)
        return queue.submit(
            most, stopping.stoppable, call, lambda: unwanted.is_set() or self._stopping.is_set()
        )


@asynccontextmanager
async def _while_there(receive: Receive | None) -> AsyncIterator[None]:
    """Cancel what is awaited within when the caller leaves, and raise :class:`CallerLeft` in its place."""
    if receive is None:
        yield
        return
    patience = asyncio.timeout(None)
    try:
        async with patience:
            watching = asyncio.create_task(_watch(receive, patience))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        if not patience.expired():
            raise
        raise CallerLeft("The caller left before there was an answer.") from None


async def _watch(receive: Receive, patience: asyncio.Timeout) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    patience.reschedule(asyncio.get_running_loop().time())
