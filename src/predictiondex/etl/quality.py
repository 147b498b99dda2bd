"""What must hold after a load, checked inside its transaction: a violation rolls it back.

Ranges, uniqueness and references are the tables' own constraints; here are the promises that no single
row can break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from predictiondex.pokedex import Pokedex
from predictiondex.store import Connection, loading

#: Rows of the games themselves; a snapshot with other counts is not of these games.
EXPECTED = {
    "form": 188,
    "species": 153,
    "move": 227,
    "type": 18,
    "type_effectiveness": 324,
    "form_stat": 188 * 6,
    "learn_method": 4,
}

#: Distinct (form, move) pairs in the learnsets.
EXPECTED_PAIRS = 4632

LANGUAGES = ("en", "fr")


def violations(connection: Connection, pokedex: Pokedex, counts: Mapping[str, int]) -> list[str]:
    """Every promise that the rows just written break, as sentences."""
    return [
        *_counts(connection, counts),
        *_names(connection),
        *_shapes(connection),
        *_legality(connection, pokedex),
    ]


def _counts(connection: Connection, counts: Mapping[str, int]) -> Iterator[str]:
    for table, expected in EXPECTED.items():
        if counts[table] != expected:
            yield f"{table} has {counts[table]} rows, {expected} expected"
    pairs = loading.effectiveness_pairs(connection)
    if pairs != EXPECTED["type_effectiveness"]:
        yield f"the type chart covers {pairs} pairs, {EXPECTED['type_effectiveness']} expected"
    learned = loading.learnset_pairs(connection)
    if learned != EXPECTED_PAIRS:
        yield f"the learnsets make {learned} pairs of form and move, {EXPECTED_PAIRS} expected"


def _names(connection: Connection) -> Iterator[str]:
    for owner in ("type", "species", "form", "move"):
        missing = loading.missing_names(connection, owner, LANGUAGES)
        if missing:
            yield f"{owner} names are missing: {_some(missing)}"


def _shapes(connection: Connection) -> Iterator[str]:
    for table, at_least in (("form_type", 1), ("form_stat", 6)):
        lacking = loading.forms_without(connection, table, at_least)
        if lacking:
            yield f"forms with fewer than {at_least} rows in {table}: {_some(lacking)}"
    misplaced = loading.misplaced_megas(connection)
    if misplaced:
        yield f"Megas of another species: {_some(misplaced)}"


def _legality(connection: Connection, pokedex: Pokedex) -> Iterator[str]:
    """The pools that the rows imply are the ones the battle rules use, move for move."""
    pools = loading.legal_moves(connection)
    wrong = [form.id for form in pokedex.forms.values() if pools.get(form.id) != form.movepool]
    if wrong:
        yield f"legal moves differ from the Pokédex for: {_some(wrong)}"


def _some(items: list[str]) -> str:
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return ", ".join(items[:5]) + more
