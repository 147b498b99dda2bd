"""Turn the packages' facts into the one snapshot file that the Pokédex loads.

Deterministic: the same packages give the same bytes. Anything unexpected in the packages raises
:class:`SourceError` instead of being dropped, so that a rule never goes missing in silence.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from predictiondex.errors import SourceError
from predictiondex.pokedex.model import STATS, TYPES
from predictiondex.reference import french
from predictiondex.reference.moves import move_record

Record = dict[str, Any]

#: Number of the file layout; the loader refuses any other.
LAYOUT = 1

_METHODS = "LMTS"
_KINDS = {
    "": "base",
    "Alola": "alola",
    "Starter": "starter",
    "Mega": "mega",
    "Mega-X": "mega",
    "Mega-Y": "mega",
}
_EFFECTIVENESS = {0: 1.0, 1: 2.0, 2: 0.5, 3: 0.0}


def build(raw: Mapping[str, Any], species_names: Mapping[str, list[str]], oakdex: Mapping[str, Any]) -> bytes:
    """The snapshot file's bytes.

    ``raw`` is what ``extract.js`` prints; ``species_names`` maps ``en`` and ``fr`` to names in order of the
    national number; ``oakdex`` is the move file of ``oakdex-pokedex``.
    """
    forms = [_form(entry, species_names, raw["forms"]) for entry in _sorted_forms(raw["forms"])]
    header = {
        "layout": LAYOUT,
        "version": raw["version"],
        "sources": _sources(raw["version"]),
        "metronome": raw["metronome"],
    }
    sections: dict[str, list[Record]] = {
        "types": _types(raw["types"]),
        "natures": [_nature(entry) for entry in raw["natures"]],
        "species": _species(forms, species_names),
        "forms": forms,
        "moves": _moves(raw["moves"], raw["metronome"], oakdex),
    }
    return _write(header, sections)


def checksum(data: bytes) -> str:
    """SHA-256 of the snapshot in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_names(folders: Mapping[str, Path]) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Species names by language and the move file, from the installed name packages."""
    species = {
        lang: json.loads((folders["pokemon"] / "data" / f"{lang}.json").read_text(encoding="utf-8"))
        for lang in ("en", "fr")
    }
    moves = json.loads((folders["oakdex-pokedex"] / "data" / "move.json").read_text(encoding="utf-8"))
    return species, moves


def slug(name: str) -> str:
    """Lower case words joined by hyphens: ``Mr. Mime`` -> ``mr-mime``, ``Farfetch'd`` -> ``farfetchd``."""
    plain = unicodedata.normalize("NFKD", name.lower()).replace("'", "").replace("’", "").replace(".", "")
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _write(header: Record, sections: Mapping[str, list[Record]]) -> bytes:
    """One record a line: small, and a change shows as a readable difference."""

    def dump(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    parts = [f"{dump(key)}:{dump(value)}" for key, value in header.items()]
    for key, records in sections.items():
        parts.append(f"{dump(key)}:[\n" + ",\n".join(map(dump, records)) + "\n]")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _sources(version: str) -> Record:
    showdown = {"name": "pokemon-showdown", "version": version, "licence": "MIT"}
    oakdex = {"name": "oakdex-pokedex", "version": "0.4.5", "licence": "MIT"}
    own = {"name": "predictiondex", "licence": "MIT"}
    return {
        "battle": [showdown],
        "learnsets": [showdown],
        "species_names": [{"name": "pokemon", "version": "3.3.1", "licence": "MIT"}],
        "form_names": [own],
        "move_names_en": [showdown],
        "move_names_fr": [oakdex, own],
        "type_and_nature_names": [showdown, own],
    }


def _types(entries: Iterable[Mapping[str, Any]]) -> list[Record]:
    """One row per type, in the order of ``TYPES``: names, attack on each defender, what cannot touch it."""
    taken = {entry["name"]: entry["damageTaken"] for entry in entries}
    if set(taken) != set(TYPES):
        raise SourceError(
            f"The type chart holds other types than expected: {sorted(set(taken) ^ set(TYPES))}."
        )
    return [
        {
            "id": name,
            "names": _names(name, french.TYPES[name], french.TYPE_ALIASES.get(name, ())),
            "attack": [_EFFECTIVENESS[taken[defender][name]] for defender in TYPES],
            "immune": sorted(key for key, code in taken[name].items() if key[0].islower() and code == 3),
        }
        for name in TYPES
    ]


def _nature(entry: Mapping[str, Any]) -> Record:
    record: Record = {"id": entry["id"], "names": _names(entry["name"], french.NATURES[entry["id"]])}
    return record | {key: entry[key] for key in ("plus", "minus") if entry[key]}


def _species(forms: list[Record], names: Mapping[str, list[str]]) -> list[Record]:
    by_species: dict[str, list[Record]] = {}
    for form in forms:
        by_species.setdefault(form["species"], []).append(form)
    return [
        {
            "id": key,
            "dex": own[0]["dex"],
            "names": _names(*(names[lang][own[0]["dex"] - 1] for lang in ("en", "fr"))),
            "forms": [form["id"] for form in own],
        }
        for key, own in by_species.items()
    ]


def _sorted_forms(entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    order = list(_KINDS)
    return sorted(entries, key=lambda entry: (entry["num"], order.index(entry["forme"])))


def _form(
    entry: Mapping[str, Any], names: Mapping[str, list[str]], everyone: list[Mapping[str, Any]]
) -> Record:
    known = {other["id"] for other in everyone}
    record: Record = {
        "id": entry["id"],
        "slug": slug(entry["name"]),
        "name": entry["name"],
        "dex": entry["num"],
        "species": entry["baseSpecies"],
        "kind": _KINDS[entry["forme"]],
        "names": _form_names(entry, *(names[lang][entry["num"] - 1] for lang in ("en", "fr"))),
        "types": entry["types"],
        "stats": [entry["baseStats"][stat] for stat in STATS],
        "weight": entry["weighthg"] / 10,
        "height": entry["heightm"],
    }
    if entry["prevo"] in known:
        record["evolves_from"] = entry["prevo"]
    if entry["isMega"]:
        record["mega_of"] = entry["baseSpecies"]
        record["mega_key"] = entry["forme"].removeprefix("Mega").removeprefix("-").lower() or "mega"
        return record
    record["learnset"] = {move: _ways(codes) for move, codes in sorted(entry["learnset"].items())}
    record["inherited"] = sorted(set(entry["movepool"]) - set(entry["learnset"]))
    if lost := set(entry["learnset"]) - set(entry["movepool"]):
        raise SourceError(f"{entry['name']} learns moves that its pool does not hold: {sorted(lost)}.")
    return record


def _ways(codes: Iterable[str]) -> str:
    """``["7M", "7L31", "7S0"]`` -> ``"L31 M S"``: level, machine, tutor, event, in this order."""
    ways: set[tuple[str, str]] = set()
    for code in codes:
        generation, kind, rest = code[0], code[1], code[2:]
        if generation != "7" or kind not in _METHODS:
            raise SourceError(f"Unknown way to learn a move: {code!r}.")
        ways.add((kind, rest if kind == "L" else ""))
    ordered = sorted(ways, key=lambda way: (_METHODS.index(way[0]), int(way[1] or 0)))
    return " ".join(kind + level for kind, level in ordered)


def _names(en: str, fr: str, aliases: Iterable[str] = ()) -> list[Any]:
    further = sorted(set(aliases) - {en, fr})
    return [en, fr, further] if further else [en, fr]


def _form_names(entry: Mapping[str, Any], en: str, fr: str) -> list[Any]:
    """Display names of a form from its species' names, with the orders of words that people type."""
    forme = entry["forme"]
    if forme == "Alola":
        return _names(
            f"Alolan {en}", f"{fr} d'Alola", [f"{en} d'Alola", f"{fr} Alola", f"Alola {en}", f"{en} Alolan"]
        )
    if forme == "Starter":
        words = [f"{en} partner", f"Starter {en}", f"{fr} Starter", f"{fr} de départ"]
        return _names(f"Partner {en}", f"{fr} (partenaire)", words)
    if entry["isMega"]:
        letter = forme.removeprefix("Mega").replace("-", " ")
        return _names(
            f"Mega {en}{letter}", f"Méga-{fr}{letter}", [f"{fr} Méga{letter}", f"{en} Mega{letter}"]
        )
    return _names(en, fr, french.FORM_ALIASES.get(entry["id"], ()))


def _moves(
    entries: Iterable[Mapping[str, Any]], metronome: list[str], oakdex: Mapping[str, Any]
) -> list[Record]:
    french_names = _french_moves(oakdex)
    records = []
    for entry in entries:
        fr = french_names.get(entry["id"])
        if fr is None:
            raise SourceError(f"No French name for the move {entry['name']}.")
        names = _names(entry["name"], fr, french.MOVE_ALIASES.get(entry["id"], ()))
        # The old spelling is the one other Pokémon data sources use as a key.
        own_slug = "vice-grip" if entry["id"] == "visegrip" else slug(entry["name"])
        record = {"id": entry["id"], "slug": own_slug, "names": names, **move_record(entry)}
        if entry["id"] in metronome:
            record["metronome"] = True
        records.append(record)
    return records


def _french_moves(oakdex: Mapping[str, Any]) -> dict[str, str]:
    """French move names by Showdown id, missing ones filled in and misspelt ones mended."""
    names = {
        re.sub(r"[^a-z0-9]", "", name.lower()): entry["names"]["fr"].replace("’", "'")
        for name, entry in oakdex.items()
        if entry["names"].get("fr")
    }
    return names | french.MISSING_MOVES | french.MENDED_MOVES
