"""Texts of the quiz."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "quiz.title": Text("Quiz", "Quiz"),
    "quiz.level": Text("Difficulty", "Difficulté"),
    "quiz.easy": Text("Easy", "Facile"),
    "quiz.medium": Text("Medium", "Moyen"),
    "quiz.hard": Text("Hard", "Difficile"),
    "quiz.again": Text("Start over", "Recommencer"),
    "quiz.score": Text("Right answers", "Bonnes réponses"),
    "quiz.of": Text("{right} of {asked}", "{right} sur {asked}"),
    "quiz.streak": Text("In a row", "D'affilée"),
    "quiz.best": Text("Longest row", "Meilleure série"),
    "quiz.number": Text("Question {number}", "Question {number}"),
    "quiz.keys": Text(
        "Answer with a click, or with the keys 1 to {most}; N asks the next question.",
        "Répondez d'un clic ou avec les touches 1 à {most} ; N pose la question suivante.",
    ),
    "quiz.share": Text(
        "Send this page's address to a friend: it asks the same questions.",
        "Envoyez l'adresse de cette page à un ami : elle pose les mêmes questions.",
    ),
    "quiz.preparing": Text("Looking for a good question …", "Recherche d'une bonne question …"),
    "quiz.next": Text("Next question", "Question suivante"),
    "quiz.right": Text("Right!", "Juste !"),
    "quiz.wrong": Text("Not quite: {answer}.", "Pas tout à fait : {answer}."),
    "quiz.is_right": Text("right", "juste"),
    "quiz.is_wrong": Text("your answer", "votre réponse"),
    "quiz.effect": Text(
        "How effective are {attacker} attacks against a Pokémon of type {defender}?",
        "Quel effet a une attaque {attacker} sur un Pokémon de type {defender} ?",
    ),
    "quiz.effect_form": Text(
        "How effective are {attacker} attacks against {form}?",
        "Quel effet a une attaque {attacker} sur {form} ?",
    ),
    "quiz.faster": Text("Who is faster, both at the same level?", "Qui est le plus rapide, au même niveau ?"),
    "quiz.damage": Text(
        "{you} attacks {foe}, both level 50. Which move does most damage when it hits?",
        "{you} attaque {foe}, tous deux au niveau 50. Quelle capacité fait le plus de dégâts si elle "
        "touche ?",
    ),
    "quiz.opening": Text(
        "{you} fights {foe}, both level 50. Which move should it open with to win most often?",
        "{you} combat {foe}, tous deux au niveau 50. Par quelle capacité commencer pour gagner le plus "
        "souvent ?",
    ),
    "quiz.winner": Text(
        "Both level 50, with the last moves they learn by then. Who wins more often?",
        "Tous deux au niveau 50, avec leurs dernières capacités apprises. Qui gagne le plus souvent ?",
    ),
    "quiz.because_effect": Text(
        "{attacker} against {defender}: that is how the table of types has it.",
        "{attacker} contre {defender} : ainsi le veut la table des types.",
    ),
    "quiz.because_product": Text(
        "{form} is {first} and {second}: {one} times {other} makes {result}.",
        "{form} est {first} et {second} : {one} fois {other} font {result}.",
    ),
    "quiz.because_speed": Text("Base Speed:", "Vitesse de base :"),
    "quiz.because_damage": Text(
        "Average damage, of full HP, when it hits:", "Dégâts moyens s'il y a coup au but, en part des PV :"
    ),
    "quiz.because_opening": Text(
        "Battles won out of 1,000, played by the games' rules:",
        "Combats gagnés sur 1 000, joués selon les règles des jeux :",
    ),
    "quiz.seed": Text("{name}: a whole number is needed.", "{name} : il faut un nombre entier."),
}
