"""What the repositories read is what the Pokédex holds."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from predictiondex import store
from predictiondex.errors import StoreError
from predictiondex.pokedex import TYPES, pokedex
from predictiondex.store.loading import legal_moves


@pytest.fixture
def facts(loaded: Engine) -> store.Facts:
    return store.Facts(loaded)


def test_every_form(facts: store.Facts) -> None:
    rows = {row.id: row for row in facts.forms()}
    assert len(rows) == 188
    for form in pokedex.forms.values():
        row = rows[form.id]
        assert (row.slug, row.dex, row.species, row.kind) == (form.slug, form.dex, form.species, form.kind)
        assert row.types == form.types
        assert row.base_stats == form.base_stats
        assert row.names == {"en": form.names.en, "fr": form.names.fr}
        assert (row.weight_kg, row.height_m) == (form.weight_kg, form.height_m)
        assert row.source == "pokemon-showdown"


def test_forms_in_pages_and_by_type(facts: store.Facts) -> None:
    everything = facts.forms()
    assert facts.forms(limit=10, offset=5) == everything[5:15]
    assert [row.dex for row in everything] == sorted(row.dex for row in everything)
    electric = {row.id for row in facts.forms(type_="Electric")}
    assert electric == {form.id for form in pokedex.forms.values() if "Electric" in form.types}
    assert facts.forms(type_="Cheese") == []


def test_one_form(facts: store.Facts) -> None:
    row = facts.form("charizardmegax")
    assert row is not None
    assert row.types == ("Fire", "Dragon")
    assert facts.form("missingno") is None


def test_every_move(facts: store.Facts) -> None:
    rows = {row.id: row for row in facts.moves()}
    assert len(rows) == 227
    for move in pokedex.moves.values():
        row = rows[move.id]
        assert (row.slug, row.type, row.category) == (move.slug, move.type, move.category)
        assert (row.power, row.accuracy, row.pp, row.priority) == (
            move.power,
            move.accuracy,
            move.pp,
            move.priority,
        )
        assert row.names == {"en": move.names.en, "fr": move.names.fr}


def test_moves_by_type_and_category(facts: store.Facts) -> None:
    found = {row.id for row in facts.moves(type_="Fire", category="Special")}
    assert found == {
        move.id for move in pokedex.moves.values() if (move.type, move.category) == ("Fire", "Special")
    }
    assert facts.move("thunderbolt") in facts.moves(type_="Electric", limit=50)
    assert facts.move("splashier") is None


def test_learnsets_keep_the_difference_between_no_level_and_on_evolving(facts: store.Facts) -> None:
    for form in pokedex.forms.values():
        rows = {(row.move, row.method, row.level) for row in facts.learnset(form.id)}
        assert rows == {(learn.move, learn.method, learn.level) for learn in form.learnset}


def test_legal_moves_follow_from_the_learnsets_of_the_line(loaded: Engine, facts: store.Facts) -> None:
    with loaded.connect() as connection:
        assert legal_moves(connection) == {form.id: form.movepool for form in pokedex.forms.values()}
    assert facts.movepool("raichu") == pokedex.forms["raichu"].movepool
    assert facts.movepool("missingno") == frozenset()


def test_the_type_chart(facts: store.Facts) -> None:
    chart = facts.type_chart()
    assert chart == {
        (attacker, defender): pokedex.type_chart[row][column]
        for row, attacker in enumerate(TYPES)
        for column, defender in enumerate(TYPES)
    }
    assert chart["Electric", "Ground"] == 0


def test_aliases(facts: store.Facts) -> None:
    assert "Vice Grip" in facts.aliases("move")["visegrip"]
    assert facts.sprites("pikachu") == {}


def test_without_tables_the_error_says_so(empty: Engine) -> None:
    with pytest.raises(StoreError, match="Cannot read the facts"):
        store.Facts(empty).forms()
    with pytest.raises(StoreError, match="Cannot read the load history"):
        store.Loads(empty).current()
