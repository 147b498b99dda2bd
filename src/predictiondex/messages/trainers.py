"""Trainers that are not there, and rows of a player's own table that are no trainers."""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    "trainer.kind": Text(
        "Unknown kind: {kind!r}. There are: {known}.", "Genre inconnu : {kind!r}. Il y a : {known}."
    ),
    "trainer.unknown": Text(
        "Unknown trainer: {name!r}. `predictiondex trainers` lists them.",
        "Dresseur inconnu : {name!r}. `predictiondex trainers` en donne la liste.",
    ),
    "trainer.which": Text(
        "{name} has {count} Pokémon: {name}#1 to {name}#{count}.",
        "{name} a {count} Pokémon : {name}#1 à {name}#{count}.",
    ),
    "trainer.unreadable": Text("{path} cannot be read: {error}.", "{path} ne peut pas être lu : {error}."),
    "trainer.list": Text(
        "{path} is a list of up to {most} trainers.", "{path} est une liste de {most} dresseurs au plus."
    ),
    "trainer.object": Text(
        "A trainer is an object with id, name and team.", "Un dresseur est un objet avec id, name et team."
    ),
    "trainer.missing": Text("{name} is missing.", "{name} manque."),
    "trainer.team": Text("A team has one to six Pokémon.", "Une équipe a d'un à six Pokémon."),
    "trainer.source": Text("A row of the table names its source.", "Une ligne de la table nomme sa source."),
    "trainer.member": Text(
        "A Pokémon is an object with pokemon and level.", "Un Pokémon est un objet avec pokemon et level."
    ),
    "trainer.level": Text("level is a whole number from 1 to 100.", "level est un nombre entier de 1 à 100."),
    "trainer.moves": Text(
        "moves is a list of up to four names.", "moves est une liste de quatre noms au plus."
    ),
}
