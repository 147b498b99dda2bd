"""Texts of the live coach."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "coach.title": Text("Live coach", "Coach"),
    "coach.intro": Text(
        "Fighting right now? Choose both sides. Then say each turn what happened: you are told what to "
        "use next.",
        "En plein combat ? Choisissez les deux camps. Dites ensuite à chaque tour ce qui s'est passé : vous "
        "saurez quoi utiliser.",
    ),
    "coach.begin": Text("Start the fight", "Commencer le combat"),
    "coach.turn": Text("Turn {turn}", "Tour {turn}"),
    "coach.use": Text("Use now", "Utilisez"),
    "coach.moves": Text("Chance to win with each move", "Chances de gagner avec chaque capacité"),
    "coach.thinking": Text("Thinking …", "Réflexion …"),
    "coach.ahead": Text("Think further ahead", "Réfléchir plus loin"),
    "coach.ahead_help": Text(
        "Looks ahead every turn, also at sleep, healing and the like. Takes a moment longer.",
        "Regarde plusieurs tours en avant, aussi le sommeil, les soins, etc. Prend un peu plus de temps.",
    ),
    "coach.happened": Text("What happened in turn {turn}?", "Que s'est-il passé au tour {turn} ?"),
    "coach.changes": Text("Only enter what has changed.", "N'entrez que ce qui a changé."),
    "coach.used": Text("You used", "Vous avez utilisé"),
    "coach.used_short": Text("Used", "Utilisé"),
    "coach.advised": Text("Advised", "Conseillé"),
    "coach.hp": Text("HP of {name} now", "PV de {name} maintenant"),
    "coach.hp_left": Text("{hp} HP", "{hp} des PV"),
    "coach.status": Text("Status of {name}", "Statut de {name}"),
    "coach.seen": Text("Moves of {name} seen so far", "Capacités de {name} vues jusqu'ici"),
    "coach.seen_none": Text("None yet", "Aucune encore"),
    "coach.more": Text("Stats up or down, confusion, Reflect …", "Stats, confusion, Protection …"),
    "coach.conditions": Text("What holds {name} or protects it", "Ce qui gêne ou protège {name}"),
    "coach.conditions_none": Text("Nothing", "Rien"),
    "coach.boosts": Text("Stages of {name} (−6 to 6)", "Niveaux de {name} (−6 à 6)"),
    "coach.next": Text("Next turn", "Tour suivant"),
    "coach.undo": Text("Undo", "Annuler"),
    "coach.stop": Text("Another fight", "Autre combat"),
    "coach.over": Text(
        "It must be over by now, and was taken off: {name}.", "C'est forcément fini, et retiré : {name}."
    ),
    "coach.history": Text("Turns so far", "Tours joués"),
    "coach.untold": Text(
        "The fight is over. Its outcome will be noted as soon as the service answers.",
        "Le combat est fini. Le résultat sera noté dès que le service répondra.",
    ),
    "coach.again": Text("New fight", "Nouveau combat"),
    "coach.onward": Text("Next opponent, as I am", "Adversaire suivant, dans cet état"),
    "condition.confusion": Text("Confused", "Confus"),
    "condition.leechseed": Text("Leech Seed", "Vampigraine"),
    "condition.reflect": Text("Reflect", "Protection"),
    "condition.lightscreen": Text("Light Screen", "Mur Lumière"),
    "condition.substitute": Text("Substitute", "Clonage"),
    "condition.partiallytrapped": Text("Trapped (Wrap, Fire Spin …)", "Piégé (Ligotage, Danse Flamme …)"),
    "condition.focusenergy": Text("Focus Energy", "Puissance"),
    "condition.taunt": Text("Taunt", "Provoc"),
    "condition.yawn": Text("Drowsy (Yawn)", "Somnolent (Bâillement)"),
    "condition.mist": Text("Mist", "Brume"),
    "condition.minimize": Text("Minimize", "Lilliput"),
    "condition.defensecurl": Text("Defense Curl", "Boul'Armure"),
    "condition.mustrecharge": Text("Must recharge", "Doit se reposer"),
}
