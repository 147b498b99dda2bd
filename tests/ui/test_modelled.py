"""Answers that a real model takes part in, on the battle page and for the coach."""

from __future__ import annotations

import pytest

from tests.ui.driving import clicked, html, opened, visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.usefixtures("trained", "asking")]

DUEL = {"you": "pikachu", "you.moves": "thunderbolt,quickattack,thunderwave", "foe": "dracaufeu"}


def test_both_together_say_what_weighed_and_how_sure_it_is() -> None:
    page = opened(**DUEL, ask="1")
    advice = visit(page).advice
    assert advice
    assert advice.model.name != "simulation"
    shown = html(page)
    weighed = [reason.text for reason in advice.explanation if reason.kind.startswith("contribution")]
    assert weighed
    assert "What moved the model&#x27;s estimate" in shown
    assert shown.count("95% interval") >= len(advice.moves)
    assert any("trained on millions" in text.value for text in page.markdown)
    assert any("Each opening was played" in text.value for text in page.markdown)


def test_the_model_alone_plays_no_battles() -> None:
    page = opened(**DUEL, engine="model", ask="1")
    advice = visit(page).advice
    assert advice
    assert advice.simulations == 0
    assert "95% interval" not in html(page)
    assert not any("Each opening was played" in text.value for text in page.markdown)


def test_the_coach_asks_the_model_first() -> None:
    page = clicked(opened("coach", **DUEL), "coach.begin")
    ((_, advice),) = page.session_state["pdx.coach"].advice.values()
    assert advice.model.name != "simulation"
    assert 'class="pdx-answer"' in html(page)
