"""What a move does besides damage, in a sentence each: status, stages, healing, screens."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.words import Kind, stages
from predictiondex.battle.conditions import immune_to_status
from predictiondex.battle.damage import immune
from predictiondex.battle.effects import target_immune
from predictiondex.battle.layout import OK, STATUS, STATUS_NAMES, A, B
from predictiondex.battle.moves import MOVE_NUMBER
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
#: Showdown's names of whom a move is aimed at, where that is the foe.
_AT_FOE: Final = frozenset({"normal", "any", "allAdjacentFoes", "randomNormal", "allAdjacent"})


def effect_of(move: Move, lang: Lang) -> tuple[Kind, dict[str, str]] | None:
    """The sentence that says what a status move is for, with its words; ``None`` for a rare one."""
    if move.status in _INFLICTS:
        return _INFLICTS[move.status], {}
    if move.volatile in _CONDITION:
        return _CONDITION[move.volatile], {}
    if move.side_condition in ("reflect", "lightscreen"):
        return ("screens_physical" if move.side_condition == "reflect" else "screens_special"), {}
    if move.heal or move.id == "rest":
        return "heals", {}
    if move.boosts:
        own = move.target in ("self", "allySide", "allies")
        return ("raises" if own else "lowers"), {"stats": stages(dict(move.boosts), lang)}
    if move.self_boosts:
        return "raises", {"stats": stages(dict(move.self_boosts), lang)}
    return None


def reaches(start: NDArray[np.int64], move: Move) -> bool:
    """Whether a status move of A's that is aimed at the foe can do anything to it, as both stand."""
    if move.target not in _AT_FOE:
        return True
    number = MOVE_NUMBER[move.id]
    if immune(start, number, B) or target_immune(start, number, A, B):
        return False
    if move.status is None:
        return True
    taken = start[B + STATUS] != OK
    return not (taken or immune_to_status(start, B, STATUS_NAMES.index(move.status)))
