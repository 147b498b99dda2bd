"""Whatever a player may type in is either refused with its field or played to the end."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictiondex.advisor import best_move
from predictiondex.advisor.situation import FORCED, situation
from predictiondex.advisor.story import replay
from predictiondex.errors import UsageError
from predictiondex.ml.features import matrix
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS
from predictiondex.wire import BestMoveRequest, ConditionName, ReplayRequest, Side

FORMS = sorted(form.id for form in pokedex.forms.values() if form.kind != "mega")
MOVES = sorted(move for move in pokedex.moves if move != "struggle")


@st.composite
def sides(draw: st.DrawFn) -> dict[str, Any]:
    moves = draw(st.lists(st.sampled_from(MOVES), min_size=1, max_size=4, unique=True))
    status = draw(st.sampled_from([None, "par", "brn", "psn", "tox", "slp", "frz"]))
    any_move = st.sampled_from([*moves, "dig", "thrash"])
    fitting = {
        "disable": moves,
        "encore": moves,
        "lockedmove": ["thrash", "outrage"],
        "twoturnmove": ["dig", "fly", "solarbeam"],
    }
    conditions = []
    for name in draw(st.lists(st.sampled_from(get_args(ConditionName)), max_size=5, unique=True)):
        one: dict[str, Any] = {"name": name, "turns": draw(st.sampled_from([None, 0, 0, 1, 1, 2]))}
        if name in fitting:
            one["move"] = draw(st.sampled_from(fitting[name]))
        if name == "substitute":
            one["hp_percent"] = draw(st.none() | st.floats(1, 100))
        conditions.append(one)
    return {
        "pokemon": draw(st.sampled_from(FORMS)),
        "moves": moves,
        "level": draw(st.integers(1, 100)),
        "hp_percent": draw(st.floats(0.1, 100)),
        "status": status,
        "status_turns": draw(st.none() | st.integers(0, 3)) if status in ("slp", "tox") else None,
        "boosts": {draw(st.sampled_from(BOOSTS)): draw(st.integers(-6, 6))},
        "pp": {move: draw(st.integers(0, 5)) for move in moves[:2]},
        "last_move": draw(st.none() | any_move),
        "conditions": conditions,
    }


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True)
@given(you=sides(), opponent=sides(), turn=st.integers(1, 30))
def test_a_model_can_look_at_any_fight(you: dict[str, Any], opponent: dict[str, Any], turn: int) -> None:
    both = Side.model_validate(you), Side.model_validate(opponent)
    try:
        now = situation(*both, lang="en", strict=False, turn=turn)
    except UsageError:
        return
    slots = np.array([slot for slot in now.choices.values() if slot != FORCED], dtype=np.int64)
    rows = matrix(np.repeat(now.start[np.newaxis], len(slots), axis=0), slots)
    assert np.isfinite(rows).all()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["simulation", "search"])
@settings(max_examples=100, deadline=None, derandomize=True)
@given(you=sides(), opponent=sides(), turn=st.integers(1, 30))
def test_any_fight(engine: str, you: dict[str, Any], opponent: dict[str, Any], turn: int) -> None:
    body = {"you": you, "opponent": opponent, "turn": turn, "strict": False, "simulations": 20}
    request = BestMoveRequest.model_validate({**body, "engine": engine})
    try:
        advice = best_move(request)
    except UsageError:
        with pytest.raises(UsageError) as refused:
            best_move(request)
        assert refused.value.field.startswith(("you.", "opponent."))
        return
    assert advice.recommended_move == advice.moves[0].id
    assert 0.5 <= advice.certainty <= 1 or engine == "search"
    for move in advice.moves:
        assert 0 <= move.win_probability <= 1
        assert move.interval is not None
        low, high = move.interval
        assert 0 <= low <= high <= 1
    assert advice.explanation
    story = replay(ReplayRequest.model_validate(body))
    assert story.turns
    assert (story.hp_you == 0) or (story.hp_opponent == 0) or story.winner == "tie"
