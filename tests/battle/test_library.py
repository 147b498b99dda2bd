"""The library: stepping, saving, playing out, and many battles as one array."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predictiondex.battle import Battle, BattleBatch, Combatant, damage_rolls, simulate
from predictiondex.battle import layout as at
from predictiondex.battle.combatant import new_state
from predictiondex.battle.rng import use_fast
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS
from tests.battle.scripts import combatant, mew, snorlax

SQUIRTLE = combatant("squirtle", "watergun", "tackle")
CHARMANDER = combatant("charmander", "ember", "scratch")

_FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_FORMS = sorted(form.id for form in pokedex.forms.values() if form.kind != "mega")


@st.composite
def combatants(draw: st.DrawFn) -> Combatant:
    """Any legal combatant, sometimes with a Mega Evolution, hurt, or with stages."""
    form = pokedex.forms[draw(st.sampled_from(_FORMS))]
    pool = sorted(form.movepool)
    moves = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4, unique=True))
    megas: list[Any] = [key for key in ("mega", "x", "y") if pokedex.mega_form(form, key)]
    stages = st.integers(-6, 6)
    return Combatant(
        form,
        tuple(pokedex.moves[move] for move in moves),
        level=draw(st.integers(1, 100)),
        friendship=draw(st.integers(0, 255)),
        avs=draw(st.tuples(*[st.integers(0, 200)] * 6)),
        mega=draw(st.sampled_from([None, *megas])),
        hp_percent=draw(st.floats(1, 100)),
        status=draw(st.sampled_from([None, "par", "brn", "psn", "tox", "slp", "frz"])),
        boosts=draw(st.tuples(*[stages] * len(BOOSTS))),
    )


def step_at_random(battle: Battle, chooser: np.random.Generator) -> None:
    battle.step(*(str(chooser.choice(battle.choices(side))) for side in ("A", "B")))


# --- stepping ---------------------------------------------------------------------------------------------


def test_a_battle_from_start_to_end() -> None:
    battle = Battle(SQUIRTLE, CHARMANDER, seed=1)
    assert battle.choices("A") == ("watergun", "tackle")
    assert (battle.turn, battle.hp, battle.over, battle.winner) == (1, (119, 114), False, None)
    battle.step("watergun", 0)
    assert battle.turn == 2
    assert battle.a.pp["watergun"] == SQUIRTLE.moves[0].pp - 1
    while not battle.over:
        battle.step("Pistolet à O", "ember")
    assert battle.winner == "A"
    assert battle.hp[1] == 0
    assert battle.choices("A") == ()
    with pytest.raises(UsageError, match="over"):
        battle.step("watergun", "ember")


@pytest.mark.parametrize("move", ["thunderbolt", "recharge", "nosuchmove", "", 2, 4, -1, True, None, 1.0])
def test_what_cannot_be_chosen_is_refused(move: Any) -> None:
    battle = Battle(SQUIRTLE, CHARMANDER)
    before = battle.to_json()
    with pytest.raises(UsageError) as caught:
        battle.step("watergun", move)
    assert caught.value.field == "move_b"
    assert battle.to_json() == before


def test_nothing_need_be_said_where_there_is_no_choice() -> None:
    battle = Battle(mew("hyperbeam", "splash"), snorlax("splash"), seed=1)
    battle.step("hyperbeam")
    assert battle.choices("A") == ("recharge",)
    battle.step()
    assert battle.choices("A") == ("hyperbeam", "splash")


def test_the_references_generator_repeats_itself() -> None:
    one, two = (Battle(mew("psychic"), mew("psychic"), seed=(1, 2, 3, 4)) for _ in range(2))
    while not one.over:
        one.step()
        two.step()
    assert one.to_json() == two.to_json()
    assert Battle(mew("psychic"), mew("psychic"), seed=(1, 2, 3, 5)).to_json() != one.to_json()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 1 << 63}, "seed"),
        ({"seed": (1, 2, 3)}, "seed"),
        ({"seed": (1, 2, 3, 65536)}, "seed"),
        ({"seed": "1234"}, "seed"),
        ({"seed": None}, "seed"),
        ({"index": -1}, "index"),
        ({"script": [(24, 24)]}, "script[0]"),
        ({"script": [(24, 0), (100,)]}, "script[1]"),
        ({"script": [(24, 0.5)]}, "script[0]"),
    ],
)
def test_bad_sources_of_randomness_are_refused(options: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as caught:
        Battle(SQUIRTLE, CHARMANDER, **options)
    assert caught.value.field == field


def test_a_copy_goes_its_own_way() -> None:
    battle = Battle(SQUIRTLE, CHARMANDER, seed=3)
    other = battle.copy()
    other.step("watergun", "ember")
    assert (battle.turn, other.turn) == (1, 2)
    battle.step("watergun", "ember")
    assert battle.to_json() == other.to_json()


# --- playing out ------------------------------------------------------------------------------------------


def test_a_run_from_the_start_is_a_simulation() -> None:
    assert Battle(SQUIRTLE, CHARMANDER, seed=9).run(500, seed=4) == simulate(
        SQUIRTLE, CHARMANDER, n=500, seed=4
    )


def test_a_run_goes_on_from_the_middle_and_leaves_the_battle_alone() -> None:
    a, b = mew("psychic", "softboiled"), snorlax("bodyslam", "rest")
    battle = Battle(a, b, seed=2)
    for _ in range(2):
        battle.step("psychic", "bodyslam")
    before = battle.to_json()
    assert battle.run(400, seed=5) == battle.run(400, seed=5, threads=2)
    assert battle.to_json() == before
    ahead = go_to(battle, b__hp=1)
    assert ahead.run(200, seed=1).p > battle.run(200, seed=1).p


def go_to(battle: Battle, **changes: Any) -> Battle:
    saved = battle.to_dict()
    for path, value in changes.items():
        side, field = path.split("__")
        saved[side][field] = value
    return Battle.from_dict(saved)


# --- saving -----------------------------------------------------------------------------------------------


@_FEW
@given(combatants(), combatants(), st.integers(0, 2**31), st.booleans())
def test_a_saved_battle_goes_on_the_same(a: Combatant, b: Combatant, seed: int, classic: bool) -> None:
    chooser = np.random.default_rng(seed)
    words = [seed & 0xFFFF, seed >> 16, 3, 4]
    battle = Battle(a, b, seed=words if classic else seed)
    for _ in range(30):
        if battle.over:
            break
        step_at_random(battle, chooser)
        text = battle.to_json()
        resumed = Battle.from_json(text)
        assert resumed.to_json() == text
        if battle.over:
            break
        choice = [str(chooser.choice(battle.choices(side))) for side in ("A", "B")]
        battle.step(*choice)
        resumed.step(*choice)
        assert resumed.to_json() == battle.to_json()
        assert resumed.events == battle.events


@_FEW
@given(combatants(), combatants(), st.integers(0, 2**31))
def test_hp_and_pp_stay_within_bounds(a: Combatant, b: Combatant, seed: int) -> None:
    chooser = np.random.default_rng(seed)
    battle = Battle(a, b, seed=seed)
    for _ in range(60):
        if battle.over:
            break
        step_at_random(battle, chooser)
        for side in (battle.a, battle.b):
            assert 0 <= side.hp <= side.max_hp
            assert all(0 <= left <= 64 for left in side.pp.values())
            assert all(-6 <= stage <= 6 for stage in side.boosts.values())
    if battle.over and battle.turn <= at.MAX_TURNS:
        assert 0 in battle.hp


SAVED = Battle(SQUIRTLE, CHARMANDER, seed=1).to_dict()


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("a.hp", -1, "a.hp"),
        ("a.hp", 120, "a.hp"),
        ("a.hp", 0, "a.hp"),
        ("a.hp", float("nan"), "a.hp"),
        ("a.hp", 10.5, "a.hp"),
        ("a.hp", True, "a.hp"),
        ("b.hp", "10", "b.hp"),
        ("b.max_hp", 0, "b.max_hp"),
        ("a.stats.def", 0, "a.stats.def"),
        ("a.boosts.evasion", 7, "a.boosts.evasion"),
        ("a.weight_kg", float("nan"), "a.weight_kg"),
        ("a.weight_kg", float("inf"), "a.weight_kg"),
        ("a.form", "missingno", "a.form"),
        ("a.types", ["Water", "Water"], "a.types"),
        ("a.types", [], "a.types"),
        ("a.types", [["Water"]], "a.types"),
        ("a.status", "sleepy", "a.status"),
        ("a.moves", [], "a.moves"),
        ("a.moves.0.id", "nosuchmove", "a.moves[0].id"),
        ("a.moves.1.id", "watergun", "a.moves[1].id"),
        ("a.moves.0.pp", -1, "a.moves[0].pp"),
        ("a.last_move", 3, "a.last_move"),
        ("a.greedy_choice", 2, "a.greedy_choice"),
        ("a.conditions", [{"name": "zeal", "duration": 1}], "a.conditions[0].name"),
        ("a.conditions", [{"name": "taunt", "duration": 1}] * 2, "a.conditions[1].name"),
        ("a.conditions", [{"name": "taunt"}], "a.conditions[0].duration"),
        ("a.conditions", [{"name": "encore", "duration": 2, "move": None}], "a.conditions[0].move"),
        ("a.conditions", [{"name": "flinch", "duration": 1}], "a.conditions"),
        ("a.mega", {}, "a.mega.kind"),
        ("random.kind", "dice", "random.kind"),
        ("random.word", "xyz", "random.word"),
        ("random", {"kind": "script", "rolls": [[2, 2]]}, "random.rolls[0]"),
        ("turn", 0, "turn"),
        ("turn", 1001, "turn"),
        ("winner", "C", "winner"),
        ("winner", "A", "winner"),
        ("format", 2, "format"),
        ("a", None, "a"),
    ],
)
def test_a_bad_saved_field_is_named(path: str, value: Any, field: str) -> None:
    saved: Any = copy.deepcopy(SAVED)
    *way, last = path.split(".")
    place = saved
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    with pytest.raises(UsageError) as caught:
        Battle.from_dict(saved)
    assert caught.value.field == field


def test_both_fainted_is_refused_unless_the_battle_is_over() -> None:
    saved: Any = copy.deepcopy(SAVED)
    saved["a"]["hp"] = saved["b"]["hp"] = 0
    with pytest.raises(UsageError, match="Both") as caught:
        Battle.from_dict(saved)
    assert caught.value.field == "b.hp"
    saved["winner"] = "B"
    assert Battle.from_dict(saved).winner == "B"


def test_a_missing_and_an_unknown_field_are_named() -> None:
    for path in ("turn", "a.hp", "b.stats.spe", "random.word"):
        saved: Any = copy.deepcopy(SAVED)
        *way, last = path.split(".")
        place = saved
        for step in way:
            place = place[step]
        del place[last]
        with pytest.raises(UsageError) as caught:
            Battle.from_dict(saved)
        assert caught.value.field == path
    with pytest.raises(UsageError) as caught:
        Battle.from_dict({**SAVED, "weather": "rain"})
    assert caught.value.field == "weather"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', '{"format": NaN}', "[" * 100_000])
def test_text_that_is_no_saved_battle_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Battle.from_json(text)


@_FEW
@given(combatants(), combatants(), st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_any_state_that_is_accepted_can_be_played(a: Combatant, b: Combatant, seed: int, chance: Any) -> None:
    saved: Any = Battle(a, b, seed=seed).to_dict()
    for side in ("a", "b"):
        names = chance.sample(["confusion", "taunt", "yawn", "leechseed", "substitute", "dig", "reflect"], 4)
        extra: Any = {"confusion": {"attempts": 2}, "substitute": {"hp": 0.5}}
        saved[side]["conditions"] = [{"name": name, "duration": 1, **extra.get(name, {})} for name in names]
        for move in saved[side]["moves"]:
            move["pp"] = chance.randint(0, 2)
            move["disabled"] = chance.random() < 0.3
        saved[side]["hp"] = chance.randint(1, saved[side]["max_hp"])
    battle = Battle.from_dict(saved)
    chooser = np.random.default_rng(seed)
    for _ in range(20):
        if not battle.over:
            step_at_random(battle, chooser)
            assert Battle.from_json(battle.to_json()).to_json() == battle.to_json()


@_FEW
@given(st.integers(0, 10_000))
def test_a_truncated_save_is_refused(cut: int) -> None:
    text = json.dumps(SAVED)
    with pytest.raises(UsageError) as caught:
        Battle.from_json(text[: cut % len(text)])
    assert caught.value.field == "json"


# --- properties of the rules ------------------------------------------------------------------------------


@_FEW
@given(
    st.sampled_from(sorted(m.id for m in pokedex.moves.values() if m.power and m.id != "struggle")),
    st.integers(1, 99),
    st.integers(0, 199),
)
def test_damage_grows_with_level_and_attack(move_id: str, level: int, av: int) -> None:
    move, foe = pokedex.moves[move_id], snorlax("splash")

    def rolls(**options: Any) -> tuple[int, ...]:
        damage = damage_rolls(mew(move_id, **options), foe, move)
        return damage.rolls + damage.crit_rolls

    lower = rolls(level=level, avs=(av,) * 6)
    assert all(x <= y for x, y in zip(lower, rolls(level=level + 1, avs=(av,) * 6), strict=True))
    assert all(x <= y for x, y in zip(lower, rolls(level=level, avs=(av + 1,) * 6), strict=True))


def test_swapping_the_sides_mirrors_the_result() -> None:
    # Other numbers are drawn for each side, so the shares agree within what chance allows: 4,000 battles
    # each way, five standard errors of a difference.
    a, b = mew("psychic", "thunderbolt"), snorlax("bodyslam", "bite", avs=(0, 60, 0, 0, 0, 0))
    one = simulate(a, b, n=4000, seed=11)
    two = simulate(b, a, n=4000, seed=12)
    assert abs(one.p - (1 - two.p)) < 5 * (2 * 0.25 / 20000) ** 0.5
    twins = simulate(mew("psychic"), mew("psychic"), n=4000, seed=13)
    assert abs(twins.p - 0.5) < 5 * (0.25 / 20000) ** 0.5


# --- many battles -----------------------------------------------------------------------------------------


def test_a_batch_plays_the_battles_of_a_simulation() -> None:
    a, b = mew("psychic", "thunderwave"), snorlax("bodyslam", "rest")
    batch = BattleBatch.start(a, b, n=300, seed=21)
    state = new_state(a, b)
    use_fast(state, 21, 299)
    assert np.array_equal(batch.states[299], state)
    assert (batch.winner == -1).all()
    batch.play_out()
    tally = simulate(a, b, n=300, seed=21)
    assert tuple(np.bincount(batch.winner, minlength=3)) == (tally.wins, tally.losses, tally.ties)
    assert int(batch.turn.sum()) == tally.turns
    assert (batch.hp.min(axis=1) == 0).all()


def test_a_batch_is_as_many_single_battles() -> None:
    a, b = mew("hyperbeam", "fly", "rest"), snorlax("thrash", "substitute")
    singles = [Battle(a, b, seed=5, index=index) for index in range(20)]
    batch = BattleBatch.of(singles)
    chooser = np.random.default_rng(1)
    for _ in range(8):
        allowed = batch.choices
        slots = np.argmax(chooser.random(allowed.shape) * allowed, axis=2)
        for single, pair in zip(singles, slots, strict=True):
            if not single.over:
                step_by_slot(single, pair)
        batch.step(slots)
    for index, single in enumerate(singles):
        assert batch.battle(index).to_json() == single.to_json()
        assert tuple(batch.hp[index]) == single.hp


def step_by_slot(battle: Battle, pair: Any) -> None:
    free_a, free_b = len(battle.choices("A")) > 1, len(battle.choices("B")) > 1
    battle.step(int(pair[0]) if free_a else None, int(pair[1]) if free_b else None)


def test_choices_of_a_batch_are_those_of_its_battles() -> None:
    batch = BattleBatch.start(mew("disable", "tackle"), snorlax("tackle", "splash"), n=4, seed=1)
    batch.step(np.array([[1, 0]] * 4))
    batch.step(np.array([[0, 0]] * 4))
    assert batch.choices.shape == (4, 2, 4)
    for index in range(4):
        known = batch.battle(index).choices("B")
        assert int(batch.choices[index, 1].sum()) == len(known)


def test_bad_slots_are_refused_before_anything_is_played() -> None:
    batch = BattleBatch.start(SQUIRTLE, CHARMANDER, n=3, seed=1)
    before = batch.copy()
    good = np.zeros((3, 2), dtype=np.int64)
    for bad in (2, 4, -1):
        slots = good.copy()
        slots[1, 1] = bad
        with pytest.raises(UsageError) as caught:
            batch.step(slots)
        assert caught.value.field == "slots[1][1]"
    misshapen: list[Any] = [np.zeros((2, 2), dtype=int), np.zeros((3, 2)), np.zeros(3, dtype=int)]
    for slots in misshapen:
        with pytest.raises(UsageError) as caught:
            batch.step(slots)
        assert caught.value.field == "slots"
    assert np.array_equal(batch.states, before.states)


@pytest.mark.parametrize("n", [0, -1, 10**9, True, 2.0])
def test_a_batch_has_a_sensible_size(n: Any) -> None:
    with pytest.raises(UsageError) as caught:
        BattleBatch.start(SQUIRTLE, CHARMANDER, n=n)
    assert caught.value.field == "n"


def test_a_batch_is_made_of_playable_vectors() -> None:
    for states in (np.zeros((2, 3), dtype=np.int64), np.zeros((1, at.VECTOR))):
        with pytest.raises(UsageError) as caught:
            BattleBatch(states)  # type: ignore[arg-type]
        assert caught.value.field == "states"
    with pytest.raises(UsageError):
        BattleBatch.of([])
    with pytest.raises(UsageError, match="script"):
        BattleBatch.of([Battle(SQUIRTLE, CHARMANDER, script=[])])


def test_search_cannot_see_luck_ahead() -> None:
    # Splash does nothing, so nobody can do better than to use Fissure every turn; who knows what the next
    # rolls bring can wait for a better one.
    foe = snorlax("seismictoss")
    best = simulate(mew("fissure", "splash"), foe, n=2000, seed=3, policy_a="fixed:fissure")
    search = simulate(mew("fissure", "splash"), foe, n=2000, seed=3, policy_a="search")
    assert search.p < best.p + 5 * (2 * 0.25 / 2000) ** 0.5
