"""When two win rates are too close to call."""

from __future__ import annotations

import numpy as np

from predictiondex.advisor.noise import distinguishable


def test_clear_cases() -> None:
    assert distinguishable(0.9, 0.1, 100)
    assert not distinguishable(0.5, 0.5, 1000)
    assert not distinguishable(1.0, 1.0, 1000)
    assert distinguishable(0.55, 0.50, 10_000)
    assert not distinguishable(0.55, 0.50, 100)


def test_a_few_battles_prove_little() -> None:
    assert not distinguishable(1.0, 0.0, 1)
    assert not distinguishable(1.0, 0.999, 1000)


def test_equal_moves_are_seldom_called_different() -> None:
    """Two samples of the same chance: at most the promised twentieth differ, give or take."""
    rates = np.random.default_rng(1).binomial(200, 0.3, size=(1000, 2)) / 200
    assert sum(distinguishable(p, q, 200) for p, q in rates) < 75
