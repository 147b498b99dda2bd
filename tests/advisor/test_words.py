"""Sentences: complete in both languages, and numbers as each language writes them."""

from __future__ import annotations

import re
import string
from typing import get_args

import pytest

from predictiondex.advisor.words import TEMPLATES, Kind, count, hits, listing, number, percent, say, stages


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_everything_with_the_same_blanks() -> None:
    assert TEMPLATES["en"].keys() == TEMPLATES["fr"].keys() == set(get_args(Kind))
    for kind, english in TEMPLATES["en"].items():
        assert blanks(TEMPLATES["fr"][kind]) <= blanks(english) | {"you"}, kind
        assert blanks(english) - {"you", "opponent"} == blanks(TEMPLATES["fr"][kind]) - {"you", "opponent"}, (
            kind
        )


def test_a_sentence() -> None:
    assert say("strong", "en", move="Thunderbolt", multiplier="2") == "Thunderbolt is super effective (×2)."


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0.0, "0%", "0\N{NO-BREAK SPACE}%"),
        (0.2, "<1%", "<1\N{NO-BREAK SPACE}%"),
        (0.5, "<1%", "<1\N{NO-BREAK SPACE}%"),
        (45.4, "45%", "45\N{NO-BREAK SPACE}%"),
        (99.4, "99%", "99\N{NO-BREAK SPACE}%"),
        (99.97, ">99%", ">99\N{NO-BREAK SPACE}%"),
        (100.0, "100%", "100\N{NO-BREAK SPACE}%"),
    ],
)
def test_percentages_never_claim_a_certainty(value: float, english: str, french: str) -> None:
    assert percent(value, "en") == english
    assert percent(value, "fr") == french


def test_numbers() -> None:
    assert [number(value, "en") for value in (4.0, 0.5, 0.25)] == ["4", "0.5", "0.25"]
    assert number(0.25, "fr") == "0,25"


def test_less_than_nothing_has_a_minus_sign() -> None:
    assert number(-0.5, "fr") == "−0,5"
    assert stages({"atk": 2, "spe": -1}, "en") == "Attack +2, Speed −1"


def test_no_sentence_speaks_in_ids() -> None:
    """HP as the games write it, and no names that only requests use."""
    for templates in TEMPLATES.values():
        for template in templates.values():
            assert not re.search(r"\bhp\b|\{engine\}", template), template


def test_hits() -> None:
    assert [hits(1, 1, "en"), hits(2, 2, "en"), hits(2, 3, "en")] == ["1 hit", "2 hits", "2 to 3 hits"]
    assert [hits(1, 1, "fr"), hits(1, 2, "fr")] == ["1 coup", "1 à 2 coups"]


def test_lists() -> None:
    assert listing(["A"], "en") == "A"
    assert listing(["A", "B", "C"], "en") == "A, B and C"
    assert listing(["A", "B"], "fr") == "A et B"


def test_a_count_of_battles_has_its_thousands_apart() -> None:
    assert (count(999, "en"), count(20000, "en")) == ("999", "20,000")
    assert count(1000, "fr") == "1\N{NO-BREAK SPACE}000"
