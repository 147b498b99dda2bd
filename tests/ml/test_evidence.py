"""Battles tried out: what they say of a chance, and that they speak where the race errs."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import betaln, expit

from predictiondex.battle.combatant import new_state
from predictiondex.ml.features import NAMES, RACE, START, TRIAL, matrix
from predictiondex.ml.labels import label, openings_of
from predictiondex.ml.model import blend, margin
from predictiondex.ml.race.evidence import BATTLES, DOUBT, MOST, STRENGTH
from predictiondex.ml.sampling import draw, state_of
from tests.battle.scripts import combatant as side

PRIOR = {"strength": STRENGTH, "doubt": DOUBT}


def drawn(numbers: range) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    states = [state_of(draw(29, number)) for number in numbers]
    pairs = [(state, slot) for state in states for slot in openings_of(state)]
    return np.stack([state for state, _ in pairs]), np.array([slot for _, slot in pairs])


def trust(
    p: NDArray[np.float64],
    wins: NDArray[np.float64],
    n: int,
    strength: float = STRENGTH,
    doubt: float = DOUBT,
) -> NDArray[np.float64]:
    """How likely it is that a chance is right after so many battles: the textbook's formula with scipy."""
    a, b = np.maximum(strength * p, 1e-3), np.maximum(strength * (1 - p), 1e-3)
    right = np.log1p(-doubt) + betaln(a + wins, b + n - wins) - betaln(a, b)
    ignorant = np.log(doubt) + betaln(0.5 + wins, 0.5 + n - wins) - betaln(0.5, 0.5)
    return np.asarray(expit(right - ignorant))


@pytest.mark.parametrize(
    "hybrid", [PRIOR, {"strength": 10.0, "doubt": 0.3}, {"strength": 3000.0, "doubt": 0.001}]
)
@pytest.mark.parametrize("n", [1, 16, 1024])
def test_the_weight_of_battles_is_that_of_two_beta_distributions(hybrid: dict[str, float], n: int) -> None:
    """Held against the textbook's formula with scipy's functions."""
    p, wins = (one.ravel() for one in np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, n, 9)))
    strength, doubt = hybrid["strength"], hybrid["doubt"]
    a, b = np.maximum(strength * p, 1e-3), np.maximum(strength * (1 - p), 1e-3)
    weight = trust(p, wins, n, strength, doubt)
    wanted = weight * (a + wins) / (a + b + n) + (1 - weight) * (0.5 + wins) / (1 + n)
    assert np.allclose(blend(p, wins, n, hybrid), wanted, rtol=0, atol=1e-9)


def test_a_few_battles_leave_a_chance_that_they_agree_with_and_overrule_one_that_they_do_not() -> None:
    p, wins = np.array([0.9, 0.9, 1.0, 0.0]), np.array([14.0, 1.0, 0.0, 16.0])
    agreed, overruled, lost, won = blend(p, wins, 16, PRIOR)
    assert agreed == pytest.approx(0.9, abs=0.01)
    assert overruled < 0.15
    assert lost < 0.05
    assert won > 0.95


def test_the_share_won_is_that_of_battles_by_the_rules() -> None:
    """As far from a thousand battles as so few may be, and no further."""
    states, slots = drawn(range(600))
    rows = matrix(states, slots)
    true = np.array([label(one, int(slot), n=1000, seed=5) for one, slot in zip(states, slots, strict=True)])
    won = rows[:, TRIAL].astype(float)
    assert ((won * MOST * 2) % 1 == 0).all()
    decided = (true == 0) | (true == 1)
    assert decided.sum() > 100
    assert np.abs(won - true)[decided].max() <= 1 / BATTLES
    open_ = (true > 0.1) & (true < 0.9)
    z = (won - true)[open_] / np.sqrt(true * (1 - true) / BATTLES)[open_]
    assert open_.sum() > 50
    assert 0.5 < float(np.mean(z**2)) < 1.6


def test_what_the_boosting_starts_from_is_the_race_and_those_battles() -> None:
    """Sixteen where they leave the race as likely as it was, else more: which ones, the numbers show."""
    rows = matrix(*drawn(range(1000)))
    race, won, start = (rows[:, column].astype(float) for column in (RACE, TRIAL, START))
    few, many = (np.isclose(start, blend(race, won * n, n, PRIOR), atol=1e-6) for n in (BATTLES, MOST))
    assert (few | many).all()
    assert (trust(race, won * BATTLES, BATTLES) > 1 - DOUBT - 1e-9)[few & ~many].all()
    in_doubt = np.flatnonzero(many & ~few)
    assert 0.002 * len(rows) < len(in_doubt) < 0.03 * len(rows)
    assert ((won * BATTLES * 2) % 1 == 0)[few & ~many].all()
    p = np.clip(start, 1e-3, 1 - 1e-3)
    assert np.allclose(margin(rows), np.log(p / (1 - p)))


@pytest.mark.slow
def test_battles_speak_where_the_race_errs() -> None:
    """Over the mix that is trained for: the squared error of the start is a third of the race's, or less."""
    states, slots = drawn(range(1000, 6000))
    rows = matrix(states, slots)
    race, start = rows[:, RACE].astype(float), rows[:, START].astype(float)
    doubtful = np.flatnonzero((np.abs(race - start) > 0.1) | (np.arange(len(race)) % 20 == 0))
    true = np.array([label(states[at], int(slots[at]), n=2000, seed=6) for at in doubtful])
    off_race, off_start = ((one[doubtful] - true) ** 2 for one in (race, start))
    assert off_start.sum() < off_race.sum() / 3


def test_the_columns_are_where_they_are_named() -> None:
    assert (NAMES[TRIAL], NAMES[START]) == ("trial_won", "trial_chance")
    states = np.stack([new_state(side("pikachu", "thunderbolt"), side("gyarados", "splash", "bite"))])
    (row,) = matrix(states, np.array([0]))
    assert row[TRIAL] == 1.0
    assert row[START] > 0.99
