"""The colours of the types, each with a text colour that can be read on it, and how contrast is measured."""

from __future__ import annotations

from typing import NamedTuple

#: What WCAG 2 AA asks of text, and of shapes that carry meaning.
TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0

_LIGHT, _DARK = "#ffffff", "#14161f"


class Paint(NamedTuple):
    """A background and the colour of text on it, as ``#rrggbb``."""

    back: str
    text: str


TYPE_PAINT: dict[str, Paint] = {
    "Normal": Paint("#6d6d5f", _LIGHT),
    "Fire": Paint("#c2410c", _LIGHT),
    "Water": Paint("#1f62cf", _LIGHT),
    "Electric": Paint("#f4c81c", _DARK),
    "Grass": Paint("#2e7d32", _LIGHT),
    "Ice": Paint("#83d8dc", _DARK),
    "Fighting": Paint("#a62a2c", _LIGHT),
    "Poison": Paint("#8b349c", _LIGHT),
    "Ground": Paint("#87591f", _LIGHT),
    "Flying": Paint("#a8b8f6", _DARK),
    "Psychic": Paint("#c8225f", _LIGHT),
    "Bug": Paint("#a3b61f", _DARK),
    "Rock": Paint("#6e602f", _LIGHT),
    "Ghost": Paint("#594a80", _LIGHT),
    "Dragon": Paint("#5a2fd0", _LIGHT),
    "Dark": Paint("#453a34", _LIGHT),
    "Steel": Paint("#b6bccd", _DARK),
    "Fairy": Paint("#f3a6cc", _DARK),
}


def paint(type_name: str) -> Paint:
    """The colours of a type; those of Normal for one that is not known here."""
    return TYPE_PAINT.get(type_name, TYPE_PAINT["Normal"])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
