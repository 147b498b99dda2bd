"""Answers of the prediction and battle endpoints. Probabilities are 0 to 1; ``*_percent`` is 0 to 100."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from predictiondex.pokedex.model import Category

Interval = tuple[float, float]
#: Where an opponent's moves come from.
Basis = Literal["given", "likely", "worst"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ModelRef(_Answer):
    """What made an answer: the champion model, or the simulation with the version of the rules."""

    name: str
    version: str


class MoveRef(_Answer):
    """A move by id, with its name in the language of the request."""

    id: str
    name: str


class SideSummary(_Answer):
    """Who stood on one side, as the request was understood."""

    id: str
    name: str
    level: int
    mega: str | None = None


class MoveAdvice(_Answer):
    """What one opening is worth."""

    id: str
    name: str
    win_probability: float
    interval: Interval | None = Field(description="95 % interval of the simulation; null from the model.")
    damage_percent: Interval = Field(description="Least and most damage of one use, of the foe's full hp.")
    ko_chance: float = Field(description="Chance that one use knocks out, accuracy and criticals counted.")
    type: str
    category: Category
    power: int
    accuracy: float | None = Field(description="Chance to hit right now; null for moves that never miss.")
    priority: int
    type_multiplier: float
    stab: bool
    equal_to_best: bool = Field(description="Too close to the best move to call.")


class OpponentMoves(_Answer):
    """The foe's moves: given, or assumed when nobody said."""

    moves: list[MoveRef]
    assumed: bool
    basis: Basis = Field(
        default="given", description="`likely`: the last four by level; `worst`: those worst for you."
    )


class CaseMove(_Answer):
    """One of your moves in the worst case."""

    id: str
    name: str
    win_probability: float


class WorstCase(_Answer):
    """The answer for the opponent's moves that are worst for you, among those it can legally have."""

    moves: list[MoveRef]
    recommended_move: str
    win_probability: float
    same_advice: bool = Field(description="The recommended move stays the best.")
    values: list[CaseMove] = Field(description="Best first.")


class Reason(_Answer):
    """One short reason: ``text`` for a person, ``kind`` and ``values`` for a program."""

    kind: str
    text: str
    values: dict[str, Any]


class Advice(_Answer):
    """Which move to open with, how good it is, and why."""

    prediction_id: str
    model: ModelRef
    recommended_move: str = Field(description="Id of the best move: the first of `moves`.")
    win_probability: float
    confidence: float = Field(description="max(p, 1 - p) of the recommended move.")
    certainty: float = Field(
        default=1.0, description="How sure it is that the recommended move beats the next best one."
    )
    lead: float | None = Field(
        default=None, description="Win probability ahead of the next best move; null where there is none."
    )
    moves: list[MoveAdvice] = Field(description="Best first.")
    you: SideSummary
    opponent: SideSummary
    opponent_moves: OpponentMoves
    worst_case: WorstCase | None = Field(
        default=None, description="Only where the foe's moves are assumed and the worst differ much."
    )
    simulations: int = Field(description="Battles played for each move; 0 from the model.")
    explanation: list[Reason]
    warnings: list[str]


class MatchupRow(_Answer):
    """One of yours against each of theirs, in the order of the request."""

    you: SideSummary
    win_probabilities: list[float]
    intervals: list[Interval] | None
    average: float
    worst: float


class MatchupsAnswer(_Answer):
    """The whole table. ``send_first`` and ``weakest`` are positions in your team, from 0."""

    prediction_id: str
    model: ModelRef
    opponents: list[SideSummary]
    matrix: list[MatchupRow]
    send_first: int
    weakest: int
    simulations: int
    warnings: list[str]


class DuelAnswer(_Answer):
    """Outcome of the battles that were played."""

    model: ModelRef
    you: SideSummary
    opponent: SideSummary
    opponent_moves: OpponentMoves
    n: int
    wins: int
    losses: int
    ties: int
    win_probability: float = Field(description="Ties count one half.")
    interval: Interval
    mean_turns: float
    warnings: list[str]


class KoChance(_Answer):
    """The chance to knock out within some uses of a move; burn and poison between them counted."""

    hits: int
    rolls: float = Field(description="If all hit and none is critical, as players' calculators reckon.")
    overall: float = Field(description="Accuracy and critical hits counted.")


class DamageAnswer(_Answer):
    """What one use of a move does: all its rolls, in hit points: sixteen, and 101 of Psywave."""

    attacker: SideSummary
    defender: SideSummary
    move: MoveRef
    rolls: list[int]
    crit_rolls: list[int]
    damage_percent: Interval
    crit_percent: Interval = (0.0, 0.0)
    ko_chance: float
    ko_chances: list[KoChance] = Field(default_factory=list, description="In one, two and three uses.")
    defender_hp: int
    defender_max_hp: int
    type_multiplier: float
    stab: bool
    hits: tuple[int, int]
    accuracy: float
    crit_chance: float
    sentence: str = Field(default="", description="All of it in one line, as players' calculators put it.")


class ModelInfo(_Answer):
    """What answers predictions at this moment, and since when (UTC, ISO 8601)."""

    name: str
    version: str
    engine: str
    loaded_since: str | None
    training_data_hash: str | None = None
    metrics: dict[str, float] = Field(default_factory=dict)
    pokedex_version: str
    pokedex_checksum: str
    engines: dict[str, bool] = Field(description="Which engines answer themselves right now.")
