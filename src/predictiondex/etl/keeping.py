"""What an earlier load had from a source that does not speak of it this time: kept, not lost.

The bundled snapshot is always whole, so its rows are replaced. A service may not have been asked, or be
away half-way; a load that dropped what it once brought would cost pictures and spellings for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from predictiondex.etl.claims import Alias, Picture
from predictiondex.etl.reconcile import Check
from predictiondex.pokedex import Names, Pokedex
from predictiondex.store import Connection, loading

#: Services whose rows are stored, and what the terms of those without a data licence amount to.
SERVICE_LICENCES = {"pokeapi": "fair use"}


@dataclass(slots=True)
class Kept:
    """What stays from an earlier load of one source, and why it could not be had anew."""

    source: str
    version: str
    reason: str
    aliases: list[Alias] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each there are."""
        return {"aliases": len(self.aliases), "pictures": len(self.pictures)}


def kept(connection: Connection, facts: Pokedex, checks: Sequence[Check]) -> list[Kept]:
    """Rows of services to carry over from the present database.

    What a service answered about replaces what it had said about the same form, move, species or type; all
    else that it had said stays, as far as ``facts`` still has the owner and lacks the spelling.
    """
    asked = {check.source: check for check in checks}
    versions = loading.source_versions(connection, list(SERVICE_LICENCES))
    found = (_kept(connection, facts, name, version, asked.get(name)) for name, version in versions.items())
    return [one for one in found if one.aliases or one.pictures]


def _kept(connection: Connection, facts: Pokedex, name: str, version: str, check: Check | None) -> Kept:
    answered: frozenset[tuple[str, str]] = check.answered if check else frozenset()
    names = _names(facts)
    one = Kept(name, version, _reason(check))
    for owner, known in names.items():
        for row in loading.rows_of_source(connection, f"{owner}_name", name):
            alias = Alias(owner, row[f"{owner}_id"], row["lang"], row["name"])
            if (owner, alias.id) not in answered and _is_new(alias, known):
                one.aliases.append(alias)
    for row in loading.rows_of_source(connection, "sprite", name):
        if ("form", row["form_id"]) not in answered and row["form_id"] in facts.forms:
            one.pictures.append(Picture(row["form_id"], row["kind"], row["address"]))
    return one


def _reason(check: Check | None) -> str:
    if check is None:
        return "not asked this time"
    return "not available this time" if check.status == "unavailable" else "not answered this time"


def _names(facts: Pokedex) -> dict[str, Mapping[str, Names]]:
    """The snapshot's names by owner and id."""
    return {
        "type": facts.type_names,
        "species": {id_: species.names for id_, species in facts.species.items()},
        "form": {id_: form.names for id_, form in facts.forms.items()},
        "move": {id_: move.names for id_, move in facts.moves.items()},
    }


def _is_new(alias: Alias, known: Mapping[str, Names]) -> bool:
    names = known.get(alias.id)
    return names is not None and names.lack(alias.name, alias.lang)
