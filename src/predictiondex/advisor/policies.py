"""Names of policies, with the move in ``fixed:<move>`` and ``first:<move>`` looked up."""

from __future__ import annotations

from collections.abc import Sequence

from predictiondex.errors import UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Move

PLAIN = ("greedy", "greedycap", "random")
WITH_MOVE = ("fixed", "first")


def policy(name: str, moves: Sequence[Move], field: str) -> str:
    """``name`` as the rules take it. The move may be named in any way, but must be one of ``moves``."""
    kind, colon, move_name = name.partition(":")
    if not colon and kind in PLAIN:
        return kind
    if colon and kind in WITH_MOVE:
        move = pokedex.move(move_name, field)
        if move not in moves:
            raise UsageError(message("side.not_its_move", move=move.names), field=field)
        return f"{kind}:{move.id}"
    known = (*PLAIN, *(f"{kind}:<move>" for kind in WITH_MOVE))
    raise UsageError(message("ask.policy", name=name, known=known), field=field)
