"""Rows for the tables, made from the snapshot and what reconciled sources add to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from predictiondex.etl.keeping import SERVICE_LICENCES, Kept
from predictiondex.etl.reconcile import Check
from predictiondex.pokedex import STATS, TYPES, Form, Move, Names, Pokedex
from predictiondex.store.facts import ANY_LANGUAGE

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def rows_of(pokedex: Pokedex, additions: Sequence[Check | Kept] = ()) -> Rows:
    """Every row to load, by table, parents before children. Of equal additions the first counts."""
    sources = _Sources(pokedex)
    rows: Rows = {
        "source": [],
        "stat": [{"id": stat, "position": position} for position, stat in enumerate(STATS)],
        "learn_method": [{"id": method} for method in ("level", "machine", "tutor", "event")],
    }
    _types(rows, pokedex, sources)
    _species(rows, pokedex, sources)
    _forms(rows, pokedex, sources)
    _moves(rows, pokedex, sources)
    rows["sprite"] = []
    for addition in additions:
        _add(rows, addition, sources)
    rows["source"] = sources.rows()
    return rows


def checksum(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """SHA-256 of the rows, whatever order they come in and whichever database they were read from."""
    digest = hashlib.sha256()
    for table in sorted(rows):
        digest.update(f"{table}\n".encode())
        digest.update("\n".join(sorted(map(_line, rows[table]))).encode())
    return digest.hexdigest()


#: One row as text. An encoder of its own for each of ten thousand rows would take half as long again.
_line = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


class _Sources:
    """The source table in the making: knows which package each part of the snapshot is from."""

    def __init__(self, pokedex: Pokedex) -> None:
        self._parts: dict[str, Row] = {}
        self._used: dict[str, Row] = {}
        for part, origins in pokedex.sources.items():
            self._parts[part] = {
                "id": "+".join(origin["name"] for origin in origins),
                "version": "+".join(str(origin.get("version", "own")) for origin in origins),
                "licence": ", ".join(sorted({origin["licence"] for origin in origins})),
            }

    def part(self, name: str) -> str:
        """Id of the source of a part of the snapshot (``battle``, ``learnsets``, ``move_names_fr``...)."""
        origin = self._parts.get(name) or {"id": "predictiondex", "version": "own", "licence": "MIT"}
        row = self._used.setdefault(origin["id"], {**origin, "gives": set()})
        row["gives"].add(name)
        return str(origin["id"])

    def service(self, addition: Check | Kept, gives: str) -> str:
        """Id of an outside service that rows are from."""
        licence = SERVICE_LICENCES.get(addition.source, "unknown")
        origin = {"id": addition.source, "version": addition.version, "licence": licence}
        self._used.setdefault(addition.source, {**origin, "gives": set()})["gives"].add(gives)
        return addition.source

    def rows(self) -> list[Row]:
        return [{**row, "gives": ", ".join(sorted(row["gives"]))} for row in self._used.values()]


def _types(rows: Rows, pokedex: Pokedex, sources: _Sources) -> None:
    battle = sources.part("battle")
    rows["type"] = [
        {"id": name, "position": position, "source_id": battle} for position, name in enumerate(TYPES)
    ]
    rows["type_effectiveness"] = [
        {"attacker_id": attacker, "defender_id": defender, "factor": float(factor), "source_id": battle}
        for attacker, row in zip(TYPES, pokedex.type_chart, strict=True)
        for defender, factor in zip(TYPES, row, strict=True)
    ]
    part = sources.part("type_and_nature_names")
    rows["type_name"] = [
        row
        for name, names in pokedex.type_names.items()
        for row in _name_rows("type", name, names, {"en": part, "fr": part})
    ]


def _species(rows: Rows, pokedex: Pokedex, sources: _Sources) -> None:
    battle, part = sources.part("battle"), sources.part("species_names")
    rows["species"] = [
        {"id": species.id, "dex": species.dex, "source_id": battle} for species in pokedex.species.values()
    ]
    rows["species_name"] = [
        row
        for species in pokedex.species.values()
        for row in _name_rows("species", species.id, species.names, {"en": part, "fr": part})
    ]


def _forms(rows: Rows, pokedex: Pokedex, sources: _Sources) -> None:
    battle, learnsets, names = (sources.part(part) for part in ("battle", "learnsets", "form_names"))
    for table in ("form", "form_type", "form_stat", "form_name", "learnset"):
        rows[table] = []
    for form in _parents_first(pokedex):
        rows["form"].append(_form_row(form, battle))
        rows["form_type"] += [
            {"form_id": form.id, "slot": slot, "type_id": type_, "source_id": battle}
            for slot, type_ in enumerate(form.types, 1)
        ]
        rows["form_stat"] += [
            {"form_id": form.id, "stat_id": stat, "base": base, "source_id": battle}
            for stat, base in zip(STATS, form.base_stats, strict=True)
        ]
        rows["form_name"] += _name_rows("form", form.id, form.names, {"en": names, "fr": names})
        rows["learnset"] += [
            {
                "form_id": form.id,
                "move_id": learn.move,
                "method_id": learn.method,
                "level": learn.level or 0,
                "source_id": learnsets,
            }
            for learn in form.learnset
        ]


def _parents_first(pokedex: Pokedex) -> Iterator[Form]:
    """Forms ordered so that each comes after the one it evolves from."""
    done: set[str] = set()

    def visit(form: Form) -> Iterator[Form]:
        if form.id in done:
            return
        done.add(form.id)
        for parent in (form.evolves_from, form.mega_of):
            if parent is not None and parent in pokedex.forms:
                yield from visit(pokedex.forms[parent])
        yield form

    for form in pokedex.forms.values():
        yield from visit(form)


def _form_row(form: Form, source: str) -> Row:
    return {
        "id": form.id,
        "slug": form.slug,
        "species_id": form.species,
        "kind": form.kind,
        "reference_name": form.name,
        "weight_kg": float(form.weight_kg),
        "height_m": float(form.height_m),
        "evolves_from_id": form.evolves_from,
        "mega_of_id": form.mega_of,
        "mega_key": form.mega_key,
        "source_id": source,
    }


def _moves(rows: Rows, pokedex: Pokedex, sources: _Sources) -> None:
    battle = sources.part("battle")
    langs = {"en": sources.part("move_names_en"), "fr": sources.part("move_names_fr")}
    moves = pokedex.moves.values()
    rows["move"] = [_move_row(move, battle) for move in moves]
    rows["move_flag"] = [
        {"move_id": move.id, "flag": flag, "source_id": battle}
        for move in moves
        for flag in sorted(move.flags)
    ]
    rows["move_name"] = [row for move in moves for row in _name_rows("move", move.id, move.names, langs)]


def _move_row(move: Move, source: str) -> Row:
    least, most = move.multihit or (None, None)
    return {
        "id": move.id,
        "slug": move.slug,
        "num": move.num,
        "type_id": move.type,
        "category": move.category,
        "power": move.power,
        "accuracy": move.accuracy,
        "pp": move.pp,
        "base_pp": move.base_pp,
        "priority": move.priority,
        "target": move.target,
        "crit_ratio": move.crit_ratio,
        "min_hits": least,
        "max_hits": most,
        "source_id": source,
    }


def _name_rows(owner: str, id_: str, names: Names, sources: Mapping[str, str]) -> Iterable[Row]:
    for lang, source in sources.items():
        yield _name_row(owner, id_, lang, names.in_(lang), source, alias=False)
    for alias in names.aliases:
        yield _name_row(owner, id_, ANY_LANGUAGE, alias, sources["fr"], alias=True)


def _name_row(owner: str, id_: str, lang: str, name: str, source: str, *, alias: bool) -> Row:
    return {f"{owner}_id": id_, "lang": lang, "name": name, "is_alias": alias, "source_id": source}


def _add(rows: Rows, addition: Check | Kept, sources: _Sources) -> None:
    """Spellings and pictures that a source brings on top of the snapshot, or had brought before."""
    for alias in addition.aliases:
        table = rows[f"{alias.owner}_name"]
        taken = {(row["lang"], row["name"]) for row in table if row[f"{alias.owner}_id"] == alias.id}
        if not taken & {(alias.lang, alias.name), (ANY_LANGUAGE, alias.name)}:
            source = sources.service(addition, "newer names")
            table.append(_name_row(alias.owner, alias.id, alias.lang, alias.name, source, alias=True))
    for picture in addition.pictures:
        rows["sprite"].append(
            {
                "form_id": picture.form,
                "kind": picture.kind,
                "address": picture.address,
                "source_id": sources.service(addition, "sprite addresses"),
            }
        )
