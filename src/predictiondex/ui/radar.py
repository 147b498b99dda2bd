"""The base stats of a form as a shape with six corners.

Streamlit lets no inline SVG into a page, and a picture could not follow the theme. So the SVG is the mask of
a coloured area: drawn here, coloured by the style sheet.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

#: The outermost ring, unless a value is beyond it; a ring every 50.
USUAL_MOST, STEP = 150, 50
_SIZE, _RADIUS = 200.0, 96.0
Point = tuple[float, float]


def radar(values: Sequence[int], labels: Sequence[str], description: str) -> str:
    """The shape with its labels; ``description`` is what a screen reader says instead."""
    most = outermost(values)
    rings = "".join(_polygon([ring / most] * len(values), "none", 1) for ring in range(STEP, most + 1, STEP))
    spokes = "".join(_line(corner(index, len(values), 1.0)) for index in range(len(values)))
    shares = [value / most for value in values]
    layers = (
        ("pdx-radar-grid", rings + spokes),
        ("pdx-radar-area", _polygon(shares, "#000", 0)),
        ("pdx-radar-edge", _polygon(shares, "none", 3)),
    )
    drawn = "".join(f'<span class="{name}" style="{_mask(content)}"></span>' for name, content in layers)
    words = "".join(_label(index, len(values), label) for index, label in enumerate(labels))
    return (
        f'<div class="pdx-radar" role="img" aria-label="{escape(description)}">'
        f'<div class="pdx-radar-shape" aria-hidden="true">{drawn}{words}</div></div>'
    )


def outermost(values: Sequence[int]) -> int:
    """The value of the outermost ring."""
    return max(USUAL_MOST, -(-max(values) // STEP) * STEP)


def corner(index: int, corners: int, share: float) -> Point:
    """Where the corner of a value is, ``share`` (0-1) of the way out; the first one is on top."""
    angle = 2 * pi * index / corners
    middle = _SIZE / 2
    return middle + _RADIUS * share * sin(angle), middle - _RADIUS * share * cos(angle)


def _polygon(shares: Sequence[float], fill: str, stroke: int) -> str:
    points = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in (corner(at, len(shares), share) for at, share in enumerate(shares))
    )
    return f'<polygon points="{points}" fill="{fill}" stroke="#000" stroke-width="{stroke}"/>'


def _line(end: Point) -> str:
    middle = _SIZE / 2
    return f'<path d="M{middle} {middle}L{end[0]:.1f} {end[1]:.1f}" stroke="#000"/>'


def _mask(content: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE:.0f} {_SIZE:.0f}">{content}</svg>'
    source = b64encode(svg.encode()).decode()
    return f"mask:url(data:image/svg+xml;base64,{source}) center/contain no-repeat"


def _label(index: int, corners: int, text: str) -> str:
    x, y = (100 * part / _SIZE for part in corner(index, corners, 1.16))
    return f'<b style="left:{x:.1f}%;top:{y:.1f}%">{escape(text)}</b>'
