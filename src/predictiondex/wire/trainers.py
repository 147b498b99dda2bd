"""Opponents of the games, each row with the public page it comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from predictiondex.wire.answers import MoveRef, _Answer

TrainerKind = Literal["gym", "elite", "champion", "rival", "master", "other", "own"]


class TrainerPokemon(_Answer):
    """One Pokémon of a trainer. No moves: nobody says which it has, and the likeliest are assumed."""

    pokemon: str = Field(description="Form id.")
    name: str
    level: int
    moves: list[MoveRef]
    complete: bool = Field(description="All its moves are known; if not, the likeliest fill the rest.")
    note: str = Field(default="", description="When it is met, if that depends on something.")


class TrainerSummary(_Answer):
    """One opponent; ``source`` is the page that says so (`own` rows say what their owner wrote)."""

    id: str
    name: str
    kind: TrainerKind
    place: str
    team: list[TrainerPokemon]
    source: str


class TrainerList(_Answer):
    """Opponents in the order of the games, those that the player added last."""

    total: int
    items: list[TrainerSummary]
