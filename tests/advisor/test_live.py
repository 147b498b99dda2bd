"""Live advice: the screen as a situation, what can be chosen, what stays unknown, and the search."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictiondex.advisor import best_move
from predictiondex.advisor.assumptions import worst_moves
from predictiondex.advisor.estimates import Estimate, compare
from predictiondex.advisor.playout import play_opening
from predictiondex.advisor.situation import RECHARGE, Situation, situation
from predictiondex.advisor.values import greedy_choice, opening_values, settled
from predictiondex.battle import Battle
from predictiondex.battle import layout as at
from predictiondex.battle.montecarlo import play, read_policy
from predictiondex.errors import UsageError
from predictiondex.wire import Advice, BestMoveRequest, Side

RAMPAGE = {"name": "lockedmove", "move": "outrage"}
GENGAR = {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball", "Sludge Bomb"]}
STARMIE = {"pokemon": "Starmie", "moves": ["Surf", "Psychic", "Recover"]}
WALL = {"pokemon": "Chansey", "moves": ["Toxic", "Soft-Boiled", "Seismic Toss", "Protect"]}
MEWTWO = {"pokemon": "Mewtwo", "moves": ["Psychic", "Recover", "Swift", "Amnesia"]}


def now(you: dict[str, Any], opponent: dict[str, Any], turn: int = 1) -> Situation:
    sides = Side.model_validate(you), Side.model_validate(opponent)
    return situation(*sides, lang="en", strict=True, turn=turn)


def advise(you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> Advice:
    return best_move(BestMoveRequest.model_validate({"you": you, "opponent": opponent, **options}))


def test_every_state_that_it_may_be_counts_for_as_much_as_it_is_likely() -> None:
    asleep, confused = {"status": "slp"}, {"conditions": [{"name": "confusion", "turns": 1}]}
    states, weights = now({**GENGAR, **asleep}, STARMIE, turn=3).worlds()
    sleep = at.A + at.STATUS_TIME
    assert states[:, sleep].tolist() == [1, 2, 3, 4]
    assert weights == pytest.approx(np.array([3, 3, 2, 1]) / 9)
    both = now({**GENGAR, **asleep}, {**STARMIE, **confused}, turn=3)
    states, weights = both.worlds()
    assert (len(states), weights.sum()) == (4 * 5, pytest.approx(1))
    few, alike = both.worlds(12)
    assert (len(few), alike.sum()) == (12, pytest.approx(1))
    assert np.bincount(few[:, sleep]).tolist() == [0, 4, 4, 3, 1]
    assert np.array_equal(few, both.worlds(12)[0])
    clear, only = now(GENGAR, STARMIE).worlds()
    assert (len(clear), only.tolist()) == (1, [1.0])


def test_the_screen_becomes_the_state() -> None:
    here = now(
        {
            **GENGAR,
            "hp_percent": 50,
            "pp": {"Shadow Ball": 3, "hypnosis": 0},
            "boosts": {"spa": 2},
            "conditions": [
                "leechseed",
                {"name": "reflect", "turns": 2},
                {"name": "substitute", "hp_percent": 50},
            ],
        },
        {
            **STARMIE,
            "status": "tox",
            "status_turns": 4,
            "conditions": [{"name": "twoturnmove", "move": "dig"}],
        },
        turn=6,
    )
    battle = Battle.from_state(here.start)
    assert battle.a.pp == {"hypnosis": 0, "shadowball": 3, "sludgebomb": 16}
    assert battle.a.conditions == {"leechseed": 0, "reflect": 3, "substitute": 0}
    assert battle.a.hp == round(battle.a.max_hp / 2)
    assert battle.a.boosts["spa"] == 2
    assert here.start[at.SUBSTITUTE_HP] == 1600, "half of a quarter of 135 points, in hundredths"
    assert battle.b.conditions == {"twoturnmove": 1, "dig": 1}
    assert battle.choices("B") == ("dig",)
    assert here.start[at.B + at.STATUS_TIME] == 4
    assert tuple(here.choices) == ("shadowball", "sludgebomb")
    assert not here.hidden


def test_what_nobody_sees_is_drawn_anew_for_each_battle() -> None:
    here = now({**GENGAR, "conditions": ["confusion"]}, {**STARMIE, "status": "slp"})
    states = here.states(900, seed=3)
    assert set(states[:, at.CONFUSION_TIME]) == {1, 2, 3, 4, 5}
    asleep = np.bincount(states[:, at.B + at.STATUS_TIME], minlength=5)[1:] / 900
    assert asleep == pytest.approx(np.array([3, 3, 2, 1]) / 9, abs=0.06)
    assert (here.states(10, seed=3) == states[:10]).all(), "a row does not depend on how many there are"
    counted = now(GENGAR, {**STARMIE, "status": "slp", "status_turns": 3})
    assert counted.start[at.B + at.STATUS_TIME] == 1
    assert not counted.hidden


def test_a_situation_without_secrets_plays_like_the_monte_carlo_run() -> None:
    here = now(GENGAR, STARMIE)
    tally = play(here.start, n=500, seed=9, policies=(read_policy("first:shadowball"), read_policy("greedy")))
    rows = play_opening(here.states(500, seed=9), here.choices["shadowball"])
    assert rows.worth.mean() == tally.p
    assert rows.turns.sum() == tally.turns


@pytest.mark.parametrize(
    ("condition", "choices"),
    [
        ({"name": "taunt"}, {"shadowball", "sludgebomb"}),
        ({"name": "disable", "move": "Ball'Ombre"}, {"hypnosis", "sludgebomb"}),
        ({"name": "encore", "move": "hypnosis"}, {"hypnosis"}),
        ("mustrecharge", {RECHARGE}),
    ],
)
def test_only_what_can_be_chosen_is_advised(condition: Any, choices: set[str]) -> None:
    advice = advise({**GENGAR, "conditions": [condition]}, STARMIE, engine="search", simulations=64)
    assert {move.id for move in advice.moves} == choices
    if len(choices) == 1:
        assert advice.certainty == 1
        assert advice.explanation


def test_all_used_up_leaves_struggle() -> None:
    advice = advise({**GENGAR, "pp": {"hypnosis": 0, "shadowball": 0, "sludgebomb": 0}}, STARMIE)
    assert advice.recommended_move == "struggle"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status_turns": 1}, "you.status_turns"),
        ({"status": "slp", "status_turns": 4}, "you.status_turns"),
        ({"pp": {"Surf": 1}}, "you.pp.Surf"),
        ({"conditions": ["taunt", "taunt"]}, "you.conditions[1].name"),
        ({"conditions": [{"name": "reflect", "turns": 5}]}, "you.conditions[0].turns"),
        ({"conditions": [{"name": "disable"}]}, "you.conditions[0].move"),
        ({"conditions": [{"name": "disable", "move": "surf"}]}, "you.conditions[0].move"),
        ({"conditions": [{"name": "twoturnmove", "move": "surf"}]}, "you.conditions[0].move"),
        ({"conditions": [{"name": "reflect", "hp_percent": 5}]}, "you.conditions[0].hp_percent"),
        ({"last_move": "surfin"}, "you.last_move"),
        ({"conditions": ["mustrecharge", "taunt", "bide"]}, "you.conditions[2].name"),
        ({"conditions": [RAMPAGE, {"name": "twoturnmove", "move": "dig"}]}, "you.conditions[1].name"),
        ({"conditions": [RAMPAGE, {"name": "encore", "move": "hypnosis"}]}, "you.conditions[1].name"),
        ({"conditions": [{"name": "encore", "move": "hypnosis"}, "bide"]}, "you.conditions[1].name"),
    ],
)
def test_states_that_cannot_be(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as refused:
        now({**GENGAR, **changes}, STARMIE)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "conditions",
    [
        [RAMPAGE, {"name": "encore", "move": "outrage"}],
        [RAMPAGE, {"name": "disable", "move": "icebeam"}, "confusion"],
        ["mustrecharge", "stall", {"name": "encore", "move": "outrage"}],
    ],
)
def test_what_can_be_at_the_same_time(conditions: list[Any]) -> None:
    now({"pokemon": "Dragonite", "moves": ["outrage", "icebeam"], "conditions": conditions}, STARMIE)


def test_two_calls_for_a_move_are_named() -> None:
    with pytest.raises(UsageError, match="a rampage and Encore cannot be at the same time") as refused:
        now({**GENGAR, "conditions": [RAMPAGE, {"name": "encore", "move": "hypnosis"}]}, STARMIE)
    assert "une attaque à répétition et Encore ne vont pas ensemble" in refused.value.in_("fr")


def test_after_the_first_turn_a_mega_has_evolved_and_fake_out_is_over() -> None:
    charizard = {"pokemon": "Charizard", "moves": ["Flamethrower"], "mega": "x"}
    early, late = now(charizard, STARMIE), now(charizard, STARMIE, turn=2)
    assert Battle.from_state(early.start).a.types == ("Fire", "Flying")
    assert Battle.from_state(late.start).a.types == ("Fire", "Dragon")
    assert late.start[at.MEGA] == 0
    assert late.start[at.ACTIONS] == 1


@pytest.mark.slow
def test_search_finds_the_worth_of_poison_that_greed_never_uses() -> None:
    here = now(WALL, MEWTWO)
    plain = opening_values(here, "simulation", 1000, 1)
    deep = opening_values(here, "search", 1000, 1)
    assert max(plain.values(), key=lambda one: one.p).p < 0.7
    assert max(deep, key=lambda move: deep[move].p) == "toxic"
    assert deep["toxic"].p > 0.85
    advice = advise(WALL, MEWTWO, engine="search", lang="fr")
    assert advice.recommended_move == "toxic"
    assert advice.certainty > 0.95
    kinds = {reason.kind for reason in advice.explanation}
    assert {"look_ahead", "inflicts_tox", "sure"} <= kinds


def test_the_same_request_gets_the_same_answer() -> None:
    first, again = (
        advise({**GENGAR, "status": "slp"}, STARMIE, engine="search", seed=5, simulations=200)
        for _ in range(2)
    )
    assert first.model_dump(exclude={"prediction_id"}) == again.model_dump(exclude={"prediction_id"})


def test_doubt_is_settled_in_favour_of_the_blow() -> None:
    """Dig puts off what Ice Punch does now and can look a little better for ever."""
    here = now(
        {"pokemon": "Wigglytuff", "moves": ["Dig", "Ice Punch"]},
        {"pokemon": "Fearow", "moves": ["Sky Attack", "Drill Peck"]},
    )
    rows = np.tile([1.0, 0.0, 1.0], 30)
    values = {"dig": Estimate(0.68, None, 90, rows), "icepunch": Estimate(0.66, None, 90, rows[::-1].copy())}
    assert settled(here, values, ["dig", "icepunch"]) == ["icepunch", "dig"]
    values["dig"] = Estimate(0.95, None, 90, np.ones(90))
    assert settled(here, values, ["dig", "icepunch"]) == ["dig", "icepunch"]


def test_doubt_between_status_moves_is_not_settled_by_their_places() -> None:
    here = now({"pokemon": "Vileplume", "moves": ["Sleep Powder", "Rest"]}, {"pokemon": "Golem"})
    values = {"sleeppowder": Estimate(0.0, None, 16), "rest": Estimate(0.125, None, 16)}
    assert greedy_choice(here) == "sleeppowder"
    assert settled(here, values, ["rest", "sleeppowder"]) == ["rest", "sleeppowder"]


def test_comparisons_of_shared_luck_see_more() -> None:
    rows = np.tile([1.0, 0.0], 50)
    better = rows.copy()
    better[1:21:2] = 1.0  # ten lost battles won, none lost
    shared = compare(Estimate(0.6, None, 100, better), Estimate(0.5, None, 100, rows))
    alone = compare(Estimate(0.6, None, 100), Estimate(0.5, None, 100))
    assert shared.clear
    assert not alone.clear
    assert compare(Estimate(0.5, None, 100, rows), Estimate(0.5, None, 100, rows)).certainty == 0.5


def test_the_worst_moves_are_worse_than_the_likely_ones_and_legal() -> None:
    here = now({"pokemon": "Chansey", "moves": ["Seismic Toss"]}, {"pokemon": "Mewtwo"})
    worst = worst_moves(here, seed=1)
    assert 1 <= len(worst) <= 4
    assert {move.id for move in worst} <= here.opponent.form.movepool
    advice = advise({"pokemon": "Chansey", "moves": ["Seismic Toss", "Toxic"]}, {"pokemon": "Mewtwo"})
    assert advice.opponent_moves.basis == "likely"
    assert advice.worst_case is not None
    assert advice.worst_case.win_probability < advice.win_probability - 0.1
    assert any(reason.kind.startswith("worst_case") for reason in advice.explanation)
    assumed = advise({"pokemon": "Chansey", "moves": ["Toxic"]}, {"pokemon": "Mewtwo"}, assume="worst")
    assert assumed.opponent_moves.basis == "worst"
    assert {move.id for move in assumed.opponent_moves.moves} <= here.opponent.form.movepool
    assert assumed.worst_case is None


def test_the_worst_case_is_not_better_for_you_than_the_likely_one() -> None:
    """Whose greedy blow always loses ties with all sets; what counts is the best opening."""
    you = {"pokemon": "Wigglytuff", "moves": ["Dazzling Gleam", "Hyper Beam", "Ice Beam"]}
    likely = advise(you, {"pokemon": "Tauros"}, assume="likely", simulations=2000)
    worst = advise(you, {"pokemon": "Tauros"}, assume="worst", simulations=2000)
    assert worst.win_probability < likely.win_probability + 0.05


def test_status_moves_are_feared_of_one_that_has_no_blow_alone() -> None:
    porygon = {"pokemon": "Porygon", "moves": ["Psybeam"]}
    blows = worst_moves(now(porygon, {"pokemon": "Mewtwo"}), seed=1)
    assert all(move.category != "Status" for move in blows)
    rest = worst_moves(now(porygon, {"pokemon": "Ditto"}), seed=1)
    assert [move.id for move in rest] == ["transform"]


@pytest.mark.parametrize("known", [{"last_move": "Hydro Pump"}, {"pp": {"Hydro Pump": 1}}])
def test_the_worst_is_not_looked_for_where_a_move_is_known(known: dict[str, Any]) -> None:
    you = {"pokemon": "Pikachu", "moves": ["Thunderbolt"]}
    told = advise(you, {"pokemon": "Gyarados", **known}, assume="worst")
    assert told.opponent_moves.basis == "likely"
    likely = advise(you, {"pokemon": "Gyarados", **known}, assume="likely")
    assert told.opponent_moves == likely.opponent_moves
