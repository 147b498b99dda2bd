"""The best four moves of a legal pool, found in stages: few battles for many sets, many for the few left.

Attacks are tried alone first, then pairs of a good attack and anything else, then threes and fours grown
from the best. From pairs on a set is played with a look ahead every turn, so that status moves count. The
sets that come out on top are all played again with the same other luck: what is said of one can be held
against what is said of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from predictiondex.advisor.exchange import blow
from predictiondex.advisor.scoring import Scorer, Worth, all_at_once, with_set
from predictiondex.battle import Combatant
from predictiondex.pokedex.model import Move
from predictiondex.wire import PlanStep

Set = tuple[Move, ...]
#: Tells progress: what is being done, how much of it there is; then each step done.
Told = Callable[[PlanStep, int], Callable[[], None]]

#: The steps in which sets of so many moves are tried.
_STEPS: Final[dict[int, PlanStep]] = {1: "one_move", 2: "two_moves", 3: "three_moves", 4: "four_moves"}
#: Attacks that lead pairs; sets that grow; moves that are added to them.
_ATTACKS, _GROWN, _ADDED = 6, 8, 18
#: Battles for each single attack, each new set, each set that came out well.
_SINGLE, _NEW, _GOOD = 300, 48, 240
#: Battles of each of the last few, which the figures of the answer come from: greedy play is cheap, looking
#: ahead is not.
_LAST_GREEDY, _LAST = 5000, 2000
#: Sets that get more battles, and that are played for the last time.
_KEPT, _FINAL = 24, 5


@dataclass(frozen=True, slots=True)
class Found:
    """A set with what it is worth, both ways to play."""

    moves: Set
    greedy: Worth
    advice: Worth

    @property
    def best(self) -> Worth:
        """The better way to play it; greedy where they are equal."""
        return self.greedy if self.greedy.p >= self.advice.p else self.advice


def best_sets(
    who: Combatant, pool: Sequence[Move], keep: Set, scorer: Scorer, *, seed: int, told: Told
) -> list[Found]:
    """The best sets of up to four moves, best first. ``keep`` are moves that each must hold."""
    if len(pool) + len(keep) <= 4:
        scorer.pace(with_set(who, (*keep, *pool)), seed)
        return _final(who, [(*keep, *pool)], scorer, seed, told)
    attacks = sorted(pool, key=lambda move: -blow(who, scorer.opponent, move).harm)[:4]
    scorer.pace(with_set(who, attacks), seed)
    sets = _leaders(who, pool, keep, scorer, seed, told)
    added = list(pool)
    while len(sets[0]) < 4:
        grown = _grow(sets, added)
        tick = told(_STEPS[len(grown[0])], len(grown))
        scores = all_at_once(lambda moves: scorer.advised(with_set(who, moves), _NEW, seed), grown, tick)
        ranked = sorted(zip(scores, grown, strict=True), key=lambda pair: -pair[0].p)
        added = _useful(ranked, added)
        good = [moves for _, moves in ranked[:_KEPT]]
        sets = _best_of(who, good, scorer, _GOOD, seed + 1, told)[:_GROWN]
    return _final(who, sets[:_FINAL], scorer, seed, told)


def _leaders(
    who: Combatant, pool: Sequence[Move], keep: Set, scorer: Scorer, seed: int, told: Told
) -> list[Set]:
    """What sets grow from: the moves to keep, or single attacks that do best alone."""
    if keep:
        return [keep]
    attacks = [move for move in pool if move.category != "Status"] or list(pool)
    tick = told(_STEPS[1], len(attacks))
    scores = all_at_once(lambda move: scorer.plain(with_set(who, (move,)), _SINGLE, seed), attacks, tick)
    harm = {move.id: blow(who, scorer.opponent, move).harm for move in attacks}
    ranked = sorted(
        zip(scores, attacks, strict=True), key=lambda pair: (-pair[0].p, -harm[pair[1].id], pair[1].id)
    )
    return [(move,) for _, move in ranked[:_ATTACKS]]


def _grow(sets: Sequence[Set], added: Sequence[Move]) -> list[Set]:
    """Every set with one more move; each combination once."""
    grown: dict[frozenset[str], Set] = {}
    for moves in sets:
        for move in added:
            if move not in moves:
                larger = (*moves, move)
                grown.setdefault(frozenset(one.id for one in larger), larger)
    return list(grown.values())


def _useful(ranked: Sequence[tuple[Worth, Set]], added: Sequence[Move]) -> list[Move]:
    """The moves to add next: those found in the best sets so far, in that order."""
    found = dict.fromkeys(move.id for _, moves in ranked for move in moves)
    order = {move: place for place, move in enumerate(found)}
    return sorted((move for move in added if move.id in order), key=lambda move: order[move.id])[:_ADDED]


def _best_of(who: Combatant, sets: Sequence[Set], scorer: Scorer, n: int, seed: int, told: Told) -> list[Set]:
    tick = told("again", len(sets))
    scores = all_at_once(lambda moves: scorer.advised(with_set(who, moves), n, seed), sets, tick)
    ranked = sorted(zip(scores, sets, strict=True), key=lambda pair: -pair[0].p)
    leaders = [worth for worth, _ in ranked[:_GROWN]]
    scorer.slow_down(sum(worth.turns for worth in leaders) / len(leaders))
    return [moves for _, moves in ranked]


def _final(who: Combatant, sets: Sequence[Set], scorer: Scorer, seed: int, told: Told) -> list[Found]:
    """The last few with luck they have not met yet."""
    tick = told("last_time", len(sets))
    found = []
    for moves in sets:
        found.append(_settled(who, moves, scorer, seed))
        tick()
    return sorted(found, key=lambda one: -one.best.p)


def _settled(who: Combatant, moves: Set, scorer: Scorer, seed: int) -> Found:
    chosen = with_set(who, moves)
    greedy = scorer.opened(chosen, _LAST_GREEDY, seed + 2)
    return Found(moves, greedy, scorer.advised(chosen, _LAST, seed + 2))
