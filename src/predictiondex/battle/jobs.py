"""The job and trace lines of the reference harness: sets named in Showdown's way, read with care.

A job: ``{"id", "a": SET, "b": SET, "policyA", "policyB", "n", ...}``; a set: ``{"species", "moves",
"level"=50, "nature"="Serious", "ivs"={all 31}, "avs"={all 0}, "mega"?: true | "x" | "y"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from predictiondex.battle.combatant import Combatant, MegaKey, Stats6
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import STATS

_SET_FIELDS = frozenset({
    "species", "moves", "level", "nature", "ivs", "avs", "evs", "mega", "gender", "friendship", "happiness",
    "hp_percent", "status", "boosts", "name",
})  # fmt: skip


def read_set(given: object, field: str, *, strict: bool = False) -> Combatant:
    """A combatant from a set of a job line; raises ``UsageError`` naming the field within ``field``."""
    if not isinstance(given, Mapping):
        raise UsageError("A set is an object with species and moves.", field=field)
    unknown = sorted(set(given) - _SET_FIELDS)
    if unknown:
        raise UsageError(f"Unknown field: {unknown[0]!r}.", field=f"{field}.{unknown[0]}")
    species, moves = given.get("species"), given.get("moves")
    if not isinstance(species, str):
        raise UsageError("species is a name.", field=f"{field}.species")
    if not isinstance(moves, list) or not all(isinstance(move, str) for move in moves):
        raise UsageError("moves is a list of names.", field=f"{field}.moves")
    options = _options(given, field)
    try:
        return Combatant(
            form=pokedex.form(species, field="species"),
            moves=tuple(pokedex.move(move, field=f"moves[{i}]") for i, move in enumerate(moves)),
            strict=strict,
            **options,
        )
    except UsageError as error:
        error.field = f"{field}.{error.field}"
        raise


def _options(given: Mapping[str, Any], field: str) -> dict[str, Any]:
    options: dict[str, Any] = {"level": given.get("level", 50)}
    options["ivs"] = _six(given.get("ivs"), 31, f"{field}.ivs")
    options["avs"] = _six(given.get("avs"), 0, f"{field}.avs")
    if given.get("nature"):
        options["nature"] = str(given["nature"]).lower()
    if given.get("mega"):
        options["mega"] = _mega(given["mega"], f"{field}.mega")
    for name in ("friendship", "hp_percent", "status"):
        if given.get(name) is not None:
            options[name] = given[name]
    if given.get("boosts"):
        from predictiondex.pokedex.model import BOOSTS

        boosts = given["boosts"]
        if not isinstance(boosts, Mapping) or not set(boosts) <= set(BOOSTS):
            raise UsageError(f"boosts name stats: {', '.join(BOOSTS)}.", field=f"{field}.boosts")
        options["boosts"] = tuple(boosts.get(name, 0) for name in BOOSTS)
    return options


def _six(given: object, default: int, field: str) -> Stats6:
    if given is None:
        given = {}
    if not isinstance(given, Mapping) or not set(given) <= set(STATS):
        raise UsageError(f"{field} names stats: {', '.join(STATS)}.", field=field)
    return cast(Stats6, tuple(given.get(name, default) for name in STATS))


def _mega(given: object, field: str) -> MegaKey:
    if given is True:
        return "mega"
    if given in ("mega", "x", "y"):
        return given
    raise UsageError('mega is true, "x" or "y".', field=field)
