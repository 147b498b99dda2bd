"""What the service objects to, in the words of the page: its labels in place of the fields of a request.

A visitor has never seen the request. Fields that the page has no label for are left out; what is wrong with
them is told all the same.
"""

from __future__ import annotations

import re
from typing import Final

from predictiondex.messages import labelled
from predictiondex.pokedex.model import BOOSTS, STATS
from predictiondex.ui.texts import Words
from predictiondex.wire import FieldError

#: One of two sides, or one of a team: ``you.moves[1]``, ``opponent[2].level``, ``team[0].moves[1]``.
_SIDE: Final = re.compile(r"(you|opponent|team)(?:\[(\d+)\])?(?:\.|$)")
_SIDES: Final = {"you": "side.you", "opponent": "side.foe"}
_TEAMS: Final = {"you": "team.you", "opponent": "team.foe"}
#: Label of a field: of a side first, then of a question.
_LABELS: Final = {
    "moves": "objection.moves",
    "level": "side.level",
    "nature": "side.nature",
    "ivs": "objection.ivs",
    "avs": "objection.avs",
    "boosts": "objection.boosts",
    "friendship": "objection.friendship",
    "mega": "objection.mega",
    "hp_percent": "side.hp",
    "status": "side.status",
    "status_turns": "side.status",
    "conditions": "objection.conditions",
    "pp": "coach.stock",
    "last_move": "objection.last_move",
    "engine": "settings.engine",
    "simulations": "settings.battles",
    "seed": "settings.seed",
    "turn": "story.turn",
    "opening": "outcome.move",
    "want": "planner.want",
    "highest_level": "planner.highest",
    "most_avs": "planner.avs",
    "text": "teams.paste",
}


def objection(error: FieldError, t: Words) -> str:
    """One thing that is wrong: where on the page, as far as it has a place there, and what."""
    place = _place(error.field, t)
    return labelled(place, error.message, t.lang) if place else error.message


def _place(field: str, t: Words) -> str:
    words = []
    if side := _SIDE.match(field):
        words.append(_whose(side[1], side[2], t))
        field = field[side.end() :]
    name, _, detail = field.partition(".")
    if label := _LABELS.get(name.partition("[")[0]):
        words.append(t(label))
        if detail in (*STATS, *BOOSTS):
            words.append(t(f"stat.{detail}"))
    return ", ".join(words)


def _whose(side: str, number: str | None, t: Words) -> str:
    if number is None:
        return t(_SIDES.get(side, "objection.team"))
    return t("objection.member", team=t(_TEAMS.get(side, "objection.team")), number=int(number) + 1)
