"""One text in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One text in both languages."""

    en: str
    fr: str

    def in_(self, lang: str) -> str:
        """The text in ``lang`` (``fr`` or anything else for English)."""
        return self.fr if lang == "fr" else self.en
