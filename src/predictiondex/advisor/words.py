"""Sentences of the advice, in English and French.

A template is filled with ``str.format``. Numbers arrive ready made, because a language decides how a
percentage or a decimal looks.
"""

from __future__ import annotations

from typing import Literal

from predictiondex.pokedex.model import Lang

Kind = Literal[
    "assumed_moves",
    "repeated_move",
    "engine_not_ready",
    "always_won",
    "never_won",
    "priority",
    "moves_first",
    "moves_second",
    "speed_tie",
    "damage",
    "knock_out",
    "maybe_knock_out",
    "strong",
    "weak",
    "immune",
    "stab",
    "accuracy",
    "charge",
    "recharge",
    "self_destruct",
    "reactive",
    "status_move",
    "threat",
    "threat_knock_out",
    "no_threat",
    "equal",
]

_ENGLISH: dict[Kind, str] = {
    "assumed_moves": "Nobody said which moves {pokemon} has; the last ones it learns by level are assumed: "
    "{moves}.",
    "repeated_move": "{move} was listed twice and counts once.",
    "engine_not_ready": "No model is ready for the engine {engine}: the answer comes from simulated battles.",
    "always_won": "You won every one of {n} battles.",
    "never_won": "Nothing won a single one of {n} battles.",
    "priority": "{move} goes first, whatever the speeds.",
    "moves_first": "{you} is faster ({mine} against {theirs}) and moves first.",
    "moves_second": "{opponent} is faster ({theirs} against {mine}) and moves first.",
    "speed_tie": "Both are equally fast ({mine}): chance decides who moves first.",
    "damage": "{move} takes {span} of a full hp bar: {hits} to knock {opponent} out.",
    "knock_out": "{move} knocks {opponent} out at once, if it hits.",
    "maybe_knock_out": "{move} takes {span} of a full hp bar and knocks {opponent} out at once "
    "{chance} of the time.",
    "strong": "{move} is super effective (×{multiplier}).",
    "weak": "{move} is not very effective (×{multiplier}).",
    "immune": "{move} does nothing to {opponent}.",
    "stab": "{move} has the user's own type (×1.5).",
    "accuracy": "{move} hits {chance} of the time.",
    "charge": "{move} takes a turn to charge first.",
    "recharge": "{move} costs the turn after it.",
    "self_destruct": "{move} knocks its user out, too: who faints last wins.",
    "reactive": "{move} gives back the damage you take; how much cannot be told before.",
    "status_move": "{move} does no damage itself: it prepares the turns that follow.",
    "threat": "{opponent} answers with {move}: {span} of your full hp bar, {hits} to knock you out.",
    "threat_knock_out": "{opponent} can knock you out at once with {move}, {chance} of the time.",
    "no_threat": "None of the moves of {opponent} does damage to you.",
    "equal": "Just as good as {best}, as far as {n} battles can tell: {moves}.",
}

_FRENCH: dict[Kind, str] = {
    "assumed_moves": "Les capacités de {pokemon} ne sont pas précisées ; on suppose les dernières apprises "
    "par niveau : {moves}.",
    "repeated_move": "{move} figure deux fois et compte une fois.",
    "engine_not_ready": "Aucun modèle n'est prêt pour le moteur {engine} : la réponse vient de combats "
    "simulés.",
    "always_won": "Vous avez gagné les {n} combats.",
    "never_won": "Rien n'a permis de gagner un seul des {n} combats.",
    "priority": "{move} part en premier, quelles que soient les vitesses.",
    "moves_first": "{you} est plus rapide ({mine} contre {theirs}) et agit en premier.",
    "moves_second": "{opponent} est plus rapide ({theirs} contre {mine}) et agit en premier.",
    "speed_tie": "Vitesses égales ({mine}) : le hasard décide qui agit en premier.",
    "damage": "{move} retire {span} d'une barre de PV pleine : {hits} pour mettre {opponent} K.O.",
    "knock_out": "{move} met {opponent} K.O. en un coup, s'il touche.",
    "maybe_knock_out": "{move} retire {span} d'une barre de PV pleine et met {opponent} K.O. en "
    "un coup dans {chance} des cas.",
    "strong": "{move} est super efficace (×{multiplier}).",
    "weak": "{move} n'est pas très efficace (×{multiplier}).",
    "immune": "{move} n'a aucun effet sur {opponent}.",
    "stab": "{move} est du type de son lanceur (×1,5).",
    "accuracy": "{move} touche dans {chance} des cas.",
    "charge": "{move} demande d'abord un tour de charge.",
    "recharge": "{move} coûte le tour suivant.",
    "self_destruct": "{move} met aussi son lanceur K.O. : le dernier debout gagne.",
    "reactive": "{move} rend les dégâts que vous subissez ; on ne peut pas les prévoir.",
    "status_move": "{move} n'inflige pas de dégâts : elle prépare les tours suivants.",
    "threat": "{opponent} répond par {move} : {span} de votre barre de PV pleine, {hits} pour vous "
    "mettre K.O.",
    "threat_knock_out": "{opponent} peut vous mettre K.O. en un coup avec {move}, dans {chance} des cas.",
    "no_threat": "Aucune capacité de {opponent} ne vous inflige de dégâts.",
    "equal": "{moves} : pas de différence avec {best} que {n} combats permettent de voir.",
}

TEMPLATES: dict[Lang, dict[Kind, str]] = {"en": _ENGLISH, "fr": _FRENCH}


def say(kind: Kind, lang: Lang, **values: object) -> str:
    """The sentence of ``kind`` with its blanks filled."""
    return TEMPLATES[lang][kind].format(**values)


def number(value: float, lang: Lang) -> str:
    """A number with at most two decimals: ``0.5``, in French ``0,5``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if lang == "fr" else text


def percent(value: float, lang: Lang) -> str:
    """A percentage (0-100), never rounded to a certainty it is not: ``45%``, ``>99%``, ``45 %``."""
    sign = "\N{NO-BREAK SPACE}%" if lang == "fr" else "%"
    if 99.5 <= value < 100:
        return f">99{sign}"
    if 0 < value <= 0.5:
        return f"<1{sign}"
    return f"{value:.0f}{sign}"


def span(least: float, most: float, lang: Lang) -> str:
    """A range of percentages: ``45% to 53%``, or one where both read the same."""
    low, high = percent(least, lang), percent(most, lang)
    return low if low == high else f"{low} {'à' if lang == 'fr' else 'to'} {high}"


def hits(least: int, most: int, lang: Lang) -> str:
    """How many uses it takes: ``2 hits``, ``2 to 3 hits``."""
    word = ("coup" if lang == "fr" else "hit") + ("s" if most > 1 else "")
    if least == most:
        return f"{least} {word}"
    return f"{least} {'à' if lang == 'fr' else 'to'} {most} {word}"


def listing(names: list[str], lang: Lang) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    joint = " et " if lang == "fr" else " and "
    return ", ".join(names[:-1]) + joint + names[-1]
