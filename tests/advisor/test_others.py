"""Matchups, duels, damage, jobs and policies."""

from __future__ import annotations

from typing import Any

import pytest

from predictiondex.advisor import Advisor, damage, duel, matchups, predict_job, simulate_job
from predictiondex.advisor.policies import policy
from predictiondex.errors import IllegalMove, UsageError
from predictiondex.pokedex import pokedex
from predictiondex.wire import DamageRequest, DuelRequest, MatchupsRequest

PIKACHU = {"pokemon": "Pikachu", "moves": ["Thunderbolt"]}
JOLTEON = {"pokemon": "Jolteon", "moves": ["Thunderbolt"]}
GYARADOS = {"pokemon": "Gyarados", "moves": ["Waterfall"]}
GOLEM = {"pokemon": "Golem", "moves": ["Earthquake"]}


def table(you: list[Any], opponent: list[Any], **options: Any) -> Any:
    request = {"you": you, "opponent": opponent, "simulations": 200, **options}
    return matchups(MatchupsRequest.model_validate(request))


def test_a_table_of_matchups() -> None:
    answer = table([GYARADOS, JOLTEON], [GYARADOS, GOLEM, {"pokemon": "Charizard"}])
    assert [row.you.id for row in answer.matrix] == ["gyarados", "jolteon"]
    assert [one.id for one in answer.opponents] == ["gyarados", "golem", "charizard"]
    gyarados, jolteon = answer.matrix
    assert gyarados.win_probabilities[1] > 0.9
    assert jolteon.win_probabilities[0] > 0.9
    assert jolteon.win_probabilities[1] < 0.1
    assert jolteon.worst == min(jolteon.win_probabilities)
    assert jolteon.average == pytest.approx(sum(jolteon.win_probabilities) / 3)
    assert (answer.send_first, answer.weakest) == (0, 1)
    assert len(answer.warnings) == 1


def test_a_mirror_is_even() -> None:
    answer = table([GYARADOS], [GYARADOS], simulations=4000)
    assert answer.matrix[0].win_probabilities[0] == pytest.approx(0.5, abs=0.04)


def test_faults_in_a_team_say_whose() -> None:
    with pytest.raises(UsageError) as caught:
        table([PIKACHU, {"pokemon": "Pikachu", "moves": ["Hydro Pump"]}], [GOLEM])
    assert caught.value.field == "you[1].moves[0]"


def fight(**options: Any) -> Any:
    request = {"you": PIKACHU, "opponent": GYARADOS, "simulations": 300, **options}
    return duel(DuelRequest.model_validate(request))


def test_a_duel_adds_up() -> None:
    answer = fight()
    assert answer.wins + answer.losses + answer.ties == answer.n == 300
    assert answer.win_probability == pytest.approx((answer.wins + answer.ties / 2) / 300)
    assert answer.interval[0] <= answer.win_probability <= answer.interval[1]
    assert answer.mean_turns >= 1


def test_policies_matter() -> None:
    slow = {"pokemon": "Pikachu", "moves": ["Thunderbolt", "Tail Whip"]}
    greedy = fight(you=slow)
    wasteful = fight(you=slow, policy_you="fixed:Mimi-Queue")
    assert wasteful.win_probability < greedy.win_probability


@pytest.mark.parametrize("name", ["clever", "first", "first:", "fixed:surf", "greedy:surf", "random:"])
def test_policies_that_are_none(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        policy(name, (pokedex.move("thunderbolt"),), "policy_you")
    assert caught.value.field == "policy_you"


def test_policies_name_moves_in_any_language() -> None:
    assert policy("first:Tonnerre", (pokedex.move("thunderbolt"),), "policy_you") == "first:thunderbolt"


def hit(**given: Any) -> Any:
    return damage(DamageRequest.model_validate(given))


def test_damage_of_a_move() -> None:
    answer = hit(
        attacker={"pokemon": "Pikachu"}, defender={"pokemon": "Gyarados"}, move="Tonnerre", lang="fr"
    )
    assert answer.move.name == "Tonnerre"
    assert len(answer.rolls) == 16
    assert list(answer.rolls) == sorted(answer.rolls)
    assert answer.crit_rolls[0] > answer.rolls[0]
    assert (answer.type_multiplier, answer.stab, answer.hits) == (4, True, (1, 1))
    least, most = answer.damage_percent
    assert least == pytest.approx(100 * answer.rolls[0] / answer.defender_max_hp, abs=0.1)
    assert most == pytest.approx(100 * answer.rolls[-1] / answer.defender_max_hp, abs=0.1)


@pytest.mark.parametrize(
    ("move", "error"), [("Hydro Pump", IllegalMove), ("Tail Whip", UsageError), ("splosh", UsageError)]
)
def test_damage_of_moves_that_cannot_be(move: str, error: type[UsageError]) -> None:
    with pytest.raises(error) as caught:
        hit(attacker={"pokemon": "Pikachu"}, defender={"pokemon": "Gyarados"}, move=move)
    assert caught.value.field == "move"


JOB = {
    "id": 7,
    "a": {"species": "Pikachu", "moves": ["thunderbolt", "quickattack"], "level": 50},
    "b": {"species": "Gyarados", "moves": ["waterfall"]},
}


def test_a_job_is_answered_in_the_form_of_its_file() -> None:
    answer = predict_job(JOB, "simulation", 200, 1)
    assert answer.keys() == {"id", "p", "n", "moves"}
    assert (answer["id"], answer["n"]) == (7, 200)
    assert answer["moves"].keys() == {"thunderbolt", "quickattack"}
    assert simulate_job(JOB, 200, 1)["p"] == answer["p"]


def test_the_policies_of_a_job_decide_its_chance() -> None:
    opening = {**JOB, "policyA": "first:quickattack"}
    wasted = {**JOB, "policyA": "fixed:quickattack"}
    n = 2000
    assert simulate_job(opening, n, 1)["p"] == pytest.approx(
        predict_job(JOB, "simulation", n, 2)["moves"]["quickattack"], abs=0.05
    )
    assert simulate_job(wasted, n, 1)["p"] <= simulate_job(opening, n, 1)["p"]


@pytest.mark.parametrize(
    ("job", "field"),
    [({}, "a"), ({**JOB, "b": {"species": "Gyarados", "moves": []}}, "b.moves"), ({**JOB, "a": 3}, "a")],
)
def test_jobs_that_cannot_be_say_where(job: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as caught:
        predict_job(job)
    assert caught.value.field == field


def test_the_advisor_tries_itself() -> None:
    Advisor().self_test()
    info = Advisor().info("2026-01-01T00:00:00+00:00")
    assert (info.engine, info.loaded_since) == ("simulation", "2026-01-01T00:00:00+00:00")
    assert info.pokedex_checksum == pokedex.checksum


def test_states_of_a_fight_count_for_teams_and_duels_too() -> None:
    you = {"pokemon": "Gengar", "moves": ["Shadow Ball", "Hypnosis"]}
    foe = {"pokemon": "Alakazam", "moves": ["Psychic"]}

    def chance(changes: dict[str, Any]) -> float:
        request = {"you": [you], "opponent": [{**foe, **changes}], "simulations": 400}
        return matchups(MatchupsRequest.model_validate(request)).matrix[0].win_probabilities[0]

    asleep = chance({"status": "slp"})
    recharging = chance({"conditions": ["mustrecharge"]})
    assert chance({}) == 0
    assert recharging > 0.5
    assert 0.2 < asleep < 0.8, "some sleep on, some wake at once"

    held = {**you, "conditions": [{"name": "disable", "move": "Hypnosis"}]}
    with pytest.raises(UsageError) as refused:
        duel(DuelRequest.model_validate({"you": held, "opponent": foe, "policy_you": "first:hypnosis"}))
    assert refused.value.field == "policy_you"
    with pytest.raises(UsageError) as refused:
        matchups(
            MatchupsRequest.model_validate(
                {"you": [you, {**you, "pp": {"Surf": 1}}], "opponent": [foe], "simulations": 10}
            )
        )
    assert refused.value.field == "you[1].pp.Surf"
