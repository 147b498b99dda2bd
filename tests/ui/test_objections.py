"""What the service objects to is told in the page's words, never in those of a request."""

from __future__ import annotations

import re
from typing import Any

import pytest

from predictiondex.client import ApiError, Client
from predictiondex.messages import TEXTS
from predictiondex.ui.objections import objection
from predictiondex.ui.service import Obstacle, obstacle_of
from predictiondex.ui.texts import LANGS, Words
from predictiondex.wire import FieldError, Problem
from tests.ui.driving import clicked, html, opened, ran

#: Words of requests, settings and commands: quotes of JSON, names with underscores, addresses.
TECHNICAL = re.compile(r'"\w+":|`|/\w+|PDX_|X-API|[a-z]+_[a-z]+|\b(?:JSON|index|boosts|true|slp|tox)\b')
#: Those that no visitor of the page can bring about, with the reason.
ELSEWHERE = {
    "title.illegal-move": "the page has titles of its own",
    "service.unreadable": "the page writes JSON that can be read",
    "input.json_invalid": "the same",
    "input.bool_type": "the page has switches",
    "input.bool_parsing": "the same",
    "service.no_json": "the page says what it sends",
    "service.no_address": "the page asks for addresses that are there",
    "service.no_key": "a key that is not accepted is told in the page's own words",
    "service.this_machine": "told to whoever runs the service, with how to make a key",
    "ask.index": "the page names no battle of a story",
    "trainer.unknown": "the page has a list of trainers",
    "terminal.no_json": "typed on the terminal",
    "terminal.request_object": "the same",
    "terminal.job_object": "the same",
    "terminal.trace_object": "the same",
}


def read(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_no_message_of_the_page_speaks_of_requests() -> None:
    found = {
        kind
        for kind, text in TEXTS.items()
        if any(TECHNICAL.search(re.sub(r"\{[^}]*\}", "", said)) for said in text)
    }
    assert found == set(ELSEWHERE)


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "Pikachu cannot have Surf in these games."), ("fr", "Pikachu ne peut pas avoir Surf")],
)
def test_a_team_is_told_nothing_about_fields_of_a_request(lang: str, told: str) -> None:
    page = opened("teams", lang=lang)
    page.session_state["teams.you.text"] = True
    page = ran(page)
    page.text_area("teams.you.paste").set_value("Pikachu\n- Surf")
    shown = html(clicked(page, "teams.you.read"))
    assert told in shown
    assert "strict" not in shown


def test_callers_of_the_api_are_still_told_the_way_out(asking: str) -> None:
    you = {"pokemon": "Pikachu", "moves": ["Surf"]}
    with Client(asking) as client, pytest.raises(ApiError) as refused:
        client.best_move({"you": you, "opponent": {"pokemon": "Mew"}})
    assert '"strict": false' in refused.value.problem.title


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("you.moves[1]", "Votre Pokémon, Capacités : "),
        ("opponent.hp_percent", "Adversaire, PV restants (%) : "),
        ("opponent.avs.spe", "Adversaire, Valeurs d'éveil, Vitesse : "),
        ("you.conditions[0].turns", "Votre Pokémon, Ce qui le gêne ou le protège : "),
        ("you.pokemon", "Votre Pokémon : "),
        ("you[2].level", "Votre équipe, n° 3, Niveau : "),
        ("opponent[0].moves[3]", "Équipe adverse, n° 1, Capacités : "),
        ("team[1].moves[0]", "Équipe, n° 2, Capacités : "),
        ("simulations", "Combats par capacité : "),
        ("most_avs", "Valeurs d'éveil par stat : "),
        ("body", ""),
        ("keep[0]", ""),
        ("something.else_entirely", ""),
    ],
)
def test_a_field_is_named_by_its_label(field: str, place: str) -> None:
    said = objection(FieldError(field=field, message="Non."), Words("fr"))
    assert read(said) == f"{place}Non."


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"moves": ["Surf"]},
        {"level": 101},
        {"pokemon": "Pikachoo"},
        {"status_turns": 1},
        {"hp_percent": 0},
        {"boosts": {"spe": 7}},
        {"conditions": ["disable"]},
        {"conditions": ["reflect", "reflect"]},
        {"pp": {"Surf": 3}},
    ],
    ids=str,
)
def test_nothing_that_is_refused_names_a_field(wrong: dict[str, Any], lang: str, asking: str) -> None:
    you = {"pokemon": "Pikachu", "moves": ["Thunderbolt"], **wrong}
    with Client(asking) as client, pytest.raises(ApiError) as refused:
        client.speaking("fr" if lang == "fr" else "en").best_move(
            {"you": you, "opponent": {"pokemon": "Mew"}}
        )
    words = Words("fr" if lang == "fr" else "en")
    for error in refused.value.errors:
        said = objection(error, words)
        assert not TECHNICAL.search(said), said
        assert said.startswith(words("side.you"))


def test_a_key_that_is_not_accepted_is_told_in_the_words_of_the_page() -> None:
    problem = {"title": "", "status": 401, "detail": "Send an API key in X-API-Key.", "instance": ""}
    refused = ApiError(Problem(type="urn:predictiondex:problem:unauthorized", **problem))
    assert obstacle_of(refused) == Obstacle("key", "")
