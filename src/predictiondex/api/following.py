"""Following a distant registry for as long as the server runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from predictiondex.settings import Settings


@contextmanager
def following(settings: Settings) -> Iterator[None]:
    """Bring the champion of ``model_source`` into the local registry, again whenever it changes there.

    One for the server, however many processes answer: each of them watches the local registry.
    """
    if not settings.model_source:
        yield
        return
    from predictiondex.ml.following import Follower
    from predictiondex.ml.registry import Registry

    stop = Event()
    follower = Follower(settings.model_source, Registry(settings.models))
    Thread(target=follower.follow, args=(stop,), name="follow-champion", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
