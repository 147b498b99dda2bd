"""Texts of the Pokédex page."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "pokedex.title": Text("Pokédex", "Pokédex"),
    "pokedex.search": Text("Name or number", "Nom ou numéro"),
    "pokedex.type": Text("Type", "Type"),
    "pokedex.every_type": Text("All types", "Tous les types"),
    "pokedex.kind": Text("Form", "Forme"),
    "pokedex.every_kind": Text("All forms", "Toutes les formes"),
    "pokedex.base": Text("Usual form", "Forme habituelle"),
    "pokedex.alola": Text("Alolan form", "Forme d'Alola"),
    "pokedex.starter": Text("Partner", "Partenaire"),
    "pokedex.mega": Text("Mega Evolution", "Méga-Évolution"),
    "pokedex.found": Text("Forms: {number} of {total}", "Formes : {number} sur {total}"),
    "pokedex.nobody": Text(
        "Nobody fits: shorten the name or choose all types and forms.",
        "Personne ne correspond : raccourcissez le nom ou choisissez tous les types et formes.",
    ),
    "pokedex.back": Text("All Pokémon", "Tous les Pokémon"),
    "pokedex.around": Text("Nearby", "Voisins"),
    "pokedex.number": Text("No. {number}", "N° {number}"),
    "pokedex.size": Text("{height} m, {weight} kg", "{height} m, {weight} kg"),
    "pokedex.as_yours": Text("Use it in a battle", "L'utiliser dans un combat"),
    "pokedex.as_foe": Text("Fight against it", "L'affronter"),
    "pokedex.stats": Text("Base stats", "Statistiques de base"),
    "pokedex.radar": Text("Base stats as a shape: {stats}.", "Statistiques de base en figure : {stats}."),
    "pokedex.total": Text("Total", "Total"),
    "pokedex.stat": Text("Stat", "Statistique"),
    "pokedex.value": Text("Value", "Valeur"),
    "pokedex.related": Text("Other forms and evolutions", "Autres formes et évolutions"),
    "pokedex.evolves_from": Text("It evolves from", "Il évolue de"),
    "pokedex.evolves_into": Text("It evolves into", "Il évolue en"),
    "pokedex.forms": Text("Other forms", "Autres formes"),
    "pokedex.defence": Text("Damage that attacks do to it", "Dégâts que lui font les attaques"),
    "pokedex.quadruple": Text("Four times", "Quadruples"),
    "pokedex.double": Text("Double", "Doubles"),
    "pokedex.half": Text("Half", "La moitié"),
    "pokedex.quarter": Text("A quarter", "Le quart"),
    "pokedex.nothing": Text("None", "Aucun"),
    "pokedex.rest": Text(
        "All other types do normal damage.", "Tous les autres types font des dégâts normaux."
    ),
    "pokedex.moves": Text("Moves it can have", "Capacités possibles"),
    "pokedex.by_level": Text("By level", "Par niveau"),
    "pokedex.by_machine": Text("By machine (TM)", "Par CT"),
    "pokedex.by_tutor": Text("From a tutor", "Par un maître des capacités"),
    "pokedex.by_event": Text("At an event", "Lors d'un événement"),
    "pokedex.earlier": Text("From an earlier stage", "D'un stade précédent"),
    "pokedex.level": Text("Level", "Niveau"),
    "pokedex.on_evolving": Text("evolving", "évolution"),
}
