"""Questions of the quiz: made of facts and of what the API answers, in no language yet.

The same level, seed and number give the same question to everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Final, Literal, NamedTuple

from predictiondex.ui.facts import Facts, chart, learnset, likeliest, pool
from predictiondex.ui.service import Service
from predictiondex.wire import DamageAnswer, PokemonSummary

Level = Literal["easy", "medium", "hard"]
LEVELS: Final[tuple[Level, ...]] = ("easy", "medium", "hard")

#: Both sides have this level.
EVEN: Final = 50
#: Battles behind a chance to win.
BATTLES: Final = 1000
#: Difference of base Speed, of average damage (per cent of the HP) and of chances to win, at least.
FASTER: Final = {"easy": 30, "medium": 12, "hard": 4}
HARDER: Final = {"easy": 30.0, "medium": 20.0, "hard": 8.0}
BETTER: Final = {"easy": 0.3, "medium": 0.2, "hard": 0.12}
#: So many draws are made for a question with a clear answer; then an easier kind is asked.
DRAWS: Final = 12
#: Moves that are compared before two or three are chosen.
COMPARED: Final = 6
#: Multipliers that can be chosen, by what defends: one type, or a Pokémon of two.
OF_ONE: Final = (0.0, 0.5, 1.0, 2.0)
OF_TWO: Final = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)


class Thing(NamedTuple):
    """Something with a name: a form, a move, a type, or a multiplier."""

    kind: Literal["form", "move", "type", "factor"]
    id: str


@dataclass(frozen=True, slots=True)
class Question:
    """``prompt`` and ``reason`` are keys of texts; ``about`` fills their blanks.

    ``right`` is the place of the right option; ``figures`` are numbers beside each option that show why.
    """

    prompt: str
    about: Mapping[str, Thing]
    options: tuple[Thing, ...]
    right: int
    reason: str
    figures: tuple[float, ...] = ()


class Maker:
    """Makes questions. Raises as the facts and the API do."""

    def __init__(self, facts: Facts, service: Service) -> None:
        self._facts = facts
        self._service = service
        self._chart = chart(service)
        # Megas are states of others, and partners differ from their kin by little.
        self._forms = [form for form in facts.forms.values() if form.kind in ("base", "alola")]

    def question(self, level: Level, seed: int, number: int) -> Question:
        """The question of this number."""
        chance = Random(f"{level} {seed} {number}")  # noqa: S311 - a game
        kinds: dict[Level, Sequence[Callable[[Level, Random], Question | None]]] = {
            "easy": (self._effect, self._effect, self._faster),
            "medium": (self._effect_on_form, self._faster, self._damage, self._winner),
            "hard": (self._effect_on_form, self._damage, self._opening, self._opening, self._winner),
        }
        make = kinds[level][chance.randrange(len(kinds[level]))]
        return make(level, chance) or self._effect(level, chance)

    def _effect(self, _level: Level, chance: Random) -> Question:
        """What an attack does to a type."""
        factor = chance.choice(OF_ONE)
        attacker, defender = chance.choice([pair for pair, value in self._chart.items() if value == factor])
        about = {"attacker": Thing("type", attacker), "defender": Thing("type", defender)}
        return Question("quiz.effect", about, _factors(OF_ONE), OF_ONE.index(factor), "quiz.because_effect")

    def _effect_on_form(self, _level: Level, chance: Random) -> Question | None:
        """What an attack does to a Pokémon of two types."""
        form = chance.choice([form for form in self._forms if len(form.types) > 1])
        attackers = list(self._facts.type_names)
        found = {one: prod(self._chart[one, other] for other in form.types) for one in attackers}
        factor = chance.choice(sorted(set(found.values())))
        attacker = chance.choice([one for one in attackers if found[one] == factor])
        first, second = form.types
        about = {
            "attacker": Thing("type", attacker),
            "form": Thing("form", form.id),
            "first": Thing("type", first),
            "second": Thing("type", second),
            "one": Thing("factor", str(self._chart[attacker, first])),
            "other": Thing("factor", str(self._chart[attacker, second])),
            "result": Thing("factor", str(factor)),
        }
        return Question(
            "quiz.effect_form", about, _factors(OF_TWO), OF_TWO.index(factor), "quiz.because_product"
        )

    def _faster(self, level: Level, chance: Random) -> Question | None:
        """Who is faster."""
        for _ in range(DRAWS):
            pair = chance.sample(self._forms, 2)
            speeds = tuple(float(form.base_stats["spe"]) for form in pair)
            if abs(speeds[0] - speeds[1]) >= FASTER[level]:
                right = speeds.index(max(speeds))
                return Question("quiz.faster", {}, _forms(pair), right, "quiz.because_speed", speeds)
        return None

    def _damage(self, level: Level, chance: Random) -> Question | None:
        """Which move does more damage."""
        for _ in range(DRAWS):
            attacker, defender = chance.sample(self._forms, 2)
            moves = [one.move.id for one in learnset(self._service, attacker.id) if one.move.power]
            tried = chance.sample(sorted(moves), min(COMPARED, len(moves)))
            found = {move: self._average(attacker, defender, move) for move in tried}
            options = _apart({move: part for move, part in found.items() if part is not None}, HARDER[level])
            if options:
                chance.shuffle(options)
                about = {"you": Thing("form", attacker.id), "foe": Thing("form", defender.id)}
                return _best("quiz.damage", about, dict(options), "quiz.because_damage")
        return None

    def _average(self, attacker: PokemonSummary, defender: PokemonSummary, move: str) -> float | None:
        """Average damage of a use that hits once, in per cent of the foe's HP."""
        sides = {"attacker": {"pokemon": attacker.id}, "defender": {"pokemon": defender.id}}
        answer: DamageAnswer = self._service.client.damage({**sides, "move": move})
        if answer.hits != (1, 1):
            return None
        return 100 * sum(answer.rolls) / len(answer.rolls) / answer.defender_max_hp

    def _opening(self, level: Level, chance: Random) -> Question | None:
        """Which opening wins more."""
        for _ in range(DRAWS):
            you, foe = chance.sample(self._forms, 2)
            moves = likeliest(you.id, EVEN, pool(self._service, you.id))
            if len(moves) > 1:
                found = {move: self._wins(you, foe, moves, f"first:{move}") for move in moves}
                ranked = sorted(found.values(), reverse=True)
                if ranked[0] - ranked[1] >= BETTER[level]:
                    about = {"you": Thing("form", you.id), "foe": Thing("form", foe.id)}
                    return _best("quiz.opening", about, found, "quiz.because_opening")
        return None

    def _winner(self, level: Level, chance: Random) -> Question | None:
        """Who wins more often."""
        for _ in range(DRAWS):
            pair = chance.sample(self._forms, 2)
            moves = likeliest(pair[0].id, EVEN, pool(self._service, pair[0].id))
            if moves:
                wins = self._wins(pair[0], pair[1], moves, "greedy")
                if abs(2 * wins - 1) >= BETTER[level]:
                    right = 0 if wins > 0.5 else 1
                    chances = (wins, 1 - wins)
                    return Question("quiz.winner", {}, _forms(pair), right, "quiz.because_opening", chances)
        return None

    def _wins(self, you: PokemonSummary, foe: PokemonSummary, moves: Sequence[str], policy: str) -> float:
        sides = {"you": {"pokemon": you.id, "moves": list(moves)}, "opponent": {"pokemon": foe.id}}
        request = {**sides, "policy_you": policy, "simulations": BATTLES}
        return self._service.client.simulate(request).win_probability


def _factors(values: Sequence[float]) -> tuple[Thing, ...]:
    return tuple(Thing("factor", str(value)) for value in values)


def _forms(forms: Sequence[PokemonSummary]) -> tuple[Thing, ...]:
    return tuple(Thing("form", form.id) for form in forms)


def _best(prompt: str, about: Mapping[str, Thing], found: Mapping[str, float], reason: str) -> Question:
    """Of some moves the one with the highest figure."""
    right = max(range(len(found)), key=list(found.values()).__getitem__)
    options = tuple(Thing("move", move) for move in found)
    return Question(prompt, about, options, right, reason, tuple(found.values()))


def _apart(found: Mapping[str, float], least: float) -> list[tuple[str, float]]:
    """The best and the next that is clearly behind it, with one more between where there is one."""
    ranked = sorted(found.items(), key=lambda item: -item[1])
    behind = [item for item in ranked if ranked[0][1] - item[1] >= least]
    return [ranked[0], *behind[:2]] if behind else []
