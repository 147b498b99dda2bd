"""Teams as text, trainers, told battles and contributions in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from predictiondex.advisor.contributions import (
    contribution_reasons,
    model_reasons,
    topic_of,
)
from predictiondex.advisor.playout import play_opening
from predictiondex.advisor.showdown import TeamTextError, export_team, parse_team
from predictiondex.advisor.situation import situation
from predictiondex.advisor.story import replay
from predictiondex.advisor.trainers import first_side, listed
from predictiondex.advisor.words import points
from predictiondex.battle.layout import HP
from predictiondex.errors import UsageError
from predictiondex.ml import features
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.model import BattleModel, margin
from predictiondex.pokedex import pokedex
from predictiondex.wire import ReplayRequest, Side, TeamSides, TeamText

TEAM = """=== [gen7letsgoou] My team ===

Ronflex (Snorlax) (M) @ Leftovers
Ability: Thick Fat
Level: 70
Happiness: 255
EVs: 120 HP / 30 Atk
Adamant Nature
IVs: 0 SpA
- Body Slam
- Repos

Charizard-Mega-X
Shiny: Yes
AVs: 200 Spe
- Flamethrower
- Air Slash
-

Méga-Florizarre
Niveau: 12
Nature: Assuré
"""


def parse(text: str, **options: Any) -> Any:
    return parse_team(TeamText(text=text, **options))


@pytest.mark.parametrize(
    ("line", "avs"),
    [
        ("10 Attaque / 5 Déf. Spé.", {"atk": 10, "spd": 5}),
        ("10 Attaque Spé. / 5 Défense", {"spa": 10, "def_": 5}),
        ("10 Sp. Atk / 5 Special Defense / 7 vitesse", {"spa": 10, "spd": 5, "spe": 7}),
        ("10 PV / 5 Défense Spéciale", {"hp": 10, "spd": 5}),
    ],
)
def test_stats_may_be_called_as_in_either_language(line: str, avs: dict[str, int]) -> None:
    (side,) = parse(f"Mew\nAVs: {line}\n- Surf").team
    assert {name: value for name, value in side.avs.model_dump().items() if value} == avs


def test_a_pasted_team() -> None:
    found = parse(TEAM)
    snorlax, charizard, venusaur = found.team
    assert (snorlax.pokemon, snorlax.level, snorlax.friendship, snorlax.nature) == (
        "snorlax",
        70,
        255,
        "adamant",
    )
    assert snorlax.avs.values() == (120, 30, 0, 0, 0, 0)
    assert snorlax.ivs.values() == (31, 31, 31, 0, 31, 31)
    assert snorlax.moves == ["bodyslam", "rest"]
    assert (charizard.pokemon, charizard.mega, charizard.level) == ("charizard", "x", 100)
    assert charizard.avs.spe == 200
    assert (venusaur.pokemon, venusaur.mega, venusaur.level, venusaur.moves) == ("venusaur", "mega", 12, None)
    assert venusaur.nature == "bold"
    assert found.nicknames == ["Ronflex", None, None]
    assert len(found.warnings) == 3
    assert "Leftovers" in found.warnings[0]


def test_there_and_back() -> None:
    found = parse(TEAM)
    text = export_team(TeamSides(team=found.team, nicknames=found.nicknames)).text
    again = parse(text)
    assert again.team == found.team
    assert again.nicknames == found.nicknames
    assert again.warnings == []


@pytest.mark.parametrize(
    ("nickname", "pokemon"),
    [
        ("Alola", "raichu"),
        ("Mega", "kangaskhan"),
        ("Starter", "eevee"),
        ("♥", "mew"),
        ("---", "mew"),
        ("Ash @ Home", "mew"),
        ("Pikachu (partenaire)", "mew"),
    ],
)
def test_a_nickname_is_no_part_of_the_name(nickname: str, pokemon: str) -> None:
    text = export_team(TeamSides(team=[Side(pokemon=pokemon)], nicknames=[nickname])).text
    again = parse(text)
    assert [(one.pokemon, one.mega) for one in again.team] == [(pokemon, False)]
    assert again.nicknames == [nickname]
    assert again.warnings == []
    held = parse(text.replace("\n", " @ Leftovers\n", 1))
    assert held.nicknames == [nickname]
    assert "Leftovers" in held.warnings[0]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Snorlacks\n- Rest", 1, "Unknown Pokémon"),
        ("Snorlax\n- Resst", 2, "Unknown move"),
        ("Snorlax\n- Rest\n- Surf\n- Surf", 4, "twice"),
        ("Snorlax\nEVs: 252 Atk\n- Rest", 2, "0 to 200"),
        ("Snorlax\nIVs: 32 Atk\n- Rest", 2, "0 to 31"),
        ("Snorlax\nEVs: lots\n- Rest", 2, "not a number and a stat"),
        ("Snorlax\nLevel: 101\n- Rest", 2, "1 to 100"),
        ("Snorlax\nLevel: ٣\n- Rest", 2, "1 to 100"),
        ("Snorlax\nBoldest Nature", 2, "Unknown nature"),
        ("Snorlax\nColour: red", 2, "Unknown field"),
        ("Snorlax\nhello there", 2, "no line of a set"),
        ("Snorlax\n- Rest\n\nPikachu\n- Thunderbolt\n- Agility\n- Earthquake", 7, "cannot have"),
        ("Pikachu\n\n" * 7, 13, "at most 6"),
        ("Pikachu\n" + "- Thunderbolt\n- Surf\n- Fly\n- Agility\n- Growl", 6, "at most four"),
        ("\n\n  \n", 1, "no Pokémon"),
    ],
)
def test_malformed_text_gets_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(TeamTextError) as refused:
        parse(text)
    assert refused.value.line == line
    assert reason in refused.value.message
    assert refused.value.message.startswith(f"Line {line}:")
    assert refused.value.field


def test_every_form_survives_the_way_through_text() -> None:
    for form in pokedex.forms.values():
        side = Side(pokemon=form.mega_of or form.id, mega=form.mega_key or False)
        (back,) = parse(export_team(TeamSides(team=[side])).text).team
        assert (back.pokemon, back.mega) == (side.pokemon, side.mega)


def test_every_trainer_has_a_source_and_a_team_that_can_fight(tmp_path: Path) -> None:
    table = listed(tmp_path, "fr")
    assert table.total >= 8
    for one in table.items:
        assert one.source.startswith("https://")
        for number in range(1, len(one.team) + 1):
            side = first_side(f"{one.id}#{number}", tmp_path)
            situation(side, side, lang="en", strict=True)
    assert [one.id for one in listed(tmp_path, "en", search="ondine").items] == []
    assert [one.id for one in listed(tmp_path, "fr", search="staross").items] == ["misty"]
    assert {one.kind for one in listed(tmp_path, "en", kind="gym").items} == {"gym"}


def test_own_trainers_stand_beside_and_faults_are_named(tmp_path: Path) -> None:
    own = [{"id": "mine", "name": "Mine", "team": [{"pokemon": "Ronflex", "level": 75, "moves": ["Repos"]}]}]
    (tmp_path / "trainers.json").write_text(json.dumps(own), encoding="utf-8")
    (mine,) = listed(tmp_path, "en", kind="own").items
    assert mine.team[0].moves[0].id == "rest"
    side = first_side("mine", tmp_path)
    assert (side.pokemon, side.level, side.moves) == ("snorlax", 75, ["rest"])
    own[0]["team"][0]["level"] = 0  # type: ignore[index]
    (tmp_path / "trainers.json").write_text(json.dumps(own), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        listed(tmp_path, "en")
    assert refused.value.field == "trainers.json[0].team[0].level"
    (tmp_path / "trainers.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        listed(tmp_path, "en")


def test_unknown_trainers_and_kinds(tmp_path: Path) -> None:
    for name in ("nobody", "misty#3", "misty#x"):
        with pytest.raises(UsageError) as refused:
            first_side(name, tmp_path)
        assert refused.value.field == "trainer"
    with pytest.raises(UsageError):
        listed(tmp_path, "en", kind="boss")


FIGHT = {
    "you": {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball"], "conditions": ["confusion"]},
    "opponent": {"pokemon": "Machamp", "moves": ["Earthquake", "Leer"], "status": "slp"},
}


@pytest.mark.parametrize("policy", ["greedy", "search"])
def test_the_ending_of_a_told_battle_is_the_engines(policy: str) -> None:
    request = ReplayRequest.model_validate(
        {**FIGHT, "opening": "Hypnosis", "simulations": 200, "seed": 6, "policy_you": policy, "turn": 3}
    )
    story = replay(request)
    here = situation(request.you, request.opponent, lang="en", strict=True, turn=3)
    outcomes = play_opening(
        here.states(200, 6), here.choices["hypnosis"], searching=1000 if policy == "search" else 0
    )
    worth = {"you": 1.0, "opponent": 0.0, "tie": 0.5}[story.winner]
    assert outcomes.worth[story.index] == worth
    assert tuple(outcomes.hp[story.index]) == (story.hp_you, story.hp_opponent)
    assert len(story.turns) == outcomes.turns[story.index]
    assert story.turns[0].number == 3
    assert story.turns[0].move_you == "hypnosis"
    assert story.share_winner == (outcomes.worth == worth).mean() >= 0.5
    same = (outcomes.worth == worth) & (outcomes.turns == len(story.turns))
    assert story.share == same.mean()
    assert story.win_probability == outcomes.worth.mean()
    assert story.lines[-1] == story.ending
    told = [replay(request.model_copy(update={"index": story.index, "lang": lang})) for lang in ("en", "fr")]
    assert told[0].lines == story.lines
    assert told[1].lines != story.lines


def test_an_opening_that_cannot_be_chosen() -> None:
    held = {**FIGHT["you"], "conditions": [{"name": "disable", "move": "Hypnosis"}]}
    with pytest.raises(UsageError) as refused:
        replay(ReplayRequest.model_validate({**FIGHT, "you": held, "opening": "Hypnosis"}))
    assert refused.value.field == "opening"
    with pytest.raises(UsageError):
        replay(ReplayRequest.model_validate({**FIGHT, "simulations": 5, "index": 5}))


def test_contributions_lead_from_the_base_to_the_prediction() -> None:
    names = ["race_win", "race_turns", "foe_status", "quiet_heals"]
    given, alone = np.array([[1.5, 0.5, -0.7, 0.001, -0.5]]), np.ones(1)
    english = contribution_reasons(names, given, alone, "en")
    assert [reason.kind for reason in english] == ["contributions_base", "contribution", "contribution"]
    total = 100 * english[0].values["win_probability"] + sum(one.values["points"] for one in english[1:])
    assert total == pytest.approx(100 / (1 + np.exp(-(-0.5 + 2.0 - 0.7))), abs=0.01)
    assert english[1].text.startswith("Hits to knock out on both sides: +")
    assert "Statut de l'adversaire" in contribution_reasons(names, given, alone, "fr")[2].text


def test_contributions_are_those_of_every_state_that_this_may_be() -> None:
    """A sleeper that wins if it wakes at once and loses else: the mean of both chances, not of their odds."""
    parts, weights = np.array([[5.0, -1.0], [-3.0, 1.0]]), np.array([0.25, 0.75])
    base, moved = contribution_reasons(["race_win"], parts, weights, "en")
    odds = np.array([4.0, -2.0])
    assert base.values["win_probability"] == pytest.approx(weights @ (1 / (1 + np.exp(-parts[:, -1]))))
    told = 100 * base.values["win_probability"] + moved.values["points"]
    assert told == pytest.approx(100 * (weights @ (1 / (1 + np.exp(-odds)))))


def test_the_reasons_of_a_real_model_lead_to_its_prediction() -> None:
    """A small model, trained on the spot: its contributions add up to its log odds."""
    fight = situation(
        Side(pokemon="Gengar", moves=["hypnosis", "shadowball"]),
        Side(pokemon="Machamp", moves=["earthquake"]),
        lang="en",
        strict=True,
    )
    states, slots = fight.states(40, 1), np.arange(40, dtype=np.int64) % 2
    states[:, HP] = np.arange(40) + 60
    rows = features.matrix(states, slots)
    data = xgboost.DMatrix(rows, slots, base_margin=margin(rows), feature_names=list(features.NAMES))
    model = BattleModel.__new__(BattleModel)
    model._booster = xgboost.train({"objective": "binary:logistic", "nthread": 1}, data, 4)
    reasons = model_reasons(model, states[:1], np.ones(1), 1, "en")
    asked = features.matrix(states[:1], slots[1:2])
    raw = model._booster.inplace_predict(asked, base_margin=margin(asked))
    told = 100 * reasons[0].values["win_probability"] + sum(one.values["points"] for one in reasons[1:])
    assert told == pytest.approx(100 * float(raw[0]), abs=4), "topics below a point are left out"
    assert any(reason.kind == "contribution" for reason in reasons)


def test_every_feature_of_the_model_has_a_topic() -> None:
    assert [name for name in features.NAMES if topic_of(name)[0] == "everything else"] == []


def test_a_lead_that_is_there_is_never_none() -> None:
    assert points(0.04, "en") == "less than 0.1 point"
    assert points(-0.04, "fr") == "moins de 0,1 point"
    assert points(0.0, "en") == "0 points"
    assert points(0.05, "en") != points(0.04, "en")
