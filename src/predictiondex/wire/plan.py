"""Request, progress and answer of the planner: which four moves, at what level, with how many awakening
values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from predictiondex.pokedex.model import AVS, LEVELS
from predictiondex.wire.answers import (
    Interval,
    ModelRef,
    MoveRef,
    OpponentMoves,
    Reason,
    SideSummary,
    _Answer,
)
from predictiondex.wire.problem import Problem
from predictiondex.wire.requests import (
    LAST_DEX,
    Assume,
    Av,
    Friendship,
    Ivs,
    Level,
    Name,
    Side,
    _BattleRequest,
)

Species = Name | Annotated[int, Field(ge=1, le=LAST_DEX)]
#: Species of a player that one plan compares.
MOST_OWNED = 6
#: What a plan is at, in about this order: sets of one to four moves, of which the best are tried again, then
#: ways to train the best of all.
PlanStep = Literal[
    "waiting", "one_move", "two_moves", "three_moves", "four_moves", "again", "last_time", "lowest_level",
    "directions", "fewest_avs", "lowest_level_with_avs", "level_and_avs", "best", "worst_case",
]  # fmt: skip


class PlanRequest(_BattleRequest):
    """How do I beat this opponent? Exactly one of ``opponent``, ``trainer`` and the mirror."""

    pokemon: Species | Annotated[list[Species], Field(min_length=1, max_length=MOST_OWNED)] = Field(
        description="Your species, or up to six that you own: the best of them comes first."
    )
    opponent: Side | Literal["mirror"] = Field(
        default="mirror", description="Whom you meet; `mirror`: the same Pokémon at `level`."
    )
    level: Level = Field(default=50, description="Yours (no option goes below it), and a mirror's.")
    want: float = Field(default=0.9, gt=0, lt=1, description="The chance to win that you want.")
    nature: Name = "serious"
    ivs: Ivs = Field(default_factory=Ivs)
    friendship: Friendship = 70
    highest_level: Level = Field(
        default=LEVELS.high, description="No option goes above this level, which is not below `level`."
    )
    most_avs: Av = Field(default=AVS.high, description="Awakening values that you would give a stat at most.")
    keep: list[Name] = Field(
        default_factory=list, max_length=4, description="Moves that must be among the four."
    )
    assume: Assume = "both"


class PlanSet(_Answer):
    """Four moves and what they are worth at the level asked for, without awakening values."""

    moves: list[MoveRef]
    win_probability: float
    interval: Interval
    play: Literal["greedy", "advice"] = Field(
        description="How the chance is reached: opening with `opening` and greedy from then on, or by "
        "looking ahead every turn, as live advice does."
    )
    opening: MoveRef
    greedy: float = Field(description="The chance with the best opening, greedy from then on.")
    advice: float = Field(description="The chance when you look ahead every turn.")


class PlanOption(_Answer):
    """A way to train it, with what it costs."""

    kind: Literal["as_it_is", "lowest_level", "fewest_avs", "level_and_avs", "lowest_level_with_avs", "best"]
    level: int
    avs: dict[str, int]
    total_avs: int
    win_probability: float
    interval: Interval
    reached: bool


class PlanCandidate(_Answer):
    """One of several that you own."""

    pokemon: SideSummary
    moves: list[MoveRef]
    win_probability: float


class PlanWorstCase(_Answer):
    """The best set against the opponent's moves that are worst for it."""

    moves: list[MoveRef]
    win_probability: float


class PlanAnswer(_Answer):
    """The best four moves, the others that came close, and the ways to train."""

    prediction_id: str
    model: ModelRef
    you: SideSummary
    opponent: SideSummary
    opponent_moves: OpponentMoves
    want: float
    reached: bool = Field(description="Some option reaches the wanted chance.")
    best: PlanSet
    sets: list[PlanSet] = Field(description="The best sets, best first; the first is `best`.")
    options: list[PlanOption] = Field(description="Cheapest level first.")
    candidates: list[PlanCandidate] = Field(description="Best first; only yours if there are several.")
    worst_case: PlanWorstCase | None
    battles: int = Field(description="Battles simulated for this plan.")
    explanation: list[Reason]
    warnings: list[str]


class PlanProgress(_Answer):
    """How far a plan is."""

    step: PlanStep = Field(description="What is being done; `waiting`: it has not begun.")
    done: int = Field(description="Parts of the step that are done.")
    total: int = Field(description="Parts of the step in all; at least one.")
    share: float = Field(description="Of the whole plan, 0 to 1, as far as one can tell; never less again.")


class PlanLine(BaseModel):
    """A line of the long answer: progress, as often as there is some; last the answer or the problem."""

    model_config = ConfigDict(frozen=True)

    progress: PlanProgress | None = None
    answer: PlanAnswer | None = None
    problem: Problem | None = Field(default=None, description="Why there is no answer.")
