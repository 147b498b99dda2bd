"""Why a move is the best, in words of the game: who is faster, hits to knock out, types, accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from predictiondex.advisor.exchange import REACTIVE, Blow, blow, speed
from predictiondex.advisor.sides import Fighter
from predictiondex.advisor.words import Kind, hits, listing, number, percent, say, span
from predictiondex.pokedex.model import Lang, Move
from predictiondex.wire import Reason


class Explainer:
    """Collects the reasons for opening with ``best`` in the language of the request."""

    def __init__(self, you: Fighter, opponent: Fighter, lang: Lang) -> None:
        self.you = you
        self.opponent = opponent
        self.lang: Lang = lang

    def reasons(self, best: Blow, chance: float, equals: Sequence[Move], n: int) -> list[Reason]:
        """Reasons in the order a player asks for them.

        ``chance`` is that of ``best`` to win; ``equals`` are the moves too close to it to call after ``n``
        battles each.
        """
        found = self._outcome(chance, n)
        found.append(self._order(best.move))
        found += self._blow(best)
        found += self._threat()
        if equals:
            names = listing([move.names.in_(self.lang) for move in equals], self.lang)
            ids = [move.id for move in equals]
            values = {"moves": ids, "n": n}
            found.append(self._reason("equal", values, moves=names, best=self._name(best.move), n=n))
        return found

    def _reason(self, kind: Kind, values: dict[str, Any], **words: object) -> Reason:
        names = {"you": self.you.name, "opponent": self.opponent.name, **words}
        return Reason(kind=kind, text=say(kind, self.lang, **names), values=values)

    def _name(self, move: Move) -> str:
        return move.names.in_(self.lang)

    def _outcome(self, chance: float, n: int) -> list[Reason]:
        if chance in (0, 1):
            return [self._reason("always_won" if chance else "never_won", {"n": n}, n=n)]
        return []

    def _order(self, move: Move) -> Reason:
        if move.priority > 0:
            return self._reason("priority", {"priority": move.priority}, move=self._name(move))
        mine, theirs = speed(self.you.combatant), speed(self.opponent.combatant)
        kind: Kind = "moves_first" if mine > theirs else "moves_second" if mine < theirs else "speed_tie"
        return self._reason(kind, {"you": mine, "opponent": theirs}, mine=mine, theirs=theirs)

    def _blow(self, best: Blow) -> list[Reason]:
        name = self._name(best.move)
        if best.move.category == "Status":
            return [self._reason("status_move", {"move": best.move.id}, move=name)]
        if best.type_multiplier == 0:
            return [self._reason("immune", {"multiplier": 0.0}, move=name)]
        if best.move.id in REACTIVE:
            return [self._reason("reactive", {"move": best.move.id}, move=name)]
        found = [self._damage(best)]
        if best.type_multiplier != 1:
            kind: Kind = "strong" if best.type_multiplier > 1 else "weak"
            shown = number(best.type_multiplier, self.lang)
            values = {"multiplier": best.type_multiplier}
            found.append(self._reason(kind, values, move=name, multiplier=shown))
        if best.stab:
            found.append(self._reason("stab", {"multiplier": 1.5}, move=name))
        if best.accuracy is not None and best.accuracy < 1:
            chance = percent(100 * best.accuracy, self.lang)
            found.append(self._reason("accuracy", {"accuracy": best.accuracy}, move=name, chance=chance))
        return found + self._price(best.move)

    def _price(self, move: Move) -> list[Reason]:
        """What the move costs its user."""
        kinds: tuple[tuple[Kind, bool], ...] = (
            ("charge", "charge" in move.flags),
            ("recharge", "recharge" in move.flags),
            ("self_destruct", move.self_destruct is not None),
        )
        return [
            self._reason(kind, {"move": move.id}, move=self._name(move)) for kind, applies in kinds if applies
        ]

    def _damage(self, best: Blow) -> Reason:
        values = {"percent": best.percent, "ko_chance": best.ko_chance, "hits": best.hits_needed}
        words = {"move": self._name(best.move), "span": span(*best.percent, self.lang)}
        if best.hits_needed == (1, 1):
            return self._reason("knock_out", values, **words)
        if best.ko_chance > 0 or best.hits_needed is None:
            chance = percent(100 * best.ko_chance, self.lang)
            return self._reason("maybe_knock_out", values, **words, chance=chance)
        return self._reason("damage", values, **words, hits=hits(*best.hits_needed, self.lang))

    def _threat(self) -> list[Reason]:
        """The foe's move that hurts most, which is what a greedy foe answers with."""
        blows = [blow(self.opponent.combatant, self.you.combatant, move) for move in self.opponent.moves]
        worst = max(blows, key=lambda one: one.harm)
        if worst.harm == 0:
            harmless = all(one.move.id not in REACTIVE for one in blows)
            return [self._reason("no_threat", {})] if harmless else []
        values = {
            "move": worst.move.id,
            "percent": worst.percent,
            "ko_chance": worst.ko_chance,
            "hits": worst.hits_needed,
        }
        name = self._name(worst.move)
        if worst.ko_chance > 0 or worst.hits_needed is None:
            chance = percent(100 * worst.ko_chance, self.lang)
            return [self._reason("threat_knock_out", values, move=name, chance=chance)]
        needed = hits(*worst.hits_needed, self.lang)
        shown = span(*worst.percent, self.lang)
        return [self._reason("threat", values, move=name, span=shown, hits=needed)]
