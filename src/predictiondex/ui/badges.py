"""Placeholder pictures: every form has a pattern of its own in the colours of its types.

Drawn here from the form's id; nothing is taken from the games.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2s
from html import escape

from predictiondex.ui.palette import paint

_CELL, _COLUMNS, _ROWS = 20, 5, 5
_SIZE = _CELL * _COLUMNS


@lru_cache(maxsize=512)
def badge(form_id: str, types: Sequence[str], name: str) -> str:
    """The picture of a form as an ``img`` element. Decorative: its name always stands beside it."""
    source = base64.b64encode(_svg(form_id, types, name).encode()).decode()
    return f'<img class="pdx-badge" alt="" src="data:image/svg+xml;base64,{source}">'


def _svg(form_id: str, types: Sequence[str], name: str) -> str:
    first, last = paint(types[0]), paint(types[-1])
    letters = escape("".join(char for char in name if char.isalnum())[:2].capitalize())
    middle = _SIZE / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}">'
        f'<defs><linearGradient id="g" x2="1" y2="1"><stop offset=".35" stop-color="{first.back}"/>'
        f'<stop offset=".65" stop-color="{last.back}"/></linearGradient>'
        f'<clipPath id="c"><rect width="{_SIZE}" height="{_SIZE}" rx="24"/></clipPath></defs>'
        f'<g clip-path="url(#c)"><rect width="{_SIZE}" height="{_SIZE}" fill="url(#g)"/>'
        f'<path d="{_pattern(form_id)}" fill="#fff" fill-opacity=".28"/></g>'
        f'<circle cx="{middle}" cy="{middle}" r="29" fill="{first.back}" stroke="#fff" stroke-width="3"/>'
        f'<text x="{middle}" y="{middle}" dy=".36em" text-anchor="middle" fill="{first.text}" '
        f'font-family="system-ui,sans-serif" font-weight="700" font-size="28">{letters}</text></svg>'
    )


def _pattern(form_id: str) -> str:
    """Squares, mirrored left to right, chosen by a digest of the id."""
    bits = int.from_bytes(blake2s(form_id.encode(), digest_size=4).digest(), "big")
    half = (_COLUMNS + 1) // 2
    path = ""
    for cell in range(half * _ROWS):
        if bits >> cell & 1:
            row, column = divmod(cell, half)
            for x in {column, _COLUMNS - 1 - column}:
                path += f"M{x * _CELL} {row * _CELL}h{_CELL}v{_CELL}h-{_CELL}z"
    return path
