"""One text in both languages, and how its blanks are filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, NamedTuple

Lang = Literal["en", "fr"]

#: Where French shortens a word if what fills the blank behind it begins with a vowel: ``de {name}``.
_SHORTENED: Final = re.compile(r"\b([Dd]|[Qq]u)e \{(\w+)\}")
#: How such names begin; of those with an h, the ones that are not breathed (Herbizarre, Hypnomade).
_VOWEL: Final = re.compile(r"[*_]*(?:[aeiouàâéèêëîïôœùû]|h[ey])", re.IGNORECASE)
#: Spaces of French at which no line may break.
_BREAKING: Final = re.compile(r" (?=[:;?!%»])|(?<=«) ")


class Text(NamedTuple):
    """One text in both languages."""

    en: str
    fr: str

    def in_(self, lang: str) -> str:
        """The text in ``lang`` (``fr`` or anything else for English)."""
        return self.fr if lang == "fr" else self.en


def fill(template: str, lang: str, values: Mapping[str, object]) -> str:
    """A text of ``lang`` with its blanks filled: *de Pikachu*, but *d'Évoli*.

    French keeps its high punctuation on the line of the word before it: those spaces do not break.
    """
    if lang != "fr":
        return template.format(**values)
    template, may_shorten = _french(template)
    if may_shorten:

        def shorten(found: re.Match[str]) -> str:
            word, blank = found.groups()
            return f"{word}'{{{blank}}}" if _VOWEL.match(str(values.get(blank, ""))) else found[0]

        template = _SHORTENED.sub(shorten, template)
    return template.format(**values)


def together(text: str, lang: str) -> str:
    """A sentence of ``lang`` as it came from elsewhere, with French high punctuation on its word's line."""
    return _BREAKING.sub("\N{NO-BREAK SPACE}", text) if lang == "fr" else text


def labelled(label: str, value: str, lang: str) -> str:
    """``label: value``; French has a blank before the colon, at which no line breaks."""
    return f"{label}\N{NO-BREAK SPACE}: {value}" if lang == "fr" else f"{label}: {value}"


@cache
def _french(template: str) -> tuple[str, bool]:
    """The text with such spaces, and whether a place in it may shorten: in most there is none, and advice
    fills many for one answer."""
    return together(template, "fr"), _SHORTENED.search(template) is not None
