"""What the record of versions says, on a French page."""

from __future__ import annotations

import pytest

from predictiondex.ml.promotion import Comparison, first
from predictiondex.ui.records import why
from predictiondex.ui.texts import Words
from predictiondex.ui.views.versions import events
from predictiondex.wire import ModelEvent, ModelHistory

NBSP = "\N{NO-BREAK SPACE}"
FIGURES = Comparison("rmse", "all", 1200, 0.0312, 0.0298, -0.0014, 0.00021)
SANE = {"rmse": 0.03, "ece": 0.01, "opening_regret": 0.01, "decided_accuracy": 0.99}


def test_what_the_gate_writes_is_told_in_french() -> None:
    told = why(f"not worse: {FIGURES.text}; worse: {FIGURES.text}", Words("fr"))
    assert told
    figures = f"rmse (all){NBSP}: 0,02980 au lieu de 0,03120, p = 0,00021 sur 1200 lignes"
    assert told == f"pas moins bon{NBSP}: {figures}; moins bon{NBSP}: {figures}"
    assert first(SANE).accepted
    assert why(first(SANE).reasons[0], Words("fr")) == (
        "aucun champion à qui le comparer, et des chiffres plausibles"
    )


@pytest.mark.parametrize(
    ("written", "french"),
    [
        ("trained", "entraîné"),
        ("became champion", "devenu champion"),
        ("rolled back from 3", "retour en arrière depuis 3"),
        ("refused: nothing to judge by", f"refusé{NBSP}: rien pour en juger"),
        ("the new one is slow", None),
        ("refused: rmse is nan, not at most 0.1", None),
    ],
)
def test_what_is_known_is_told_and_what_a_person_wrote_stays(written: str, french: str | None) -> None:
    assert why(written, Words("fr")) == french
    assert why(written, Words("en")) == written


def test_the_page_marks_what_is_english_alone() -> None:
    moved = [
        ModelEvent(time="2026-11-25T02:07:20+00:00", alias="champion", before=None, after="1", version="1",
                   reason=reason, by="train")
        for reason in ("trained", "the new one is slow")
    ]  # fmt: skip
    shown = events(ModelHistory(versions=[], events=moved), Words("fr"))
    assert "<td>entraîné</td>" in shown
    assert '<td lang="en">the new one is slow</td>' in shown
