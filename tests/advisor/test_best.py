"""The best move: what players know to be right, in numbers and words."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.advisor import best_move
from predictiondex.battle import ENGINE_VERSION
from predictiondex.wire import Advice, BestMoveRequest


def advise(you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> Advice:
    request = {"you": you, "opponent": opponent, "simulations": 400, **options}
    return best_move(BestMoveRequest.model_validate(request))


PIKACHU = {"pokemon": "Pikachu", "moves": ["Quick Attack", "Thunderbolt", "Tail Whip"]}
GYARADOS = {"pokemon": "Gyarados", "moves": ["Bite", "Waterfall"]}


def kinds(advice: Advice) -> list[str]:
    return [reason.kind for reason in advice.explanation]


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
    assert "equal" in kinds(advice)


def test_moves_that_differ_are_not_called_equal() -> None:
    advice = advise(PIKACHU, {"pokemon": "Gyarados", "moves": ["Waterfall"], "level": 60}, simulations=2000)
    assert advice.moves[0].equal_to_best
    assert advice.moves[0].win_probability - advice.moves[-1].win_probability > 0.1
    assert not advice.moves[-1].equal_to_best


def test_the_reasons_a_player_gives() -> None:
    advice = advise(PIKACHU, GYARADOS)
    assert kinds(advice)[0] == "moves_first"
    assert {"strong", "stab"} <= set(kinds(advice))
    speed = advice.explanation[0]
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
    assert kinds(advise({**PIKACHU, "status": "par"}, GYARADOS))[0] == "moves_second"
    assert kinds(advise({**PIKACHU, "status": "par", "boosts": {"spe": 6}}, GYARADOS))[0] == "moves_first"
    assert kinds(advise(PIKACHU, {**PIKACHU, "moves": ["Thunderbolt"]}))[0] == "speed_tie"


def test_priority_is_said() -> None:
    advice = advise({"pokemon": "Pikachu", "moves": ["Quick Attack"]}, GYARADOS)
    assert kinds(advice)[0] == "priority"


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
    assert any(engine in warning for warning in advice.warnings)


def test_the_mega_counts() -> None:
    plain = advise(
        {"pokemon": "Gengar", "moves": ["Shadow Ball"]}, {"pokemon": "Alakazam", "moves": ["Psychic"]}
    )
    mega = advise(
        {"pokemon": "Gengar", "moves": ["Shadow Ball"], "mega": True},
        {"pokemon": "Alakazam", "moves": ["Psychic"]},
    )
    assert mega.you.mega == "mega"
    assert mega.explanation[0].values["you"] > plain.explanation[0].values["you"]
