"""Numbers as a person of either language reads them."""

from __future__ import annotations

from predictiondex.messages.text import Lang

_NARROW = "\N{NO-BREAK SPACE}"


def _minus(text: str) -> str:
    """A sign as wide as a plus, where a hyphen would be taken for a dash."""
    return f"\N{MINUS SIGN}{text[1:]}" if text.startswith("-") else text


def signed(value: int) -> str:
    """A change with its sign: ``+2``, ``−1``."""
    return _minus(f"{value:+d}")


def sign(lang: Lang) -> str:
    """What follows the number of a percentage."""
    return f"{_NARROW}%" if lang == "fr" else "%"


def percent(value: float, lang: Lang) -> str:
    """A percentage (0-100) that never claims a certainty it is not: ``45%``, ``>99%``, ``<1 %``."""
    if 99.5 <= value < 100:
        return f">99{sign(lang)}"
    if 0 < value <= 0.5:
        return f"<1{sign(lang)}"
    return f"{value:.0f}{sign(lang)}"


def slider(lang: Lang) -> str:
    """How a slider writes its percentage."""
    return f"%d{sign(lang)}%"


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
    text = _minus(f"{value:.2f}".rstrip("0").rstrip("."))
    return text.replace(".", ",") if lang == "fr" else text


def several(value: float, lang: Lang) -> bool:
    """Whether so many take the plural, as :func:`decimal` writes them: in French from two on."""
    shown = round(abs(value), 2)
    return shown >= 2 if lang == "fr" else shown != 1


def count(value: int, lang: Lang) -> str:
    """A whole number with its thousands apart: ``1,000``, in French ``1 000``."""
    return f"{value:,}".replace(",", _NARROW) if lang == "fr" else f"{value:,}"


def fine(value: float, lang: Lang) -> str:
    """A small number with three figures that count: ``0.0381``, in French ``0,0381``."""
    text = _minus(f"{value:.3g}")
    return text.replace(".", ",") if lang == "fr" else text


def time_taken(seconds: float, lang: Lang) -> str:
    """How long something takes: ``4.2 ms``, ``1.5 s``."""
    if seconds < 1:
        return f"{fine(1000 * seconds, lang)}{_NARROW}ms"
    return f"{decimal(seconds, lang)}{_NARROW}s"


def age(seconds: float, lang: Lang) -> str:
    """How long something has lasted, in its two largest units: ``3 h 12 min``."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for unit, length in (("j" if lang == "fr" else "d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, length)
        if number or (unit == "s" and not parts):
            parts.append(f"{number}{_NARROW}{unit}")
        elif parts:
            break
    return " ".join(parts[:2])
