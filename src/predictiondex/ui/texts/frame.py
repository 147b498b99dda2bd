"""Texts of the frame around every page, and words that several pages use."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "app.tagline": Text("Which move, and will I win?", "Quelle capacité, et vais-je gagner ?"),
    "app.language": Text("Language", "Langue"),
    "app.games": Text(
        "For Pokémon: Let's Go, Pikachu! and Let's Go, Eevee! A fan project without artwork of the games.",
        "Pour Pokémon : Let's Go, Pikachu et Let's Go, Évoli. Un projet de fans, sans image des jeux.",
    ),
    "nature.neutral": Text("{name} (neutral)", "{name} (neutre)"),
    "nature.effect": Text("{name} (+{plus}, −{minus})", "{name} (+{plus}, −{minus})"),
    "stat.hp": Text("HP", "PV"),
    "stat.atk": Text("Attack", "Attaque"),
    "stat.def": Text("Defense", "Défense"),
    "stat.spa": Text("Sp. Atk", "Atq. Spé."),
    "stat.spd": Text("Sp. Def", "Déf. Spé."),
    "stat.spe": Text("Speed", "Vitesse"),
    "stat.accuracy": Text("Accuracy", "Précision"),
    "stat.evasion": Text("Evasion", "Esquive"),
    "status.none": Text("None", "Aucun"),
    "status.par": Text("Paralysed", "Paralysé"),
    "status.brn": Text("Burned", "Brûlé"),
    "status.psn": Text("Poisoned", "Empoisonné"),
    "status.tox": Text("Badly poisoned", "Gravement empoisonné"),
    "status.slp": Text("Asleep", "Endormi"),
    "status.frz": Text("Frozen", "Gelé"),
    "move.label": Text("{name} · {type} · {power} · {accuracy}", "{name} · {type} · {power} · {accuracy}"),
    "move.label_status": Text(
        "{name} · {type} · status · {accuracy}", "{name} · {type} · statut · {accuracy}"
    ),
    "move.sure": Text("never misses", "ne rate jamais"),
    "move.physical": Text("physical", "physique"),
    "move.special": Text("special", "spéciale"),
    "move.status": Text("status", "statut"),
    "move.power": Text("power {power}", "puissance {power}"),
    "move.accuracy": Text("accuracy {chance}", "précision {chance}"),
    "refused.title": Text("The question was not accepted", "La question n'a pas été acceptée"),
    "refused.help": Text(
        "Nothing you entered is lost: change what is named here and ask again.",
        "Rien de votre saisie n'est perdu : modifiez ce qui est nommé ici et redemandez.",
    ),
    "objection.moves": Text("Moves", "Capacités"),
    "objection.ivs": Text("Individual values", "Valeurs individuelles"),
    "objection.avs": Text("Awakening values", "Valeurs d'éveil"),
    "objection.boosts": Text("Stages", "Niveaux"),
    "objection.friendship": Text("Friendship", "Bonheur"),
    "objection.mega": Text("Mega Evolution", "Méga-Évolution"),
    "objection.conditions": Text("What holds it or protects it", "Ce qui le gêne ou le protège"),
    "objection.last_move": Text("The move used last", "Dernière capacité utilisée"),
    "objection.team": Text("Team", "Équipe"),
    "objection.member": Text("{team}, no. {number}", "{team}, n° {number}"),
    "away.title": Text(
        "PredictionDex's service does not answer", "Le service de PredictionDex ne répond pas"
    ),
    "away.text": Text(
        "The page asks it at {url}, and nobody is there right now.",
        "La page l'interroge à l'adresse {url}, où personne ne répond pour l'instant.",
    ),
    "away.do": Text(
        "If you run PredictionDex yourself, start it with: python3 pdx.py up",
        "Si vous faites tourner PredictionDex vous-même, démarrez-le avec : python3 pdx.py up",
    ),
    "away.wait": Text(
        "The page keeps trying and goes on by itself. What you entered is kept.",
        "La page réessaie d'elle-même et reprendra toute seule. Votre saisie est gardée.",
    ),
    "away.retry": Text("Try now", "Réessayer"),
    "away.detail": Text("What was heard: {detail}", "Ce qui a été reçu : {detail}"),
    "warming.title": Text("PredictionDex is warming up", "PredictionDex démarre"),
    "warming.text": Text(
        "The battle rules are being prepared. This takes seconds, the very first time up to a minute.",
        "Les règles du combat se préparent : quelques secondes, jusqu'à une minute la toute première fois.",
    ),
    "busy.title": Text("PredictionDex has a lot to do just now", "PredictionDex est très occupé"),
    "key.title": Text(
        "The service does not accept this page's key", "Le service n'accepte pas la clé de cette page"
    ),
    "key.text": Text(
        "What you entered is kept. Whoever runs PredictionDex gives the page another key:",
        "Votre saisie est gardée. La personne qui fait tourner PredictionDex donne une autre clé à la page :",
    ),
    "key.do": Text(
        "predictiondex keys create page, then start the page with this key as PDX_API_KEY.",
        "predictiondex keys create page, puis démarrer la page avec cette clé dans PDX_API_KEY.",
    ),
}
