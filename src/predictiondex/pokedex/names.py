"""Find a thing by any of its names, in either language, however it is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from rapidfuzz import fuzz

from predictiondex.errors import UnknownName

T = TypeVar("T")

#: Longer input is no name; refusing it early keeps the search for near names cheap.
MAX_LENGTH = 80
#: Similarity (0-100) from which a name counts as near, and from which a search accepts a typo.
_NEAR, _TYPO = 45.0, 70.0
#: Search scores of a name that starts with the text, or holds it further on; typos stay below both.
_EXACT, _PREFIX, _INSIDE, _TYPO_WEIGHT = 4.0, 3.0, 2.0, 0.01

#: Names as they were typed that an index remembers what they mean.
_REMEMBERED = 4096

_LETTERS = str.maketrans({"♀": "f", "♂": "m", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What is compared of a name: letters and digits, lower case, no accents, ligatures opened.

    ``Nidoran♀`` -> ``nidoranf``; ``Bomb'Œuf`` -> ``bomboeuf``; ``Pistolet à O`` -> ``pistoletao``.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(char for char in plain if char.isalnum())


def closest(text: str, choices: Iterable[str]) -> str:
    """The choice that looks most like ``text``; the first one of equals."""
    return max(choices, key=lambda choice: fuzz.ratio(key(text), key(choice)))


class Label(NamedTuple):
    """One accepted spelling, how messages show it, and the language it belongs to (empty: any)."""

    text: str
    shown: str
    lang: str


class Entry(NamedTuple, Generic[T]):
    """A thing with its accepted spellings, the preferred ones first."""

    value: T
    labels: tuple[Label, ...]
    number: int | None = None


class NameIndex(Generic[T]):
    """Every accepted spelling of a set of things.

    ``kind`` names the things in error messages. Of two things with the same spelling the first one given
    wins, so base forms come before the forms named after them.
    """

    def __init__(self, kind: str, entries: Iterable[Entry[T]]) -> None:
        self._kind = kind
        self._values: list[T] = []
        self._by_number: dict[int, int] = {}
        self._spellings: dict[str, tuple[int, Label]] = {}
        self._found: dict[str, T] = {}
        for position, entry in enumerate(entries):
            self._values.append(entry.value)
            if entry.number is not None:
                self._by_number.setdefault(entry.number, position)
            for label in entry.labels:
                self._spellings.setdefault(key(label.text), (position, label))

    def find(self, name: str | int, *, field: str = "") -> T:
        """The thing called ``name``: a spelling, or its number (``25``, ``"25"``, ``"#025"``).

        Raises :class:`UnknownName` with the three nearest names, each in the language of its own spelling.
        A name that fits several things and is the full name of none (``Nidoran``, ``Méga-Mewtwo``) is
        unknown too: the nearest names are the choice.
        """
        if isinstance(name, str) and name in self._found:
            return self._found[name]
        position = self._number(name)
        if position is None and isinstance(name, str):
            found = self._spellings.get(key(name)) if len(name) <= MAX_LENGTH else None
            position = found[0] if found else None
        if position is None:
            shown = str(name)
            shown = shown if len(shown) <= MAX_LENGTH else shown[:MAX_LENGTH] + "…"
            raise UnknownName(self._kind, shown, nearest=self.nearest(name), field=field)
        if isinstance(name, str) and len(self._found) < _REMEMBERED:
            self._found[name] = self._values[position]
        return self._values[position]

    def nearest(self, name: str | int, *, limit: int = 3) -> tuple[str, ...]:
        """Up to ``limit`` names of different things that look most like ``name``, best first."""
        if not isinstance(name, str) or len(name) > MAX_LENGTH or not key(name):
            return ()
        wanted = key(name)
        scores = {spelling: _likeness(wanted, spelling) for spelling in self._spellings}
        best: dict[int, str] = {}
        for spelling in sorted(scores, key=scores.__getitem__, reverse=True):
            position, label = self._spellings[spelling]
            if scores[spelling] >= _NEAR:
                best.setdefault(position, label.shown)
        return tuple(best.values())[:limit]

    def search(self, text: str, lang: str = "en") -> list[T]:
        """Things that ``text`` may mean, best first; all of them, in order, for an empty text.

        A full name or number comes first, then names that begin with the text, names that hold it, and
        small typos.
        Both languages count; ``lang`` decides between equals.
        """
        wanted = key(text[:MAX_LENGTH])
        if not wanted:
            return list(self._values)
        best: dict[int, float] = {}
        for spelling, (position, label) in self._spellings.items():
            score = _score(wanted, spelling)
            if score:
                score += 0.5 if label.lang in ("", lang) else 0.0
                best[position] = max(score, best.get(position, 0.0))
        numbered = self._number(text)
        if numbered is not None:
            best[numbered] = _EXACT
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [self._values[position] for position, _ in ranked]

    def _number(self, name: str | int) -> int | None:
        if isinstance(name, bool):
            return None
        if isinstance(name, int):
            return self._by_number.get(name)
        digits = name.strip().removeprefix("#")
        return (
            self._by_number.get(int(digits))
            if digits.isascii() and digits.isdigit() and len(digits) < 6
            else None
        )


def _likeness(wanted: str, spelling: str) -> float:
    """Likeness of two spellings, 0-100; a name that begins with what was typed counts as near."""
    begun = len(wanted) > 2 and spelling.startswith(wanted)
    return max(fuzz.ratio(wanted, spelling), 90.0 if begun else 0.0)


def _score(wanted: str, spelling: str) -> float:
    if spelling == wanted:
        return _EXACT
    if spelling.startswith(wanted):
        return _PREFIX
    if len(wanted) > 2 and wanted in spelling:
        return _INSIDE
    likeness = fuzz.ratio(wanted, spelling, score_cutoff=_TYPO)
    # A typo in a text that is not finished yet: compare with as much of the name as was typed.
    begun = fuzz.ratio(wanted, spelling[: len(wanted)], score_cutoff=_TYPO) - 10.0 if len(wanted) > 4 else 0.0
    return max(likeness, begun, 0.0) * _TYPO_WEIGHT
