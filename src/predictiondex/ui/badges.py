"""Placeholder pictures: every form has a pattern of its own in the colours of its types.

Drawn here from the form's id; nothing is taken from the games. Where the settings name an address of pictures
(``PDX_SPRITES_URL``), the visitor's browser puts those over the pattern, as far as it can fetch them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2s
from html import escape
from urllib.parse import quote

from predictiondex.pokedex import pokedex
from predictiondex.settings import get_settings
from predictiondex.ui.palette import paint

_CELL, _COLUMNS, _ROWS = 20, 5, 5
_SIZE = _CELL * _COLUMNS


def badge(form_id: str, types: Sequence[str], name: str) -> str:
    """The picture of a form as an HTML element. Decorative: its name always stands beside it."""
    return _badge(form_id, tuple(types), name, sprite(form_id, get_settings().sprites_url))


@lru_cache(maxsize=512)
def _badge(form_id: str, types: tuple[str, ...], name: str, remote: str) -> str:
    letters = "" if remote else _letters(types, name)
    source = base64.b64encode(_svg(form_id, types, letters).encode()).decode()
    own = f"data:image/svg+xml;base64,{source}"
    if not remote:
        return f'<img class="pdx-badge" alt="" src="{own}">'
    pictures = escape(f"background-image:url('{remote}'),url('{own}')")
    return f'<span class="pdx-badge pdx-sprite" style="{pictures}"></span>'


def sprite(form_id: str, template: str) -> str:
    """Address of a form's picture elsewhere; empty where there is none."""
    form = pokedex.forms.get(form_id)
    if form is None or not template.startswith(("http://", "https://")):
        return ""
    for name, value in (("dex", str(form.dex)), ("id", form.id), ("slug", form.slug)):
        template = template.replace(f"{{{name}}}", value)
    return quote(template, safe=":/?&=%#~+,;@-._")


def _svg(form_id: str, types: Sequence[str], letters: str) -> str:
    first, last = paint(types[0]), paint(types[-1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}">'
        f'<defs><linearGradient id="g" x2="1" y2="1"><stop offset=".35" stop-color="{first.back}"/>'
        f'<stop offset=".65" stop-color="{last.back}"/></linearGradient>'
        f'<clipPath id="c"><rect width="{_SIZE}" height="{_SIZE}" rx="24"/></clipPath></defs>'
        f'<g clip-path="url(#c)"><rect width="{_SIZE}" height="{_SIZE}" fill="url(#g)"/>'
        f'<path d="{_pattern(form_id)}" fill="#fff" fill-opacity=".28"/></g>{letters}</svg>'
    )


def _letters(types: Sequence[str], name: str) -> str:
    """The first two letters of the name on a disc."""
    first, middle = paint(types[0]), _SIZE / 2
    letters = escape("".join(char for char in name if char.isalnum())[:2].capitalize())
    return (
        f'<circle cx="{middle}" cy="{middle}" r="29" fill="{first.back}" stroke="#fff" stroke-width="3"/>'
        f'<text x="{middle}" y="{middle}" dy=".36em" text-anchor="middle" fill="{first.text}" '
        f'font-family="system-ui,sans-serif" font-weight="700" font-size="28">{letters}</text>'
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
