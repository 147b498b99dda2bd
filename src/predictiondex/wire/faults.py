"""What does not have the form of a request, field by field, in the catalogue's words.

Said alike by the service and by the commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Final

from predictiondex.messages import TEXTS, Message, Said, Text, message

#: Longest part of a caller's own text that is repeated.
MAX_ECHO: Final = 200
#: What pydantic adds to a location to say which branch of a union it tried.
_BRANCHES: Final = frozenset({"str", "int", "bool", "float", "none", "constrained-str", "constrained-int"})

#: Where something is: ``body``, ``query``, ``path`` or ``header``, then names and positions.
Place = tuple[str | int, ...]


def field_faults(errors: Iterable[Mapping[str, Any]]) -> dict[str, Said]:
    """What is wrong by field (``you.moves[2]``), of the errors of a model whose input is not at hand."""
    return _told((_by_name(error), error) for error in errors)


def body_faults(errors: Iterable[Mapping[str, Any]], body: object) -> dict[str, Said]:
    """What is wrong by field, of the errors of an HTTP request; ``body`` is what was looked at."""
    return _told((_place(error, body), error) for error in errors)


def _told(errors: Iterable[tuple[Place, Mapping[str, Any]]]) -> dict[str, Said]:
    """Errors, each with its place, as one message a field.

    Where all branches of a union failed, the one that got furthest is told; several that failed at the same
    place become one message.
    """
    placed = list(errors)
    passed = {place[:length] for place, _ in placed for length in range(len(place))}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for place, error in placed:
        if place not in passed:
            found.setdefault(field_path(place), []).append(error)
    return {field: _together(failed) for field, failed in found.items()}


def _together(failed: Sequence[Mapping[str, Any]]) -> Said:
    """What is wrong with one field.

    A branch for another kind of value says nothing where one was of the right kind: an empty text that might
    have been a number is too short, and that is all.
    """
    nearest = [error for error in failed if not _of_another_kind(error)] or failed
    said: list[Said] = []
    for error in nearest:
        if (one := wrong_input(error)) not in said:
            said.append(one)
    return reduce(_either, said)


def _of_another_kind(error: Mapping[str, Any]) -> bool:
    kind: str = error["type"]
    return kind.endswith("_type") or kind == "literal_error"


def _either(one: Said, other: Said) -> Message:
    return message("input.either", one=one, other=other)


def wrong_input(error: Mapping[str, Any]) -> Said:
    """One of pydantic's errors, as the catalogue has it; a kind that it has not, in pydantic's words."""
    kind, values = f"input.{error['type']}", dict(error.get("ctx", {}))
    if kind not in TEXTS:
        return str(error["msg"])[:MAX_ECHO]
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


def _by_name(error: Mapping[str, Any]) -> Place:
    """Where an error is, told from the names alone: those of models begin with a capital letter."""
    return ("body", *(part for part in error["loc"] if isinstance(part, int) or not _is_branch(part)))


def _is_branch(part: str) -> bool:
    return part in _BRANCHES or part.startswith(("list[", "literal[")) or part[:1].isupper()


def _place(error: Mapping[str, Any], body: object) -> Place:
    """Where an error is.

    Pydantic also puts the branches of unions that it tried into its locations: what is no place in the body
    is one of those.
    """
    origin, *parts = error["loc"]
    if origin != "body":
        return (origin, *parts[:1], *(part for part in parts[1:] if isinstance(part, int)))
    missing = error["type"] == "missing"
    ways = list(_ways(parts, body, missing=missing)) or [((), body)]
    # Several where a name of the body is also that of a branch: what pydantic looked at tells them apart.
    exact = (way for way, found in ways if found is error.get("input"))
    return (origin, *next(exact, ways[0][0]))


def _ways(parts: Sequence[str | int], value: object, *, missing: bool) -> Iterator[tuple[Place, object]]:
    """What a location below ``value`` may mean, with what is there; the likeliest first.

    ``missing``: its last name is that of something that is not there; what is there is what should hold it.
    """
    if not parts:
        yield (), value
        return
    first, rest = parts[0], parts[1:]
    if missing and not rest:
        if isinstance(value, dict) and first not in value:
            yield (first,), value
        return
    try:
        inside = _inside(value, first)
    except LookupError:
        yield from _ways(rest, value, missing=missing)
        return
    yield from (((first, *way), found) for way, found in _ways(rest, inside, missing=missing))
    if isinstance(first, str):
        yield from _ways(rest, value, missing=missing)


def _inside(value: object, part: str | int) -> object:
    """What is in a value under a name or at a position. Raises ``LookupError``."""
    if isinstance(value, list) and isinstance(part, int):
        return value[part]
    if isinstance(value, dict) and isinstance(part, str):
        return value[part]
    raise LookupError(part)


def field_path(place: Place) -> str:
    """``("body", "you", "moves", 2)`` -> ``you.moves[2]``; the whole body is ``body``."""
    path = ""
    for part in place[1:]:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path[:MAX_ECHO] or str(place[0])
