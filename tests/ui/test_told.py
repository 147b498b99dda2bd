"""The battle page's engines, its told battle, and how a battle really ended."""

from __future__ import annotations

from html import escape

import pytest

from predictiondex.client import Client
from predictiondex.messages import together
from predictiondex.pokedex import pokedex
from predictiondex.ui import figures
from predictiondex.ui.views.story import request_of, scenes
from tests.ui.driving import address_of, clicked, html, opened, ran, visit

pytestmark = pytest.mark.timeout(900)

DUEL = {"you": "pikachu", "you.moves": "thunderbolt,quickattack", "foe": "dracaufeu"}


@pytest.mark.usefixtures("asking")
class TestEngines:
    def test_the_engine_that_is_asked_for_is_asked(self) -> None:
        page = clicked(opened(**DUEL, engine="simulation"), "ask")
        assert visit(page).answered
        assert visit(page).answered["engine"] == "simulation"
        assert address_of(page)["engine"] == "simulation"
        page.segmented_control("engine").set_value("model")
        page = clicked(ran(page), "ask")
        assert visit(page).answered["engine"] == "model"

    def test_without_a_model_battles_answer_and_it_is_said(self) -> None:
        page = clicked(opened(**DUEL), "ask")
        advice = visit(page).advice
        assert advice
        assert advice.model.name == "simulation"
        assert advice.warnings[0] in html(page)
        assert not any("trained on millions" in text.value for text in page.markdown)


@pytest.mark.usefixtures("asking")
class TestStory:
    def test_it_is_told_turn_by_turn(self, asking: str) -> None:
        page = clicked(clicked(opened(**DUEL), "ask"), "story.show")
        question = visit(page).question
        advice = visit(page).advice
        assert question
        assert advice
        with Client(asking, timeout=60) as client:
            told = client.replay(request_of(question, advice, "en"))
        pictures = scenes(told)
        assert len(pictures) == len(told.turns) + 1
        assert "Before the first turn" in html(page)
        page = clicked(page, "story-step1")
        assert page.slider("story.turn").value == 1
        for line in pictures[1].lines:
            assert f"<li>{escape(line)}</li>" in html(page)
        assert f"{pictures[1].you} of {pictures[0].you} HP" in html(page)
        page.slider("story.turn").set_value(len(told.turns))
        page = ran(page)
        assert escape(told.ending) in html(page)
        assert page.button("story-step1").disabled
        assert figures.share(told.share, "en") in html(page)

    def test_no_french_line_breaks_before_its_punctuation(self) -> None:
        page = clicked(clicked(opened(**DUEL, lang="fr"), "ask"), "story.show")
        shown = html(page)
        assert "\N{NO-BREAK SPACE}!</li>" in shown
        assert " !" not in shown

    def test_it_goes_on_in_the_other_language(self, asking: str) -> None:
        page = clicked(clicked(opened(**DUEL), "ask"), "story.show")
        page = clicked(page, "story-step1")
        page.segmented_control("lang").set_value("fr")
        page = ran(page)
        assert page.slider("story.turn").value == 1
        question, advice = visit(page).question, visit(page).advice
        assert question
        assert advice
        with Client(asking, timeout=60) as client:
            told = client.replay(request_of(question, advice, "fr"))
        shown = html(page)
        for line in scenes(told)[1].lines:
            assert f"<li>{escape(together(line, 'fr'))}</li>" in shown
        assert escape(together(told.ending, "fr")) in shown

    def test_another_question_has_another_story(self) -> None:
        page = clicked(clicked(opened(**DUEL), "ask"), "story.show")
        page.number_input("foe.level").set_value(20)
        page = clicked(ran(page), "ask")
        assert page.button("story.show")
        assert "Before the first turn" not in html(page)


@pytest.mark.usefixtures("asking")
class TestOutcome:
    def test_how_it_ended_reaches_the_service(self, asking: str) -> None:
        page = clicked(opened(**DUEL), "ask")
        advice = visit(page).advice
        assert advice
        page.selectbox("outcome.move").set_value("quickattack")
        page = clicked(ran(page), "outcome.win")
        assert [success.value[:9] for success in page.success] == ["Well done"]
        with Client(asking, timeout=60) as client:
            again = client.tell_outcome(advice.prediction_id, "win", move="quickattack")
        assert again.repeated

    def test_it_is_told_once_in_whichever_language(self) -> None:
        page = clicked(opened(**DUEL), "ask")
        advice = visit(page).advice
        assert advice
        page = clicked(page, "outcome.win")
        page.segmented_control("lang").set_value("fr")
        page = ran(page)
        assert [success.value[:5] for success in page.success] == ["Bravo"]
        told = visit(page).advice
        assert told
        assert told.prediction_id == advice.prediction_id
        assert told.moves[0].name == pokedex.moves[advice.recommended_move].names.fr
        page.number_input("foe.level").set_value(20)
        page = clicked(ran(page), "ask")
        assert page.button("outcome.win")

    def test_another_outcome_told_before_is_explained(self, asking: str) -> None:
        page = clicked(opened(**DUEL), "ask")
        advice = visit(page).advice
        assert advice
        with Client(asking, timeout=60) as client:
            client.tell_outcome(advice.prediction_id, "loss")
        page = clicked(page, "outcome.win")
        assert ["the first one stands" in warning.value for warning in page.warning] == [True]
