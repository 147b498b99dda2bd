"""The planner, run in this process against a running API. The plans are those of Pokémon that know little."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import get_args

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from predictiondex.client import Client
from predictiondex.errors import GivenUp
from predictiondex.ui import figures, jobs
from predictiondex.ui.choice import SideChoice
from predictiondex.ui.service import Obstacle
from predictiondex.ui.texts import LANGS, Words
from predictiondex.ui.views.planner.desk import Desk
from predictiondex.ui.views.planner.progress import words
from predictiondex.ui.wish import Wish
from predictiondex.wire import PlanAnswer, PlanProgress, PlanRequest, PlanStep
from tests.api.observed import value
from tests.api.processes import wait_for
from tests.ui.driving import address_of, clicked, gone, html, opened, ran, typed_in, visit

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("asking")]

QUICK = {"pokemon": "weedle", "versus": "foe", "foe": "magikarp", "foe.level": "10", "level": "10"}


def desk(page: AppTest) -> Desk:
    remembered: Desk = page.session_state["pdx.planner"]
    return remembered


def asked(page: AppTest) -> AppTest:
    """The page with the plan, once it is there."""
    page = clicked(page, "planner.ask")
    job = desk(page).job
    if job:
        job.future.result(timeout=300)
    return ran(page)


def plan(page: AppTest) -> PlanAnswer:
    outcome = desk(page).outcome
    assert isinstance(outcome, PlanAnswer)
    return outcome


def test_a_plan_is_that_of_the_service(asking: str) -> None:
    page = asked(opened("planner", **QUICK))
    with Client(asking, timeout=120) as client:
        body = {"pokemon": ["weedle"], "opponent": SideChoice("magikarp", level=10).request(), "level": 10}
        expected = client.plan({**body, "want": 0.9})
    assert plan(page).best == expected.best
    assert plan(page).options == expected.options
    shown = html(page)
    assert shown.count("<tr>") == 1 + len(expected.options)
    assert figures.share(expected.best.win_probability, "en") in shown
    for option in expected.options:
        assert f"<td>{option.level}</td>" in shown


def test_while_it_works_there_is_progress_and_a_way_out(asking: str) -> None:
    with httpx.Client(base_url=asking) as http:
        left = partial(value, http, "api_requests_total", endpoint="/predict/plan", status="499")
        before = left()
        page = opened("planner", pokemon="mew", level="60", lang="fr")
        page = clicked(page, "planner.ask")
        job = desk(page).job
        assert job
        wait_for("a part is done", lambda: job.course.last is not None and job.course.last.share > 0.02)
        page = ran(page)
        (bar,) = page.get("progress")
        assert 0 < bar.proto.value < 100
        assert re.match(
            r"(Essai|Nouvel essai) .* : \d+ sur \d+ \(\d+ s\)$", bar.proto.text.replace("\xa0", " ")
        )
        page = clicked(page, "planner.cancel")
        assert desk(page).job is None
        assert len(page.get("progress")) == 0
        assert page.multiselect("planner.pokemon").value == ["mew"]
        # In the service as well, which had seconds to go.
        wait_for("the service has given it up", lambda: left() == before + 1)
        assert isinstance(job.future.exception(timeout=60), GivenUp)
        # Nothing but the question itself; the request that was given up is counted before it is gone.
        wait_for("it is gone", lambda: value(http, "api_requests_in_progress") == 1)


def test_another_plan_ends_the_work_on_the_former_one() -> None:
    page = clicked(opened("planner", pokemon="mew", level="60"), "planner.ask")
    former = desk(page).job
    assert former
    page.multiselect("planner.pokemon").set_value(["weedle"])
    page = asked(ran(page))
    assert isinstance(former.future.exception(timeout=60), GivenUp)
    assert plan(page).you.id == "weedle"


def test_every_step_has_its_words() -> None:
    for step in get_args(PlanStep):
        for lang in LANGS:
            many = words(PlanProgress(step=step, done=1, total=3, share=0.5), 7, Words(lang))
            one = words(PlanProgress(step=step, done=0, total=1, share=0.5), 7, Words(lang))
            assert many.startswith(one.removesuffix(" (7 s)"))
            assert one.endswith("(7 s)")


def test_other_pages_work_meanwhile_and_the_plan_is_there_afterwards() -> None:
    page = clicked(opened("planner", **QUICK), "planner.ask")
    page = gone(page, "battle", you="mew", foe="eevee", ask="1")
    assert 'class="pdx-answer"' in html(page)
    job = desk(page).job
    assert job
    job.future.result(timeout=300)
    page = gone(page, "planner")
    assert plan(page).you.id == "weedle"
    assert "The best four moves" in html(page)


def test_the_address_of_a_plan_asks_for_it_again() -> None:
    page = asked(opened("planner", **QUICK))
    kept = address_of(page)
    assert kept["ask"] == "1"
    again = opened("planner", **kept)
    job = desk(again).job
    if job:
        job.future.result(timeout=300)
    assert plan(ran(again)).options == plan(page).options


def test_nothing_chosen_is_pointed_out() -> None:
    page = clicked(opened("planner"), "planner.ask")
    assert "Choose your Pokémon first." in html(page)
    page = clicked(opened("planner", pokemon="mew", versus="foe"), "planner.ask")
    assert "Choose your opponent first." in html(page)
    assert desk(page).job is None


def test_the_pokemon_chosen_elsewhere_is_proposed() -> None:
    page = gone(opened("battle", you="mew", **{"you.level": "61"}), "planner")
    assert page.multiselect("planner.pokemon").value == ["mew"]
    assert page.number_input("planner.level").value == 61


def test_a_typed_name_becomes_the_pokemon_it_means() -> None:
    page = opened("planner", lang="fr")
    page.multiselect("planner.pokemon").set_value(["mew", "salameche", "zzzzqqq"])
    assert ran(page).multiselect("planner.pokemon").value == ["mew", "charmander"]


def test_trainers_are_those_of_the_service_with_their_teams(asking: str) -> None:
    page = opened("planner", pokemon="weedle", versus="trainer", trainer="misty", member="2")
    with Client(asking) as client:
        listed = {one.id: one for one in client.trainers().items}
    assert len(page.selectbox("planner.trainer").options) == len(listed)
    member = listed["misty"].team[1]
    assert page.selectbox("planner.member").value == 2
    page = clicked(page, "planner.ask")
    chosen = desk(page).plan
    assert chosen
    assert (chosen.foe.pokemon, chosen.foe.level) == (member.pokemon, member.level)
    assert {move.id for move in member.moves} <= set(chosen.foe.moves)
    PlanRequest.model_validate(chosen.request("en"))
    clicked(page, "planner.cancel")


def test_another_trainer_has_another_team() -> None:
    page = opened("planner", pokemon="weedle", versus="trainer", trainer="misty", member="2")
    page.selectbox("planner.trainer").set_value("lily")
    assert ran(page).selectbox("planner.member").value == 1


def test_the_address_holds_the_wish() -> None:
    page = opened("planner", **QUICK, want="75", highest="40", avs="20", nature="Timide")
    kept = address_of(page)
    assert kept["nature"] == "timid"
    assert "ask" not in kept
    again = opened("planner", **kept)
    assert address_of(again) == kept
    assert again.slider("planner.want").value == 75
    assert again.number_input("planner.highest").value == 40
    assert again.selectbox("foe.pokemon").value == "magikarp"


def test_nonsense_in_the_address_is_survived_with_a_hint() -> None:
    page = opened("planner", pokemon="pikachoo,mew", versus="everybody", want="200", trainer="nobody")
    shown = html(page)
    assert "no Pokémon is called “pikachoo”" in shown
    assert "“everybody” is not possible here" in shown
    assert "“200” is not a whole number from 50 to 99" in shown
    assert "there is no trainer “nobody” here" in shown
    assert page.multiselect("planner.pokemon").value == ["mew"]


def test_nobody_meets_a_trainer_that_was_not_chosen() -> None:
    page = opened("planner", pokemon="mew", versus="trainer", trainer="nobody", member="2", lang="fr")
    assert "pas de dresseur «\N{NO-BREAK SPACE}nobody\N{NO-BREAK SPACE}» ici" in html(page)
    assert page.selectbox("planner.trainer").value is None
    assert "abord un dresseur" in html(clicked(page, "planner.ask"))
    assert "trainer" not in address_of(page)
    page.selectbox("planner.trainer").set_value("misty")
    assert address_of(ran(page))["trainer"] == "misty"


def test_what_took_too_long_is_told_and_nothing_is_lost() -> None:
    page = opened("planner", **QUICK)
    desk(page).outcome = Obstacle("busy", "There was no answer within 120 s.")
    shown = html(ran(page))
    assert "No plan this time" in shown
    assert "within 120 s" in shown
    assert page.multiselect("planner.pokemon").value == ["weedle"]


def test_a_changed_wish_is_pointed_out_and_the_plan_stays() -> None:
    page = asked(opened("planner", **QUICK))
    page.slider("planner.want").set_value(60)
    page = ran(page)
    assert [info.value for info in page.info] == ["You have changed the selection since: ask again."]
    assert "The best four moves" in html(page)


def test_a_browser_that_has_no_switch_yet_changes_nothing() -> None:
    page = opened("planner", **{**QUICK, "versus": "trainer"})
    page.segmented_control("planner.versus").set_value(None)
    page = ran(page)
    assert page.segmented_control("planner.versus").value == "trainer"
    assert page.selectbox("planner.trainer").options


def test_names_follow_the_language() -> None:
    page = asked(opened("planner", **QUICK))
    page.segmented_control("lang").set_value("fr")
    shown = html(ran(page))
    assert "Aspicot (niveau 10) contre Magicarpe (niveau 10)" in shown
    assert escape("Façons de s'entraîner") in shown


def test_what_the_service_tells_follows_the_language(asking: str) -> None:
    """It is asked again for that; until then the plan stays."""
    page = asked(opened("planner", **QUICK, nature="Timid"))
    english = plan(page)
    page.segmented_control("lang").set_value("fr")
    page = ran(page)
    assert "Les quatre meilleures capacités" in html(page)
    job = desk(page).job
    if job:
        job.future.result(timeout=300)
    page = ran(page)
    with Client(asking, timeout=120) as client:
        chosen = desk(page).plan
        assert chosen
        expected = client.plan(chosen.request("fr"))
    assert plan(page).options == english.options
    shown = html(page)
    for texts in ([reason.text for reason in expected.explanation], expected.warnings):
        for text in texts:
            assert escape(text) in shown
    for reason in english.explanation:
        assert escape(reason.text) not in shown


def test_a_plan_stays_where_nobody_can_tell_it_in_another_language() -> None:
    page = asked(opened("planner", **QUICK))
    known = plan(page)
    desk(page).job = jobs.start(lambda _: Obstacle("away", "Nobody is there."))
    page.segmented_control("lang").set_value("fr")
    job = desk(page).job
    assert job
    job.future.result(timeout=60)
    desk(page).lang = "fr"
    assert "Les quatre meilleures capacités" in html(ran(page))
    assert plan(page) is known


def test_what_the_service_refuses_is_told() -> None:
    page = opened("planner", **QUICK, **{"foe.mega": "x"})
    assert "“x” is not possible here" in html(page)
    page = typed_in(page, "foe.pokemon", "mewto")
    assert visit(page).choice.foe.pokemon == "mewtwo"


def test_a_wish_is_what_the_service_takes() -> None:
    request = PlanRequest.model_validate(Wish(("mew",), level=60, highest=50).request("mirror", "fr"))
    assert request.highest_level == 60  # not below the level it has
    assert Wish(("mew",), versus="trainer").missing(SideChoice()) == "trainer"
