"""From a request to a Pokémon: names, Mega Evolution, legal and assumed moves."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.advisor.sides import Fighter, fighter
from predictiondex.errors import IllegalMove, UnknownName, UsageError
from predictiondex.messages.text import Lang
from predictiondex.wire import Side


def enter(*, lang: Lang = "en", strict: bool = True, **given: Any) -> Fighter:
    return fighter(Side.model_validate(given), "you", lang=lang, strict=strict)


def test_everything_by_french_names() -> None:
    one = enter(pokemon="DRACAUFEU", moves=["lance flammes", "Dracochoc"], nature="Modeste", level=36)
    assert one.form.id == "charizard"
    assert [move.id for move in one.moves] == ["flamethrower", "dragonpulse"]
    assert (one.combatant.nature, one.combatant.level) == ("modest", 36)
    assert not one.assumed
    assert one.warnings == ()


def test_ivs_and_avs_reach_the_stats() -> None:
    plain = enter(pokemon="mew", moves=["psychic"])
    trained = enter(pokemon="mew", moves=["psychic"], avs={"spa": 200}, ivs={"spe": 0}, boosts={"def": 2})
    assert trained.combatant.stats[3] == plain.combatant.stats[3] + 200
    assert trained.combatant.stats[5] < plain.combatant.stats[5]
    assert trained.combatant.boosts == (0, 2, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("pokemon", "mega", "reached"),
    [
        ("gengar", True, "Mega Gengar"),
        ("gengar", "mega", "Mega Gengar"),
        ("charizard", "x", "Mega Charizard X"),
        ("Mega Charizard Y", False, "Mega Charizard Y"),
        ("Méga-Dracaufeu Y", True, "Mega Charizard Y"),
        ("charizardmegay", "y", "Mega Charizard Y"),
        ("charizard", False, "Charizard"),
        ("charizard", None, "Charizard"),
    ],
)
def test_mega_evolution(pokemon: str, mega: Any, reached: str) -> None:
    assert enter(pokemon=pokemon, mega=mega, moves=["Substitute"], strict=False).name == reached


@pytest.mark.parametrize(
    ("pokemon", "mega"),
    [
        ("pikachu", True),
        ("charizard", True),
        ("charizard", "mega"),
        ("gengar", "x"),
        ("Mega Charizard Y", "x"),
    ],
)
def test_mega_evolutions_that_are_not(pokemon: str, mega: Any) -> None:
    with pytest.raises(UsageError) as caught:
        enter(pokemon=pokemon, mega=mega, moves=["Substitute"], strict=False)
    assert caught.value.field == "you.mega"


def test_a_move_named_twice_counts_once() -> None:
    one = enter(pokemon="Pikachu", moves=["Tonnerre", "thunderbolt", "Quick Attack"])
    assert [move.id for move in one.moves] == ["thunderbolt", "quickattack"]
    assert one.warnings == ("Thunderbolt was listed twice and counts once.",)


def test_illegal_moves_and_how_to_allow_them() -> None:
    with pytest.raises(IllegalMove) as caught:
        enter(pokemon="Pikachu", moves=["Thunderbolt", "Dig", "Hydro Pump"])
    assert caught.value.field == "you.moves[2]"
    assert "Hydro Pump" in caught.value.message
    assert enter(pokemon="Pikachu", moves=["Hydro Pump"], lang="en", strict=False).moves[0].id == "hydropump"


def test_one_side_may_be_freed_alone() -> None:
    side = {"pokemon": "Pikachu", "moves": ["Hydro Pump"]}
    freed = fighter(Side.model_validate({**side, "strict": False}), "you", lang="en", strict=True)
    assert freed.moves[0].id == "hydropump"
    with pytest.raises(IllegalMove):
        fighter(Side.model_validate({**side, "strict": True}), "you", lang="en", strict=False)


def test_assumed_moves_are_the_last_by_level_and_named() -> None:
    one = enter(pokemon="Pikachu", level=50, lang="fr")
    assert one.assumed
    assert len(one.moves) == 4
    assert "thunder" in {move.id for move in one.moves}
    (warning,) = one.warnings
    assert all(move.names.fr in warning for move in one.moves)


def test_a_mega_is_assumed_to_know_what_its_base_form_learns() -> None:
    mega, base = enter(pokemon="Mega Gengar"), enter(pokemon="Gengar")
    assert mega.moves == base.moves


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"pokemon": "pikachoo"}, "you.pokemon"),
        ({"pokemon": 200}, "you.pokemon"),
        ({"pokemon": "pikachu", "moves": ["Dig", "splosh"]}, "you.moves[1]"),
        ({"pokemon": "pikachu", "moves": ["Dig"], "nature": "grumpy"}, "you.nature"),
    ],
)
def test_unknown_names_say_where(given: dict[str, Any], field: str) -> None:
    with pytest.raises(UnknownName) as caught:
        enter(**given)
    assert caught.value.field == field


def test_struggle_cannot_be_chosen() -> None:
    with pytest.raises(UsageError) as caught:
        enter(pokemon="pikachu", moves=["Thunderbolt", "Struggle"], strict=False)
    assert caught.value.field == "you.moves[1]"
