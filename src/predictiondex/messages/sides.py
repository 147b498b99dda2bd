"""Pokémon and situations that cannot be, and what cannot be asked of them."""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    "side.moves_missing": Text(
        "Say which moves your Pokémon has.", "Dites quelles capacités a votre Pokémon."
    ),
    "side.illegal_move": Text(
        "{pokemon} cannot have {move} in these games.", "{pokemon} ne peut pas avoir {move} dans ces jeux."
    ),
    "side.not_its_move": Text("{move} is not one of its moves.", "{move} n'est pas une de ses capacités."),
    "side.no_mega": Text("{pokemon} has no Mega Evolution.", "{pokemon} n'a pas de Méga-Évolution."),
    "side.mega": Text("{pokemon} mega-evolves by {key!r}.", "{pokemon} méga-évolue avec {key!r}."),
    "side.mega_either": Text(
        "{pokemon} mega-evolves by {one!r} or {other!r}.", "{pokemon} méga-évolue avec {one!r} ou {other!r}."
    ),
    "side.mega_otherwise": Text("{pokemon} is not reached by {key!r}.", "{key!r} ne mène pas à {pokemon}."),
    "side.status_turns": Text(
        "Turns of a status are counted for sleep and bad poison only.",
        "Les tours d'un statut ne se comptent que pour le sommeil et l'empoisonnement grave.",
    ),
    "side.sleep": Text(
        "No sleep lasts longer than three turns (two from Rest).",
        "Aucun sommeil ne dure plus de trois tours (deux après Repos).",
    ),
    # The rules' own checks.
    "side.whole": Text(
        "{field} is a whole number from {low} to {high}, not {value!r}.",
        "{field} est un nombre entier de {low} à {high}, et non {value!r}.",
    ),
    "side.six": Text("{field} are six numbers: {stats}.", "{field} : six nombres, dans l'ordre {stats}."),
    "side.seven": Text("Stages are seven numbers: {stats}.", "Niveaux : sept nombres, dans l'ordre {stats}."),
    "side.hp": Text(
        "HP left are above 0 and at most 100 per cent.",
        "Les PV restants sont supérieurs à 0 et de 100 pour cent au plus.",
    ),
    "side.status": Text("Unknown status: {status!r}.", "Statut inconnu : {status!r}."),
    "side.how_many_moves": Text(
        "A Pokémon has one to four moves, not {count}.",
        "Un Pokémon a d'une à quatre capacités, et non {count}.",
    ),
    "side.move_twice": Text("{move} is named twice.", "{move} figure deux fois."),
    "side.struggle": Text(
        "Struggle cannot be chosen: it is what is left without PP.",
        "Lutte ne se choisit pas : c'est ce qui reste quand il n'y a plus de PP.",
    ),
    "side.cannot_learn": Text(
        "{pokemon} cannot learn {move} in these games.",
        "{pokemon} ne peut pas apprendre {move} dans ces jeux.",
    ),
    "side.not_that_mega": Text(
        "{pokemon} has no Mega Evolution {key!r}.", "{pokemon} n'a pas de Méga-Évolution {key!r}."
    ),
    # What holds a Pokémon.
    "condition.twice": Text("{name} is named twice.", "{name} figure deux fois."),
    "condition.both": Text(
        "{one} and {other} cannot be at the same time: they call for different moves.",
        "{one} et {other} ne vont pas ensemble : chacun impose une autre capacité.",
    ),
    "condition.hp": Text("Only a substitute has hit points.", "Seul un clone a des points de vie."),
    "condition.no_move": Text("{name} concerns no move.", "{name} ne concerne aucune capacité."),
    "condition.which_move": Text(
        "Say which move {name} concerns.", "Dites quelle capacité est concernée par {name}."
    ),
    "condition.over": Text("It is over after {turns} turns.", "C'est terminé au bout de {turns} tours."),
    "condition.no_second_turn": Text("{move} takes no second turn.", "{move} ne prend pas de second tour."),
    "condition.no_rampage": Text("{move} is no rampage.", "{move} n'est pas une attaque à répétition."),
    # What is asked.
    "ask.cannot_choose": Text(
        "{move} cannot be chosen now: one of {choices}.",
        "{move} : impossible à choisir maintenant ; au choix : {choices}.",
    ),
    # Not "Repos": in French that is the move Rest.
    "ask.recharge": Text("Recharge", "Tour de repos"),
    "ask.no_damage": Text("{move} does no damage.", "{move} n'inflige pas de dégâts."),
    "ask.reactive": Text(
        "{move} gives back the damage its user takes: nobody can tell how much beforehand.",
        "{move} rend les dégâts que son lanceur subit : personne ne peut dire combien à l'avance.",
    ),
    "ask.keep": Text("{pokemon} cannot have {move}.", "{pokemon} ne peut pas avoir {move}."),
    "ask.plan_middle": Text(
        "A plan is for the beginning of a fight: leave this out.",
        "Un plan vaut pour le début d'un combat : n'indiquez pas ceci.",
    ),
    "ask.highest": Text(
        "The highest level, {highest}, is below yours, {level}.",
        "Le niveau le plus haut, {highest}, est en dessous du vôtre, {level}.",
    ),
    "ask.index": Text("index is below simulations.", "index est inférieur à simulations."),
    "ask.policy": Text(
        "Unknown policy {name!r}. There are: {known}.", "Politique inconnue : {name!r}. Il y a : {known}."
    ),
    "ask.most_battles": Text(
        "This service plays at most {most} battles.", "Ce service joue {most} combats au plus."
    ),
}
