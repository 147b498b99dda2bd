"""Reading one move of the reference: nothing that could be a rule is dropped in silence."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.errors import SourceError
from predictiondex.reference.moves import move_record
from predictiondex.reference.snapshot import slug

PLAIN: dict[str, Any] = {
    "id": "tackle", "name": "Tackle", "num": 33, "type": "Normal", "baseMoveType": "Normal",
    "category": "Physical", "basePower": 40, "accuracy": 100, "pp": 35, "noPPBoosts": False,
    "priority": 0, "target": "normal", "flags": {"contact": 1}, "critRatio": 1, "callbacks": [],
}  # fmt: skip


def test_a_plain_move_has_no_effects() -> None:
    assert move_record(PLAIN) == {
        "num": 33, "type": "Normal", "category": "Physical", "power": 40, "accuracy": 100, "pp": 56,
        "base_pp": 35, "priority": 0, "target": "normal", "flags": ["contact"],
    }  # fmt: skip


def test_a_lone_secondary_is_read_once() -> None:
    effect = {"chance": 10, "status": "brn"}
    record = move_record(PLAIN | {"secondary": effect, "secondaries": [effect]})
    assert record["secondaries"] == [{"chance": 10, "status": "brn"}]


def test_an_effect_on_the_user_is_marked() -> None:
    record = move_record(PLAIN | {"secondaries": [{"chance": 10, "self": {"boosts": {"def": 1}}}]})
    assert record["secondaries"] == [{"chance": 10, "boosts": [["def", 1]], "on_self": True}]


@pytest.mark.parametrize(
    "extra",
    [
        {"stealsBoosts": True},
        {"self": {"slotCondition": "wish"}},
        {"secondaries": [{"chance": 30, "dustproof": True}]},
        {"secondaries": [{"chance": 30}]},
        {"boosts": {"luck": 1}},
        {"baseMoveType": "Fire"},
    ],
)
def test_an_unknown_rule_stops_the_build(extra: dict[str, Any]) -> None:
    with pytest.raises(SourceError):
        move_record(PLAIN | extra)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mr. Mime", "mr-mime"),
        ("Farfetch’d", "farfetchd"),
        ("Nidoran-F", "nidoran-f"),
        ("Charizard-Mega-X", "charizard-mega-x"),
        ("Will-O-Wisp", "will-o-wisp"),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected
