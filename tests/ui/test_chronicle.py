"""A fight in the address: all of it is read again, and nonsense is survived."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui import chronicle, locks, retold
from predictiondex.ui.address import Hint, Lookup, Reader
from predictiondex.ui.choice import SIDES, STATUSES, SideChoice, SideName
from predictiondex.ui.chronicle import Noted
from predictiondex.ui.fight import CONDITIONS, Fight, Moment, Standing

pytestmark = pytest.mark.timeout(900)
AGAIN = settings(deadline=None, suppress_health_check=list(HealthCheck))

YOU = SideChoice("mew", ("fly", "hyperbeam", "outrage", "protect"), hp=90, status="tox")
FOE = SideChoice("charizard", ("dig",), level=60)
LIKELY = ("slash", "flamethrower", "fly", "outrage")
SHOWN = sorted(pokedex.forms["charizard"].movepool)


@st.composite
def fights(draw: st.DrawFn, *, turns: int = 8) -> Fight:
    """A fight with anything that can be entered in it."""
    fight = Fight.begin(YOU, FOE, LIKELY, draw(st.integers(1, 3)))
    for _ in range(draw(st.integers(0, turns))):
        fight = played(draw, fight)
    return fight


def played(draw: st.DrawFn, fight: Fight) -> Fight:
    """One more turn of anything."""
    told = fight.now
    for side in SIDES:
        told = told.putting(side, draw(standings(fight, side)))
    for side in SIDES:
        held = fight.held_after(side, told)
        for name in draw(st.lists(st.sampled_from(CONDITIONS), max_size=3)) if draw(st.booleans()) else ():
            held[name] = draw(st.sampled_from(locks.concerned(name, fight.moves(side))))
        told = told.putting(side, replace(told.side(side), conditions=held))
    if draw(st.booleans()):
        told = replace(told, seen=tuple(draw(st.lists(st.sampled_from(SHOWN), max_size=4, unique=True))))
    fight = fight.then(told)
    if draw(st.booleans()):
        move = draw(st.sampled_from(fight.you.moves))
        fight = fight.with_pp("you", move, draw(st.integers(0, locks.full(move))))
    for side in SIDES:
        if draw(st.booleans()) and (held := list(fight.now.side(side).conditions)):
            fight = fight.without(side, draw(st.sampled_from(held)))
    return fight


def standings(fight: Fight, side: SideName) -> st.SearchStrategy[Standing]:
    now = fight.now.side(side)
    return st.builds(
        Standing,
        hp=st.one_of(st.just(now.hp), st.integers(1, 100)),
        status=st.one_of(st.just(now.status), st.sampled_from(STATUSES)),
        boosts=st.one_of(st.just(now.boosts), st.tuples(*[st.integers(-6, 6)] * len(BOOSTS))),
        conditions=st.just({}),
        last=st.sampled_from(("", *fight.usable(side))),
        decoy=st.one_of(st.just(now.decoy), st.integers(1, 100)),
        pp=st.just({}),
        ages=st.just({}),
    )


def advised(fight: Fight) -> dict[int, Noted]:
    """Advice for every other turn: what was used, or something else."""
    return {
        place: Noted(fight.moments[place + 1].you.last or "fly", str(uuid.UUID(int=place + 2**100)))
        for place in range(0, len(fight.moments) - 1, 2)
    } | ({1: Noted("protect", str(uuid.UUID(int=7)))} if len(fight.moments) > 2 else {})


def read(parameters: dict[str, str], lookup: Lookup) -> tuple[Fight, dict[int, Noted], list[Hint]]:
    reader = Reader(parameters, lookup)
    first = reader.whole(chronicle.TURN, 1, 1, chronicle.LAST_TURN)
    fight, noted = retold.read(reader, Fight.begin(reader.side("you"), reader.side("foe"), LIKELY, first))
    return fight, noted, reader.hints


@AGAIN
@given(fight=fights())
def test_what_is_written_is_read_again(fight: Fight, lookup: Lookup) -> None:
    noted = advised(fight)
    assert read(chronicle.write(fight, noted), lookup) == (fight, noted, [])


@AGAIN
@given(fight=fights())
@pytest.mark.slow
def test_an_address_needs_no_escaping(fight: Fight) -> None:
    written = chronicle.write(fight, advised(fight))
    for name in (chronicle.TURNS, chronicle.BEFORE, chronicle.ASKED):
        assert all(sign.isascii() and (sign.isalnum() or sign in "~_.-") for sign in written.get(name, ""))


@pytest.mark.parametrize("ending", ["win", "loss"])
def test_an_end_that_was_told_is_kept(ending: str, lookup: Lookup) -> None:
    fight = Fight.begin(YOU, FOE, LIKELY).then(Moment(Standing(50), Standing(70), ("dig",)))
    over = fight.ended("win" if ending == "win" else "loss")
    assert read(chronicle.write(over, {}), lookup) == (over, {}, [])


def test_an_end_without_hp_needs_no_word(lookup: Lookup) -> None:
    fight = Fight.begin(YOU, FOE, LIKELY).then(Moment(Standing(50), Standing(0), ("dig",)))
    written = chronicle.write(fight, {})
    assert chronicle.ENDED not in written
    assert read(written, lookup)[0] == fight


@settings(AGAIN, max_examples=15)
@given(parts=st.lists(fights(turns=3), min_size=1, max_size=3))
def test_a_fight_that_is_too_long_loses_its_beginning_alone(parts: list[Fight], lookup: Lookup) -> None:
    fight = Fight.begin(YOU, FOE, LIKELY)
    while len(chronicle.write(fight, {})[chronicle.TURN]) == 1 and fight.turn < 200:
        for part in parts:
            for moment in part.moments[1:]:
                fight = fight.then(moment)
        fight = fight.then(Moment(Standing(60, last="fly"), Standing(70, last="dig"), ("dig",)))
    noted = {place: Noted("hyperbeam", str(uuid.UUID(int=place))) for place in range(len(fight.moments) - 1)}
    written = chronicle.write(fight, noted)
    assert len(written[chronicle.TURNS]) <= chronicle.LONGEST
    assert len(written[chronicle.ASKED]) <= chronicle.LONGEST_ASKED
    again, told, hints = read(written, lookup)
    assert hints == []
    assert (again.turn, again.ending) == (fight.turn, "")
    assert again.first > 1
    assert again.moments[1:] == fight.moments[1 - len(again.moments) :]
    assert again.request("model", "en") == fight.request("model", "en")
    assert told
    assert all(noted[place + again.first - 1] == note for place, note in told.items())
    assert read(chronicle.write(again, told), lookup) == (again, told, [])


SIGNS = st.text(alphabet="abcdefghilmnoprstuvwyG019~_.-é²", max_size=60)
ODD = st.one_of(SIGNS, st.text(max_size=40), st.just("h" * 5000), st.just("~" * 5000))


PIECES = st.sampled_from((
    "hyperbeam", "_", "~", ".h0", ".h50", ".h101", ".c", ".cencore-fly", ".ctwoturnmove-tackle", ".cyawn-dig",
    ".pfly-99", ".pfly-0", ".bGGGGGGG", ".bGGGGGGZ", ".vsurf", ".v", ".gtox-5", "dig", "recharge", "struggle",
))  # fmt: skip
PUT_TOGETHER = st.lists(PIECES, max_size=20).map("".join)


@AGAIN
@given(turns=st.one_of(ODD, PUT_TOGETHER), before=st.one_of(ODD, PUT_TOGETHER), asked=ODD, ended=ODD)
def test_nonsense_is_survived(turns: str, before: str, asked: str, ended: str, lookup: Lookup) -> None:
    sides = {"you": "mew", "you.moves": ",".join(YOU.moves), "foe": "charizard", "turn": "999"}
    given = {"turns": turns, "before": before, "asked": asked, "ended": ended}
    fight, noted, hints = read(sides | given, lookup)
    assert fight.turn <= chronicle.LAST_TURN
    assert all(len(hint.values["text"]) <= 41 for hint in hints)
    # What came out of it is sound.
    assert read(chronicle.write(fight, noted), lookup) == (fight, noted, [])


@pytest.mark.parametrize(
    ("name", "text", "shown", "turn"),
    [
        ("turns", "surf_", "surf", "1"),  # it does not have that move
        ("turns", "fly_~fly_surf", "surf", "2"),  # nor could this one
        ("turns", "fly.h101_dig", "h101", "1"),
        ("turns", "_dig.sdead", "sdead", "1"),
        ("turns", "_~_~.bGGG_", "bGGG", "3"),
        ("turns", "fly.cencore_", "cencore", "1"),
        ("turns", "fly.cyawn-fly_", "cyawn-fly", "1"),
        ("turns", "fly.ptackle-3_", "ptackle-3", "1"),
        ("turns", "fly.vdig_", "vdig", "1"),  # your moves are known
        ("turns", "fly_dig_rest", "rest", "1"),
        ("before", "_.gsleep-3", "gsleep-3", "1"),
        ("before", ".h50_", "h50", "1"),  # a side says that itself
    ],
)
def test_what_is_left_out_is_told(name: str, text: str, shown: str, turn: str, lookup: Lookup) -> None:
    sides = {"you": "mew", "you.moves": "fly,hyperbeam", "foe": "charizard"}
    _, _, hints = read({**sides, name: text}, lookup)
    assert [(hint.key, dict(hint.values)) for hint in hints] == [
        ("address.turn", {"name": name, "text": shown, "turn": turn})
    ]


@pytest.mark.parametrize(
    "asked", ["surf.AAAAAAAAAAAAAAAAAAAAAA", ".AAAA", "fly", ".AAAAAAAAAAAAAAAAAAAAA=", "é." * 11]
)
def test_advice_that_cannot_be_is_left_out(asked: str, lookup: Lookup) -> None:
    sides = {"you": "mew", "you.moves": "fly,hyperbeam", "foe": "charizard", "turns": "fly_"}
    _, noted, hints = read({**sides, "asked": asked}, lookup)
    assert noted == {}
    assert [hint.key for hint in hints] == ["address.option"]


def test_what_stands_after_the_end_is_left_out(lookup: Lookup) -> None:
    sides = {"you": "mew", "you.moves": "fly", "foe": "charizard", "turns": "fly_.h0~fly_"}
    fight, _, hints = read(sides, lookup)
    assert fight.ending == "win"
    assert [hint.values["text"] for hint in hints] == ["fly_"]


def test_a_move_of_before_may_have_been_forced_by_what_is_over(lookup: Lookup) -> None:
    sides = {"you": "mew", "you.moves": "fly,hyperbeam", "foe": "charizard", "turn": "9"}
    fight, _, hints = read({**sides, "before": "bide_bide"}, lookup)
    assert hints == []
    assert (fight.now.you.last, fight.now.foe.last) == ("bide", "bide")
