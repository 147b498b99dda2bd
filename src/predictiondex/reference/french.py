"""French names that no source package gives, or gives in another spelling than the games of 2018.

These are the official names as printed in the games; ``docs/DATA.md`` lists what was mended.
"""

from __future__ import annotations

TYPES = {
    "Normal": "Normal",
    "Fire": "Feu",
    "Water": "Eau",
    "Electric": "Électrik",
    "Grass": "Plante",
    "Ice": "Glace",
    "Fighting": "Combat",
    "Poison": "Poison",
    "Ground": "Sol",
    "Flying": "Vol",
    "Psychic": "Psy",
    "Bug": "Insecte",
    "Rock": "Roche",
    "Ghost": "Spectre",
    "Dragon": "Dragon",
    "Dark": "Ténèbres",
    "Steel": "Acier",
    "Fairy": "Fée",
}

#: Older or foreign-keyboard spellings of type names.
TYPE_ALIASES = {"Electric": ("Électrique",), "Psychic": ("Psychique",)}

NATURES = {
    "adamant": "Rigide",
    "bashful": "Pudique",
    "bold": "Assuré",
    "brave": "Brave",
    "calm": "Calme",
    "careful": "Prudent",
    "docile": "Docile",
    "gentle": "Gentil",
    "hardy": "Hardi",
    "hasty": "Pressé",
    "impish": "Malin",
    "jolly": "Jovial",
    "lax": "Lâche",
    "lonely": "Solo",
    "mild": "Doux",
    "modest": "Modeste",
    "naive": "Naïf",
    "naughty": "Mauvais",
    "quiet": "Discret",
    "quirky": "Bizarre",
    "rash": "Foufou",
    "relaxed": "Relax",
    "sassy": "Malpoli",
    "serious": "Sérieux",
    "timid": "Timide",
}

#: Moves the name package does not have.
MISSING_MOVES = {
    "blizzard": "Blizzard",
    "bodyslam": "Plaquage",
    "bubblebeam": "Bulles d'O",
    "doubleedge": "Damoclès",
    "razorleaf": "Tranch'Herbe",
    "struggle": "Lutte",
    "visegrip": "Force Poigne",
}

#: Moves the name package spells with a wrong case or accent.
MENDED_MOVES = {
    "boneclub": "Massd'Os",
    "eggbomb": "Bomb'Œuf",
    "furyswipes": "Combo-Griffe",
    "hyperfang": "Croc de Mort",
    "megadrain": "Méga-Sangsue",
    "quickattack": "Vive-Attaque",
    "skullbash": "Coud'Krâne",
    "smog": "Purédpois",
}

#: Names given to these moves in later games, and other accepted spellings. Those that differ from the name
#: by case, accents, spaces or punctuation alone resolve without being listed.
MOVE_ALIASES: dict[str, tuple[str, ...]] = {
    "absorb": ("Vole-Vie",),
    "eggbomb": ("Bombe Œuf",),
    "firepunch": ("Poing Feu",),
    "firespin": ("Danse Flammes",),
    "highjumpkick": ("Hi Jump Kick",),
    "petaldance": ("Danse Fleurs",),
    "sludgebomb": ("Bombe Beurk",),
    "visegrip": ("Vice Grip",),
    "wingattack": ("Cru-Ailes",),
}

#: Further spellings of base forms.
FORM_ALIASES: dict[str, tuple[str, ...]] = {
    "mrmime": ("Monsieur Mime", "Mister Mime"),
    "nidoranf": ("Nidoran femelle", "Nidoran female"),
    "nidoranm": ("Nidoran mâle", "Nidoran male"),
}
