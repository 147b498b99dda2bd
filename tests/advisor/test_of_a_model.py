"""What a model is asked of fights in which something is hidden, and of turns without a choice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from predictiondex.advisor import best_move, duel, matchups
from predictiondex.advisor.best import best_moves
from predictiondex.advisor.engines import SIMULATION, Engines
from predictiondex.advisor.situation import situation
from predictiondex.advisor.values import greedy_choice
from predictiondex.errors import IllegalMove
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.model import BattleModel
from predictiondex.wire import (
    Advice,
    BestMoveRequest,
    DuelRequest,
    MatchupsAnswer,
    MatchupsRequest,
    Side,
)
from tests.ml.models import booster, manifest

#: Nobody counted how long it has slept.
SLEEPER: dict[str, Any] = {
    "pokemon": "Fearow",
    "level": 70,
    "moves": ["Peck", "Sky Attack", "Drill Run", "Hyper Beam"],
    "status": "slp",
}
VAPOREON: dict[str, Any] = {"pokemon": "Vaporeon", "moves": ["Blizzard", "Hydro Pump", "Ice Beam"]}
TIRED: dict[str, Any] = {
    "pokemon": "Snorlax", "moves": ["Hyper Beam", "Tackle"], "conditions": ["mustrecharge"],
}  # fmt: skip
TAUROS: dict[str, Any] = {"pokemon": "Tauros", "moves": ["Tackle"]}


@pytest.fixture(scope="module")
def engines() -> Engines:
    small = xgboost.Booster()
    small.load_model(bytearray(booster()))
    return Engines(BattleModel(small, manifest()))


def advise(engines: Engines, you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> Advice:
    request = {"you": you, "opponent": opponent, "engine": "model", **options}
    return best_move(BestMoveRequest.model_validate(request), engines)


def table(engines: Engines, you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> MatchupsAnswer:
    request = {"you": [you], "opponent": [opponent, opponent], "engine": "model", **options}
    return matchups(MatchupsRequest.model_validate(request), engines)


def test_a_table_weighs_every_length_of_a_sleep(engines: Engines) -> None:
    told = table(engines, SLEEPER, VAPOREON).matrix[0].win_probabilities
    moves = {move.id: move.win_probability for move in advise(engines, SLEEPER, VAPOREON).moves}
    here = situation(Side.model_validate(SLEEPER), Side.model_validate(VAPOREON), lang="en", strict=True)
    assert told[0] == told[1] == pytest.approx(moves[greedy_choice(here)], abs=1e-6)


def test_the_witness_is_told_one_row_for_each_pair(engines: Engines) -> None:
    seen: list[tuple[int, ...]] = []
    request = MatchupsRequest.model_validate(
        {"you": [SLEEPER, VAPOREON], "opponent": [VAPOREON, TAUROS], "engine": "model"}
    )
    matchups(request, engines, lambda rows, **_: seen.append(rows.shape))
    assert [shape[0] for shape in seen] == [4]


def test_contributions_lead_to_the_chance_of_all_lengths(engines: Engines) -> None:
    advice = advise(engines, SLEEPER, VAPOREON, contributions=True)
    base, *moved = [one for one in advice.explanation if one.kind.startswith("contribution")]
    told = base.values["win_probability"] + sum(one.values["points"] for one in moved) / 100
    assert told == pytest.approx(advice.win_probability, abs=0.04), "topics below a point are left out"


def test_a_duel_shares_its_battles_out_among_all_lengths() -> None:
    """Two seeds agree as far as their intervals say, and with the advice."""
    request = {"you": SLEEPER, "opponent": VAPOREON, "simulations": 8000}
    answers = [duel(DuelRequest.model_validate({**request, "seed": seed})) for seed in range(1, 9)]
    chances = [one.win_probability for one in answers]
    widths = [one.interval[1] - one.interval[0] for one in answers]
    assert max(chances) - min(chances) < 1.5 * max(widths)
    assert all(one.wins + one.losses + one.ties == one.n == 8000 for one in answers)


def test_a_turn_without_a_choice_is_played_and_says_so(engines: Engines) -> None:
    advice = advise(engines, TIRED, TAUROS, turn=3, simulations=5000)
    assert (advice.model, advice.simulations) == (SIMULATION, 1000)
    assert advice.moves[0].interval is not None
    chosen = advise(engines, {**TIRED, "conditions": []}, TAUROS, turn=3)
    assert (chosen.simulations, chosen.moves[0].interval) == (0, None)
    assert chosen.model != SIMULATION


def test_a_table_tells_which_of_its_battles_were_played(engines: Engines) -> None:
    tired, rested = table(engines, TIRED, TAUROS), table(engines, VAPOREON, TAUROS)
    assert tired.simulations > 0
    assert tired.matrix[0].intervals is not None
    assert rested.simulations == 0
    assert rested.matrix[0].intervals is None
    without = table(Engines(), VAPOREON, TAUROS)
    assert without.simulations > 0
    assert without.matrix[0].intervals is not None


def test_several_requests_have_the_answers_that_each_has_alone(engines: Engines) -> None:
    """With a choice and without, with hidden lengths, by other engines, and one that cannot be."""
    asked: list[dict[str, Any]] = [
        {"you": VAPOREON, "opponent": SLEEPER},
        {"you": TIRED, "opponent": TAUROS},
        {"you": {**TAUROS, "moves": ["Transform"]}, "opponent": TIRED},
        {"you": SLEEPER, "opponent": VAPOREON, "lang": "fr"},
        {"you": TAUROS, "opponent": VAPOREON, "engine": "hybrid", "simulations": 50},
        {"you": VAPOREON, "opponent": TAUROS, "engine": "simulation", "simulations": 50},
        {"you": TAUROS, "opponent": {"pokemon": "Gyarados"}, "assume": "worst"},
    ]
    requests = [BestMoveRequest.model_validate({"engine": "model", **one}) for one in asked]
    seen: list[list[float]] = [[] for _ in requests]
    witnesses: list[Any] = [lambda row, *, at=at, **_: seen[at].extend(row) for at in range(len(seen))]
    together = best_moves(requests, engines, witnesses)
    for request, told, witnessed in zip(requests, together, seen, strict=True):
        if isinstance(told, Exception):
            assert isinstance(told, IllegalMove)
            with pytest.raises(IllegalMove, match=re.escape(str(told))):
                best_move(request, engines)
            continue
        looked: list[float] = []
        alone = best_move(request, engines, lambda row, looked=looked, **_: looked.extend(row))
        assert told.model_copy(update={"prediction_id": alone.prediction_id}) == alone
        assert witnessed == looked
    assert [bool(one) for one in seen] == [True, False, False, True, True, False, True]
    assert best_moves([], engines, []) == []
    without_a_model = best_moves(requests[:2], Engines(), witnesses[:2])
    assert [type(one) for one in without_a_model] == [Advice, Advice]
