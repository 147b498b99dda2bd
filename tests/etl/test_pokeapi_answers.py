"""Reading these games out of answers that describe newer ones."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.etl.sources import pokeapi_answers as answers
from predictiondex.pokedex import pokedex
from tests.etl import fake_pokeapi
from tests.etl.fake_pokeapi import GROUPS, past_value, ref, type_slots


def pokemon(**changes: Any) -> answers.Pokemon:
    return answers.Pokemon.model_validate({**fake_pokeapi.pokemon(pokedex.forms["mew"]), **changes})


def move(**changes: Any) -> answers.Move:
    return answers.Move.model_validate({**fake_pokeapi.move(pokedex.moves["surf"]), **changes})


def stats(generation: str, **values: int) -> dict[str, Any]:
    return {
        "generation": ref("generation", generation),
        "stats": [
            {"base_stat": value, "effort": 0, "stat": ref("stat", name.replace("_", "-"))}
            for name, value in values.items()
        ],
    }


def types(generation: str, name: str) -> dict[str, Any]:
    return {"generation": ref("generation", generation), "types": type_slots((name,))}


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ([], "Psychic"),
        ([types("generation-v", "Normal")], "Psychic"),
        ([types("generation-vii", "Fairy")], "Fairy"),
        ([types("generation-ix", "Dark"), types("generation-viii", "Ghost")], "Ghost"),
        ([types("generation-of-the-future", "Dark")], "Psychic"),
    ],
)
def test_types_that_held_up_to_a_later_generation_apply(past: list[Any], expected: str) -> None:
    assert pokemon(past_types=past).type_names() == (expected,)


def test_stats_that_held_up_to_a_later_generation_apply_one_by_one() -> None:
    answer = pokemon(
        past_stats=[
            stats("generation-ix", attack=3, speed=4),
            stats("generation-viii", attack=2),
            stats("generation-vi", attack=1, hp=1),
        ]
    )
    assert answer.base_stats() == {"hp": 100, "atk": 2, "def": 100, "spa": 100, "spd": 100, "spe": 4}


@pytest.mark.parametrize(
    ("past", "power", "pp"),
    [
        ([], 90, 15),
        ([past_value("black-white", power=95, pp=10)], 90, 15),
        ([past_value(fake_pokeapi.LETS_GO, power=95)], 90, 15),
        ([past_value("sword-shield", power=80)], 80, 15),
        ([past_value("scarlet-violet", power=70, pp=5), past_value("sword-shield", power=80)], 80, 5),
    ],
)
def test_values_in_force_before_the_first_later_group_apply(past: list[Any], power: int, pp: int) -> None:
    figures = move(past_values=past).figures(GROUPS)
    assert (figures["power"], figures["base_pp"]) == (power, pp)


def test_a_past_type_applies() -> None:
    past = {**past_value("sword-shield"), "type": ref("type", "ice")}
    assert move(past_values=[past]).figures(GROUPS)["type"] == "Ice"


def test_no_power_counts_as_none_and_no_accuracy_stays() -> None:
    figures = move(power=None, accuracy=None, pp=None).figures({})
    assert (figures["power"], figures["accuracy"], figures["base_pp"]) == (0, None, None)


def test_only_the_learnset_of_these_games_is_read() -> None:
    ways = [
        fake_pokeapi.way("sun-moon", "level-up", 5),
        fake_pokeapi.way(fake_pokeapi.LETS_GO, "level-up", 0),
        fake_pokeapi.way(fake_pokeapi.LETS_GO, "light-ball-egg", 0),
        fake_pokeapi.way(fake_pokeapi.LETS_GO, "machine", 0),
    ]
    answer = pokemon(moves=[{"move": ref("move", "surf"), "version_group_details": ways}])
    assert answer.learnset() == {("surf", "level", 0), ("surf", "machine", 0)}


@pytest.mark.parametrize(
    "sprites",
    [
        {},
        {"front_default": None},
        {"front_default": "javascript:x", "other": 3},
        {"front_default": "https://x/\ud800.png"},
    ],
)
def test_pictures_are_web_addresses_or_nothing(sprites: dict[str, Any]) -> None:
    assert pokemon(sprites=sprites).pictures() == {}
