"""What a planner is at, as the page and the terminal tell it."""

from __future__ import annotations

from typing import Final

from predictiondex.messages.text import Text

#: A text for every step of :data:`predictiondex.wire.PlanStep`.
STEPS: Final[dict[str, Text]] = {
    "waiting": Text("Waiting for its turn", "En attente de son tour"),
    "one_move": Text("Trying each attack alone", "Essai de chaque attaque seule"),
    "two_moves": Text("Trying pairs of moves", "Essai de paires de capacités"),
    "three_moves": Text("Trying three moves together", "Essai de trois capacités ensemble"),
    "four_moves": Text("Trying four moves together", "Essai de quatre capacités ensemble"),
    "again": Text("Trying the best ones again", "Nouvel essai des meilleures"),
    "last_time": Text("Comparing the last few", "Comparaison des dernières retenues"),
    "lowest_level": Text("Looking for the lowest level", "Recherche du niveau le plus bas"),
    "directions": Text("Weighing which stats to train", "Choix des stats à entraîner"),
    "fewest_avs": Text("Looking for the fewest AVs", "Recherche du moins de valeurs d'éveil"),
    "lowest_level_with_avs": Text(
        "Looking for the lowest level with AVs", "Recherche du niveau le plus bas avec valeurs d'éveil"
    ),
    "level_and_avs": Text(
        "Looking for some of both, level and AVs", "Recherche d'un peu de niveau et de valeurs d'éveil"
    ),
    "best": Text("Trying all the training there is", "Essai de tout l'entraînement possible"),
    "worst_case": Text("Trying the worst moves it may meet", "Essai contre les pires capacités possibles"),
}
