"""What is said of moves whose effect is not their damage: what they can do now, cost, and do to you."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictiondex.advisor import best_move
from predictiondex.advisor.effects import in_vain
from predictiondex.advisor.estimates import Estimate
from predictiondex.advisor.explain import Explainer
from predictiondex.advisor.situation import situation
from predictiondex.battle import layout as at
from predictiondex.pokedex import pokedex
from predictiondex.wire import Advice, BestMoveRequest, Side

SNORLAX = {"pokemon": "Snorlax", "moves": ["Tackle"]}
ELECTRODE = {"pokemon": "Electrode", "moves": ["Thunderbolt"]}


def advise(you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> Advice:
    request = {"you": you, "opponent": opponent, "simulations": 50, **options}
    return best_move(BestMoveRequest.model_validate(request))


def texts(advice: Advice) -> dict[str, str]:
    return {reason.kind: reason.text for reason in advice.explanation}


def alone(pokemon: str, move: str, **state: Any) -> dict[str, Any]:
    """A side that can only use one move."""
    return {"pokemon": pokemon, "moves": [move], **state}


BEHIND_A_SUBSTITUTE = {**SNORLAX, "conditions": ["substitute"]}


@pytest.mark.parametrize(
    ("you", "opponent", "kind"),
    [
        (alone("Venusaur", "Sleep Powder"), BEHIND_A_SUBSTITUTE, "immune"),
        (alone("Venusaur", "Leech Seed"), BEHIND_A_SUBSTITUTE, "immune"),
        (alone("Venusaur", "Leech Seed"), {**SNORLAX, "conditions": ["leechseed"]}, "immune"),
        (alone("Venusaur", "Sleep Powder"), {**SNORLAX, "status": "par"}, "immune"),
        (alone("Venusaur", "Sleep Powder"), alone("Tangela", "Absorb"), "immune"),
        (alone("Gengar", "Confuse Ray"), {**SNORLAX, "conditions": ["confusion"]}, "immune"),
        (alone("Electrode", "Screech"), {**SNORLAX, "conditions": ["mist"]}, "immune"),
        (alone("Electrode", "Screech"), {**SNORLAX, "boosts": {"def": -6}}, "immune"),
        (alone("Mr. Mime", "Reflect", conditions=["reflect"]), SNORLAX, "in_vain"),
        (alone("Scyther", "Swords Dance", boosts={"atk": 6}), SNORLAX, "in_vain"),
        (alone("Mr. Mime", "Substitute", conditions=["substitute"]), SNORLAX, "in_vain"),
        (alone("Mr. Mime", "Substitute", hp_percent=20), SNORLAX, "in_vain"),
        (alone("Starmie", "Recover"), SNORLAX, "in_vain"),
        (alone("Magikarp", "Splash"), SNORLAX, "in_vain"),
        (alone("Pidgeot", "Whirlwind"), SNORLAX, "immune"),
        (alone("Venusaur", "Sleep Powder"), SNORLAX, "inflicts_slp"),
        (alone("Venusaur", "Leech Seed"), SNORLAX, "seeds"),
        (alone("Mr. Mime", "Reflect"), SNORLAX, "screens_physical"),
        (alone("Scyther", "Swords Dance"), SNORLAX, "raises"),
        (alone("Slowbro", "Yawn"), SNORLAX, "drowsy"),
        (alone("Snorlax", "Rest", hp_percent=40), SNORLAX, "rests"),
        (alone("Clefairy", "Metronome"), SNORLAX, "status_move"),
    ],
)
def test_a_status_move_is_told_by_what_it_can_do_now(
    you: dict[str, Any], opponent: dict[str, Any], kind: str
) -> None:
    told = texts(advise(you, opponent))
    assert kind in told
    assert ("status_move" in told) == (kind not in ("immune", "in_vain"))


def test_healing_at_full_hp_helps_after_a_blow_of_a_faster_foe() -> None:
    told = texts(advise(alone("Chansey", "Soft-Boiled"), ELECTRODE))
    assert "heals" in told


def test_every_status_move_can_be_tried_out() -> None:
    """The ones that do nothing at the start of a battle, in one against one."""
    foe = Side.model_validate({"pokemon": "Snorlax", "moves": ["Tackle", "Rest"]})
    found = set()
    for move in pokedex.moves.values():
        if move.category == "Status":
            you = Side.model_validate({"pokemon": "Mew", "moves": [move.id], "strict": False})
            if in_vain(situation(you, foe, lang="en", strict=False), move):
                found.add(move.id)
    nobody_else = {"helpinghand", "roar", "whirlwind", "teleport"}
    unhurt = {"recover", "rest", "roost", "softboiled"}
    nothing_used_yet = {"disable", "encore", "mimic", "mirrormove"}
    assert found == {"celebrate", "splash"} | nobody_else | unhurt | nothing_used_yet


def test_nothing_is_known_of_a_move_that_never_comes() -> None:
    asleep = Side.model_validate({**alone("Starmie", "Recover"), "status": "slp", "status_turns": 0})
    foe = Side.model_validate(SNORLAX)
    assert not in_vain(situation(asleep, foe, lang="en", strict=True), pokedex.moves["recover"])


def estimate(*worth: float) -> Estimate:
    rows = np.array(worth)
    return Estimate(float(rows.mean()), (0.0, 1.0), len(rows), rows)


def test_all_won_and_all_lost_are_said_of_every_battle() -> None:
    sides = (Side.model_validate(one) for one in (alone("Venusaur", "Tackle"), SNORLAX))
    explainer = Explainer(situation(*sides, lang="en", strict=True), "en")

    def kinds(best: Estimate, other: Estimate) -> list[str]:
        return [one.kind for one in explainer._outcome(best, {"a": best, "b": other}, 2)]

    assert kinds(estimate(1, 1), estimate(0, 1)) == ["always_won"]
    assert kinds(estimate(0, 0), estimate(0, 0)) == ["never_won"]
    assert kinds(estimate(0, 0), estimate(0, 1)) == [], "a search may doubt the move that won once"
    reckoned = estimate(1, 0.5)._replace(p=1.0)
    assert kinds(reckoned, estimate(0, 0)) == [], "more than all there is, cut off"


def test_what_succeeds_now_and_then_is_not_in_vain() -> None:
    """The foe may thaw, one time in five, and sometimes does so before Toxic comes."""
    foe = {"pokemon": "Seel", "level": 61, "moves": ["Low Kick", "Drill Run", "Freezy Frost", "Flash"]}
    foe |= {"strict": False, "nature": "quiet", "status": "frz"}
    you = Side.model_validate(alone("Muk", "Toxic", nature="adamant", conditions=["leechseed"]))
    now = situation(you, Side.model_validate(foe), lang="en", strict=True)
    assert not in_vain(now, pokedex.moves["toxic"])


def test_the_accuracy_of_a_status_move_counts_stages() -> None:
    sing = alone("Jigglypuff", "Sing")
    assert texts(advise(sing, SNORLAX))["accuracy"] == "Sing hits 55% of the time."
    blinded = advise({**sing, "boosts": {"accuracy": -1}}, SNORLAX)
    assert blinded.moves[0].accuracy == pytest.approx(0.4125, abs=0.01)
    assert "accuracy" not in texts(advise(alone("Scyther", "Swords Dance"), SNORLAX))
    evasive = {**SNORLAX, "boosts": {"evasion": 3}}
    assert texts(advise(alone("Chansey", "Toxic"), evasive))["accuracy"]
    assert advise(alone("Muk", "Toxic"), evasive).moves[0].accuracy == 1, "a Poison type's never misses"


def test_a_blow_that_ends_its_user_is_struck_once() -> None:
    mine = texts(advise(alone("Electrode", "Self-Destruct"), {"pokemon": "Blastoise", "moves": ["Surf"]}))
    assert mine["damage_once"].endswith("of a full HP bar.")
    assert "self_destruct" in mine
    foe = alone("Electrode", "Self-Destruct")
    theirs = texts(advise({"pokemon": "Blastoise", "moves": ["Surf"]}, foe))
    assert theirs["threat_once"].endswith("of your full HP bar, and knocks itself out.")
    assert "threat" not in theirs


@pytest.mark.parametrize(
    ("foe", "said"),
    [
        (alone("Venusaur", "Leech Seed"), "Leech Seed"),
        (alone("Tentacruel", "Toxic"), "Toxic"),
        (alone("Clefairy", "Metronome"), "Metronome"),
        (alone("Ditto", "Transform"), "Transform"),
        ({"pokemon": "Venusaur", "moves": ["Growth", "Leech Seed", "Poison Powder"]}, "Poison Powder"),
    ],
)
def test_a_foe_without_blows_may_still_cost_hp(foe: dict[str, Any], said: str) -> None:
    told = texts(advise({"pokemon": "Pikachu", "moves": ["Thunderbolt"]}, foe))
    assert said in told["threat_quiet"]
    assert "no_threat" not in told


@pytest.mark.parametrize(
    ("you", "foe"),
    [
        ({"pokemon": "Bulbasaur", "moves": ["Tackle"]}, alone("Venusaur", "Leech Seed")),
        ({"pokemon": "Muk", "moves": ["Sludge"]}, alone("Tentacruel", "Toxic")),
        ({"pokemon": "Pikachu", "moves": ["Thunderbolt"], "status": "par"}, alone("Tentacruel", "Toxic")),
        ({"pokemon": "Pikachu", "moves": ["Thunderbolt"]}, alone("Magikarp", "Splash")),
        ({"pokemon": "Gengar", "moves": ["Sludge Bomb"]}, alone("Snorlax", "Tackle")),
    ],
)
def test_a_foe_that_cannot_hurt_is_called_so(you: dict[str, Any], foe: dict[str, Any]) -> None:
    assert "no_threat" in texts(advise(you, foe))


@pytest.mark.parametrize(
    "foe",
    [
        {
            **ELECTRODE,
            "conditions": [{"name": "disable", "move": "Thunderbolt"}],
            "moves": ["Thunderbolt", "Screech"],
        },
        {
            "pokemon": "Magikarp",
            "moves": ["Splash", "Tackle"],
            "conditions": [{"name": "encore", "move": "Splash"}],
        },
        alone("Hypno", "Dream Eater"),
    ],
)
def test_a_foe_may_hurt_later(foe: dict[str, Any]) -> None:
    told = texts(advise({"pokemon": "Pikachu", "moves": ["Thunderbolt"]}, foe))
    assert "can do this turn hurts you" in told["no_threat_now"]
    assert "no_threat" not in told


def test_who_lowers_a_stat_raises_it_not() -> None:
    told = texts(advise(alone("Cloyster", "Shell Smash"), SNORLAX))
    assert told["changes"].startswith("Shell Smash changes: Attack +2, Defense \N{MINUS SIGN}1")
    assert "raises" not in told


def test_a_foe_in_the_air_is_out_of_reach_until_it_strikes() -> None:
    flying = alone("Pidgeot", "Fly", conditions=[{"name": "twoturnmove", "move": "Fly"}])
    told = texts(advise(ELECTRODE, flying))
    assert told["out_of_reach"].startswith("Pidgeot is out of reach")
    thunder = alone("Electrode", "Thunder")  # reaches those in the air
    assert "out_of_reach" not in texts(advise(thunder, flying))
    assert "out_of_reach" not in texts(advise(ELECTRODE, alone("Pidgeot", "Fly")))


def test_what_only_gets_ready_misses_nobody_in_the_air() -> None:
    flying = alone("Pidgeot", "Fly", conditions=[{"name": "twoturnmove", "move": "Fly"}])
    told = texts(advise(alone("Venusaur", "Solar Beam"), flying))
    assert "charge" in told
    assert "out_of_reach" not in told


def test_a_foe_that_must_charge_first_strikes_a_turn_later() -> None:
    beam = alone("Venusaur", "Solar Beam")
    told = texts(advise(alone("Geodude", "Tackle"), beam))
    assert "threat_knock_out" in told
    assert told["threat_charge"] == "Venusaur takes a turn to charge Solar Beam first."
    charged = {**beam, "conditions": [{"name": "twoturnmove", "move": "Solar Beam"}]}
    assert "threat_charge" not in texts(advise(alone("Geodude", "Tackle"), charged))


def test_sucker_punch_hangs_on_an_attack() -> None:
    punch = {**alone("Persian-Alola", "Sucker Punch"), "strict": False}
    theirs = texts(advise(alone("Kadabra", "Recover"), punch))
    assert (
        theirs["threat_only_before_attack"] == "Sucker Punch fails unless you are about to attack yourself."
    )
    mine = texts(advise(punch, alone("Kadabra", "Recover")))
    assert mine["only_before_attack"] == "Sucker Punch fails unless Kadabra is about to attack."
    assert "only_before_attack" not in texts(advise(ELECTRODE, alone("Kadabra", "Psychic")))


@pytest.mark.parametrize(
    ("you", "status", "kinds"),
    [
        ("Electrode", None, {"out_of_reach", "immune"}),  # faster: it is still in the air
        ("Slowpoke", None, {"out_of_reach", "status_move", "inflicts_par", "accuracy"}),  # it has landed
        ("Slowpoke", "par", {"out_of_reach", "immune"}),  # it has landed, but is paralysed already
    ],
)
def test_a_status_move_does_nothing_to_a_foe_in_the_air(
    you: str, status: str | None, kinds: set[str]
) -> None:
    user = alone(you, "Thunder Wave") | {"strict": False}
    flying = alone("Pidgeot", "Fly", status=status, conditions=[{"name": "twoturnmove", "move": "Fly"}])
    told = texts(advise(user, flying))
    about = {"out_of_reach", "immune", "status_move", "inflicts_par", "accuracy"}
    assert told.keys() & about == kinds


def test_you_are_out_of_reach_in_the_air_too() -> None:
    flying = alone("Pidgeot", "Fly", conditions=[{"name": "twoturnmove", "move": "Fly"}])
    told = texts(advise(flying, alone("Snorlax", "Tackle")))
    assert told["threat_out_of_reach"].endswith("Tackle misses if it comes first.")
    assert "threat_out_of_reach" not in texts(advise(flying, ELECTRODE | {"moves": ["Thunder"]}))
    assert "threat_out_of_reach" not in texts(advise(alone("Pidgeot", "Fly"), ELECTRODE))


@pytest.mark.parametrize("pokemon", ["Snorlax", "Pidgey", "Diglett"])
def test_super_fang_takes_as_many_uses_as_the_rules_need(pokemon: str) -> None:
    you, foe = alone("Raticate", "Super Fang"), alone(pokemon, "Splash", strict=False)
    reason = next(one for one in advise(you, foe).explanation if "hits" in one.values)
    now = situation(Side.model_validate(you), Side.model_validate(foe), lang="en", strict=False)
    hp, uses = int(now.start[at.B + at.HP]), 0
    while hp:
        hp, uses = hp - max(hp // 2, 1), uses + 1
    assert reason.values["hits"] == (uses, uses)


def test_a_status_that_cannot_be_is_named_in_words() -> None:
    muk = {"pokemon": "Muk", "moves": ["Sludge"], "status": "tox"}
    assert advise(muk, SNORLAX).warnings[-1] == "Muk cannot normally be badly poisoned."
    french = advise(muk, SNORLAX, lang="fr").warnings[-1]
    assert french == "Grotadmorv ne peut normalement pas être gravement empoisonné."
