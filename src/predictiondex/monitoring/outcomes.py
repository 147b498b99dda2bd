"""Told results held against what was predicted: the players' word beside the simulation's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from predictiondex.store import OutcomeRow, PredictionRow

_WORTH: Final = {"win": 1.0, "loss": 0.0, "tie": 0.5}


def brier(told: Iterable[tuple[PredictionRow, OutcomeRow]]) -> tuple[float, int]:
    """Mean squared distance between the chance that was served for the move really played and the result.

    And how many results that is; a player who did not say which move counts as having followed the advice.
    """
    errors = []
    for prediction, outcome in told:
        chance = _chance(prediction, outcome)
        if chance is not None:
            errors.append((chance - _WORTH[outcome.result]) ** 2)
    return (sum(errors) / len(errors) if errors else 0.0), len(errors)


def _chance(prediction: PredictionRow, outcome: OutcomeRow) -> float | None:
    move = outcome.move_id or prediction.answer.get("recommended_move")
    moves = prediction.answer.get("moves")
    if not isinstance(moves, list):
        return None
    return next((float(one["win_probability"]) for one in moves if one.get("id") == move), None)
