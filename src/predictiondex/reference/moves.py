"""One move of the reference as a snapshot record: the fields of :class:`predictiondex.pokedex.model.Move`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from predictiondex.errors import SourceError
from predictiondex.pokedex.model import BOOSTS

Record = dict[str, Any]

#: Reference member -> our field, where the value is taken as it is. Left out when it says nothing.
_PLAIN = {
    "willCrit": "will_crit",
    "drain": "drain",
    "recoil": "recoil",
    "struggleRecoil": "struggle_recoil",
    "hasCrashDamage": "crash_damage",
    "heal": "heal",
    "damage": "fixed_damage",
    "ohko": "ohko",
    "selfdestruct": "self_destruct",
    "forceSwitch": "force_switch",
    "selfSwitch": "self_switch",
    "breaksProtect": "breaks_protect",
    "stallingMove": "stalling",
    "thawsTarget": "thaws_target",
    "callsMove": "calls_move",
    "ignoreImmunity": "ignore_immunity",
    "status": "status",
    "volatileStatus": "volatile",
    "sideCondition": "side_condition",
}

#: Members that :func:`move_record` reads one by one.
_READ = {
    "id", "name", "num", "type", "baseMoveType", "category", "basePower", "accuracy", "pp", "noPPBoosts",
    "priority", "target", "flags", "critRatio", "multihit", "overrideOffensivePokemon", "boosts", "self",
    "secondary", "secondaries", "condition", "callbacks",
}  # fmt: skip

#: Members that say nothing about a battle here: bookkeeping of the package.
_IGNORED = {"fullname", "effectType", "exists", "gen", "sourceEffect", "hasSheerForceBoost", "isNonstandard"}


def move_record(entry: Mapping[str, Any]) -> Record:
    """The move's fields that differ from the defaults of ``Move`` (names and slug not included).

    Raises :class:`SourceError` on a member it does not know, unless that member is false or empty.
    """
    _refuse_unknown(entry["name"], entry, _READ | _IGNORED | set(_PLAIN))
    if entry["baseMoveType"] != entry["type"]:
        raise SourceError(f"{entry['name']} changes its type.")
    record: Record = {
        "num": entry["num"],
        "type": entry["type"],
        "category": entry["category"],
        "power": entry["basePower"],
        "accuracy": None if entry["accuracy"] is True else entry["accuracy"],
        "pp": _starting_pp(entry),
        "base_pp": entry["pp"],
        "priority": entry["priority"],
        "target": entry["target"],
        "flags": sorted(entry["flags"]),
    }
    record |= {ours: entry[theirs] for theirs, ours in _PLAIN.items() if entry.get(theirs)}
    extras: Record = {
        "multihit": _hits(entry.get("multihit")),
        "use_target_attack": entry.get("overrideOffensivePokemon") == "target",
        "boosts": _boosts(entry.get("boosts", {})),
        "secondaries": [_secondary(entry["name"], effect) for effect in _effects(entry)],
        "condition": sorted([key, value] for key, value in entry.get("condition", {}).items()),
        "callbacks": _callbacks(entry["callbacks"]),
        "crit_ratio": entry["critRatio"] if entry["critRatio"] != 1 else None,
        **_self_effects(entry),
    }
    return record | {key: value for key, value in extras.items() if value}


def _starting_pp(entry: Mapping[str, Any]) -> int:
    """A battle starts with three PP Ups applied, unless the move takes none."""
    pp: int = entry["pp"]
    return pp if entry["noPPBoosts"] else pp * 8 // 5


def _hits(value: int | list[int] | None) -> list[int] | None:
    return [value, value] if isinstance(value, int) else value


def _boosts(changes: Mapping[str, int]) -> list[list[str | int]]:
    if unknown := set(changes) - set(BOOSTS):
        raise SourceError(f"Unknown stat stages: {sorted(unknown)}.")
    return [[stat, changes[stat]] for stat in BOOSTS if stat in changes]


def _effects(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "secondaries" in entry:
        return list(entry["secondaries"])
    return [entry["secondary"]] if entry.get("secondary") else []


def _secondary(name: str, effect: Mapping[str, Any]) -> Record:
    _refuse_unknown(name, effect, {"chance", "status", "volatileStatus", "boosts", "self"})
    own = effect.get("self")
    result = own if own is not None else effect
    _refuse_unknown(name, result, {"chance", "status", "volatileStatus", "boosts"})
    record: Record = {
        "chance": effect["chance"],
        "status": result.get("status"),
        "volatile": result.get("volatileStatus"),
        "boosts": _boosts(result.get("boosts", {})),
        "on_self": own is not None,
    }
    # An effect without content is played by code; the only such effect draws one of three conditions.
    record["random_status"] = not any(record[key] for key in ("status", "volatile", "boosts"))
    if record["random_status"] and name != "Tri Attack":
        raise SourceError(f"The secondary effect of {name} is code that this project does not know.")
    return {key: value for key, value in record.items() if value}


def _self_effects(entry: Mapping[str, Any]) -> Record:
    own = entry.get("self", {})
    _refuse_unknown(entry["name"], own, {"boosts", "volatileStatus", "sideCondition"})
    return {
        "self_boosts": _boosts(own.get("boosts", {})),
        "self_volatile": own.get("volatileStatus"),
        "self_side_condition": own.get("sideCondition"),
    }


def _callbacks(names: list[str]) -> list[str]:
    """The package lists a lone secondary twice (``secondary`` and ``secondaries``): one name is kept."""
    return sorted({name.replace("secondary.", "secondaries.") for name in names})


def _refuse_unknown(name: str, entry: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(key for key, value in entry.items() if key not in known and value)
    if unknown:
        raise SourceError(f"{name} has members that this project does not read: {', '.join(unknown)}.")
