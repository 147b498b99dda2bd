"""Where compiled code is found again: by what it was made from, wherever the program is installed.

Numba by itself keeps the machine code of each installed copy apart. The folder that
:mod:`predictiondex.battle.compiled` names is already another one for other sources, so a new environment, a
second checkout or an upgrade that leaves the rules alone need not compile for a minute once more.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core import config

_PACKAGE = __name__.partition(".")[0]


class Shelf:
    """Numba's cache locator for one function."""

    def __init__(self, function: Callable[..., Any], source: Path, folder: Path) -> None:
        self._py_file = str(source)  # Numba's warnings name it
        self._line = function.__code__.co_firstlineno
        self._folder = folder

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> Shelf | None:
        """The shelf of a function of ours; ``None`` for others, and where nothing can be written: Numba then
        looks further."""
        if not function.__module__.startswith(f"{_PACKAGE}."):
            return None
        shelf = cls(function, Path(source), Path(vars(config)["CACHE_DIR"]) / Path(source).parent.name)
        try:
            shelf.ensure_cache_path()
        except OSError:
            return None
        return shelf

    def ensure_cache_path(self) -> None:
        """Make the folder. Raises :class:`OSError` where it cannot be written to."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._folder):
            pass

    def get_cache_path(self) -> str:
        """The folder of its machine code."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Changes with the file that holds it."""
        return hashlib.sha256(Path(self._py_file).read_bytes()).hexdigest()

    def get_disambiguator(self) -> str:
        """Tells it from others of its name."""
        return str(self._line)


#: What Numba asks, in this order: first ours, then its own.
vars(config)["CACHE_LOCATOR_CLASSES"] = ",".join(
    (
        f"{__name__}.{Shelf.__name__}",
        "UserProvidedCacheLocator",
        "InTreeCacheLocator",
        "UserWideCacheLocator",
        "IPythonCacheLocator",
        "ZipCacheLocator",
    )
)
