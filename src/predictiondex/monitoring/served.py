"""Predictions from the log, understood again: who met whom, and what was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from predictiondex.advisor.assumptions import is_open, worst_case
from predictiondex.advisor.situation import Situation, situation
from predictiondex.errors import UsageError
from predictiondex.ml import observed
from predictiondex.store import PredictionRow
from predictiondex.wire import BestMoveRequest


@dataclass(frozen=True, slots=True)
class Served:
    """One answer that was given. ``told``: the chance to win with each move, by id, as it was served."""

    prediction_id: str
    model: tuple[str, str]
    request: BestMoveRequest
    now: Situation
    told: dict[str, float]
    recommended: str

    @property
    def row(self) -> dict[str, Any]:
        """Its columns for drift."""
        you, foe = self.now.you.combatant, self.now.opponent.combatant
        return observed.row(you, foe, self.told[self.recommended])


def read(row: PredictionRow) -> Served | None:
    """The request of a row looked up again.

    ``None`` for what was no advice on one fight, or cannot be understood by this version of the program.
    """
    try:
        request = BestMoveRequest.model_validate(row.request, strict=False)
        if request.engine == "search":  # another promise: looking ahead all the way
            return None
        now = situation(
            request.you, request.opponent, lang=request.lang, strict=request.strict, turn=request.turn
        )
        if request.assume == "worst" and is_open(now.opponent, request.opponent):
            now = worst_case(now, request.seed, warn=True)
        told = {str(move["id"]): float(move["win_probability"]) for move in row.answer["moves"]}
        recommended = str(row.answer["recommended_move"])
    except (ValidationError, UsageError, KeyError, TypeError, ValueError):
        return None
    if recommended not in told or set(told) != set(now.choices) or not now.has_choice:
        return None
    model = (row.model_name, row.model_version)
    return Served(row.prediction_id, model, request, now, told, recommended)


def read_all(rows: Iterable[PredictionRow]) -> list[Served]:
    """All rows that can be understood."""
    return [one for one in map(read, rows) if one is not None]
