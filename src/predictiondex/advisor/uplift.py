"""What following the advice is worth, measured where the truth is: in the reference engine.

The same matchups with the same seeds are played by three players against a greedy opponent: one who does
what the advice says every turn, one who is greedy, and one who takes the highest power x type x accuracy.
The advised player knows its own set and the foe's four moves, and of the fight what the screen shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.best import best_move
from predictiondex.advisor.noise import Z
from predictiondex.battle import openings, simulate
from predictiondex.battle.jobs import read_set
from predictiondex.errors import UsageError
from predictiondex.pokedex import pokedex
from predictiondex.reference.outside import Arena, Player
from predictiondex.wire import BestMoveRequest

PLAYERS: Final = ("advised", "greedy", "toy")
#: Openings this far apart make the opening matter.
MATTERS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Matchup:
    """One matchup as it came out: mean result of each player over the seeds (ties one half).

    ``chance`` is that of a greedy player and ``spread`` how far apart the openings are, both by our own
    engine: what a matchup is counted as does not depend on how the measured battles fell out.
    """

    job: Mapping[str, Any]
    chance: float
    spread: float
    results: Mapping[str, float]

    @property
    def matters(self) -> bool:
        """Whether the openings are worth different things."""
        return self.spread >= MATTERS


def advised(job: Mapping[str, Any], simulations: int, seed: int) -> Player:
    """A player who follows the advice (engine ``search``) every turn as side A of ``job``."""
    known: dict[str, str] = {}

    def choose(ask: dict[str, Any]) -> str:
        request = request_from(job, ask, simulations=simulations, seed=seed)
        key = request.model_dump_json()
        if key not in known:
            known[key] = _advice(request)
        return known[key]

    return choose


def _advice(request: BestMoveRequest) -> str:
    """What to use now. A count that cannot be (a condition that ended and began anew unseen) is dropped."""
    try:
        return best_move(request).recommended_move
    except UsageError:
        sides = {
            name: side.model_copy(update={"conditions": [_name(one) for one in side.conditions]})
            for name, side in (("you", request.you), ("opponent", request.opponent))
        }
        return best_move(request.model_copy(update=sides)).recommended_move


def _name(condition: Any) -> Any:
    return condition if isinstance(condition, str) else condition.model_copy(update={"turns": None})


def request_from(job: Mapping[str, Any], ask: dict[str, Any], **options: Any) -> BestMoveRequest:
    """The screen as a request: what a player would type in."""
    body = {
        "you": {
            **_side(job["a"], ask["you"]),
            "moves": [move["id"] for move in ask["moves"]],
            "pp": {move["id"]: move["pp"] for move in ask["moves"]},
        },
        "opponent": _side(job["b"], ask["foe"]),
        "turn": ask["turn"],
        "engine": "search",
        "strict": False,
        **options,
    }
    return BestMoveRequest.model_validate(body)


def _side(given: Mapping[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
    own = {"pokemon": given["species"], "moves": given["moves"], "level": given.get("level", 50)}
    if seen["transformed"]:
        own["pokemon"] = seen["species"]
    elif given.get("mega"):
        own["mega"] = given["mega"]
    conditions = [_condition(one, own["moves"]) for one in seen["conditions"]]
    return {
        **own,
        "hp_percent": seen["hp_percent"],
        "status": seen["status"],
        "status_turns": seen["status_turns"],
        "boosts": seen["boosts"],
        "conditions": [one for one in conditions if one],
        "last_move": seen["last_move"],
    }


def _condition(one: dict[str, Any], moves: Sequence[str]) -> dict[str, Any] | None:
    """A condition as a request takes it; a move that came by Mimic or Metronome has no slot to hold."""
    if one["name"] in ("disable", "encore") and one.get("move") not in moves:
        return None
    return one


def toy(job: Mapping[str, Any]) -> Player:
    """A player who takes the highest power x type x accuracy."""
    del job

    def worth(move_id: str, types: Sequence[str]) -> float:
        move = pokedex.moves[move_id]
        accuracy = 100 if move.accuracy is None else move.accuracy
        return move.power * pokedex.effectiveness(move.type, types) * accuracy

    def choose(ask: dict[str, Any]) -> str:
        types = pokedex.forms[ask["foe"]["species"]].types
        free: list[str] = ask["free"]
        return max(free, key=lambda move: worth(move, types))

    return choose


def judge(job: Mapping[str, Any], *, n: int = 2000, seed: int = 1) -> tuple[float, float]:
    """A greedy player's chance as side A, and how far apart the openings are."""
    a, b = read_set(job["a"], "a"), read_set(job["b"], "b")
    chances = [tally.p for tally in openings(a, b, n=n, seed=seed).values()]
    return simulate(a, b, n=n, seed=seed).p, max(chances) - min(chances)


def measure(
    jobs: Sequence[Mapping[str, Any]],
    *,
    battles: int,
    simulations: int,
    seed: int,
    told: Callable[[], None] = lambda: None,
) -> Iterator[Matchup]:
    """Play every matchup ``battles`` times with each player; ``told`` is called after each matchup."""
    luck = Random(seed)  # noqa: S311 - seeds of battles, not secrets
    with Arena() as arena:
        for job in jobs:
            seeds = [[luck.randrange(1 << 16) for _ in range(4)] for _ in range(battles)]
            players: dict[str, Player | None] = {
                "advised": advised(job, simulations, seed),
                "greedy": None,
                "toy": toy(job),
            }
            results = {
                name: float(np.mean([_worth(arena, job, words, player) for words in seeds]))
                for name, player in players.items()
            }
            told()
            yield Matchup(job, *judge(job, seed=seed), results)


def _worth(arena: Arena, job: Mapping[str, Any], words: Sequence[int], player: Player | None) -> float:
    end = arena.fight(dict(job["a"]), dict(job["b"]), words, player_a=player)
    return {"A": 1.0, "B": 0.0}.get(end["winner"], 0.5)


def summary(matchups: Sequence[Matchup]) -> dict[str, Any]:
    """Win rates and paired differences with 95 per cent intervals, over all matchups and in parts of them.

    Matchups are what varies: an interval is that of the mean over matchups.
    """
    parts: dict[str, Callable[[Matchup], bool]] = {
        "all": lambda _: True,
        "opening_matters": lambda one: one.matters,
        "opening_does_not_matter": lambda one: not one.matters,
        "greedy_loses": lambda one: one.chance < 0.05,
        "greedy_mostly_loses": lambda one: 0.05 <= one.chance < 0.5,
        "greedy_mostly_wins": lambda one: 0.5 <= one.chance <= 0.95,
        "greedy_wins": lambda one: one.chance > 0.95,
    }
    found: dict[str, Any] = {}
    for name, belongs in parts.items():
        chosen = [one for one in matchups if belongs(one)]
        if chosen:
            found[name] = _part(chosen)
    return found


def _part(chosen: Sequence[Matchup]) -> dict[str, Any]:
    results = {name: np.array([one.results[name] for one in chosen]) for name in PLAYERS}
    part: dict[str, Any] = {"matchups": len(chosen)}
    for name, values in results.items():
        part[name] = _mean(values)
    for other in ("greedy", "toy"):
        part[f"advised_minus_{other}"] = _mean(results["advised"] - results[other])
    return part


def _mean(values: NDArray[np.float64]) -> dict[str, Any]:
    mean = float(values.mean())
    spread = float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else float("nan")
    low, high = (mean, mean) if spread != spread else (mean - Z * spread, mean + Z * spread)
    return {"mean": round(mean, 4), "interval": [round(low, 4), round(high, 4)]}
