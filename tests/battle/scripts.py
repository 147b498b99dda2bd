"""Scripted battles: every roll is stated with its range, and must be used up.

Most play Mew (A) against Snorlax (B), level 50, perfect IVs, friendship 70. By the games' formula Mew has
175 hp and 122 of everything else; Snorlax has 235 hp, 132 Attack, 86 Defense, 86 Special Attack, 132 Special
Defense and 51 Speed. Mew moves first and nothing ties, so no roll is spent on an order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from predictiondex.battle import Battle, Combatant
from predictiondex.pokedex import pokedex

Roll = tuple[int, int]

HIT: Roll = (100, 0)
NO_CRIT: Roll = (24, 1)
CRIT: Roll = (24, 0)
#: The random factor: 100 - roll per cent.
MOST: Roll = (16, 0)
LEAST: Roll = (16, 15)
#: An ordinary hit: accuracy, no critical hit, full damage.
STRIKE: tuple[Roll, ...] = (HIT, NO_CRIT, MOST)
#: A secondary effect of 10 per cent: the last roll that brings it, and one that does not.
NO_EFFECT: Roll = (100, 99)


def combatant(form: str, *moves: str, **options: Any) -> Combatant:
    """A combatant with any moves, legal for it or not."""
    known = tuple(pokedex.move(move) for move in moves)
    return Combatant(pokedex.form(form), known, **{"strict": False, **options})


def mew(*moves: str, **options: Any) -> Combatant:
    """The quick one, side A."""
    return combatant("mew", *moves, **options)


def snorlax(*moves: str, **options: Any) -> Combatant:
    """The slow one, side B."""
    return combatant("snorlax", *moves, **options)


def play(a: Combatant, b: Combatant, script: Sequence[Roll], *turns: tuple[str, str]) -> Battle:
    """Play the turns with these rolls; all of them must be drawn, and no others."""
    battle = Battle(a, b, script=script)
    for move_a, move_b in turns:
        battle.step(move_a, move_b)
    assert battle.script_left == 0, f"{battle.script_left} rolls were not drawn"
    return battle


def go_on(battle: Battle, script: Sequence[Roll], *turns: tuple[str, str], **changes: Any) -> Battle:
    """Go on from where a battle stands with new rolls; ``changes`` are put into its saved state first."""
    saved = battle.to_dict()
    saved["random"] = {"kind": "script", "rolls": [list(roll) for roll in script]}
    for path, value in changes.items():
        *way, last = path.split("__")
        place: Any = saved
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[int(last) if last.isdigit() else last] = value
    resumed = Battle.from_json(json.dumps(saved))
    for move_a, move_b in turns:
        resumed.step(move_a, move_b)
    assert resumed.script_left == 0, f"{resumed.script_left} rolls were not drawn"
    return resumed


def kinds(battle: Battle, side: str | None = None) -> list[str]:
    """What happened in the last turn, by kind."""
    return [event.kind for event in battle.events if side is None or event.side == side]


def first_to_move(battle: Battle) -> str | None:
    """Who moved first in the last turn."""
    return next(event.side for event in battle.events if event.kind == "move")
