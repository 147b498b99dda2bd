"""What does not have the form of a request, field by field, in the catalogue's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, Final

from predictiondex.messages import TEXTS, Message, Said, Text, message

#: Longest text of pydantic's own that is repeated.
_LONGEST: Final = 200
#: What pydantic adds to a location to say which branch of a union it tried.
_BRANCHES: Final = frozenset({"str", "int", "bool", "float", "none", "constrained-str", "constrained-int"})


def field_faults(errors: Iterable[Mapping[str, Any]]) -> dict[str, Said]:
    """What is wrong by field (``you.moves[2]``), of pydantic's errors.

    The branches of a union become one message; where one of them fails further inside, it was the one that
    was meant, and what the others lack is left out.
    """
    found: dict[str, list[Said]] = {}
    for error in errors:
        said = _said(error)
        known = found.setdefault(field_path(error["loc"]), [])
        if said not in known:
            known.append(said)
    meant = {
        field: said
        for field, said in found.items()
        if not any(other.startswith((f"{field}.", f"{field}[")) for other in found)
    }
    return {field: reduce(_either, said) for field, said in meant.items()}


def field_path(loc: Sequence[str | int]) -> str:
    """``("you", "moves", 2)`` -> ``you.moves[2]``, without the branches of unions."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not _is_branch(part):
            path += f".{part}" if path else part
    return path[:_LONGEST]


def _is_branch(part: str) -> bool:
    """A type, ``list[...]`` or ``literal[...]``, or a model; fields of requests are in small letters."""
    return part in _BRANCHES or part.startswith(("list[", "literal[")) or part[:1].isupper()


def _either(one: Said, other: Said) -> Message:
    return message("input.either", one=one, other=other)


def _said(error: Mapping[str, Any]) -> Said:
    kind, values = f"input.{error['type']}", dict(error.get("ctx", {}))
    if kind not in TEXTS:
        return str(error["msg"])[:_LONGEST]
    for limit in ("min_length", "max_length"):
        if limit in values:
            values["expected_plural"] = "" if values[limit] == 1 else "s"
    if values.get("actual_length", 0) is None:  # it stopped counting
        values["actual_length"] = message("input.more")
    if "expected" in values:  # 'greedy', 'random' or 'search'
        values["expected"] = Text(values["expected"], "' ou '".join(values["expected"].split("' or '")))
    return message(kind, **{name: _limit(value) for name, value in values.items()})


def _limit(value: object) -> object:
    """A bound as pydantic writes it: a whole number without decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
