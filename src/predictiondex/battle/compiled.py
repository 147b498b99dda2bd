"""How the kernel is compiled, and where the compiled code is kept.

Numba notices a changed file only for the function it is asked to compile, not for what that function
calls. So the cache lives in a folder named after everything the code is made from: the sources of this
room, the bundled Pokédex and Numba itself. A change gets a new folder; an unchanged kernel loads in a
fraction of a second. ``NUMBA_CACHE_DIR`` moves the folder, ``NUMBA_DISABLE_JIT=1`` runs the same code
interpreted (slow; for coverage and debugging).
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config
from numba.extending import register_jitable

_Function = TypeVar("_Function", bound=Callable[..., Any])


#: The modules whose code is compiled.
_KERNEL = (
    "accuracy", "action", "aftermath", "choices", "compiled", "conditions", "damage", "effects", "events",
    "faints", "hits", "layout", "moves", "order", "policies", "residual", "rng",
    "run", "stats", "turn",
)  # fmt: skip


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]}".encode())
    room = Path(__file__).parent
    for name in _KERNEL:
        digest.update((room / f"{name}.py").read_bytes())
    digest.update((room.parent / "pokedex" / "data" / "pokedex.json").read_bytes())
    return digest.hexdigest()[:16]


def _cache_root() -> Path:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "predictiondex" / "kernel"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "predictiondex" / "kernel"


#: Version of the rules: anything computed with another one may differ.
ENGINE_VERSION = _fingerprint()

#: Without Numba's reference counts: the kernel allocates nothing, and counting would cost half its time.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}

vars(config)["CACHE_DIR"] = str(_cache_root() / ENGINE_VERSION)


def kernel(function: _Function) -> _Function:
    """Mark a part of the kernel: compiled where compiled code calls it, plain Python elsewhere."""
    part: _Function = register_jitable(no_cfunc_wrapper=True, no_cpython_wrapper=True, **_OPTIONS)(function)
    return part


def entry(function: _Function) -> _Function:
    """Compile a function that Python calls; its machine code is cached on disk."""
    compiled: _Function = numba.njit(cache=True, **_OPTIONS)(function)
    return compiled
