"""Texts of the page of moves, and of every table of moves."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "moves.title": Text("Moves", "Capacités"),
    "moves.search": Text("Name", "Nom"),
    "moves.type": Text("Type", "Type"),
    "moves.every_type": Text("All types", "Tous les types"),
    "moves.category": Text("Category", "Catégorie"),
    "moves.every_category": Text("All categories", "Toutes les catégories"),
    "moves.least": Text("Power, at least", "Puissance minimale"),
    "moves.sort": Text("Sorted by", "Triées par"),
    "moves.by_name": Text("Name", "Nom"),
    "moves.by_power": Text("Power", "Puissance"),
    "moves.by_accuracy": Text("Accuracy", "Précision"),
    "moves.by_pp": Text("PP", "PP"),
    "moves.by_type": Text("Type", "Type"),
    "moves.found": Text("Moves: {number} of {total}", "Capacités : {number} sur {total}"),
    "moves.nothing": Text(
        "No move fits: shorten the name, or choose less power, all types and categories.",
        "Aucune capacité ne correspond : raccourcissez le nom, ou choisissez moins de puissance, tous les "
        "types et toutes les catégories.",
    ),
    "moves.name": Text("Move", "Capacité"),
    "moves.power": Text("Power", "Puissance"),
    "moves.accuracy": Text("Accuracy", "Précision"),
    "moves.pp": Text("PP", "PP"),
    "moves.pp_ups": Text("(with PP Ups)", "(avec PP Plus)"),
    "moves.pp_most": Text("{base}, at most {most} with PP Ups", "{base}, au plus {most} avec des PP Plus"),
    "moves.target": Text("Target", "Cible"),
    "moves.back": Text("All moves", "Toutes les capacités"),
    "moves.learners": Text("Who can have it ({number})", "Qui peut l'avoir ({number})"),
    "moves.nobody": Text("No Pokémon learns this move.", "Aucun Pokémon n'apprend cette capacité."),
    "moves.try": Text("Battle", "Combat"),
    "moves.try_with": Text("A battle of {name} with this move", "Un combat de {name} avec cette capacité"),
    "moves.effects": Text("What is special", "Particularités"),
    "moves.first": Text(
        "It goes before usual moves (priority {priority}).",
        "Elle passe avant les capacités habituelles (priorité {priority}).",
    ),
    "moves.last": Text(
        "It goes after usual moves (priority {priority}).",
        "Elle passe après les capacités habituelles (priorité {priority}).",
    ),
    "moves.critical": Text("Critical hits are more frequent.", "Les coups critiques sont plus fréquents."),
    "moves.times": Text("It hits {least} to {most} times.", "Elle frappe de {least} à {most} fois."),
    "moves.twice": Text("It hits {most} times.", "Elle frappe {most} fois."),
    "moves.drain": Text(
        "Its user gets back {share} of the damage.", "Son lanceur récupère {share} des dégâts."
    ),
    "moves.recoil": Text("Its user takes {share} of the damage.", "Son lanceur subit {share} des dégâts."),
    "moves.heal": Text("It restores {share} of the HP.", "Elle rend {share} des PV."),
    "moves.fixed": Text("It always does {damage} HP of damage.", "Elle inflige toujours {damage} PV."),
    "moves.fixed_level": Text(
        "It does as much damage as its user's level.",
        "Elle inflige autant de dégâts que le niveau du lanceur.",
    ),
    "moves.inflicts": Text("It leaves the target: {status}.", "Elle inflige un état : {status}."),
    "moves.puts_up": Text("It puts up {what}.", "Elle dresse {what}."),
    "moves.effect": Text("Added effect ({chance}): {what}.", "Effet ajouté ({chance}) : {what}."),
    "moves.flinching": Text("flinching", "apeuré"),
    "moves.random_status": Text("burned, paralysed or frozen", "brûlé, paralysé ou gelé"),
    "moves.stages": Text(
        "It changes the target's stats: {stages}.", "Elle modifie les stats de la cible : {stages}."
    ),
    "moves.own_stages": Text(
        "It changes its user's stats: {stages}.", "Elle modifie les stats de son lanceur : {stages}."
    ),
    "moves.always_critical": Text(
        "It is a critical hit every time.", "Elle porte un coup critique à chaque fois."
    ),
    "moves.knocks_out": Text(
        "A hit knocks out at once; the further the user's level is ahead, the surer it hits. A target of a "
        "higher level is safe.",
        "Elle met K.O. d'un coup si elle touche ; plus le lanceur a de niveaux d'avance, plus elle touche. "
        "Une cible de niveau supérieur ne craint rien.",
    ),
    "moves.faints": Text("Its user faints.", "Son lanceur tombe K.O."),
    "moves.crashes": Text(
        "If it misses or fails, its user loses half of its full HP.",
        "Si elle rate ou échoue, son lanceur perd la moitié de ses PV maximum.",
    ),
    "moves.rampage": Text(
        "It goes on for two or three turns; then its user is confused.",
        "Elle dure deux ou trois tours ; puis son lanceur est confus.",
    ),
    "moves.never_misses": Text("It never misses.", "Elle ne rate jamais."),
    "moves.charge": Text("It takes a turn to prepare.", "Elle demande un tour de préparation."),
    "moves.recharge": Text("Its user rests for a turn afterwards.", "Son lanceur se repose un tour ensuite."),
    "moves.contact": Text("It makes contact.", "Elle établit un contact."),
    "moves.sound": Text(
        "It is a sound: no substitute stops it.", "C'est une capacité sonore : aucun clone ne l'arrête."
    ),
    "moves.powder": Text(
        "It is a powder: no effect on Grass types.", "C'est une poudre : sans effet sur le type Plante."
    ),
    "moves.defrost": Text("It thaws its user.", "Elle dégèle son lanceur."),
    "moves.to_foe": Text("the foe", "l'adversaire"),
    "moves.to_self": Text("its user", "son lanceur"),
    "moves.to_side": Text("the user's side", "le camp du lanceur"),
    "moves.to_foe_side": Text("the foe's side", "le camp adverse"),
    "moves.to_all": Text("everybody", "tout le monde"),
    "moves.to_partner": Text("a partner", "un partenaire"),
    "moves.to_last": Text("who hit last", "le dernier à avoir frappé"),
}
