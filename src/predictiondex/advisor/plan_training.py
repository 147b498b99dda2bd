"""Ways to train one set until it wins often enough: the lowest level, the fewest awakening values.

A chance to win grows with level and awakening values, near enough for halving: what halving finds is then
played again with other luck, and raised until it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from predictiondex.advisor.exchange import speed
from predictiondex.advisor.plan_sets import Told
from predictiondex.advisor.scoring import Play, Scorer, Worth, all_at_once
from predictiondex.battle import Combatant
from predictiondex.battle.combatant import NO_AVS, Stats6
from predictiondex.battle.montecarlo import wilson
from predictiondex.pokedex.model import STATS
from predictiondex.wire import PlanStep

#: Battles while directions are weighed, while halving, and to confirm: greedy play is cheap, looking ahead
#: is not.
_BATTLES: Final[dict[Play, tuple[int, int, int]]] = {"greedy": (200, 600, 4000), "advice": (32, 128, 800)}
#: Deviations that settle the question early, and turns from which battles are too long to ask again.
_CLEAR, _LONG = 2.6, 15.0
#: Battles that every option shown rests on at least.
_LEAST: Final = 100
#: Awakening values given away while directions are weighed, and directions that are followed.
_TRIAL, _FOLLOWED = 120, 4
_SPE: Final = STATS.index("spe")


def _six(values: Sequence[int]) -> Stats6:
    """Six values in the order of ``STATS``."""
    hp, atk, def_, spa, spd, spe = values
    return hp, atk, def_, spa, spd, spe


@dataclass(frozen=True, slots=True)
class Option:
    """A level and awakening values, with the chance they give."""

    kind: str
    level: int
    avs: Stats6
    worth: Worth
    reached: bool

    @property
    def total(self) -> int:
        """Awakening values in all."""
        return sum(self.avs)


@dataclass(frozen=True, slots=True)
class Direction:
    """How awakening values are given away: just enough speed to be faster first (or none), then ``stats``
    in equal parts, each up to the most a stat may get."""

    stats: tuple[int, ...]
    faster: bool

    def avs(self, total: int, needed: int | None, most: int) -> Stats6:
        """The values of a given total; what does not fit is left out."""
        given = [0] * 6
        if self.faster and needed is not None:
            given[_SPE] = min(needed, total)
        left = total - given[_SPE]
        for place, stat in enumerate(self.stats):
            share = left // (len(self.stats) - place)
            share = min(share, most - given[stat])
            given[stat] += share
            left -= share
        return _six(given)


class Training:
    """Looks for options of one set, played one way, against the scorer's opponent. ``untrained``: what it is
    worth as it is."""

    def __init__(
        self,
        who: Combatant,
        untrained: Worth,
        scorer: Scorer,
        *,
        want: float,
        most: int,
        seed: int,
        told: Told,
    ) -> None:
        self.who = who
        self.untrained = untrained
        self.play: Play = untrained.play
        self.scorer = scorer
        self.want = want
        self.most = most
        self.seed = seed
        self.told = told
        self._ranked: list[Direction] = []
        self.weigh, self.halve, self.confirm = _BATTLES[self.play]

    def worth(self, level: int, avs: Stats6, n: int, seed: int) -> Worth:
        """The chance at a level with awakening values."""
        return self.scorer.played(replace(self.who, level=level, avs=avs), self.play, n, seed)

    def enough(self, level: int, avs: Stats6, *, care: int = 1) -> bool:
        """Whether that reaches the wanted chance: a few battles where it is clear, more where it is not, up
        to ``care`` times as many as usual."""
        played, won, portion = 0, 0.0, self.weigh
        while True:
            worth = self.worth(level, avs, portion, self.seed + played)
            played, won = played + worth.n, won + worth.p * worth.n
            low, high = wilson(won / played, played, _CLEAR)
            if not low < self.want <= high or played >= care * self.halve or worth.turns > _LONG:
                return won / played >= self.want
            portion = played

    def as_it_is(self) -> Option:
        """The option that costs nothing, with the figure that the set was chosen by and no other."""
        return Option("as_it_is", self.who.level, NO_AVS, self.untrained, self.untrained.p >= self.want)

    def best(self, level: int) -> Option:
        """The most that training can give: all values at this level."""
        tick = self.told("best", 1)
        found = self.option("best", level, _full(self))
        tick()
        return found

    def option(self, kind: str, level: int, avs: Stats6) -> Option:
        """An option with its chance from battles that no search has seen."""
        n = self.confirm
        if self.play == "advice":  # a look ahead costs the square of a battle's length
            turns = self.worth(level, avs, self.weigh, self.seed).turns
            n = max(_LEAST, int(n * min(1.0, (_LONG / 2 / turns) ** 2)))
        worth = self.worth(level, avs, n, self.seed + 7)
        return Option(kind, level, avs, worth, worth.p >= self.want)

    def lowest_level(self, kind: PlanStep, avs: Stats6, least: int, highest: int) -> Option | None:
        """The lowest level from ``least`` up that is enough with these awakening values; ``None`` where none
        is."""
        tick = self.told(kind, 8)
        if least > highest or not self.enough(highest, avs):
            return None
        low, high = least - 1, highest
        while high - low > 1:
            middle = (low + high) // 2
            if self.enough(middle, avs):
                high = middle
            else:
                low = middle
            tick()
        return self._confirmed(kind, range(high, min(high + 6, highest + 1)), lambda level: (level, avs))

    def fewest_avs(self, kind: PlanStep, level: int, *, follow: int = _FOLLOWED) -> Option | None:
        """The fewest awakening values that are enough at this level; ``None`` where all are too few."""
        if not self.enough(level, _six([self.most] * 6)):
            return None
        needed = self._needed_speed(level)
        best: tuple[int, Direction] | None = None
        directions = self._directions(level, needed, follow)
        tick = self.told(kind, len(directions))
        for direction in directions:
            total = self._fewest(direction, level, needed, None if best is None else best[0])
            if total is not None and (best is None or total < best[0]):
                best = total, direction
            tick()
        if best is None:
            return None
        total, chosen = best
        least = self._trimmed(chosen.avs(total, needed, self.most), level)
        return self._confirmed(kind, (0, 3, 8, 16, 32, 64), lambda more: (level, self._raised(least, more)))

    def _confirmed(
        self, kind: str, steps: Iterable[int], at: Callable[[int], tuple[int, Stats6]]
    ) -> Option | None:
        """The first step that other luck confirms; the last one where none is."""
        found = None
        for step in steps:
            found = self.option(kind, *at(step))
            if found.reached:
                return found
        return found

    def _raised(self, avs: Stats6, more: int) -> Stats6:
        """``more`` values on top in each stat that has some."""
        return _six([min(value + more, self.most) if value else 0 for value in avs])

    def _trimmed(self, avs: Stats6, level: int) -> Stats6:
        """Without values in stats that can do without them."""
        given = list(avs)
        for stat in sorted(range(6), key=lambda place: given[place]):
            kept, given[stat] = given[stat], 0
            if kept and not (any(given) and self.enough(level, _six(given), care=4)):
                given[stat] = kept
        return _six(given)

    def _needed_speed(self, level: int) -> int | None:
        """Awakening values in speed that make it the faster one; ``None`` where it is already, or cannot."""
        missing = speed(self.scorer.opponent) + 1 - speed(replace(self.who, level=level))
        return missing if 0 < missing <= self.most else None

    def _directions(self, level: int, needed: int | None, follow: int) -> list[Direction]:
        """The ways to give values away that do most with a middling amount, weighed once for each set.

        At another level the same ways are followed; being faster is tried wherever it can be had.
        """
        if not self._ranked:
            self._ranked = self._weighed(level, needed)
        kept = [direction for direction in self._ranked if not direction.faster or needed is not None]
        faster = [direction for direction in kept if direction.faster][:1]
        if needed is not None and not faster:
            faster = [Direction((), True)]
        return list(dict.fromkeys([*faster, *kept[:follow], Direction(tuple(range(6)), False)]))

    def _weighed(self, level: int, needed: int | None) -> list[Direction]:
        single = [(stat,) for stat in range(6)]
        several: list[tuple[int, ...]] = [*single, *combinations(range(6), 2), tuple(range(6))]
        directions = [Direction(stats, False) for stats in several]
        if needed is not None:
            directions += [Direction(stats, True) for stats in [(), *single[:_SPE]]]
        tick = self.told("directions", len(directions))
        amount = min(6 * self.most, _TRIAL + (needed or 0))
        scores = all_at_once(
            lambda one: self.worth(level, one.avs(amount, needed, self.most), self.weigh, self.seed),
            directions,
            tick,
        )
        ranked = sorted(zip(scores, directions, strict=True), key=lambda pair: -pair[0].p)
        return [direction for _, direction in ranked]

    def _fewest(self, direction: Direction, level: int, needed: int | None, bound: int | None) -> int | None:
        """The least total in this direction that is enough, if it is below ``bound``."""
        high = len(direction.stats) * self.most + (needed or 0 if direction.faster else 0)
        high = min(high, 6 * self.most) if bound is None else min(high, bound - 1)
        if high < 1 or not self._enough(direction, high, level, needed):
            return None
        low = 0
        while high - low > 1:
            middle = (low + high) // 2
            if self._enough(direction, middle, level, needed):
                high = middle
            else:
                low = middle
        return high

    def _enough(self, direction: Direction, total: int, level: int, needed: int | None) -> bool:
        return self.enough(level, direction.avs(total, needed, self.most))


def options(training: Training, level: int, highest: int) -> list[Option]:
    """A small table of ways, from the lowest level up; always with the level asked for as it is.

    Nobody loses levels, so that none goes below that one. Where nothing is enough the last option is the best
    there is: the highest level with all values.
    """
    start = training.as_it_is()
    if start.reached:
        return [start]
    found = [start]
    plain = training.lowest_level("lowest_level", NO_AVS, level + 1, highest)
    if plain is not None:
        found.append(plain)
    if training.most > 0:
        found += _with_values(training, plain, level, highest)
    if not any(option.reached for option in found):
        found.append(training.best(highest))
    return worthwhile(found)


def _full(training: Training) -> Stats6:
    return _six([training.most] * 6)


def _with_values(training: Training, plain: Option | None, level: int, highest: int) -> list[Option]:
    """The level asked for with the fewest values, or else the lowest that all values are enough at; and one
    between that and the level which needs none."""
    fewest = training.fewest_avs("fewest_avs", level)
    trained = None
    if fewest is None or not fewest.reached:
        trained = training.lowest_level("lowest_level_with_avs", _full(training), level, highest)
    found = [option for option in (fewest, trained) if option is not None]
    if found:
        lowest, top = found[-1].level, plain.level if plain is not None else highest
        if top - lowest >= 4:
            between = training.fewest_avs("level_and_avs", (lowest + top) // 2, follow=1)
            found += [] if between is None else [between]
    return found


def worthwhile(found: Iterable[Option]) -> list[Option]:
    """From the lowest level up, without those that another one, which is enough, equals or beats in level and
    values; the level asked for as it is stays."""
    kept: dict[tuple[int, Stats6], Option] = {}
    for option in found:
        kept.setdefault((option.level, option.avs), option)
    distinct = list(kept.values())
    better: list[Option] = []
    for option in sorted(distinct, key=lambda one: (one.level, one.total)):
        if option.kind == "as_it_is" or not any(_beats(other, option) for other in better):
            better.append(option)
    return better


def _beats(one: Option, other: Option) -> bool:
    """Whether ``one`` is enough and costs no more than ``other``."""
    return one.reached and one.level <= other.level and one.total <= other.total
