"""A battle told: structured events turn by turn, and lines to read in English or French.

    >>> print("\\n".join(tell(squirtle, charmander, seed=1, lang="fr").lines))

The story of battle ``index`` of a seed is the battle that a Monte Carlo run with that seed plays under that
number: same rolls, same ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from predictiondex.battle.combatant import Combatant
from predictiondex.battle.library import Battle, Winner
from predictiondex.battle.log import Event
from predictiondex.errors import UsageError
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex

LANGUAGES: Final[tuple[Lang, ...]] = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: hit points at its start, what both chose (move ids), what happened, and in words."""

    number: int
    hp_a: int
    hp_b: int
    move_a: str
    move_b: str
    events: tuple[Event, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A whole battle. ``hp_a`` and ``hp_b`` are what is left at its end; ``ending`` says who won."""

    turns: tuple[Turn, ...]
    winner: Winner
    hp_a: int
    hp_b: int
    ending: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The story from the first line to the last."""
        return (*(line for turn in self.turns for line in turn.lines), self.ending)


def tell(
    a: Combatant,
    b: Combatant,
    seed: int = 1,
    policy_a: str = "greedy",
    policy_b: str = "greedy",
    *,
    index: int = 0,
    lang: Lang = "en",
) -> Story:
    """Play battle ``index`` of ``seed`` and tell it; raises ``UsageError`` naming the field."""
    if lang not in LANGUAGES:
        raise UsageError("lang is en or fr.", field="lang")
    battle = Battle(a, b, seed=seed, index=index)
    words = Words(a, b, lang)
    turns = []
    while not battle.over:
        number, (hp_a, hp_b) = battle.turn, battle.hp
        move_a, move_b = battle.pick(policy_a, policy_b)
        heading = words.heading(number, hp_a, hp_b)
        battle.step(move_a, move_b)
        lines = (heading, *words.lines(battle.events))
        turns.append(Turn(number, hp_a, hp_b, move_a, move_b, battle.events, lines))
    winner = battle.winner or "tie"
    return Story(tuple(turns), winner, *battle.hp, ending=words.ending(winner))


class Words:
    """Says events in one language. Where both sides are of one form, they are told apart."""

    def __init__(self, a: Combatant, b: Combatant, lang: Lang) -> None:
        self.lang = lang
        self.max_hp = a.stats[0], b.stats[0]
        name_a, name_b = a.form.names.in_(lang), b.form.names.in_(lang)
        if name_a == name_b:
            name_a, name_b = f"{name_a} (A)", f"{name_b} (B)"
        self.names = {"A": name_a, "B": name_b}

    def heading(self, turn: int, hp_a: int, hp_b: int) -> str:
        """The line a turn begins with."""
        word, unit = ("Tour", "PV") if self.lang == "fr" else ("Turn", "HP")
        sides = zip(self.names.values(), (hp_a, hp_b), self.max_hp, strict=True)
        return f"— {word} {turn} — " + ", ".join(f"{name} {hp}/{most} {unit}" for name, hp, most in sides)

    def ending(self, winner: Winner) -> str:
        """The last line."""
        if winner == "tie":
            return "Match nul." if self.lang == "fr" else "Nobody wins."
        name = self.names[winner]
        return f"{name} remporte le combat !" if self.lang == "fr" else f"{name} wins the battle!"

    def lines(self, events: tuple[Event, ...]) -> tuple[str, ...]:
        """A line for each event that a spectator would see."""
        said = (self.line(event) for event in events)
        return tuple(line for line in said if line)

    def line(self, event: Event) -> str:
        """One event in words; empty where there is nothing to see (and for ``turn`` and ``win``)."""
        template = _template(event, self.lang)
        if not template:
            return ""
        return template.format(**self._values(event))

    def _values(self, event: Event) -> dict[str, Any]:
        values: dict[str, Any] = event.as_dict()
        if event.side is not None:
            values["who"] = self.names[event.side]
            values["foe"] = self.names["B" if event.side == "A" else "A"]
        for field in ("move", "by"):
            if field in values:
                values[field] = pokedex.moves[values[field]].names.in_(self.lang)
        if event.form is not None:
            values["form"] = pokedex.forms[event.form].names.in_(self.lang)
        if event.type is not None:
            values["type"] = pokedex.type_names[event.type].in_(self.lang)
        if event.stat is not None:
            values["stat"] = _STATS[event.stat][self.lang == "fr"]
        return values


#: English and French, everywhere below in this order.
_Pair = tuple[str, str]
_STATS: Final[Mapping[str, _Pair]] = {
    "atk": ("Attack", "Attaque"),
    "def": ("Defense", "Défense"),
    "spa": ("Special Attack", "Attaque Spéciale"),
    "spd": ("Special Defense", "Défense Spéciale"),
    "spe": ("Speed", "Vitesse"),
    "accuracy": ("accuracy", "précision"),
    "evasion": ("evasion", "esquive"),
}
_PLAIN: Final[Mapping[str, _Pair]] = {
    "miss": ("{who} misses!", "{who} rate son coup !"),
    "fail": ("It comes to nothing.", "Cela ne donne rien."),
    "immune": ("{who} feels nothing of it.", "{who} n'en ressent aucun effet."),
    "protected": ("{who} is shielded from it.", "{who} est à l'abri."),
    "critical": ("A critical hit!", "Coup critique !"),
    "heal": ("{who} regains {points} HP.", "{who} récupère {points} PV."),
    "hits": ("Hits: {number}.", "Nombre de coups : {number}."),
    "faint": ("{who} faints.", "{who} est K.O."),
    "stage": ("{who}: {stat} {change:+d}.", "{who} : {stat} {change:+d}."),
    "prepare": ("{who} is getting {move} ready.", "{who} prépare {move}."),
    "substitutehit": (
        "The decoy of {who} takes {points} damage.",
        "Le leurre qui couvre {who} encaisse {points} dégâts.",
    ),
    "mega": ("{who} Mega Evolves: {form}!", "{who} méga-évolue : {form} !"),
    "transform": ("{who} takes the shape of its foe: {form}.", "{who} prend l'apparence adverse : {form}."),
    "type": ("{who} is now of the {type} type.", "{who} devient de type {type}."),
    "resetstages": ("{who}: stat changes wiped out.", "{who} : changements de stats effacés."),
    "learn": ("{who} picks up {move}.", "{who} s'approprie {move}."),
    "bidestores": ("{who} bides its time.", "{who} patiente."),
    "bidereleases": ("{who} strikes back with all it took!", "{who} rend tous les coups reçus !"),
    "confused": ("{who} is confused.", "{who} n'a pas les idées claires."),
}
_EFFECTIVE: Final[Mapping[bool, _Pair]] = {
    True: ("It's super effective!", "C'est super efficace !"),
    False: ("It's not very effective.", "Ce n'est pas très efficace."),
}
_DAMAGE: Final[Mapping[str, _Pair]] = {
    "move": ("{who} loses {points} HP.", "{who} perd {points} PV."),
    "recoil": ("The recoil costs {who} {points} HP.", "Le contrecoup coûte {points} PV à {who}."),
    "crash": ("{who} crashes and loses {points} HP.", "{who} s'écrase et perd {points} PV."),
    "burn": ("The burn costs {who} {points} HP.", "La brûlure coûte {points} PV à {who}."),
    "poison": ("The poison costs {who} {points} HP.", "Le poison coûte {points} PV à {who}."),
    "leechseed": ("The seed drains {points} HP from {who}.", "La graine prend {points} PV à {who}."),
    "trap": ("The trap costs {who} {points} HP.", "L'emprise coûte {points} PV à {who}."),
    "confusion": (
        "{who} hits itself and loses {points} HP.",
        "{who} se blesse et perd {points} PV.",
    ),
    "substitute": ("{who} gives {points} HP for a decoy.", "{who} donne {points} PV pour un leurre."),
    "drain": ("{who} loses {points} HP.", "{who} perd {points} PV."),
}
_STATUS: Final[Mapping[str, _Pair]] = {
    "par": ("{who} is paralysed.", "{who} se retrouve en état de paralysie."),
    "brn": ("{who} is burned.", "{who} souffre d'une brûlure."),
    "psn": ("{who} is poisoned.", "{who} souffre d'un empoisonnement."),
    "tox": ("{who} is badly poisoned.", "{who} souffre d'un empoisonnement grave."),
    "slp": ("{who} falls asleep.", "{who} s'endort."),
    "frz": ("{who} is frozen solid.", "{who} gèle sur place."),
}
_CURE: Final[Mapping[str, _Pair]] = {
    "par": ("{who} can move freely again.", "{who} bouge de nouveau librement."),
    "brn": ("The burn of {who} heals.", "{who} guérit de sa brûlure."),
    "psn": ("{who} is rid of the poison.", "{who} guérit du poison."),
    "tox": ("{who} is rid of the poison.", "{who} guérit du poison."),
    "slp": ("{who} wakes up.", "{who} se réveille."),
    "frz": ("{who} thaws.", "{who} dégèle."),
}
_CANNOT: Final[Mapping[str, _Pair]] = {
    "asleep": ("{who} is fast asleep.", "{who} dort."),
    "frozen": ("{who} is frozen and cannot move.", "{who} ne peut bouger, la glace tient bon."),
    "paralysed": ("{who} cannot move: paralysis.", "{who} ne peut bouger : paralysie."),
    "flinched": ("{who} flinches.", "{who} tressaille."),
    "recharging": ("{who} has to rest.", "{who} doit reprendre des forces."),
    "disabled": ("{who} cannot use {move}.", "{who} ne peut pas utiliser {move}."),
    "taunted": ("{who} is too angry for {move}.", "{who} rage trop pour {move}."),
    "nopp": ("{who} has no PP left for {move}.", "{who} n'a plus de PP pour {move}."),
}
#: Conditions that nobody sees begin or end are left out.
_BEGIN: Final[Mapping[str, _Pair]] = {
    "confusion": ("{who} becomes confused.", "La confusion gagne {who}."),
    "partiallytrapped": ("{who} is caught.", "Un étau se referme sur {who}."),
    "protect": ("{who} takes cover.", "{who} se met à l'abri."),
    "bide": ("{who} starts to bide its time.", "{who} commence à patienter."),
    "disable": ("{who} loses the use of its last move.", "{who} perd l'usage de sa dernière capacité."),
    "encore": ("{who} must repeat its last move.", "{who} doit répéter sa dernière capacité."),
    "taunt": ("{who} falls for the taunt.", "{who} cède à la provocation."),
    "yawn": ("{who} gets drowsy.", "{who} a sommeil."),
    "leechseed": ("A seed takes root on {who}.", "Une graine prend racine sur {who}."),
    "substitute": ("{who} hides behind a decoy.", "{who} se cache derrière un leurre."),
    "focusenergy": ("{who} focuses.", "{who} se concentre."),
    "reflect": ("A wall against physical moves covers {who}.", "Un mur couvre {who} du physique."),
    "lightscreen": ("A wall against special moves covers {who}.", "Un mur couvre {who} du spécial."),
    "mist": ("Mist covers {who}.", "La brume couvre {who}."),
    "stealthrock": ("Sharp stones float around {who}.", "Des pierres pointues entourent {who}."),
}
_END: Final[Mapping[str, _Pair]] = {
    "confusion": ("{who} thinks clearly again.", "{who} retrouve ses esprits."),
    "partiallytrapped": ("{who} is free again.", "L'étau libère {who}."),
    "disable": ("{who} can use all its moves again.", "{who} retrouve toutes ses capacités."),
    "encore": ("{who} may choose again.", "{who} choisit de nouveau librement."),
    "taunt": ("{who} calms down.", "{who} se calme."),
    "substitute": ("The decoy of {who} is gone.", "Le leurre qui couvrait {who} disparaît."),
    "reflect": ("The wall against physical moves is gone.", "Le mur contre le physique tombe."),
    "lightscreen": ("The wall against special moves is gone.", "Le mur contre le spécial tombe."),
    "mist": ("The mist lifts.", "La brume se lève."),
}
_MOVE: Final[_Pair] = ("{who} uses {move}!", "{who} utilise {move} !")
_CALLED: Final[_Pair] = ("{by} turns into {move}!", "{by} devient {move} !")
_NOTHING: Final[_Pair] = ("", "")


def _template(event: Event, lang: Lang) -> str:
    return _pair(event)[lang == "fr"]


def _pair(event: Event) -> _Pair:
    if event.kind == "move":
        return _CALLED if event.by is not None else _MOVE
    if event.kind == "effective":
        # An ignored immunity is logged as a number of its own and shows as an ordinary hit.
        number = event.number or 0
        return _EFFECTIVE[number > 0] if -2 <= number <= 2 else _NOTHING
    for kind, field, table in _TABLES:
        if event.kind == kind:
            return table.get(getattr(event, field), _NOTHING)
    return _PLAIN.get(event.kind, _NOTHING)


_TABLES: Final = (
    ("damage", "cause", _DAMAGE),
    ("status", "status", _STATUS),
    ("cure", "status", _CURE),
    ("cannot", "reason", _CANNOT),
    ("begin", "condition", _BEGIN),
    ("end", "condition", _END),
)
