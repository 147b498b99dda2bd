"""Bars of hit points."""

from __future__ import annotations

from html import escape
from typing import Final

#: A bar changes its looks below these percentages.
HALF, LOW = 50, 20
_LEVELS: Final = ((HALF, "pdx-high"), (LOW, "pdx-half"), (-1, "pdx-low"))


def hp_bar(name: str, percent: float, words: str) -> str:
    """Whose hit points, in words and as a bar."""
    level = next(level for least, level in _LEVELS if percent > least)
    label = escape(f"{name}: {words}")
    return (
        f'<div><div class="pdx-row"><span class="pdx-name">{escape(name)}</span>'
        f'<span class="pdx-p">{escape(words)}</span></div><div class="pdx-hp {level}" role="img" '
        f'aria-label="{label}"><i style="width:{percent:.1f}%"></i></div></div>'
    )
