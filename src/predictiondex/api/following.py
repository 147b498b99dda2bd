"""Following a distant registry for as long as the server runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from predictiondex.settings import Settings


def refusal_note(settings: Settings) -> Path:
    """Where the server notes for its workers why the champion of ``model_source`` cannot be used."""
    return settings.run / "model-source"


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

    stop, note = Event(), refusal_note(settings)

    def refused(why: str) -> None:
        with suppress(OSError):  # it is in the log as well
            note.write_text(why and f"the champion of the model source is left out: {why}", "utf-8")

    note.parent.mkdir(parents=True, exist_ok=True)
    refused("")
    follower = Follower(settings.model_source, Registry(settings.models))
    Thread(target=follower.follow, args=(stop, refused), name="follow-champion", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
