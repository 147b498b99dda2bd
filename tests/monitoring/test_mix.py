"""A crowd seen in traffic becomes a part of the next dataset, and nothing else changes."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from predictiondex.errors import DatasetError
from predictiondex.ml import dataset
from predictiondex.ml.mix import Mix, mix_of
from predictiondex.ml.sampling import Matchup, draw
from tests.monitoring.logged import plain, shifted


def crowd(share: float = 0.5, count: int = 30) -> Mix:
    return mix_of(((one.a, one.b) for one in shifted(count)), share)


def from_crowd(one: Matchup) -> bool:
    return min(one.a.level, one.b.level) >= 80 and {one.a.form.types[0], one.b.form.types[0]} <= {
        "Fire",
        "Psychic",
    }


def test_the_share_of_the_crowd_is_kept() -> None:
    mix = crowd(0.4)
    found = [draw(3, number, mix) for number in range(1000)]
    assert 0.34 < sum(map(from_crowd, found)) / len(found) < 0.47
    assert found == [draw(3, number, mix) for number in range(1000)]
    # What does not come from the crowd is what would have been drawn without one.
    for number, one in enumerate(found):
        assert from_crowd(one) or one == draw(3, number)


def test_moves_vary_and_stay_legal() -> None:
    mix = crowd(1.0, count=1)
    moves = {move.id for number in range(50) for move in draw(1, number, mix).a.moves}
    seen = mix.pairs[0][0]
    assert {move.id for move in seen.moves} < moves <= set(seen.form.movepool)


def test_a_mix_survives_its_file(tmp_path: Path) -> None:
    mix = mix_of(((one.a, one.b) for one in plain(200)), 0.25)
    path = tmp_path / "mix.json"
    path.write_bytes(mix.content())
    again = Mix.read(path)
    assert again == mix
    assert again.digest == mix.digest != crowd().digest


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"mix 1": {"share": 1, "pairs": [[{}, {}]]}}'])
def test_a_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mix.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match="mix"):
        Mix.read(path)


def test_an_empty_crowd_changes_nothing() -> None:
    assert Mix(1.0, ()).pick(random.Random(1)) is None  # noqa: S311
    assert draw(1, 1, Mix(1.0, ())) == draw(1, 1)


def test_a_recipe_without_a_mix_is_the_recipe_of_before() -> None:
    recipe = dataset.recipe("quick", 3)
    assert recipe.described == {
        "profile": "quick", "seed": 3, "matchups": 12_000, "battles": 128, "partition": 1500,
    }  # fmt: skip
    assert recipe.name == "quick-3"
    mixed = replace(recipe, mix=crowd())
    assert mixed.described["mix"] == crowd().digest
    assert mixed.name == f"quick-3-{crowd().digest}"
