"""Work that takes longer than a look at a page: done beside it, so that every page goes on meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Final, Generic, TypeVar

import streamlit as st

from predictiondex.errors import GivenUp

#: So many at once for all visitors; others wait for their turn.
WORKERS: Final = 4

Result = TypeVar("Result")
Progress = TypeVar("Progress")


@dataclass(slots=True)
class Course(Generic[Progress]):
    """How far some work is: it calls this with what it has to tell.

    Raises :class:`~predictiondex.errors.GivenUp` there once nobody wants the work any more.
    """

    last: Progress | None = None
    unwanted: Event = field(default_factory=Event)

    def __call__(self, progress: Progress) -> None:
        self.last = progress
        if self.unwanted.is_set():
            raise GivenUp("Nobody wants this any more.")


@dataclass(frozen=True, slots=True)
class Job(Generic[Result, Progress]):
    """Something that is being worked on since ``began`` (seconds of a clock that only goes forward)."""

    future: Future[Result]
    course: Course[Progress]
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began

    def cancel(self) -> None:
        """Nobody wants it any more: not begun where it waits, else ended when it next tells how far it is."""
        self.course.unwanted.set()
        self.future.cancel()


def start(work: Callable[[Callable[[Progress], None]], Result]) -> Job[Result, Progress]:
    """Begin to work on something, which tells how far it is by what it is called with."""
    course: Course[Progress] = Course()
    return Job(_workers().submit(work, course), course)


@st.cache_resource(show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="page-job")
