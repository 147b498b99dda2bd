"""The bundled facts: how many there are, and samples of each kind against the games."""

from __future__ import annotations

from collections import Counter
from dataclasses import FrozenInstanceError

import pytest

from predictiondex.pokedex import STATS, TYPES, Move, pokedex

LEGAL = [move for move in pokedex.moves.values() if move.id != "struggle"]
DAMAGING = [move for move in LEGAL if move.category != "Status"]


def test_counts_of_the_games() -> None:
    assert len(pokedex.forms) == 188
    assert len(pokedex.species) == 153
    assert len(pokedex.moves) == 227
    assert sum(len(row) for row in pokedex.type_chart) == 324
    assert len(pokedex.natures) == 25
    assert Counter(form.kind for form in pokedex.forms.values()) == {
        "base": 153,
        "alola": 18,
        "starter": 2,
        "mega": 15,
    }


def test_species_numbers_are_those_of_the_games() -> None:
    assert [species.dex for species in pokedex.species.values()] == [*range(1, 152), 808, 809]
    assert {form for species in pokedex.species.values() for form in species.forms} == set(pokedex.forms)


def test_learnset_pairs_and_rows() -> None:
    learnsets = [form.learnset for form in pokedex.forms.values()]
    assert sum(len({learn.move for learn in learnset}) for learnset in learnsets) == 4632
    assert Counter(learn.method for learnset in learnsets for learn in learnset) == {
        "machine": 3144,
        "level": 2035,
        "tutor": 13,
        "event": 86,
    }


def test_a_move_given_by_two_events_is_one_row() -> None:
    snorlax = pokedex.forms["snorlax"].learnset
    assert [learn.method for learn in snorlax if learn.move == "yawn"] == ["level", "event"]
    for form in pokedex.forms.values():
        assert len(set(form.learnset)) == len(form.learnset)


def test_legal_pairs_count_what_pre_evolutions_learn() -> None:
    pools = {form.id: form.movepool for form in pokedex.forms.values() if form.kind != "mega"}
    sizes = sorted(map(len, pools.values()))
    assert sum(sizes) == 4727
    assert (sizes[0], sizes[len(sizes) // 2], sizes[-1]) == (1, 27, 71)
    assert set().union(*pools.values()) == {move.id for move in LEGAL}
    for form in pokedex.forms.values():
        assert {learn.move for learn in form.learnset} <= form.movepool


def test_levels_are_given_for_level_up_moves_alone() -> None:
    for form in pokedex.forms.values():
        for learn in form.learnset:
            if learn.method == "level":
                assert learn.level is not None
                assert 0 <= learn.level <= 100
            else:
                assert learn.level is None


def test_a_form_as_the_games_have_it() -> None:
    raichu = pokedex.forms["raichualola"]
    assert (raichu.slug, raichu.name, raichu.dex, raichu.species) == (
        "raichu-alola",
        "Raichu-Alola",
        26,
        "raichu",
    )
    assert raichu.types == ("Electric", "Psychic")
    assert dict(zip(STATS, raichu.base_stats, strict=True)) == {
        "hp": 60, "atk": 85, "def": 50, "spa": 95, "spd": 85, "spe": 110,
    }  # fmt: skip
    assert (raichu.weight_kg, raichu.height_m) == (21.0, 0.7)
    assert pokedex.forms["charizard"].evolves_from == "charmeleon"
    assert pokedex.forms["pikachu"].evolves_from is None


def test_megas_share_the_moves_of_the_form_they_come_from() -> None:
    charizard = pokedex.forms["charizard"]
    mega = pokedex.mega_form(charizard, "x")
    assert mega is not None
    assert mega.id == "charizardmegax"
    assert mega.movepool == charizard.movepool
    assert mega.learnset == ()
    assert mega.base_stats == (78, 130, 111, 130, 85, 100)
    assert pokedex.mega_form(charizard, "mega") is None
    assert pokedex.mega_form(charizard, None) is None
    assert pokedex.mega_form(pokedex.forms["gengar"], "mega") is pokedex.forms["gengarmega"]
    reached = {
        found.id
        for form in pokedex.forms.values()
        for key in ("mega", "x", "y")
        if (found := pokedex.mega_form(form, key))
    }
    assert reached == {form.id for form in pokedex.forms.values() if form.kind == "mega"}


@pytest.mark.parametrize(
    ("attacker", "defenders", "expected"),
    [
        ("Electric", ("Ground",), 0.0),
        ("Electric", ("Water", "Flying"), 4.0),
        ("Fire", ("Water", "Dragon"), 0.25),
        ("Ghost", ("Normal",), 0.0),
        ("Dragon", ("Fairy",), 0.0),
        ("Ghost", ("Psychic",), 2.0),
        ("Dark", ("Steel",), 1.0),
        ("Normal", ("Normal",), 1.0),
    ],
)
def test_type_chart(attacker: str, defenders: tuple[str, ...], expected: float) -> None:
    assert pokedex.effectiveness(attacker, defenders) == expected


def test_type_chart_as_a_whole() -> None:
    counts = Counter(value for row in pokedex.type_chart for value in row)
    assert counts == {1.0: 204, 0.5: 61, 2.0: 51, 0.0: 8}
    assert pokedex.type_chart[TYPES.index("Water")][TYPES.index("Fire")] == 2.0


def test_what_cannot_touch_a_type() -> None:
    assert "par" in pokedex.type_immunities["Electric"]
    assert {"psn", "tox"} <= pokedex.type_immunities["Steel"] & pokedex.type_immunities["Poison"]
    assert "brn" in pokedex.type_immunities["Fire"]
    assert "frz" in pokedex.type_immunities["Ice"]
    assert "powder" in pokedex.type_immunities["Grass"]
    assert "trapped" in pokedex.type_immunities["Ghost"]
    assert "par" not in pokedex.type_immunities["Ground"]


def test_move_groups() -> None:
    assert Counter(move.category for move in LEGAL) == {"Physical": 101, "Special": 56, "Status": 69}
    assert Counter(move.multihit for move in DAMAGING if move.multihit) == {(2, 5): 7, (2, 2): 4}
    groups = {
        "charge": [m for m in DAMAGING if "charge" in m.flags],
        "recharge": [m for m in DAMAGING if "recharge" in m.flags],
        "fixed": [m for m in DAMAGING if m.fixed_damage],
        "one-hit KO": [m for m in DAMAGING if m.ohko],
        "self-KO": [m for m in DAMAGING if m.self_destruct],
        "recoil or crash": [m for m in DAMAGING if m.recoil or m.crash_damage],
        "drain": [m for m in DAMAGING if m.drain],
        "partial trap": [m for m in DAMAGING if m.volatile == "partiallytrapped"],
        "rampage": [m for m in DAMAGING if m.self_volatile == "lockedmove"],
        "priority": [m for m in DAMAGING if m.priority],
        "high or certain crit": [m for m in DAMAGING if m.crit_ratio > 1 or m.will_crit],
        "less than sure": [m for m in DAMAGING if m.accuracy is not None and m.accuracy < 100],
        "never miss": [m for m in DAMAGING if m.accuracy is None],
        "own stages fall": [m for m in DAMAGING if m.self_boosts],
        "target's attack": [m for m in DAMAGING if m.use_target_attack],
    }
    assert {name: len(moves) for name, moves in groups.items()} == {
        "charge": 6,
        "recharge": 1,
        "fixed": 4,
        "one-hit KO": 3,
        "self-KO": 2,
        "recoil or crash": 6,
        "drain": 5,
        "partial trap": 4,
        "rampage": 3,
        "priority": 11,
        "high or certain crit": 8,
        "less than sure": 49,
        "never miss": 5,
        "own stages fall": 1,
        "target's attack": 1,
    }


def test_chance_effects() -> None:
    effects = [effect for move in DAMAGING for effect in move.secondaries]
    assert Counter(effect.status for effect in effects if effect.status) == {
        "brn": 8,
        "par": 8,
        "psn": 6,
        "frz": 3,
    }
    assert Counter(effect.volatile for effect in effects if effect.volatile) == {"flinch": 14, "confusion": 3}
    assert sum(bool(effect.boosts) for effect in effects) == 13
    assert [move.id for move in DAMAGING if any(e.random_status for e in move.secondaries)] == ["triattack"]
    assert all(1 <= effect.chance <= 100 for effect in effects)


def test_moves_that_these_games_changed() -> None:
    absorb, drain = pokedex.moves["absorb"], pokedex.moves["megadrain"]
    assert (absorb.power, absorb.base_pp) == (40, 15)
    assert (drain.power, drain.base_pp) == (75, 10)
    assert pokedex.moves["solarbeam"].power == pokedex.moves["skyattack"].power == 200
    assert pokedex.moves["teleport"].priority == -6


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ("doubleedge", {"recoil": (33, 100)}),
        ("takedown", {"recoil": (1, 4)}),
        ("struggle", {"struggle_recoil": True, "pp": 1, "accuracy": None}),
        ("highjumpkick", {"crash_damage": True, "power": 130}),
        ("seismictoss", {"fixed_damage": "level"}),
        ("sonicboom", {"fixed_damage": 20}),
        ("fissure", {"ohko": True, "accuracy": 30}),
        ("superpower", {"self_boosts": (("atk", -1), ("def", -1))}),
        ("shellsmash", {"boosts": (("atk", 2), ("def", -1), ("spa", 2), ("spd", -1), ("spe", 2))}),
        ("thunderwave", {"ignore_immunity": False, "status": "par"}),
        ("glare", {"ignore_immunity": True, "status": "par"}),
        ("reflect", {"side_condition": "reflect"}),
        ("baddybad", {"self_side_condition": "reflect"}),
        ("recover", {"heal": (1, 2)}),
        ("leechlife", {"drain": (1, 2)}),
        ("hyperbeam", {"self_volatile": "mustrecharge"}),
        ("explosion", {"self_destruct": "always"}),
        ("feint", {"breaks_protect": True}),
        ("protect", {"stalling": True, "priority": 4}),
        ("foulplay", {"use_target_attack": True}),
        ("zippyzap", {"will_crit": True, "power": 50}),
        ("scald", {"thaws_target": True}),
        ("uturn", {"self_switch": True}),
        ("roar", {"force_switch": True}),
        ("mirrormove", {"calls_move": True}),
    ],
)
def test_effects_of_single_moves(move: str, expected: dict[str, object]) -> None:
    assert {name: getattr(pokedex.moves[move], name) for name in expected} == expected


def test_battles_start_with_every_pp_up_applied() -> None:
    assert all(move.pp == move.base_pp * 8 // 5 for move in LEGAL)
    assert pokedex.moves["struggle"].pp == 1


def test_moves_whose_rules_are_code_say_so() -> None:
    assert "damageCallback" in pokedex.moves["superfang"].callbacks
    assert "condition.onResidual" in pokedex.moves["leechseed"].callbacks
    assert "secondaries.onHit" in pokedex.moves["triattack"].callbacks
    assert "self.onHit" in pokedex.moves["sparklyswirl"].callbacks
    assert dict(pokedex.moves["lightscreen"].condition)["duration"] == 5
    assert pokedex.moves["tackle"].callbacks == ()


def test_metronome_draws_from_moves_of_the_first_games_in_order() -> None:
    pool = [pokedex.moves[move] for move in pokedex.metronome]
    assert len(pool) == 159
    assert [move.num for move in pool] == sorted(move.num for move in pool)
    assert pool[-1].num <= 165
    assert {move.id for move in pool} == {move.id for move in pokedex.moves.values() if move.metronome}
    left_out = {move.id for move in pokedex.moves.values() if move.num <= 165} - set(pokedex.metronome)
    assert left_out == {"counter", "mimic", "mirrormove", "metronome", "struggle", "transform"}


def test_natures() -> None:
    adamant = pokedex.natures["adamant"]
    assert (adamant.names.fr, adamant.plus, adamant.minus) == ("Rigide", "atk", "spa")
    assert sum(nature.plus is None for nature in pokedex.natures.values()) == 5
    assert len({(n.plus, n.minus) for n in pokedex.natures.values() if n.plus}) == 20


def test_likeliest_moves_at_a_level() -> None:
    charizard = pokedex.forms["charizard"]
    moves = pokedex.level_up_moves(charizard, 50)
    assert moves == ("furyswipes", "dragonrage", "firespin", "slash")
    assert pokedex.level_up_moves(pokedex.forms["charizardmegax"], 50) == moves
    assert pokedex.level_up_moves(pokedex.forms["ditto"], 100) == ("transform",)
    for form in pokedex.forms.values():
        known = pokedex.level_up_moves(form, 1)
        assert len(known) <= 4
        assert set(known) <= form.movepool


def test_who_learns_a_move() -> None:
    assert [form.id for form in pokedex.learned_by("veeveevolley")] == ["eeveestarter"]
    assert pokedex.learned_by("struggle") == ()


def test_facts_cannot_be_changed() -> None:
    tackle: Move = pokedex.moves["tackle"]
    with pytest.raises(FrozenInstanceError):
        tackle.power = 200  # type: ignore[misc]
    with pytest.raises(TypeError):
        pokedex.moves["tackle"] = tackle  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        pokedex.version = "0"  # type: ignore[misc]


def test_every_part_names_its_source() -> None:
    assert pokedex.version == "0.11.11"
    assert {"battle", "learnsets", "species_names", "move_names_fr"} <= set(pokedex.sources)
    for part in pokedex.sources.values():
        assert all(source["name"] and source["licence"] for source in part)
