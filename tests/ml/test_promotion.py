"""The gate on losses made for it, and the way to the throne and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from predictiondex.errors import ArtefactError, RegistryError
from predictiondex.ml import pipeline, scores
from predictiondex.ml.evaluation import Losses
from predictiondex.ml.promotion import Decision, champions, first, gate, promote, rollback
from predictiondex.ml.registry import CHAMPION, Registry
from tests.ml.models import booster, manifest

YES, NO = Decision(True, ("better",)), Decision(False, ("worse",))
SANE = {"rmse": 0.05, "ece": 0.01, "opening_regret": 0.001, "decided_accuracy": 0.99}


def losses(each: NDArray[np.float64], rows: int = 1) -> Losses:
    """One figure, ``rows`` equal rows in each matchup."""
    return {"squared error": {"all": np.column_stack([each * rows, np.full(len(each), rows)])}}


def test_worse_is_refused_and_named_better_and_equal_pass() -> None:
    chance = np.random.default_rng(1)
    champion = chance.exponential(0.01, 2000)
    worse, better = champion * 1.3, champion * 0.8
    refused = gate(losses(champion), losses(worse))
    assert not refused.accepted
    assert "worse: squared error (all): 0.01" in refused.reasons[0]
    assert gate(losses(champion), losses(better)).accepted
    assert gate(losses(champion), losses(champion)).accepted
    assert refused.facts()["accepted"] is False


def test_worse_in_a_single_slice_is_refused() -> None:
    chance = np.random.default_rng(1)
    champion = {str(part): losses(chance.exponential(0.01, 500))["squared error"] for part in range(40)}
    challenger = {name: {"all": parts["all"] * [0.9, 1]} for name, parts in champion.items()}
    assert gate(champion, challenger).accepted
    challenger["7"] = {"all": champion["7"]["all"] * [1.5, 1]}
    refused = gate(champion, challenger)
    assert [reason.split(" (")[0] for reason in refused.reasons] == ["worse: 7"]


def test_rows_of_one_matchup_are_not_more_evidence_than_the_matchup() -> None:
    chance = np.random.default_rng(2)
    champion = chance.exponential(0.01, 300)
    challenger = champion + chance.normal(0.0005, 0.005, 300)
    alone = gate(losses(champion), losses(challenger)).comparisons[0]
    tenfold = gate(losses(champion, 10), losses(challenger, 10)).comparisons[0]
    assert tenfold.rows == 10 * alone.rows
    assert tenfold.p_value == pytest.approx(alone.p_value)
    assert tenfold.difference == pytest.approx(alone.difference)


def test_equal_challengers_are_seldom_refused_by_bad_luck() -> None:
    """Twenty slices each, matchups of four rows that stand or fall together."""
    chance = np.random.default_rng(3)
    refused = 0
    for _ in range(200):
        base = chance.exponential(0.01, (20, 400))
        luck = base * chance.normal(1, 0.3, base.shape)
        champion = {str(part): losses(one, 4)["squared error"] for part, one in enumerate(base)}
        challenger = {str(part): losses(one, 4)["squared error"] for part, one in enumerate(luck)}
        refused += not gate(champion, challenger).accepted
    assert refused <= 20


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_no_number_is_refused(broken: float) -> None:
    good = np.full(100, 0.01)
    bad = good.copy()
    bad[7] = broken
    refused = gate(losses(good), losses(bad))
    assert not refused.accepted
    assert "no number" in refused.reasons[0]


def test_nothing_to_judge_by_is_no_pass() -> None:
    assert not gate({}, {}).accepted


def test_only_the_same_figures_on_the_same_rows_are_compared() -> None:
    one, other = losses(np.ones(100)), losses(np.ones(99))
    with pytest.raises(RegistryError, match="same rows"):
        gate(one, other)
    with pytest.raises(RegistryError, match="same rows"):
        gate(one, losses(np.ones(100), rows=2))
    with pytest.raises(RegistryError, match="same figures"):
        gate({**one, "log loss": {}}, {"log loss": one["squared error"]})


def test_calibration_error_row_by_row() -> None:
    chance = np.random.default_rng(4)
    p, mask = chance.random(5000), chance.random(5000) < 0.3
    y = np.clip(p**1.3 + chance.normal(0, 0.1, 5000), 0, 1)
    whole = scores.expected_calibration_error(p[mask], y[mask])
    assert float(np.mean(scores.calibration_loss(p, y, mask)[mask])) == pytest.approx(whole)


@pytest.mark.parametrize("name", SANE)
def test_a_first_model_must_be_sane_in_every_figure(name: str) -> None:
    assert first(SANE).accepted
    for bad in (float("nan"), 0.9 if name != "decided_accuracy" else 0.5):
        refused = first({**SANE, name: bad})
        assert not refused.accepted
        assert refused.reasons[0].startswith(name)
    assert not first({other: figure for other, figure in SANE.items() if other != name}).accepted


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Four versions; 1, then 2, then 3 became champion."""
    registry = Registry(tmp_path)
    for number in range(1, 5):
        registry.add(f"model {number}".encode(), manifest())
    for version in ("1", "2", "3"):
        registry.set_alias("challenger", version, reason="trained", by="test")
        promote(registry, version, YES, by="test")
    return registry


def test_a_refusal_leaves_the_champion_and_is_recorded(registry: Registry) -> None:
    seen = registry.champion()
    for _ in range(2):
        promote(registry, "4", NO, by="test")
    assert registry.champion() == seen
    assert registry.aliases() == {"champion": "3", "challenger": "4"}
    last = registry.history()[-1]
    assert (last["reason"], last["facts"]["version"]) == ("refused: worse", "4")
    promote(registry, "4", YES, by="test")
    assert registry.aliases() == {"champion": "4"}


def test_the_champion_is_no_challenger(registry: Registry) -> None:
    """A challenger becomes champion by more ways than the gate, and a kill may come between two lines."""
    promote(registry, "2", NO, by="test")
    assert registry.aliases() == {"champion": "3", "challenger": "2"}
    assert rollback(registry, "2", by="test") == "2"
    assert registry.aliases() == {"champion": "2"}
    # It was refused and serves no more: as before.
    promote(registry, "3", YES, by="test")
    assert registry.aliases() == {"champion": "3", "challenger": "2"}
    promote(registry, "2", YES, by="test")
    assert registry.aliases() == {"champion": "2"}
    last = registry.history()[-1]
    assert (last["alias"], last["before"], last["after"]) == ("challenger", "2", None)
    promote(registry, "3", YES, by="test")
    assert registry.aliases() == {"champion": "3"}


def test_a_decision_against_another_champion_is_not_carried_out(registry: Registry) -> None:
    for against in ("2", None):
        with pytest.raises(RegistryError, match="is now 3"):
            promote(registry, "4", Decision(True, ("better",), against=against), by="test")
    promote(registry, "4", Decision(True, ("better",), against="3"), by="test")
    assert registry.aliases() == {"champion": "4"}


def test_going_back_twice_goes_back_two_steps(registry: Registry) -> None:
    assert champions(registry) == ["1", "2", "3"]
    assert rollback(registry, None, by="test") == "2"
    assert rollback(registry, None, by="test", reason="still bad") == "1"
    assert registry.history()[-1]["reason"] == "still bad"
    with pytest.raises(RegistryError, match="no earlier champion"):
        rollback(registry, None, by="test")
    assert registry.aliases() == {"champion": "1"}
    # Onwards again, by the gate: the way back leads to where we came from.
    promote(registry, "3", YES, by="test")
    assert champions(registry) == ["1", "3"]
    assert rollback(registry, None, by="test") == "1"


def test_going_back_to_a_version_by_name(registry: Registry) -> None:
    assert rollback(registry, "1", by="test") == "1"
    assert rollback(registry, "3", by="test") == "3"  # it was champion once, so it may be again
    for version, told in (("3", "champion already"), ("4", "never was champion"), ("9", "no model version")):
        with pytest.raises(RegistryError, match=told):
            rollback(registry, version, by="test")


def test_a_damaged_version_is_not_gone_back_to(registry: Registry) -> None:
    (registry.path("2") / "model.ubj").write_bytes(b"")
    with pytest.raises(ArtefactError, match="cut short"):
        rollback(registry, None, by="test")
    assert registry.aliases() == {"champion": "3"}


def test_the_champion_trained_once_more_is_no_challenger(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    twin, other = (booster(seed) for seed in (1, 2))
    for content in (twin, twin, other):
        registry.add(content, manifest())
    registry.set_alias(CHAMPION, "1", reason="first", by="test")
    decision = pipeline._twin(registry, "2")
    assert decision
    assert not decision.accepted
    assert "another seed" in decision.reasons[0]
    assert pipeline._twin(registry, "3") is None


def test_a_way_back_is_from_the_version_that_was_judged(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    for seed in (1, 2, 3):
        version = registry.add(booster(seed), manifest())
        registry.set_alias(CHAMPION, version, reason="better", by="test")
    with pytest.raises(RegistryError, match="Version 3 is the champion by now"):
        rollback(registry, "1", by="test", expected="2")
    assert rollback(registry, "1", by="test", expected="3") == "1"
