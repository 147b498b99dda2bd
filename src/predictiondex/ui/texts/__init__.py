"""Every string of the interface, in English and French.

A text may hold blanks for ``str.format``. Names of Pokémon, moves and types come from the API, names of
natures from the facts, reasons and warnings from the API in the language that was asked for.
"""

from __future__ import annotations

from typing import get_args

from predictiondex.messages import Text, fill
from predictiondex.messages.text import Lang
from predictiondex.ui.texts import (
    battle,
    coach,
    credit,
    frame,
    monitoring,
    moves,
    planner,
    pokedex,
    quiz,
    specials,
    teams,
    types,
)

LANGS: tuple[Lang, ...] = get_args(Lang)
#: What each language calls itself: the switch does not depend on the present one.
OWN_NAMES: dict[Lang, str] = {"en": "English", "fr": "Français"}


#: Every text by its key; one module of texts a page, whose keys begin with the page's name.
PARTS = (frame, battle, coach, planner, teams, pokedex, moves, specials, types, quiz, monitoring, credit)
TEXTS: dict[str, Text] = {key: text for part in PARTS for key, text in part.TEXTS.items()}


class Words:
    """The texts of one language: ``t("battle.title")``, ``t("answer.with", move="Surf")``."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key`` with its blanks filled. A ``KeyError`` is a fault of the caller."""
        text = TEXTS[key]
        return fill(text.in_(self.lang), self.lang, values)
