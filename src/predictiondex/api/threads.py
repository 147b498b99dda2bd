"""Threads for calls that may hang: a process that ends waits for none of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class DaemonThreads:
    """Runs calls in ``count`` threads. For those of :mod:`concurrent.futures` the interpreter would wait."""

    def __init__(self, count: int, name: str) -> None:
        self._tasks: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._count = count
        for number in range(count):
            Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Have ``call`` run as soon as a thread is free."""
        future: Future[T] = Future()
        self._tasks.put((call, future))
        return future

    def close(self) -> None:
        """Let the threads end once they have done what there is."""
        for _ in range(self._count):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            call, future = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:
                    future.set_exception(error)
            del task, call, future  # a thread that waits holds on to nothing
