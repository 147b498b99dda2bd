"""Work that may be given up: the same counts where it is not, and a prompt end where it is."""

from __future__ import annotations

from itertools import count

import pytest

from predictiondex.advisor.scoring import Scorer, Worth, all_at_once
from predictiondex.battle import Combatant, simulate, stopping
from predictiondex.errors import GivenUp
from predictiondex.pokedex import pokedex

PIKACHU = Combatant(pokedex.forms["pikachu"], (pokedex.moves["thunderbolt"], pokedex.moves["thunderwave"]))
SNORLAX = Combatant(pokedex.forms["snorlax"], (pokedex.moves["bodyslam"], pokedex.moves["rest"]))


@pytest.mark.parametrize(("policy", "n"), [("greedy", 5000), ("search", 70)])
def test_what_might_be_stopped_has_the_same_counts(policy: str, n: int) -> None:
    def played() -> object:
        return simulate(PIKACHU, SNORLAX, n=n, seed=3, policy_a=policy)

    assert stopping.stoppable(played, lambda: False) == played()


@pytest.mark.parametrize("policy", ["greedy", "search"])
def test_battles_end_between_two_portions(policy: str) -> None:
    looks = count()
    with pytest.raises(GivenUp):
        stopping.stoppable(
            lambda: simulate(PIKACHU, SNORLAX, n=100_000_000, policy_a=policy), lambda: next(looks) == 3
        )
    assert next(looks) == 4


def test_what_nobody_wants_any_more_is_not_begun() -> None:
    with pytest.raises(GivenUp):
        stopping.stoppable(lambda: pytest.fail("it was begun"), lambda: True)


def test_threads_that_help_stop_as_well() -> None:
    looks, done = count(), []

    def worth(number: int) -> Worth:
        found = Scorer(SNORLAX).plain(PIKACHU, 500, number)
        done.append(number)
        return found

    with pytest.raises(GivenUp):
        stopping.stoppable(lambda: all_at_once(worth, range(10_000), lambda: None), lambda: next(looks) > 20)
    assert 0 < len(done) < 25


def test_afterwards_work_is_done_to_its_end_again() -> None:
    with pytest.raises(GivenUp):
        stopping.stoppable(stopping.check, lambda: True)
    stopping.check()
    assert stopping.current() is None
