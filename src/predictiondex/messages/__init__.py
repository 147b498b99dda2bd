"""Everything that is said against a request, in English and French: one catalogue, both side by side.

Whoever finds something wrong says what kind of fault it is and with which values; :class:`Message` keeps
both, and only where the caller's language is known (:mod:`predictiondex.api.problems`, and answers that warn)
does a sentence become of it. Reasons of advice are worded in :mod:`predictiondex.advisor.sentences`, the
page's own texts in :mod:`predictiondex.ui.texts`, the steps of a plan, which the terminal tells as well, in
:mod:`predictiondex.messages.steps`. Commands of those who run the system speak English alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from predictiondex.messages import inputs, names, service, sides, teams, terminal, trainers
from predictiondex.messages.text import Text, fill, labelled, together

__all__ = ["TEXTS", "Message", "Said", "Text", "fill", "in_", "labelled", "message", "together"]

#: Every message by its kind; one module a topic.
PARTS: Final = (names, sides, teams, trainers, service, inputs, terminal)
TEXTS: Final[dict[str, Text]] = {kind: text for part in PARTS for kind, text in part.TEXTS.items()}


@runtime_checkable
class Spoken(Protocol):
    """What reads differently in each language: a name, a text, a message within another."""

    def in_(self, lang: str) -> str:
        """In ``lang``: ``fr``, or anything else for English."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said: a kind of the catalogue, and what fills its blanks.

    Values that are :class:`Spoken` are put into the language as well; tuples become lists with commas.
    """

    kind: str
    values: Mapping[str, object]

    def in_(self, lang: str) -> str:
        """The sentence in ``lang``: ``fr``, or anything else for English."""
        said = {name: _put(value, lang) for name, value in self.values.items()}
        return fill(TEXTS[self.kind].in_(lang), lang, said)

    def __str__(self) -> str:
        return self.in_("en")


#: What is said: a message of the catalogue, or a text that is there in one language only.
Said = Message | str


def in_(said: Said, lang: str) -> str:
    """What is said in ``lang``, as far as it is there in that language."""
    return said if isinstance(said, str) else said.in_(lang)


def message(kind: str, /, **values: object) -> Message:
    """A message of the catalogue. A ``KeyError`` when it is said is a fault of the caller."""
    return Message(kind, values)


def _put(value: object, lang: str) -> object:
    if isinstance(value, Spoken):  # before tuples: a text is one
        return value.in_(lang)
    if isinstance(value, tuple):
        return ", ".join(str(_put(one, lang)) for one in value)
    return value
