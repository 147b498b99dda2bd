"""Numbers in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictiondex.pokedex.model import STATS
from predictiondex.ui import figures
from predictiondex.ui.texts import Words
from predictiondex.ui.views.goodness import points
from predictiondex.ui.views.planner.result import avs
from predictiondex.wire import PlanOption

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0, "0%", f"0{NBSP}%"),
        (0.2, "<1%", f"<1{NBSP}%"),
        (45.4, "45%", f"45{NBSP}%"),
        (99.7, ">99%", f">99{NBSP}%"),
        (100, "100%", f"100{NBSP}%"),
    ],
)
def test_percentages(value: float, english: str, french: str) -> None:
    assert figures.percent(value, "en") == figures.share(value / 100, "en") == english
    assert figures.percent(value, "fr") == french


@given(st.floats(0, 100))
def test_a_percentage_claims_no_certainty_it_is_not(value: float) -> None:
    assert (figures.percent(value, "en") == "0%") == (value == 0)
    assert (figures.percent(value, "en") == "100%") == (value == 100)


def test_ranges() -> None:
    assert figures.span(44.2, 50.3, "en") == "44–50%"
    assert figures.span(44.2, 50.3, "fr") == f"44–50{NBSP}%"
    assert figures.span(0, 0.3, "en") == "0–<1%"
    assert figures.span(12.1, 12.2, "fr") == f"12{NBSP}%"


def test_other_numbers() -> None:
    assert (figures.decimal(0.5, "en"), figures.decimal(0.5, "fr")) == ("0.5", "0,5")
    assert figures.decimal(4.0, "fr") == "4"
    assert (figures.decimal(-0.5, "en"), figures.fine(-0.0381, "fr")) == ("−0.5", "−0,0381")
    assert (figures.count(20000, "en"), figures.count(20000, "fr")) == ("20,000", f"20{NBSP}000")


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0, "0 points", "0 point"),
        (0.0004, "0.04 points", "0,04 point"),
        (0.01, "1 point", "1 point"),
        (0.0199, "1.99 points", "1,99 point"),
        (0.02, "2 points", "2 points"),
        (0.0309, "3.09 points", "3,09 points"),
    ],
)
def test_points_have_the_plural_of_their_language(value: float, english: str, french: str) -> None:
    assert points(value, Words("en")) == english
    assert points(value, Words("fr")) == french


def test_values_of_a_plan_are_written_as_every_count() -> None:
    everything = dict.fromkeys(STATS, 200)
    option = PlanOption(
        kind="best", level=50, avs=dict(everything), total_avs=1200, win_probability=0.5,
        interval=(0.4, 0.6), reached=True,
    )  # fmt: skip
    assert avs(option, Words("en")) == "200 for each stat (1,200 in all)"
    assert avs(option, Words("fr")) == f"200 par stat (1{NBSP}200 en tout)"
