"""How battles ended that were predicted."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from predictiondex.wire.requests import Name

Result = Literal["win", "loss", "tie"]


class OutcomeReport(BaseModel):
    """What happened, seen from "you"."""

    model_config = ConfigDict(extra="forbid", strict=True)

    result: Result
    move: Name | None = Field(
        default=None, description="The move that was really opened with, when it is known."
    )


class OutcomeAnswer(BaseModel):
    """What is recorded now. Telling the same again changes nothing."""

    model_config = ConfigDict(frozen=True)

    prediction_id: str
    result: Result
    move: str | None = Field(description="Id of the move.")
    repeated: bool = Field(description="It had been told before.")
