"""Contributions of a model's features, in words of the game.

The seam between a model and the reasons of an answer: named contributions to the log odds go in, sentences
come out. Features that speak of the same thing are told together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor import words
from predictiondex.advisor.words import percent, say
from predictiondex.messages.text import Lang
from predictiondex.wire import Reason

if TYPE_CHECKING:
    from predictiondex.ml.model import BattleModel

#: Topics told at most, and the least points of win probability worth a sentence.
MOST, LEAST = 4, 1.0

#: What features speak of, by the longest beginning of their name that stands here: English, French.
TOPICS: Final[dict[str, tuple[str, str]]] = {
    "first": ("who moves first", "qui agit en premier"),
    "you_speed": ("who moves first", "qui agit en premier"),
    "foe_speed": ("who moves first", "qui agit en premier"),
    "opening_priority": ("who moves first", "qui agit en premier"),
    "reply_priority": ("who moves first", "qui agit en premier"),
    "race": ("hits to knock out on both sides", "nombre de coups pour un K.O. de chaque côté"),
    "trial": ("what battles tried out show", "ce que montrent des combats d'essai"),
    "opening": ("damage of your move", "dégâts de votre capacité"),
    "opening_hit": ("accuracy of your move", "précision de votre capacité"),
    "opening_charges": ("turns your move costs", "tours que coûte votre capacité"),
    "opening_recharges": ("turns your move costs", "tours que coûte votre capacité"),
    "opening_dies": ("your move knocks its user out", "votre capacité met son lanceur K.O."),
    "opening_ailment": ("status your move may inflict", "statut que votre capacité peut infliger"),
    "opening_flinch": ("flinching by your move", "apeurement par votre capacité"),
    "quiet": ("what your move does besides damage", "effet de votre capacité hors dégâts"),
    "reply": ("the opponent's best move", "la meilleure capacité adverse"),
    "reply_hit": ("accuracy of the opponent", "précision adverse"),
    "next": ("your moves on the turns that follow", "vos capacités aux tours suivants"),
    "you": ("how your Pokémon stands", "l'état de votre Pokémon"),
    "you_hp": ("HP you have left", "PV qu'il vous reste"),
    "you_status": ("your status", "votre statut"),
    "you_offence": ("stat changes", "changements de stats"),
    "you_defence": ("stat changes", "changements de stats"),
    "you_aim": ("stat changes", "changements de stats"),
    "foe": ("how the opponent stands", "l'état de l'adversaire"),
    "foe_hp": ("HP the opponent has left", "PV qu'il reste à l'adversaire"),
    "foe_status": ("the opponent's status", "statut de l'adversaire"),
    "foe_offence": ("stat changes", "changements de stats"),
    "foe_defence": ("stat changes", "changements de stats"),
    "foe_aim": ("stat changes", "changements de stats"),
}
_OTHER: Final = ("everything else", "tout le reste")


def contribution_reasons(
    names: Sequence[str],
    parts: NDArray[np.float64],
    weights: NDArray[np.float64],
    lang: Lang,
) -> list[Reason]:
    """Sentences for what moves the chance most, strongest first, in points of win probability.

    ``parts`` ``(n, names + 1)`` are log odds: what each feature adds, and last what there is before any
    speaks; a row for each state that this may be, as likely as ``weights`` ``(n,)`` say. Topics are taken
    from the strongest to the weakest, each from where the one before left the chance: the points of all
    together lead from the base to the prediction.
    """
    from predictiondex.ml.model import chance

    topics: dict[tuple[str, str], NDArray[np.float64]] = {}
    for name, amount in zip(names, parts[:, :-1].T, strict=True):
        topic = topic_of(name)
        topics[topic] = topics.get(topic, np.zeros(len(parts))) + amount
    odds = parts[:, -1]
    start = float(weights @ chance(odds))
    text = say("contributions_base", lang, chance=percent(100 * start, lang))
    found = [Reason(kind="contributions_base", text=text, values={"win_probability": start})]
    for topic, amount in sorted(topics.items(), key=lambda item: -abs(float(weights @ item[1]))):
        points = 100 * float(weights @ (chance(odds + amount) - chance(odds)))
        odds = odds + amount
        if abs(points) < LEAST or len(found) > MOST:
            continue
        signed = words.points(points, lang, sign="+" if points > 0 else "\N{MINUS SIGN}")
        name = topic[lang == "fr"]
        text = say("contribution", lang, name=name[:1].upper() + name[1:], points=signed)
        values = {"topic": topic[0], "points": points, "log_odds": float(weights @ amount)}
        found.append(Reason(kind="contribution", text=text, values=values))
    return found


def model_reasons(
    model: BattleModel, states: NDArray[np.int64], weights: NDArray[np.float64], slot: int, lang: Lang
) -> list[Reason]:
    """Why the model values an opening as it does; 10 to 30 ms.

    ``states`` ``(n, VECTOR)`` that this may be, as likely as ``weights`` ``(n,)`` say; ``slot`` of side A.
    The base is the race: the exchange of blows worked out.
    """
    from predictiondex.ml.features import NAMES, matrix

    parts = model.contributions(matrix(states, np.full(len(states), slot, dtype=np.int64)))
    return contribution_reasons(NAMES, parts, weights, lang)


def topic_of(feature: str) -> tuple[str, str]:
    """What a feature speaks of, in English and French."""
    parts = feature.split("_")
    for length in range(len(parts), 0, -1):
        topic = TOPICS.get("_".join(parts[:length]))
        if topic is not None:
            return topic
    return _OTHER
