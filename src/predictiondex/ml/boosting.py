"""XGBoost, loaded without the scikit-learn classes that it also offers and nobody here uses.

XGBoost loads scikit-learn wherever it is installed, and with it pandas and half of SciPy: more than a third
of the time that a service or a command takes to start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["xgboost"]


@contextmanager
def _without(package: str) -> Iterator[None]:
    """As if ``package`` were not installed, unless it is loaded already."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]


with _without("sklearn"):
    import xgboost
