"""Machine code is made of what Python calls, and of nothing else."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType

import numba
import pytest
from numba.core.codegen import CPUCodeLibrary
from numba.extending import register_jitable

from predictiondex.battle import linking


def deepest(x: int) -> int:  # a part
    return 3 * x + 1


def deep(x: int) -> int:  # a part that needs it twice
    return deepest(x) * deepest(x + 1)


def first(x: int) -> int:  # for Python
    return deep(x) - deepest(x)


def second(x: int) -> int:  # for Python, too
    return deep(x) + deepest(x)


def third(x: int) -> int:  # what is for Python, called by what is for Python
    return first(x) + 1


@pytest.fixture
def optimised(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of what was optimised by itself since the test began."""
    names = set()
    optimise = CPUCodeLibrary._optimize_final_module

    def noted(library: CPUCodeLibrary) -> None:
        names.add(library.name)
        optimise(library)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(CPUCodeLibrary, "_optimize_final_module", noted)
    return names


def chain(package: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The functions as a module of that name, in which two are known as parts."""
    module = ModuleType(package)
    monkeypatch.setitem(sys.modules, package, module)
    for function in (deepest, deep, first, second, third):
        copy = FunctionType(function.__code__, vars(module))
        copy.__module__ = package
        setattr(module, copy.__name__, copy)
    for part in (module.deepest, module.deep):
        register_jitable(no_cfunc_wrapper=True, no_cpython_wrapper=True)(part)
    return module


@pytest.mark.parametrize(
    ("package", "alone"),
    [("predictiondex.chain", {"first", "second"}), ("other", {"deepest", "deep", "first", "second"})],
)
def test_a_part_is_optimised_where_python_calls_it_and_nowhere_else(
    package: str, alone: set[str], optimised: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = chain(package, monkeypatch)
    module.first, module.second = numba.njit(module.first), numba.njit(module.second)  # type: ignore[attr-defined]
    assert module.first(5) == 16 * 19 - 16
    assert module.second(5) == 16 * 19 + 16
    assert optimised - {"nrt"} == alone


def test_a_part_that_is_missing_is_noticed_before_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_with_all_they_call", lambda libraries: libraries[:1])
    module = chain("predictiondex.chain", monkeypatch)
    with pytest.raises(AssertionError, match="deepest"):
        numba.njit(module.first)(5)


def test_compiled_code_calls_parts_and_never_what_is_for_python(monkeypatch: pytest.MonkeyPatch) -> None:
    module = chain("predictiondex.chain", monkeypatch)
    module.first = numba.njit(module.first)  # type: ignore[attr-defined]
    assert module.first(5) == 16 * 19 - 16
    with pytest.raises(AssertionError, match="first"):
        numba.njit(module.third)(5)
