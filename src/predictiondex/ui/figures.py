"""Numbers as a person of either language reads them."""

from __future__ import annotations

from predictiondex.pokedex.model import Lang

_NARROW = "\N{NO-BREAK SPACE}"


def percent(value: float, lang: Lang) -> str:
    """A percentage (0-100) that never claims a certainty it is not: ``45%``, ``>99%``, ``<1 %``."""
    sign = f"{_NARROW}%" if lang == "fr" else "%"
    if 99.5 <= value < 100:
        return f">99{sign}"
    if 0 < value <= 0.5:
        return f"<1{sign}"
    return f"{value:.0f}{sign}"


def share(value: float, lang: Lang) -> str:
    """A probability (0-1) as a percentage."""
    return percent(100 * value, lang)


def span(least: float, most: float, lang: Lang) -> str:
    """A range of percentages (0-100): ``45–53%``; one number where both ends look alike."""
    low, high = percent(least, lang), percent(most, lang)
    if low == high:
        return low
    return f"{low.removesuffix('%').rstrip(_NARROW)}\N{EN DASH}{high}"


def decimal(value: float, lang: Lang) -> str:
    """A number with at most two decimals: ``0.5``, in French ``0,5``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if lang == "fr" else text


def count(value: int, lang: Lang) -> str:
    """A whole number with its thousands apart: ``1,000``, in French ``1 000``."""
    return f"{value:,}".replace(",", _NARROW) if lang == "fr" else f"{value:,}"
