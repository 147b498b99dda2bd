"""Texts of the planner."""

from __future__ import annotations

from predictiondex.messages import Text
from predictiondex.messages.steps import STEPS

TEXTS: dict[str, Text] = {
    "planner.title": Text("Planner", "Préparer"),
    "planner.intro": Text(
        "Whom do you want to beat? You get the best four moves, and the cheapest ways to train for them.",
        "Qui voulez-vous battre ? Vous recevez les quatre meilleures capacités et les entraînements les "
        "moins chers.",
    ),
    "planner.own": Text(
        "Your Pokémon, or up to six to choose from", "Votre Pokémon, ou jusqu'à six au choix"
    ),
    "planner.versus": Text("Against", "Contre"),
    "versus.mirror": Text("The same Pokémon", "Le même Pokémon"),
    "versus.foe": Text("Another Pokémon", "Un autre Pokémon"),
    "versus.trainer": Text("A trainer", "Un dresseur"),
    "planner.trainer": Text("Trainer", "Dresseur"),
    "planner.trainer_none": Text("Choose a trainer", "Choisissez un dresseur"),
    "planner.place": Text("{name} ({place})", "{name} ({place})"),
    "planner.member": Text("Which Pokémon of the team", "Quel Pokémon de l'équipe"),
    "planner.known": Text("Its moves: {moves}.", "Ses capacités : {moves}."),
    "planner.unknown": Text(
        "Nobody says which moves it has: the likeliest are assumed.",
        "Personne ne dit quelles capacités il a : les plus probables sont supposées.",
    ),
    "missing.trainer": Text("Choose a trainer first.", "Choisissez d'abord un dresseur."),
    "planner.level": Text("Your level now", "Votre niveau actuel"),
    "planner.want": Text("Chance to win that you want", "Chances de gagner voulues"),
    "planner.more": Text("How far you would go", "Jusqu'où vous iriez"),
    "planner.highest": Text("Highest level", "Niveau le plus haut"),
    "planner.avs": Text("AVs for each stat", "Valeurs d'éveil par stat"),
    "planner.ask": Text("Make a plan", "Faire un plan"),
    "planner.parts": Text(
        "{stage}: {done} of {total} ({seconds} s)", "{stage} : {done} sur {total} ({seconds} s)"
    ),
    "planner.stage": Text("{stage} ({seconds} s)", "{stage} ({seconds} s)"),
    **{f"step.{step}": text for step, text in STEPS.items()},
    "planner.working": Text(
        "Most plans take less than half a minute, none more than two. Other pages work meanwhile.",
        "La plupart des plans prennent moins d'une demi-minute, aucun plus de deux. Les autres pages "
        "marchent pendant ce temps.",
    ),
    "planner.cancel": Text("Cancel", "Annuler"),
    "planner.too_long": Text("No plan this time", "Pas de plan cette fois"),
    "planner.less": Text(
        "It took too long, or the service has too much to do. Nothing you entered is lost: try fewer Pokémon "
        "at once, or press the button again.",
        "C'était trop long, ou le service est très occupé. Rien de votre saisie n'est perdu : essayez moins "
        "de Pokémon à la fois, ou appuyez encore sur le bouton.",
    ),
    "planner.best": Text("The best four moves", "Les quatre meilleures capacités"),
    "planner.reached": Text(
        "With the right training you win {want} of the time or more.",
        "Avec le bon entraînement, vous gagnez dans {want} des cas ou plus.",
    ),
    "planner.unreached": Text(
        "Nothing reaches {want}. This is the best there is.",
        "Rien n'atteint {want}. C'est le mieux possible.",
    ),
    "planner.as_it_is": Text("chance to win without training", "de chances de gagner sans entraînement"),
    "planner.options": Text("Ways to train", "Façons de s'entraîner"),
    "planner.way": Text("Way", "Façon"),
    "planner.way_level": Text("Level", "Niveau"),
    "planner.way_avs": Text("AVs", "Valeurs d'éveil"),
    "planner.way_chance": Text("Chance to win", "Chances de gagner"),
    "planner.enough": Text("Enough", "Suffit"),
    "planner.not_enough": Text("Not enough", "Ne suffit pas"),
    "planner.no_avs": Text("none", "aucune"),
    "planner.all_avs": Text("{each} for each stat ({total} in all)", "{each} par stat ({total} en tout)"),
    "planner.some_avs": Text("{stats} ({total} in all)", "{stats} ({total} en tout)"),
    "option.as_it_is": Text("As it is", "Tel quel"),
    "option.lowest_level": Text("Lowest level, no AVs", "Niveau le plus bas, sans valeurs d'éveil"),
    "option.fewest_avs": Text("Fewest AVs at this level", "Le moins de valeurs d'éveil à ce niveau"),
    "option.level_and_avs": Text("Some of both", "Un peu des deux"),
    "option.lowest_level_with_avs": Text(
        "Lowest level, with AVs", "Niveau le plus bas, avec valeurs d'éveil"
    ),
    "option.best": Text("The best there is", "Le mieux possible"),
    "planner.sets": Text("Other sets that came close", "D'autres choix presque aussi bons"),
    "planner.set": Text("{chance}: {moves}", "{chance} : {moves}"),
    "planner.candidates": Text("Your Pokémon, best first", "Vos Pokémon, le meilleur d'abord"),
    "planner.candidate": Text("{name}, {chance}: {moves}", "{name}, {chance} : {moves}"),
    "planner.against": Text("The opponent uses: {moves}.", "L'adversaire utilise : {moves}."),
    "planner.made": Text(
        "{battles} battles were played for this plan.", "{battles} combats joués pour ce plan."
    ),
    "planner.try": Text("Look at this battle", "Voir ce combat"),
}
