"""What players type on the terminal and cannot be meant: options, files, tables of stats."""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    "terminal.two_pokemon": Text(
        "Two Pokémon are needed: yours and the one you meet (or --jobs, --request).",
        "Il faut deux Pokémon : le vôtre et celui que vous rencontrez (ou --jobs, --request).",
    ),
    "terminal.most_battles": Text(
        "At most {most} battles for each move.", "Au plus {most} combats pour chaque capacité."
    ),
    "terminal.engine_of_jobs": Text(
        "Jobs are answered by model, simulation or hybrid.",
        "C'est model, simulation ou hybrid qui répond à des tâches.",
    ),
    "terminal.beside": Text(
        "{option} says all by itself: leave {other} out.",
        "{option} dit tout à lui seul : n'indiquez pas {other}.",
    ),
    "terminal.most_owned": Text(
        "At most {most} of your species at once.", "Au plus {most} de vos espèces à la fois."
    ),
    "terminal.pairs": Text(
        "Stats and numbers come in pairs: atk 120 spe 30.",
        "Stats et nombres vont par deux : atk 120 spe 30.",
    ),
    "terminal.unknown_stat": Text(
        "Unknown stat: {name!r}. There are: {known}.", "Stat inconnue : {name!r}. Il y a : {known}."
    ),
    "terminal.stat_range": Text(
        "{name} is from {low} to {high}, not {value}.", "{name} va de {low} à {high}, et non {value}."
    ),
    "terminal.stat_twice": Text("A stat is there twice.", "Une stat y est deux fois."),
    "terminal.unreadable": Text("{file} cannot be read: {why}.", "{file} ne peut pas être lu : {why}."),
    "terminal.no_such_file": Text("No such file or directory", "ce fichier n'existe pas"),
    "terminal.not_permitted": Text("Permission denied", "accès refusé"),
    "terminal.is_folder": Text("Is a directory", "c'est un dossier"),
    "terminal.no_text": Text("{file} is no text in UTF-8.", "{file} n'est pas un texte en UTF-8."),
    "terminal.damaged": Text(
        "{file} is cut short or damaged ({why}).", "{file} est tronqué ou endommagé ({why})."
    ),
    "terminal.no_json": Text("This is no JSON ({why}).", "Ce n'est pas du JSON ({why})."),
    "terminal.request_object": Text("A request is a JSON object.", "Une demande est un objet JSON."),
    "terminal.job_object": Text("A job is a JSON object.", "Une tâche est un objet JSON."),
    "terminal.trace_object": Text("A trace is a JSON object.", "Un combat enregistré est un objet JSON."),
}
