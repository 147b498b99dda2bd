"""Read the bundled snapshot into a :class:`Pokedex`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from predictiondex.errors import SnapshotError
from predictiondex.pokedex.dex import Pokedex
from predictiondex.pokedex.model import (
    TYPES,
    Form,
    Learn,
    LearnMethod,
    Move,
    Names,
    Nature,
    Secondary,
    Species,
)

#: Layout of the snapshot file that this code reads.
LAYOUT = 1

_METHODS: dict[str, LearnMethod] = {"L": "level", "M": "machine", "T": "tutor", "S": "event"}

Record = dict[str, Any]


def load(folder: Path | None = None) -> Pokedex:
    """The Pokédex of the snapshot in ``folder`` (default: the one bundled with the package).

    Raises :class:`SnapshotError` when the file is missing, does not match its SHA-256, or is no snapshot.
    """
    root: Traversable = folder or resources.files("predictiondex.pokedex").joinpath("data")
    data, expected = _read(root)
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise SnapshotError(
            f"The Pokédex snapshot is damaged: SHA-256 {expected} expected, {found} found. "
            "Reinstall the package, or build the snapshot again."
        )
    try:
        return _parse(json.loads(data), found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SnapshotError(f"The Pokédex snapshot {found} is not of layout {LAYOUT}: {error!r}.") from error


def _read(root: Traversable) -> tuple[bytes, str]:
    try:
        data = root.joinpath("pokedex.json").read_bytes()
        return data, root.joinpath("pokedex.sha256").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"The Pokédex snapshot or its checksum cannot be read: {error}.") from error


def _parse(raw: Record, checksum: str) -> Pokedex:
    if raw["layout"] != LAYOUT:
        raise ValueError(f"layout {raw['layout']}")
    moves = {record["id"]: _move(record) for record in raw["moves"]}
    types = {record["id"]: record for record in raw["types"]}
    return Pokedex(
        forms=MappingProxyType(_forms(raw["forms"])),
        species=MappingProxyType({record["id"]: _species(record) for record in raw["species"]}),
        moves=MappingProxyType(moves),
        natures=MappingProxyType({record["id"]: _nature(record) for record in raw["natures"]}),
        type_names=MappingProxyType({name: _names(types[name]["names"]) for name in TYPES}),
        type_chart=tuple(tuple(types[name]["attack"]) for name in TYPES),
        type_immunities=MappingProxyType({name: frozenset(types[name]["immune"]) for name in TYPES}),
        metronome=tuple(raw["metronome"]),
        version=raw["version"],
        checksum=checksum,
        sources=MappingProxyType(raw["sources"]),
    )


def _names(values: list[Any]) -> Names:
    return Names(values[0], values[1], tuple(values[2]) if len(values) > 2 else ())


def _nature(record: Record) -> Nature:
    return Nature(record["id"], _names(record["names"]), record.get("plus"), record.get("minus"))


def _species(record: Record) -> Species:
    return Species(record["id"], record["dex"], _names(record["names"]), tuple(record["forms"]))


def _forms(records: Iterable[Record]) -> dict[str, Form]:
    forms: dict[str, Form] = {}
    for record in records:
        # A Mega comes after the form it evolves from and shares its moves.
        base = forms[record["mega_of"]] if "mega_of" in record else None
        forms[record["id"]] = _form(record, base)
    return forms


def _form(record: Record, base: Form | None) -> Form:
    hp, atk, def_, spa, spd, spe = record["stats"]
    learnset: Mapping[str, str] = record.get("learnset", {})
    pool = frozenset(learnset) | frozenset(record.get("inherited", ()))
    return Form(
        id=record["id"],
        slug=record["slug"],
        name=record["name"],
        dex=record["dex"],
        species=record["species"],
        kind=record["kind"],
        names=_names(record["names"]),
        types=tuple(record["types"]),
        base_stats=(hp, atk, def_, spa, spd, spe),
        weight_kg=record["weight"],
        height_m=record["height"],
        learnset=tuple(learn for move, ways in learnset.items() for learn in _learns(move, ways)),
        movepool=base.movepool if base else pool,
        evolves_from=record.get("evolves_from"),
        mega_of=record.get("mega_of"),
        mega_key=record.get("mega_key"),
    )


def _learns(move: str, ways: str) -> Iterable[Learn]:
    for way in ways.split():
        yield Learn(move, _METHODS[way[0]], int(way[1:]) if way[0] == "L" else None)


def _move(record: Record) -> Move:
    fields: Record = {
        key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
    }
    for key in ("boosts", "self_boosts", "condition"):
        if key in fields:
            fields[key] = tuple((name, value) for name, value in fields[key])
    fields["names"] = _names(record["names"])
    fields["flags"] = frozenset(record["flags"])
    fields["secondaries"] = tuple(_secondary(effect) for effect in record.get("secondaries", ()))
    return Move(**fields)


def _secondary(record: Record) -> Secondary:
    boosts = tuple((stat, change) for stat, change in record.get("boosts", ()))
    return Secondary(**{**record, "boosts": boosts})
