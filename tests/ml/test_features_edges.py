"""What features refuse: found untested by the mutation check (docs/CI_CD_SETUP.md)."""

from __future__ import annotations

import numpy as np
import pytest

from predictiondex.battle import Combatant
from predictiondex.battle.combatant import new_state
from predictiondex.errors import UsageError
from predictiondex.ml.features import NAMES, matrix
from predictiondex.pokedex import pokedex

TWO_MOVES = Combatant(pokedex.forms["pikachu"], (pokedex.moves["thunderbolt"], pokedex.moves["quickattack"]))
FOUR_MOVES = Combatant(
    pokedex.forms["mew"],
    tuple(pokedex.moves[move] for move in ("psychic", "tackle", "surf", "flamethrower")),
    strict=False,
)
STATES = np.stack([new_state(TWO_MOVES, FOUR_MOVES)])
FULL = np.stack([new_state(FOUR_MOVES, TWO_MOVES)])
THREE_MOVES = Combatant(FOUR_MOVES.form, FOUR_MOVES.moves[:3], strict=False)


@pytest.mark.parametrize("states", [STATES[0], STATES[:, :-1], np.stack([STATES])])
def test_states_of_another_shape_are_refused(states: np.ndarray) -> None:
    with pytest.raises(UsageError, match="states is an array"):
        matrix(states, np.array([0]))


@pytest.mark.parametrize("slots", [[], [0, 1], [[0]]])
def test_there_is_one_slot_for_each_state(slots: list[int]) -> None:
    with pytest.raises(UsageError, match="one number for each state"):
        matrix(STATES, np.array(slots, dtype=np.int64))


@pytest.mark.parametrize("slot", [-2, -1, 2, 3, 4, 5])
def test_a_slot_without_a_move_is_refused(slot: int) -> None:
    with pytest.raises(UsageError, match="no move in that slot"):
        matrix(STATES, np.array([slot]))


@pytest.mark.parametrize("slot", [-1, 4, 5])
def test_four_moves_are_all_there_are(slot: int) -> None:
    with pytest.raises(UsageError, match="no move in that slot"):
        matrix(FULL, np.array([slot]))


def test_the_fourth_slot_of_three_is_empty() -> None:
    with pytest.raises(UsageError, match="no move in that slot"):
        matrix(np.stack([new_state(THREE_MOVES, TWO_MOVES)]), np.array([3]))


def test_one_bad_slot_among_good_ones_is_refused() -> None:
    states = np.concatenate([FULL, STATES])
    assert matrix(states, np.array([3, 1])).shape == (2, len(NAMES))
    with pytest.raises(UsageError):
        matrix(states, np.array([3, 2]))
