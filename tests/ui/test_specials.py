"""What the page tells of every move, held against the numbers and rules that battles are played with."""

from __future__ import annotations

import re
from html import unescape

import pytest

from predictiondex.api.views import Views
from predictiondex.battle import moves as rules
from predictiondex.battle.layout import CONDITION_NAMES, NONE
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui.specials import SPECIALS
from predictiondex.ui.texts import LANGS, Words
from predictiondex.ui.views.moveentry import particulars

VIEWS = Views(pokedex)
#: Marks of a row that no figure on the page stands for.
MARKS = (
    rules.F_BREAKS_PROTECT | rules.F_THAWS | rules.F_TARGET_ATTACK | rules.F_STRUGGLE_RECOIL
    | rules.F_FORCES_OUT | rules.F_HITS_FLY | rules.F_HITS_DIG | rules.F_MINIMIZE
)  # fmt: skip
#: Conditions that the page tells in a word, and one that does nothing beside what it stands next to.
IN_A_WORD = {"confusion", "defensecurl", "mustrecharge", "lockedmove"}
#: Moves whose rules say nothing because it happens outside of a battle of two, or because nothing happens.
OUTSIDE = {"celebrate", "helpinghand", "payday", "splash", "uturn"}


def told(move: str, lang: Lang = "en") -> list[str]:
    shown = particulars(VIEWS.move_detail(pokedex.moves[move]), Words(lang))
    return [
        unescape(text).replace("\N{NO-BREAK SPACE}", " ") for text in re.findall(r"<li>(.*?)</li>", shown)
    ]


def column(move: str, at: int) -> int:
    return int(rules.TABLE[rules.MOVE_NUMBER[move], at])


def has_rule(move: str) -> bool:
    """Whether battles play it by more than its figures."""
    conditions = {
        CONDITION_NAMES[number]
        for at in (rules.CONDITION, rules.SIDE_CONDITION, rules.SELF_CONDITION)
        if (number := column(move, at)) not in (NONE, rules._CONDITION_IDS["mustrecharge"])
    }
    return bool(
        column(move, rules.EFFECT) not in (0, rules.E_CHARGE)  # charging is a flag, and told by it
        or column(move, rules.FLAGS) & MARKS
        or column(move, rules.SELF_KIND) == rules.SELF_CURE
        or conditions - IN_A_WORD
    )


def test_every_move_with_a_rule_of_its_own_has_a_text_of_its_own() -> None:
    assert {move for move in pokedex.moves if has_rule(move)} | OUTSIDE == set(SPECIALS)


@pytest.mark.parametrize("lang", LANGS)
def test_no_status_move_tells_nothing(lang: Lang) -> None:
    words = Words(lang)
    timing = {words("moves.never_misses"), *(words(key) for key in ("moves.contact", "moves.sound"))}
    empty = [
        move.id
        for move in pokedex.moves.values()
        if move.category == "Status" and not set(told(move.id, lang)) - timing
    ]
    assert empty == []


@pytest.mark.parametrize("move", pokedex.moves)
def test_figures_are_those_of_the_rules(move: str) -> None:
    said = " ".join(told(move)).replace("\N{MINUS SIGN}", "-")
    if chance := column(move, rules.CHANCE):
        assert f"Added effect ({chance}%)" in said
    if priority := column(move, rules.PRIORITY):
        assert f"(priority {priority:+d})" in said
    for at in (rules.DRAIN, rules.HEAL):
        if share := column(move, at):
            assert f"{share}%" in said
    if (fixed := column(move, rules.FIXED)) > 0:
        assert f"always does {fixed} HP" in said
    if (most := column(move, rules.HITS_MAX)) > 1:
        assert f"{most} times" in said
    for first in (rules.BOOST, rules.SELF_BOOST, rules.CHANCE_BOOST):
        for number, stat in enumerate(BOOSTS):
            if change := column(move, first + number):
                assert f"{Words('en')(f'stat.{stat}')} {change:+d}" in said


@pytest.mark.parametrize(
    ("move", "en", "fr"),
    [
        ("sappyseed", "plants Leech Seed", "plante Vampigraine"),
        ("freezyfrost", "stat changes of both sides go back to 0", "des deux camps reviennent à 0"),
        ("sparklyswirl", "heals the status of its user and its whole team", "de toute son équipe"),
        ("superfang", "half of the HP that the target has left", "la moitié des PV qui restent"),
        ("skullbash", "Defense rises by 1", "la Défense de son lanceur monte de 1"),
        ("struggle", "a quarter of its full HP", "un quart de ses PV maximum"),
    ],
)
def test_it_is_told_in_both_languages(move: str, en: str, fr: str) -> None:
    assert en in " ".join(told(move, "en"))
    assert fr in " ".join(told(move, "fr"))
