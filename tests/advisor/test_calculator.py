"""The calculator: the sentence, chances checked by counting, screens and states."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from predictiondex.advisor import damage
from predictiondex.advisor.knockout import knock_outs, least_and_most_uses
from predictiondex.advisor.situation import situation
from predictiondex.battle import DamageRange, run
from predictiondex.battle import layout as at
from predictiondex.errors import UsageError
from predictiondex.wire import DamageAnswer, DamageRequest, Side


def calc(attacker: dict[str, Any], move: str, defender: dict[str, Any], **options: Any) -> DamageAnswer:
    body = {"attacker": attacker, "move": move, "defender": defender, **options}
    return damage(DamageRequest.model_validate(body))


MACHAMP = {"pokemon": "Machamp", "level": 70, "nature": "adamant", "avs": {"atk": 120}}
SNORLAX = {"pokemon": "Snorlax", "level": 70, "avs": {"hp": 50, "def": 80}}


def test_the_sentence_has_the_form_that_players_know() -> None:
    answer = calc(MACHAMP, "Earthquake", SNORLAX)
    low, high = answer.rolls[0], answer.rolls[-1]
    hp = answer.defender_max_hp
    assert answer.sentence == (
        f"Lvl 70 120+ Atk Machamp Earthquake vs. Lvl 70 50 HP / 80 Def Snorlax: {low}-{high} "
        f"({1000 * low // hp / 10:g} - {1000 * high // hp / 10:g}%) -- possible 4HKO"
    )
    french = calc(MACHAMP, "Séisme", {**SNORLAX, "status": "tox"}, lang="fr", critical=True)
    assert french.sentence.startswith(
        "N.\xa070 120+ Atq Mackogneur Séisme contre N.\xa070 50 PV / 80 Déf Ronflex sur un coup critique"
    )
    assert french.sentence.endswith("avec les dégâts de poison grave")


@pytest.mark.parametrize(
    ("attack", "defence", "named", "counting"),
    [
        (-2, 1, ["-2 120+ Atk", "+1 50 HP"], []),
        (2, -1, ["+2 120+ Atk", "-1 50 HP"], ["+2 120+ Atk", "-1 50 HP"]),
        (0, 3, ["+3 50 HP"], []),
        (0, -3, ["-3 50 HP"], ["-3 50 HP"]),
    ],
)
def test_stages_that_a_critical_hit_looks_past_are_not_named(
    attack: int, defence: int, named: list[str], counting: list[str]
) -> None:
    sides = {**MACHAMP, "boosts": {"atk": attack}}, {**SNORLAX, "boosts": {"def": defence}}
    usual, critical = (calc(sides[0], "Earthquake", sides[1], critical=said) for said in (False, True))
    assert [one for one in named if one in usual.sentence] == named
    assert [one for one in named if one in critical.sentence] == counting
    assert all(f"{one.split()[0]} " not in critical.sentence for one in named if one not in counting)
    unchanged = calc(MACHAMP, "Earthquake", SNORLAX, critical=True)
    assert (critical.crit_rolls == unchanged.crit_rolls) == (not counting)


def test_screens_halve_but_not_critical_hits_and_not_brick_break() -> None:
    plain, behind = (
        calc(MACHAMP, "Earthquake", {**SNORLAX, "conditions": list(screens)})
        for screens in ((), ("reflect",))
    )
    assert [abs(2 * low - high) <= 1 for low, high in zip(behind.rolls, plain.rolls, strict=True)]
    assert behind.rolls[0] < 0.52 * plain.rolls[0]
    assert behind.crit_rolls == plain.crit_rolls
    assert "through Reflect" in behind.sentence
    light = calc(MACHAMP, "Earthquake", {**SNORLAX, "conditions": ["lightscreen"]})
    assert light.rolls == plain.rolls
    assert "through" not in light.sentence
    breaking = [
        calc(MACHAMP, "Brick Break", {**SNORLAX, "conditions": list(screens)}).rolls
        for screens in ((), ("reflect",))
    ]
    assert breaking[0] == breaking[1]


def test_stages_burn_and_friendship_are_said() -> None:
    answer = calc(
        {**MACHAMP, "status": "brn", "boosts": {"atk": 2}, "friendship": 255}, "Earthquake",
        {**SNORLAX, "boosts": {"def": -1}},
    )  # fmt: skip
    assert "+2 120+ Atk burned Machamp (friendship 255)" in answer.sentence
    assert "vs. Lvl 70 -1 50 HP / 80 Def Snorlax" in answer.sentence


def simple(rolls: tuple[int, ...], hp: int, accuracy: float = 1.0, crit: float = 0.0) -> DamageRange:
    doubled = tuple(2 * roll for roll in rolls)
    return DamageRange(rolls, doubled, hp, hp, 1.0, False, (1, 1), accuracy, crit)


def test_chances_are_those_of_counting_every_pair_of_rolls() -> None:
    rolls = tuple(range(20, 36))
    found = knock_outs(simple(rolls, 60))
    by_hand = sum(first + second >= 60 for first, second in product(rolls, rolls)) / 256
    assert found[0].rolls == 0
    assert found[1].rolls == pytest.approx(by_hand)
    assert found[2].rolls == 1
    burned = knock_outs(simple(rolls, 60), residual=(0, 6, 6))
    assert burned[1].rolls == pytest.approx(
        sum(first + second + 6 >= 60 for first, second in product(rolls, rolls)) / 256
    )


def test_accuracy_and_critical_hits_count_overall() -> None:
    found = knock_outs(simple((50,) * 16, 100, accuracy=0.9, crit=0.25))
    assert found[0].overall == pytest.approx(0.9 * 0.25)
    assert found[1].overall == pytest.approx(0.9**2 + 2 * 0.9 * 0.1 * 0.25)
    assert [one.rolls for one in found] == [0, 1, 1]


def test_a_substitute_takes_every_hit_while_it_stands() -> None:
    found = knock_outs(simple((50,) * 16, 100), doll=60)
    assert [one.rolls for one in found] == [0, 0, 0]
    assert least_and_most_uses(simple((50,) * 16, 100), doll=60) == (4, 4)
    twice = simple((50,) * 16, 50)._replace(hits=(2, 2))
    assert knock_outs(twice, doll=25)[0].rolls == 1, "the second hit finds no substitute any more"
    burned = knock_outs(simple((50,) * 16, 60), residual=(0, 10, 10), doll=50)
    assert [one.rolls for one in burned] == [0, 1, 1]


@pytest.mark.parametrize("move", ["Thunderbolt", "Fury Swipes", "Super Fang", "Double Kick"])
def test_chances_behind_a_substitute_are_those_of_battles(move: str) -> None:
    you = {"pokemon": "Pikachu", "level": 80, "moves": [move], "strict": False}
    foe = {"pokemon": "Pidgeot", "moves": ["Splash"], "hp_percent": 20, "strict": False}
    foe["conditions"] = [{"name": "substitute", "hp_percent": 60}]
    told = calc(you, move, foe, strict=False)
    now = situation(Side.model_validate(you), Side.model_validate(foe), lang="en", strict=False)
    states, fallen = now.states(2000, seed=1), []
    for _ in range(3):
        run.step(states, np.zeros((len(states), 2), dtype=np.int64))
        fallen.append((states[:, at.B + at.HP] == 0).mean())
    assert [one.overall for one in told.ko_chances] == pytest.approx(fallen, abs=0.05)
    assert told.ko_chance == pytest.approx(fallen[0], abs=0.05)


def test_who_ends_itself_strikes_once() -> None:
    explosion = calc({"pokemon": "Electrode"}, "Explosion", SNORLAX)
    assert explosion.sentence.endswith("never knocks out")
    assert [one.overall for one in explosion.ko_chances] == [0, 0, 0]
    weak = calc({"pokemon": "Electrode"}, "Explosion", {"pokemon": "Pidgey"})
    assert weak.sentence.endswith("75% chance to OHKO")
    assert [(one.hits, one.rolls) for one in weak.ko_chances] == [(1, 0.75), (2, 0.75), (3, 0.75)]


def test_a_substitute_is_named_in_the_sentence() -> None:
    hidden = {"pokemon": "Pidgey", "level": 5, "conditions": ["substitute"]}
    answer = calc(MACHAMP, "Earthquake", {**hidden, "pokemon": "Rattata"})
    assert "Rattata behind a substitute: " in answer.sentence
    assert answer.sentence.endswith("guaranteed 2HKO")
    assert answer.ko_chance == 0
    assert (
        "derrière un clone"
        in calc(MACHAMP, "Earthquake", hidden | {"pokemon": "Rattata"}, lang="fr").sentence
    )


@pytest.mark.parametrize("name", ["encore", "disable"])
def test_what_holds_other_moves_does_not_matter(name: str) -> None:
    held = {"conditions": [{"name": name, "move": "Thunder Punch"}]}
    you = {"pokemon": "Machamp", "moves": ["Earthquake", "Thunder Punch"]}
    assert calc({**you, **held}, "Earthquake", SNORLAX) == calc(you, "Earthquake", SNORLAX)
    assert calc(you, "Earthquake", {**SNORLAX, **held}) == calc(you, "Earthquake", SNORLAX)
    beedrill = {"pokemon": "Beedrill", "mega": True}
    once = {"conditions": [{"name": name, "move": "Twineedle"}]}
    assert calc({**beedrill, **once}, "Twineedle", SNORLAX) == calc(beedrill, "Twineedle", SNORLAX)
    with pytest.raises(UsageError) as refused:
        calc({**you, "conditions": ["reflect", {"name": name, "move": "Splosh"}]}, "Earthquake", SNORLAX)
    assert refused.value.field == "attacker.conditions[1].move"


def test_bad_poison_goes_on_from_where_it_is() -> None:
    foe = {"pokemon": "Snorlax", "status": "tox", "hp_percent": 60}
    fresh, late = (calc({"pokemon": "Pidgey"}, "Gust", {**foe, "status_turns": turns}) for turns in (0, 9))
    assert fresh.ko_chances[1].rolls == 0
    assert late.ko_chances[1].rolls == 1, "ten sixteenths after the first use"
    assert late.sentence.endswith("guaranteed 2HKO after toxic damage")


@pytest.mark.parametrize(
    ("conditions", "status", "told"),
    [
        (["leechseed"], None, "Leech Seed"),
        (["partiallytrapped"], None, "trapping"),
        (["leechseed"], "psn", "Leech Seed and poison"),
        (["leechseed", "partiallytrapped"], "brn", "Leech Seed and burn and trapping"),
    ],
)
def test_whatever_hurts_at_the_end_of_a_turn_counts_between_uses(
    conditions: list[str], status: str | None, told: str
) -> None:
    foe = {**SNORLAX, "conditions": conditions, "status": status}
    answer = calc({"pokemon": "Chansey", "level": 60}, "Seismic Toss", foe)
    most = answer.defender_max_hp
    each = sum(most // (16 if one == "brn" else 8) for one in (*conditions, status) if one)
    uses = next(uses for uses in range(1, 9) if 60 * uses + each * (uses - 1) >= most)
    assert answer.sentence.endswith(f"guaranteed {uses}HKO after {told} damage")
    alone = calc({"pokemon": "Chansey", "level": 60}, "Seismic Toss", SNORLAX)
    assert alone.sentence.endswith(f"guaranteed {-(-most // 60)}HKO")
    assert uses < -(-most // 60)


@pytest.mark.parametrize(
    ("move", "conditions", "turns"),
    [
        ("Body Slam", [], (0, 1, 2)),
        ("Hyper Beam", [], (0, 2, 4)),
        ("Sky Attack", [], (1, 3, 5)),
        ("Hyper Beam", ["mustrecharge"], (1, 3, 5)),
        ("Sky Attack", [{"name": "twoturnmove", "move": "Sky Attack"}], (0, 2, 4)),
    ],
)
def test_turns_to_charge_and_to_recharge_pass_between_uses(
    move: str, conditions: list[Any], turns: tuple[int, ...]
) -> None:
    """How many ends of turns come before each use, told by hp that just they and the uses take."""
    you = {"pokemon": "Chansey", "level": 5, "conditions": conditions, "strict": False}
    foe = {"pokemon": "Snorlax", "status": "psn"}
    most = calc(you, move, foe, strict=False).defender_max_hp
    for uses, ends in enumerate(turns, start=1):
        for ends_of_hp, chance in ((ends, 1.0), (ends + 1, 0.0)):
            percent = 100 * (ends_of_hp * (most // 8)) / most
            if percent > 0:
                found = calc(you, move, {**foe, "hp_percent": percent}, strict=False).ko_chances[uses - 1]
                assert found.rolls == chance, (uses, ends_of_hp)


@pytest.mark.parametrize(
    ("you", "move", "foe", "first", "apart"),
    [
        ("spearow", "solarbeam", {"pokemon": "moltres", "conditions": ["partiallytrapped"]}, 2, 2),
        (
            "jolteon",
            "bodyslam",
            {"pokemon": "snorlax", "conditions": ["leechseed", "partiallytrapped"]},
            1,
            1,
        ),
        ("dodrio", "skyattack", {"pokemon": "snorlax", "status": "tox", "status_turns": 2}, 2, 2),
        ("chansey", "psywave", {"pokemon": "starmie", "conditions": ["leechseed"], "status": "brn"}, 1, 1),
    ],
)
def test_chances_with_what_hurts_between_uses_are_those_of_battles(
    you: str, move: str, foe: dict[str, Any], first: int, apart: int
) -> None:
    """Between those of the turn before a use and those of its turn, whose end does not count as the use."""
    mine = {"pokemon": you, "moves": [move], "level": 60, "strict": False}
    theirs = {"moves": ["splash"], "hp_percent": 70, "strict": False, **foe}
    told = calc(mine, move, theirs, strict=False)
    now = situation(Side.model_validate(mine), Side.model_validate(theirs), lang="en", strict=False)
    states, fallen = now.states(2000, seed=1), [0.0]
    for _ in range(first + 2 * apart):
        run.step(states, np.zeros((len(states), 2), dtype=np.int64))
        fallen.append(float((states[:, at.B + at.HP] == 0).mean()))
    for number, one in enumerate(told.ko_chances):
        turn = first + number * apart
        assert fallen[turn - 1] - 0.05 <= one.overall <= fallen[turn] + 0.05, one.hits
    assert fallen[-1] > 0


def test_super_fang_halves_also_where_critical_hits_are_asked_for() -> None:
    plain, critical = (
        calc({"pokemon": "Raticate"}, "Super Fang", SNORLAX, critical=said).sentence for said in (False, True)
    )
    assert critical.split(" -- ")[1] == plain.split(" -- ")[1] == "guaranteed 10HKO"


def test_uses_needed() -> None:
    assert least_and_most_uses(simple(tuple(range(20, 36)), 100)) == (3, 5)
    assert least_and_most_uses(simple((0,) * 16, 100)) is None
    assert least_and_most_uses(simple((20,) * 16, 100), residual=(0, *(10,) * 99)) == (4, 4)


def test_nothing_to_hit_and_fixed_damage() -> None:
    assert calc({"pokemon": "Snorlax"}, "Body Slam", {"pokemon": "Gengar"}).sentence.endswith(
        "never knocks out"
    )
    toss = calc({"pokemon": "Chansey", "level": 30}, "Seismic Toss", SNORLAX)
    assert toss.sentence.startswith("Lvl 30 Chansey Seismic Toss vs. Lvl 70 50 HP Snorlax: 30-30")


@pytest.mark.parametrize("move", ["Counter", "Mirror Coat", "Bide"])
def test_what_gives_back_damage_cannot_be_reckoned(move: str) -> None:
    with pytest.raises(UsageError, match=f"{move} gives back the damage its user takes") as refused:
        calc({"pokemon": "Mew", "strict": False}, move, SNORLAX)
    assert refused.value.field == "move"


def test_errors_name_the_side() -> None:
    with pytest.raises(UsageError) as refused:
        calc(MACHAMP, "Earthquake", {**SNORLAX, "conditions": ["reflect", "reflect"]})
    assert refused.value.field == "defender.conditions[1].name"
