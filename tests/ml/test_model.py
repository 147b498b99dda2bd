"""A trained model: better than simpler answers, gated, rolled back, blended with battles."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from predictiondex.advisor.estimates import Estimate, compare
from predictiondex.advisor.situation import situation
from predictiondex.advisor.values import modelled, opening_values
from predictiondex.battle.combatant import new_state
from predictiondex.errors import DatasetError, RegistryError
from predictiondex.ml import evaluation, pipeline, scores, training, winrates
from predictiondex.ml.labels import greedy_slot_of
from predictiondex.ml.model import BattleModel, blend
from predictiondex.ml.promotion import Decision, first, gate, promote, rollback
from predictiondex.ml.race import evidence
from predictiondex.ml.registry import CHALLENGER, CHAMPION
from predictiondex.ml.sampling import draw
from predictiondex.ml.splits import TRAIN
from predictiondex.wire import Side
from tests.ml.conftest import Silent, World

#: Win rates of the reference engine (scripts/build_golden.py).
REFERENCE = Path(__file__).resolve().parents[1] / "battle" / "golden" / "winrates.jsonl.gz"


def reference_cases() -> list[winrates.Case]:
    with gzip.open(REFERENCE, "rt", encoding="utf-8") as lines:
        cases, left_out = winrates.read_cases(
            (number, json.loads(line)) for number, line in enumerate(lines, start=1)
        )
    assert left_out == 0
    return cases


def test_against_the_reference_engine(world: World) -> None:
    """Even a tiny model holds the bar of the quick profile; the hybrid comes near that of the full one."""
    cases = reference_cases()
    model = world.model
    told = winrates.answer(cases, "model", model, n=0, seed=1, told=lambda: None)
    blended = winrates.answer(cases, "hybrid", model, n=64, seed=1, told=lambda: None)
    alone = winrates.report(cases, told)["all"]
    assert alone["rmse"] < 0.03
    assert alone["decided_accuracy"] > 0.99
    assert alone["ece"] < 0.01
    assert winrates.report(cases, blended)["all"]["rmse"] < 0.025


def test_it_beats_simpler_answers_on_what_it_has_not_seen(world: World) -> None:
    found = world.outcome.report["baselines"]
    # From so few matchups the correction learns little: it must not do harm. `train` reports what it gains.
    assert found["model"]["rmse"] < found["the race alone"]["rmse"] * 1.15
    assert found["model"]["rmse"] < found["random forest"]["rmse"] / 2
    assert found["model, the same rows"]["rmse"] < found["toy formula, as they came in"]["rmse"] / 5
    assert world.outcome.report["regret"]["mean"] < 0.01


def test_the_same_seed_trains_the_same_model(world: World) -> None:
    again = training.fit(world.rows, profile="quick", seed=5, threads=1, progress=Silent())
    rows = world.rows.features[:500]
    assert np.allclose(again.predict(rows), world.model.from_features(rows), atol=1e-7)


def test_a_batch_gives_the_same_as_single_rows(world: World) -> None:
    rows = world.rows.features[:200]
    model = world.model
    together = model.from_features(rows)
    alone = np.array([model.from_features(rows[at : at + 1])[0] for at in range(len(rows))])
    assert (together == alone).all()


def test_swapping_the_sides_gives_the_rest(world: World) -> None:
    """Greedy against greedy: my chance and yours come to one."""
    mine, yours, slots, replies = [], [], [], []
    for number in range(400):
        matchup = draw(3, number)
        here, there = new_state(matchup.a, matchup.b), new_state(matchup.b, matchup.a)
        mine.append(here)
        yours.append(there)
        slots.append(greedy_slot_of(here))
        replies.append(greedy_slot_of(there))
    one = world.model.predict(np.stack(mine), np.array(slots))
    other = world.model.predict(np.stack(yours), np.array(replies))
    assert abs(float(np.mean(one + other - 1))) < 0.01
    assert float(np.mean(np.abs(one + other - 1))) < 0.01


def test_contributions_add_up_to_the_answer(world: World) -> None:
    rows = world.rows.features[:50]
    model = world.model
    odds = model.contributions(rows).sum(axis=1)
    told = model.from_features(rows)
    if model.manifest.calibration is None:
        assert np.allclose(1 / (1 + np.exp(-odds)), told, atol=1e-4)


# --- the hybrid -------------------------------------------------------------------------------------------


def test_the_hybrid_is_better_than_both_of_its_parts(world: World) -> None:
    """With no more battles than the model has tried out itself it may be as good as that one."""
    assert world.outcome.report["hybrid"]
    for row in world.outcome.report["hybrid"]:
        assert row["hybrid"] < row["model"] * (1.0 if row["battles"] > evidence.BATTLES else 1.05)
        assert row["hybrid"] < row["simulation"] * 1.001


def test_what_some_battles_say_is_judged_by_the_luck_of_others() -> None:
    """The error of a share of 64 battles comes out as what it is, though the truth is known from 384 only."""
    chance = np.random.default_rng(8)
    true = chance.random(40_000)
    n = np.full(len(true), 384.0)
    y = chance.binomial(384, true) / n
    wins, rest, others = scores.dealt(y, n, 64, chance)
    assert np.allclose(wins + rest * others, y * n)
    assert (others == 320).all()
    found = float(np.mean(scores.squared_error(wins / 64, rest, others)))
    assert found == pytest.approx(float(np.mean(true * (1 - true) / 64)), rel=0.03)
    tied = scores.dealt(np.array([0.5 / 384]), np.array([384.0]), 64, chance)
    assert (np.array(tied[:2]) >= 0).all()


def test_battles_that_contradict_the_model_win() -> None:
    hybrid = {"strength": 1000.0, "doubt": 0.01}
    agreed, contradicted = blend(np.array([0.97, 0.97]), np.array([245.0, 20.0]), 256, hybrid)
    assert agreed == pytest.approx(0.967, abs=0.01)
    assert contradicted == pytest.approx(20 / 256, abs=0.02)


def test_leads_are_as_sure_as_so_many_battles() -> None:
    """Openings told as if each had been played 200 times; what is wrong about a whole matchup counts not."""
    chance = np.random.default_rng(3)
    truths = [np.clip(chance.normal(0.5, 0.2) + chance.normal(0, 0.1, 4), 0.05, 0.95) for _ in range(600)]
    cases = [
        (np.full((4, 1), number, dtype=np.float32), chance.binomial(2000, truth, (2, 4)).T / 2000)
        for number, truth in enumerate(truths)
    ]
    played = [chance.binomial(200, truth) / 200 for truth in truths]

    def told(features: Any, shift: float = 0.0) -> Any:
        number = int(features[0, 0])
        return np.clip(played[number] + shift * (-1) ** number, 0, 1)

    assert evaluation.lead_battles(cases, told) == pytest.approx(200, rel=0.15)
    assert evaluation.lead_battles(cases, lambda features: told(features, 0.04)) == pytest.approx(
        200, rel=0.2
    )


def test_a_move_that_is_ten_points_worse_is_said_to_be(world: World) -> None:
    manifest = replace(world.model.manifest, metrics={"rmse": 0.02, "lead_battles": 400.0})
    sure = BattleModel(world.model._booster, manifest).lead_battles
    behind = {
        lead: compare(Estimate(0.6, None, sure), Estimate(0.6 - lead, None, sure)).clear
        for lead in (0.02, 0.1)
    }
    assert behind == {0.02: False, 0.1: True}
    old = replace(world.model.manifest, metrics={"rmse": 0.02})
    assert BattleModel(world.model._booster, old).lead_battles == int(old.hybrid["strength"])


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": "slp"},
        {"conditions": [{"name": "confusion", "turns": 1}]},
        {"status": "slp", "conditions": [{"name": "confusion", "turns": 1}, {"name": "taunt", "turns": 1}]},
    ],
)
@pytest.mark.parametrize("whose", ["you", "opponent"])
def test_what_nobody_sees_is_weighed_by_how_likely_it_is(
    world: World, whose: str, hidden: dict[str, Any]
) -> None:
    sides: dict[str, dict[str, Any]] = {
        "you": {"pokemon": "gengar", "moves": ["shadowball", "sludgebomb"]},
        "opponent": {"pokemon": "starmie", "moves": ["surf", "psychic"]},
    }
    sides[whose] |= hidden
    you, opponent = (Side.model_validate(side) for side in sides.values())
    here = situation(you, opponent, lang="en", strict=True, turn=3)
    told = [
        {move: value.p for move, value in modelled(here, 0, seed, world.model).items()} for seed in (1, 2, 99)
    ]
    assert told[0] == told[1] == told[2]
    every = opening_values(here, "simulation", 4000, 1)
    for move, p in told[0].items():
        assert p == pytest.approx(every[move].p, abs=0.06)


# --- the gate ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases() -> pipeline.Cases:
    numbers = evaluation.regret_matchups(77, 60)
    return evaluation.opening_values(77, numbers, 400, Silent())


def losses(world: World, cases: pipeline.Cases, change: Any) -> evaluation.Losses:
    model, test = world.model, evaluation.held_out(world.rows)

    def told(rows: Any) -> Any:
        return change(model.from_features(rows))

    return evaluation.losses(test, told(test.features), evaluation.regrets(cases, told))


def test_a_worse_challenger_is_refused_a_better_one_promoted(world: World, cases: pipeline.Cases) -> None:
    good = losses(world, cases, lambda p: p)
    bad = losses(world, cases, lambda p: 0.5 + (p - 0.5) * 0.8)
    refused = gate(good, bad)
    assert not refused.accepted
    assert any("squared error (all)" in reason for reason in refused.reasons)
    assert gate(bad, good).accepted
    assert gate(good, good).accepted


def test_a_challenger_that_is_worse_in_one_slice_only_is_refused(world: World, cases: pipeline.Cases) -> None:
    test = evaluation.held_out(world.rows)
    model = world.model
    ailing = evaluation.slices(test)["a side has a status"]
    p = model.from_features(test.features)
    worse = np.where(ailing, 0.5 + (p - 0.5) * 0.7, p)
    lost = evaluation.regrets(cases, model.from_features)
    decision = gate(evaluation.losses(test, p, lost), evaluation.losses(test, worse, lost))
    assert not decision.accepted
    assert any("a side has a status" in reason for reason in decision.reasons)


def test_equal_models_with_other_noise_are_seldom_refused(world: World, cases: pipeline.Cases) -> None:
    chance = np.random.default_rng(1)
    good = losses(world, cases, lambda p: p)
    refused = 0
    for _ in range(20):
        # On the log odds: chances of 0 and 1 that are cut off there would be worse, and not only noisy.
        noisy = losses(world, cases, lambda p: expit(logit(p) + chance.normal(0, 0.01, len(p))))
        refused += not gate(good, noisy).accepted
    assert refused <= 2


def test_models_judged_on_other_rows_are_not_compared(world: World, cases: pipeline.Cases) -> None:
    good = losses(world, cases, lambda p: p)
    fewer = {figure: {part: loss[:-1] for part, loss in parts.items()} for figure, parts in good.items()}
    with pytest.raises(RegistryError, match="same rows"):
        gate(good, fewer)


def test_a_first_model_must_be_sane() -> None:
    assert first({"rmse": 0.05, "ece": 0.01, "opening_regret": 0.001, "decided_accuracy": 0.99}).accepted
    refused = first({"rmse": 0.3, "ece": 0.01, "opening_regret": 0.001, "decided_accuracy": 0.99})
    assert not refused.accepted
    assert "rmse" in refused.reasons[0]


def test_promotion_rollback_and_their_record(world: World) -> None:
    registry = world.registry
    manifest = registry.manifest("1")
    content = (registry.path("1") / manifest.model_file).read_bytes()
    number = registry.add(content, manifest)
    registry.set_alias(CHALLENGER, number, reason="trained", by="test")
    promote(registry, number, Decision(True, ("better",)), by="test")
    assert registry.aliases() == {CHAMPION: number}
    assert rollback(registry, None, by="test") == "1"
    assert registry.aliases() == {CHAMPION: "1"}
    with pytest.raises(RegistryError, match="champion already"):
        rollback(registry, "1", by="test")
    refusal = first({})
    promote(registry, number, refusal, by="test")
    assert registry.aliases() == {CHAMPION: "1", CHALLENGER: number}
    assert "refused" in registry.history()[-1]["reason"]
    registry.set_alias(CHALLENGER, None, reason="end of the test", by="test")


# --- bad input --------------------------------------------------------------------------------------------


def test_an_empty_split_is_refused(world: World) -> None:
    rows = world.rows
    only = rows.where(rows.about["split"] == TRAIN)
    with pytest.raises(DatasetError, match="validation"):
        training.fit(only, profile="quick", seed=1, threads=1, progress=Silent())


def test_the_self_test_finds_a_model_that_says_nonsense(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = world.model
    model.self_test()
    monkeypatch.setattr(BattleModel, "from_features", lambda _, rows: np.full(len(rows), 0.5))
    with pytest.raises(Exception, match="self-test"):
        model.self_test()


def test_the_figures_mean_what_they_say() -> None:
    chance = np.random.default_rng(3)
    truth = chance.random(20_000)
    n = np.full(len(truth), 100.0)
    y = chance.binomial(100, truth) / 100
    assert float(np.mean(scores.squared_error(truth, y, n))) == pytest.approx(0, abs=1e-4)
    off = np.clip(truth + 0.05, 0, 1)
    assert scores.summary(off, y, n)["rmse"] == pytest.approx(
        float(np.sqrt(np.mean((off - truth) ** 2))), abs=0.002
    )
    assert scores.expected_calibration_error(truth, y) < 0.005
    assert scores.expected_calibration_error(off, y) > 0.03
    assert scores.decided_accuracy(truth, truth) == 1.0
    assert scores.summary(np.array([0.2, 0.9]), np.array([0.25, 0.3]), n[:2])["largest"] == pytest.approx(0.6)
    assert scores.brier(truth, truth) == pytest.approx(scores.floor(truth, np.full(len(truth), 1e9)))
