"""What a move does besides damage, in a sentence each: status, stages, healing, screens."""

from __future__ import annotations

from typing import Final

from predictiondex.advisor.words import Kind, stages
from predictiondex.pokedex.model import Lang, Move

_INFLICTS: Final[dict[str, Kind]] = {
    "slp": "inflicts_slp",
    "par": "inflicts_par",
    "psn": "inflicts_psn",
    "tox": "inflicts_tox",
    "brn": "inflicts_brn",
}
_CONDITION: Final[dict[str, Kind]] = {
    "confusion": "confuses",
    "leechseed": "seeds",
    "yawn": "inflicts_slp",
}


def effect_of(move: Move, lang: Lang) -> tuple[Kind, dict[str, str]] | None:
    """The sentence that says what a status move is for, with its words; ``None`` for a rare one."""
    if move.status in _INFLICTS:
        return _INFLICTS[move.status], {}
    if move.volatile in _CONDITION:
        return _CONDITION[move.volatile], {}
    if move.side_condition in ("reflect", "lightscreen"):
        return "screens", {}
    if move.heal or move.id == "rest":
        return "heals", {}
    if move.boosts:
        own = move.target in ("self", "allySide", "allies")
        return ("raises" if own else "lowers"), {"stats": stages(dict(move.boosts), lang)}
    if move.self_boosts:
        return "raises", {"stats": stages(dict(move.self_boosts), lang)}
    return None
