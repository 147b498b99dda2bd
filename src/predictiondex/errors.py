"""The one exception tree of the project.

PredictionDexError                something we can explain to a person
├── UsageError                    the request itself is wrong; carries the field
│   ├── UnknownName               no such Pokémon, move, type, nature...; carries the nearest names
│   ├── IllegalMove               the form cannot learn that move
│   └── UnsupportedMove           the rules of that move are not there yet
├── SnapshotError                 the bundled Pokédex is missing, cut short or altered
├── StoreError                    the database is away, on another migration, or refuses
│   └── LoadError                 a load was rolled back; the old data stays
├── SourceError                   an outside source is down or answered garbage
├── ArtefactError                 a trained model is missing, altered, or does not fit this program
├── RegistryError                 a model version or alias that is not there, or cannot be written
├── TrackingError                 the MLflow server is away or refuses
├── DatasetError                  a dataset is missing, altered, or does not fit this program
├── ReferenceEngineError          the reference battle engine cannot be installed or run
├── StartError                    a service cannot start (port taken, component missing)
└── GivenUp                       work was stopped in the middle: nobody wants its result any more
"""

from __future__ import annotations

import re

from predictiondex.messages import Said, in_, message


def in_words(error: Exception) -> str:
    """What the system says of an error, without its number for it."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error))


class PredictionDexError(Exception):
    """Base of every error this project raises on purpose.

    ``status`` is the HTTP status the API answers with when the error reaches it. ``said`` is what it says: a
    :class:`~predictiondex.messages.Message` where a caller of another language may read it, else English.
    ``lang`` is the language that the answer would have had, where whoever asked named one elsewhere.
    """

    status = 500
    lang: str | None = None

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said

    @property
    def message(self) -> str:
        """What it says, in English."""
        return self.in_("en")

    def in_(self, lang: str) -> str:
        """What it says in ``lang``, as far as it knows that language."""
        return in_(self.said, lang)


class UsageError(PredictionDexError):
    """The caller's input is wrong.

    ``field`` is its path, such as ``you.moves[2]``; ``line`` counts from 1 where the input is a text.
    """

    status = 422
    line: int | None = None

    def __init__(self, said: Said, *, field: str = "") -> None:
        super().__init__(said)
        self.field = field


class UnknownName(UsageError):
    """A name that resolves to nothing. ``nearest`` holds up to three likely ones."""

    def __init__(self, kind: str, name: str, *, nearest: tuple[str, ...] = (), field: str = "") -> None:
        said = message(f"unknown.{kind}", name=name)
        super().__init__(
            message("unknown.nearest", unknown=said, names=nearest) if nearest else said, field=field
        )
        self.kind = kind
        self.name = name
        self.nearest = nearest


class IllegalMove(UsageError):
    """A move that the form cannot have in these games."""


class UnsupportedMove(UsageError):
    """A move whose rules the engine does not play yet; it is refused, never approximated."""


class SnapshotError(PredictionDexError):
    """The bundled Pokédex snapshot does not match its checksum or cannot be read."""


class StoreError(PredictionDexError):
    """The database is unreachable, on an unexpected migration, or refuses the work."""

    status = 503


class LoadError(StoreError):
    """A load was rolled back; what the database held before is still there."""


class SourceError(PredictionDexError):
    """An outside data source is down, slow, or answered something unusable."""

    status = 502


class ArtefactError(PredictionDexError):
    """A trained model is missing, cut short, altered, of other features or rules, or fails its self-test."""


class RegistryError(PredictionDexError):
    """A model version or alias that is not there, or a registry that cannot be read or written."""

    status = 503


class TrackingError(PredictionDexError):
    """The tracking server (MLflow) is away, too slow, or refuses; nothing that serves depends on it."""


class DatasetError(PredictionDexError):
    """A dataset is missing, cut short, altered, of other rules or features, or cannot be written."""


class ReferenceEngineError(PredictionDexError):
    """The reference battle engine (a Node.js package) cannot be installed or run."""


class StartError(PredictionDexError):
    """A service cannot start; the message says what to do."""


class GivenUp(PredictionDexError):
    """Work was stopped in the middle, because whoever asked for it wants it no more."""
