"""Ctrl-C where it must not strike: in native code that calls Python back, and while workers start or end.

An exception that is raised in such a call is lost at best and ends the process by a broken heap at worst.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Final

#: Windows knows no masks of signals.
_MASKS: Final = hasattr(signal, "pthread_sigmask")


@contextmanager
def held_back() -> Iterator[Callable[[], bool]]:
    """Keep an interrupt until the end of the block and let it strike there; what it gives tells whether one
    waits, so that long work ends early. Only the main thread is ever interrupted: elsewhere nothing is held.
    """
    came = threading.Event()
    ignored = signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None)
    if ignored or threading.current_thread() is not threading.main_thread():
        yield came.is_set
        return
    before = signal.signal(signal.SIGINT, lambda *_: came.set())
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGINT, before)
        if came.is_set():
            signal.raise_signal(signal.SIGINT)


@contextmanager
def children_left_alone() -> Iterator[None]:
    """Processes that are started in this block, or later by threads that it starts, are never interrupted: a
    terminal sends Ctrl-C to the whole group, and it is their parent that ends them. Holds back its own.
    """
    with held_back():
        if not _MASKS:
            yield
            return
        resource_tracker.ensure_running()  # its start unblocks the signal that is blocked here
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
