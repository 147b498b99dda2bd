"""How the blanks of a text are filled."""

from __future__ import annotations

import unicodedata

import pytest

from predictiondex.advisor.words import say
from predictiondex.messages import Message, fill, labelled
from predictiondex.pokedex import pokedex
from predictiondex.ui.texts import Words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Pikachu", "PV de Pikachu"), ("Évoli", "PV d'Évoli"), ("Aspicot", "PV d'Aspicot"),
        ("Herbizarre", "PV d'Herbizarre"), ("Hypnomade", "PV d'Hypnomade"), ("Hurlement", "PV de Hurlement"),
        ("Œuf", "PV d'Œuf"), ("**Onix**", "PV d'**Onix**"), ("3", "PV de 3"), ("", "PV de "),
        ("http://localhost", "PV de http://localhost"),
    ],
)  # fmt: skip
def test_french_shortens_before_a_vowel(name: str, said: str) -> None:
    assert fill("PV de {name}", "fr", {"name": name}) == said
    assert fill("HP de {name}", "en", {"name": name}) == f"HP de {name}"


def test_french_punctuation_stays_on_its_line() -> None:
    assert fill("Oui ; « {a} » : 3 % !", "fr", {"a": "b ; c"}) == "Oui\xa0; «\xa0b ; c\xa0»\xa0: 3\xa0%\xa0!"
    assert fill("« {a} » : 3 %", "en", {"a": "b"}) == "« b » : 3 %"


def test_french_has_a_blank_before_the_colon() -> None:
    assert labelled("Dégâts", "1, 2", "fr") == "Dégâts\N{NO-BREAK SPACE}: 1, 2"
    assert labelled("Damage", "1, 2", "en") == "Damage: 1, 2"


def test_other_words_stay() -> None:
    assert fill("Que {a} batte {b}, ode {a}", "fr", {"a": "Abo", "b": "Abra"}) == "Qu'Abo batte Abra, ode Abo"
    assert fill("de {n} à {most}", "fr", {"n": 8, "most": 11}) == "de 8 à 11"


def test_every_name_is_said_as_in_french() -> None:
    for form in pokedex.forms.values():
        name = form.names.fr
        first = unicodedata.normalize("NFD", name)[0].lower()
        shortened = first in "aeiou" or name.startswith(("Herb", "Hyp"))
        said = fill("de {name}", "fr", {"name": name})
        assert said == (f"d'{name}" if shortened else f"de {name}")


def test_advice_pages_and_problems_all_do() -> None:
    assert say("stages", "fr", who="Évoli", stats="x").startswith("Les changements de stats d'Évoli")
    assert Words("fr")("coach.status", name="Évoli") == "Statut d'Évoli"
    answer = Message("client.no_answer", {"url": "ailleurs", "reason": "x"})
    assert answer.in_("fr").startswith("Pas de réponse d'ailleurs")
