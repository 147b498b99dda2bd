"""Request and answer of a told battle."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from predictiondex.wire.answers import Interval, ModelRef, OpponentMoves, SideSummary, _Answer
from predictiondex.wire.requests import Name, Side, _BattleRequest

#: Battles among which the typical one is looked for; told battles keep no server busy for long.
MAX_STORIES = 5_000


class ReplayRequest(_BattleRequest):
    """Tell me a typical battle. ``index`` asks for one battle of the seed instead."""

    you: Side
    opponent: Side
    simulations: int = Field(default=1000, ge=1, le=MAX_STORIES, description="Battles to choose among.")
    index: int | None = Field(
        default=None, ge=0, lt=MAX_STORIES, description="Tell battle number `index`; below `simulations`."
    )
    turn: int = Field(default=1, ge=1, le=1000, description="The turn about to be played.")
    opening: Name | None = Field(default=None, description="Your move now; left out, as your policy says.")
    policy_you: Literal["greedy", "search"] = Field(
        default="greedy", description="How you play on: greedily, or looking ahead every turn."
    )


class ToldTurn(_Answer):
    """One turn: hit points at its start, what both chose, what happened."""

    number: int
    hp_you: int
    hp_opponent: int
    move_you: str
    move_opponent: str
    lines: list[str]
    events: list[dict[str, Any]] = Field(description="For programs: kind, side (`A` is you), and details.")


class ReplayAnswer(_Answer):
    """One battle told turn by turn, and how many of all went that way."""

    model: ModelRef
    you: SideSummary
    opponent: SideSummary
    opponent_moves: OpponentMoves
    seed: int
    index: int = Field(description="The number of the told battle under this seed.")
    winner: Literal["you", "opponent", "tie"]
    turns: list[ToldTurn]
    hp_you: int
    hp_opponent: int
    ending: str
    lines: list[str] = Field(description="The whole story, from first line to last.")
    share: float = Field(description="Battles with the same winner in the same number of turns.")
    share_winner: float = Field(description="Battles with the same winner.")
    battles: int
    win_probability: float
    interval: Interval
    warnings: list[str]
