"""Matchups that are drawn: among those played on, what a fight leaves behind."""

from __future__ import annotations

import numpy as np
import pytest

from predictiondex.battle.layout import CONDITIONS, CONFUSION, MUST_RECHARGE, NONE, TURN, TWO_TURN, A, B
from predictiondex.ml.sampling import Matchup, draw, state_of

#: Moves that begin what outlasts their turn, and moves that look like it.
LASTING = {"hyperbeam", "confuseray", "encore", "wrap", "dig", "solarbeam", "reflect", "outrage", "yawn"}
FLEETING = {"protect", "roost", "bite", "toxic", "swordsdance", "tackle", "transform"}


@pytest.fixture(scope="module")
def played_on() -> list[Matchup]:
    drawn = (draw(41, number) for number in range(20_000))
    return [one for one in drawn if one.turns]


def test_some_end_with_a_move_that_lasts(played_on: list[Matchup]) -> None:
    ending = [one for one in played_on if one.ends_with != (NONE, NONE)]
    assert 0.35 < len(ending) / len(played_on) < 0.45
    used = {
        side.moves[slot].id
        for one in ending
        for side, slot in zip((one.a, one.b), one.ends_with, strict=True)
        if slot != NONE
    }
    assert used >= LASTING
    assert not used & FLEETING


def test_no_other_matchup_does() -> None:
    fresh = [draw(41, number) for number in range(2000)]
    assert all(one.ends_with == (NONE, NONE) for one in fresh if not one.turns)


def test_what_lasts_is_there_when_they_choose(played_on: list[Matchup]) -> None:
    states = np.stack([state_of(one) for one in played_on])
    assert (states[:, TURN] == 1).all()
    for side in (A, B):
        held = states[:, side + CONDITIONS]
        for condition in (MUST_RECHARGE, CONFUSION, TWO_TURN):
            assert (held >> condition & 1).sum() >= 10


def test_a_matchup_is_played_on_the_same_each_time(played_on: list[Matchup]) -> None:
    for one in played_on[:50]:
        assert (state_of(one) == state_of(one)).all()
