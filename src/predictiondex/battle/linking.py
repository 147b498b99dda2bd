"""Machine code only for what Python calls, made once of all its parts.

Numba by itself optimises and translates every part of the kernel together with all that the part calls, and
does so again for whatever calls it: what lies deepest is worked on dozens of times, and only the last of that
is used, in the function that Python calls. Here a part stays as it is until such a function links it with the
rest. The results are the same, as fast, and there after half the time.

What Python calls is kept on disk without the form in which others could link it, which nothing does: a part
is for compiled code, an entry for Python. The files are half as large, and read in half the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llvmlite import binding
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen

from predictiondex.battle.shelf import PACKAGE

#: How the names of our functions begin in machine code, and of those by which Python calls any.
_OURS, _FOR_PYTHON = f"_ZN{len(PACKAGE)}{PACKAGE}", "_ZN7cpython"


class Library(JITCodeLibrary):
    """What Numba made of one function, and the libraries of those that it calls."""

    def finalize(self) -> None:
        """Link, optimise and translate; a part only once it is linked into what Python calls."""
        names = [function.name for function in self._final_module.functions if not function.is_declaration]
        if any(name.startswith(_OURS) for name in names):
            entry = next((name for name in names if name.startswith(_FOR_PYTHON)), None)
            if entry is None:
                self._finalized = True
                return
            self._linking_libraries = _with_all_they_call(self._linking_libraries)
            # The form for others is kept with the code: for what Python calls, the name that finds it.
            name_alone = f'define linkonce_odr void @"{entry}"() {{ ret void }}'
            self._shared_module = binding.parse_assembly(name_alone)
        super().finalize()

    def _verify_declare_only_symbols(self) -> None:
        """Raise where a part is missing, which would be called all the same."""
        super()._verify_declare_only_symbols()
        for function in self._final_module.functions:
            assert not (function.is_declaration and function.name.startswith(_OURS)), function.name


def _with_all_they_call(libraries: Iterable[Any]) -> list[Any]:
    """Callers before what they call: what nothing asks for yet is left out when it is linked."""
    called_first: dict[Any, None] = {}

    def visit(library: Any) -> None:
        for called in library._linking_libraries:
            if called not in called_first:
                visit(called)
        called_first[library] = None

    for library in libraries:
        if library not in called_first:
            visit(library)
    return list(reversed(called_first))


def _set_env(codegen: Any, name: str, environment: Any) -> None:
    # A part of which nothing was made yet has no place for it, nor a use: Python cannot call it.
    if codegen._engine.get_global_value_address(name):
        _numba_set_env(codegen, name, environment)


_numba_set_env = JITCPUCodegen.set_env
JITCPUCodegen.set_env = _set_env  # type: ignore[method-assign]
JITCPUCodegen._library_class = Library
