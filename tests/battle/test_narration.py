"""A told battle: the one that Monte Carlo plays, in words that fit what happened."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

import pytest

from predictiondex.battle import Battle, Combatant, narration, simulate, tell
from predictiondex.battle.log import KINDS
from predictiondex.errors import UsageError
from tests.battle.scripts import HIT, STRIKE, combatant, mew, play, snorlax

SQUIRTLE = combatant("squirtle", "watergun", "tackle")
CHARMANDER = combatant("charmander", "ember", "scratch")


@pytest.mark.parametrize(
    ("a", "b", "policies"),
    [
        (SQUIRTLE, CHARMANDER, ("greedy", "greedy")),
        (mew("metronome", "mimic", "transform"), snorlax("thrash", "rest", "yawn"), ("random", "random")),
        (mew("substitute", "bide", "psychic"), snorlax("fissure", "tackle"), ("first:bide", "fixed:fissure")),
    ],
)
def test_the_story_ends_as_the_simulated_battle(
    a: Combatant, b: Combatant, policies: tuple[str, str]
) -> None:
    n = 12
    stories = [tell(a, b, 5, *policies, index=index) for index in range(n)]
    tally = simulate(a, b, n=n, seed=5, policy_a=policies[0], policy_b=policies[1])
    winners = [story.winner for story in stories]
    assert (winners.count("A"), winners.count("B"), winners.count("tie")) == (
        tally.wins,
        tally.losses,
        tally.ties,
    )
    assert sum(story.turns[-1].number for story in stories) == tally.turns


def test_events_account_for_every_point() -> None:
    story = tell(mew("psychic", "softboiled"), snorlax("takedown", "rest"), 3, "random", "random")
    hp = {"A": 175, "B": 235}
    for turn in story.turns:
        assert (turn.hp_a, turn.hp_b) == (hp["A"], hp["B"])
        for event in turn.events:
            if event.kind in ("damage", "heal"):
                assert event.side is not None
                assert event.points is not None
                hp[event.side] += event.points if event.kind == "heal" else -event.points
    assert (story.hp_a, story.hp_b) == (hp["A"], hp["B"])
    assert story.turns[-1].events[-1].kind == "win"


def test_lines_in_both_languages() -> None:
    battle = play(SQUIRTLE, combatant("charizard", "splash"), list(STRIKE), ("watergun", "splash"))
    english = narration.Words(SQUIRTLE, combatant("charizard", "splash"), "en").lines(battle.events)
    french = narration.Words(SQUIRTLE, combatant("charizard", "splash"), "fr").lines(battle.events)
    assert "Squirtle uses Water Gun!" in english
    assert "It's super effective!" in english
    assert "Carapuce utilise Pistolet à O !" in french
    assert "C'est super efficace !" in french
    # 22 x 40 x 71 / 107 = 583; / 50 = 11; + 2 = 13; x 1.5 = 19; x 2.
    assert "Dracaufeu perd 38 PV." in french
    assert len(english) == len(french)


def test_twins_are_told_apart() -> None:
    story = tell(mew("psychic"), mew("psychic"), seed=2)
    assert any(line.startswith("Mew (A)") for line in story.lines)
    assert story.ending in ("Mew (A) wins the battle!", "Mew (B) wins the battle!")


def test_a_called_move_is_told_as_such() -> None:
    battle = play(
        mew("mirrormove", "splash"),
        snorlax("tackle", "splash"),
        [*STRIKE, *STRIKE],
        ("splash", "tackle"),
        ("mirrormove", "splash"),
    )
    lines = narration.Words(mew("splash"), snorlax("splash"), "en").lines(battle.events)
    assert lines[:2] == ("Mew uses Mirror Move!", "Mirror Move turns into Tackle!")


def test_every_kind_of_event_has_its_words() -> None:
    silent = {"turn", "win"}
    told = set(narration._PLAIN) | {kind for kind, _, _ in narration._TABLES} | {"move", "effective"}
    assert set(KINDS) - silent == told


def _pairs() -> list[tuple[str, str]]:
    tables: list[Mapping[Any, tuple[str, str]]] = [
        narration._PLAIN,
        narration._EFFECTIVE,
        *(table for _, _, table in narration._TABLES),
    ]
    return [narration._MOVE, narration._CALLED, *(pair for table in tables for pair in table.values())]


@pytest.mark.parametrize("pair", _pairs())
def test_both_languages_say_the_same_things(pair: tuple[str, str]) -> None:
    english, french = ({field for _, field, _, _ in Formatter().parse(text) if field} for text in pair)
    assert english == french
    # "de" and "que" would elide before a vowel: names stand where nothing elides.
    assert " de {who}" not in pair[1]
    assert " que {who}" not in pair[1]


def test_events_as_plain_values() -> None:
    battle = Battle(mew("spore"), snorlax("splash"), script=[HIT, (3, 0)])
    battle.step()
    assert [event.as_dict() for event in battle.events][:3] == [
        {"kind": "turn", "number": 1},
        {"kind": "move", "side": "A", "move": "spore"},
        {"kind": "status", "side": "B", "status": "slp"},
    ]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        tell(SQUIRTLE, CHARMANDER, lang="de")  # type: ignore[arg-type]
    assert caught.value.field == "lang"
