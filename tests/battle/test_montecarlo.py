"""Monte Carlo: the same counts however the work is cut up; intervals; bad input."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.battle import Combatant, damage_rolls, montecarlo, openings, simulate
from predictiondex.battle.montecarlo import Tally, read_policy, wilson
from predictiondex.errors import IllegalMove, UnknownName, UsageError
from predictiondex.pokedex import pokedex


def who(form: str, *moves: str, **options: Any) -> Combatant:
    return Combatant(pokedex.form(form), tuple(pokedex.move(move) for move in moves), **options)


SQUIRTLE = who("squirtle", "watergun", "tackle", "hydropump")
CHARMANDER = who("charmander", "ember", "scratch", "flamethrower")


def test_same_seed_same_counts_for_any_threads_and_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    one = simulate(CHARMANDER, SQUIRTLE, n=10_000, seed=9)
    assert simulate(CHARMANDER, SQUIRTLE, n=10_000, seed=9, threads=3) == one
    monkeypatch.setattr(montecarlo, "CHUNK", 777)
    assert simulate(CHARMANDER, SQUIRTLE, n=10_000, seed=9, threads=2) == one
    assert simulate(CHARMANDER, SQUIRTLE, n=10_000, seed=10) != one


def test_a_mirror_match_is_even() -> None:
    pikachu = who("pikachu", "thunderbolt", "quickattack")
    low, high = simulate(pikachu, pikachu, n=20_000, seed=1).interval
    assert low < 0.5 < high


def test_swapping_sides_mirrors_the_result() -> None:
    there = simulate(CHARMANDER, SQUIRTLE, n=20_000, seed=1)
    back = simulate(SQUIRTLE, CHARMANDER, n=20_000, seed=2)
    assert there.p == pytest.approx(1 - back.p, abs=0.015)


def test_openings_value_each_move() -> None:
    values = openings(SQUIRTLE, CHARMANDER, n=2000)
    assert set(values) == {"watergun", "tackle", "hydropump"}
    assert all(
        0 <= low <= tally.p <= high <= 1 for tally in values.values() for low, high in [tally.interval]
    )


def test_search_finds_a_use_for_status_moves() -> None:
    parasect = who("parasect", "spore", "leechlife")
    snorlax = who("snorlax", "bodyslam")
    greedy = simulate(parasect, snorlax, n=20, policy_a="greedy")
    searching = simulate(parasect, snorlax, n=20, policy_a="search")
    assert greedy.p == 0
    assert searching.p > 0.3


def test_a_battle_can_start_in_the_middle() -> None:
    tired = who(
        "squirtle", "watergun", hp_percent=10, status="tox", toxic_stage=3, boosts=(0, 0, -2, 0, 0, 0, 0)
    )
    fresh = simulate(SQUIRTLE, CHARMANDER, n=2000)
    assert simulate(tired, CHARMANDER, n=2000).p < fresh.p


def test_damage_rolls_are_sixteen_and_rise() -> None:
    damage = damage_rolls(SQUIRTLE, CHARMANDER, pokedex.move("watergun"))
    assert len(damage.rolls) == len(damage.crit_rolls) == 16
    assert list(damage.rolls) == sorted(damage.rolls)
    assert damage.type_multiplier == 2.0
    assert damage.stab
    assert 0 <= damage.ko_chance <= 1


def test_an_immune_target_takes_nothing() -> None:
    gastly = who("gastly", "lick")
    damage = damage_rolls(SQUIRTLE, gastly, pokedex.move("tackle"))
    assert set(damage.rolls) == {0}
    assert damage.type_multiplier == 0.0
    assert damage.ko_chance == 0.0


def test_ko_chance_is_seen_in_battle() -> None:
    geodude = who("geodude", "tackle", level=40)
    seen = simulate(SQUIRTLE, geodude, n=20_000, policy_a="fixed:hydropump", policy_b="fixed:tackle")
    assert damage_rolls(SQUIRTLE, geodude, pokedex.move("hydropump")).ko_chance == pytest.approx(
        0.8, abs=0.01
    )
    assert seen.p > 0.8


def test_stats_follow_the_games_formula_with_awakening_values() -> None:
    plain = who("mewtwo", "psychic", level=100, friendship=0)
    assert plain.stats == (353, 256, 216, 344, 216, 296)
    raised = who("mewtwo", "psychic", level=100, friendship=255, nature="modest", avs=(200,) * 6)
    assert raised.stats == (553, 453, 437, 615, 437, 525)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": 0}, "level"), ({"level": 101}, "level"), ({"level": 50.0}, "level"),
        ({"level": True}, "level"),
        ({"avs": (201, 0, 0, 0, 0, 0)}, "avs.hp"), ({"ivs": (31, 31, 31, 31, 31, 32)}, "ivs.spe"),
        ({"ivs": (31,)}, "ivs"), ({"nature": "grumpy"}, "nature"), ({"mega": "mega"}, "mega"),
        ({"hp_percent": 0}, "hp_percent"), ({"hp_percent": float("nan")}, "hp_percent"),
        ({"hp_percent": -3}, "hp_percent"), ({"status": "cold"}, "status"),
        ({"boosts": (7,) + (0,) * 6}, "boosts.atk"),
        ({"boosts": (0,)}, "boosts"), ({"friendship": 256}, "friendship"),
    ],
)  # fmt: skip
def test_impossible_combatants_are_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as error:
        who("squirtle", "watergun", **change)
    assert error.value.field == field


def test_bad_moves_are_refused() -> None:
    with pytest.raises(UsageError, match="one to four"):
        who("squirtle")
    with pytest.raises(UsageError, match="one to four"):
        who("squirtle", "watergun", "tackle", "hydropump", "surf", "scald")
    with pytest.raises(UsageError, match="twice"):
        who("squirtle", "watergun", "watergun")
    with pytest.raises(IllegalMove, match="cannot learn"):
        who("squirtle", "thunderbolt")
    assert who("squirtle", "thunderbolt", strict=False).moves[0].id == "thunderbolt"


@pytest.mark.parametrize("policy", ["clever", "fixed", "greedy:surf", ""])
def test_unknown_policies_are_refused(policy: str) -> None:
    with pytest.raises(UsageError):
        read_policy(policy)


def test_a_policy_with_an_unknown_move_names_near_ones() -> None:
    with pytest.raises(UnknownName, match="Nearest"):
        read_policy("first:thunderbold")


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (-1, 1), (True, 1), (10, -1), (10, 1 << 63)])
def test_impossible_runs_are_refused(n: int, seed: int) -> None:
    with pytest.raises(UsageError):
        simulate(SQUIRTLE, CHARMANDER, n=n, seed=seed)


def test_wilson_matches_published_values() -> None:
    assert wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert wilson(0.0, 10)[0] == 0.0
    assert wilson(1.0, 10)[1] == 1.0


def test_ties_count_one_half() -> None:
    assert Tally(n=4, wins=1, losses=1, ties=2, turns=8).p == 0.5
