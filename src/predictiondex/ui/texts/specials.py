"""What single moves do that no figure of theirs says. Lengths and shares are those of the battle rules."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "special.bide": Text(
        "Its user takes hits for two turns, then gives back twice their damage.",
        "Son lanceur encaisse les coups pendant deux tours, puis rend le double des dégâts.",
    ),
    "special.brickbreak": Text(
        "Before it hits, it breaks Reflect and Light Screen.",
        "Avant de frapper, elle brise Protection et Mur Lumière.",
    ),
    "special.clearsmog": Text(
        "All stat changes of the target go back to 0.",
        "Toutes les modifications de stats de la cible reviennent à 0.",
    ),
    "special.haze": Text(
        "All stat changes of both sides go back to 0.",
        "Toutes les modifications de stats des deux camps reviennent à 0.",
    ),
    "special.conversion": Text(
        "Its user takes the type of its own first move.",
        "Son lanceur prend le type de sa première capacité.",
    ),
    "special.counter": Text(
        "It gives back twice the damage of the physical hit taken this turn; without one it fails.",
        "Elle rend le double des dégâts de l'attaque physique subie ce tour-ci ; sinon, elle échoue.",
    ),
    "special.mirrorcoat": Text(
        "It gives back twice the damage of the special hit taken this turn; without one it fails.",
        "Elle rend le double des dégâts de l'attaque spéciale subie ce tour-ci ; sinon, elle échoue.",
    ),
    "special.dig": Text(
        "Meanwhile its user is under the ground: of attacks, only Earthquake reaches it (twice the damage).",
        "Pendant ce temps, son lanceur est sous terre : seule attaque qui l'atteint, Séisme fait le double "
        "de dégâts.",
    ),
    "special.fly": Text(
        "Meanwhile its user is in the air: of attacks, only Gust (twice the damage) and Thunder reach it.",
        "Pendant ce temps, son lanceur est dans les airs : seules l'atteignent Tornade (double de dégâts) "
        "et Fatal-Foudre.",
    ),
    "special.earthquake": Text(
        "It reaches a target that digs, with twice the damage.",
        "Elle atteint une cible sous terre, avec le double de dégâts.",
    ),
    "special.gust": Text(
        "It reaches a target that flies up, with twice the damage.",
        "Elle atteint une cible envolée, avec le double de dégâts.",
    ),
    "special.thunder": Text("It reaches a target that flies up.", "Elle atteint une cible envolée."),
    "special.skullbash": Text(
        "While it prepares, its user's Defense rises by 1.",
        "Pendant la préparation, la Défense de son lanceur monte de 1.",
    ),
    "special.disable": Text(
        "For four turns the target cannot use its last move.",
        "Pendant quatre tours, la cible ne peut plus utiliser sa dernière capacité.",
    ),
    "special.dreameater": Text(
        "It works on a sleeping target only.", "Elle n'agit que sur une cible endormie."
    ),
    "special.encore": Text(
        "For three turns the target can use its last move only.",
        "Pendant trois tours, la cible ne peut utiliser que sa dernière capacité.",
    ),
    "special.taunt": Text(
        "For three turns the target can use attacks only.",
        "Pendant trois tours, la cible ne peut utiliser que des attaques.",
    ),
    "special.facade": Text(
        "Twice the power while its user is paralysed, burned or poisoned; a burn does not weaken it.",
        "Puissance doublée si son lanceur est paralysé, brûlé ou empoisonné ; une brûlure ne l'affaiblit "
        "pas.",
    ),
    "special.fakeout": Text(
        "It works in its user's first turn only.", "Elle ne réussit qu'au premier tour de son lanceur."
    ),
    "special.feint": Text("It breaks through Protect.", "Elle brise Abri."),
    "special.focusenergy": Text(
        "Critical hits of its user are more frequent from then on.",
        "Les coups critiques de son lanceur sont ensuite plus fréquents.",
    ),
    "special.foulplay": Text(
        "It strikes with the target's Attack, not its user's.",
        "Elle frappe avec l'Attaque de la cible, et non celle du lanceur.",
    ),
    "special.helpinghand": Text(
        "It strengthens a partner; one against one it fails.",
        "Elle renforce un partenaire ; à un contre un, elle échoue.",
    ),
    "special.sappyseed": Text("It plants Leech Seed on the target.", "Elle plante Vampigraine sur la cible."),
    "special.leechseed": Text(
        "After each turn the target loses an eighth of its full HP, which its opponent gets. Not against "
        "Grass types.",
        "Après chaque tour, la cible perd un huitième de ses PV maximum, que son adversaire récupère. Sans "
        "effet sur le type Plante.",
    ),
    "special.lightscreen": Text(
        "For five turns special attacks do half the damage there (critical hits aside).",
        "Pendant cinq tours, les attaques spéciales y font moitié moins de dégâts (hors coups critiques).",
    ),
    "special.reflect": Text(
        "For five turns physical attacks do half the damage there (critical hits aside).",
        "Pendant cinq tours, les attaques physiques y font moitié moins de dégâts (hors coups critiques).",
    ),
    "special.lowkick": Text(
        "The heavier the target, the more power: 20 to 120.",
        "Plus la cible est lourde, plus elle est puissante : de 20 à 120.",
    ),
    "special.metronome": Text(
        "It uses another move, drawn at random.", "Elle lance une autre capacité, tirée au hasard."
    ),
    "special.mimic": Text(
        "For the rest of the fight it is the move that the target used last.",
        "Jusqu'à la fin du combat, elle devient la dernière capacité de la cible.",
    ),
    "special.minimize": Text(
        "Body Slam, Double Iron Bash and Stomp never miss its user then and do twice the damage.",
        "Plaquage, Écrous d'Poing et Écrasement ne ratent plus son lanceur et lui font le double de dégâts.",
    ),
    "special.stomp": Text(
        "It never misses a target that has used Minimize, and does twice the damage.",
        "Elle ne rate jamais une cible qui a utilisé Lilliput, et lui fait le double de dégâts.",
    ),
    "special.mirrormove": Text(
        "It uses the move that the target used last.", "Elle lance la dernière capacité de la cible."
    ),
    "special.mist": Text(
        "For five turns opponents cannot lower stats there.",
        "Pendant cinq tours, l'adversaire ne peut pas y baisser de stats.",
    ),
    "special.payday": Text(
        "It brings in money after the battle.", "Elle rapporte de l'argent après le combat."
    ),
    "special.friendship": Text(
        "The better its user's friendship, the more power: up to 102.",
        "Plus le bonheur de son lanceur est grand, plus elle est puissante : jusqu'à 102.",
    ),
    "special.protect": Text(
        "It shields its user this turn. Used turn after turn it fails more and more often.",
        "Elle protège son lanceur ce tour-ci. Plusieurs tours de suite, elle échoue de plus en plus.",
    ),
    "special.psywave": Text(
        "It does half to one and a half times as much damage as its user's level.",
        "Elle inflige de la moitié à une fois et demie le niveau du lanceur.",
    ),
    "special.rage": Text(
        "Until its user does something else, its Attack rises by 1 with every hit it takes.",
        "Tant que son lanceur la répète, son Attaque monte de 1 à chaque coup reçu.",
    ),
    "special.rest": Text(
        "Its user gets back all HP, loses its status and sleeps for two turns.",
        "Son lanceur récupère tous ses PV, perd son statut et dort deux tours.",
    ),
    "special.roar": Text(
        "It drives the target away, and another comes; one against one it fails.",
        "Elle chasse la cible, et un autre la remplace ; à un contre un, elle échoue.",
    ),
    "special.dragontail": Text(
        "It drives the target away, and another comes; one against one it only does damage.",
        "Elle chasse la cible, et un autre la remplace ; à un contre un, elle ne fait que des dégâts.",
    ),
    "special.roost": Text(
        "Its user is not of the type Flying until the turn ends.",
        "Son lanceur perd le type Vol jusqu'à la fin du tour.",
    ),
    "special.scald": Text("It thaws the target, too.", "Elle dégèle aussi la cible."),
    "special.sparklyswirl": Text(
        "It heals the status of its user and its whole team.",
        "Elle guérit le statut de son lanceur et de toute son équipe.",
    ),
    "special.splash": Text("It does nothing at all.", "Elle ne fait rien du tout."),
    "special.stealthrock": Text(
        "Rocks hurt whoever comes in there later; one against one nothing comes of it.",
        "Des rocs blessent ceux qui y entrent ensuite ; à un contre un, elle ne fait rien.",
    ),
    "special.struggle": Text(
        "It is what is left when no move has PP. No type resists it; its user loses a quarter of its full "
        "HP.",
        "C'est ce qui reste quand aucune capacité n'a de PP. Aucun type n'y résiste ; son lanceur perd un "
        "quart de ses PV maximum.",
    ),
    "special.substitute": Text(
        "Its user gives a quarter of its full HP for a doll that takes the hits until it breaks.",
        "Son lanceur donne un quart de ses PV maximum pour un clone, qui reçoit les coups tant qu'il tient.",
    ),
    "special.suckerpunch": Text(
        "It fails unless the target is about to attack.",
        "Elle échoue si la cible ne s'apprête pas à attaquer.",
    ),
    "special.superfang": Text(
        "It takes half of the HP that the target has left.",
        "Elle enlève la moitié des PV qui restent à la cible.",
    ),
    "special.teleport": Text(
        "Its user leaves, and another comes; one against one it fails.",
        "Son lanceur se retire, et un autre le remplace ; à un contre un, elle échoue.",
    ),
    "special.uturn": Text(
        "Then its user leaves, and another comes if there is one.",
        "Ensuite, son lanceur se retire, et un autre le remplace s'il y en a un.",
    ),
    "special.toxic": Text(
        "It never misses if its user is of the type Poison.",
        "Elle ne rate jamais si son lanceur est du type Poison.",
    ),
    "special.transform": Text(
        "Its user takes the target's types, stats, stat changes and moves (5 PP each), and keeps its HP.",
        "Son lanceur prend les types, stats, modifications de stats et capacités de la cible (5 PP chacune), "
        "et garde ses PV.",
    ),
    "special.trap": Text(
        "After each of four or five turns the target loses an eighth of its full HP.",
        "À la fin de quatre ou cinq tours, la cible perd chaque fois un huitième de ses PV maximum.",
    ),
    "special.yawn": Text(
        "The target falls asleep at the end of the next turn.",
        "La cible s'endort à la fin du tour suivant.",
    ),
}
