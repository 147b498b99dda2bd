"""The best move: what players know to be right, in numbers and words."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.advisor import best_move
from predictiondex.battle import ENGINE_VERSION
from predictiondex.pokedex import pokedex
from predictiondex.wire import Advice, BestMoveRequest, Reason


def advise(you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> Advice:
    request = {"you": you, "opponent": opponent, "simulations": 400, **options}
    return best_move(BestMoveRequest.model_validate(request))


PIKACHU = {"pokemon": "Pikachu", "moves": ["Quick Attack", "Thunderbolt", "Tail Whip"]}
GYARADOS = {"pokemon": "Gyarados", "moves": ["Bite", "Waterfall"]}


ORDER = {"priority", "moves_first", "moves_second", "speed_tie"}


def kinds(advice: Advice) -> list[str]:
    return [reason.kind for reason in advice.explanation]


def order(advice: Advice) -> Reason:
    """The one reason that says who moves first."""
    (found,) = (reason for reason in advice.explanation if reason.kind in ORDER)
    return found


def test_four_times_effective_beats_priority() -> None:
    advice = advise(PIKACHU, GYARADOS)
    assert advice.recommended_move == advice.moves[0].id == "thunderbolt"
    best = advice.moves[0]
    assert best.type_multiplier == 4
    assert best.stab
    assert best.damage_percent[0] > 50
    assert advice.win_probability == best.win_probability
    assert advice.confidence == max(best.win_probability, 1 - best.win_probability)
    assert advice.model.name == "simulation"
    assert advice.model.version == ENGINE_VERSION


def test_moves_come_best_first_with_intervals_around_their_value() -> None:
    advice = advise(PIKACHU, GYARADOS)
    values = [move.win_probability for move in advice.moves]
    assert values == sorted(values, reverse=True)
    assert {move.id for move in advice.moves} == {"quickattack", "thunderbolt", "tailwhip"}
    for move in advice.moves:
        assert move.interval is not None
        low, high = move.interval
        assert 0 <= low <= move.win_probability <= high <= 1


def test_same_seed_same_advice_but_for_its_id() -> None:
    first, second = advise(PIKACHU, GYARADOS, seed=7), advise(PIKACHU, GYARADOS, seed=7)
    assert first.prediction_id != second.prediction_id
    hidden = {"prediction_id"}
    assert first.model_dump(exclude=hidden) == second.model_dump(exclude=hidden)


def test_where_all_is_lost_the_hardest_hit_comes_first() -> None:
    advice = advise(
        {"pokemon": "Caterpie", "moves": ["String Shot", "Tackle"], "level": 2},
        {"pokemon": "Mewtwo", "moves": ["Psychic"], "level": 100},
    )
    assert advice.win_probability == 0
    assert advice.confidence == 1
    assert advice.recommended_move == "tackle"
    assert [move.equal_to_best for move in advice.moves] == [True, True]
    assert {"never_won", "equal"} <= set(kinds(advice))


def test_moves_that_differ_are_not_called_equal() -> None:
    jolteon = {"pokemon": "Jolteon", "moves": ["Thunderbolt", "Growl"]}
    advice = advise(jolteon, {"pokemon": "Gyarados", "moves": ["Earthquake"]})
    assert advice.moves[0].equal_to_best
    assert advice.moves[0].win_probability - advice.moves[-1].win_probability > 0.02
    assert not advice.moves[-1].equal_to_best
    assert "equal" not in kinds(advice)


def test_the_reasons_a_player_gives() -> None:
    advice = advise(PIKACHU, GYARADOS)
    assert {"strong", "stab"} <= set(kinds(advice))
    speed = order(advice)
    assert speed.kind == "moves_first"
    assert speed.values["you"] > speed.values["opponent"]
    assert speed.text.startswith("Pikachu is faster")
    assert "threat" in "".join(kinds(advice))


def test_the_same_in_french() -> None:
    advice = advise(PIKACHU, GYARADOS, lang="fr")
    assert advice.moves[0].name == "Tonnerre"
    assert advice.opponent.name == "Léviator"
    texts = " ".join(reason.text for reason in advice.explanation)
    assert "super efficace (×4)" in texts
    assert "Léviator" in texts
    assert kinds(advice) == kinds(advise(PIKACHU, GYARADOS))


def test_paralysis_and_stages_change_who_moves_first() -> None:
    assert order(advise({**PIKACHU, "status": "par"}, GYARADOS)).kind == "moves_second"
    assert order(advise({**PIKACHU, "status": "par", "boosts": {"spe": 6}}, GYARADOS)).kind == "moves_first"
    assert order(advise(PIKACHU, {**PIKACHU, "moves": ["Thunderbolt"]})).kind == "speed_tie"


def test_priority_is_said() -> None:
    advice = advise({"pokemon": "Pikachu", "moves": ["Quick Attack"]}, GYARADOS)
    assert order(advice).kind == "priority"


def test_a_move_that_does_nothing() -> None:
    advice = advise({"pokemon": "Pikachu", "moves": ["Thunderbolt"]}, {"pokemon": "Sandslash"})
    assert advice.moves[0].damage_percent == (0.0, 0.0)
    assert "immune" in kinds(advice)


def test_a_status_move_promises_no_damage() -> None:
    advice = advise({"pokemon": "Pikachu", "moves": ["Thunder Wave"]}, GYARADOS)
    assert advice.moves[0].damage_percent == (0.0, 0.0)
    assert advice.moves[0].accuracy == pytest.approx(0.9)
    assert "status_move" in kinds(advice)


def test_a_foe_without_attacks_is_no_threat() -> None:
    advice = advise(PIKACHU, {"pokemon": "Magikarp", "moves": ["Splash"]})
    assert "no_threat" in kinds(advice)
    assert advice.win_probability == 1


def test_hits_to_knock_out_count_the_hp_that_is_left() -> None:
    def needed(**state: Any) -> Any:
        foe = {"pokemon": "Snorlax", "moves": ["Tackle"], **state}
        advice = advise({"pokemon": "Pikachu", "moves": ["Thunderbolt"]}, foe)
        reason = next(one for one in advice.explanation if "percent" in one.values and "hits" in one.values)
        return reason.values["hits"]

    full, half = needed(), needed(hp_percent=50)
    assert full[0] > half[0] >= 1


def test_assumed_moves_of_the_foe_are_named() -> None:
    advice = advise(PIKACHU, {"pokemon": "Gyarados"})
    assert advice.opponent_moves.assumed
    assert len(advice.opponent_moves.moves) == 4
    assert any("Gyarados" in warning for warning in advice.warnings)
    known = advise(PIKACHU, GYARADOS)
    assert not known.opponent_moves.assumed
    assert known.warnings == []


@pytest.mark.parametrize("engine", ["model", "hybrid"])
def test_an_engine_that_is_not_ready_is_answered_by_simulation(engine: str) -> None:
    advice = advise(PIKACHU, GYARADOS, engine=engine)
    assert advice.model.name == "simulation"
    assert any(warning.startswith("No model is ready") for warning in advice.warnings)


def test_the_mega_counts() -> None:
    plain = advise(
        {"pokemon": "Gengar", "moves": ["Shadow Ball"]}, {"pokemon": "Alakazam", "moves": ["Psychic"]}
    )
    mega = advise(
        {"pokemon": "Gengar", "moves": ["Shadow Ball"], "mega": True},
        {"pokemon": "Alakazam", "moves": ["Psychic"]},
    )
    assert mega.you.mega == "mega"
    assert order(mega).values["you"] > order(plain).values["you"]


@pytest.mark.parametrize(
    ("move", "kind"),
    [
        ("Solar Beam", "charge"),
        ("Hyper Beam", "recharge"),
        ("Explosion", "self_destruct"),
        ("Counter", "reactive"),
        ("Bide", "reactive"),
        ("Thunder", "accuracy"),
        ("Lick", "immune"),
        ("Absorb", "strong"),
        ("Water Gun", "weak"),
    ],
)
def test_what_is_special_about_a_move_is_said(move: str, kind: str) -> None:
    foe = "Snorlax" if kind in ("immune", "reactive") else "Poliwrath"
    advice = advise({"pokemon": "Mew", "moves": [move]}, {"pokemon": foe}, strict=False)
    assert kind in kinds(advice)


@pytest.mark.parametrize("move", ["Seismic Toss", "Dragon Rage", "Super Fang", "Psywave", "Fissure"])
def test_types_do_not_scale_fixed_damage(move: str) -> None:
    advice = advise({"pokemon": "Mew", "moves": [move]}, {"pokemon": "Lapras"}, strict=False)
    assert advice.moves[0].type_multiplier == 1
    assert not advice.moves[0].stab
    assert {"strong", "weak", "stab"}.isdisjoint(kinds(advice))


def test_an_immunity_stops_fixed_damage() -> None:
    advice = advise({"pokemon": "Mew", "moves": ["Seismic Toss"]}, {"pokemon": "Gengar"}, strict=False)
    assert advice.moves[0].type_multiplier == 0
    assert "immune" in kinds(advice)


def test_every_move_of_the_games_can_be_advised_on() -> None:
    """In both languages, with numbers that are numbers."""
    moves = [move for move in pokedex.moves if move != "struggle"]
    for at in range(0, len(moves), 4):
        four = moves[at : at + 4]
        for lang in ("en", "fr"):
            you = {"pokemon": "Mew", "moves": four}
            advice = advise(
                you, {"pokemon": "Snorlax", "moves": four}, lang=lang, strict=False, simulations=5
            )
            assert {move.id for move in advice.moves} == set(four)
            for move in advice.moves:
                assert 0 <= move.ko_chance <= 1
                assert 0 <= move.damage_percent[0] <= move.damage_percent[1]
