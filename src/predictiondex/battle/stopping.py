"""Giving work up in the middle: between portions of battles is a look whether anybody still wants them.

Whoever starts work that may be given up calls it through :func:`stoppable`. Everything in between knows
nothing of it: the question is kept for the thread, and handed on to threads that help (:func:`watch`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from predictiondex.errors import GivenUp

#: Says that nobody wants the work any more.
Unwanted = Callable[[], bool]
Result = TypeVar("Result")

_unwanted: ContextVar[Unwanted | None] = ContextVar("unwanted", default=None)


def stoppable(call: Callable[[], Result], unwanted: Unwanted) -> Result:
    """What ``call`` returns. Raises :class:`~predictiondex.errors.GivenUp` once ``unwanted`` says so."""
    token = _unwanted.set(unwanted)
    try:
        check()
        return call()
    finally:
        _unwanted.reset(token)


def current() -> Unwanted | None:
    """What is asked in this thread; ``None`` where work is done to its end."""
    return _unwanted.get()


def watch(unwanted: Unwanted | None) -> None:
    """Ask the same in this thread, which helps another one."""
    _unwanted.set(unwanted)


def check() -> None:
    """Raise :class:`~predictiondex.errors.GivenUp` if nobody wants the work any more."""
    unwanted = _unwanted.get()
    if unwanted is not None and unwanted():
        raise GivenUp("Nobody wants this any more.")
