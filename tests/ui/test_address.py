"""The selection in the address: what is written is read again, and nonsense is survived."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, STATS
from predictiondex.ui import address
from predictiondex.ui.address import Lookup
from predictiondex.ui.choice import BATTLES, MAX_SEED, STATUSES, Choice, SideChoice

pytestmark = pytest.mark.timeout(900)
AGAIN = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def row(least: int, most: int, length: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(least, most)] * length)


@st.composite
def sides(draw: st.DrawFn) -> SideChoice:
    form = draw(st.sampled_from(["pikachu", "charizard", "mew"]))
    moves = st.lists(st.sampled_from(sorted(pokedex.forms[form].movepool)), max_size=4, unique=True)
    return SideChoice(
        pokemon=form,
        moves=tuple(draw(moves)),
        level=draw(st.integers(1, 100)),
        nature=draw(st.sampled_from(sorted(pokedex.natures))),
        ivs=draw(row(0, 31, len(STATS))),
        avs=draw(row(0, 200, len(STATS))),
        mega=draw(st.sampled_from(["", "x", "y"])) if form == "charizard" else "",
        hp=draw(st.integers(1, 100)),
        status=draw(st.sampled_from(STATUSES)),
        boosts=draw(row(-6, 6, len(BOOSTS))),
    )


choices = st.builds(
    Choice,
    you=st.one_of(sides(), st.just(SideChoice())),
    foe=sides(),
    battles=st.sampled_from(BATTLES),
    seed=st.integers(0, MAX_SEED),
)


@AGAIN
@given(choice=choices)
def test_what_is_written_is_read_again(choice: Choice, lookup: Lookup) -> None:
    assert address.read(address.write(choice), lookup) == (choice, [])


NAMES = [f"{side}{part}" for side in ("you", "foe") for part in (
    "", ".moves", ".level", ".nature", ".ivs", ".avs", ".mega", ".hp", ".status", ".boosts",
)]  # fmt: skip
ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["pikachu", "mew", "-1", "101", "1e9", "٣", "²", "1,2,3", ",,,,", "x", "null", "9" * 400]
    ),
)


@AGAIN
@given(parameters=st.dictionaries(st.sampled_from([*NAMES, "battles", "seed", "other"]), ODD))
def test_nonsense_is_survived(parameters: dict[str, str], lookup: Lookup) -> None:
    if "you" in parameters or "foe" in parameters:
        parameters = {
            name: value if name not in ("you", "foe") or value in ("pikachu", "mew") else "§" + value
            for name, value in parameters.items()
        }
    choice, hints = address.read(parameters, lookup)
    # What came out of it is sound: writing and reading it changes nothing and needs no hint.
    assert address.read(address.write(choice), lookup) == (choice, [])
    assert all(len(hint.values.get("text", "")) <= 41 for hint in hints)


def test_names_of_both_languages_are_understood(lookup: Lookup) -> None:
    parameters = {"you": "Pikachu", "you.moves": "Tonnerre,thunderbolt,Vive-Attaque", "foe": "dracaufeu"}
    choice, hints = address.read(parameters, lookup)
    assert choice.you == SideChoice("pikachu", ("thunderbolt", "quickattack"))
    assert choice.foe.pokemon == "charizard"
    assert hints == []


def test_a_mega_by_name_is_its_base_form_evolving(lookup: Lookup) -> None:
    choice, hints = address.read({"foe": "Méga-Dracaufeu X"}, lookup)
    assert (choice.foe.pokemon, choice.foe.mega, hints) == ("charizard", "x", [])


@pytest.mark.parametrize(
    ("parameters", "key", "shown"),
    [
        ({"you": "pikachoo"}, "address.pokemon", "pikachoo"),
        ({"you": "mew", "you.moves": "thunderbold"}, "address.move", "thunderbold"),
        ({"you": "pikachu", "you.moves": "thunder,waterfall"}, "address.illegal", "waterfall"),
        ({"you": "mew", "you.level": "101"}, "address.number", "101"),
        ({"you": "mew", "you.avs": "1,2,3"}, "address.row", "1,2,3"),
        ({"you": "mew", "you.avs": "0,0,0,0,0,201"}, "address.row", "0,0,0,0,0,201"),
        ({"you": "mew", "you.nature": "grumpy"}, "address.nature", "grumpy"),
        ({"you": "mew", "you.mega": "x"}, "address.option", "x"),
        ({"you": "mew", "you.status": "sad"}, "address.option", "sad"),
        ({"seed": "one"}, "address.number", "one"),
    ],
)
def test_what_is_left_out_is_told(parameters: dict[str, str], key: str, shown: str, lookup: Lookup) -> None:
    _, hints = address.read(parameters, lookup)
    assert (hints[0].key, hints[0].values["text"]) == (key, shown)


def test_an_unknown_name_comes_with_the_nearest(lookup: Lookup) -> None:
    _, hints = address.read({"foe": "dracofeu"}, lookup)
    assert "Dracaufeu" in hints[1].values["names"]


def test_a_fifth_move_is_left_out(lookup: Lookup) -> None:
    moves = "thunderbolt,quickattack,irontail,thunderwave,thunder"
    choice, hints = address.read({"you": "pikachu", "you.moves": moves}, lookup)
    assert len(choice.you.moves) == 4
    assert [hint.key for hint in hints] == ["address.too_many"]
