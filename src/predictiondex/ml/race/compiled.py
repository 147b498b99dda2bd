"""Compiling what Python calls here; the machine code is kept beside the kernel's, under a name of its own.

See :mod:`predictiondex.battle.compiled` for why the folder's name must tell everything the code is made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba.core import config

from predictiondex.battle import compiled
from predictiondex.battle.compiled import ENGINE_VERSION

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _fingerprint() -> str:
    room = Path(__file__).parent
    digest = hashlib.sha256(ENGINE_VERSION.encode())
    for path in (*sorted(room.glob("*.py")), room.parent / "rows.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


#: Version of the features: rows made with another one must not be mixed with these.
FEATURE_VERSION = _fingerprint()


def entry(function: _Function) -> _Function:
    """As the kernel's ``entry``, with a cache that follows the sources of this room as well."""
    settings = vars(config)
    kernel_cache = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = f"{kernel_cache}-{FEATURE_VERSION}"
    try:
        return compiled.entry(function)
    finally:
        settings["CACHE_DIR"] = kernel_cache
