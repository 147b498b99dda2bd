"""The sentence of the damage calculator, in the form that players know from Smogon's."""

from __future__ import annotations

from typing import Final, Literal

from predictiondex.advisor.knockout import KnockOut
from predictiondex.advisor.sides import Fighter
from predictiondex.advisor.words import level_of, number
from predictiondex.battle import DamageRange
from predictiondex.messages import labelled
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, STAGES, STATS, Move, Stat
from predictiondex.wire import Condition, Side

_SHORT: Final[dict[Stat, tuple[str, str]]] = {
    "hp": ("HP", "PV"),
    "atk": ("Atk", "Atq"),
    "def": ("Def", "Déf"),
    "spa": ("SpA", "Atq Spé"),
    "spd": ("SpD", "Déf Spé"),
    "spe": ("Spe", "Vit"),
}
#: What hurts at the end of a turn.
Hurting = Literal["leechseed", "brn", "psn", "tox", "trapped"]
_HURTS: Final[dict[Hurting, tuple[str, str]]] = {
    "leechseed": ("Leech Seed", "de Vampigraine"),
    "brn": ("burn", "de brûlure"),
    "psn": ("poison", "de poison"),
    "tox": ("toxic", "de poison grave"),
    "trapped": ("trapping", "de piège"),
}
_USUAL_FRIENDSHIP: Final = 70


class Sentence:
    """Says what one move does: ``Lvl 70 120+ Atk Snorlax Body Slam vs. ...: 120-142 (30 - 35.5%) -- ...``."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.french = lang == "fr"

    def whole(
        self,
        attacker: Fighter,
        defender: Fighter,
        sides: tuple[Side, Side],
        move: Move,
        damage: DamageRange,
        outcome: str,
        *,
        critical: bool,
        behind: bool = False,
    ) -> str:
        """The sentence; ``outcome`` is what :meth:`outcome` says, ``behind``: a substitute takes the move."""
        attacking, defending = _stats(move)
        strong = defender if move.use_target_attack else attacker
        # A critical hit looks past a lowered attack and a raised defence.
        parts = [
            self._attacker(attacker, strong, attacking, move, lowest=1 if critical else STAGES.low),
            move.names.in_(self.lang),
            "contre" if self.french else "vs.",
            self._defender(defender, defending, highest=-1 if critical else STAGES.high),
            self._cover(sides[1], move, critical=critical),
            ("derrière un clone" if self.french else "behind a substitute") if behind else "",
            ("sur un coup critique" if self.french else "on a critical hit") if critical else "",
        ]
        said = " ".join(part for part in parts if part)
        return labelled(said, f"{self._range(damage, critical=critical)} -- {outcome}", self.lang)

    def _attacker(self, who: Fighter, strong: Fighter, stat: Stat | None, move: Move, *, lowest: int) -> str:
        """``strong`` is whose attack counts: the target's for Foul Play."""
        burned = (
            stat is not None
            and who.combatant.status == "brn"
            and move.category == "Physical"
            and move.id != "facade"
        )
        parts = [
            self._level(who),
            self._stage(strong, stat, lowest, STAGES.high),
            self._stat(strong, stat),
            ("brûlé" if self.french else "burned") if burned else "",
            who.name,
            self._friendship(who),
        ]
        return " ".join(part for part in parts if part)

    def _defender(self, who: Fighter, stat: Stat | None, *, highest: int) -> str:
        bulk = self._stat(who, "hp")
        if stat is not None:
            bulk += f" / {self._stat(who, stat)}"
        parts = [
            self._level(who),
            self._stage(who, stat, STAGES.low, highest),
            bulk,
            who.name,
            self._friendship(who),
        ]
        return " ".join(part for part in parts if part)

    def _level(self, who: Fighter) -> str:
        level = who.combatant.level
        return level_of(level, self.lang) if self.french else f"Lvl {level}"

    def _stage(self, who: Fighter, stat: Stat | None, lowest: int, highest: int) -> str:
        """The stage of a stat where it counts."""
        if stat is None:
            return ""
        stage = who.combatant.boosts[BOOSTS.index(stat)]
        return f"{stage:+d}" if stage and lowest <= stage <= highest else ""

    def _stat(self, who: Fighter, stat: Stat | None) -> str:
        if stat is None:
            return ""
        nature = pokedex.natures[who.combatant.nature]
        mark = "+" if nature.plus == stat else "-" if nature.minus == stat else ""
        return f"{who.combatant.avs[STATS.index(stat)]}{mark} {_SHORT[stat][self.french]}"

    def _friendship(self, who: Fighter) -> str:
        value = who.combatant.friendship
        if value == _USUAL_FRIENDSHIP:
            return ""
        return f"({'amitié' if self.french else 'friendship'} {value})"

    def _cover(self, side: Side, move: Move, *, critical: bool) -> str:
        present = {one.name if isinstance(one, Condition) else one for one in side.conditions}
        screen = "reflect" if move.category == "Physical" else "lightscreen"
        if critical or screen not in present or move.id == "brickbreak" or _stats(move) == (None, None):
            return ""
        name = pokedex.moves[screen].names.in_(self.lang)
        return f"{'à travers' if self.french else 'through'} {name}"

    def _range(self, damage: DamageRange, *, critical: bool) -> str:
        rolls = damage.crit_rolls if critical else damage.rolls
        low, high = rolls[0] * damage.hits[0], rolls[-1] * damage.hits[1]
        shares = [
            number(int(1000 * points / damage.defender_max_hp) / 10, self.lang) for points in (low, high)
        ]
        sign = "\N{NO-BREAK SPACE}%" if self.french else "%"
        return f"{low}-{high} ({shares[0]} - {shares[1]}{sign})"

    def outcome(
        self,
        chances: list[KnockOut],
        uses: tuple[int, int] | None,
        hurting: tuple[Hurting, ...],
        *,
        early: bool,
    ) -> str:
        """``guaranteed 2HKO``, ``43.8% chance to OHKO``, with what else hurts; ``early``: before the first
        use as well."""
        after = self._after(hurting)
        for one in chances:
            if one.rolls > 0:
                name = "OHKO" if one.uses == 1 else f"{one.uses}HKO"
                said = after if one.uses > 1 or early else ""
                return self._likely(name, one.rolls) + said
        if uses is None:
            return "ne met jamais K.O." if self.french else "never knocks out"
        low, high = uses
        name = f"{low}HKO"
        if low == high:
            return (f"{name} garanti" if self.french else f"guaranteed {name}") + after
        return (f"{name} possible" if self.french else f"possible {name}") + after

    def _likely(self, name: str, chance: float) -> str:
        if chance == 1:
            return f"{name} garanti" if self.french else f"guaranteed {name}"
        share = number(max(0.1, min(99.9, round(100 * chance, 1))), self.lang)
        if self.french:
            return f"{share}\N{NO-BREAK SPACE}% de chances de {name}"
        return f"{share}% chance to {name}"

    def _after(self, hurting: tuple[Hurting, ...]) -> str:
        if not hurting:
            return ""
        names = [_HURTS[one][self.french] for one in hurting]
        listed = (" et " if self.french else " and ").join(names)
        return f" avec les dégâts {listed}" if self.french else f" after {listed} damage"


def _stats(move: Move) -> tuple[Stat | None, Stat | None]:
    """The attacking and the defending stat that count; none for moves of fixed damage."""
    if move.fixed_damage is not None or move.ohko or "damageCallback" in move.callbacks:
        return None, None
    return ("atk", "def") if move.category == "Physical" else ("spa", "spd")
