"""Work that takes longer than a look at a page: done beside it, so that every page goes on meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import streamlit as st

#: So many at once for all visitors; others wait for their turn.
WORKERS: Final = 4

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Job(Generic[Result]):
    """Something that is being worked on since ``began`` (seconds of a clock that only goes forward)."""

    future: Future[Result]
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began

    def cancel(self) -> None:
        """Nobody wants it any more: not begun where it waits, else thrown away when it is there."""
        self.future.cancel()


def start(work: Callable[[], Result]) -> Job[Result]:
    """Begin to work on something."""
    return Job(_workers().submit(work))


@st.cache_resource(show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="page-job")
