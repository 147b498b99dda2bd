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
    "whose.you": Text("{name} (yours)", "{name} (le vôtre)"),
    "whose.foe": Text("{name} (theirs)", "{name} (adverse)"),
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
    "coach.foe_used": Text("{name} used", "{name} a utilisé"),
    "coach.used_by": Text("Used by {name}", "Utilisé par {name}"),
    "coach.hp_of": Text("HP of {name}", "PV de {name}"),
    "coach.nothing": Text("Nothing", "Rien"),
    "coach.recharge": Text("Recharge", "Tour de repos"),
    "coach.advised": Text("Advised", "Conseillé"),
    "coach.hp": Text("HP of {name} now", "PV de {name} maintenant"),
    "coach.hp_left": Text("{hp} HP", "{hp} des PV"),
    "coach.status": Text("Status of {name}", "Statut de {name}"),
    "coach.seen": Text("Moves of {name} seen so far", "Capacités de {name} vues jusqu'ici"),
    "coach.seen_none": Text("None yet", "Aucune encore"),
    "coach.more": Text("Stats up or down, confusion, Encore …", "Stats, confusion, Encore …"),
    "coach.about": Text("{what}: which move?", "{what} : quelle capacité ?"),
    "coach.with_move": Text("{what}: {move}", "{what} : {move}"),
    "coach.decoy": Text("HP left of {name}'s substitute", "PV restants du clone de {name}"),
    "coach.concluded": Text("It follows from the moves used.", "C'est la suite des capacités utilisées."),
    "coach.not_so": Text("No longer: {what} ({name})", "Terminé : {what} ({name})"),
    "coach.stock": Text("PP left", "PP restants"),
    "coach.stock_help": Text(
        "At the start of turn {turn}, counted from the moves used and from the most a move can have, with "
        "three PP Ups. Correct them where the game says otherwise.",
        "Au début du tour {turn}, comptés d'après les capacités utilisées, à partir du maximum "
        "(avec trois PP Plus). Corrigez-les si le jeu dit autre chose.",
    ),
    "coach.stock_unseen": Text("No move seen yet", "Aucune capacité vue"),
    "coach.pp": Text("{move} (at most {full})", "{move} (au plus {full})"),
    "coach.empty": Text("{move}: no PP left", "{move} : plus de PP"),
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
    "condition.encore": Text("Encore", "Encore"),
    "condition.disable": Text("Disable", "Entrave"),
    "condition.twoturnmove": Text(
        "Charging (Dig, Fly, Solar Beam …)", "Prépare (Tunnel, Vol, Lance-Soleil …)"
    ),
    "condition.lockedmove": Text("On a rampage (Outrage, Thrash …)", "Déchaîné (Colère, Mania …)"),
    "condition.mustrecharge": Text("Must recharge", "Doit se reposer"),
    "condition.bide": Text("Biding its time (Bide)", "Encaisse (Patience)"),
    "condition.rage": Text("Enraged (Rage)", "Enragé (Frénésie)"),
    "condition.stall": Text("Protect just used", "Vient d'utiliser Abri"),
}
