"""Names that nothing has. The kinds are those of :class:`predictiondex.pokedex.names.NameIndex`."""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    "unknown.Pokémon": Text("Unknown Pokémon: {name!r}.", "Pokémon inconnu : {name!r}."),
    "unknown.move": Text("Unknown move: {name!r}.", "Capacité inconnue : {name!r}."),
    "unknown.type": Text("Unknown type: {name!r}.", "Type inconnu : {name!r}."),
    "unknown.nature": Text("Unknown nature: {name!r}.", "Nature inconnue : {name!r}."),
    "unknown.nearest": Text("{unknown} Nearest: {names}.", "{unknown} Noms les plus proches : {names}."),
}
