"""Texts of the teams page."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "teams.title": Text("Teams", "Équipes"),
    "teams.intro": Text(
        "Up to six on each side. You see who beats whom, whom to send first, and who is the weakest link.",
        "Six au plus de chaque côté. Vous voyez qui bat qui, qui envoyer en premier et qui est le maillon "
        "faible.",
    ),
    "team.you": Text("Your team", "Votre équipe"),
    "team.foe": Text("Their team", "Équipe adverse"),
    "teams.join_you": Text("Add one of yours", "Ajouter un des vôtres"),
    "teams.join_foe": Text("Add one of theirs", "Ajouter un des leurs"),
    "teams.leave": Text("Remove {name}", "Retirer {name}"),
    "teams.text": Text("Paste or copy as text (Showdown)", "Coller ou copier en texte (Showdown)"),
    "teams.paste": Text("Team as Showdown writes it", "Équipe comme Showdown l'écrit"),
    "teams.sample": Text(
        "Pikachu\nLevel: 50\nTimid Nature\n- Thunderbolt\n- Quick Attack",
        "Pikachu\nLevel: 50\nTimid Nature\n- Tonnerre\n- Vive-Attaque",
    ),
    "teams.read": Text("Read the text", "Lire le texte"),
    "teams.empty": Text("Paste a text first.", "Collez d'abord un texte."),
    "teams.fault": Text("The text could not be read", "Le texte n'a pas pu être lu"),
    "teams.line": Text("Line {number}, “{line}”: {reason}", "Ligne {number}, « {line} » : {reason}"),
    "teams.kept": Text(
        "The text and the team are still there: change that line and read it again.",
        "Le texte et l'équipe sont toujours là : modifiez cette ligne et relisez.",
    ),
    "teams.later": Text(
        "It cannot be read just now: {detail} Press again in a moment.",
        "Impossible de le lire pour l'instant : {detail} Réessayez dans un moment.",
    ),
    "teams.copy": Text("This team as text:", "Cette équipe en texte :"),
    "teams.ask": Text("Compare the teams", "Comparer les équipes"),
    "teams.first": Text("Send first", "Envoyez d'abord"),
    "teams.weakest": Text("Weakest link: {name} ({chance}).", "Maillon faible : {name} ({chance})."),
    "teams.average_of_wins": Text("chance to win, on average", "de chances de gagner, en moyenne"),
    "teams.caption": Text("Your chance to win, one against one", "Vos chances de gagner, un contre un"),
    "teams.corner": Text("You ↓ them →", "Vous ↓ eux →"),
    "teams.average": Text("Average", "Moyenne"),
    "teams.tag_first": Text("First", "D'abord"),
    "teams.tag_weakest": Text("Weakest", "Faible"),
}
