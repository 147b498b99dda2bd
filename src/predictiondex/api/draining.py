"""Moves the prediction log from the spool into the database, beside the requests.

A thread of its own: a database that is slow, hangs or is away holds up nobody.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Final

from predictiondex.api.spool import Orphan, Segment, Spool, encode
from predictiondex.errors import StoreError
from predictiondex.store import Predictions

logger = logging.getLogger("predictiondex.api")

#: Pause between two rounds, and how much one transaction takes: small enough to let requests in between.
ROUND_SECONDS: Final = 0.2
_PIECE_BYTES: Final = 256 * 1024
#: Pause after the database refused a round, and between two looks for what others left.
AWAY_SECONDS: Final = 1.0
TAKE_OVER_SECONDS: Final = 2.0
#: Drained segments that are kept to be written again.
_SPARES: Final = 2


class Segments:
    """The segments of this process: one is written, those before it wait for the database.

    ``most`` of them may exist at once, and all processes together may fill ``limit`` bytes.
    """

    def __init__(self, spool: Spool, size: int, most: int, limit: int) -> None:
        self._spool = spool
        self.size = size
        self._most = most
        self._limit = limit
        self._lock = Lock()
        self._full: list[Segment] = []
        self._active: Segment | None = None
        self._spares: list[Segment] = []
        #: Bytes of other processes when last looked at.
        self.others = 0

    def open(self) -> None:
        """Make the first two, as far as there is room beside what others left.

        Raises ``OSError``; what is missing is made when a line asks for it.
        """
        self.others = self._spool.size_of_others()
        self._active = self._new()
        spare = self._new()
        self._spares = [spare] if spare is not None else []

    def for_line(self, length: int) -> Segment | None:
        """Where a line of this length goes; ``None`` when the spool is full. For the writing thread."""
        active = self._active
        if active is not None and active.free >= length:
            return active
        if length > self.size - 2 * _MARGIN:
            return None
        fresh = self._spares.pop() if self._spares else self._made()
        if fresh is None:
            return None
        with self._lock:
            if active is not None:
                self._full.append(active)
            self._active = fresh
        return fresh

    def _new(self) -> Segment | None:
        return self._spool.new_segment(self.size) if self.room else None

    def _made(self) -> Segment | None:
        try:
            return self._new()
        except OSError as error:
            logger.warning("the spool cannot grow", extra={"reason": error.strerror})
            return None

    @property
    def room(self) -> bool:
        """Whether one more may be made."""
        mine = len(self._full) + len(self._spares) + (self._active is not None)
        return mine < self._most and (mine + 1) * self.size + self.others <= self._limit

    def undrained(self) -> list[Segment]:
        """The segments that hold something for the database, oldest first."""
        with self._lock:
            return [one for one in self._all() if one.waiting]

    def tidy(self) -> None:
        """Take drained segments back into use; have a spare ready before it is needed."""
        with self._lock:
            done = [one for one in self._full if not one.waiting]
            self._full = [one for one in self._full if one.waiting]
        for one in done:
            if len(self._spares) < _SPARES and _renewed(one):
                self._spares.append(one)
            else:
                one.remove()
        if not self._spares and self._active is not None and self._active.free < self.size // 2:
            fresh = self._made()
            if fresh is not None:
                self._spares.append(fresh)

    def close(self) -> None:
        """Delete what is empty or drained; the rest stays for others."""
        with self._lock:
            for one in [*self._all(), *self._spares]:
                if one.waiting:
                    one.close()
                else:
                    one.remove()
            self._full, self._spares, self._active = [], [], None

    def _all(self) -> list[Segment]:
        return [*self._full, self._active] if self._active is not None else list(self._full)


def _renewed(segment: Segment) -> bool:
    try:
        segment.reuse()
    except OSError:
        return False
    return True


#: Checksum and line end of one line, and the head of a segment: room that every line needs besides its body.
_MARGIN: Final = 32


class Drainer:
    """The thread that drains. ``refused`` counts the predictions that the database takes in no case."""

    def __init__(self, spool: Spool, segments: Segments, predictions: Predictions) -> None:
        self._spool = spool
        self._segments = segments
        self._predictions = predictions
        self._orphans: list[Orphan] = []
        self._stopping = Event()
        self._looked = float("-inf")
        self._away = False
        self._thread = Thread(target=self._run, name="log-drainer", daemon=True)
        self.refused = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Drain what can be drained within ``timeout`` seconds, then end."""
        self._stopping.set()
        self._thread.join(timeout)

    @property
    def waiting(self) -> list[Segment]:
        """The segments that hold something for the database, those of ended processes included."""
        left = [one for each in list(self._orphans) for one in each.segments]
        return self._segments.undrained() + left

    def _run(self) -> None:
        last = False
        while not last:
            last = self._stopping.is_set()
            try:
                self._round()
                self._tell(away=False)
            except StoreError as error:
                self._tell(away=True, reason=error.message)
            except Exception:
                # Whatever it is: the log must go on, and the next round may fare better.
                logger.exception("the prediction log could not be drained")
            self._stopping.wait(AWAY_SECONDS if self._away else ROUND_SECONDS)
        for orphan in self._orphans:
            orphan.close()

    def _tell(self, *, away: bool, reason: str = "") -> None:
        if away and not self._away:
            logger.warning("the prediction log waits for the database", extra={"reason": reason})
        elif self._away and not away:
            logger.info("the prediction log reaches the database again")
        self._away = away

    def _round(self) -> None:
        # Before anything that needs the database: what others left counts, and takes up room, without it.
        self._look_for_others()
        for segment in self._segments.undrained():
            self._drain(segment)
        self._segments.tidy()
        self._drain_orphans()

    def _look_for_others(self) -> None:
        if time.monotonic() - self._looked >= TAKE_OVER_SECONDS:
            self._looked = time.monotonic()
            self._orphans += self._spool.take_over()
            self._segments.others = self._spool.size_of_others()

    def _drain_orphans(self) -> None:
        while self._orphans:
            orphan = self._orphans[0]
            for segment in orphan.segments:
                self._drain(segment)
                segment.remove()
            orphan.close()
            self._orphans.pop(0)

    def _drain(self, segment: Segment) -> None:
        """Move all rows of a segment."""
        with suppress(FileNotFoundError):
            while segment.waiting:
                piece = segment.read(_PIECE_BYTES)
                refused = set(self._predictions.add_encoded(piece.rows))
                bodies = [encode(row) for row in piece.rows if row.prediction_id in refused]
                self._set_aside(bodies + piece.damaged)
                segment.taken(piece)

    def _set_aside(self, bodies: list[bytes]) -> None:
        """Keep what no database takes. Raises :class:`StoreError`: it waits where it is, then."""
        if not bodies:
            return
        try:
            path = self._spool.set_aside(bodies)
        except OSError as error:
            raise StoreError(
                f"What the database refuses cannot be set aside in {self._spool.folder}: "
                f"{error.strerror or error}."
            ) from error
        self.refused += len(bodies)
        logger.error("predictions could not be logged", extra={"refused": len(bodies), "aside": str(path)})
