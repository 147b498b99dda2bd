"""The games' battle rules, one against one: exact, seedable and fast.

    >>> from predictiondex.battle import Combatant, simulate
    >>> from predictiondex.pokedex import pokedex
    >>> a = Combatant(pokedex.form("Squirtle"), (pokedex.move("Water Gun"),))
    >>> b = Combatant(pokedex.form("Charmander"), (pokedex.move("Ember"),))
    >>> simulate(a, b, n=1000, seed=1).p

``docs/ENGINE.md`` tells how it is built and how it was checked against the reference engine.
"""

from __future__ import annotations

from predictiondex.battle import linking, shelf  # noqa: F401 - before anything is compiled
from predictiondex.battle.batch import BattleBatch
from predictiondex.battle.calculator import DamageRange, damage_rolls, damages
from predictiondex.battle.combatant import Combatant
from predictiondex.battle.compiled import ENGINE_VERSION
from predictiondex.battle.library import Battle, SideView
from predictiondex.battle.log import Event
from predictiondex.battle.montecarlo import Tally, openings, simulate, warm_up
from predictiondex.battle.narration import Story, tell

__all__ = [
    "ENGINE_VERSION",
    "Battle",
    "BattleBatch",
    "Combatant",
    "DamageRange",
    "Event",
    "SideView",
    "Story",
    "Tally",
    "damage_rolls",
    "damages",
    "openings",
    "simulate",
    "tell",
    "warm_up",
]
