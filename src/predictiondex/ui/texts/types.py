"""Texts of the page of types."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "types.title": Text("Types", "Types"),
    "types.attacker": Text("Attack of type", "Attaque de type"),
    "types.defender": Text("Pokémon of type", "Pokémon de type"),
    "types.second": Text("and of type", "et de type"),
    "types.any": Text("any", "tous"),
    "types.alone": Text("no other", "aucun autre"),
    "types.swap": Text("Swap roles", "Inverser les rôles"),
    "types.one_only": Text("An attack has one type only.", "Une attaque n'a qu'un type."),
    "types.verdict": Text("{attacker} against {defender}", "{attacker} contre {defender}"),
    "types.product": Text("{factors} = {result}", "{factors} = {result}"),
    "types.immune": Text("no effect", "sans effet"),
    "types.barely": Text("hardly effective", "très peu efficace"),
    "types.weak": Text("not very effective", "peu efficace"),
    "types.normal": Text("normal damage", "dégâts normaux"),
    "types.strong": Text("super effective", "super efficace"),
    "types.strongest": Text("extremely effective", "extrêmement efficace"),
    "types.does": Text("What {attacker} attacks do", "Ce que font les attaques {attacker}"),
    "types.takes": Text("What attacks do to {defender}", "Ce que les attaques font à {defender}"),
    "types.matrix": Text(
        "All types: attacks in the rows, Pokémon in the columns",
        "Tous les types : les attaques en lignes, les Pokémon en colonnes",
    ),
    "types.corner": Text("Attack ↓ Pokémon →", "Attaque ↓ Pokémon →"),
    "types.help": Text(
        "2: super effective, ½: not very effective, 0: no effect, 1: normal damage. A Pokémon of two "
        "types multiplies both numbers.",
        "2 : super efficace, ½ : peu efficace, 0 : sans effet, 1 : dégâts normaux. Un Pokémon de "
        "deux types multiplie les deux nombres.",
    ),
    "types.forms": Text("Who has these types", "Qui a ces types"),
}
