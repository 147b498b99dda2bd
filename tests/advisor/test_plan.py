"""The planner: the sets and options it finds hold when they are played again, and it is honest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any

import pytest

from predictiondex.advisor.plan import plan
from predictiondex.advisor.plan_progress import Progress
from predictiondex.advisor.plan_training import Direction, Option, worthwhile
from predictiondex.advisor.scoring import Worth
from predictiondex.advisor.sides import likely_moves
from predictiondex.battle import Combatant, simulate
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import STATS
from predictiondex.wire import PlanAnswer, PlanProgress, PlanRequest, PlanStep

OTHER_LUCK = 987_654


def planned(**request: Any) -> PlanAnswer:
    return plan(PlanRequest.model_validate({"level": 50, **request}))


def played(answer: PlanAnswer, level: int, avs: dict[str, int]) -> float:
    """What the best set wins with other luck, played the way the plan says."""
    form = pokedex.forms[answer.you.id]
    moves = tuple(pokedex.moves[move.id] for move in answer.best.moves)
    you = Combatant(form, moves, level=level, avs=tuple(avs.get(stat, 0) for stat in STATS))  # type: ignore[arg-type]
    foe_moves = tuple(pokedex.moves[move.id] for move in answer.opponent_moves.moves)
    foe = Combatant(pokedex.forms[answer.opponent.id], foe_moves, level=answer.opponent.level, strict=False)
    policy = "search" if answer.best.play == "advice" else f"first:{answer.best.opening.id}"
    return simulate(you, foe, n=1500, seed=OTHER_LUCK, policy_a=policy).p


@pytest.mark.slow
def test_a_mirror_is_planned_and_its_options_hold() -> None:
    steps: list[str] = []

    def told(step: str, total: int) -> Any:
        assert total > 0
        steps.append(step)
        return lambda: None

    answer = plan(PlanRequest(pokemon="Rattata", level=40, want=0.9), told)
    assert steps, "progress is told"
    form = pokedex.form("Rattata")
    assert {move.id for move in answer.opponent_moves.moves} == {m.id for m in likely_moves(form, 40)}
    assert answer.opponent_moves.basis == "likely"
    for one in answer.sets:
        assert 1 <= len(one.moves) <= 4
        assert {move.id for move in one.moves} <= form.movepool
    likely = Combatant(form, likely_moves(form, 40), level=40)
    assert answer.best.win_probability > simulate(likely, likely, n=1500, seed=OTHER_LUCK).p + 0.03
    assert answer.reached
    levels = [option.level for option in answer.options]
    assert levels == sorted(levels)
    assert levels[0] == 40, "nobody loses levels"
    assert any(option.kind == "as_it_is" and option.level == 40 for option in answer.options)
    for option in answer.options:
        assert option.total_avs == sum(option.avs.values())
        assert option.reached == (option.win_probability >= 0.9)
        again = played(answer, option.level, option.avs)
        assert again == pytest.approx(option.win_probability, abs=0.05), option


@pytest.mark.slow
@pytest.mark.parametrize(
    "request_",
    [
        {"pokemon": ["Magikarp", "Caterpie", "Ditto"], "want": 0.8, "level": 20, "most_avs": 30},
        {"pokemon": "Caterpie", "level": 10, "want": 0.55, "assume": "worst", "most_avs": 0},
        {"pokemon": "Rattata", "level": 10, "keep": ["Tackle", "Quick Attack"], "want": 0.99,
         "highest_level": 12, "opponent": {"pokemon": "Weedle", "level": 50}},
    ],
)  # fmt: skip
def test_progress_goes_one_way(request_: dict[str, Any]) -> None:
    """Whatever steps a plan takes, all of them have their place and none takes the whole back."""
    request = PlanRequest.model_validate(request_)
    progress = Progress(request)
    assert (progress.now.step, progress.now.share) == ("waiting", 0)
    heard: list[PlanProgress] = []
    one_at_a_time = Lock()

    def told(step: PlanStep, total: int) -> Callable[[], None]:
        tick = progress(step, total)
        heard.append(progress.now)

        def ticked() -> None:
            with one_at_a_time:
                tick()
                heard.append(progress.now)

        return ticked

    plan(request, told)
    shares = [one.share for one in heard]
    assert shares == sorted(shares)
    assert shares[-1] > 0.75
    assert {one.step for one in heard} >= {"last_time", "lowest_level"}
    assert all(one.done <= one.total for one in heard)


@pytest.mark.slow
@pytest.mark.parametrize("request_", [{"pokemon": "Tauros", "level": 70}, {"pokemon": ["Rattata", "Meowth"]}])
def test_one_thing_has_one_figure(request_: dict[str, Any]) -> None:
    """What is said of a set, of the way that costs nothing and of a species comes from the same battles."""
    answer = planned(most_avs=0, assume="likely", **request_)
    shown = [one.win_probability for one in answer.sets]
    assert len(shown) > 1
    assert shown == sorted(shown, reverse=True)
    assert answer.best == answer.sets[0]
    untrained = next(option for option in answer.options if option.kind == "as_it_is")
    assert untrained.win_probability == answer.best.win_probability
    assert untrained.interval == answer.best.interval
    assert answer.candidates[0].win_probability == answer.best.win_probability


@pytest.mark.slow
def test_what_is_enough_as_it_is_needs_no_training() -> None:
    answer = planned(pokemon="Mewtwo", opponent={"pokemon": "Magikarp", "level": 5})
    assert [(one.kind, one.level, one.total_avs) for one in answer.options] == [("as_it_is", 50, 0)]
    assert answer.reached


def test_no_option_costs_more_of_everything() -> None:
    def option(kind: str, level: int, each: int, *, reached: bool = True) -> Option:
        return Option(kind, level, (each,) * 6, Worth(0.9, 1000, "greedy"), reached)

    found = [
        option("as_it_is", 50, 0, reached=False),
        option("lowest_level", 60, 0),
        option("fewest_avs", 50, 20),
        option("lowest_level_with_avs", 50, 200),
        option("level_and_avs", 55, 20),
    ]
    assert [one.kind for one in worthwhile(found)] == ["as_it_is", "fewest_avs", "lowest_level"]
    cheaper = [*found, option("level_and_avs", 56, 4)]
    assert [one.level for one in worthwhile(cheaper)] == [50, 50, 56, 60]


def test_no_way_says_what_is_best() -> None:
    answer = planned(pokemon="Magikarp", opponent={"pokemon": "Mewtwo", "level": 100}, want=0.99, level=5,
                     highest_level=10, most_avs=20)  # fmt: skip
    assert not answer.reached
    assert not any(option.reached for option in answer.options)
    assert answer.options[-1].kind == "best"
    assert answer.options[-1].level == 10
    assert any(reason.kind == "plan_no_way" for reason in answer.explanation)


@pytest.mark.slow
def test_the_better_of_several_comes_first_and_moves_can_be_kept() -> None:
    foe = {"pokemon": "Gyarados", "moves": ["Waterfall", "Bite"], "level": 40}
    answer = planned(pokemon=["Charmander", "Jolteon"], opponent=foe, level=40, want=0.5, most_avs=0)
    assert answer.you.id == "jolteon"
    assert [one.pokemon.id for one in answer.candidates] == ["jolteon", "charmander"]
    kept = planned(
        pokemon="Jolteon", opponent=foe, level=40, want=0.5, most_avs=0, keep=["Tonnerre", "pinmissile"]
    )
    assert all({"thunderbolt", "pinmissile"} <= {move.id for move in one.moves} for one in kept.sets)


@pytest.mark.slow
def test_the_same_plan_twice() -> None:
    first, again = (planned(pokemon="Caterpie", level=30, want=0.8) for _ in range(2))
    assert first.model_dump(exclude={"prediction_id"}) == again.model_dump(exclude={"prediction_id"})


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"pokemon": "Pikachoo"}, "pokemon"),
        ({"pokemon": ["Pikachu", "Pikachoo"]}, "pokemon[1]"),
        ({"pokemon": "Pikachu", "highest_level": 10}, "highest_level"),
        ({"pokemon": "Pikachu", "keep": ["Surfff"]}, "keep[0]"),
        ({"pokemon": "Pikachu", "keep": ["Earthquake"]}, "keep[0]"),
        ({"pokemon": "Pikachu", "opponent": {"pokemon": "Onix", "moves": ["Surf"]}}, "opponent.moves[0]"),
        ({"pokemon": "Pikachu", "opponent": {"pokemon": "Onix", "pp": {"Tackle": 0}}}, "opponent.pp"),
        (
            {"pokemon": "Pikachu", "opponent": {"pokemon": "Onix", "conditions": ["rage"]}},
            "opponent.conditions",
        ),
        (
            {"pokemon": "Pikachu", "opponent": {"pokemon": "Onix", "status": "slp", "status_turns": 0}},
            "opponent.status_turns",
        ),
    ],
)
def test_bad_requests_name_the_field(request_: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as refused:
        planned(**request_)
    assert refused.value.field == field


@pytest.mark.parametrize("want", [0, 1, 1.5, -0.1])
def test_an_impossible_wish(want: float) -> None:
    with pytest.raises(ValueError, match="want"):
        PlanRequest(pokemon="Pikachu", want=want)


def test_awakening_values_are_given_in_a_direction() -> None:
    assert Direction((0, 1), faster=False).avs(100, None, 200) == (50, 50, 0, 0, 0, 0)
    assert Direction((1,), faster=True).avs(100, 30, 200) == (0, 70, 0, 0, 0, 30)
    assert Direction((1,), faster=True).avs(20, 30, 200) == (0, 0, 0, 0, 0, 20)
    assert Direction((0, 1), faster=False).avs(390, None, 190) == (190, 190, 0, 0, 0, 0)
    assert replace(Direction((), faster=True), faster=False).avs(50, 3, 200) == (0,) * 6
