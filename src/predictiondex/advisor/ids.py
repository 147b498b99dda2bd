"""Names of predictions, which nobody can guess: who knows one may tell how its battle ended."""

from __future__ import annotations

import os
import uuid
from typing import Final

_BYTES: Final = 16
#: The system is asked for so many at once.
_AT_ONCE: Final = 256
_random: list[bytes] = []


def new_id() -> str:
    """The id of a prediction. May be called from several threads."""
    try:
        drawn = _random.pop()
    except IndexError:
        many = os.urandom(_BYTES * _AT_ONCE)
        drawn, *rest = (many[at : at + _BYTES] for at in range(0, len(many), _BYTES))
        _random.extend(rest)
    return str(uuid.UUID(bytes=drawn, version=4))
