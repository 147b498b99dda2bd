"""Damage at the limits of its rules: what the mutation check found untested (docs/CI_CD_SETUP.md)."""

from __future__ import annotations

import pytest

from predictiondex.battle.damage import weight_power
from tests.battle.scripts import CRIT, HIT, MOST, NO_CRIT, Roll, kinds, mew, play, snorlax
from tests.battle.test_rules import IDLE


@pytest.mark.parametrize(
    ("kilograms", "power"),
    [
        (0.1, 20), (9.9, 20), (10, 40), (24.9, 40), (25, 60), (49.9, 60), (50, 80), (99.9, 80),
        (100, 100), (199.9, 100), (200, 120), (999.9, 120),
    ],
)  # fmt: skip
def test_the_power_of_low_kick_by_weight(kilograms: float, power: int) -> None:
    assert weight_power(round(10 * kilograms)) == power


@pytest.mark.parametrize(
    ("move", "rolls", "said"),
    [
        ("tackle", [HIT, CRIT, MOST], {"critical"}),
        ("tackle", [HIT, NO_CRIT, MOST], set()),
        ("karatechop", [HIT, (8, 1), MOST], {"effective"}),
    ],
)
def test_a_critical_hit_and_effectiveness_are_told(move: str, rolls: list[Roll], said: set[str]) -> None:
    told = set(kinds(play(mew(move), snorlax(IDLE), rolls, (move, IDLE))))
    assert told & {"critical", "effective"} == said
