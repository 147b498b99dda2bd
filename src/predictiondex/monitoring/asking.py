"""Matchups as requests: what a player would send to ask about them."""

from __future__ import annotations

from typing import Any

from predictiondex.battle import Combatant
from predictiondex.ml.sampling import Matchup
from predictiondex.pokedex.model import BOOSTS, STATS


def request_of(matchup: Matchup, **more: Any) -> dict[str, Any]:
    """The body of ``POST /predict/best-move``; ``more`` are further fields, such as ``engine``."""
    return {"you": side_of(matchup.a), "opponent": side_of(matchup.b), **more}


def side_of(one: Combatant) -> dict[str, Any]:
    """One Pokémon as a request names it. How long it will still sleep is not seen, so it is left out."""
    side: dict[str, Any] = {
        "pokemon": one.form.id,
        "moves": [move.id for move in one.moves],
        "level": one.level,
        "nature": one.nature,
        "ivs": dict(zip(STATS, one.ivs, strict=True)),
        "avs": dict(zip(STATS, one.avs, strict=True)),
        "friendship": one.friendship,
        "mega": one.mega or False,
        "hp_percent": float(one.hp_percent),
        "status": one.status,
        "boosts": dict(zip(BOOSTS, one.boosts, strict=True)),
    }
    if one.status == "tox":
        side["status_turns"] = one.toxic_stage
    return side
