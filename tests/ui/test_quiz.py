"""The quiz: questions whose answers are true, and a score that counts them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from math import prod

import pytest
from streamlit.testing.v1 import AppTest

from predictiondex.client import ApiUnavailable, Client
from predictiondex.pokedex import pokedex
from predictiondex.settings import get_settings
from predictiondex.ui.facts import Facts
from predictiondex.ui.jobs import Course, Job
from predictiondex.ui.keyboard import MOST, Taken
from predictiondex.ui.questions import BETTER, FASTER, HARDER, LEVELS, Level, Maker, Question
from predictiondex.ui.service import Service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.quiz import Game
from tests.ui.driving import address_of, clicked, gone, html, opened, ran
from tests.ui.serving import Api, free_port

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("asking")]

#: Questions of each level that are looked at.
MANY = 30


@pytest.fixture(scope="module")
def maker(api: Api) -> Iterator[Maker]:
    service = Service(api.url)
    yield Maker(Facts(service.client), service)
    service.client.close()
    service.glance.close()


def game(page: AppTest) -> Game:
    remembered: Game = page.session_state["game"]
    return remembered


def answered(page: AppTest, *, right: bool) -> AppTest:
    """Answer the present question."""
    question = game(page).question
    assert question
    place = question.right if right else (question.right + 1) % len(question.options)
    return clicked(page, f"quiz-option-{place}")


@pytest.mark.parametrize("level", LEVELS)
def test_answers_are_true_and_clear(level: Level, maker: Maker, asking: str) -> None:
    seen = set()
    with Client(asking) as client:
        for number in range(MANY):
            question = maker.question(level, 1, number)
            seen.add(question.prompt)
            assert question == maker.question(level, 1, number)
            assert 2 <= len(question.options) <= 6
            assert len(set(question.options)) == len(question.options)
            CHECKS[question.prompt](question, level, client)
    assert len(seen) >= {"easy": 2, "medium": 4, "hard": 4}[level]


def test_every_type_can_be_asked_about() -> None:
    """An article before its name would have to suit it: a Fire attack, but an Ice attack."""
    for key in ("quiz.effect", "quiz.effect_form"):
        said = Words("en")(key, attacker="Ice", defender="Grass", form="Pikachu")
        assert " a Ice" not in said
        assert "Ice attacks" in said


def check_effect(question: Question, _level: Level, _client: Client) -> None:
    about = question.about
    defending = pokedex.forms[about["form"].id].types if "form" in about else (about["defender"].id,)
    wanted = prod(pokedex.effectiveness(about["attacker"].id, [one]) for one in defending)
    assert float(question.options[question.right].id) == wanted


def check_faster(question: Question, level: Level, _client: Client) -> None:
    speeds = [pokedex.forms[one.id].base_stats[5] for one in question.options]
    assert speeds[question.right] - speeds[1 - question.right] >= FASTER[level]
    assert list(question.figures) == speeds


def check_damage(question: Question, level: Level, client: Client) -> None:
    sides = {
        "attacker": {"pokemon": question.about["you"].id},
        "defender": {"pokemon": question.about["foe"].id},
    }
    found = [client.damage({**sides, "move": one.id}) for one in question.options]
    parts = [100 * sum(one.rolls) / len(one.rolls) / one.defender_max_hp for one in found]
    clear(parts, question, HARDER[level])


def check_opening(question: Question, level: Level, client: Client) -> None:
    you = {"pokemon": question.about["you"].id, "moves": [one.id for one in question.options]}
    request = {"you": you, "opponent": {"pokemon": question.about["foe"].id}, "simulations": 4000, "seed": 99}
    advice = client.best_move(request)
    # Other battles than the question's: they agree but for chance.
    found = {one.id: one.win_probability for one in advice.moves}
    assert advice.recommended_move == question.options[question.right].id
    assert [found[one.id] for one in question.options] == pytest.approx(question.figures, abs=0.08)
    clear(list(question.figures), question, BETTER[level])


def check_winner(question: Question, _level: Level, client: Client) -> None:
    one, other = question.options
    request = {"you": {"pokemon": one.id}, "opponent": {"pokemon": other.id}, "simulations": 4000, "seed": 99}
    chance = client.simulate(request).win_probability
    assert (chance < 0.5) == bool(question.right)
    assert question.figures == pytest.approx((chance, 1 - chance), abs=0.08)


def clear(values: list[float], question: Question, least: float) -> None:
    """The right one is the best by far."""
    best = values[question.right]
    others = [value for place, value in enumerate(values) if place != question.right]
    assert best - max(others) >= least - 1e-9


CHECKS = {
    "quiz.effect": check_effect,
    "quiz.effect_form": check_effect,
    "quiz.faster": check_faster,
    "quiz.damage": check_damage,
    "quiz.opening": check_opening,
    "quiz.winner": check_winner,
}


def test_right_and_wrong_answers_are_counted_and_explained() -> None:
    page = opened("quiz", seed="4")
    page = answered(page, right=True)
    assert "Right!" in html(page)
    assert "1 of 1" in html(page)
    assert [button.key for button in page.button if str(button.key).startswith("quiz-option")] == []
    page = clicked(page, "quiz.next")
    assert "Question 2" in html(page)
    page = answered(page, right=False)
    assert "Not quite" in html(page)
    page = answered(clicked(page, "quiz.next"), right=True)
    state = game(page)
    assert (state.asked, state.right, state.streak, state.best) == (3, 2, 1, 1)


def test_an_answer_counts_once() -> None:
    question = Question("quiz.faster", {}, (), 0, "quiz.because_speed")
    state = Game(("easy", 1), question=question)
    state.answer(0)
    state.answer(1)
    assert (state.given, state.asked, state.right) == (0, 1, 1)


def test_an_answer_is_to_the_question_it_was_seen_with() -> None:
    question = Question("quiz.faster", {}, (), 0, "quiz.because_speed")
    state = Game(("easy", 1), number=2, question=question)
    state.answer(0, 1)
    assert state.given is None
    state.go_on()
    assert state.number == 2, "nobody goes on without an answer"
    state.answer(0, 2)
    assert state.given == 0


def test_keys_are_taken_in_their_order(maker: Maker) -> None:
    state = Game(("easy", 7))
    state.press("n6" + "1n" * 3 + "12", maker)
    assert (state.number, state.asked) == (4, 4)
    questions = [maker.question("easy", 7, number) for number in (1, 2, 3, 4)]
    answers = [5 if len(questions[0].options) > 5 else 0, 0, 0, 0]
    right = sum(one.right == place for one, place in zip(questions, answers, strict=True))
    assert state.right == right


def test_the_next_question_is_made_ahead(maker: Maker) -> None:
    state = Game(("hard", 5))
    first = state.present(maker)
    state.look_ahead(maker)
    assert state.ahead
    waiting = state.ahead
    made = waiting.future.result(60)
    state.look_ahead(maker)
    assert state.ahead is waiting
    state.answer(0)
    state.go_on()
    second = state.present(maker)
    assert second is made, "it was there already"
    assert (first, second) == (maker.question("hard", 5, 1), maker.question("hard", 5, 2))
    state.look_ahead(maker)
    state.end()
    assert state.ahead is None


def test_a_question_that_nobody_has_begun_is_made_at_once(maker: Maker) -> None:
    state = Game(("easy", 5), number=3, ahead=Job(Future(), Course()))
    assert state.present(maker) == maker.question("easy", 5, 3)


def test_what_went_wrong_ahead_is_told_and_tried_again(maker: Maker) -> None:
    failed: Future[Question] = Future()
    failed.set_exception(ApiUnavailable("nobody"))
    state = Game(("easy", 5), ahead=Job(failed, Course()))
    with pytest.raises(ApiUnavailable):
        state.present(maker)
    assert state.present(maker) == maker.question("easy", 5, 1)


def test_keys_are_taken_once_and_from_ones_own_browser_alone() -> None:
    taken = Taken()
    mine = {"session": taken.session, "count": 2, "last": ["1", "n"]}
    assert taken.take(mine) == ["1", "n"]
    assert taken.take(mine) == []
    assert taken.take({**mine, "count": 4, "last": ["1", "n", "2", "n"]}) == ["2", "n"]
    assert taken.take({**mine, "count": 1_000_004, "last": ["1"] * 1000}) == ["1"] * MOST
    for nonsense in (None, 3, [], {}, {**mine, "session": "other", "count": 2_000_000}):
        assert taken.take(nonsense) == []
    for wrong in ({"count": "9"}, {"count": 2_000_000, "last": "n"}, {"count": -1}):
        assert taken.take({**mine, **wrong}) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("level", LEVELS)
def test_every_kind_of_question_is_shown_whole(level: Level, lang: str) -> None:
    page = opened("quiz", level=level, seed="3", lang=lang)
    seen = set()
    for _ in range(6):
        question = game(page).question
        assert question
        seen.add(question.prompt)
        page = answered(page, right=True)
        assert "{" not in html(page)
        page = clicked(page, "quiz.next")
    assert len(seen) > 1


def test_the_address_names_the_series() -> None:
    page = opened("quiz", level="medium", seed="77")
    assert address_of(page) == {"level": "medium", "seed": "77"}
    again = opened("quiz", level="medium", seed="77")
    assert game(page).question == game(again).question
    assert game(opened("quiz", level="medium", seed="78")).question != game(page).question
    started_over = clicked(page, "quiz.again")
    assert address_of(started_over)["seed"] != "77"
    assert game(started_over).asked == 0


def test_another_level_is_another_series() -> None:
    page = answered(opened("quiz", seed="5"), right=True)
    page.segmented_control("quiz.level").set_value("hard")
    page = ran(page)
    assert game(page).series == ("hard", 5)
    assert game(page).asked == 0


def test_a_visit_elsewhere_and_the_language_lose_nothing() -> None:
    page = answered(opened("quiz", seed="5"), right=True)
    page = gone(gone(page, "types"), "quiz")
    page.segmented_control("lang").set_value("fr")
    page = ran(page)
    assert "1 sur 1" in html(page)
    assert "Juste" in html(page)


def test_nonsense_in_the_address_gives_a_hint() -> None:
    shown = html(opened("quiz", level="insane", seed="-1"))
    assert "“insane” is not possible here" in shown
    assert "seed: a whole number is needed" in shown


def test_the_score_survives_an_api_that_goes_away(asking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = answered(opened("quiz", seed="5"), right=True)
    monkeypatch.setenv("PDX_API_URL", f"http://127.0.0.1:{free_port()}")
    get_settings.cache_clear()
    assert "does not answer" in html(ran(page))
    monkeypatch.setenv("PDX_API_URL", asking)
    get_settings.cache_clear()
    assert "1 of 1" in html(ran(page))
