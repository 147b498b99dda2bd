"""Lines of a team's text that cannot be read, or mean nothing."""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    "team.line": Text("Line {number}: {reason}", "Ligne {number} : {reason}"),
    "team.nobody": Text("There is no Pokémon in this text.", "Il n'y a aucun Pokémon dans ce texte."),
    "team.most": Text("A team has at most {most} Pokémon.", "Une équipe a {most} Pokémon au plus."),
    "team.no_line": Text("{line!r} is no line of a set.", "{line!r} n'est pas une ligne d'un Pokémon."),
    "team.unknown_field": Text("Unknown field {name!r}.", "Champ inconnu : {name!r}."),
    "team.four_moves": Text("A Pokémon has at most four moves.", "Un Pokémon a quatre capacités au plus."),
    "team.move_twice": Text("{move} is there twice.", "{move} y est deux fois."),
    "team.stat": Text(
        "{part!r} is not a number and a stat, such as 120 HP.",
        "{part!r} n'est pas un nombre suivi d'une stat, comme 120 PV.",
    ),
    "team.whole": Text(
        "{what} is a whole number from {low} to {high}, not {text!r}.",
        "{what} : un nombre entier de {low} à {high}, et non {text!r}.",
    ),
    "team.avs": Text("The awakening value of {stat}", "Valeur d'éveil de {stat}"),
    "team.ivs": Text("The individual value of {stat}", "Valeur individuelle de {stat}"),
    "team.level": Text("Level", "Niveau"),
    "team.happiness": Text("Happiness", "Bonheur"),
    "team.item": Text(
        "there are no held items in these games; {item} is left out.",
        "il n'y a pas d'objets tenus dans ces jeux ; {item} est laissé de côté.",
    ),
    "team.meaningless": Text(
        "{name} means nothing in these games and is left out.",
        "{name} ne veut rien dire dans ces jeux et est laissé de côté.",
    ),
}
