"""Sentences of the advice, in English and French.

A template's blanks are those of ``str.format``. Numbers arrive ready made, because a language decides how a
percentage or a decimal looks.
"""

from __future__ import annotations

from typing import Final

from predictiondex.advisor.sentences import TEMPLATES, Kind
from predictiondex.messages import Text, fill
from predictiondex.messages.text import Lang
from predictiondex.pokedex.model import BOOSTS

__all__ = [
    "CONDITIONS",
    "STATS",
    "STATUSES",
    "STAT_NAMES",
    "TEMPLATES",
    "Kind",
    "awakening",
    "count",
    "hits",
    "level_of",
    "listing",
    "number",
    "percent",
    "points",
    "say",
    "span",
    "stages",
]

#: Stats that stages change, in English and French.
STATS: Final[dict[str, tuple[str, str]]] = dict(
    zip(
        BOOSTS,
        (
            ("Attack", "Attaque"),
            ("Defense", "Défense"),
            ("Sp. Atk", "Attaque Spé."),
            ("Sp. Def", "Défense Spé."),
            ("Speed", "Vitesse"),
            ("accuracy", "précision"),
            ("evasion", "esquive"),
        ),
        strict=True,
    )
)
#: Stats that a Pokémon has, as a player reads them.
STAT_NAMES: Final[dict[str, Text]] = {
    "hp": Text("HP", "PV"),
    **{stat: Text(*STATS[stat]) for stat in ("atk", "def", "spa", "spd", "spe")},
}
#: Conditions as a player would say them.
CONDITIONS: Final[dict[str, Text]] = {
    "bide": Text("Bide", "Patience"),
    "confusion": Text("confusion", "confusion"),
    "defensecurl": Text("Defense Curl", "Boul'Armure"),
    "disable": Text("Disable", "Entrave"),
    "encore": Text("Encore", "Encore"),
    "focusenergy": Text("Focus Energy", "Puissance"),
    "leechseed": Text("Leech Seed", "Vampigraine"),
    "lightscreen": Text("Light Screen", "Mur Lumière"),
    "lockedmove": Text("a rampage", "une attaque à répétition"),
    "minimize": Text("Minimize", "Lilliput"),
    "mist": Text("Mist", "Brume"),
    "mustrecharge": Text("a turn to recharge", "un tour de repos"),
    "partiallytrapped": Text("a trap", "une emprise"),
    "rage": Text("Rage", "Frénésie"),
    "reflect": Text("Reflect", "Protection"),
    "stall": Text("Protect just used", "Abri tout juste utilisé"),
    "substitute": Text("a substitute", "un clone"),
    "taunt": Text("Taunt", "Provoc"),
    "twoturnmove": Text("a move in two turns", "une capacité en deux tours"),
    "yawn": Text("drowsiness", "la somnolence"),
}
#: Statuses, of a Pokémon that has one.
STATUSES: Final[dict[str, Text]] = {
    "brn": Text("burned", "brûlé"),
    "frz": Text("frozen", "gelé"),
    "par": Text("paralysed", "paralysé"),
    "psn": Text("poisoned", "empoisonné"),
    "slp": Text("asleep", "endormi"),
    "tox": Text("badly poisoned", "gravement empoisonné"),
}


def say(kind: Kind, lang: Lang, **values: object) -> str:
    """The sentence of ``kind`` with its blanks filled."""
    return fill(TEMPLATES[lang][kind], lang, values)


def number(value: float, lang: Lang) -> str:
    """A number with at most two decimals: ``0.5``, in French ``0,5``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")
    return text.replace(".", ",") if lang == "fr" else text


def count(value: int, lang: Lang) -> str:
    """A whole number with its thousands apart: ``1,000``, in French ``1 000``."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}") if lang == "fr" else f"{value:,}"


def level_of(level: int, lang: Lang) -> str:
    """A Pokémon's level behind its name: ``Lv. 50``, in French ``N. 50``."""
    return f"{'N.' if lang == 'fr' else 'Lv.'}\N{NO-BREAK SPACE}{level}"


def percent(value: float, lang: Lang) -> str:
    """A percentage (0-100), never rounded to a certainty it is not: ``45%``, ``>99%``, ``45 %``."""
    sign = "\N{NO-BREAK SPACE}%" if lang == "fr" else "%"
    if 99.5 <= value < 100:
        return f">99{sign}"
    if 0 < value <= 0.5:
        return f"<1{sign}"
    return f"{value:.0f}{sign}"


def span(least: float, most: float, lang: Lang) -> str:
    """A range of percentages: ``45% to 53%``, or one where both read the same."""
    low, high = percent(least, lang), percent(most, lang)
    return low if low == high else f"{low} {'à' if lang == 'fr' else 'to'} {high}"


def hits(least: int, most: int, lang: Lang) -> str:
    """How many uses it takes: ``2 hits``, ``2 to 3 hits``."""
    word = ("coup" if lang == "fr" else "hit") + ("s" if most > 1 else "")
    if least == most:
        return f"{least} {word}"
    return f"{least} {'à' if lang == 'fr' else 'to'} {most} {word}"


def points(value: float, lang: Lang, *, sign: str = "") -> str:
    """Percentage points: ``1 point``, ``2.5 points``; French counts from two. Something is never ``0``."""
    shown = round(abs(value), 1)
    if shown == 0 and value != 0:
        return f"{'moins de 0,1' if lang == 'fr' else 'less than 0.1'} point"
    many = shown >= 2 if lang == "fr" else shown != 1
    return f"{sign}{number(shown, lang)} point{'s' if many else ''}"


def awakening(values: int, lang: Lang) -> str:
    """So many awakening values."""
    if lang == "fr":
        return f"{count(values, lang)} valeur{'s' if values > 1 else ''} d'éveil"
    return f"{count(values, lang)} awakening value{'' if values == 1 else 's'}"


def listing(names: list[str], lang: Lang) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    joint = " et " if lang == "fr" else " and "
    return ", ".join(names[:-1]) + joint + names[-1]


def stages(changes: dict[str, int], lang: Lang) -> str:
    """Stat changes in one line: ``Attack +2, Speed −1``."""
    told = [f"{STATS[stat][lang == 'fr']} {change:+d}" for stat, change in changes.items() if change]
    return ", ".join(told).replace(" -", " \N{MINUS SIGN}")
