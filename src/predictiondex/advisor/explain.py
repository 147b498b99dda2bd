"""Why a move is the best, in words of the game: who is faster, hits to knock out, types, accuracy, status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from predictiondex.advisor.effects import at_foe, effect_of, in_vain, may_harm
from predictiondex.advisor.estimates import Comparison, Estimate
from predictiondex.advisor.exchange import AMBUSHES, REACTIVE, Blow, blows_in, evolved, evolves, speed
from predictiondex.advisor.situation import FORCED, RECHARGE, Situation, choices_of
from predictiondex.advisor.values import greedy_choice
from predictiondex.advisor.words import (
    CONDITIONS,
    Kind,
    count,
    hits,
    listing,
    number,
    percent,
    points,
    say,
    span,
    stages,
)
from predictiondex.battle import layout as at
from predictiondex.battle.accuracy import reaches
from predictiondex.battle.damage import immune
from predictiondex.battle.moves import CATEGORY, MOVE_NUMBER, STATUS_MOVE, TABLE
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, Move
from predictiondex.wire import MoveAdvice, Reason, WorstCase


class Explainer:
    """Collects the reasons for a move in the language of the request."""

    def __init__(self, now: Situation, lang: Lang) -> None:
        self.now = now
        self.you = now.you
        self.opponent = now.opponent
        self.lang: Lang = lang
        self._names = {"you": self.you.name, "opponent": self.opponent.name}

    def reasons(
        self,
        advised: Sequence[MoveAdvice],
        blows: Mapping[str, Blow],
        values: Mapping[str, Estimate],
        lead: Comparison | None,
        worst: WorstCase | None,
        *,
        battles: int,
    ) -> list[Reason]:
        """Reasons in the order a player asks for them; ``advised`` has the best move first. ``battles`` were
        played for each move (none: by the model)."""
        best = advised[0]
        value = values[best.id]
        n = min(value.n, battles) if battles else value.n  # a hybrid's model counts for battles, too
        found = self._outcome(value, values, n)
        if best.id == RECHARGE:
            return [*found, self._reason("recharging", {})]
        move = pokedex.moves[best.id]
        if len(advised) == 1 and len(self.you.moves) > 1:
            found.append(self._reason("no_choice", {"move": best.id}, move=self._name(move)))
        choices = choices_of(self.now.start, int(at.B))
        reply = None if RECHARGE in choices else pokedex.moves[greedy_choice(self.now, int(at.B), choices)]
        found += self._order(move, reply)
        found += self._blow(blows[best.id])
        found += self._threat(choices, reply)
        found += self._state()
        found += self._choice(advised, value, lead, n)
        return found + self._worst(worst, best)

    def _choice(
        self, advised: Sequence[MoveAdvice], value: Estimate, lead: Comparison | None, n: int
    ) -> list[Reason]:
        """How sure the choice is, what equals it, and what asking again every turn is worth."""
        best, found = advised[0], []
        if value.plain is not None and value.p - value.plain >= 0.02:
            chances = {"chance": value.p, "plain": value.plain}
            said = {name: percent(100 * chance, self.lang) for name, chance in chances.items()}
            found.append(self._reason("look_ahead", chances, **said))
        equals = [one for one in advised[1:] if one.equal_to_best]
        if equals:
            names = listing([one.name for one in equals], self.lang)
            facts = {"moves": [one.id for one in equals], "n": n}
            kind: Kind = "equal" if value.interval is not None else "equal_model"
            found.append(self._reason(kind, facts, moves=names, best=best.name, n=count(n, self.lang)))
        elif lead is not None:
            facts = {"lead": lead.lead, "certainty": lead.certainty, "second": advised[1].id}
            apart = points(100 * lead.lead, self.lang)
            sure = percent(100 * lead.certainty, self.lang)
            words = {"best": best.name, "second": advised[1].name, "points": apart, "certainty": sure}
            found.append(self._reason("sure" if lead.clear else "unsure", facts, **words))
        return found

    def _worst(self, worst: WorstCase | None, best: MoveAdvice) -> list[Reason]:
        if worst is None:
            return []
        kind: Kind = "worst_case_same" if worst.same_advice else "worst_case"
        instead = next(one.name for one in worst.values if one.id == worst.recommended_move)
        facts = {"moves": [move.id for move in worst.moves], "win_probability": worst.win_probability}
        words = {
            "moves": listing([move.name for move in worst.moves], self.lang),
            "chance": percent(100 * worst.win_probability, self.lang),
            "move": best.name if worst.same_advice else instead,
        }
        return [self._reason(kind, facts, **words)]

    def _state(self) -> list[Reason]:
        """What already happened to both and still counts: status, stages, conditions."""
        found: list[Reason] = []
        for who, side, block in (
            (self.you, "you", int(at.A)),
            (self.opponent, "foe", int(at.B)),
        ):
            status = who.combatant.status
            if status:
                kind: Kind = f"{side}_{status}"  # type: ignore[assignment]
                found.append(self._reason(kind, {"status": status}))
            if any(who.combatant.boosts):
                changes = dict(zip(BOOSTS, who.combatant.boosts, strict=True))
                said = stages(changes, self.lang)
                facts = {"stages": {stat: change for stat, change in changes.items() if change}}
                found.append(self._reason("stages", facts, who=who.name, stats=said))
            held = self._held(block)
            if held:
                said = listing([CONDITIONS[name][self.lang == "fr"] for name in held], self.lang)
                found.append(self._reason("conditions", {"conditions": held}, who=who.name, names=said))
        return found

    def _held(self, block: int) -> list[str]:
        s = self.now.start[block : block + at.SIDE]
        order = s[at.CONDITION_ORDER : at.CONDITION_ORDER + s[at.CONDITION_COUNT]].tolist()
        return [name for bit in order if (name := at.CONDITION_NAMES[bit]) in CONDITIONS]

    def _reason(self, kind: Kind, values: dict[str, Any], **words: object) -> Reason:
        return Reason(kind=kind, text=say(kind, self.lang, **{**self._names, **words}), values=values)

    def _name(self, move: Move) -> str:
        return move.names.in_(self.lang)

    def _outcome(self, best: Estimate, values: Mapping[str, Estimate], n: int) -> list[Reason]:
        """Nothing but wins, or not one with any move: a search may name a blow that never won where another
        move won too rarely to be sure, and reckons its gain upon other battles."""
        won = best.p == 1 and (best.rows is None or bool((best.rows == 1).all()))
        if not won and any(one.p for one in values.values()):
            return []
        return [self._reason("always_won" if won else "never_won", {"n": n}, n=count(n, self.lang))]

    def _order(self, move: Move, reply: Move | None) -> list[Reason]:
        """Who moves first, if both do."""
        if reply is None:
            return []
        if move.priority > reply.priority:
            return [self._reason("priority", {"priority": move.priority}, move=self._name(move))]
        if move.priority < reply.priority:
            said = reply if reply.priority > 0 else move
            facts = {"priority": said.priority, "move": said.id}
            return [self._reason("priority_foe" if said is reply else "late", facts, move=self._name(said))]
        mine, theirs = (
            speed(who.combatant, evolves=evolves(self.now.start, side))
            for who, side in ((self.you, int(at.A)), (self.opponent, int(at.B)))
        )
        kind: Kind = "moves_first" if mine > theirs else "moves_second" if mine < theirs else "speed_tie"
        return [self._reason(kind, {"you": mine, "opponent": theirs}, mine=mine, theirs=theirs)]

    def _blow(self, best: Blow) -> list[Reason]:
        name = self._name(best.move)
        if best.move.category == "Status":
            return self._status_move(best, name)
        if best.type_multiplier == 0:
            return [self._reason("immune", {"multiplier": 0.0}, move=name)]
        if best.move.id in REACTIVE:
            return [self._reason("reactive", {"move": best.move.id}, move=name)]
        if best.percent[1] == 0:  # such as Fissure against a higher level
            return [self._reason("immune", {"multiplier": best.type_multiplier}, move=name)]
        found = [self._damage(best)]
        if not self._comes_through(best.move, int(at.A)):
            found.append(self._reason("out_of_reach", {"move": best.move.id}, move=name))
        if best.type_multiplier != 1:
            kind: Kind = "strong" if best.type_multiplier > 1 else "weak"
            shown = number(best.type_multiplier, self.lang)
            values = {"multiplier": best.type_multiplier}
            found.append(self._reason(kind, values, move=name, multiplier=shown))
        if best.stab:
            found.append(self._reason("stab", {"multiplier": 1.5}, move=name))
        return found + self._accuracy(best, name) + self._price(best.move)

    def _accuracy(self, best: Blow, name: str) -> list[Reason]:
        if best.accuracy is None or best.accuracy >= 1:
            return []
        chance = percent(100 * best.accuracy, self.lang)
        return [self._reason("accuracy", {"accuracy": best.accuracy}, move=name, chance=chance)]

    def _status_move(self, best: Blow, name: str) -> list[Reason]:
        reached = not at_foe(best.move) or self._comes_through(best.move, int(at.A))
        away = [] if reached else [self._reason("out_of_reach", {"move": best.move.id}, move=name)]
        if in_vain(self.now, best.move):
            kind: Kind = "immune" if at_foe(best.move) else "in_vain"
            return [*away, self._reason(kind, {"move": best.move.id, "multiplier": 0.0}, move=name)]
        facts = {"move": best.move.id, "accuracy": best.accuracy}
        found = [self._reason("status_move", facts, move=name), *away]
        effect = effect_of(best.move, self.lang)
        if effect is not None:
            found.append(self._reason(effect[0], facts, move=name, **effect[1]))
        return found + self._accuracy(best, name)

    def _price(self, move: Move) -> list[Reason]:
        """What the move costs its user, or hangs on."""
        kinds: tuple[tuple[Kind, bool], ...] = (
            ("only_before_attack", move.id in AMBUSHES),
            ("charge", self._charges(move, int(at.A))),
            ("recharge", "recharge" in move.flags),
            ("self_destruct", move.self_destruct is not None),
        )
        return [
            self._reason(kind, {"move": move.id}, move=self._name(move)) for kind, applies in kinds if applies
        ]

    def _charges(self, move: Move, side: int) -> bool:
        """Whether a side that begins a move now only gets ready this turn."""
        return "charge" in move.flags and choices_of(self.now.start, side).get(move.id, FORCED) != FORCED

    def _comes_through(self, move: Move, user: int) -> bool:
        """Whether a blow of this turn can hit the other side where it is now."""
        target = int(at.A + at.B) - user
        return self._charges(move, user) or reaches(self.now.start, MOVE_NUMBER[move.id], user, target)

    def _damage(self, best: Blow) -> Reason:
        values = {"percent": best.percent, "ko_chance": best.ko_chance, "hits": best.hits_needed}
        words = {"move": self._name(best.move), "span": span(*best.percent, self.lang)}
        if best.shielded:
            return self._reason("shielded", values, **words)
        if best.hits_needed == (1, 1):
            return self._reason("knock_out", values, **words)
        if best.ko_chance == 0 and best.move.self_destruct is not None:
            return self._reason("damage_once", values, **words)
        if best.ko_chance > 0 or best.hits_needed is None:
            chance = percent(100 * best.ko_chance, self.lang)
            return self._reason("maybe_knock_out", values, **words, chance=chance)
        return self._reason("damage", values, **words, hits=hits(*best.hits_needed, self.lang))

    def _threat(self, choices: Iterable[str], reply: Move | None) -> list[Reason]:
        """What a greedy foe answers with, of the moves that it can choose."""
        if reply is None:
            return [self._reason("foe_recharging", {})]
        worst = blows_in(self.now.start, (reply,), int(at.B))[0]
        if worst.harm == 0:
            return self._quiet_threat([pokedex.moves[one] for one in choices])
        return [self._answer(worst), *self._delay(reply)]

    def _delay(self, reply: Move) -> list[Reason]:
        """Why the foe's blow may not land this turn."""
        kinds: tuple[tuple[Kind, bool], ...] = (
            ("threat_only_before_attack", reply.id in AMBUSHES),
            ("threat_charge", self._charges(reply, int(at.B))),
            ("threat_out_of_reach", not self._comes_through(reply, int(at.B))),
        )
        facts = {"move": reply.id}
        return [self._reason(kind, facts, move=self._name(reply)) for kind, applies in kinds if applies]

    def _answer(self, worst: Blow) -> Reason:
        """What the foe's blow takes from you."""
        values = {
            "move": worst.move.id,
            "percent": worst.percent,
            "ko_chance": worst.ko_chance,
            "hits": worst.hits_needed,
        }
        name = self._name(worst.move)
        if worst.shielded:
            return self._reason("threat_shielded", values, move=name)
        if worst.ko_chance > 0 or worst.hits_needed is None:
            chance = percent(100 * worst.ko_chance, self.lang)
            return self._reason("threat_knock_out", values, move=name, chance=chance)
        shown = span(*worst.percent, self.lang)
        if worst.move.self_destruct is not None:
            return self._reason("threat_once", values, move=name, span=shown)
        needed = hits(*worst.hits_needed, self.lang)
        return self._reason("threat", values, move=name, span=shown, hits=needed)

    def _quiet_threat(self, moves: Sequence[Move]) -> list[Reason]:
        """What is to fear of a foe none of whose blows hurts; blows that give back are told of nowhere."""
        if any(move.id in REACTIVE for move in moves):
            return []
        harmful = [move for move in moves if move.category == "Status" and may_harm(self.now.start, move)]
        if not harmful:
            return [self._reason("no_threat_now" if self._hurts_later() else "no_threat", {})]
        names = listing([self._name(move) for move in harmful], self.lang)
        return [self._reason("threat_quiet", {"moves": [move.id for move in harmful]}, moves=names)]

    def _hurts_later(self) -> bool:
        """Whether the foe has a blow that your types let through: disabled now, say, or a Dream Eater."""
        state = evolved(self.now.start)
        own = [int(state[at.B + at.MOVE + slot]) for slot in range(4) if state[at.B + at.PP + slot] > 0]
        blows = [one for one in own if one != at.NONE and TABLE[one, CATEGORY] != STATUS_MOVE]
        return any(not immune(state, one, at.A) for one in blows)
