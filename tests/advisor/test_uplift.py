"""A whole fight in the reference engine, played by the advice, and the measurement that rests on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictiondex.advisor.situation import situation
from predictiondex.advisor.uplift import Matchup, advised, measure, request_from, summary, toy
from predictiondex.errors import ReferenceEngineError
from predictiondex.reference.outside import Arena
from tests.components import require

require("node")

JOB = {
    "a": {"species": "Chansey", "moves": ["toxic", "softboiled", "seismictoss", "protect"]},
    "b": {"species": "Mewtwo", "moves": ["psychic", "recover", "swift", "amnesia"]},
}


@pytest.mark.slow
def test_live_advice_through_a_whole_fight() -> None:
    asked: list[dict[str, Any]] = []
    follow = advised(JOB, simulations=400, seed=1)

    def player(ask: dict[str, Any]) -> str:
        asked.append(ask)
        choice = follow(ask)
        assert choice in ask["free"]
        return choice

    with Arena() as arena:
        won = sum(
            arena.fight(JOB["a"], JOB["b"], [seed, 2, 3, 4], player_a=player)["winner"] == "A"
            for seed in range(4)
        )
        greedy = sum(arena.fight(JOB["a"], JOB["b"], [seed, 2, 3, 4])["winner"] == "A" for seed in range(4))
    assert won == 4 > greedy, "poison, two blows and a turn under cover win what greed may lose"
    assert max(ask["turn"] for ask in asked) == 4
    poisoned = [ask for ask in asked if ask["foe"]["status"] == "tox"]
    assert poisoned
    for ask in poisoned:
        request = request_from(JOB, ask)
        here = situation(request.you, request.opponent, lang="en", strict=False, turn=request.turn)
        assert here.opponent.combatant.status == "tox"


def test_a_choice_that_cannot_be_is_refused() -> None:
    with Arena() as arena, pytest.raises(ReferenceEngineError, match="cannot be chosen"):
        arena.fight(JOB["a"], JOB["b"], [1, 2, 3, 4], player_a=lambda _: "surf")


@pytest.mark.slow
def test_the_measurement_is_paired_and_repeatable() -> None:
    def run() -> list[Matchup]:
        return list(measure([JOB], battles=2, simulations=32, seed=4))

    first, again = run(), run()
    assert first[0].results == again[0].results
    assert set(first[0].results) == {"advised", "greedy", "toy"}
    assert first[0].matters


def test_the_toy_rule() -> None:
    ask = {"free": ["thunderbolt", "surf", "hypnosis"], "foe": {"species": "gyarados"}}
    assert toy({})(ask) == "thunderbolt"


def test_the_summary_keeps_pairs_together() -> None:
    luck = np.random.default_rng(1).random(40)
    played = [
        Matchup(JOB, p, 0.2 if number % 2 else 0.0, {"advised": p + 0.1, "greedy": p, "toy": 0.0})
        for number, p in enumerate(luck * 0.9)
    ]
    parts = summary(played)
    assert parts["all"]["matchups"] == 40
    assert parts["opening_matters"]["matchups"] == 20
    difference = parts["all"]["advised_minus_greedy"]
    assert difference["mean"] == pytest.approx(0.1)
    assert difference["interval"] == pytest.approx([0.1, 0.1])
