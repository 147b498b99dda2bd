"""Damage at the limits of its rules: what the mutation check found untested (docs/CI_CD_SETUP.md)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from predictiondex.battle import events as ev
from predictiondex.battle import layout as at
from predictiondex.battle.combatant import new_state
from predictiondex.battle.damage import (
    after_roll,
    before_roll,
    confusion_damage,
    direct_damage,
    half,
    modifier_ties,
    power,
    roll_damage,
    weight_power,
)
from predictiondex.battle.moves import MOVE_NUMBER
from predictiondex.battle.rng import with_script
from tests.battle.scripts import CRIT, HIT, MOST, NO_CRIT, Roll, combatant, kinds, mew, play, snorlax
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


# --- rule by rule, asked of the kernel's functions themselves -----------------------------------------------


def state(a: str = "tackle", b: str = "growl", **blocks: dict[int, int]) -> NDArray[np.int64]:
    """Mew against Snorlax with places of their blocks (``a``, ``b``) changed."""
    s = new_state(mew(a), snorlax(b), log=8)
    for side, changes in blocks.items():
        for place, value in changes.items():
            s[(at.A if side == "of_a" else at.B) + place] = value
    return s


def move(name: str) -> int:
    return MOVE_NUMBER[name]


def rolled(s: NDArray[np.int64], *rolls: Roll) -> NDArray[np.int64]:
    """The state with exactly these rolls to come."""
    return with_script(s, rolls)


def rolls_left(s: NDArray[np.int64]) -> int:
    assert s[at.SCRIPT_FAULT] == 0, f"a roll of {s[at.SCRIPT_FAULT]} was drawn"
    return int(s[at.SCRIPT_END] - s[at.SCRIPT_AT]) // 2


@pytest.mark.parametrize("value", [0, 1, 2, 3, 4, 5, 999, 1000, 4000, 4001, 65535])
def test_a_half_is_rounded_down(value: int) -> None:
    assert half(value) == value // 2


@pytest.mark.parametrize("damage", [1, 2, 3, 7, 50, 999, 1000, 4001, 5001])
def test_the_same_type_brings_half_as_much_again(damage: int) -> None:
    s = new_state(combatant("snorlax", "tackle"), mew("growl"))
    assert after_roll(s, move("tackle"), at.A, at.B, False, damage) == damage * 3 // 2
    assert after_roll(s, move("splash"), at.B, at.A, False, damage) == damage  # Mew is not of that type


def test_a_move_without_power_does_nothing_and_draws_nothing() -> None:
    s = rolled(state())
    assert before_roll(s, move("growl"), at.A, at.B, False) == 0
    assert roll_damage(s, move("growl"), at.A, at.B) == 0
    assert rolls_left(s) == 0


def test_the_least_power_is_a_power() -> None:
    s = rolled(state(of_a={at.FRIENDSHIP: 0}), (24, 1), (16, 0))
    assert power(s, move("pikapapow"), at.A, at.B) == 1
    assert before_roll(s, move("pikapapow"), at.A, at.B, False) > 0
    assert roll_damage(s, move("pikapapow"), at.A, at.B) > 0
    assert rolls_left(s) == 0


@pytest.mark.parametrize(("friendship", "points"), [(0, 1), (4, 1), (5, 2), (70, 28), (255, 102)])
def test_the_power_of_friendship(friendship: int, points: int) -> None:
    assert power(state(of_a={at.FRIENDSHIP: friendship}), move("veeveevolley"), at.A, at.B) == points


@pytest.mark.parametrize("name", ["counter", "mirrorcoat"])
@pytest.mark.parametrize(("stored", "points"), [(0, 1), (1, 1), (2, 2), (3, 3), (300, 300)])
def test_what_is_given_back_is_at_least_a_point(name: str, stored: int, points: int) -> None:
    place = at.COUNTER_DAMAGE if name == "counter" else at.MIRROR_COAT_DAMAGE
    s = state(of_a={place: stored}, of_b={place: 77})
    assert direct_damage(s, move(name), at.A, at.B) == points * 100


@pytest.mark.parametrize(("hp", "points"), [(1, 1), (2, 1), (3, 1), (4, 2), (201, 100)])
def test_super_fang_takes_half_and_at_least_a_point(hp: int, points: int) -> None:
    assert direct_damage(state(of_b={at.HP: hp}), move("superfang"), at.A, at.B) == points * 100


@pytest.mark.parametrize(
    ("name", "condition", "factor"),
    [
        ("earthquake", at.DIG, 2), ("tackle", at.DIG, 1), ("gust", at.DIG, 1), ("gust", at.FLY, 2),
        ("thunder", at.FLY, 1), ("earthquake", at.FLY, 1), ("stomp", at.MINIMIZE, 2),
        ("tackle", at.MINIMIZE, 1),
    ],
)  # fmt: skip
def test_what_is_hit_harder_where_it_hides(name: str, condition: int, factor: int) -> None:
    plain = after_roll(state(), move(name), at.A, at.B, False, 100)
    hidden = after_roll(state(of_b={at.CONDITIONS: 1 << condition}), move(name), at.A, at.B, False, 100)
    assert hidden == factor * plain


@pytest.mark.parametrize("damage", [100, 101])
def test_a_screen_and_a_doubling_leave_the_damage_as_it_is(damage: int) -> None:
    s = state(of_b={at.CONDITIONS: 1 << at.REFLECT | 1 << at.MINIMIZE})
    assert after_roll(s, move("stomp"), at.A, at.B, False, damage) == damage


def test_a_critical_hit_is_noted_and_told_without_more() -> None:
    s = rolled(state(), (24, 0), (16, 0))
    assert roll_damage(s, move("tackle"), at.A, at.B) > 0
    assert s[at.CRITICAL] == 1
    assert s[at.LOG : at.LOG + 4].tolist() == [ev.CRITICAL, 1, 0, 0]
    plain = rolled(state(), (24, 1), (16, 0))
    roll_damage(plain, move("tackle"), at.A, at.B)
    assert plain[at.CRITICAL] == 0
    assert plain[at.LOG_COUNT] == 0


def test_effectiveness_is_told_without_more() -> None:
    s = rolled(state(), (8, 1), (16, 0))
    roll_damage(s, move("karatechop"), at.A, at.B)
    assert s[at.LOG : at.LOG + 4].tolist() == [ev.EFFECTIVE, 1, 1, 0]


@pytest.mark.parametrize(
    ("of_a", "of_b", "draws"),
    [
        ((), (), []),
        ((), (at.MINIMIZE,), []),
        ((), (at.DIG, at.MINIMIZE), [(2, 0)]),
        ((), (at.DIG, at.FLY, at.MINIMIZE), [(3, 0), (2, 0)]),
        ((at.DIG, at.MINIMIZE), (), []),  # only the target's count
        ((), (at.REFLECT,), []),
        ((), (at.REFLECT, at.LIGHT_SCREEN), [(2, 0)]),
        ((at.REFLECT,), (at.LIGHT_SCREEN,), [(2, 0)]),
        ((at.REFLECT, at.LIGHT_SCREEN), (at.REFLECT, at.LIGHT_SCREEN), [(4, 0), (3, 0), (2, 0)]),
        ((at.REFLECT,), (at.REFLECT, at.DIG, at.FLY), [(2, 0), (2, 0)]),
    ],
)
def test_what_changes_damage_at_the_same_speed_costs_rolls(
    of_a: tuple[int, ...], of_b: tuple[int, ...], draws: list[Roll]
) -> None:
    conditions = [{at.CONDITIONS: sum(1 << one for one in side)} for side in (of_a, of_b)]
    s = rolled(state(of_a=conditions[0], of_b=conditions[1]), *draws)
    modifier_ties(s, at.B)
    assert rolls_left(s) == 0


@pytest.mark.parametrize(
    ("attack", "defence", "roll", "points"),
    [(1, 999, 0, 2), (1, 999, 15, 1), (1950, 1, 0, 65522), (1000, 1, 15, 28561)],
)
def test_the_damage_of_confusion(attack: int, defence: int, roll: int, points: int) -> None:
    s = rolled(state(of_a={at.LEVEL: 100, at.ATK: attack, at.ATK + 1: defence}), (16, roll))
    assert confusion_damage(s, at.A) == points
    assert rolls_left(s) == 0


def test_effects_of_other_moves_leave_the_power_as_it_is() -> None:
    assert power(state(), move("bide"), at.A, at.B) == 0
    assert power(state(), move("brickbreak"), at.A, at.B) == 75
