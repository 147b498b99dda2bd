"""How good a model is, in words: its figures on matchups that it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from predictiondex.ui import figures
from predictiondex.ui.texts import Words

#: Figures that a reader can make something of, and what they are called.
NAMES = {
    "rmse": "monitoring.rmse",
    "rmse_unseen_species": "monitoring.unseen",
    "ece": "monitoring.ece",
    "opening_regret": "monitoring.opening_regret",
    "decided_accuracy": "monitoring.decided",
}


def written(name: str, value: float, t: Words) -> str:
    """A figure as a reader expects it: distances of chances in points of a hundred."""
    if name != "decided_accuracy":
        return points(value, t)
    return f"{figures.decimal(100 * value, t.lang)}{figures.sign(t.lang)}"


def points(value: float, t: Words) -> str:
    """A distance of chances (0-1) in points of a hundred."""
    words = "monitoring.points" if figures.several(100 * value, t.lang) else "monitoring.point"
    return t(words, number=figures.decimal(100 * value, t.lang))


def tiles(pairs: Mapping[str, tuple[str, str]]) -> str:
    """Figures as tiles: name -> the figure and a remark, which may be empty."""
    shown = ""
    for name, (value, remark) in pairs.items():
        small = f"<small>{escape(remark)}</small>" if remark else ""
        shown += f"<div><dt>{escape(name)}</dt><dd>{escape(value)}{small}</dd></div>"
    return f'<dl class="pdx-tiles">{shown}</dl>'


def goodness(metrics: Mapping[str, float], t: Words) -> str:
    """The figures of a model that are there."""
    found = {
        t(words): (written(name, metrics[name], t), "") for name, words in NAMES.items() if name in metrics
    }
    return tiles(found) if found else ""
