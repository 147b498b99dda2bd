"""Texts of the page of credits."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "credits.title": Text("Credits", "Crédits"),
    "credits.fan": Text(
        "PredictionDex is a fan project under the MIT licence. Pokémon and the names of Pokémon, moves and "
        "games are trademarks of Nintendo, Creatures Inc. and GAME FREAK inc.; PredictionDex is not "
        "affiliated "
        "with them, and shows none of their artwork, sounds or texts. The pictures here are patterns of its "
        "own.",
        "PredictionDex est un projet de fans sous licence MIT. Pokémon et les noms des Pokémon, des "
        "capacités et "
        "des jeux sont des marques de Nintendo, Creatures Inc. et GAME FREAK inc. ; PredictionDex ne leur "
        "est pas "
        "affilié et ne montre ni leurs images, ni leurs sons, ni leurs textes. Les images d'ici sont ses "
        "propres "
        "motifs.",
    ),
    "credits.sources": Text("Where the facts come from", "D'où viennent les données"),
    "credits.licence": Text("{licence} licence", "licence {licence}"),
    "credits.showdown": Text(
        "forms, base stats, types, weights, heights, moves, learnsets, type chart, natures",
        "formes, statistiques, types, poids, tailles, capacités, apprentissages, table des types, natures",
    ),
    "credits.species": Text("English and French names of species", "noms anglais et français des espèces"),
    "credits.moves": Text("French names of moves", "noms français des capacités"),
    "credits.no_code": Text(
        "No code of these packages is part of PredictionDex. Names of forms and a few corrections are its "
        "own.",
        "Aucun code de ces paquets ne fait partie de PredictionDex. Les noms des formes et quelques "
        "corrections "
        "sont les siens.",
    ),
    "credits.numbers": Text("How the numbers are made", "Comment les nombres sont faits"),
    "credits.definition": Text(
        "A win chance is the chance that you win when you open with that move and both sides then always use "
        "the move of highest expected damage. A tie counts one half.",
        "Une chance de gagner est la probabilité que vous gagniez en commençant par cette capacité, les deux "
        "camps utilisant ensuite toujours celle qui fait en moyenne le plus de dégâts. Un nul compte pour "
        "moitié.",
    ),
    "credits.simulation": Text(
        "Simulation plays the battle hundreds or thousands of times by the games' rules and counts. Its "
        "interval "
        "says how far chance alone could be off.",
        "La simulation joue le combat des centaines ou milliers de fois selon les règles des jeux et "
        "compte. Son "
        "intervalle dit de combien le hasard seul peut tromper.",
    ),
    "credits.model": Text(
        "The model has learned from such battles and answers at once; the hybrid takes it as a beginning and "
        "plays on.",
        "Le modèle a appris de tels combats et répond aussitôt ; l'hybride part de lui et continue à jouer.",
    ),
    "credits.limits": Text(
        "Real players do not always play like that: take the numbers as a good guide, not as a promise.",
        "De vrais joueurs ne jouent pas toujours ainsi : prenez les nombres pour un bon guide, pas une "
        "promesse.",
    ),
    "credits.quality": Text("How good they are", "Ce qu'ils valent"),
    "credits.measured": Text(
        "Measured on matchups that the model had not seen in training (version {version}):",
        "Mesuré sur des duels que le modèle n'avait pas vus à l'entraînement (version {version}) :",
    ),
    "credits.no_model": Text(
        "There is no trained model on this service yet: simulated battles answer, whose only error is "
        "chance.",
        "Aucun modèle entraîné sur ce service pour l'instant : des combats simulés répondent, dont la seule "
        "erreur est le hasard.",
    ),
    "credits.away": Text(
        "The service does not answer right now, so its versions and figures are missing here.",
        "Le service ne répond pas pour l'instant : ses versions et ses chiffres manquent ici.",
    ),
    "credits.versions": Text("Versions", "Versions"),
    "credits.page": Text("Page", "Page"),
    "credits.service": Text("Service", "Service"),
    "credits.data": Text("Facts", "Données"),
    "credits.checksum": Text("checksum {checksum}", "empreinte {checksum}"),
    "credits.built": Text("Built with", "Fait avec"),
    "credits.more": Text(
        "Python, NumPy, Numba, XGBoost, FastAPI, Streamlit, SQLAlchemy, MLflow, Evidently, Prometheus and "
        "Grafana. "
        "The documentation of the API is here:",
        "Python, NumPy, Numba, XGBoost, FastAPI, Streamlit, SQLAlchemy, MLflow, Evidently, Prometheus et "
        "Grafana. "
        "La documentation de l'API est ici :",
    ),
}
