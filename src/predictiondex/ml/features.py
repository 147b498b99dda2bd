"""What the model looks at: one implementation for training, serving and explanation.

A row belongs to a battle state and an opening of side A; it is made by :func:`matrix`, which works on many
rows at once and gives each row the same numbers alone as in company. The first nine columns come from the
race (:mod:`predictiondex.ml.race`), whose chance to win is already a good answer; two come from a few battles
that show where it is none; the rest tells the model where the race's assumption may not hold.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle.layout import VECTOR
from predictiondex.errors import UsageError
from predictiondex.ml.race.bench import Bench, new_bench
from predictiondex.ml.race.compiled import FEATURE_VERSION
from predictiondex.ml.race.evidence import BATTLES, MOST
from predictiondex.ml.rows import COLUMNS, fill_rows

__all__ = [
    "FEATURES", "FEATURE_VERSION", "NAMES", "PLAIN", "RACE", "START", "TRIAL", "Feature", "matrix", "warm_up",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """A column: its name, its unit, and what it says."""

    name: str
    unit: str
    meaning: str


def _strike(prefix: str, who: str) -> tuple[Feature, ...]:
    return tuple(
        Feature(f"{prefix}_{name}", unit, f"{who}: {meaning}")
        for name, unit, meaning in (
            ("damage", "share of the target's hp", "expected damage of one use that hits, at most 4"),
            ("ko", "chance", "knocks the target out in one use, accuracy counted"),
            ("hit", "chance", "hits"),
            ("priority", "priority", "priority"),
            ("own_hp", "share of the damage", "hp gained (drain) or lost (recoil) by its user"),
            ("charges", "0 or 1", "needs a turn to charge"),
            ("recharges", "0 or 1", "costs the turn after"),
            ("dies", "0 or 1", "its user faints by it"),
            ("blast", "share of the target's most hp", "hp below which greedy rather blows itself up"),
            ("flinch", "chance", "a target that has not moved yet loses its move"),
            ("ailment", "chance", "burn, paralysis, freezing or poison"),
            ("weakens", "chance", "confusion or stage changes of the target"),
            ("hits", "hits", "most hits of one use"),
            ("binds", "code", "1: binds the target, 2: a rampage"),
        )
    )


def _side(prefix: str, who: str) -> tuple[Feature, ...]:
    return tuple(
        Feature(f"{prefix}_{name}", unit, f"{who}: {meaning}")
        for name, unit, meaning in (
            ("level", "level", "level"),
            ("hp", "share of the most", "hp left"),
            ("max_hp", "points", "most hp"),
            ("speed", "share of both speeds", "speed now"),
            ("status", "code", "none, par, brn, psn, tox, slp, frz as 0 to 6"),
            ("status_time", "turns", "turns of sleep left or of bad poison so far"),
            ("offence", "stages", "stages of attack and special attack together"),
            ("defence", "stages", "stages of defence and special defence together"),
            ("aim", "stages", "stages of accuracy and evasion together"),
            ("mega", "0 or 1", "evolves on its first turn"),
            ("attacks", "moves", "selectable moves that do damage"),
        )
    )


#: Every column, in order.
FEATURES: Final[tuple[Feature, ...]] = (
    Feature("race_win", "chance", "the race: you win"),
    Feature("race_turns", "turns", "the race: expected length"),
    Feature("race_won_1", "chance", "the race: won within one turn"),
    Feature("race_lost_1", "chance", "the race: lost within one turn"),
    Feature("race_won_2", "chance", "the race: won within two turns"),
    Feature("race_lost_2", "chance", "the race: lost within two turns"),
    Feature("race_left_you", "share of the most", "the race: your hp after the first turn, both standing"),
    Feature("race_left_foe", "share of the most", "the race: the foe's hp after the first turn"),
    Feature("race_open", "chance", "the race: undecided after sixty turns"),
    Feature("trial_won", "share", f"of {BATTLES} battles tried out ({MOST} where in doubt): you win"),
    Feature("trial_chance", "chance", "the race's, and where those battles contradict it theirs"),
    *_strike("reply", "the foe's first move"),
    *_strike("opening", "your opening"),
    Feature("quiet", "0 or 1", "your opening does no damage itself"),
    Feature("quiet_inflicts", "code", "your opening: status it inflicts"),
    Feature("quiet_heals", "share of the most", "your opening: hp it restores"),
    Feature("quiet_aim", "code", "your opening: foe, self, own side, foe's side, all, ally as 0 to 5"),
    Feature("quiet_offence", "stages", "your opening: stages of attack and special attack"),
    Feature("quiet_defence", "stages", "your opening: stages of defence and special defence"),
    Feature("quiet_speed", "stages", "your opening: stages of speed"),
    Feature("quiet_accuracy", "stages", "your opening: stages of accuracy"),
    Feature("quiet_evasion", "stages", "your opening: stages of evasion"),
    Feature("quiet_condition", "code", "your opening: condition that it begins, -1 for none"),
    Feature("quiet_side_condition", "code", "your opening: condition of a side that it begins"),
    Feature("quiet_effect", "code", "your opening: rule of its own, 0 for none"),
    *_side("you", "you"),
    *_side("foe", "the foe"),
    Feature("first", "chance", "your opening comes before the foe's move"),
    *_strike("next", "your move after the opening"),
)
NAMES: Final[tuple[str, ...]] = tuple(feature.name for feature in FEATURES)
#: Column of the race's own answer.
RACE: Final = NAMES.index("race_win")
#: Columns of the battles tried out: the share won, and the chance that the boosting starts from.
TRIAL: Final = NAMES.index("trial_won")
START: Final = NAMES.index("trial_chance")
#: Where the columns begin that are neither.
PLAIN: Final = START + 1

if len(NAMES) != COLUMNS:
    raise AssertionError(f"{len(NAMES)} names for {COLUMNS} columns")

_local = threading.local()


def _bench() -> Bench:
    bench: Bench | None = getattr(_local, "bench", None)
    if bench is None:
        bench = _local.bench = new_bench()
    return bench


def matrix(states: NDArray[np.int64], slots: NDArray[np.int64]) -> NDArray[np.float32]:
    """Rows of features: ``states`` ``(n, VECTOR)`` ``int64``, ``slots`` ``(n,)`` of A's openings (0-3).

    Returns ``(n, len(NAMES))`` ``float32``. May be called from several threads. Raises
    :class:`~predictiondex.errors.UsageError` for arrays of another shape and for an empty slot.
    """
    states = np.ascontiguousarray(states, dtype=np.int64)
    slots = np.ascontiguousarray(slots, dtype=np.int64)
    if states.ndim != 2 or states.shape[1] != VECTOR:
        raise UsageError(f"states is an array (n, {VECTOR}).", field="states")
    if slots.shape != (len(states),):
        raise UsageError("slots has one number for each state.", field="slots")
    rows = np.zeros((len(states), COLUMNS), dtype=np.float64)
    if not fill_rows(states, slots, rows, _bench()):
        raise UsageError("There is no move in that slot.", field="slots")
    return rows.astype(np.float32)


def warm_up() -> None:
    """Compile the features or load them from their cache. Call before serving and before starting workers."""
    from predictiondex.battle.combatant import Combatant, new_state
    from predictiondex.pokedex import pokedex

    who = Combatant(pokedex.forms["pikachu"], (pokedex.moves["thundershock"], pokedex.moves["growl"]))
    state = new_state(who, who)
    matrix(np.stack([state, state]), np.array([0, 1]))
