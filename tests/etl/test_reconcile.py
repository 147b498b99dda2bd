"""Reconciliation: agreement, difference and ignorance are three things."""

from __future__ import annotations

from predictiondex.etl.claims import Claims, Gap, snapshot_claims
from predictiondex.etl.reconcile import PRECEDENCE, Check, reconcile
from predictiondex.etl.tables import differences_table, sources_table
from predictiondex.pokedex import pokedex

HP, ATK = ("form", "mew", "base_stats.hp"), ("form", "mew", "base_stats.atk")
LEVELS = ("form", "mew", "learnset.level")


def other(**more: object) -> Claims:
    return Claims("pokeapi", "v2", **more)  # type: ignore[arg-type]


def mine() -> Claims:
    levels = frozenset({("pound", 1), ("amnesia", 40), ("pikapapow", 3)})
    return Claims("snapshot", "1", values={HP: 100, ATK: 100, LEVELS: levels})


def test_agreements_are_counted_by_kind_of_field() -> None:
    check = reconcile(mine(), other(values={HP: 100, ATK: 100}))
    assert check.agreements == {"form.base_stats": 2}
    assert check.differences == []
    assert check.status == "complete"


def test_a_difference_keeps_both_values_and_the_snapshots() -> None:
    (difference,) = reconcile(mine(), other(values={HP: 1})).differences
    assert difference.values == {"snapshot": 100, "pokeapi": 1}
    assert difference.applied == PRECEDENCE[0] == "snapshot"


def test_sets_differ_element_by_element() -> None:
    """A move that a source names is none that it does not know, be it one of ours or not."""
    theirs = frozenset({("pound", 1), ("amnesia", 41), ("leaf-tornado", 12)})
    check = reconcile(mine(), other(values={LEVELS: theirs}, moves_known=frozenset({"pound", "amnesia"})))
    assert check.agreements == {"form.learnset.level": 1}
    assert {it.field: it.values["pokeapi"] for it in check.differences} == {
        "learnset.level.amnesia.40": "absent",
        "learnset.level.amnesia.41": "learned",
        "learnset.level.leaf-tornado.12": "learned",
    }
    assert check.unverified == [
        Gap("form", "mew", "learnset.level.pikapapow.3", "pokeapi does not know this move")
    ]


def test_silence_about_a_fact_it_covers_elsewhere_is_told() -> None:
    check = reconcile(mine(), other(values={HP: 100}))
    assert check.unverified == [Gap(*ATK, "not said by pokeapi")]


def test_a_field_it_never_covers_is_no_gap() -> None:
    check = reconcile(mine(), other(values={LEVELS: mine().values[LEVELS]}))
    assert check.unverified == []


def test_a_source_that_said_nothing_is_unavailable() -> None:
    check = reconcile(mine(), other(down="stopped answering"))
    assert check.status == "unavailable"


def test_the_snapshot_agrees_with_itself() -> None:
    claims = snapshot_claims(pokedex)
    check = reconcile(claims, claims)
    assert check.differences == []
    assert check.unverified == []
    assert check.agreements["form.base_stats"] == 188 * 6
    assert check.agreements["type.against"] == 324
    assert check.agreements["form.learnset.tutor"] == 13


def test_the_tables_show_both_values() -> None:
    from rich.console import Console

    check = reconcile(
        mine(),
        other(
            values={HP: 1, LEVELS: frozenset()},
            gaps=[Gap("move", "surf", "", "HTTP 500")],
            ignored=[Gap("form", "raichu-mega-x", "", "a Mega of other games")],
            down="stopped answering: HTTP 500",
        ),
    )
    console = Console(width=120, record=True, file=__import__("io").StringIO())
    console.print(sources_table([check]), differences_table([check]))
    text = console.export_text()
    for part in ("base_stats.hp", "100 (snapshot)", "1 (pokeapi)", "HTTP 500", "raichu-mega-x", "partial"):
        assert part in text


def test_a_source_that_is_away_has_no_figures_that_read_like_agreement() -> None:
    from rich.console import Console

    away = Check(source="pokepedia", version="", down="no answer")
    console = Console(width=80, record=True, file=__import__("io").StringIO())
    console.print(sources_table([away]), differences_table([away]))
    told = console.export_text()
    assert "Nothing could be compared." in told
    assert "No differences" not in told
    assert "unavailable" in told
    assert "Unverified" in told
