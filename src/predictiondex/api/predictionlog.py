"""The prediction log: an answer is on disk before its caller has it, and in the database soon after.

Requests that answer at the same moment share one write and one flush (group commit), so that a flush that
takes a millisecond costs each of them a millisecond and not one after the other.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Final

from predictiondex import store
from predictiondex.api import disk
from predictiondex.api.draining import Drainer, Segments
from predictiondex.api.problems import LogFull
from predictiondex.api.spool import Spool, encode
from predictiondex.errors import StartError
from predictiondex.messages import message
from predictiondex.settings import Settings
from predictiondex.store import EncodedPrediction, PredictionRow, Predictions

logger = logging.getLogger("predictiondex.api")

_LARGEST_SEGMENT: Final = 1024 * 1024
_MEGABYTE: Final = 1024 * 1024
#: Each process needs one segment to write, one to change over to, and some to wait in.
_FEWEST_SEGMENTS: Final = 4
#: Seconds that the last answers get on their way into the database when the service stops.
_LAST_DRAIN: Final = 3.0
#: Where flushes follow each other within so many seconds, each first waits for more to share it.
_BUSY: Final = 0.002
_GATHER: Final = 0.002


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the predictions of this process."""

    #: Durable.
    written: int
    #: Acknowledged and not in the log: without a trace, because the spool was full and the settings say so,
    #: or set aside, because the database refuses what they hold.
    dropped: int


class PredictionLog:
    """The log of one process; see :class:`~predictiondex.settings.Settings` for its limits."""

    def __init__(self, settings: Settings) -> None:
        self.limit = int(settings.spool_mb * _MEGABYTE)
        self.lossy = settings.spool_full == "drop"
        self._lost = 0
        share = self.limit // settings.workers
        size = min(_LARGEST_SEGMENT, share // _FEWEST_SEGMENTS)
        self._engine = store.engine(settings.database_url, existing=True)
        self.predictions = Predictions(self._engine)
        self.spool = Spool(settings.home / "spool")
        self._segments = Segments(self.spool, size, share // size, self.limit)
        self._drainer = Drainer(self.spool, self._segments, self.predictions)
        self._committer = _Committer(self._segments)

    def open(self) -> None:
        """Begin. Raises :class:`~predictiondex.errors.StartError` where the spool cannot be written.

        A disk that is full is no reason: that passes, and facts need no log. Until then predictions are what
        a full spool makes of them.
        """
        try:
            self.spool.open()
            self._segments.open()
        except OSError as error:
            if not disk.is_full(error):
                raise StartError(
                    f"The prediction log needs {self.spool.folder}: {error.strerror or error}. "
                    "Make it writable or set PDX_HOME."
                ) from error
            logger.warning("the prediction log has no room yet", extra={"reason": error.strerror})
        self._committer.start()
        self._drainer.start()

    def close(self) -> None:
        """Make everything durable, drain what can be drained, and leave the rest to the next start."""
        self._committer.stop()
        self._drainer.stop(_LAST_DRAIN)
        self._segments.close()
        self.spool.close()
        self._engine.dispose()

    async def record(self, row: EncodedPrediction) -> None:
        """Return when the prediction is durable.

        Raises :class:`LogFull` when it cannot be, unless predictions may be lost; then it is counted.
        """
        try:
            await self._committer.commit(encode(row))
        except LogFull:
            if not self.lossy:
                raise
            self._lost += 1

    @property
    def counts(self) -> Counts:
        """What became of the predictions so far."""
        return Counts(self._committer.written, self._lost + self._drainer.refused)

    @property
    def waiting_bytes(self) -> int:
        """Bytes that are not in the database yet, those that ended processes left included."""
        return sum(one.waiting for one in self._drainer.waiting)

    @property
    def waiting_rows(self) -> int:
        """Predictions that are not in the database yet, those that ended processes left included."""
        return sum(one.waiting_rows for one in self._drainer.waiting)

    def check(self, timeout: float) -> tuple[str, ...]:
        """Why the database cannot serve, as :func:`predictiondex.store.check` has it."""
        return store.check(self._engine, timeout=timeout)

    def stored(self, prediction_id: str) -> PredictionRow | None:
        """A prediction as it is in the database, where it is put now if it still waits in the spool.

        Raises :class:`~predictiondex.errors.StoreError` when the database is away.
        """
        known = self.predictions.get(prediction_id)
        if known is not None:
            return known
        waiting = self.spool.find(prediction_id)
        if waiting is not None:
            self.predictions.add_encoded([waiting])
        return self.predictions.get(prediction_id)  # it may have come there between the two looks


@dataclass(slots=True)
class _Entry:
    body: bytes
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    error: Exception | None = None


class _Committer:
    """The thread that writes: everything that came while it flushed goes into the next write.

    It is woken when the loop has done what it is at: advice that is computed one after the other so shares a
    flush, instead of the first one's alone getting in the way of the others. ``written`` counts what is
    durable, whether its caller is still there or not.
    """

    def __init__(self, segments: Segments) -> None:
        self.written = 0
        self._segments = segments
        self._came = Condition()
        self._waiting: list[_Entry] = []
        self._wanted = False
        self._stopping = False
        self._flushed = float("-inf")
        self._thread = Thread(target=self._run, name="log-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Commit what is there and end; later ones are refused."""
        with self._came:
            self._stopping = True
            self._came.notify()
        if self._thread.is_alive():
            self._thread.join()

    async def commit(self, body: bytes) -> None:
        loop = asyncio.get_running_loop()
        entry = _Entry(body, loop, loop.create_future())
        with self._came:
            if self._stopping:
                raise LogFull(message("service.log_stopping"))
            if not self._waiting:
                loop.call_soon(self._wake)
            self._waiting.append(entry)
        await entry.done

    def _wake(self) -> None:
        with self._came:
            self._wanted = True
            self._came.notify()

    def _run(self) -> None:
        while batch := self._next():
            self._write(batch)
            self._flushed = time.monotonic()
            # All of them wait on one loop; a closed one has nobody left to tell.
            loop = batch[0].loop
            if not loop.is_closed():
                loop.call_soon_threadsafe(_tell, batch)

    def _next(self) -> list[_Entry]:
        with self._came:
            while not (self._wanted and self._waiting) and not self._stopping:
                self._came.wait()
        if time.monotonic() - self._flushed < _BUSY:
            time.sleep(_GATHER)
        with self._came:
            batch, self._waiting, self._wanted = self._waiting, [], False
            return batch

    def _write(self, batch: list[_Entry]) -> None:
        """All of it; where that goes wrong, what was made durable before stays acknowledged."""
        start = 0
        try:
            while start < len(batch):
                start = self._write_some(batch, start)
        except Exception as error:
            logger.exception("the prediction log cannot be written")
            for entry in batch[start:]:
                entry.error = LogFull(message("service.log_unwritable", error=error))

    def _write_some(self, batch: list[_Entry], start: int) -> int:
        """As many as fit into one segment, from ``start`` on; where the next ones begin."""
        segment = self._segments.for_line(len(batch[start].body) + _LINE)
        if segment is None:
            batch[start].error = LogFull(message("service.log_full"))
            return start + 1
        end, free = start, segment.free
        while end < len(batch) and free >= len(batch[end].body) + _LINE:
            free -= len(batch[end].body) + _LINE
            end += 1
        segment.append(entry.body for entry in batch[start:end])
        self.written += end - start
        return end


#: Checksum, space and line end.
_LINE: Final = 10


def _tell(batch: list[_Entry]) -> None:
    for entry in batch:
        if entry.done.done():  # the caller left
            continue
        if entry.error is None:
            entry.done.set_result(None)
        else:
            entry.done.set_exception(entry.error)
