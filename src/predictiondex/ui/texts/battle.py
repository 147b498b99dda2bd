"""Texts of the battle page."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "battle.title": Text("Battle", "Combat"),
    "battle.intro": Text(
        "Choose both Pokémon and ask: you see which move to open with, and your chance to win.",
        "Choisissez les deux Pokémon et demandez : vous voyez par quelle capacité commencer et vos chances "
        "de gagner.",
    ),
    "battle.ask": Text("Which move should I use?", "Quelle capacité choisir ?"),
    "battle.swap": Text("Swap sides", "Inverser"),
    "battle.example": Text("Show me an example", "Voir un exemple"),
    "battle.share": Text(
        "The address of this page holds your selection: keep it or share it.",
        "L'adresse de cette page contient votre sélection : gardez-la ou partagez-la.",
    ),
    "battle.follow": Text(
        "Fighting this battle right now? Follow it with the live coach.",
        "Vous livrez ce combat en ce moment ? Suivez-le avec le coach.",
    ),
    "missing.you": Text("Choose your Pokémon first.", "Choisissez d'abord votre Pokémon."),
    "missing.foe": Text("Choose your opponent first.", "Choisissez d'abord votre adversaire."),
    "missing.moves": Text(
        "Choose at least one move of your Pokémon.", "Choisissez au moins une capacité de votre Pokémon."
    ),
    "side.you": Text("Your Pokémon", "Votre Pokémon"),
    "side.foe": Text("Opponent", "Adversaire"),
    "side.search": Text("Name, in English or French", "Nom, en français ou en anglais"),
    "side.blank": Text("Who is it?", "Qui est-ce ?"),
    "side.nobody": Text(
        "No Pokémon is called “{text}”. Check the spelling, or scroll through the list.",
        "Aucun Pokémon ne s'appelle « {text} ». Vérifiez l'orthographe ou parcourez la liste.",
    ),
    "side.understood": Text("“{text}” was read as {name}.", "« {text} » a été compris comme {name}."),
    "side.number": Text("No. {number}", "N° {number}"),
    "side.level": Text("Level", "Niveau"),
    "side.moves_you": Text(
        "Its moves, up to four (type · power · accuracy)",
        "Ses capacités, quatre au plus (type · puissance · précision)",
    ),
    "side.moves_foe": Text("Its moves, if you know them", "Ses capacités, si vous les connaissez"),
    "side.moves_none_you": Text("Choose its moves", "Choisissez ses capacités"),
    "side.moves_none_foe": Text("The likeliest four", "Les quatre plus probables"),
    "side.assumed": Text("Assumed: {moves}.", "Supposées : {moves}."),
    "side.more": Text("Nature, AVs, IVs and present state", "Nature, valeurs d'éveil, IV et état actuel"),
    "side.nature": Text("Nature", "Nature"),
    "side.mega": Text("Mega Evolution on the first turn", "Méga-Évolution au premier tour"),
    "side.mega_none": Text("None", "Aucune"),
    "side.hp": Text("HP left (%)", "PV restants (%)"),
    "side.status": Text("Status", "Statut"),
    "side.avs": Text("Awakening values (0 to 200)", "Valeurs d'éveil (0 à 200)"),
    "side.ivs": Text("Individual values (0 to 31)", "Valeurs individuelles (0 à 31)"),
    "side.boosts": Text("Stages gained or lost (−6 to 6)", "Niveaux gagnés ou perdus (−6 à 6)"),
    "side.friendship": Text("Friendship (0 to 255)", "Bonheur (0 à 255)"),
    "settings.title": Text("How the answer is worked out", "Comment la réponse est calculée"),
    "settings.engine": Text("Worked out by", "Calculée par"),
    "settings.engines": Text(
        "The trained model answers at once. Battles played by the games' rules tell how sure the answer is. "
        "Both together are the most exact. While there is no model, battles answer alone.",
        "Le modèle entraîné répond tout de suite. Les combats joués selon les règles des jeux disent à quel "
        "point la réponse est sûre. Les deux ensemble sont les plus précis. Sans modèle, les combats "
        "répondent seuls.",
    ),
    "engine.hybrid": Text("Both together", "Les deux ensemble"),
    "engine.model": Text("The model", "Le modèle"),
    "engine.simulation": Text("Battles", "Des combats"),
    "settings.battles": Text("Battles for each move", "Combats par capacité"),
    "settings.seed": Text("Seed", "Graine"),
    "settings.help": Text(
        "More battles make the intervals narrower. The same seed gives the same answer.",
        "Plus de combats resserrent les intervalles. La même graine donne la même réponse.",
    ),
    "answer.working": Text("The battles are being played …", "Les combats se jouent …"),
    "answer.open_with": Text("Open with", "Commencez par"),
    "answer.versus": Text("{you} against {foe}", "{you} contre {foe}"),
    "answer.level": Text("{name} (level {level})", "{name} (niveau {level})"),
    "answer.chance": Text("chance to win", "de chances de gagner"),
    "answer.between": Text("95% interval: {span}", "intervalle à 95 % : {span}"),
    "answer.sure_win": Text("You should win easily.", "Vous devriez gagner facilement."),
    "answer.likely_win": Text("The odds are with you.", "L'avantage est pour vous."),
    "answer.open": Text("It can go either way.", "Tout peut arriver."),
    "answer.likely_loss": Text("The odds are against you.", "L'avantage est pour l'adversaire."),
    "answer.sure_loss": Text(
        "Hardly any chance: send another Pokémon if you can.",
        "Presque aucune chance : envoyez un autre Pokémon si possible.",
    ),
    "answer.moves": Text("Chance to win with each opening", "Chances de gagner selon la première capacité"),
    "answer.damage": Text("Damage", "Dégâts"),
    "answer.no_damage": Text("no direct damage", "pas de dégâts directs"),
    "answer.of_hp": Text("{span} of full HP", "{span} des PV"),
    "answer.ko": Text("KO in one use", "K.O. en un coup"),
    "answer.best": Text("Best", "Meilleure"),
    "answer.equal": Text("As good, as far as can be told", "Aussi bonne, à ce qu'on peut voir"),
    "answer.doubt": Text(
        "Another move has a higher figure, but not surely a better chance: in doubt, the blow that strikes "
        "now is advised, not a move that puts it off.",
        "Une autre capacité a un chiffre plus élevé, mais sa chance n'est pas sûrement meilleure : dans le "
        "doute, le conseil est l'attaque qui frappe tout de suite, et non une capacité qui la remet à plus "
        "tard.",
    ),
    "answer.effective": Text("×{multiplier}", "×{multiplier}"),
    "answer.effective_hint": Text("Type effectiveness", "Efficacité du type"),
    "answer.stab": Text("own type", "même type"),
    "answer.why": Text("Why", "Pourquoi"),
    "answer.warnings": Text("Good to know", "À savoir"),
    "answer.changed": Text(
        "You have changed the selection since: ask again.",
        "La sélection a changé depuis : redemandez.",
    ),
    "answer.weighed": Text("What moved the model's estimate", "Ce qui a compté pour le modèle"),
    "answer.damage_of": Text("Damage of {name}", "Dégâts de {name}"),
    "answer.estimate": Text(
        "A model trained on millions of such battles gives its estimate.",
        "Un modèle entraîné sur des millions de ces combats donne son estimation.",
    ),
    "answer.details": Text("How this was worked out", "Comment c'est calculé"),
    "answer.method": Text(
        "Each opening was played in {battles} battles (seed {seed}); after it both sides always use the move "
        "of highest expected damage. A tie counts one half.",
        "Chaque première capacité a été jouée dans {battles} combats (graine {seed}) ; ensuite, les deux "
        "camps utilisent toujours celle qui fait en moyenne le plus de dégâts. Un match nul compte pour "
        "moitié.",
    ),
    "answer.made_by": Text("Made by: {name}, version {version}.", "Calculé par : {name}, version {version}."),
    "answer.bar": Text("{chance} chance to win", "{chance} de chances de gagner"),
    "address.title": Text(
        "Part of the page's address could not be used and was left out:",
        "Une partie de l'adresse de la page n'a pas pu être utilisée et a été laissée de côté :",
    ),
    "address.pokemon": Text(
        "{name}: no Pokémon is called “{text}”.", "{name} : aucun Pokémon ne s'appelle « {text} »."
    ),
    "address.move": Text(
        "{name}: no move is called “{text}”.", "{name} : aucune capacité ne s'appelle « {text} »."
    ),
    "address.nature": Text(
        "{name}: no nature is called “{text}”.", "{name} : aucune nature ne s'appelle « {text} »."
    ),
    "address.trainer": Text(
        "{name}: there is no trainer “{text}” here.", "{name} : il n'y a pas de dresseur « {text} » ici."
    ),
    "address.nearest": Text("Nearest: {names}.", "Les plus proches : {names}."),
    "address.illegal": Text(
        "{name}: this Pokémon cannot have “{text}”.", "{name} : ce Pokémon ne peut pas connaître « {text} »."
    ),
    "address.too_many": Text(
        "{name}: only the first four moves count.", "{name} : seules les quatre premières capacités comptent."
    ),
    "address.number": Text(
        "{name}: “{text}” is not a whole number from {least} to {most}.",
        "{name} : « {text} » n'est pas un nombre entier de {least} à {most}.",
    ),
    "address.row": Text(
        "{name}: “{text}” is not {length} whole numbers from {least} to {most}.",
        "{name} : « {text} » n'est pas une suite de {length} nombres entiers de {least} à {most}.",
    ),
    "address.option": Text(
        "{name}: “{text}” is not possible here.", "{name} : « {text} » n'est pas possible ici."
    ),
    "address.turn": Text(
        "{name}: “{text}” is not possible in turn {turn}.",
        "{name} : « {text} » n'est pas possible au tour {turn}.",
    ),
    "address.lang": Text(
        "{name}: there is no language “{text}” here.", "{name} : il n'y a pas de langue « {text} » ici."
    ),
    "story.title": Text("How it may go", "Comment ça peut se passer"),
    "story.show": Text("Watch a typical battle", "Voir un combat typique"),
    "story.later": Text(
        "The battle cannot be told just now: {detail} Press again in a moment.",
        "Le combat ne peut pas être raconté pour l'instant : {detail} Réessayez dans un moment.",
    ),
    "story.back": Text("Back", "Retour"),
    "story.next": Text("Next turn", "Tour suivant"),
    "story.turn": Text("Turn", "Tour"),
    "story.before": Text("Before the first turn", "Avant le premier tour"),
    "story.after": Text("Turn {number}", "Tour {number}"),
    "story.hp": Text("{left} of {full} HP", "{left} PV sur {full}"),
    "story.whole": Text("The whole story", "Toute l'histoire"),
    "went.you": Text(
        "You win on turn {turns}. So it went in {share} of {battles} battles.",
        "Vous gagnez au tour {turns}. C'est arrivé dans {share} de {battles} combats.",
    ),
    "went.opponent": Text(
        "You lose on turn {turns}. So it went in {share} of {battles} battles.",
        "Vous perdez au tour {turns}. C'est arrivé dans {share} de {battles} combats.",
    ),
    "went.tie": Text(
        "Nobody wins, on turn {turns}. So it went in {share} of {battles} battles.",
        "Personne ne gagne, au tour {turns}. C'est arrivé dans {share} de {battles} combats.",
    ),
    "outcome.title": Text("Did you win?", "Avez-vous gagné ?"),
    "outcome.move": Text("You opened with", "Vous avez commencé par"),
    "outcome.win": Text("I won", "J'ai gagné"),
    "outcome.loss": Text("I lost", "J'ai perdu"),
    "outcome.tie": Text("Nobody won", "Match nul"),
    "thanks.win": Text(
        "Well done! Your win is noted, and helps to check the forecasts.",
        "Bravo ! Votre victoire est notée et aide à vérifier les prévisions.",
    ),
    "thanks.loss": Text(
        "A pity! It is noted, and helps to check the forecasts.",
        "Dommage ! C'est noté et aide à vérifier les prévisions.",
    ),
    "thanks.tie": Text(
        "Thank you! It is noted, and helps to check the forecasts.",
        "Merci ! C'est noté et aide à vérifier les prévisions.",
    ),
    "outcome.later": Text(
        "It could not be noted just now: {detail} Press again in a moment.",
        "Impossible de le noter pour l'instant : {detail} Réessayez dans un moment.",
    ),
    "outcome.refused": Text("It was not noted: {detail}", "Ce n'est pas noté : {detail}"),
}
