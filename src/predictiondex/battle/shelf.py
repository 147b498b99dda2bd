"""Where compiled code is found again: by what it was made from, wherever the program is installed.

Numba by itself keeps the machine code of each installed copy apart. The folder that
:mod:`predictiondex.battle.compiled` names is already another one for other sources, so a new environment, a
second checkout or an upgrade that leaves the rules alone need not compile once more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core import config, dispatcher
from numba.core.caching import FunctionCache, UserProvidedCacheLocator

PACKAGE = __name__.partition(".")[0]


def _is_ours(function: Callable[..., Any]) -> bool:
    return function.__module__.startswith(f"{PACKAGE}.")


class Shelf(UserProvidedCacheLocator):
    """Numba's place for a function in the folder that was set, but for the way to where its source lies."""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Shelf | None:
        """The shelf of a function of ours; ``None`` for others, and where nothing can be written: Numba then
        looks further."""
        return super().from_function(py_func, py_file) if _is_ours(py_func) else None

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """The name of the room; Numba adds that of the module, the function and its line."""
        return Path(py_file).parent.name


class Kept(FunctionCache):
    """What is kept of one function's machine code."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The code for arguments of these types; ``None`` where there is none yet.

        Numba first imports everything that compiling needs, parts of SciPy too, which takes ten times as long
        as loading. Its compiler asks for that itself.
        """
        if not _is_ours(self._py_func):
            return super().load_overload(sig, target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


#: By which Numba keeps what is compiled with ``cache=True`` from here on.
vars(dispatcher)["FunctionCache"] = Kept

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
