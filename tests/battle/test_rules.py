"""The rules one by one, each against numbers worked out by hand from the games' formulas."""

from __future__ import annotations

import pytest

from predictiondex.battle import Battle, damage_rolls
from predictiondex.battle.moves import METRONOME_POOL, MOVE_IDS
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from tests.battle.scripts import (
    CRIT,
    HIT,
    LEAST,
    MOST,
    NO_CRIT,
    NO_EFFECT,
    STRIKE,
    Roll,
    combatant,
    first_to_move,
    go_on,
    kinds,
    mew,
    play,
    snorlax,
)

IDLE = "splash"


def hurt(move: str, script: list[Roll], **options: object) -> int:
    """What Mew's move takes from Snorlax, which does nothing."""
    battle = play(mew(move, **options), snorlax(IDLE), script, (move, IDLE))
    return 235 - battle.hp[1]


# --- stats ------------------------------------------------------------------------------------------------


def test_stats_follow_the_formula_in_the_games_order() -> None:
    # Mew, base 100 all round, level 50, IV 31: hp (200 + 31 + 100) / 2 + 10; others (200 + 31) / 2 + 5 = 120,
    # x 1.02 for friendship 70.
    assert mew(IDLE).stats == (175, 122, 122, 122, 122, 122)
    # Adamant: 120 x 1.1 = 132 -> x 1.02 = 134; 120 x 0.9 = 108 -> 110.
    assert mew(IDLE, nature="adamant").stats == (175, 134, 122, 110, 122, 122)
    # Friendship 255 gives ten per cent, 0 nothing; AVs come on top, untouched by either.
    assert mew(IDLE, friendship=255, avs=(200,) * 6).stats == (375, 332, 332, 332, 332, 332)
    assert mew(IDLE, friendship=0, avs=(0, 1, 2, 3, 4, 5)).stats == (175, 121, 122, 123, 124, 125)
    # Level 1, IV 0: hp 300 / 100 + 10, others 200 / 100 + 5.
    assert mew(IDLE, level=1, ivs=(0,) * 6).stats == (13, 7, 7, 7, 7, 7)
    assert snorlax(IDLE).stats == (235, 132, 86, 86, 132, 51)


# --- plain damage -----------------------------------------------------------------------------------------


def test_damage_of_a_plain_hit() -> None:
    # 22 x 40 x 122 / 86 = 1248; / 50 = 24; + 2 = 26.
    assert hurt("tackle", [HIT, NO_CRIT, MOST]) == 26
    # x 85 / 100.
    assert hurt("tackle", [HIT, NO_CRIT, LEAST]) == 22
    # x 1.5.
    assert hurt("tackle", [HIT, CRIT, MOST]) == 39


def test_accuracy_decides_below_its_value() -> None:
    # 22 x 110 x 122 / 132 = 2236; / 50 = 44; + 2 = 46.
    assert hurt("hydropump", [(100, 79), NO_CRIT, MOST]) == 46
    assert hurt("hydropump", [(100, 80)]) == 0
    # A move that cannot miss draws nothing for it: 22 x 60 x 122 / 132 = 1220; / 50 = 24; + 2.
    assert hurt("swift", [NO_CRIT, MOST]) == 26


def test_same_type_bonus_and_secondary_effect() -> None:
    # 22 x 90 x 122 / 132 = 1830; / 50 = 36; + 2 = 38; x 1.5.
    assert hurt("psychic", [*STRIKE, NO_EFFECT]) == 57
    battle = play(mew("psychic"), snorlax(IDLE), [*STRIKE, (100, 9)], ("psychic", IDLE))
    assert battle.b.boosts["spd"] == -1
    battle = play(mew("psychic"), snorlax(IDLE), [*STRIKE, (100, 10)], ("psychic", IDLE))
    assert battle.b.boosts["spd"] == 0


def test_type_chart() -> None:
    # Low Kick: 120 for 460 kg. 22 x 120 x 122 / 86 = 3745; / 50 = 74; + 2 = 76; x 2 against Normal.
    assert hurt("lowkick", list(STRIKE)) == 152
    battle = play(mew("shadowball"), snorlax(IDLE), [], ("shadowball", IDLE))
    assert battle.hp == (175, 235)
    assert "immune" in kinds(battle, "B")


def test_critical_stages() -> None:
    # Slash: one in eight. 22 x 70 x 122 / 86 = 2184; / 50 = 43; + 2 = 45; x 1.5.
    assert hurt("slash", [HIT, (8, 0), MOST]) == 67
    # Focus Energy: two stages more, one in two; Slash then always, which still draws.
    battle = play(
        mew("focusenergy", "tackle"),
        snorlax(IDLE),
        [HIT, (2, 0), MOST],
        ("focusenergy", IDLE),
        ("tackle", IDLE),
    )
    assert battle.hp[1] == 235 - 39
    battle = play(
        mew("focusenergy", "slash"),
        snorlax(IDLE),
        [HIT, (1, 0), MOST],
        ("focusenergy", IDLE),
        ("slash", IDLE),
    )
    assert battle.hp[1] == 235 - 67


def test_a_critical_hit_ignores_what_stands_against_it() -> None:
    # Attack at -2 halves 122 to 61: 22 x 40 x 61 / 86 = 624; / 50 = 12; + 2 = 14.
    assert hurt("tackle", list(STRIKE), boosts=(-2, 0, 0, 0, 0, 0, 0)) == 14
    assert hurt("tackle", [HIT, CRIT, MOST], boosts=(-2, 0, 0, 0, 0, 0, 0)) == 39
    # Its own raise stays: +2 doubles to 244: 22 x 40 x 244 / 86 = 2496; / 50 = 49; + 2 = 51; x 1.5.
    assert hurt("tackle", [HIT, CRIT, MOST], boosts=(2, 0, 0, 0, 0, 0, 0)) == 76


def test_accuracy_stages() -> None:
    # Tackle at accuracy -1: 100 x 3 / 4.
    lowered = (0, 0, 0, 0, 0, -1, 0)
    assert hurt("tackle", [(100, 74), NO_CRIT, MOST], boosts=lowered) == 26
    assert hurt("tackle", [(100, 75)], boosts=lowered) == 0


@pytest.mark.parametrize(("move", "b_move"), [("tackle", "reflect"), ("swift", "lightscreen")])
def test_screens_halve_for_five_turns_but_not_critical_hits(move: str, b_move: str) -> None:
    accuracy = [HIT] if move == "tackle" else []
    battle = play(
        mew(move, IDLE),
        snorlax(b_move, IDLE),
        [*accuracy, NO_CRIT, MOST, *accuracy, CRIT, MOST],
        (IDLE, b_move),
        (move, IDLE),
        (move, IDLE),
    )
    assert battle.hp[1] == 235 - 13 - 39
    assert battle.b.conditions == {b_move: 2}
    assert go_on(battle, [], (IDLE, IDLE), (IDLE, IDLE)).b.conditions == {}


def test_fixed_damage() -> None:
    assert hurt("seismictoss", [HIT]) == 50
    assert hurt("dragonrage", [HIT]) == 40
    assert hurt("sonicboom", [HIT]) == 20
    # Half of what is left, rounded down.
    assert hurt("superfang", [HIT]) == 117
    # 50 to 150 per cent of the level.
    assert hurt("psywave", [HIT, (101, 0)]) == 25
    assert hurt("psywave", [HIT, (101, 100)]) == 75


@pytest.mark.parametrize("level", [1, 3, 50, 99, 100])
def test_the_calculator_knows_every_draw_of_psywave(level: int) -> None:
    known = damage_rolls(mew("psywave", level=level), snorlax(IDLE), pokedex.move("psywave"))
    drawn = tuple(hurt("psywave", [HIT, (101, draw)], level=level) for draw in range(101))
    assert known.rolls == known.crit_rolls == drawn
    assert known.percent == (100 * drawn[0] / 235, 100 * drawn[-1] / 235)
    weak = known._replace(defender_hp=drawn[-1])
    assert weak.ko_chance == pytest.approx(weak.accuracy * drawn.count(drawn[-1]) / 101)


def test_one_hit_knock_out() -> None:
    battle = play(mew("fissure"), snorlax(IDLE), [(100, 29)], ("fissure", IDLE))
    assert (battle.hp[1], battle.winner) == (0, "A")
    assert hurt("fissure", [(100, 30)]) == 0
    # Better by a level is a per cent better; against a higher level it never works.
    play(mew("fissure", level=60), snorlax(IDLE), [(100, 39)], ("fissure", IDLE))
    battle = play(mew("fissure"), snorlax(IDLE, level=51), [], ("fissure", IDLE))
    assert battle.hp[1] == battle.b.max_hp


# --- several hits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roll", "hits"), [(0, 2), (6, 2), (7, 3), (13, 3), (14, 4), (16, 4), (17, 5), (19, 5)]
)
def test_two_to_five_hits(roll: int, hits: int) -> None:
    # 22 x 15 x 122 / 86 = 468; / 50 = 9; + 2 = 11 a hit.
    assert hurt("doubleslap", [HIT, (20, roll), *[NO_CRIT, MOST] * hits]) == 11 * hits


def test_always_two_hits() -> None:
    # 22 x 30 x 122 / 86 = 936; / 50 = 18; + 2 = 20; x 2 against Normal.
    assert hurt("doublekick", [HIT, NO_CRIT, MOST, CRIT, MOST]) == 40 + 60


# --- moves that take more than a turn ---------------------------------------------------------------------


def test_dig_hides_then_strikes() -> None:
    # At the end of the turn two conditions of the digger stand at the same place: their order is a roll.
    battle = play(mew("dig", IDLE), snorlax("tackle", IDLE), [(2, 0)], ("dig", "tackle"))
    assert battle.hp == (175, 235)
    assert battle.choices("A") == ("dig",)
    # 22 x 80 x 122 / 86 = 2496; / 50 = 49; + 2.
    battle = go_on(battle, list(STRIKE), ("dig", IDLE))
    assert battle.hp[1] == 235 - 51
    assert battle.choices("A") == ("dig", IDLE)


def test_earthquake_finds_who_digs_and_hits_twice_as_hard() -> None:
    # 22 x 100 x 132 / 122 = 2380; / 50 = 47; + 2 = 49; x 2.
    battle = play(mew("dig"), snorlax("earthquake"), [*STRIKE, (2, 0)], ("dig", "earthquake"))
    assert battle.hp[0] == 175 - 98


def test_solar_beam_gathers_light_first() -> None:
    battle = play(mew("solarbeam"), snorlax(IDLE), [], ("solarbeam", IDLE))
    # 22 x 200 x 122 / 132 = 4066; / 50 = 81; + 2.
    assert go_on(battle, list(STRIKE), ("solarbeam", IDLE)).hp[1] == 235 - 83


def test_hyper_beam_costs_the_next_turn() -> None:
    battle = play(mew("hyperbeam", "tackle"), snorlax(IDLE), list(STRIKE), ("hyperbeam", IDLE))
    # 22 x 150 x 122 / 132 = 3050; / 50 = 61; + 2.
    assert battle.hp[1] == 235 - 63
    assert battle.choices("A") == ("recharge",)
    battle = go_on(battle, [], ("recharge", IDLE))
    assert battle.hp[1] == 235 - 63
    assert battle.choices("A") == ("hyperbeam", "tackle")


@pytest.mark.parametrize(("roll", "turns"), [(0, 2), (1, 3)])
def test_a_rampage_ends_in_confusion(roll: int, turns: int) -> None:
    script = [*STRIKE, (2, roll), *list(STRIKE) * (turns - 1), (4, 0)]
    battle = play(mew("thrash"), snorlax(IDLE, avs=(200,) * 6), script, *[("thrash", IDLE)] * turns)
    assert set(battle.a.conditions) == {"confusion"}
    assert battle.to_dict()["a"]["conditions"][0]["attempts"] == 2
    assert battle.a.pp["thrash"] == 15


def test_bide_gives_back_twice() -> None:
    # Tackle on Mew: 22 x 40 x 132 / 122 = 952; / 50 = 19; + 2 = 21; x 1.5 = 31.
    battle = play(
        mew("bide"),
        snorlax("tackle"),
        list(STRIKE) * 3,
        ("bide", "tackle"),
        ("bide", "tackle"),
        ("bide", "tackle"),
    )
    assert battle.hp == (175 - 3 * 31, 235 - 2 * 62)


# --- status -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("roll", "lost"), [(0, 1), (1, 2), (2, 3)])
def test_sleep_costs_one_to_three_turns(roll: int, lost: int) -> None:
    battle = play(mew("spore", IDLE), snorlax("tackle"), [HIT, (3, roll)], ("spore", "tackle"))
    for _ in range(lost - 1):
        battle = go_on(battle, [], (IDLE, "tackle"))
    assert (battle.hp[0], battle.b.status) == (175, "slp")
    battle = go_on(battle, list(STRIKE), (IDLE, "tackle"))
    assert (battle.hp[0], battle.b.status) == (144, None)


def test_powder_does_nothing_to_grass() -> None:
    battle = play(mew("spore"), combatant("tangela", IDLE), [], ("spore", IDLE))
    assert battle.b.status is None


def test_rest_heals_and_costs_two_turns() -> None:
    rested = mew("rest", "tackle", hp_percent=50, status="par")
    # The length of an ordinary sleep is drawn and then not used.
    battle = play(rested, snorlax(IDLE), [(4, 1), (3, 2)], ("rest", IDLE))
    assert (battle.hp[0], battle.a.status) == (175, "slp")
    battle = go_on(battle, [], ("tackle", IDLE), ("tackle", IDLE))
    assert battle.hp[1] == 235
    assert go_on(battle, list(STRIKE), ("tackle", IDLE)).hp[1] == 235 - 26


def test_dream_eater_wants_a_sleeper() -> None:
    assert hurt("dreameater", []) == 0
    # 22 x 100 x 122 / 132 = 2033; / 50 = 40; + 2 = 42; x 1.5 = 63, half of it (rounded up) heals.
    battle = play(
        mew("dreameater", hp_percent=50),
        snorlax(IDLE, status="slp"),
        list(STRIKE),
        ("dreameater", IDLE),
    )
    assert battle.hp == (88 + 32, 235 - 63)


def test_freezing_and_thawing() -> None:
    # Ice Beam freezes one time in ten; the frozen thaw one time in five.
    frozen = play(
        mew("icebeam", "ember", IDLE),
        snorlax("tackle"),
        [*STRIKE, (100, 9), (5, 1)],
        ("icebeam", "tackle"),
    )
    assert frozen.b.status == "frz"
    assert frozen.hp[0] == 175
    thawed = go_on(frozen, [(5, 0), *STRIKE], (IDLE, "tackle"))
    assert (thawed.b.status, thawed.hp[0]) == (None, 144)
    # Fire thaws at once; what would burn comes too late, or not: here its chance fails.
    assert go_on(frozen, [*STRIKE, NO_EFFECT, *STRIKE], ("ember", "tackle")).b.status is None


def test_paralysis_halves_speed_and_stops_one_time_in_four() -> None:
    quick = snorlax("tackle", IDLE, avs=(0, 0, 0, 0, 0, 40))  # Speed 91
    battle = play(mew(IDLE), quick, [], (IDLE, IDLE))
    assert first_to_move(battle) == "A"
    lame = mew("tackle", status="par")  # Speed 61
    battle = play(lame, quick, [(4, 1), *STRIKE], ("tackle", IDLE))
    assert first_to_move(battle) == "B"
    battle = play(lame, quick, [(4, 0)], ("tackle", IDLE))
    assert battle.hp[1] == 235
    assert play(mew("thunderwave"), snorlax(IDLE), [(100, 90)], ("thunderwave", IDLE)).b.status is None
    hit = play(mew("thunderwave"), snorlax(IDLE), [(100, 89), (4, 1)], ("thunderwave", IDLE))
    assert hit.b.status == "par"


def test_burn_halves_physical_damage_except_facade() -> None:
    # 26 / 2; the burn itself takes 175 / 16.
    battle = play(mew("tackle", status="brn"), snorlax(IDLE), list(STRIKE), ("tackle", IDLE))
    assert battle.hp == (165, 235 - 13)
    # Facade: 140 power. 22 x 140 x 122 / 86 = 4369; / 50 = 87; + 2.
    battle = play(mew("facade", status="brn"), snorlax(IDLE), list(STRIKE), ("facade", IDLE))
    assert battle.hp[1] == 235 - 89


def test_what_status_takes_at_the_end_of_a_turn() -> None:
    turns = [(IDLE, IDLE)] * 3
    assert play(mew(IDLE), snorlax(IDLE, status="psn"), [], *turns).hp[1] == 235 - 3 * 29
    assert play(mew(IDLE), snorlax(IDLE, status="brn"), [], *turns).hp[1] == 235 - 3 * 14
    assert play(mew(IDLE), snorlax(IDLE, status="tox"), [], *turns).hp[1] == 235 - 14 - 28 - 42


def test_a_poison_type_never_misses_with_toxic() -> None:
    # Muk (Speed 50 -> (100 + 31) / 2 + 5 = 70 x 1.02 = 71) against Snorlax: no roll for 90 per cent.
    battle = play(combatant("muk", "toxic"), snorlax(IDLE), [], ("toxic", IDLE))
    assert (battle.b.status, battle.hp[1]) == ("tox", 235 - 14)
    assert play(mew("toxic"), snorlax(IDLE), [(100, 90)], ("toxic", IDLE)).b.status is None


@pytest.mark.parametrize(("roll", "status"), [(0, "brn"), (1, "par"), (2, "frz")])
def test_tri_attack(roll: int, status: str) -> None:
    # 20 per cent, then which; the foe is paralysed or frozen before its move of this turn.
    after: list[Roll] = {"brn": [], "par": [(4, 1)], "frz": [(5, 1)]}[status]
    battle = play(
        mew("triattack"), snorlax(IDLE), [*STRIKE, (100, 19), (3, roll), *after], ("triattack", IDLE)
    )
    assert battle.b.status == status


def test_confusion() -> None:
    # Confuse Ray: 2 to 5 attempts to move; below 33 it hits itself:
    # 22 x 40 x 132 / 86 = 1350; / 50 = 27; + 2.
    battle = play(
        mew("confuseray", IDLE), snorlax("tackle"), [HIT, (4, 0), (100, 32), MOST], ("confuseray", "tackle")
    )
    assert battle.hp == (175, 235 - 29)
    # The second attempt is the last of two: it passes without a roll.
    battle = go_on(battle, list(STRIKE), (IDLE, "tackle"))
    assert battle.hp[0] == 144
    assert battle.b.conditions == {}


def test_flinching() -> None:
    # Headbutt: 30 per cent. 22 x 70 x 122 / 86 = 2184; / 50 = 43; + 2.
    battle = play(mew("headbutt"), snorlax("tackle"), [*STRIKE, (100, 29)], ("headbutt", "tackle"))
    assert battle.hp == (175, 235 - 45)
    assert [e.reason for e in battle.events if e.kind == "cannot"] == ["flinched"]


def test_yawn_sends_to_sleep_a_turn_later() -> None:
    battle = play(mew("yawn", IDLE), snorlax(IDLE), [], ("yawn", IDLE))
    assert battle.b.status is None
    assert go_on(battle, [(3, 0)], (IDLE, IDLE)).b.status == "slp"


# --- Substitute, Protect, Counter -------------------------------------------------------------------------


def test_substitute() -> None:
    # A quarter of 175 is 43; Tackle does 31 to the doll.
    battle = play(
        mew("substitute", IDLE), snorlax("tackle", "thunderwave"), list(STRIKE), ("substitute", "tackle")
    )
    assert battle.hp[0] == 132
    assert battle.to_dict()["a"]["conditions"] == [{"name": "substitute", "duration": 0, "hp": 12.0}]
    # A status move is stopped, after its roll for accuracy.
    battle = go_on(battle, [HIT], (IDLE, "thunderwave"))
    assert battle.a.status is None
    # What is over the doll's hp is lost.
    battle = go_on(battle, list(STRIKE), (IDLE, "tackle"))
    assert battle.hp[0] == 132
    assert battle.a.conditions == {}


def test_substitute_needs_more_than_a_quarter() -> None:
    battle = play(mew("substitute", hp_percent=24), snorlax(IDLE), [], ("substitute", IDLE))
    assert battle.hp[0] == 42
    assert "fail" in kinds(battle, "A")


def test_protect_in_a_row() -> None:
    def both(script: list[Roll], turns: int) -> Battle:
        return play(mew("protect"), snorlax("tackle"), script, *[("protect", "tackle")] * turns)

    # A turn behind cover ends with two conditions at the same place: the cover, and the count of covers.
    tie = (2, 0)
    assert both([tie], 1).hp[0] == 175
    assert both([tie, (3, 0), tie], 2).hp[0] == 175
    assert both([tie, (3, 1), *STRIKE], 2).hp[0] == 144
    assert both([tie, (3, 0), tie, (9, 0), tie], 3).hp[0] == 175
    assert both([tie, (3, 0), tie, (9, 8), *STRIKE], 3).hp[0] == 144
    # A failure starts the count anew.
    assert both([tie, (3, 2), *STRIKE, tie], 3).hp[0] == 144


def test_counter_returns_twice_a_physical_hit() -> None:
    battle = play(mew("counter"), snorlax("tackle"), [*STRIKE, HIT], ("counter", "tackle"))
    assert battle.hp == (144, 235 - 62)
    battle = play(mew("counter"), snorlax("swift"), [NO_CRIT, MOST], ("counter", "swift"))
    assert battle.hp[1] == 235


def test_mirror_coat_returns_twice_a_special_hit() -> None:
    # Swift: 22 x 60 x 86 / 122 = 930; / 50 = 18; + 2 = 20; x 1.5.
    battle = play(mew("mirrorcoat"), snorlax("swift"), [NO_CRIT, MOST, HIT], ("mirrorcoat", "swift"))
    assert battle.hp == (145, 235 - 60)


# --- what keeps on for turns ------------------------------------------------------------------------------


def test_leech_seed() -> None:
    battle = play(
        mew("leechseed", IDLE, hp_percent=50), snorlax(IDLE), [(100, 89)], ("leechseed", IDLE), (IDLE, IDLE)
    )
    assert battle.hp == (88 + 58, 235 - 58)
    assert play(mew("leechseed"), combatant("tangela", IDLE), [], ("leechseed", IDLE)).b.conditions == {}


@pytest.mark.parametrize(("roll", "times"), [(0, 4), (1, 5)])
def test_partial_trap(roll: int, times: int) -> None:
    # Wrap: 22 x 15 x 122 / 86 = 468; / 50 = 9; + 2 = 11; then an eighth of 235 for four or five turns.
    battle = play(
        mew("wrap", IDLE),
        snorlax(IDLE),
        [*STRIKE, (2, roll)],
        ("wrap", IDLE),
        *[(IDLE, IDLE)] * 5,
    )
    assert battle.hp[1] == 235 - 11 - 29 * times
    assert battle.b.conditions == {}


def test_disable() -> None:
    battle = play(
        mew("disable", IDLE),
        snorlax("tackle", IDLE),
        [*STRIKE, HIT],
        (IDLE, "tackle"),
        ("disable", "tackle"),
    )
    assert battle.hp[0] == 144  # stopped in the very turn
    for _ in range(3):
        assert battle.choices("B") == (IDLE,)
        battle = go_on(battle, [], (IDLE, IDLE))
    assert battle.choices("B") == ("tackle", IDLE)


def test_encore() -> None:
    battle = play(
        mew("encore", IDLE),
        snorlax("tackle", IDLE),
        [*STRIKE, HIT, *STRIKE],
        (IDLE, "tackle"),
        ("encore", IDLE),  # what was chosen is replaced
    )
    assert battle.hp[0] == 175 - 2 * 31
    for _ in range(2):
        assert battle.choices("B") == ("tackle",)
        battle = go_on(battle, list(STRIKE), (IDLE, "tackle"))
    assert battle.choices("B") == ("tackle", IDLE)


def test_taunt() -> None:
    battle = play(mew("taunt", IDLE), snorlax(IDLE, "tackle"), [HIT], ("taunt", IDLE))
    assert [e.reason for e in battle.events if e.kind == "cannot"] == ["taunted"]
    for _ in range(2):
        assert battle.choices("B") == ("tackle",)
        battle = go_on(battle, list(STRIKE), (IDLE, "tackle"))
    assert battle.choices("B") == (IDLE, "tackle")


# --- moves about moves ------------------------------------------------------------------------------------


def test_mimic_takes_the_last_move_with_its_own_pp() -> None:
    battle = play(
        mew("mimic", IDLE), snorlax("tackle", IDLE), list(STRIKE), (IDLE, "tackle"), ("mimic", IDLE)
    )
    assert battle.choices("A") == ("tackle", IDLE)
    assert battle.a.pp["tackle"] == 35
    assert go_on(battle, list(STRIKE), ("tackle", IDLE)).hp[1] == 235 - 26


def test_transform() -> None:
    # Snorlax is made quicker by AVs: 61 against the 51 that Mew would have as Snorlax. From the end of the
    # turn both have 61: their order at the end of this turn is a tie.
    quick = snorlax("tackle", IDLE, avs=(0, 0, 0, 0, 0, 10))
    battle = play(mew("transform"), quick, [(2, 0)], ("transform", IDLE))
    assert battle.a.form == "snorlax"
    assert battle.a.types == ("Normal",)
    assert battle.hp == (175, 235)
    assert battle.a.stats == battle.b.stats
    assert battle.a.pp == {"tackle": 5, IDLE: 5}


@pytest.mark.parametrize(
    ("called", "rolls", "taken"), [("swift", [NO_CRIT, MOST], 26), ("seismictoss", [HIT], 50)]
)
def test_metronome(called: str, rolls: list[Roll], taken: int) -> None:
    place = [MOVE_IDS[number] for number in METRONOME_POOL].index(called)
    assert hurt("metronome", [(159, place), *rolls]) == taken


def test_mirror_move() -> None:
    battle = play(
        mew("mirrormove", IDLE),
        snorlax("tackle", IDLE),
        [*STRIKE, *STRIKE],
        (IDLE, "tackle"),
        ("mirrormove", IDLE),
    )
    assert battle.hp == (144, 235 - 26)


def test_sucker_punch_needs_an_attack_to_come() -> None:
    assert hurt("suckerpunch", []) == 0
    # 22 x 70 x 122 / 86 = 2184; / 50 = 43; + 2.
    battle = play(mew("suckerpunch"), snorlax("tackle"), [*STRIKE, *STRIKE], ("suckerpunch", "tackle"))
    assert battle.hp == (144, 235 - 45)


def test_fake_out_works_once() -> None:
    # 22 x 40 x 122 / 86 = 1248; / 50 = 24; + 2; flinching is certain, its roll is drawn all the same.
    battle = play(
        mew("fakeout"),
        snorlax("tackle"),
        [*STRIKE, NO_EFFECT, *STRIKE],
        ("fakeout", "tackle"),
        ("fakeout", "tackle"),
    )
    assert battle.hp == (144, 235 - 26)


# --- what a move does to its user -------------------------------------------------------------------------


def test_drain_and_recoil() -> None:
    # Absorb: 22 x 40 x 122 / 132 = 813; / 50 = 16; + 2 = 18, half of it heals.
    battle = play(mew("absorb", hp_percent=50), snorlax(IDLE), list(STRIKE), ("absorb", IDLE))
    assert battle.hp == (88 + 9, 235 - 18)
    # Take Down: 22 x 90 x 122 / 86 = 2808; / 50 = 56; + 2 = 58, a quarter of it (14.5) rounded up.
    battle = play(mew("takedown"), snorlax(IDLE), list(STRIKE), ("takedown", IDLE))
    assert battle.hp == (175 - 15, 235 - 58)


def test_jump_kick_crashes_when_it_misses() -> None:
    battle = play(mew("jumpkick"), snorlax(IDLE), [(100, 95)], ("jumpkick", IDLE))
    assert battle.hp == (175 - 87, 235)


def test_superpower_lowers_its_user() -> None:
    # The drop is certain, but a roll is drawn for it.
    battle = play(mew("superpower"), snorlax(IDLE), [*STRIKE, (100, 99)], ("superpower", IDLE))
    assert (battle.a.boosts["atk"], battle.a.boosts["def"]) == (-1, -1)


def test_explosion_loses_when_both_faint() -> None:
    # The user faints first, and the last to faint wins.
    battle = play(mew("explosion"), snorlax(IDLE, hp_percent=10), list(STRIKE), ("explosion", IDLE))
    assert battle.hp == (0, 0)
    assert battle.winner == "B"
    assert [e.side for e in battle.events if e.kind == "faint"] == ["A", "B"]


def test_struggle_is_what_is_left_without_pp() -> None:
    battle = play(mew("tackle"), snorlax(IDLE), [])
    empty = go_on(battle, [], a__moves__0__pp=0)
    assert empty.choices("A") == ("struggle",)
    # 22 x 50 x 122 / 86 = 1560; / 50 = 31; + 2; a quarter of 175 (43.75, rounded) comes back.
    after = go_on(empty, [NO_CRIT, MOST], ("struggle", IDLE))
    assert after.hp == (175 - 44, 235 - 33)


def test_each_use_costs_a_pp() -> None:
    battle = play(mew("tackle"), snorlax(IDLE), list(STRIKE), ("tackle", IDLE))
    start = mew("tackle").moves[0].pp
    assert battle.a.pp == {"tackle": start - 1}


# --- order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("roll", "first"), [(0, "A"), (1, "B")])
def test_a_tie_of_speed_is_drawn(roll: int, first: str) -> None:
    # The order of the moves; then the order in which both are visited, which shows in nothing: twice before
    # the moves, twice within each of them, once after each, and once at the end.
    rolls: list[Roll] = [(2, roll), *[(2, 0)] * 9]
    assert first_to_move(play(mew(IDLE), mew(IDLE), rolls, (IDLE, IDLE))) == first


def test_priority_goes_before_speed() -> None:
    battle = play(mew("tackle"), snorlax("quickattack"), [*STRIKE, *STRIKE], ("tackle", "quickattack"))
    assert first_to_move(battle) == "B"


def test_mega_evolution_comes_before_the_moves() -> None:
    battle = play(combatant("charizard", IDLE, mega="x"), snorlax(IDLE), [], (IDLE, IDLE))
    assert battle.a.form == "charizardmegax"
    assert battle.a.types == ("Fire", "Dragon")
    # Base Attack 130: (260 + 31) / 2 + 5 = 150 x 1.02.
    assert battle.a.stats["atk"] == 153
    assert kinds(battle)[:3] == ["turn", "mega", "move"]


def test_a_script_that_states_another_roll_is_refused() -> None:
    battle = Battle(mew("tackle"), snorlax(IDLE), script=[HIT, (16, 0)])
    with pytest.raises(UsageError) as caught:
        battle.step("tackle", IDLE)
    assert caught.value.field == "script"
    assert "24" in caught.value.message
