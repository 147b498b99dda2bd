"""One text of the catalogue, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One text in both languages."""

    en: str
    fr: str
